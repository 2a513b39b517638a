//! The room's state, and the small steps that all rules take: telling, keeping clues, finding a case.

use super::case::{Case, CaseId, Family};
use super::evidence::TROUBLE;
use super::record::{Finding, Incident, Reload, Stage};
use super::signal::Signal;
use crate::core::address::origin_of;
use crate::core::config::{Config, Locale, Refusal, Service};
use crate::core::dice::Dice;
use crate::core::playbook::plan::Plan;
use crate::core::render::verdict::RenderState;
use crate::core::time::Millis;
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::rc::Rc;

/// Findings kept before there is an incident to put them in.
const MAX_CLUES: usize = 16;
/// Incidents that can be told of after they have ended.
const MAX_PAST: usize = 8;
/// Older clues explain nothing that happens now.
const CLUE_AGE: Millis = Millis(15_000);

#[derive(Debug)]
pub struct Room {
    // What was configured.
    pub(super) build: String,
    /// What serves the page's own files.
    pub(super) own: Vec<String>,
    pub(super) services: Vec<Service>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) locale: Locale,
    pub(super) renew_link: Option<String>,
    /// What the page's own code has in place of a link that has ended.
    pub(super) new_link: Option<String>,
    pub(super) landing: Option<String>,
    /// Which remedies are taken, in which order, and how many attempts in all.
    pub(super) plan: Rc<Plan>,

    pub(super) dice: Dice,
    pub(super) now: Millis,
    pub(super) epoch_at_zero: u64,
    pub(super) path: String,
    /// Where in the loan journey the user is.
    pub(super) step: String,
    /// There is no network: it is proven.
    pub(super) away: bool,
    /// The page reloads itself over and over.
    pub(super) looping: bool,
    /// Somebody else put elements into the page.
    pub(super) altered: bool,

    /// The reloads that are known of; `None`: storage is denied, nothing can be remembered.
    pub(super) reloads: Option<Vec<Reload>>,
    /// There is a place for the second witness of a reload.
    pub(super) witness: bool,
    /// A write did not come back: what memory says may not be there after a reload.
    pub(super) forgetful: bool,
    /// The guard itself is leaving the page: nothing is abandoned.
    pub(super) leaving: bool,
    /// The incident that session memory hands to the next page.
    pub(super) carried: Option<CaseId>,

    /// State of the last look at the page, and when it was.
    pub(super) looked: Option<(Millis, RenderState)>,
    /// When a failing verdict was last confirmed.
    pub(super) failed: Option<Millis>,
    /// A script or sheet that the document waits for has not come yet.
    pub(super) awaits_resource: bool,
    /// The incident that the dialog on the screen is about, or empty; `None`: there is no dialog.
    pub(super) dialog: Option<String>,

    pub(super) clues: Vec<(Millis, Finding)>,
    /// Own scripts that the document waited for and that failed, healed or not.
    pub(super) entries: Vec<String>,
    pub(super) cases: Vec<Case>,
    pub(super) next_case: NonZeroU32,
    /// Incidents that have ended in this document, the last one last.
    past: VecDeque<Incident>,
    signals: VecDeque<Signal>,
}

