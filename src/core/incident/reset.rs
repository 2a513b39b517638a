//! Whole entries that the page may not cope with, since they are of another build: the user is asked, copies are set aside, the page is loaded anew, and
//! where that did not help they are put back.

use super::case::{CaseId, State};
use super::evidence;
use super::leave::Leave;
use super::record::Reload;
use super::signal::{Otherwise, Signal};
use super::state::Room;
use crate::core::prompt::words::PromptKind;
use crate::core::storage::facts::{DamagedEntry, Repair};

/// Entries that are told as evidence; the others are only set aside.
const MAX_TOLD: usize = 4;
/// A reload that the guard made for the same cause, and the one after a reset.
const MOST_RELOADS: usize = 2;

impl Room {
    /// The rung of the ladder; it does not apply where there is nothing to offer or to put back.
    pub(super) fn start_reset(&mut self, id: CaseId) -> bool {
        if self.put_back(id) {
            return true;
        }
        let may = self.may_offer_reset(id);
        if may && let Some(case) = self.case(id) {
            case.state = State::Acting;
            self.tell(Signal::AskSuspects { case: id });
        }
        may
    }

    /// It must be remembered, to be undone, and it counts as a reload for the build and the cause. A page that lacks files has a better cause.
    fn may_offer_reset(&self, id: CaseId) -> bool {
        let Some(reloads) = self.reloads.as_ref().filter(|_| self.witness && !self.forgetful) else { return false };
        let Some(case) = self.cases.iter().find(|c| c.id == id) else { return false };
        let before = Reload::count(reloads, &self.build, case.incident.cause);
        before < MOST_RELOADS && !case.misses_files() && !self.leaving
    }

    pub(super) fn suspects_told(&mut self, id: CaseId, entries: Vec<DamagedEntry>) {
        if entries.is_empty() || self.shows_content(id) {
            return self.climb(id);
        }
        let Some(case) = self.case(id) else { return };
        for entry in entries.iter().take(MAX_TOLD) {
            case.incident.add_evidence(evidence::suspect_entry(&entry.key));
        }
        case.offered = entries;
        self.say(id, PromptKind::StorageReset, Otherwise::Climb);
    }

    /// The user wants it. Nothing is touched before it is known that the page can be left.
    pub(super) fn reset_chosen(&mut self, id: CaseId) {
        if let Some(case) = self.case(id) {
            case.resetting = true;
        }
        self.ask_leave(id, true);
    }

    /// The page is about to be left: whether entries are set aside before.
    pub(super) fn reset_before_leaving(&mut self, id: CaseId) -> bool {
        let Some(case) = self.case(id).filter(|case| case.resetting) else { return false };
        let keys = std::mem::take(&mut case.offered);
        self.tell(Signal::Repair { case: id, what: Repair { keys, ..Repair::default() } });
        true
    }

    /// A repair is done; whether that was a reset, after which the page is loaded anew. One that removed nothing does not help.
    pub(super) fn reset_done(&mut self, id: CaseId, keys: Vec<String>, removed: bool) -> bool {
        let keys = if removed { keys } else { Vec::new() };
        let goes_on = self.end_reset(id, keys) && removed;
        if goes_on {
            self.remember_and_leave(id, Leave::reload(true));
        }
        goes_on
    }

    /// Nobody knows what came of a repair; whether that was a reset, which is undone as far as it went.
    pub(super) fn reset_lost(&mut self, id: CaseId, keys: Vec<String>) -> bool {
        self.end_reset(id, keys) && self.put_back(id)
    }

    fn end_reset(&mut self, id: CaseId, keys: Vec<String>) -> bool {
        let Some(case) = self.case(id).filter(|case| case.resetting) else { return false };
        case.resetting = false;
        case.incident.aside = keys;
        true
    }

    /// Whether something was set aside that is now put back.
    pub(super) fn put_back(&mut self, id: CaseId) -> bool {
        let Some(case) = self.case(id).filter(|case| !case.incident.aside.is_empty()) else { return false };
        let keys = std::mem::take(&mut case.incident.aside);
        case.state = State::Acting;
        self.tell(Signal::PutBack { case: id, keys });
        true
    }
}
