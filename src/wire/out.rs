//! Verdicts, reports and notices as the page's code sees them.

use crate::core::action::{Notice, Reply};
use crate::core::freshness::FreshnessVerdict;
use crate::core::incident::{Cause, Finding};
use crate::core::prompt::choice;
use crate::core::render::{RenderState, RenderVerdict};
use crate::core::storage::RepairReport;
use crate::wire::ask::GuardEvent;
use serde::Serialize;

/// Why the neutral answers are neutral.
const NOT_RUNNING: &str = "the guard does not run";

/// Under which the shell puts the duration of a look, in milliseconds: writing fractions as text would bring tables that weigh as much as a room.
pub const TOOK_MS: &str = "tookMs";

/// Under which the shell puts the name of what is heard.
pub const TYPE: &str = "type";

/// The kind of a prompt that the page's own code asked for, once it is answered.
const ASKED: &str = "asked";

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
    RetryQuestion(RetryQuestion<'a>),
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
    /// See [`TOOK_MS`].
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

/// Asked before `url` is asked for because `from` failed.
#[derive(Debug, Serialize)]
pub struct RetryQuestion<'a> {
    pub url: &'a str,
    pub from: &'a str,
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
        cause: verdict.cause.map(Cause::code),
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

/// As what `guard.on` listeners hear of it.
pub fn event_of(notice: &Notice) -> GuardEvent {
    match notice {
        Notice::Incident { .. } => GuardEvent::Incident,
        Notice::Verdict(_) => GuardEvent::Verdict,
        Notice::Retry { .. } => GuardEvent::Retry,
        Notice::Repair(_) => GuardEvent::Repair,
        Notice::Prompt { .. } | Notice::Answered { .. } => GuardEvent::Prompt,
        Notice::Telemetry { .. } => GuardEvent::Telemetry,
    }
}

/// Without its type.
pub fn notice(notice: &Notice) -> Told<'_> {
    match notice {
        Notice::Incident { id, cause, stage, outcome, reference } => Told::Incident(Incident {
            id,
            cause: cause.code(),
            stage: stage.code(),
            outcome: outcome.code(),
            reference,
        }),
        Notice::Verdict(verdict) => render(verdict),
        Notice::Retry { url, attempt, wait, outcome } => {
            Told::Retry(Retry { url, attempt: *attempt, wait_ms: wait.0, outcome: outcome.code() })
        }
        Notice::Repair(report) => repair(report),
        Notice::Prompt { kind } => Told::Prompt(Prompt { kind: kind.code(), choice: None }),
        Notice::Answered { choice } => Told::Prompt(Prompt { kind: ASKED, choice: Some(choice) }),
        Notice::Telemetry { sent, kept, dropped } => {
            Told::Telemetry(Telemetry { sent: *sent, kept: *kept, dropped: *dropped })
        }
    }
}
