//! Facts that the shell tells the engine. No event asks for anything by itself; decisions are actions.

use super::config::Consent;
use super::freshness::expiry::{Declared, Renewal};
pub use super::freshness::manifest::{Manifest, Served};
use super::freshness::server_time::Dated;
use super::id::{ActionId, AskId, RequestId};
use super::playbook::document::Document;
use super::playbook::{self, Kept};
use super::prompt::PromptKind;
use super::refresh::Way;
use super::render::RenderFacts;
use super::storage::{CacheFacts, RepairDone, RepairWish, StorageEntry, StuckStore};
use super::time::Millis;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// Parser-blocking, deferred or async classic script.
    Classic,
    Module,
    Style,
    /// Lazily imported part of the application.
    Chunk,
    /// A document in the page: only where it came from has it.
    Frame,
    /// Image, font, media: the page can be used without.
    Other,
}

/// How one attempt of a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Any HTTP answer. `retry_after` is already relative to now; `code` is the business code of a JSON error body.
    Answer { status: u16, retry_after: Option<Millis>, code: Option<String> },
    /// No HTTP answer: connection refused, reset, DNS, CORS.
    NetworkError,
    /// The page itself gave the request up.
    Aborted,
}

/// Statuses of answers that say "not now" or "something broke here"; all others are final, and not worth another try. RFC 9110, RFC 6585, RFC 8470.
pub fn worth_retrying(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// The server says that it has too much to do.
pub fn says_overloaded(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// Whether an answer says that the session is over; `Some(true)`: it says nothing else than that. 419 and 440 are those of frameworks and of IIS.
pub fn says_session_over(status: u16, code: &str) -> Option<bool> {
    let code = code.to_ascii_uppercase();
    let says = |words: [&str; 2]| words.iter().any(|word| code.contains(word));
    let expired = code.contains("EXPIRED");
    match status {
        419 | 440 => Some(true),
        401 if expired && says(["LINK", "TICKET"]) => None,
        401 => Some(expired),
        400.. if expired && says(["SESSION", "LOGIN"]) => Some(true),
        _ => None,
    }
}

/// What the device remembers for the guard, as text that only the core reads.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Epoch milliseconds at `now` of this event; all later epochs are derived from it.
    pub epoch: u64,
    /// Session memory as written by [`Command::Remember`](super::action::Command::Remember); `None` when storage is denied.
    pub memory: Option<String>,
    /// The second witness of a reload, as written by [`Command::Remember`](super::action::Command::Remember): it outlives `clear()` of all storage.
    /// `None` when there is no place for it.
    pub mark: Option<String>,
    /// Local storage holds unsent telemetry of some page.
    pub queues: bool,
    /// The user said no to telemetry on an earlier page.
    pub denied: bool,
    /// What tabs of the page have told each other, as text of [`Command::Share`](super::action::Command::Share); empty where there is none.
    pub shared: String,
    /// The last good playbook of an earlier page, and the document that it holds.
    pub playbook: Option<(Kept, Document)>,
    /// Path of the page, without query.
    pub path: String,
    /// `document.readyState` is `complete`.
    pub loaded: bool,
    pub visible: bool,
    pub online: bool,
    /// Events that boot.js had to drop.
    pub dropped: u32,
}

#[derive(Clone, Debug)]
pub enum Event {
    /// Always the first event.
    Started(Start),
    /// An uncaught error (`rejection` false) or unhandled rejection. `text` is raw; it is redacted before it is kept.
    ScriptFailed {
        rejection: bool,
        text: String,
        source: String,
    },
    /// `JSON.parse` refused a text of the page's own; told beside the error that came of it. Raw, and only compared on this device.
    JsonRefused {
        text: String,
    },
    /// The page's own load failed; boot.js is fetching it again when `critical`, or, for a part such as a picture, the screen shows its place.
    /// `status` 0: not known.
    ResourceFailed {
        url: String,
        kind: ResourceKind,
        critical: bool,
        html: bool,
        status: u16,
    },
    /// boot.js ended its own tries for a critical resource.
    ResourceSettled {
        url: String,
        kind: ResourceKind,
        healed: bool,
        from: String,
        tries: u32,
    },
    /// A dynamic import was rejected; `url` is empty where the engine does not tell (WebKit).
    ImportFailed {
        url: String,
        text: String,
    },
    /// A dynamic import came at a further try; `url` as with its failure.
    ImportHealed {
        url: String,
    },
    PolicyViolated {
        directive: String,
        blocked: String,
    },
    /// An origin of the guard's own engine failed.
    EngineOriginFailed {
        url: String,
        why: String,
    },
    Connection {
        online: bool,
    },
    Visibility {
        visible: bool,
    },
    PageLoaded,
    /// `pagehide`: the last chance to send. `reloading` is never told by browsers, so it is not here.
    PageHiding,
    /// `pageshow`; `restored` from the back/forward cache.
    PageShown {
        restored: bool,
    },
    /// Much of the page's root was removed.
    ContentRemoved,
    RouteChanged {
        path: String,
    },
    /// A sign that the page is still coming up: a resource arrived, the document changed. At most one a 100 ms.
    Progress,
    /// The document was changed. `grew`: nodes came or went, which is a sign of progress as well; else only style. At most
    /// one a 100 ms.
    Changed {
        grew: bool,
    },
    /// A call of the page's own, made without the guard, was answered with an error; `status` 0: not at all.
    CallFailed {
        url: String,
        status: u16,
    },
    /// A call of the page's own has had no answer for seconds.
    CallHangs {
        url: String,
    },
    /// An error that the page caught and only wrote to the console; raw.
    Complained {
        text: String,
    },
    /// The guard itself failed, and goes on: a panic's message, raw, and where in its source.
    GuardFailed {
        message: String,
        place: String,
    },
    /// The page reloads itself over and over, as boot.js counted; it keeps what would reload it once more from the page where it can.
    Looping {
        documents: u32,
    },
    /// Before the page is loaded anew: what would have served the old one again is out of the way.
    WayMade(Way),
    /// Somebody else than the page, a translator for instance, put elements into it.
    Altered,
    /// The host of a failed resource does not answer at all.
    Unreachable {
        url: String,
    },
    Step(String),
    Consent(Consent),
    /// `safe`: GET or HEAD. `keyed`: carries an idempotency key. Attempt 0 is on its way already.
    RequestStarted {
        id: RequestId,
        url: String,
        safe: bool,
        keyed: bool,
    },
    /// The page declares when something ends.
    ExpiryDeclared(Declared),
    ExpiryTakenBack {
        id: u32,
    },
    /// An answer told when it was written; `epoch` is what the device's clock said then, in milliseconds.
    Dated {
        dated: Dated,
        epoch: u64,
    },
    /// What the device's clock says now, in epoch milliseconds.
    Clock {
        epoch: u64,
    },
    /// `attempt` other than the pending one is ignored.
    RequestEnded {
        id: RequestId,
        attempt: u32,
        outcome: AttemptOutcome,
    },
    /// A key action begins; answered by [`Reply::Key`](super::action::Reply::Key).
    KeyActionAsked {
        ask: AskId,
        name: String,
    },
    /// A key action ended. `settled` false: the outcome is not known, the key is kept for the next try.
    KeyActionEnded {
        name: String,
        settled: bool,
    },
    RenderAsked {
        ask: AskId,
    },
    FreshnessAsked {
        ask: AskId,
    },
    /// Repair what is damaged in local and session storage, in Cache Storage, or in both; tell what that would be; or put back what was.
    RepairAsked {
        ask: AskId,
        wish: RepairWish,
    },
    /// What is known of an incident, of its id or its reference; of the latest where it is empty.
    StoryAsked {
        ask: AskId,
        incident: String,
    },
    /// How the guard stands; answered by [`Reply::State`](super::action::Reply::State).
    StateAsked {
        ask: AskId,
    },
    PromptAsked {
        ask: AskId,
        kind: PromptKind,
        detail: String,
    },
    /// Another tab of the page has shared this.
    Shared {
        text: String,
    },
    /// The answer to an action; a late or unknown one is ignored.
    Answered {
        id: ActionId,
        answer: Answer,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostOutcome {
    /// 2xx, or a final refusal (400, 413, …): never to be sent again.
    Done { accepted: bool },
    /// 429, 502, 503, 504, or nobody there: the collector does not have it.
    Later { retry_after: Option<Millis> },
    /// Somebody is there, but the answer is kept from the page, since it does not allow the page's origin: the collector may have it.
    Unreadable,
}

/// A queue of unsent telemetry in local storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptQueue {
    pub key: String,
    pub text: String,
}

/// What became of the page's own queue in local storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Kept,
    /// Storage is denied or full: nothing of it is kept.
    NoRoom,
    /// Another document took this page for dead, and what was kept before: it sends that.
    Taken,
}

/// Whether the document may be left for a new one of the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    Ready,
    /// Something typed would be lost.
    Unsaved,
    /// A `before-reload` listener of the page said no.
    Forbidden,
    /// A GET of the address is answered with this status, or with something that is no page (then below 400).
    NoPage {
        status: u16,
    },
    /// A GET of the address gets no answer, or the page's policy forbids to ask.
    Unanswered,
}

#[derive(Clone, Debug)]
pub enum Answer {
    Rendered(RenderFacts),
    Manifest(Served),
    Storage(Vec<StorageEntry>),
    Caches(CacheFacts),
    /// Those that are stuck.
    Stores(Vec<StuckStore>),
    Repaired(RepairDone),
    /// Whether the resource can be had now: 2xx, and not HTML.
    Probed {
        ok: bool,
    },
    Remembered {
        ok: bool,
    },
    Leave(Readiness),
    Choice(String),
    Posted(PostOutcome),
    Saved(Saved),
    /// Queues of other documents, which are this one's now.
    Adopted(Vec<KeptQueue>),
    Link(Option<String>),
    Playbook(Box<playbook::Served>),
    /// `None`: the page's code could not renew it.
    Renewed(Option<Renewal>),
    /// Done, nothing to tell.
    Done,
    /// The browser refused or threw.
    Failed,
}
