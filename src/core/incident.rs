//! The incident: everything that happens to a page, from detection to outcome.

use super::time::Millis;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Why a page failed; a closed set with stable codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// Of another version of the guard, too, when it is read.
    #[serde(other)]
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

    pub fn code(self) -> &'static str {
        match self {
            Cause::Offline => "offline",
            Cause::Network => "network",
            Cause::Overload => "overload",
            Cause::Api => "api",
            Cause::Resource => "resource",
            Cause::Script => "script",
            Cause::StaleDeploy => "stale-deploy",
            Cause::StaleLink => "stale-link",
            Cause::CacheDamaged => "cache-damaged",
            Cause::Translated => "translated",
            Cause::Unsupported => "unsupported",
            Cause::BlockedByPolicy => "blocked-by-policy",
            Cause::Refused => "refused",
            Cause::HiddenByStyle => "hidden-by-style",
            Cause::Unknown => "unknown",
        }
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

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Offline,
    NetworkError,
    Overloaded,
    ApiError,
    ApiHang,
    ResourceFailed,
    ResourceHtml,
    ImportFailed,
    ScriptError,
    UnsupportedSyntax,
    NewerBuild,
    LinkExpired,
    DamagedEntry,
    PoisonedCache,
    BlockedByPolicy,
    Refused,
    HiddenByStyle,
    Render,
    EngineOrigin,
    Altered,
    ReloadLoop,
    /// Something that another version of the guard found in the document before.
    #[serde(other)]
    Remembered,
}

impl Kind {
    pub fn code(self) -> &'static str {
        match self {
            Kind::Offline => "offline",
            Kind::NetworkError => "network-error",
            Kind::Overloaded => "overloaded",
            Kind::ApiError => "api-error",
            Kind::ApiHang => "api-hang",
            Kind::ResourceFailed => "resource-failed",
            Kind::ResourceHtml => "resource-html",
            Kind::ImportFailed => "import-failed",
            Kind::ScriptError => "script-error",
            Kind::UnsupportedSyntax => "unsupported-syntax",
            Kind::NewerBuild => "newer-build",
            Kind::LinkExpired => "link-expired",
            Kind::DamagedEntry => "damaged-entry",
            Kind::PoisonedCache => "poisoned-cache",
            Kind::BlockedByPolicy => "blocked-by-policy",
            Kind::Refused => "refused",
            Kind::HiddenByStyle => "hidden-by-style",
            Kind::Render => "render",
            Kind::EngineOrigin => "engine-origin",
            Kind::Altered => "altered",
            Kind::ReloadLoop => "reload-loop",
            Kind::Remembered => "remembered",
        }
    }
}

/// One finding that speaks for a cause. `detail` is redacted before it gets here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub cause: Cause,
    /// 0 to 100: how far this finding alone proves the cause. A definite proof outranks any number of hints.
    pub weight: u8,
    pub kind: Kind,
    pub detail: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    pub fn code(self) -> &'static str {
        match self {
            Stage::Detected => "detected",
            Stage::Diagnosed => "diagnosed",
            Stage::Retried => "retried",
            Stage::Repaired => "repaired",
            Stage::Reloaded => "reloaded",
            Stage::Withheld => "withheld",
            Stage::Prompted => "prompted",
            Stage::Answered => "answered",
            Stage::Ended => "ended",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    #[default]
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

impl Outcome {
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Open => "open",
            Outcome::Prompted => "prompted",
            Outcome::Recovered => "recovered",
            Outcome::Harmless => "harmless",
            Outcome::Refused => "refused",
            Outcome::Abandoned => "abandoned",
        }
    }

    pub fn ended(self) -> bool {
        matches!(self, Outcome::Recovered | Outcome::Harmless | Outcome::Refused | Outcome::Abandoned)
    }
}

/// A line of the timeline: milliseconds since detection (across a reload too), stage, detail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub at: Millis,
    pub stage: Stage,
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// Only what is open goes on in the next document.
    #[serde(skip)]
    pub outcome: Outcome,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_what_is_written_of_its_cause() {
        for cause in Cause::ALL {
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.code());
            assert_eq!(serde_json::from_value::<Cause>(cause.code().into()).unwrap(), cause);
        }
    }
}
