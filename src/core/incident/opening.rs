//! How a case is opened: by what was found, fed where one of its family is open, or taken over from the page before.

use super::case::{Case, CaseId, Family, State};
use super::leave::{BY_GUARD, BY_GUARD_AGAIN, BY_USER};
use super::record::{Cause, Finding, Incident, Outcome, Stage};
use super::state::Room;
use crate::core::playbook::ladder::Remedy;
use crate::core::storage::facts::Repair;
use crate::core::time::Millis;

/// At most this many incidents are open at a time; failures beyond are part of the first.
const MAX_CASES: usize = 4;
/// An incident that is still open after this is abandoned: nobody looks at it any more.
const LIFETIME: Millis = Millis(600_000);

impl Room {
    /// Opens an incident, or feeds the one of the same family. `None`: there are too many open; what was found is part
    /// of the first.
    pub(super) fn open_case(&mut self, family: Family, service: &str, found: Vec<Finding>) -> Option<CaseId> {
        let full = self.cases.len() >= MAX_CASES;
        let known = self.find_case(family, service);
        if known.is_some() || full {
            let id = known.or(self.cases.first().map(|c| c.id))?;
            self.case(id)?.incident.add_all(found);
            return known;
        }
        let first = found.first()?.clone();
        let mut incident = Incident {
            id: self.dice.hex32(),
            reference: self.dice.reference(),
            revision: 0,
            cause: first.cause,
            evidence: Vec::new(),
            step: self.step.clone(),
            build: self.build.clone(),
            page: self.path.clone(),
            detected: self.epoch(),
            timeline: Vec::new(),
            dropped: 0,
            aside: Vec::new(),
            outcome: Outcome::Open,
        };
        incident.note(self.epoch(), Stage::Detected, &format!("{}: {}", first.kind.code(), first.detail));
        incident.add_all(found);
        Some(self.add_case(family, service, incident, State::Requests))
    }

    pub(super) fn open_case_for(&mut self, family: Family, service: &str, found: Finding) -> Option<CaseId> {
        self.open_case(family, service, vec![found])
    }

    fn add_case(&mut self, family: Family, service: &str, incident: Incident, state: State) -> CaseId {
        let id = CaseId(self.next_case);
        self.next_case = self.next_case.saturating_add(1);
        self.cases.push(Case {
            id,
            incident,
            family,
            service: service.into(),
            state,
            rung: 0,
            due: Millis::NEVER,
            expires: self.now + LIFETIME,
            opened: self.now,
            diagnosed: false,
            missed: false,
            healed: false,
            prompted: false,
            held: None,
            covered: false,
            dead: Vec::new(),
            suspects: Vec::new(),
            damage: Repair::default(),
            offered: Vec::new(),
            resetting: false,
            freed: false,
            outstanding: 0,
            probes: 0,
            dead_known: false,
            taken_back: None,
            must_act: false,
            unseen: false,
            chunk_lost: false,
            unsaved: false,
            served_again: false,
            reloaded: false,
            retried: false,
            submitting: false,
            requests: Vec::new(),
        });
        self.notify_case(id);
        id
    }

    /// Incidents that were carried over: this page decides how they end.
    pub(super) fn resume(&mut self, carried: Vec<Incident>) {
        for mut incident in carried {
            if !self.goes_on(&mut incident) {
                continue;
            }
            let family = match incident.cause {
                Cause::StaleLink => Family::Link,
                _ => Family::Page,
            };
            let rungs = self.plan.ladder(incident.cause);
            let reload = rungs.iter().position(|r| matches!(r, Remedy::Reload | Remedy::Renew));
            let rung = if incident.has_been(Stage::Reloaded) { reload.map_or(rungs.len(), |n| n + 1) } else { 0 };
            if self.find_case(family, "").is_some() {
                continue;
            }
            let has_been = |how: &str| incident.timeline.iter().any(|e| e.stage == Stage::Reloaded && e.detail == how);
            let reloaded = has_been(BY_GUARD) || has_been(BY_GUARD_AGAIN);
            // The build that was to come has not come; whether it is still to come is asked.
            let old =
                (reloaded || has_been(BY_USER)) && incident.cause == Cause::StaleDeploy && incident.build == self.build;
            let id = self.add_case(family, "", incident, State::Looking);
            if let Some(case) = self.case(id) {
                case.rung = rung;
                case.missed = true;
                case.healed = rung > 0;
                case.reloaded = reloaded;
                case.served_again = old;
            }
            if old {
                self.diagnose(id);
            }
        }
    }
}