impl Room {
    pub fn new(config: &Config, dice: Dice) -> Room {
        Room {
            build: config.build.clone(),
            own: config.own_origins().cloned().collect(),
            services: config.services.clone(),
            refusals: config.refusals.clone(),
            locale: config.locale,
            renew_link: config.renew_link.clone(),
            new_link: None,
            landing: config.landing.clone(),
            plan: Rc::new(Plan { retry: config.retry, ..Plan::default() }),
            dice,
            now: Millis(0),
            epoch_at_zero: 0,
            path: String::new(),
            step: String::new(),
            away: false,
            looping: false,
            altered: false,
            reloads: None,
            witness: false,
            forgetful: false,
            leaving: false,
            carried: None,
            looked: None,
            failed: None,
            awaits_resource: false,
            dialog: None,
            clues: Vec::new(),
            entries: Vec::new(),
            cases: Vec::new(),
            next_case: NonZeroU32::MIN,
            past: VecDeque::new(),
            signals: VecDeque::new(),
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal> {
        self.signals.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<Millis> {
        let next = self.cases.iter().map(|case| case.due.min(case.expires)).min();
        next.filter(|next| *next < Millis::NEVER)
    }

    /// The incidents that are open.
    pub fn open(&self) -> impl Iterator<Item = &Incident> {
        self.cases.iter().map(|case| &case.incident)
    }

    /// Those of this document that are remembered, the latest last.
    pub fn known(&self) -> impl Iterator<Item = &Incident> {
        self.past.iter().chain(self.open())
    }

    /// The incident of this id or reference, open or ended; without one the latest.
    pub fn story(&self, named: &str) -> Option<&Incident> {
        self.known()
            .filter(|incident| [&incident.id, &incident.reference, ""].map(AsRef::as_ref).contains(&named))
            .last()
    }

    pub(super) fn file_away(&mut self, incident: Incident) {
        if self.past.len() >= MAX_PAST {
            self.past.pop_front();
        }
        self.past.push_back(incident);
    }

    /// Their cases, in the order in which they were opened.
    pub fn case_ids(&self) -> Vec<CaseId> {
        self.cases.iter().map(|case| case.id).collect()
    }

    /// Something is known that explains an empty page.
    pub fn knows_of_trouble(&self) -> bool {
        self.clues.iter().any(|(_, clue)| clue.weight >= TROUBLE)
    }

    /// Session memory holds an incident for the next page.
    pub fn carries(&self) -> bool {
        self.carried.is_some()
    }

    pub(super) fn tell(&mut self, signal: Signal) {
        self.signals.push_back(signal);
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch_at_zero + self.now.0
    }

    pub(super) fn is_own(&self, url: &str) -> bool {
        let origin = origin_of(url);
        !origin.is_empty() && self.own.iter().any(|own| own == origin)
    }

    /// Keeps a finding for the incident that may come of it, or puts it into the one that is open.
    pub(super) fn clue(&mut self, found: Finding) {
        let now = self.now;
        if let Some(case) = self.page_case() {
            case.incident.add_evidence(found.clone());
        }
        while let Some(at) = self.clues.iter().position(|(at, e)| now - *at > CLUE_AGE || *e == found) {
            self.clues.remove(at);
        }
        if self.clues.len() >= MAX_CLUES {
            self.tell(Signal::Dropped);
            // A hint does not take the place of proof.
            if found.weight < TROUBLE {
                return;
            }
            self.clues.remove(0);
        }
        self.clues.push((now, found));
    }

    pub(super) fn case(&mut self, id: CaseId) -> Option<&mut Case> {
        self.cases.iter_mut().find(|c| c.id == id)
    }

    pub(super) fn find_case(&self, family: Family, service: &str) -> Option<CaseId> {
        self.cases.iter().find(|c| c.family == family && c.service == service).map(|c| c.id)
    }

    /// The rung of a case's ladder on which the user hears of it.
    pub(super) fn last_rung(&self, id: CaseId) -> usize {
        let case = self.cases.iter().find(|case| case.id == id);
        case.map_or(0, |case| self.plan.ladder(case.incident.cause).len().saturating_sub(1))
    }

    pub(super) fn page_case(&mut self) -> Option<&mut Case> {
        self.cases.iter_mut().find(|c| c.family == Family::Page)
    }

    pub(super) fn note(&mut self, id: CaseId, stage: Stage, detail: &str) {
        let epoch = self.epoch();
        if let Some(case) = self.case(id) {
            case.incident.note(epoch, stage, detail);
            self.notify_case(id);
        }
    }

    pub(super) fn notify_case(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        let incident = &case.incident;
        let told = Signal::Told {
            id: incident.id.clone(),
            cause: incident.cause,
            stage: incident.timeline.last().map_or(Stage::Detected, |e| e.stage),
            outcome: incident.outcome,
            reference: incident.reference.clone(),
        };
        self.tell(told);
    }

    /// There is news of an incident to be sent.
    pub(super) fn revised(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        case.incident.revision += 1;
        let incident = Box::new(case.incident.clone());
        self.tell(Signal::Revised(incident));
    }

    /// A prompt about this case has nothing to say any more.
    pub(super) fn unsay(&mut self, id: CaseId) {
        if let Some(case) = self.case(id) {
            let incident = case.incident.id.clone();
            self.tell(Signal::Unsay { incident });
        }
    }
}
