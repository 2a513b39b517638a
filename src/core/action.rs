//! What the engine asks of the shell. The shell does it and answers with the same id; it decides nothing.

use super::config::{PlaybookSource, RetryPolicy};
use super::freshness::FreshnessVerdict;
use super::freshness::expiry::ExpiryState;
use super::id::{ActionId, AskId, RequestId};
use super::incident::record::{Cause, Incident, Outcome, Stage};
use super::prompt::{PromptKind, PromptSpec};
use super::refresh::Refresh;
use super::render::RenderVerdict;
use super::snapshot::Snapshot;
use super::storage::{Repair, RepairReport};
use super::time::Millis;
use super::vocabulary::vocabulary;
use std::rc::Rc;

#[derive(Clone, Debug)]
pub struct Action {
    pub id: ActionId,
    /// After this the engine goes on without the answer.
    pub deadline: Millis,
    pub what: Command,
}

#[derive(Clone, Debug)]
pub enum Command {
    /// Look at the page → `Answer::Rendered`. `sure`: it failed one look already, so that a closer one may ask a canvas
    /// for its context.
    SampleRender { sure: bool, marks: bool },
    /// Fetch the build manifest, bypassing caches → `Answer::Manifest`.
    FetchManifest { url: String },
    /// List local and session storage → `Answer::Storage`. `errors`: what `JSON.parse` said to the page, raw, to be compared with what it
    /// says of each value.
    ScanStorage { errors: Vec<String> },
    /// Note which entries of local and session storage are JSON, at idle: the page is fine with them. No answer.
    NoteStorage,
    /// Compare entries of Cache Storage with the network's own bytes: those of `urls` and of the scripts and styles of the document
    /// → `Answer::Caches`. `unparsed`: scripts with a syntax error, which are compared wherever the page had them from; an empty one stands
    /// for the scripts that came last. Files of other origins than the page's `own` are not compared.
    ScanCaches { urls: Vec<String>, unparsed: Vec<String>, own: Vec<String> },
    /// Copy each to quarantine, then remove it. Without a copy nothing is removed → `Answer::Repaired`.
    Repair(Repair),
    /// Put copies that were set aside back: of these keys, or all → `Answer::Repaired`.
    PutBack { keys: Vec<String> },
    /// Do local and session storage take a character, and do the databases open? → `Answer::Stores`. Leaves nothing behind.
    ProbeStores,
    /// Fetch a dead resource, bypassing caches, without running it → `Answer::Probed`.
    Probe { url: String, script: bool },
    /// Put a stylesheet or module script into the page again → `Answer::Done` once loaded, or `Failed`.
    Reinsert { url: String },
    /// Have `to` in place of `url` wherever the page uses it, once it came → `Answer::Probed`, or `Done` where nobody uses it. Without `to`: there
    /// is no more to try, and who uses it is told. No answer then.
    Mend { url: String, to: String },
    /// Have `to` in place of an async script or a style sheet that hangs, if it can be had there. No answer.
    Replace { url: String, to: String },
    /// May this document be left for a new one of the same address? Is there typed input that was not saved yet, do the page's
    /// `before-reload` listeners forbid it, and does the server answer a GET of the address with a page, which also renews the document in
    /// the HTTP cache → `Answer::Leave`. `by_user`: the user asked, and what is typed is kept for the next page.
    AskLeave { by_user: bool },
    /// Write session memory and read it back → `Answer::Remembered`. `mark` is what the second witness of a reload knows; `leaving`: it is
    /// written at once, and read back, too. Otherwise boot.js writes it when the document ends, so that the page does not meet it.
    Remember { text: String, mark: String, leaving: bool },
    /// Take what would serve the old page again out of the way, told by `Event::WayMade` where anything was, and go to this page's own address again, by
    /// GET. No answer, or `Failed` when refused, and when something was typed meanwhile that nobody wants to lose.
    Reload(Refresh),
    /// Open this page in a window of its own. No answer.
    OpenWindow,
    /// Does the page's own server answer, whatever it says? → `Answer::Probed`.
    AskNetwork,
    /// One line on the console, for the developers of the page. No answer.
    Log { line: String },
    /// Leave for a renewed link, replacing this page. Only http(s) of the page's own site. → `Failed` when refused.
    Navigate { url: String },
    /// Ask for a fresh link → `Answer::Link`.
    RenewLink { url: String },
    /// Have the page's own code renew what it has declared under this id → `Answer::Renewed`.
    RenewDeclared { id: u32 },
    /// What does the device's clock say? Told by `Event::Clock`.
    ReadClock,
    /// Show a prompt, replacing the one shown → `Answer::Choice`.
    Prompt(Box<PromptSpec>),
    /// Take the prompt of that action away. No answer.
    ClosePrompt { prompt: ActionId },
    /// Say in the plainest way that the page cannot be shown, if it shows nothing: a prompt could not. No answer.
    LastResort,
    /// Send one more attempt of a request; told by `Event::RequestEnded`.
    Send { request: RequestId, attempt: u32 },
    /// Abort that attempt of a request; it is not told any more.
    Abort { request: RequestId, attempt: u32 },
    /// Give the page the last outcome of its request.
    Settle { request: RequestId },
    /// POST an OTLP payload → `Answer::Posted`.
    Post { url: String, body: String },
    /// Keep this page's unsent telemetry, as owned by a page that lives, in place of what was kept before; empty text keeps nothing. Then remove the
    /// entries `gone`, whose records are in `text` → `Answer::Saved`.
    SaveQueue { text: String, gone: Vec<String> },
    /// The page goes: keep `text` for whichever page comes next. Only where that cannot be: send `body`, and keep `rest` if there is room for
    /// that. No answer.
    LeaveQueue { text: String, url: String, body: String, rest: String },
    /// Take over what pages that are gone could not send → `Answer::Adopted`.
    AdoptQueues,
    /// Remove all unsent telemetry from this device. No answer.
    DropQueues,
    /// Let later pages know what the user said to telemetry. No answer.
    RememberConsent { granted: bool },
    /// Write what all tabs of the page are to know. No answer.
    Share { text: String },
    /// Ask for the remote playbook, and have its signature checked where there is a key → `Answer::Playbook`.
    FetchPlaybook(PlaybookSource),
    /// Keep this playbook for the next page. No answer.
    KeepPlaybook { text: String },
    /// The playbook switches the whole guard off: nothing of it stays in the page, and boot.js stands down as well. No answer.
    SwitchOff,
    /// How imports are tried again from now on, which the shell does by itself. No answer.
    RetryBy(RetryPolicy),
    /// One line on the console, of something that is wrong and not the page's own. No answer.
    Warn { line: String },
    /// Answer a question of the page's own code. No answer.
    Reply { ask: AskId, reply: Reply },
    /// Tell the page's listeners. No answer.
    Notify(Notice),
}

