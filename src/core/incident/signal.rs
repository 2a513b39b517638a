//! What the room wants of the others.

use super::case::CaseId;
use super::leave::Leave;
use super::record::{Cause, Incident, Outcome, Reload, Stage};
use crate::core::id::RequestId;
use crate::core::prompt::words::PromptKind;
use crate::core::refresh::Refresh;
use crate::core::storage::facts::{Repair, RepairReport, StuckStore};
use crate::core::time::Millis;

/// What was found to be damaged on the device.
#[derive(Debug, Default)]
pub struct Damage {
    /// What can be done about it.
    pub repair: Repair,
    /// Files whose stale bytes in the HTTP cache the comparison has replaced.
    pub renewed: Vec<String>,
    /// Scripts beyond this browser: the error, and the address.
    pub unsupported: Vec<(String, String)>,
    /// Stores that do not do what they should.
    pub stuck: Vec<StuckStore>,
}

/// A resource that is probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub url: String,
    /// A script, else a style sheet.
    pub script: bool,
}

/// What a prompt says of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Speech {
    pub incident: String,
    pub reference: String,
    /// The service that failed, in the user's language; empty: not known.
    pub service: String,
    /// An explanation that takes the place of the built-in one.
    pub explanation: String,
    pub submitting: bool,
    pub unsaved: bool,
    /// The guard loaded the page again, and it came to this all the same.
    pub reloaded: bool,
    /// What failed was tried again. So it was, too, where one of `requests` was.
    pub retried: bool,
    pub requests: Vec<RequestId>,
    /// What can be tried again is tried without leaving the page.
    pub in_place: bool,
}

/// What is done where a prompt could not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// The next rung of the ladder is taken.
    Climb,
    /// Nothing more is done.
    Dismiss,
    /// It goes on all the same.
    Wait,
    /// The incident ends, explained or not.
    End,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Signal {
    // ---- of render ----
    LookSoon,
    /// What is empty now is blank, not early.
    LookNow,
    LookAt(Millis),
    /// All deadlines of the page begin again.
    BeginAgain,

    // ---- of retry ----
    /// Whose trouble it is that a request fails.
    Belongs {
        request: RequestId,
        to: Option<CaseId>,
    },
    /// These are to be sent now, with fresh tries.
    RetryAsked {
        requests: Vec<RequestId>,
    },
    GiveBack {
        request: RequestId,
    },
    /// When is it time to probe for the `attempt`th time? Answered by `Event::ProbeAt`.
    ProbeLater {
        case: CaseId,
        attempt: u32,
    },
    /// Answered by `Event::Probed`.
    Probe {
        case: CaseId,
        resources: Vec<Resource>,
    },
    /// Somebody waits for a network.
    AwaitNetwork,

    // ---- of storage and freshness ----
    /// What is stored, and which build is served? Answered by `Event::Damage` and `Event::Freshness`. `suspects`: addresses that failed;
    /// `lost`: files of the page among them.
    Diagnose {
        case: CaseId,
        suspects: Vec<String>,
        lost: bool,
    },
    /// Answered by `Event::Repaired`.
    Repair {
        case: CaseId,
        what: Repair,
    },

    /// Which whole entries may be of a shape that this build does not understand? Answered by `Event::Suspects`.
    AskSuspects {
        case: CaseId,
    },
    /// Copies of these entries are put back; answered by `Event::Repaired`.
    PutBack {
        case: CaseId,
        keys: Vec<String>,
    },

    // ---- of prompt ----
    /// Answered by `Event::Said`, and by `Event::Chosen` where it is shown.
    Say {
        case: CaseId,
        kind: PromptKind,
        speech: Box<Speech>,
        otherwise: Otherwise,
    },
    /// A prompt about this incident has nothing to say any more.
    Unsay {
        incident: String,
    },

    // ---- of the shell ----
    /// Open the page in a window of its own.
    OpenWindow,
    /// Put a style sheet into the page again; answered by `Event::Reinserted`.
    Reinsert {
        case: CaseId,
        url: String,
    },
    /// May the page be left? Answered by `Event::LeaveTold`.
    AskLeave {
        case: CaseId,
        by_user: bool,
    },
    /// Answered by `Event::LinkTold`.
    RenewLink {
        case: CaseId,
        url: String,
    },
    /// What the next page is to know before this one is left; answered by `Event::Remembered`.
    Remember {
        case: CaseId,
        leave: Leave,
        reload: Option<Reload>,
        incident: Box<Incident>,
    },
    /// This reload happens now, and must not happen twice.
    Reloads(Reload),
    /// Leave the page, for its own address where `to` is none. For a case it is answered by `Event::StillHere`, if at all.
    Leave {
        case: Option<CaseId>,
        to: Option<String>,
        refresh: Refresh,
    },
    /// What was written for the next page must not be taken up by a later one.
    Forget,
    /// May go on in the next page, if that comes at once.
    PassOn(Box<Incident>),
    /// For the developers who look at the console.
    Log {
        line: String,
    },

    // ---- of telemetry, and the page's listeners ----
    Told {
        id: String,
        cause: Cause,
        stage: Stage,
        outcome: Outcome,
        reference: String,
    },
    Revised(Box<Incident>),
    PageSeen(&'static str),
    Repaired(RepairReport),
    /// There was more than could be kept: one less is.
    Dropped,
}
