//! Verdicts, reports and notices as the page's code sees them, as JSON.

use crate::core::action::{Notice, Reply};
use crate::core::freshness::FreshnessVerdict;
use crate::core::render::{RenderState, RenderVerdict};
use crate::core::storage::RepairReport;
use crate::core::telemetry::otlp::quote;
use crate::core::text::{cat, num};

/// An object under construction.
struct Object(String);

impl Object {
    fn new() -> Object {
        Object(String::from("{"))
    }

    fn key(&mut self, key: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        quote(&mut self.0, key);
        self.0.push(':');
    }

    fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        quote(&mut self.0, text);
    }

    fn number(&mut self, key: &str, number: u64) {
        self.key(key);
        self.0.push_str(&num(number));
    }

    fn texts(&mut self, key: &str, texts: &[String]) {
        self.key(key);
        self.0.push('[');
        for (place, text) in texts.iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            quote(&mut self.0, text);
        }
        self.0.push(']');
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Microseconds as milliseconds, with a fraction of three digits.
fn millis(us: u32) -> String {
    cat(&[&num(us / 1000), ".", &num(us / 100 % 10), &num(us / 10 % 10), &num(us % 10)])
}

/// What the page's code hears when no engine answers.
pub const NO_RENDER: &str = r#"{"state":"unknown","evidence":[],"tookMs":0,"reason":"the guard does not run"}"#;
pub const NO_FRESHNESS: &str = r#"{"state":"unknown","running":"","latest":"","reason":"the guard does not run"}"#;
pub const NO_REPAIR: &str = r#"{"damagedKeys":[],"poisonedUrls":[],"copied":0,"removed":0,"failed":0}"#;
pub const NO_CHOICE: &str = r#"{"choice":"none"}"#;

/// The answer to a question of the page's code. A key is handed over in another way.
pub fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Render(verdict) => render(verdict),
        Reply::Freshness(verdict) => freshness(verdict),
        Reply::Repair(report) => repair(report),
        Reply::Choice(text) => choice(text),
        Reply::Key(_) => NO_CHOICE.into(),
    }
}

/// `{ state, overdue?, cause?, evidence: [{ kind, detail }], tookMs, reason }`; `overdue` only with `loading`.
pub fn render(verdict: &RenderVerdict) -> String {
    let mut object = Object::new();
    object.text("state", verdict.state.code());
    if verdict.state == RenderState::Loading {
        object.key("overdue");
        object.0.push_str(if verdict.overdue { "true" } else { "false" });
    }
    if let Some(cause) = verdict.cause {
        object.text("cause", cause);
    }
    object.key("evidence");
    object.0.push('[');
    for (place, found) in verdict.evidence.iter().enumerate() {
        let mut evidence = Object::new();
        evidence.text("kind", found.kind);
        evidence.text("detail", &found.detail);
        if place > 0 {
            object.0.push(',');
        }
        object.0.push_str(&evidence.end());
    }
    object.0.push(']');
    object.key("tookMs");
    object.0.push_str(&millis(verdict.took_us));
    object.text("reason", &verdict.reason);
    object.end()
}

/// `{ state, running, latest, reason }`
pub fn freshness(verdict: &FreshnessVerdict) -> String {
    let mut object = Object::new();
    object.text("state", verdict.state.code());
    object.text("running", &verdict.running);
    object.text("latest", &verdict.latest);
    object.text("reason", verdict.reason);
    object.end()
}

/// `{ damagedKeys, poisonedUrls, copied, removed, failed }`
pub fn repair(report: &RepairReport) -> String {
    let mut object = Object::new();
    object.texts("damagedKeys", &report.damaged_keys);
    object.texts("poisonedUrls", &report.poisoned_urls);
    object.number("copied", report.done.copied.into());
    object.number("removed", report.done.removed.into());
    object.number("failed", report.done.failed.into());
    object.end()
}

/// `{ choice }`
pub fn choice(choice: &str) -> String {
    let mut object = Object::new();
    object.text("choice", choice);
    object.end()
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
pub fn notice(notice: &Notice) -> String {
    let mut object = Object::new();
    match notice {
        Notice::Incident { id, cause, stage, outcome, reference } => {
            object.text("id", id);
            object.text("cause", cause);
            object.text("stage", stage);
            object.text("outcome", outcome);
            object.text("reference", reference);
        }
        Notice::Verdict(verdict) => return render(verdict),
        Notice::Retry { url, attempt, wait, outcome } => {
            object.text("url", url);
            object.number("attempt", (*attempt).into());
            object.number("waitMs", wait.0);
            object.text("outcome", outcome);
        }
        Notice::Repair(report) => return repair(report),
        Notice::Prompt { kind, choice } => {
            object.text("kind", kind);
            if let Some(choice) = choice {
                object.text("choice", choice);
            }
        }
        Notice::Telemetry { sent, kept, dropped } => {
            object.number("sent", (*sent).into());
            object.number("kept", (*kept).into());
            object.number("dropped", (*dropped).into());
        }
    }
    object.end()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::event::RepairDone;
    use crate::core::freshness::Freshness;
    use crate::core::incident::{Cause, Evidence};
    use crate::core::time::Millis;

    #[test]
    fn what_the_page_hears_has_the_documented_shapes() {
        let verdict = RenderVerdict {
            state: RenderState::Loading,
            overdue: true,
            covered: false,
            hidden_by_style: false,
            cause: Some("api"),
            evidence: vec![
                Evidence { cause: Cause::Api, weight: 9, kind: "api-error", detail: "503 \"x\"".into() }.into(),
            ],
            took_us: 3040,
            reason: "only placeholders".into(),
        };
        assert_eq!(
            render(&verdict),
            r#"{"state":"loading","overdue":true,"cause":"api","evidence":[{"kind":"api-error","detail":"503 \"x\""}],"tookMs":3.040,"reason":"only placeholders"}"#
        );
        let content = RenderVerdict { state: RenderState::Content, cause: None, evidence: Vec::new(), ..verdict };
        assert_eq!(
            render(&content),
            r#"{"state":"content","evidence":[],"tookMs":3.040,"reason":"only placeholders"}"#
        );
        let fresh = FreshnessVerdict { state: Freshness::Stale, running: "1".into(), latest: "2".into(), reason: "r" };
        assert_eq!(freshness(&fresh), r#"{"state":"stale","running":"1","latest":"2","reason":"r"}"#);
        let report = RepairReport {
            damaged_keys: vec!["a".into(), "b".into()],
            poisoned_urls: Vec::new(),
            done: RepairDone { copied: 2, removed: 1, failed: 1 },
        };
        assert_eq!(repair(&report), r#"{"damagedKeys":["a","b"],"poisonedUrls":[],"copied":2,"removed":1,"failed":1}"#);
        assert_eq!(choice("retry"), r#"{"choice":"retry"}"#);
        assert_eq!(choice(crate::core::prompt::choice::NONE), NO_CHOICE);
        assert_eq!(repair(&RepairReport::default()), NO_REPAIR);
        let cases = [
            (
                Notice::Retry { url: "/a".into(), attempt: 1, wait: Millis(9), outcome: "lost" },
                r#"{"url":"/a","attempt":1,"waitMs":9,"outcome":"lost"}"#,
            ),
            (Notice::Prompt { kind: "script", choice: None }, r#"{"kind":"script"}"#),
            (Notice::Telemetry { sent: 1, kept: 2, dropped: 3 }, r#"{"sent":1,"kept":2,"dropped":3}"#),
        ];
        for (given, json) in cases {
            assert_eq!(notice(&given), json);
        }
    }
}
