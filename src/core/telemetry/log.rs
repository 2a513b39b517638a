//! Log records of the guard's own: an incident, a page view, what retries came to. Written and read as JSON while they wait; `otlp` puts them into
//! the format of collectors.

use super::names::Names;
use crate::core::incident::record::{Incident, Outcome};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

const INCIDENT: &str = "pagemend.incident";
const PAGE: &str = "pagemend.page";
const RETRIES: &str = "pagemend.retries";
const GUARD_FAILED: &str = "pagemend.guard.failed";
const PLAYBOOK_REFUSED: &str = "pagemend.playbook.refused";

/// The guard's own words, or read from text.
type Name = Cow<'static, str>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub event: Name,
    /// Epoch milliseconds.
    pub at: u64,
    /// OTLP's `SeverityNumber`.
    pub severity: u8,
    pub body: String,
    pub attributes: Vec<(Name, Value)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Value {
    Text(String),
    Int(u64),
    List(Vec<String>),
}

fn text(key: &'static str, text: impl Into<String>) -> (Name, Value) {
    (key.into(), Value::Text(text.into()))
}

fn int(key: &'static str, n: impl Into<u64>) -> (Name, Value) {
    (key.into(), Value::Int(n.into()))
}

fn list(key: &'static str, texts: impl Iterator<Item = String>) -> (Name, Value) {
    (key.into(), Value::List(texts.collect()))
}

/// Absent when empty.
fn session_id(session: &str) -> Option<(Name, Value)> {
    (!session.is_empty()).then(|| text("session.id", session))
}

/// `SeverityNumber`: INFO, WARN, ERROR.
const INFO: u8 = 9;
const ERROR: u8 = 17;

fn severity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Recovered | Outcome::Harmless | Outcome::Refused => INFO,
        Outcome::Open | Outcome::Prompted => 13,
        Outcome::Abandoned => ERROR,
    }
}

/// `at` in epoch milliseconds.
pub(super) fn record(event: &'static str, at: u64, severity: u8, body: String) -> Log {
    Log { event: event.into(), at, severity, body, attributes: Vec::new() }
}

/// The record of one revision of an incident. `playbook`: the version of the remote one that holds. `names`: those that may be sent as they are.
pub fn incident(i: &Incident, epoch: u64, session: &str, playbook: Option<u64>, names: &Names) -> Log {
    let (cause, outcome, step) = (i.cause.code(), i.outcome.code(), names.restore(&i.step));
    let mut record = record(INCIDENT, epoch, severity(i.outcome), format!("{cause} at {step}: {outcome}"));
    let evidence = i.evidence.iter().map(|e| format!("{}: {}", e.kind.code(), names.restore(&e.detail)));
    let timeline = i.timeline.iter().map(|t| format!("{} {} {}", t.at.0, t.stage.code(), names.restore(&t.detail)));
    record.attributes = vec![
        text("pagemend.incident.id", &i.id),
        int("pagemend.incident.revision", i.revision),
        text("pagemend.cause", cause),
        text("pagemend.outcome", outcome),
        text("pagemend.step", step),
        text("pagemend.build", &i.build),
        text("pagemend.page", names.restore(&i.page)),
        text("pagemend.reference", &i.reference),
        int("pagemend.duration_ms", epoch.saturating_sub(i.detected)),
        list("pagemend.evidence", evidence),
        list("pagemend.timeline", timeline),
    ];
    record.attributes.extend((i.dropped > 0).then(|| int("pagemend.dropped", i.dropped)));
    record.attributes.extend(playbook.map(|version| int("pagemend.playbook.version", version)));
    record.attributes.extend(session_id(session));
    record
}

/// What the guard's retries on a page came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retries {
    /// Requests beyond the page's own.
    pub asked: u32,
    /// Resources and calls that came in the end.
    pub recovered: u32,
    /// That did not.
    pub lost: u32,
}

/// The page that a record is about.
pub struct Place<'a> {
    pub path: &'a str,
    pub build: &'a str,
    pub step: &'a str,
    /// Epoch milliseconds.
    pub epoch: u64,
    pub session: &'a str,
    /// Those that may be sent as they are.
    pub names: &'a Names,
}

/// What every record of a page begins with.
fn of_page(event: &'static str, place: &Place, body: &str) -> Log {
    let mut record = record(event, place.epoch, INFO, body.into());
    record.attributes = vec![
        text("pagemend.page", place.names.restore(place.path)),
        text("pagemend.build", place.build),
        text("pagemend.step", place.names.restore(place.step)),
    ];
    record
}

/// The record of one page view: the denominator of every rate.
pub fn page(place: &Place, verdict: &str) -> Log {
    let mut record = of_page(PAGE, place, verdict);
    record.attributes.push(text("pagemend.verdict", verdict));
    record.attributes.extend(session_id(place.session));
    record
}

/// The record of a failure of the guard's own. `place`: where in its source.
pub fn failure(page: &Place, message: &str, place: &str) -> Log {
    let mut record = of_page(GUARD_FAILED, page, message);
    record.severity = ERROR;
    record.attributes.push(text("pagemend.place", place));
    record.attributes.extend(session_id(page.session));
    record
}

/// The record of a remote playbook that was not taken.
pub fn playbook_refused(page: &Place, why: &str) -> Log {
    let mut record = of_page(PLAYBOOK_REFUSED, page, why);
    record.severity = ERROR;
    record.attributes.extend(session_id(page.session));
    record
}

/// The record of what retries came to on a page; a later one of the same page counts from the one before.
pub fn retries(place: &Place, sum: Retries) -> Log {
    let mut record = of_page(RETRIES, place, "");
    record.attributes.extend([
        int("pagemend.retries.asked", sum.asked),
        int("pagemend.retries.recovered", sum.recovered),
        int("pagemend.retries.lost", sum.lost),
    ]);
    record.attributes.extend(session_id(place.session));
    record
}
