//! Room `incident`: the hub. Findings of all others in; it ranks causes, climbs the playbook's ladder of remedies, and ends what it began.
//!
//! Files import one way, as the engine's do: `record` (the incident itself, which all rooms know), `case`, `leave` and `signal` hold what there is,
//! `state` has the [`Room`], and the other files but `evidence` are its rules: methods of the room that import none of each other.

mod case;
mod connection;
mod diagnosis;
mod ending;
pub mod evidence;
mod ladder;
mod leave;
mod leaving;
mod opening;
pub mod record;
mod remedy;
mod requests;
mod reset;
mod resources;
mod seen;
mod signal;
mod state;

pub use case::{CaseId, Fate};
pub use leave::Leave;
pub use record::{Cause, Entry, Evidence, Finding, Incident, Kind, Outcome, Reload, Stage, rank};
pub use signal::{Damage, Otherwise, Resource, Signal, Speech};
pub use state::Room;

use super::event::{Readiness, ResourceKind};
use super::freshness::verdict::FreshnessVerdict;
use super::id::RequestId;
use super::prompt::words::PromptKind;
use super::refresh::Way;
use super::render::verdict::RenderVerdict;
use super::storage::facts::{DamagedEntry, RepairReport};
use super::time::Millis;
use crate::core::playbook::plan::Plan;
use std::rc::Rc;

/// A fact for this room.
#[derive(Debug)]
pub enum Event<'a> {
    /// `reloads`: those by the guard that are known of; `None`: nothing can be remembered. `witness`: there is a place for the second witness.
    Started {
        epoch: u64,
        reloads: Option<Vec<Reload>>,
        witness: bool,
    },
    /// Where the user is: the path of the page, and the step of the loan journey.
    Place {
        path: &'a str,
        step: String,
    },
    /// What is to be done otherwise from now on.
    Plan(Rc<Plan>),
    /// The incident that the dialog on the screen is about, or empty; `None`: there is no dialog. Told whenever it may have changed.
    Dialog(Option<String>),
    /// Incidents that the page before was left with.
    Carried(Vec<Incident>),
    /// A finding that is no incident by itself.
    Found(Finding),
    /// Raw. `rejection`: of a promise.
    ScriptFailed {
        text: &'a str,
        source: &'a str,
        rejection: bool,
    },
    /// Somebody else put elements into the page.
    Altered,
    /// The page reloads itself over and over.
    Looping {
        documents: u32,
    },
    ResourceFailed {
        url: &'a str,
        kind: ResourceKind,
        critical: bool,
        html: bool,
        status: u16,
    },
    ResourceSettled {
        url: &'a str,
        kind: ResourceKind,
        healed: bool,
        from: &'a str,
        tries: u32,
    },
    ImportFailed {
        url: &'a str,
        text: &'a str,
    },

    /// The page was looked at. `hanging`: a request that is under way for long.
    Judged {
        verdict: &'a RenderVerdict,
        confirmed: bool,
        awaits_resource: bool,
        hanging: Option<(RequestId, String)>,
    },
    /// A look has seen content: what that means for this case.
    ContentSeen(CaseId),

    NetworkLost,
    NetworkBack,
    RequestSent {
        of: CaseId,
        attempt: u32,
    },
    RequestFailed {
        request: RequestId,
        of: Option<CaseId>,
        url: &'a str,
        found: Finding,
        /// It changes the user's affairs, and what became of that is not known.
        submitting: bool,
        fate: Fate,
    },
    RequestGivenUp {
        request: RequestId,
        of: Option<CaseId>,
        fate: Fate,
    },
    /// It is held until there is a network.
    RequestOffline(RequestId),
    RequestOver {
        request: RequestId,
        of: CaseId,
        answered: bool,
    },
    /// `renewed`: the page's own code has a new one.
    LinkExpired {
        url: &'a str,
        renewed: Option<String>,
    },
    /// `url`: what was answered so; empty where it was known without.
    SessionEnded {
        url: &'a str,
    },
    SessionBack,
    Refused {
        url: &'a str,
        code: &'a str,
        status: u16,
    },
    ProbeAt {
        case: CaseId,
        due: Millis,
    },
    /// So many of those that were probed can be had again.
    Probed {
        case: CaseId,
        alive: usize,
    },

    Damage {
        case: CaseId,
        damage: Damage,
    },
    /// Whole entries that the user may be asked about; most often there are none.
    Suspects {
        case: CaseId,
        entries: Vec<DamagedEntry>,
    },
    Freshness {
        case: CaseId,
        verdict: &'a FreshnessVerdict,
    },
    /// Not `ok`: nobody knows what came of it.
    Repaired {
        case: CaseId,
        report: RepairReport,
        ok: bool,
    },
    Reinserted(CaseId),

    /// Whether the user sees what was to be said.
    Said {
        case: CaseId,
        kind: PromptKind,
        shown: bool,
        otherwise: Otherwise,
    },
    Chosen {
        case: CaseId,
        choice: &'a str,
    },
    /// The page's own code explains this failure by a prompt.
    PageExplains {
        case: CaseId,
        kind: PromptKind,
    },
    PageHeard {
        case: CaseId,
        choice: &'a str,
    },
    /// The user wants the newer build before a key action.
    UpdateChosen,

    LeaveTold {
        case: CaseId,
        by_user: bool,
        readiness: Readiness,
    },
    LinkTold {
        case: CaseId,
        url: Option<String>,
    },
    Remembered {
        case: CaseId,
        leave: Leave,
        ok: bool,
    },
    /// What would have served the old page again is out of the way; the page is left in a moment.
    WayMade(Way),
    /// The page should be gone by now, and is not.
    StillHere(CaseId),
    /// The page is left.
    Hiding,
    /// The page came back from the back/forward cache.
    Restored,
}

