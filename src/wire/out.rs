//! Verdicts, reports and notices as the page's code sees them.

use crate::core::action::{Notice, Reply};
use crate::core::config::Consent;
use crate::core::freshness::FreshnessVerdict;
use crate::core::incident::{Cause, Finding, record};
use crate::core::prompt::choice;
use crate::core::render::{Judged, Region, RenderState, RenderVerdict};
use crate::core::snapshot::{InForce, Snapshot};
use crate::core::storage::{DamagedEntry, PoisonedEntry, RepairReport, Store};
use crate::wire::ask::{GuardEvent, RepairAction};
use serde::Serialize;

/// Why the neutral answers are neutral.
const NOT_RUNNING: &str = "the guard does not run";

/// The kind of a prompt that the page's own code asked for, once it is answered.
const ASKED: &str = "asked";

/// An answer to a question of the page's code.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Told<'a> {
    Render(Render<'a>),
    Freshness(Freshness<'a>),
    Repair(Repair<'a>),
    Choice(Choice<'a>),
    Story(Option<Story<'a>>),
    State(Option<State<'a>>),
}

/// What the page's listeners hear. Its `type` is the event's code, see [`Heard::event`].
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Heard<'a> {
    Incident(Incident<'a>),
    Verdict(Render<'a>),
    Retry(Retry<'a>),
    BeforeRetry(RetryQuestion<'a>),
    BeforeReload,
    Repair(Repair<'a>),
    Prompt(Prompt<'a>),
    Telemetry(Telemetry),
    Expiry(Expiry<'a>),
}

impl Heard<'_> {
    /// Whose listeners hear it.
    pub fn event(&self) -> GuardEvent {
        match self {
            Heard::Incident(_) => GuardEvent::Incident,
            Heard::Verdict(_) => GuardEvent::Verdict,
            Heard::Retry(_) => GuardEvent::Retry,
            Heard::BeforeRetry(_) => GuardEvent::BeforeRetry,
            Heard::BeforeReload => GuardEvent::BeforeReload,
            Heard::Repair(_) => GuardEvent::Repair,
            Heard::Prompt(_) => GuardEvent::Prompt,
            Heard::Telemetry(_) => GuardEvent::Telemetry,
            Heard::Expiry(_) => GuardEvent::Expiry,
        }
    }
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
    took_ms: f64,
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
    /// Only where it is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<bool>,
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
    restored: u32,
    steps: Vec<Step<'a>>,
}

/// One step of a repair, the mildest first.
#[derive(Debug, Serialize)]
struct Step<'a> {
    action: &'static str,
    target: &'a str,
    text: String,
}

/// All that is known of an incident.
#[derive(Debug, Serialize)]
pub struct Story<'a> {
    id: &'a str,
    reference: &'a str,
    cause: &'static str,
    outcome: &'static str,
    step: &'a str,
    build: &'a str,
    page: &'a str,
    /// Epoch milliseconds.
    detected: u64,
    evidence: Vec<Weighed<'a>>,
    timeline: Vec<Moment<'a>>,
    dropped: u32,
}

#[derive(Debug, Serialize)]
struct Weighed<'a> {
    cause: &'static str,
    weight: u8,
    kind: &'static str,
    detail: &'a str,
}

#[derive(Debug, Serialize)]
struct Moment<'a> {
    /// Milliseconds since detection.
    at: u64,
    stage: &'static str,
    detail: &'a str,
}

/// How the guard stands.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct State<'a> {
    build: Freshness<'a>,
    retries_left: u32,
    retries_most: u32,
    timers: Vec<Due>,
    consent: &'static str,
    /// Missing: nothing is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    queued: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    playbook: Option<Playbook>,
    incidents: &'a [String],
    marks: Vec<Mark>,
    /// Facts and marks.
    dropped: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Due {
    timer: &'static str,
    in_ms: u64,
}

#[derive(Debug, Serialize)]
struct Playbook {
    version: u64,
    silent: bool,
    mute: bool,
    without: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct Mark {
    ink: &'static str,
    sight: &'static str,
    furniture: bool,
    amount: u32,
    #[serde(rename = "box")]
    shown: [f64; 4],
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

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Expiry<'a> {
    what: &'a str,
    state: &'static str,
    left_ms: u64,
}

/// A question of the page's own code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Render,
    Freshness,
    Repair,
    Choice,
    Story,
    State,
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
            Told::Freshness(Freshness { state, running: "", latest: "", required: None, reason: NOT_RUNNING })
        }
        Question::Repair => Told::Repair(Repair::default()),
        Question::Choice => Told::Choice(Choice { choice: choice::NONE }),
        Question::Story => Told::Story(None),
        Question::State => Told::State(None),
    }
}

/// The answer to a question of the page's code. A key is handed over in another way.
pub fn reply(reply: &Reply) -> Told<'_> {
    match reply {
        Reply::Render(verdict) => Told::Render(render(verdict)),
        Reply::Freshness(verdict) => Told::Freshness(freshness(verdict)),
        Reply::Repair(report) => Told::Repair(repair(report)),
        Reply::Choice(choice) => Told::Choice(Choice { choice }),
        Reply::Story(incident) => Told::Story(incident.as_deref().map(story)),
        Reply::State(snapshot) => Told::State(Some(state(snapshot))),
        Reply::Key(_) => neutral(Question::Choice),
    }
}

fn evidence(found: &Finding) -> Evidence<'_> {
    Evidence { kind: found.kind.code(), detail: &found.detail }
}

fn weighed(found: &Finding) -> Weighed<'_> {
    Weighed { cause: found.cause.code(), weight: found.weight, kind: found.kind.code(), detail: &found.detail }
}

fn moment(entry: &record::Entry) -> Moment<'_> {
    Moment { at: entry.at.0, stage: entry.stage.code(), detail: &entry.detail }
}

