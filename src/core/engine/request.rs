//! One request of the page's own, as the engine follows it.

use super::case::CaseId;
use crate::core::id::RequestId;
use crate::core::time::Millis;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// An attempt is on its way, until `due`.
    InFlight,
    /// The next attempt is sent when it is due.
    Backoff,
    /// Given up for now; the page's promise is kept open for a retry by the user, or for the network.
    Held,
}

#[derive(Clone, Debug)]
pub(super) struct Request {
    pub id: RequestId,
    pub url: String,
    pub safe: bool,
    pub keyed: bool,
    pub attempt: u32,
    /// Attempts since the user or the network last asked for more.
    pub tries: u32,
    pub phase: Phase,
    /// The last attempt got no answer at all.
    pub unanswered: bool,
    pub due: Millis,
    /// When the page asked for it.
    pub started: Millis,
    pub case: Option<CaseId>,
    /// Answered, and not by an error.
    pub fine: bool,
}

impl Request {
    pub fn enter(&mut self, phase: Phase, due: Millis) {
        self.phase = phase;
        self.due = due;
    }
}