impl Command {
    /// What a developer would not want done to the page being written, in words; nothing for what only looks.
    pub fn deed(&self) -> Option<&'static str> {
        Some(match self {
            Self::Repair(_) | Self::PutBack { .. } => "repair storage",
            Self::Reinsert { .. } | Self::Replace { .. } | Self::Mend { .. } => "fetch what failed again",
            Self::Reload(_) | Self::Navigate { .. } => "load the page anew",
            Self::Prompt(_) | Self::LastResort => "prompt the user",
            Self::Post { .. } => "send telemetry",
            _ => return None,
        })
    }
}

#[derive(Clone, Debug)]
pub enum Reply {
    Render(Rc<RenderVerdict>),
    Freshness(FreshnessVerdict),
    Repair(RepairReport),
    Choice(String),
    /// `None`: there is no such incident, or it is too long ago.
    Story(Option<Box<Incident>>),
    State(Box<Snapshot>),
    /// The idempotency key to run the key action with; `None`: the user chose not to go on, or what it needs has ended.
    Key(Option<String>),
}

vocabulary! {
    /// How it stands with the tries for an address.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RetryOutcome {
        /// Before a try.
        Waiting = "waiting",
        Recovered = "recovered",
        Lost = "lost",
    }
}

/// What `guard.on` listeners hear, by type.
#[derive(Clone, Debug)]
pub enum Notice {
    Incident {
        id: String,
        cause: Cause,
        stage: Stage,
        outcome: Outcome,
        reference: String,
    },
    Verdict(Rc<RenderVerdict>),
    Retry {
        url: String,
        attempt: u32,
        wait: Millis,
        outcome: RetryOutcome,
    },
    Repair(RepairReport),
    /// The user is asked.
    Prompt {
        kind: PromptKind,
    },
    /// The user answered where the page had asked.
    Answered {
        choice: String,
    },
    Telemetry {
        sent: u32,
        kept: u32,
        dropped: u32,
    },
    /// Something that the page has declared ends, or was renewed and is good for so long.
    Expiry {
        what: String,
        state: ExpiryState,
        left: Millis,
    },
}
