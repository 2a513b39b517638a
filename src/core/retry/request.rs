//! One request of the page's own, as it is followed.

use crate::core::id::RequestId;
use crate::core::time::Millis;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// An attempt is on its way, until `due`.
    InFlight,
    /// The next attempt is sent when it is due.
    Backoff,
    /// Given up for now; the page's promise is kept open for a retry by the user, or for the network.
    Held,
}

#[derive(Clone, Debug)]
pub struct Request<A> {
    pub id: RequestId,
    pub url: String,
    /// It changes nothing on the server.
    pub safe: bool,
    /// It carries an idempotency key.
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
    /// Whose trouble its failure is.
    pub of: Option<A>,
    /// Answered, and not by an error.
    pub fine: bool,
}

impl<A> Request<A> {
    pub fn enter(&mut self, phase: Phase, due: Millis) {
        self.phase = phase;
        self.due = due;
    }
}
