//! The incident: everything that happens to a page, from detection to outcome.

use super::text::{code_at, place};
use super::time::Millis;
use std::rc::Rc;

/// Why a page failed; a closed set with stable codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    Offline,
    Network,
    Overload,
    Api,
    Resource,
    Script,
    StaleDeploy,
    StaleLink,
    CacheDamaged,
    /// Altered from outside, most often by a translation of the page.
    Translated,
    Unsupported,
    BlockedByPolicy,
    Refused,
    HiddenByStyle,
    Unknown,
}

impl Cause {
    pub const ALL: [Cause; 15] = [
        Cause::Offline,
        Cause::Network,
        Cause::Overload,
        Cause::Api,
        Cause::Resource,
        Cause::Script,
        Cause::StaleDeploy,
        Cause::StaleLink,
        Cause::CacheDamaged,
        Cause::Translated,
        Cause::Unsupported,
        Cause::BlockedByPolicy,
        Cause::Refused,
        Cause::HiddenByStyle,
        Cause::Unknown,
    ];

    /// In the order of [`Cause::ALL`].
    const CODES: &str = "offline network overload api resource script stale-deploy stale-link cache-damaged \
        translated unsupported blocked-by-policy refused hidden-by-style unknown";

    pub fn code(self) -> &'static str {
        code_at(Cause::CODES, self as usize)
    }

    pub fn from_code(code: &str) -> Option<Cause> {
        place(Cause::CODES, code).map(|n| Cause::ALL[n])
    }
}

/// Puts a finding in its place, strongest first. Among equals the first found stays first: later failures are often its
/// consequences.
pub fn rank(evidence: &mut Vec<Finding>, found: Finding) {
    let place = evidence.iter().position(|e| e.weight < found.weight).unwrap_or(evidence.len());
    evidence.insert(place, found);
}

/// A finding is put into several lists; only its address is.
pub type Finding = Rc<Evidence>;

/// One finding that speaks for a cause. `detail` is redacted before it gets here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub cause: Cause,
    /// 0 to 100: how far this finding alone proves the cause. A definite proof outranks any number of hints.
    pub weight: u8,
    /// Stable code of the finding, such as `resource-failed`.
    pub kind: &'static str,
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Detected,
    Diagnosed,
    Retried,
    Repaired,
    Reloaded,
    /// Something was not done, on purpose.
    Withheld,
    Prompted,
    Answered,
    Ended,
}

impl Stage {
    const ALL: [Stage; 9] = [
        Stage::Detected,
        Stage::Diagnosed,
        Stage::Retried,
        Stage::Repaired,
        Stage::Reloaded,
        Stage::Withheld,
        Stage::Prompted,
        Stage::Answered,
        Stage::Ended,
    ];

    /// In the order of [`Stage::ALL`].
    const CODES: &str = "detected diagnosed retried repaired reloaded withheld prompted answered ended";

    pub fn code(self) -> &'static str {
        code_at(Stage::CODES, self as usize)
    }

    pub fn from_code(code: &str) -> Option<Stage> {
        place(Stage::CODES, code).map(|n| Stage::ALL[n])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Open,
    /// A prompt stands before the user.
    Prompted,
    /// Something was missed and is there again: content has held, and what was lost has run.
    Recovered,
    /// Something failed that nobody missed, and nothing was done about it. No part of any rate of healing.
    Harmless,
    /// The server's decision, not a fault: explained, not healed.
    Refused,
    /// The user left, the guard was stopped, or nothing more could be done in time.
    Abandoned,
}

impl Fate {
    pub fn code(self) -> &'static str {
        code_at("open prompted recovered harmless refused abandoned", self as usize)
    }

    pub fn ended(self) -> bool {
        matches!(self, Fate::Recovered | Fate::Harmless | Fate::Refused | Fate::Abandoned)
    }
}

/// A line of the timeline: milliseconds since detection (across a reload too), stage, detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Millis,
    pub stage: Stage,
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// 32 hexadecimal digits, by chance; says nothing of the user.
    pub id: String,
    /// What the user can read out to a human.
    pub reference: String,
    /// Counts what was sent about it; the receiver keeps the highest.
    pub revision: u32,
    pub cause: Cause,
    pub evidence: Vec<Finding>,
    pub step: String,
    pub build: String,
    pub page: String,
    /// Epoch milliseconds of detection.
    pub detected: u64,
    pub timeline: Vec<Box<Entry>>,
    /// Findings and timeline lines that did not fit.
    pub dropped: u32,
    pub fate: Fate,
}

impl Incident {
    pub const MAX_EVIDENCE: usize = 16;
    pub const MAX_TIMELINE: usize = 32;

    /// Adds a finding unless it is known already; returns whether it is new. The cause follows the strongest finding.
    pub fn add_evidence(&mut self, found: Finding) -> bool {
        if self.evidence.iter().any(|e| e.kind == found.kind && e.detail == found.detail) {
            return false;
        }
        if self.evidence.len() >= Self::MAX_EVIDENCE {
            self.dropped += 1;
            // Strongest first: the last one is the weakest.
            if self.evidence.last().is_some_and(|last| last.weight >= found.weight) {
                return false;
            }
            self.evidence.pop();
        }
        rank(&mut self.evidence, found);
        self.cause = self.evidence[0].cause;
        true
    }

    pub fn add_all(&mut self, found: Vec<Finding>) {
        for e in found {
            self.add_evidence(e);
        }
    }

    pub fn note(&mut self, epoch: u64, stage: Stage, detail: &str) {
        if self.timeline.len() >= Self::MAX_TIMELINE && stage != Stage::Ended {
            self.dropped += 1;
            return;
        }
        self.timeline.push(Box::new(Entry {
            at: Millis(epoch.saturating_sub(self.detected)),
            stage,
            detail: detail.into(),
        }));
    }

    pub fn has_been(&self, stage: Stage) -> bool {
        self.timeline.iter().any(|e| e.stage == stage)
    }
}
