//! Verdicts, reports and notices as the page's code sees them.

use crate::core::action::{Notice, Reply};
use crate::core::freshness::FreshnessVerdict;
use crate::core::incident::Finding;
use crate::core::prompt::choice;
use crate::core::render::{RenderState, RenderVerdict};
use crate::core::storage::RepairReport;
use serde::Serialize;

/// Why the neutral answers are neutral.
const NOT_RUNNING: &str = "the guard does not run";

/// What is told to the page's code.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Told<'a> {
    Render(Render<'a>),
    Freshness(Freshness<'a>),
    Repair(Repair<'a>),
    Choice(Choice<'a>),
    Incident(Incident<'a>),
    Retry(Retry<'a>),
    Prompt(Prompt<'a>),
    Telemetry(Telemetry),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Render<'a> {
    state: &'static str,
    /// Only with `loading`.
    #[serde(skip_serializing_if = "Option::is_none")]
    overdue: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    evidence: Vec<Evidence<'a>>,
    /// `tookMs`, which the shell puts in: writing fractions as text would bring tables that weigh as much as a room.
    #[serde(skip)]
    pub took_ms: f64,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct Evidence<'a> {
    kind: &'static str,
    detail: &'a str,
}

#[derive(Debug, Serialize)]
pub struct Freshness<'a> {
    state: &'static str,
    running: &'a str,
    latest: &'a str,
    reason: &'static str,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repair<'a> {
    damaged_keys: Vec<&'a str>,
    poisoned_urls: Vec<&'a str>,
    copied: u32,
    removed: u32,
    failed: u32,
}

#[derive(Debug, Serialize)]
pub struct Choice<'a> {
    choice: &'a str,
}

#[derive(Debug, Serialize)]
pub struct Incident<'a> {
    id: &'a str,
    cause: &'static str,
    stage: &'static str,
    outcome: &'static str,
    reference: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Retry<'a> {
    url: &'a str,
    attempt: u32,
    wait_ms: u64,
    outcome: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Prompt<'a> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    choice: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub struct Telemetry {
    sent: u32,
    kept: u32,
    dropped: u32,
}

/// A question of the page's own code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Render,
    Freshness,
    Repair,
    Choice,
}

/// What the page's code hears when no engine answers.
pub fn neutral(question: Question) -> Told<'static> {
    match question {
        Question::Render => Told::Render(Render {
            state: RenderState::Unknown.code(),
            overdue: None,
            cause: None,
            evidence: Vec::new(),
            took_ms: 0.0,
            reason: NOT_RUNNING,
        }),
        Question::Freshness => {
            let state = crate::core::freshness::Freshness::Unknown.code();
            Told::Freshness(Freshness { state, running: "", latest: "", reason: NOT_RUNNING })
        }
        Question::Repair => Told::Repair(Repair::default()),
        Question::Choice => Told::Choice(Choice { choice: choice::NONE }),
    }
}

/// The answer to a question of the page's code. A key is handed over in another way.
pub fn reply(reply: &Reply) -> Told<'_> {
    match reply {
        Reply::Render(verdict) => render(verdict),
        Reply::Freshness(verdict) => freshness(verdict),
        Reply::Repair(report) => repair(report),
        Reply::Choice(choice) => Told::Choice(Choice { choice }),
        Reply::Key(_) => neutral(Question::Choice),
    }
}

fn evidence(found: &Finding) -> Evidence<'_> {
    Evidence { kind: found.kind.code(), detail: &found.detail }
}

fn render(verdict: &RenderVerdict) -> Told<'_> {
    Told::Render(Render {
        state: verdict.state.code(),
        overdue: (verdict.state == RenderState::Loading).then_some(verdict.overdue),
        cause: verdict.cause,
        evidence: verdict.evidence.iter().map(evidence).collect(),
        took_ms: f64::from(verdict.took_us) / 1000.0,
        reason: &verdict.reason,
    })
}

fn freshness(verdict: &FreshnessVerdict) -> Told<'_> {
    Told::Freshness(Freshness {
        state: verdict.state.code(),
        running: &verdict.running,
        latest: &verdict.latest,
        reason: verdict.reason,
    })
}

fn repair(report: &RepairReport) -> Told<'_> {
    Told::Repair(Repair {
        damaged_keys: report.keys.iter().map(|entry| entry.key.as_str()).collect(),
        poisoned_urls: report.entries.iter().map(|entry| entry.url.as_str()).collect(),
        copied: report.done.copied,
        removed: report.done.removed,
        failed: report.done.failed,
    })
}

