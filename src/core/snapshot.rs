//! How the guard stands at one moment, all rooms together: for a developer who watches it. Nothing of it is written down until somebody asks.

use super::config::Consent;
use super::freshness::FreshnessVerdict;
use super::playbook::ladder::Remedy;
use super::render::Marks;
use super::time::Millis;
use super::vocabulary::vocabulary;

vocabulary! {
    /// What the one timer is for.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Timer {
        /// A look at the page.
        Render = "render",
        Retry = "retry",
        /// The build manifest.
        Freshness = "freshness",
        /// What the page has declared an end of.
        Expiry = "expiry",
        /// The next step of an incident.
        Incident = "incident",
        Playbook = "playbook",
        Telemetry = "telemetry",
        /// Whether the network is back.
        Network = "network",
        /// Until then an answer of the browser's is waited for.
        Answer = "answer",
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// As it was found last.
    pub build: FreshnessVerdict,
    /// Retries that the page may still make, and those of a whole burst.
    pub retries_left: u32,
    pub retries_most: u32,
    /// From now on, in no order.
    pub timers: Vec<(Timer, Millis)>,
    pub consent: Consent,
    /// Telemetry that waits; `None`: nothing is sent.
    pub queued: Option<usize>,
    pub playbook: Option<InForce>,
    /// Ids of this document's incidents, the latest last.
    pub incidents: Vec<String>,
    /// Of the last look; none before somebody has asked.
    pub marks: Marks,
    /// Facts that did not fit.
    pub dropped: u32,
}

/// What a remote playbook comes to in this place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    pub version: u64,
    /// Nobody is prompted.
    pub silent: bool,
    /// Nothing is sent.
    pub mute: bool,
    /// Remedies that are not taken.
    pub without: Vec<Remedy>,
}
