//! Leaving the page: the one place that decides whether it is loaded anew, and how it is left.

use super::case::{CaseId, Family, State};
use super::evidence;
use super::leave::{BY_GUARD, BY_GUARD_AGAIN, BY_USER, Leave};
use super::record::{Cause, Incident, Reload, Stage};
use super::signal::Signal;
use super::state::Room;
use crate::core::event::{Readiness, worth_retrying};
use crate::core::refresh::{Refresh, Way};
use crate::core::storage::facts::Stuck;
use crate::core::time::Millis;

/// Two reloads by the guard are at least this far apart, whatever they are for: a fault that changes its looks must not send the page round.
const REST: Millis = Millis(30_000);
/// A document that was left so soon may have been reloaded by the page itself, or by an impatient user: its incident goes on in the next one.
const SHORT_LIVED: Millis = Millis(10_000);

impl Room {
    pub(super) fn start_reload(&mut self, id: CaseId) -> bool {
        let may = self.may_reload(id);
        if may {
            self.ask_leave(id, false);
        }
        may
    }

    /// A reload must help, must be remembered by two witnesses, and must be the first.
    fn may_reload(&self, id: CaseId) -> bool {
        let Some(reloads) = self.reloads.as_ref().filter(|_| self.witness && !self.forgetful) else { return false };
        let Some(case) = self.cases.iter().find(|c| c.id == id) else { return false };
        let cause = case.incident.cause;
        let known = Reload::count(reloads, &self.build, cause);
        let first = if case.served_again {
            // Once more, at another address.
            known < 2 && case.incident.timeline.iter().all(|e| e.detail != BY_GUARD_AGAIN)
        } else {
            !case.incident.has_been(Stage::Reloaded)
                && known == 0
                && self.epoch().saturating_sub(Reload::last(reloads)) >= REST.0
        };
        // What is still on its way would only be waited for once more. A server that has too much to do is not asked for the whole page.
        let overloaded = case.dead_known && cause == Cause::Overload;
        // What is full, denied or held by another tab stays so.
        let stuck = cause == Cause::StorageStuck
            && match case.incident.stuck() {
                Some(Stuck::Full) => !case.freed,
                Some(Stuck::Denied | Stuck::Framed | Stuck::Blocked) => true,
                Some(Stuck::Silent | Stuck::Newer | Stuck::Lost) | None => false,
            };
        first
            && !overloaded
            && !stuck
            && !self.awaits_resource
            && !self.page_works(id)
            && !self.looping
            && !self.leaving
    }

    /// It shows content, and nothing that it needs is known to be lost for good.
    fn page_works(&self, id: CaseId) -> bool {
        let Some(case) = self.cases.iter().find(|c| c.id == id) else { return false };
        let lost = case.entry_lost()
            || case.incident.cause == Cause::StaleDeploy
            || (case.chunk_lost && case.incident.has_been(Stage::Repaired));
        self.content_since(case.opened) && !lost
    }

    pub(super) fn ask_leave(&mut self, id: CaseId, by_user: bool) {
        if let Some(case) = self.case(id) {
            case.state = State::Acting;
        }
        self.tell(Signal::AskLeave { case: id, by_user });
    }

    pub(super) fn leave_told(&mut self, id: CaseId, by_user: bool, readiness: Readiness) {
        let goes = readiness == Readiness::Ready || (readiness == Readiness::Unanswered && by_user);
        if goes && self.reset_before_leaving(id) {
            return;
        }
        let Some(case) = self.case(id) else { return };
        case.resetting = false;
        match readiness {
            Readiness::Ready => self.remember_and_leave(id, Leave::reload(by_user)),
            // A policy may forbid to ask, and whoever asks for the page may see what the browser says.
            Readiness::Unanswered if by_user => self.remember_and_leave(id, Leave::reload(by_user)),
            Readiness::Unsaved => {
                case.unsaved = true;
                self.withheld(id, by_user, "something typed would be lost");
            }
            Readiness::Forbidden => self.withheld(id, by_user, "the page forbids it"),
            Readiness::Unanswered => self.withheld(id, by_user, "its address gives no answer"),
            Readiness::NoPage { status } => {
                let landing = self.landing.clone().filter(|_| !worth_retrying(status));
                if landing.is_some() {
                    return self.remember_and_leave(id, Leave { to: landing, by_user });
                }
                self.withheld(id, by_user, &format!("its address answers {status}"));
            }
        }
    }

