//! What the room wants of the others.

use crate::core::id::RequestId;
use crate::core::time::Millis;

/// Which round of probes an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub(super) u32);

/// How an attempt of a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer at all came.
    Unanswered,
    /// None came in time.
    TimedOut,
    /// The server has too much to do, and says so with this status.
    Overloaded(u16),
    /// Something broke in the server.
    Broken(u16),
}

/// What becomes of a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is sent again after a while.
    Again,
    /// It waits for the user or the network to ask for more. If nobody stands for it, it is to be given back.
    Held,
    /// The page gets the failure.
    GivenBack,
}

/// `A` is whose trouble a failing request is, in the caller's own words; the room only hands it back.
#[derive(Debug, PartialEq, Eq)]
pub enum Signal<A> {
    /// Send one more attempt; answered by one `Event::Ended`.
    Send { request: RequestId, attempt: u32, of: Option<A> },
    /// Nobody waits for that attempt any more.
    Abort { request: RequestId, attempt: u32 },
    /// The page gets the last outcome of its request.
    Settle { request: RequestId },
    /// Somebody answered, whatever they said.
    Answered,
    /// An attempt failed.
    Failed {
        request: RequestId,
        of: Option<A>,
        url: String,
        failure: Failure,
        /// It changes the user's affairs, and what became of that is not known.
        submitting: bool,
        next: Next,
    },
    /// The origin of a request will not be asked in time.
    GivenUp { request: RequestId, of: Option<A>, next: Next },
    /// It could not be sent without a network, and is held until there is one.
    Offline { request: RequestId },
    /// The page has the end of a request whose failure was somebody's trouble. Not `answered`: the page itself gave it up.
    Over { request: RequestId, of: A, answered: bool },
    /// The server says that what the page was opened with is too old.
    Expired { url: String },
    /// The server's decision.
    Refused { url: String, code: String, status: u16 },
    /// Have `to` in place of `url` wherever the page uses it; answered by one `Event::Mended`.
    Mend { url: String, to: String, within: Millis },
    /// There is no more to try for this part, and who uses it is to be told.
    Lost { url: String },
    /// Can this resource be had again? Answered by one `Event::ProbeEnded`.
    Probe { ticket: Ticket, url: String, script: bool, within: Millis },
    /// So many of those that were probed can be had again.
    Probed { to: A, alive: usize },
    /// One more try is to be made in `wait`.
    Retrying { url: String, attempt: u32, wait: Millis },
    /// The end of the tries for one address; `attempt` was the last one.
    Retried { url: String, attempt: u32, recovered: bool },
    /// There is more than can be followed: one less is.
    Dropped,
}
