//! The ladder: which remedy of its cause a case takes next, and when.

use super::case::{CaseId, Family, State};
use super::state::Engine;
use crate::core::playbook::{self, Remedy};
use crate::core::time::Millis;

impl Engine {
    /// Takes the next rung that applies.
    pub(super) fn climb(&mut self, id: CaseId) {
        let content = self.shows_content(id);
        let looked = self.render.last_look().map(|(at, _)| at);
        let failed = self.render.last_failed();
        let Some(case) = self.case(id) else { return };
        case.due = Millis::NEVER;
        let stuck = case.must_act || case.entry_lost();
        let told = if stuck { looked } else { failed };
        let unseen = case.family == Family::Page && told.is_none_or(|at| at < case.opened);
        if content && case.family == Family::Page {
            // What is left to do on a page that has come up is to take the poison out.
            case.rung = 0;
            if case.poisoned.is_empty() {
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
            case.rung = case.rung.min(playbook::ladder(case.incident.cause).len() - 1);
        }
        loop {
            let Some(case) = self.case(id) else { return };
            let Some(remedy) = playbook::ladder(case.incident.cause).get(case.rung).copied() else {
                case.state = State::Dismissed;
                let requests = std::mem::take(&mut case.requests);
                self.give_back(requests);
                return;
            };
            // Nothing that the user notices happens before a verdict said that the page failed: `pending` is none.
            if unseen && matches!(remedy, Remedy::Reload | Remedy::Dialog) {
                case.state = State::Unseen;
                self.look_again_soon();
                return;
            }
            case.rung += 1;
            if self.start_remedy(id, remedy) {
                return;
            }
        }
    }

    pub(super) fn cases_due(&mut self) {
        for id in self.case_ids() {
            let now = self.now;
            let Some(case) = self.case(id) else { continue };
            if case.expires <= now {
                self.abandon(id, "nothing changed for too long");
            } else if case.due <= now {
                case.due = Millis::NEVER;
                match case.state {
                    State::Probing => self.probe(id),
                    State::Grace => self.explain(id),
                    _ => {}
                }
            }
        }
    }
}
