//! The ladder: which remedy of its cause a case takes next, and when.

use super::case::{CaseId, Family, State};
use super::signal::Signal;
use super::state::Room;
use crate::core::playbook::ladder::Remedy;
use crate::core::time::Millis;

impl Room {
    /// Takes the next rung that applies.
    pub(super) fn climb(&mut self, id: CaseId) {
        let content = self.shows_content(id);
        let looked = self.looked.map(|(at, _)| at);
        let failed = self.failed;
        let (last, repairs) = (self.last_rung(id), self.plan.allows(Remedy::Repair));
        let Some(case) = self.case(id) else { return };
        case.due = Millis::NEVER;
        let stuck = case.wants_more_than_content();
        let told = if stuck { looked } else { failed };
        case.unseen = case.family == Family::Page && told.is_none_or(|at| at < case.opened);
        if content && case.family == Family::Page {
            // What is left to do on a page that has come up is to take the poison out.
            case.rung = 0;
            if case.damage.entries.is_empty() || !repairs {
                case.state = State::Looking;
                self.hold_or_end(id);
            } else {
                case.state = State::Acting;
                self.start_repair(id);
            }
            return;
        }
        // The cause may have changed on the way up: nobody is left without a word.
        if !case.prompted {
            case.rung = case.rung.min(last);
        }
        self.climb_on(id);
    }

    /// The next rung that applies, from where the case stands.
    pub(super) fn climb_on(&mut self, id: CaseId) {
        loop {
            let plan = self.plan.clone();
            let Some(case) = self.case(id) else { return };
            let Some(remedy) = plan.ladder(case.incident.cause).get(case.rung).copied() else {
                case.state = State::Dismissed;
                let requests = std::mem::take(&mut case.requests);
                self.give_back(requests);
                return;
            };
            // Nothing that the user notices happens before a verdict said that the page failed: `pending` is none.
            if case.unseen && matches!(remedy, Remedy::Reload | Remedy::Reset | Remedy::Dialog) {
                case.state = State::Unseen;
                self.tell(Signal::LookSoon);
                return;
            }
            case.rung += 1;
            if self.start_remedy(id, remedy) {
                return;
            }
        }
    }

    /// Goes on with the first case that is due.
    pub(super) fn case_due(&mut self) {
        let now = self.now;
        let Some(case) = self.cases.iter_mut().find(|case| case.due.min(case.expires) <= now) else { return };
        let id = case.id;
        if case.expires <= now {
            return self.abandon(id, "nothing changed for too long");
        }
        case.due = Millis::NEVER;
        match case.state {
            State::Probing => self.probe(id),
            State::Grace => self.explain(id),
            _ => {}
        }
    }
}