/// The type under which `guard.on` listeners hear of it.
pub fn kind_of(notice: &Notice) -> &'static str {
    match notice {
        Notice::Incident { .. } => "incident",
        Notice::Verdict(_) => "verdict",
        Notice::Retry { .. } => "retry",
        Notice::Repair(_) => "repair",
        Notice::Prompt { .. } => "prompt",
        Notice::Telemetry { .. } => "telemetry",
    }
}

/// Without its type.
pub fn notice(notice: &Notice) -> Told<'_> {
    match notice {
        Notice::Incident { id, cause, stage, outcome, reference } => {
            Told::Incident(Incident { id, cause, stage, outcome, reference })
        }
        Notice::Verdict(verdict) => render(verdict),
        Notice::Retry { url, attempt, wait, outcome } => {
            Told::Retry(Retry { url, attempt: *attempt, wait_ms: wait.0, outcome })
        }
        Notice::Repair(report) => repair(report),
        Notice::Prompt { kind, choice } => Told::Prompt(Prompt { kind, choice: choice.as_deref() }),
        Notice::Telemetry { sent, kept, dropped } => {
            Told::Telemetry(Telemetry { sent: *sent, kept: *kept, dropped: *dropped })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::freshness::Freshness;
    use crate::core::incident::{Cause, Evidence, Kind};
    use crate::core::storage::{RepairDone, Store, StoredKey};
    use crate::core::time::Millis;

    #[track_caller]
    fn check(told: &Told, json: &str) {
        assert_eq!(serde_json::to_string(told).unwrap(), json);
    }

    #[test]
    fn what_the_page_hears_has_the_documented_shapes() {
        let verdict = RenderVerdict {
            state: RenderState::Loading,
            overdue: true,
            covered: false,
            hidden_by_style: false,
            cause: Some("api"),
            evidence: vec![
                Evidence { cause: Cause::Api, weight: 9, kind: Kind::ApiError, detail: "503 \"x\"".into() }.into(),
            ],
            took_us: 3040,
            reason: "only placeholders".into(),
        };
        check(
            &render(&verdict),
            r#"{"state":"loading","overdue":true,"cause":"api","evidence":[{"kind":"api-error","detail":"503 \"x\""}],"reason":"only placeholders"}"#,
        );
        let content = RenderVerdict { state: RenderState::Content, cause: None, evidence: Vec::new(), ..verdict };
        check(&render(&content), r#"{"state":"content","evidence":[],"reason":"only placeholders"}"#);
        let fresh = FreshnessVerdict { state: Freshness::Stale, running: "1".into(), latest: "2".into(), reason: "r" };
        check(&freshness(&fresh), r#"{"state":"stale","running":"1","latest":"2","reason":"r"}"#);
        let report = RepairReport {
            keys: ["a", "b"].map(|key| StoredKey { store: Store::Local, key: key.into() }).into(),
            entries: Vec::new(),
            done: RepairDone { copied: 2, removed: 1, failed: 1 },
        };
        check(&repair(&report), r#"{"damagedKeys":["a","b"],"poisonedUrls":[],"copied":2,"removed":1,"failed":1}"#);
        check(&reply(&Reply::Choice("retry".into())), r#"{"choice":"retry"}"#);
        let cases = [
            (
                Notice::Retry { url: "/a".into(), attempt: 1, wait: Millis(9), outcome: "lost" },
                r#"{"url":"/a","attempt":1,"waitMs":9,"outcome":"lost"}"#,
            ),
            (Notice::Prompt { kind: "script", choice: None }, r#"{"kind":"script"}"#),
            (Notice::Telemetry { sent: 1, kept: 2, dropped: 3 }, r#"{"sent":1,"kept":2,"dropped":3}"#),
        ];
        for (given, json) in cases {
            check(&notice(&given), json);
        }
    }

    #[test]
    fn where_no_engine_answers_the_shapes_are_the_same() {
        let cases = [
            (Question::Render, r#"{"state":"unknown","evidence":[],"reason":"the guard does not run"}"#),
            (Question::Freshness, r#"{"state":"unknown","running":"","latest":"","reason":"the guard does not run"}"#),
            (Question::Repair, r#"{"damagedKeys":[],"poisonedUrls":[],"copied":0,"removed":0,"failed":0}"#),
            (Question::Choice, r#"{"choice":"none"}"#),
        ];
        for (question, json) in cases {
            check(&neutral(question), json);
        }
    }
}