    /// Not reloaded: the next rung, or, where the user asked for it, the prompt again.
    fn withheld(&mut self, id: CaseId, by_user: bool, why: &str) {
        self.note(id, Stage::Withheld, &format!("not reloaded: {why}"));
        if by_user {
            self.explain(id);
        } else {
            self.climb(id);
        }
    }

    pub(super) fn start_renew(&mut self, id: CaseId) -> bool {
        let renewed = self.case(id).is_none_or(|c| c.incident.has_been(Stage::Reloaded) || c.is_about_session());
        // Without memory two expired links could send the page round in circles.
        if renewed || self.reloads.is_none() || self.forgetful {
            return false;
        }
        if let Some(link) = self.new_link.take() {
            self.note(id, Stage::Retried, "the page has a new link");
            self.remember_and_leave(id, Leave { to: Some(link), by_user: false });
            return true;
        }
        let Some(url) = self.renew_link.clone() else { return false };
        if let Some(case) = self.case(id) {
            case.state = State::Acting;
        }
        self.tell(Signal::RenewLink { case: id, url });
        true
    }

    pub(super) fn link_told(&mut self, id: CaseId, url: Option<String>) {
        if let Some(url) = url {
            self.note(id, Stage::Retried, "the server gave a new link");
            self.remember_and_leave(id, Leave { to: Some(url), by_user: false });
        } else {
            self.note(id, Stage::Retried, "the server has no new link");
            self.climb(id);
        }
    }

    /// Writes down what must survive, reads it back, and only then leaves.
    pub(super) fn remember_and_leave(&mut self, id: CaseId, leave: Leave) {
        if self.carried.is_some() || self.leaving {
            // Two incidents want to leave: the first does, and there is one memory for it.
            if !self.put_back(id)
                && let Some(case) = self.case(id)
            {
                case.state = State::Dismissed;
            }
            return;
        }
        let again = self.refresh(id, leave.by_user).again;
        let detail = match (&leave.to, leave.by_user) {
            (Some(_), _) => "to another address",
            (None, true) => BY_USER,
            (None, false) if again => BY_GUARD_AGAIN,
            (None, false) => BY_GUARD,
        };
        self.note(id, Stage::Reloaded, detail);
        let Some(reload) = self.reload_of(id) else { return };
        let Some(case) = self.case(id) else { return };
        case.state = State::Acting;
        let incident = Box::new(case.incident.clone());
        let reload = counts(&leave, &case.incident).then_some(reload);
        self.carried = Some(id);
        self.tell(Signal::Remember { case: id, leave, reload, incident });
    }

    fn reload_of(&self, id: CaseId) -> Option<Reload> {
        let case = self.cases.iter().find(|c| c.id == id)?;
        Some(Reload { build: self.build.clone(), cause: case.incident.cause, at: self.epoch() })
    }

    pub(super) fn remembered(&mut self, id: CaseId, leave: Leave, ok: bool) {
        let Some(case) = self.case(id) else { return };
        let counts = counts(&leave, &case.incident);
        if !ok && counts {
            // Cannot remember, so must not reload: it might be the second time. The user is asked instead.
            self.not_reloaded(id);
            // It may have been written all the same, only too late.
            self.forget_carried();
            self.forgetful = true;
            // Nor could it be undone.
            if !self.put_back(id) {
                self.withheld(id, false, "it could not be remembered");
            }
            return;
        }
        let refresh = self.refresh(id, leave.by_user);
        if !ok {
            // The next page will know nothing of these incidents, so they end here.
            self.forget_carried();
            self.abandon_all("reloaded by the user, and nothing can be remembered");
            self.tell(Signal::Leave { case: None, to: leave.to, refresh });
            return;
        }
        if counts && let (Some(reload), Some(reloads)) = (self.reload_of(id), &mut self.reloads) {
            reloads.push(reload.clone());
            self.tell(Signal::Reloads(reload));
        }
        self.leaving = true;
        self.abandon_all("the page was left for another incident");
        self.tell(Signal::Leave { case: Some(id), to: leave.to, refresh });
    }

