//! What the room tells whoever asks: how it stands, and texts as telemetry would tell them.

use super::{Room, redact};
use crate::core::config::Consent;
use crate::core::incident::record::Incident;

impl Room {
    /// An address as telemetry would tell it.
    pub fn address(&self, url: &str) -> String {
        self.names.restore(&redact::url(url))
    }

    pub fn consented(&self) -> Consent {
        self.consent
    }

    /// How many records wait; `None`: nothing is sent.
    pub fn waiting(&self) -> Option<usize> {
        self.sends().then(|| self.queue.len())
    }

    /// The incident with the names in it that the page has declared.
    pub fn named(&self, incident: &Incident) -> Incident {
        self.names.in_incident(incident)
    }
}
