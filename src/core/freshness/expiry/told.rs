//! What this part of the room hears and says.

use crate::core::freshness::server_time::Dated;
use crate::core::time::Millis;
use crate::core::vocabulary::vocabulary;

/// What an address and a session are called; other names are the page's own.
pub const LINK: &str = "link";
pub const SESSION: &str = "session";
/// The page's own address, as the options declare its end.
pub const PAGE_LINK: u32 = 0;

vocabulary! {
    /// How it stands with something that ends.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum ExpiryState {
        /// Soon.
        Expiring = "expiring",
        Renewed = "renewed",
        Expired = "expired",
    }
}

/// When something ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The server's time, in epoch milliseconds.
    At(Millis),
    /// From now on.
    In(Millis),
}

/// What the page declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// By which it is taken back, and renewed.
    pub id: u32,
    pub what: String,
    pub end: End,
    /// The user is told so long before.
    pub warn: Millis,
    /// The page's own code can renew it.
    pub renews: bool,
}

/// What the page's own code has renewed: until when, in the server's time, and, of a link, the new one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renewal {
    pub at: Option<Millis>,
    pub link: Option<String>,
}

/// A fact for this part of the room. `A` tells the caller who asked; it is only handed back.
#[derive(Debug)]
pub enum Event<A> {
    /// The device's clock at the start.
    Started {
        epoch: u64,
    },
    Declared(Declared),
    TakenBack(u32),
    /// An answer with a date, and the device's clock as it was heard.
    Dated {
        dated: Dated,
        epoch: u64,
    },
    /// The answer to [`Signal::ReadClock`].
    Clock {
        epoch: u64,
    },
    /// The answer to [`Signal::AskServer`]: whether anybody has answered.
    ServerAsked {
        answered: bool,
    },
    Seen {
        visible: bool,
    },
    /// The answer to [`Signal::Renew`]; `None`: it failed, or did not end in time.
    Renewed {
        id: u32,
        renewal: Option<Renewal>,
    },
    /// The user wants it renewed.
    RenewalChosen(u32),
    /// A key action is about to be sent; answered by [`Signal::MaySend`].
    KeyAction(A),
    /// A call of the page's own was answered: 401, or, `surely`, with what says nothing else than that the session is over.
    Unauthorized {
        url: String,
        surely: bool,
    },
    /// A call of the page's own was answered well.
    Authorized {
        url: String,
    },
}

/// What it wants of the others.
#[derive(Debug, PartialEq, Eq)]
pub enum Signal<A> {
    ReadClock,
    /// What is the server's time? Answered by [`Event::ServerAsked`], and by [`Event::Dated`] before where the answer has a date.
    AskServer,
    /// Answered by one [`Event::Renewed`].
    Renew {
        id: u32,
        within: Millis,
    },
    /// Tells the page's listeners.
    Told {
        what: String,
        state: ExpiryState,
        left: Millis,
    },
    /// Tells the user that it ends in so many minutes, or (0) that it has ended. `renews`: it can still be renewed.
    Warn {
        id: u32,
        what: String,
        minutes: u64,
        renews: bool,
    },
    /// Tells the user who waits that it is being renewed.
    Wait {
        id: u32,
        what: String,
    },
    /// What was told of it is no longer so.
    Unsay {
        id: u32,
    },
    LinkEnded {
        renewed: Option<String>,
    },
    /// `url`: what was answered so; empty where it was declared.
    SessionEnded {
        url: String,
    },
    /// There is a session again.
    SessionBack,
    /// A key action may go on, or not.
    MaySend {
        by: A,
        may: bool,
    },
}
