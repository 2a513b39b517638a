//! The incident as a record: everything that happens to a page, from detection to outcome.

use crate::core::storage::facts::Stuck;
use crate::core::time::Millis;
use crate::core::vocabulary::vocabulary;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

vocabulary! {
    /// Why a page failed; a closed set with stable codes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Cause {
        /// There is no network.
        Offline = "offline",
        /// Addresses cannot be reached or are slow, though there may be a network.
        Network = "network",
        /// A server answers that it is busy: 429, 502, 503 or 504.
        Overload = "overload",
        /// A call that the page needs fails, or hangs.
        Api = "api",
        /// A script, a style sheet or another file is missing or is something else.
        Resource = "resource",
        /// The page's own script threw, or an entry script never ran.
        Script = "script",
        /// The running build is not the live one any more, and what it needs is gone.
        StaleDeploy = "stale-deploy",
        /// The link or the session has ended.
        StaleLink = "stale-link",
        /// An entry of local or session storage, or a file in Cache Storage, is not what it was written as.
        CacheDamaged = "cache-damaged",
        /// A store of the device is full, blocked or lost.
        StorageStuck = "storage-stuck",
        /// Altered from outside, most often by a translation of the page.
        Translated = "translated",
        /// The browser cannot run the page's scripts.
        Unsupported = "unsupported",
        /// A Content-Security-Policy or a blocker kept out what the page needs.
        BlockedByPolicy = "blocked-by-policy",
        /// The server has decided against it: explained, never healed.
        Refused = "refused",
        /// The content is there, and style keeps it from being seen.
        HiddenByStyle = "hidden-by-style",
        /// Nothing that was found names a cause; of another version of the guard, too, when it is read.
        #[serde(other)]
        Unknown = "unknown",
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

vocabulary! {
    /// What was found.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Kind {
        /// There is no connection.
        Offline = "offline",
        /// A call or a file had no answer.
        NetworkError = "network-error",
        /// An answer with 429, 502, 503 or 504.
        Overloaded = "overloaded",
        /// A call was answered with another status of failure.
        ApiError = "api-error",
        /// A call has had no answer for too long.
        ApiHang = "api-hang",
        /// A file could not be loaded.
        ResourceFailed = "resource-failed",
        /// HTML came in place of a script or a style sheet.
        ResourceHtml = "resource-html",
        /// An `import()` of the page failed.
        ImportFailed = "import-failed",
        /// An error that nobody caught, or that the page reported.
        ScriptError = "script-error",
        /// The browser cannot read a script that came whole.
        UnsupportedSyntax = "unsupported-syntax",
        /// The build manifest tells of another build than the running one.
        NewerBuild = "newer-build",
        /// The build before came once more.
        ServedStale = "served-stale",
        /// The server, or `expiresAt`, says that the link has ended.
        LinkExpired = "link-expired",
        /// Calls that were answered well are refused now.
        SessionEnded = "session-ended",
        /// An entry of local or session storage breaks what is declared or known of it.
        DamagedEntry = "damaged-entry",
        /// A whole entry of another build; whether it is to blame is not known.
        SuspectEntry = "suspect-entry",
        /// A cache has something else for a file than the network.
        PoisonedCache = "poisoned-cache",
        /// A store does not take, or does not answer.
        StorageStuck = "storage-stuck",
        /// The browser tells that a policy kept something out.
        BlockedByPolicy = "blocked-by-policy",
        /// The server refuses, with a business code of its own.
        Refused = "refused",
        /// There is content, and style hides or covers it.
        HiddenByStyle = "hidden-by-style",
        /// What a look at the page saw.
        Render = "render",
        /// The guard's own engine did not come from the first place that has it.
        EngineOrigin = "engine-origin",
        /// The page's elements were moved or replaced from outside.
        Altered = "altered",
        /// The page loads itself again and again.
        ReloadLoop = "reload-loop",
        /// Something that another version of the guard found in the document before.
        #[serde(other)]
        Remembered = "remembered",
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

impl Evidence {
    /// How a store is stuck, where that is what was found: the first words of its detail.
    pub fn stuck(&self) -> Option<Stuck> {
        let stuck = self.detail.split(':').next().filter(|_| self.kind == Kind::StorageStuck)?;
        Stuck::from_code(stuck)
    }

    /// Whether it was found because of a store that is stuck like this. Not every browser says what it denies, and none that it is for the frame.
    pub fn tells_of(&self, stuck: Stuck) -> bool {
        match stuck {
            Stuck::Denied | Stuck::Framed => self.detail.contains("SecurityError"),
            stuck => self.stuck() == Some(stuck),
        }
    }
}

vocabulary! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Stage {
        /// Something was found.
        Detected = "detected",
        /// The findings have named a cause, or another one.
        Diagnosed = "diagnosed",
        /// What failed was asked for again.
        Retried = "retried",
        /// Damaged entries or files were set aside.
        Repaired = "repaired",
        /// The page was loaded anew.
        Reloaded = "reloaded",
        /// Something was not done, on purpose.
        Withheld = "withheld",
        /// The user was told.
        Prompted = "prompted",
        /// The user has pressed a button.
        Answered = "answered",
        /// It is over; the outcome says how.
        Ended = "ended",
    }
}

vocabulary! {
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Outcome {
        /// It goes on.
        #[default]
        Open = "open",
        /// A prompt stands before the user.
        Prompted = "prompted",
        /// Something was missed and is there again: content has held, and what was lost has run.
        Recovered = "recovered",
        /// Something failed that nobody missed, and nothing was done about it. No part of any rate of healing.
        Harmless = "harmless",
        /// The server's decision, not a fault: explained, not healed.
        Refused = "refused",
        /// The user left, the guard was stopped, or nothing more could be done in time.
        Abandoned = "abandoned",
    }
}

impl Outcome {
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

/// A reload by the guard: of which build, for which cause, and when, in epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reload {
    pub build: String,
    pub cause: Cause,
    pub at: u64,
}

impl Reload {
    /// How often it happened for this build and cause.
    pub fn count(reloads: &[Reload], build: &str, cause: Cause) -> usize {
        reloads.iter().filter(|reload| reload.build == build && reload.cause == cause).count()
    }

    /// The last one, in epoch milliseconds; 0 when there was none.
    pub fn last(reloads: &[Reload]) -> u64 {
        reloads.iter().map(|reload| reload.at).max().unwrap_or(0)
    }
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
    pub timeline: Vec<Entry>,
    /// Findings and timeline lines that did not fit.
    pub dropped: u32,
    /// Keys of whole entries that were set aside because the user said so; where that does not help they are put back. Never sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<String>,
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
        let at = Millis(epoch.saturating_sub(self.detected));
        self.timeline.push(Entry { at, stage, detail: detail.into() });
    }

    /// How a store is stuck, by the strongest finding.
    pub fn stuck(&self) -> Option<Stuck> {
        self.evidence.iter().find_map(|e| e.stuck())
    }

    pub fn has_been(&self, stage: Stage) -> bool {
        self.timeline.iter().any(|e| e.stage == stage)
    }
}
