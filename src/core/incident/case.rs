//! A case: an open incident, and what is known of it while it is open.

use super::record::Incident;
use crate::core::event::ResourceKind;
use crate::core::id::RequestId;
use crate::core::storage::facts::{DamagedEntry, Repair};
use crate::core::time::Millis;
use std::num::NonZeroU32;

pub(super) const MAX_DEAD: usize = 8;

/// The name of a case, for those whom its answers reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseId(pub(super) NonZeroU32);

/// What a case is about; failures of one family become one incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// What the page shows, and the resources it is made of.
    Page,
    /// Requests to one service; [`Case::service`] says which.
    Service,
    Connection,
    Link,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Diagnosing,
    /// A probe of dead resources is due or on its way.
    Probing,
    /// An action was asked for; its answer goes on.
    Acting,
    /// A remedy is done; the next verdict decides.
    Looking,
    /// Before the next rung a look is to say how the page is.
    Unseen,
    /// Requests are being sent again.
    Requests,
    /// A request failed for good; the page's own code gets a moment to ask for a prompt of its own.
    Grace,
    Offline,
    Prompted,
    /// Nothing more is done; only a later verdict can still end it well.
    Dismissed,
}

/// What becomes of a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is sent again after a while.
    SentAgain,
    /// It waits for the user or the network to ask for more.
    Held,
    /// The page gets the failure.
    GivenBack,
}

#[derive(Clone, Debug)]
pub(super) struct Dead {
    pub url: String,
    pub kind: ResourceKind,
    /// A script of the page's own that the document waited for: without it nothing works, whatever can be seen.
    pub entry: bool,
    pub own: bool,
}

/// A release that seems to have been taken back, and what is served in its place.
#[derive(Clone, Debug)]
pub(super) struct TakenBack {
    pub running: String,
    pub latest: String,
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub id: CaseId,
    pub incident: Incident,
    pub family: Family,
    /// The address of the service without query; of a link's family `session`, where it is about that; else empty.
    pub service: String,
    pub state: State,
    pub rung: usize,
    pub due: Millis,
    pub expires: Millis,
    pub opened: Millis,
    pub diagnosed: bool,
    /// A failing verdict was confirmed, or the user was stuck: somebody missed what failed.
    pub missed: bool,
    /// Something was had again, repaired or loaded anew.
    pub healed: bool,
    /// A prompt about it was shown in this document.
    pub prompted: bool,
    /// Since when every look has seen content.
    pub held: Option<Millis>,
    /// What is there lies under something else. A dialog of the guard's makes the page inert, and looks then find no cover.
    pub covered: bool,
    pub dead: Vec<Dead>,
    /// Addresses that failed, healed or not: what Cache Storage is searched for.
    pub suspects: Vec<String>,
    /// What is damaged, or in the way, and has not been repaired yet.
    pub damage: Repair,
    /// Whole entries that the user is asked about.
    pub offered: Vec<DamagedEntry>,
    /// The user wants them set aside.
    pub resetting: bool,
    /// Room was made in a store that was full.
    pub freed: bool,
    /// Answers of the present step that are still to come.
    pub outstanding: usize,
    pub probes: u32,
    /// The last probe found a resource still dead: a reload would only show the same.
    pub dead_known: bool,
    /// The manifest tells of an older build than this one. A server of a roll-out that lags behind tells of one, too, so it counts once it is known that
    /// what the page misses is gone for good.
    pub taken_back: Option<TakenBack>,
    /// The user is stuck although the page shows content: content alone is no recovery.
    pub must_act: bool,
    /// No verdict has told about the page as it is since the case was opened.
    pub unseen: bool,
    /// A part of the application could not be loaded.
    pub chunk_lost: bool,
    pub unsaved: bool,
    /// It was loaded anew for a newer build, and came as it was.
    pub served_again: bool,
    /// Another document than the one in which the incident began, because the guard loaded the page anew.
    pub reloaded: bool,
    /// What failed was tried again.
    pub retried: bool,
    /// Something that changes the user's affairs was sent and its result is not known.
    pub submitting: bool,
    /// Requests whose failure this is, still failing.
    pub requests: Vec<RequestId>,
}

impl Case {
    pub fn is_about_requests(&self) -> bool {
        matches!(self.family, Family::Service | Family::Connection)
    }

    pub fn is_about_session(&self) -> bool {
        self.family == Family::Link && !self.service.is_empty()
    }

    pub fn add_dead(&mut self, dead: Dead) {
        if self.dead.len() < MAX_DEAD && !self.dead.iter().any(|d| d.url == dead.url) {
            self.dead.push(dead);
        }
    }

    /// Files of the page could not be had.
    pub fn misses_files(&self) -> bool {
        self.chunk_lost || !self.dead.is_empty()
    }

    pub fn entry_lost(&self) -> bool {
        self.dead.iter().any(|d| d.entry)
    }

    /// A part of the application that its own server does not have.
    pub fn chunk_gone(&self) -> bool {
        self.dead.iter().any(|d| d.kind == ResourceKind::Chunk && d.own)
    }

    /// Content can be seen, and is not all that is missing, or that is not known yet.
    pub fn wants_more_than_content(&self) -> bool {
        self.must_act || self.entry_lost() || (self.taken_back.is_some() && self.chunk_gone())
    }

    /// What is probed: of a release that may have been taken back the page's own files tell more than those of others.
    pub fn probed(&self) -> impl Iterator<Item = &Dead> {
        let own = self.taken_back.is_some() && self.dead.iter().any(|d| d.own);
        self.dead.iter().filter(move |d| d.own || !own)
    }

    pub fn forget_request(&mut self, id: RequestId) {
        while let Some(at) = self.requests.iter().position(|r| *r == id) {
            self.requests.remove(at);
        }
    }

    pub fn suspect(&mut self, url: &str) {
        if self.suspects.len() < MAX_DEAD && !url.is_empty() && !self.suspects.iter().any(|s| s == url) {
            self.suspects.push(url.into());
        }
    }
}