impl Room {
    /// Takes in one fact. Read `poll_signal` until it is empty after every `handle_*`.
    pub fn handle_event(&mut self, now: Millis, event: Event) {
        self.now = now;
        match event {
            Event::Started { epoch, reloads, witness } => {
                self.epoch_at_zero = epoch.saturating_sub(now.0);
                (self.reloads, self.witness) = (reloads, witness);
            }
            Event::Place { path, step } => {
                self.path = path.into();
                self.step = step;
            }
            Event::Plan(plan) => self.plan = plan,
            Event::Dialog(about) => self.dialog = about,
            Event::Carried(incidents) => self.resume(incidents),
            Event::Found(found) => self.clue(found),
            Event::ScriptFailed { text, source, rejection } => self.script_failed(text, source, rejection),
            Event::Altered => self.altered = true,
            Event::Looping { documents } => self.looping(documents),
            Event::ResourceFailed { url, kind, critical, html, status } => {
                self.resource_failed(url, kind, critical, html, status);
            }
            Event::ResourceSettled { url, kind, healed, from, tries } => {
                self.resource_settled(url, kind, healed, from, tries);
            }
            Event::ImportFailed { url, text } => self.import_failed(url, text),
            Event::Judged { verdict, confirmed, awaits_resource, hanging } => {
                self.awaits_resource = awaits_resource;
                self.judged(verdict, confirmed, hanging);
            }
            Event::ContentSeen(case) => self.content_seen(case),
            Event::NetworkLost => self.network_lost(),
            Event::NetworkBack => self.network_back(),
            Event::RequestSent { of, attempt } => self.note(of, Stage::Retried, &format!("attempt {attempt}")),
            Event::RequestFailed { request, of, url, found, submitting, fate } => {
                self.request_failed(request, of, url, found, submitting, fate);
            }
            Event::RequestGivenUp { request, of, fate } => self.request_given_up(request, of, fate),
            Event::RequestOffline(request) => self.request_held_offline(request),
            Event::RequestOver { request, of, answered } => self.request_over(request, of, answered),
            Event::LinkExpired { url, renewed } => {
                self.new_link = renewed.or(self.new_link.take());
                self.link_expired(url);
            }
            Event::SessionEnded { url } => self.session_ended(url),
            Event::SessionBack => self.session_back(),
            Event::Refused { url, code, status } => self.refused(url, code, status),
            Event::ProbeAt { case, due } => self.probe_at(case, due),
            Event::Probed { case, alive } => self.probed(case, alive),
            Event::Damage { case, damage } => self.damage_diagnosed(case, damage),
            Event::Suspects { case, entries } => self.suspects_told(case, entries),
            Event::Freshness { case, verdict } => self.freshness_diagnosed(case, verdict),
            Event::Repaired { case, report, ok } => self.repaired(case, report, ok),
            Event::Reinserted(case) => self.reinserted(case),
            Event::Said { case, kind, shown, otherwise } => self.said(case, kind, shown, otherwise),
            Event::Chosen { case, choice } => self.chosen(case, choice),
            Event::PageExplains { case, kind } => self.page_explains(case, kind),
            Event::PageHeard { case, choice } => self.page_heard(case, choice),
            Event::UpdateChosen => self.update_chosen(),
            Event::LeaveTold { case, by_user, readiness } => self.leave_told(case, by_user, readiness),
            Event::LinkTold { case, url } => self.link_told(case, url),
            Event::Remembered { case, leave, ok } => self.remembered(case, leave, ok),
            Event::WayMade(way) => self.way_made(way),
            Event::StillHere(case) => self.still_here(case),
            Event::Hiding => self.hiding(),
            Event::Restored => self.leaving = false,
        }
    }

    /// Goes on with the first case that is due. Call it until `poll_timeout` is in the future: what one does may change what the next one meets.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.now = now;
        self.case_due();
    }
}

#[cfg(test)]
mod tests;