    /// What is known of the page that is to be loaded anew.
    fn refresh(&self, id: CaseId, by_user: bool) -> Refresh {
        let case = self.cases.iter().find(|c| c.id == id);
        let stale = case.is_some_and(|case| case.incident.cause == Cause::StaleDeploy);
        Refresh { stale, again: case.is_some_and(|case| case.served_again), by_user }
    }

    /// What was done on the way is known to the next page, too.
    pub(super) fn way_made(&mut self, way: Way) {
        let Some(id) = self.carried else { return };
        self.note(id, Stage::Repaired, &way.told());
        if let Some(case) = self.case(id) {
            let incident = Box::new(case.incident.clone());
            self.tell(Signal::PassOn(incident));
        }
    }

    /// The page should be gone by now, and is not.
    pub(super) fn still_here(&mut self, id: CaseId) {
        self.leaving = false;
        self.not_reloaded(id);
        self.forget_carried();
        if !self.put_back(id) {
            self.climb(id);
        }
    }

    /// A timeline tells only what happened.
    fn not_reloaded(&mut self, id: CaseId) {
        if let Some(case) = self.case(id) {
            case.incident.timeline.retain(|e| e.stage != Stage::Reloaded);
        }
    }

    /// What was written for the next page must not be taken up by a later one.
    pub(super) fn forget_carried(&mut self) {
        self.carried = None;
        self.tell(Signal::Forget);
    }

    pub(super) fn hiding(&mut self) {
        if !self.leaving && self.carried.is_some() {
            // The user was faster than the guard's own reload.
            self.forget_carried();
        }
        self.left();
    }

    /// The user wants the newer build before going on.
    pub(super) fn update_chosen(&mut self) {
        let found = evidence::newer_build(&self.build, "", true);
        if let Some(id) = self.open_case_for(Family::Page, "", found) {
            self.ask_leave(id, true);
        }
    }

    /// The page is left, and not by the guard: what is open ends here. After a short life it goes on where the same page comes again at once;
    /// a receiver keeps the later revision.
    fn left(&mut self) {
        let passed_on =
            self.page_case().map(|c| c.incident.clone()).filter(|_| !self.leaving && self.now < SHORT_LIVED);
        self.abandon_all("the page was left");
        let Some(mut incident) = passed_on.filter(|_| self.reloads.is_some()) else { return };
        incident.revision += 1;
        incident.note(self.epoch(), Stage::Ended, "");
        self.tell(Signal::PassOn(Box::new(incident)));
    }

    /// Whether a carried incident goes on here. One that the guard's own reload carried does, wherever it led.
    pub(super) fn goes_on(&self, incident: &mut Incident) -> bool {
        let Some(last) = incident.timeline.last().filter(|e| e.stage == Stage::Ended) else { return true };
        let at = incident.detected + last.at.0;
        incident.timeline.pop();
        incident.page == self.path && self.epoch().saturating_sub(at) < SHORT_LIVED.0
    }

    /// Abandons every incident but the one that goes on in the next page.
    pub(super) fn abandon_all(&mut self, why: &str) {
        let carried = self.carried;
        for id in self.case_ids() {
            if Some(id) != carried {
                self.abandon(id, why);
            }
        }
    }

    /// boot.js counted documents that were left within seconds, over and over: the guard adds no reload, and says so.
    pub(super) fn looping(&mut self, documents: u32) {
        self.looping = true;
        let mut found = vec![evidence::reload_loop(documents)];
        found.extend(self.clues.iter().map(|(_, clue)| clue.clone()));
        let Some(id) = self.open_case(Family::Page, "", found) else { return };
        if let Some(case) = self.case(id) {
            case.must_act = true;
        }
        self.diagnose(id);
    }
}

/// Whether a reload is one of those that are counted: the user's own are not, but one that was to help after a reset is.
fn counts(leave: &Leave, incident: &Incident) -> bool {
    !leave.by_user || !incident.aside.is_empty()
}