fn story(incident: &record::Incident) -> Story<'_> {
    Story {
        id: &incident.id,
        reference: &incident.reference,
        cause: incident.cause.code(),
        outcome: incident.outcome.code(),
        step: &incident.step,
        build: &incident.build,
        page: &incident.page,
        detected: incident.detected,
        evidence: incident.evidence.iter().map(weighed).collect(),
        timeline: incident.timeline.iter().map(moment).collect(),
        dropped: incident.dropped,
    }
}

fn state(snapshot: &Snapshot) -> State<'_> {
    let Snapshot { build, retries_left, retries_most, timers, consent, queued, playbook, incidents, marks, dropped } =
        snapshot;
    State {
        build: freshness(build),
        retries_left: *retries_left,
        retries_most: *retries_most,
        timers: timers.iter().map(|(timer, left)| Due { timer: timer.code(), in_ms: left.0 }).collect(),
        consent: match consent {
            Consent::Pending => "pending",
            Consent::Granted => "granted",
            Consent::Denied => "denied",
        },
        queued: *queued,
        playbook: playbook.as_ref().map(|InForce { version, silent, mute, without }| Playbook {
            version: *version,
            silent: *silent,
            mute: *mute,
            without: without.iter().map(|remedy| remedy.code()).collect(),
        }),
        incidents,
        marks: marks.judged.iter().map(mark).collect(),
        dropped: dropped + marks.dropped,
    }
}

fn mark(Judged { patch, shown }: &Judged) -> Mark {
    Mark {
        ink: patch.ink.code(),
        sight: patch.sight.word(),
        furniture: patch.region == Region::Furniture,
        amount: patch.amount,
        shown: *shown,
    }
}

fn render(verdict: &RenderVerdict) -> Render<'_> {
    Render {
        state: verdict.state.code(),
        overdue: (verdict.state == RenderState::Loading).then_some(verdict.overdue),
        cause: verdict.cause.map(Cause::code),
        evidence: verdict.evidence.iter().map(evidence).collect(),
        took_ms: f64::from(verdict.took_us) / 1000.0,
        reason: &verdict.reason,
    }
}

fn freshness(verdict: &FreshnessVerdict) -> Freshness<'_> {
    Freshness {
        state: verdict.state.code(),
        running: &verdict.running,
        latest: &verdict.latest,
        required: verdict.required.then_some(true),
        reason: verdict.reason,
    }
}

fn repair(report: &RepairReport) -> Repair<'_> {
    Repair {
        damaged_keys: report.keys.iter().map(|entry| entry.key.as_str()).collect(),
        poisoned_urls: report.entries.iter().map(|entry| entry.url.as_str()).collect(),
        copied: report.done.copied,
        removed: report.done.removed,
        failed: report.done.failed,
        restored: report.done.restored,
        steps: steps(report),
    }
}

fn steps(report: &RepairReport) -> Vec<Step<'_>> {
    let step = |action: RepairAction, target, text| Step { action: action.code(), target, text };
    let mut steps = Vec::new();
    for DamagedEntry { store, key, fault, .. } in &report.keys {
        let store = if *store == Store::Local { "local" } else { "session" };
        let why = fault.code();
        let text = format!("entry {key} of {store} storage ({why}): a copy is set aside, then it is removed");
        steps.push(step(RepairAction::RemoveEntry, key, text));
    }
    for PoisonedEntry { cache, url, why } in &report.entries {
        let text =
            format!("{url} in the cache {cache} ({why}): a copy is set aside, then it is removed and fetched anew");
        steps.push(step(RepairAction::EvictFile, url, text));
    }
    for cache in &report.evict {
        let text = format!("cache {cache}: dropped while there is no room, the largest first");
        steps.push(step(RepairAction::DropCache, cache, text));
    }
    steps
}

/// As `guard.on` listeners hear of it.
pub fn notice(notice: &Notice) -> Heard<'_> {
    match notice {
        Notice::Incident { id, cause, stage, outcome, reference } => Heard::Incident(Incident {
            id,
            cause: cause.code(),
            stage: stage.code(),
            outcome: outcome.code(),
            reference,
        }),
        Notice::Verdict(verdict) => Heard::Verdict(render(verdict)),
        Notice::Retry { url, attempt, wait, outcome } => {
            Heard::Retry(Retry { url, attempt: *attempt, wait_ms: wait.0, outcome: outcome.code() })
        }
        Notice::Repair(report) => Heard::Repair(repair(report)),
        Notice::Prompt { kind } => Heard::Prompt(Prompt { kind: kind.code(), choice: None }),
        Notice::Answered { choice } => Heard::Prompt(Prompt { kind: ASKED, choice: Some(choice) }),
        Notice::Telemetry { sent, kept, dropped } => {
            Heard::Telemetry(Telemetry { sent: *sent, kept: *kept, dropped: *dropped })
        }
        Notice::Expiry { what, state, left } => Heard::Expiry(Expiry { what, state: state.code(), left_ms: left.0 }),
    }
}
