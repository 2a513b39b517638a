//! The corridor to the hub: hands facts to room `incident`, and what it signals to those whom it concerns. No rule of its own.

use super::state::{Engine, Role, limit};
use super::tokens::{Asker, Speaker};
use crate::core::action::{Command, Notice};
use crate::core::event::{Answer, Readiness, Start};
use crate::core::freshness::Need;
use crate::core::incident::{self, CaseId, Finding, Signal};
use crate::core::prompt::{self, Subject};
use crate::core::storage::{self, RepairMode, RepairWish};
use crate::core::{render, retry, telemetry};
use std::iter::from_fn;
use std::mem::take;

impl Engine {
    pub(super) fn start_incident(&mut self, start: &Start) {
        let reloads = self.memory.as_ref().map(|memory| memory.reloads.clone());
        let (epoch, witness) = (start.epoch, start.mark.is_some());
        self.tell_place();
        self.tell_incident(incident::Event::Started { epoch, reloads, witness });
        let carried = self.memory.as_mut().map(|memory| take(&mut memory.incidents)).unwrap_or_default();
        if !carried.is_empty() {
            // At once, so that a reload by the user does not take them up again.
            self.remember();
            self.tell_incident(incident::Event::Carried(carried));
        }
    }

    pub(super) fn tell_incident(&mut self, event: incident::Event) {
        self.tell_dialog();
        self.incident.handle_event(self.now, event);
        self.pass_on_incident();
    }

    pub(super) fn incident_due(&mut self) {
        while self.incident.poll_timeout().is_some_and(|due| due <= self.now) {
            self.tell_dialog();
            self.incident.handle_timeout(self.now);
            self.pass_on_incident();
        }
    }

    fn tell_dialog(&mut self) {
        let about = self.prompt.dialog().map(ToOwned::to_owned);
        self.incident.handle_event(self.now, incident::Event::Dialog(about));
    }

    pub(super) fn tell_place(&mut self) {
        let step = self.step();
        self.incident.handle_event(self.now, incident::Event::Place { path: &self.path, step });
    }

    pub(super) fn found(&mut self, found: Finding) {
        self.tell_incident(incident::Event::Found(found));
    }

    pub(super) fn leave_told(&mut self, case: CaseId, by_user: bool, answer: &Answer) {
        let readiness = if let Answer::Leave(readiness) = answer { *readiness } else { Readiness::Unanswered };
        self.tell_incident(incident::Event::LeaveTold { case, by_user, readiness });
    }

    pub(super) fn link_told(&mut self, case: CaseId, answer: &mut Answer) {
        let url = if let Answer::Link(url) = answer { url.take() } else { None };
        self.tell_incident(incident::Event::LinkTold { case, url });
    }

    fn pass_on_incident(&mut self) {
        let signals: Vec<_> = from_fn(|| self.incident.poll_signal()).collect();
        for signal in signals {
            self.pass_on_signal(signal);
        }
    }

    fn pass_on_signal(&mut self, signal: Signal) {
        match signal {
            Signal::LookSoon => self.tell_render(render::Event::LookSoon),
            Signal::LookNow => self.tell_render(render::Event::LookNow),
            Signal::LookAt(at) => self.tell_render(render::Event::LookAt(at)),
            Signal::BeginAgain => self.tell_render(render::Event::BeginAgain),
            Signal::Belongs { request, to } => self.tell_retry(retry::Event::Belongs { request, to }),
            Signal::RetryAsked { requests } => self.tell_retry(retry::Event::RetryAsked { requests }),
            Signal::GiveBack { request } => self.tell_retry(retry::Event::GiveBack { request }),
            Signal::ProbeLater { case, attempt } => {
                let due = self.now + self.retry.wait_before_probe(attempt);
                self.tell_incident(incident::Event::ProbeAt { case, due });
            }
            Signal::Probe { case, resources } => {
                let resource = |incident::Resource { url, script }| retry::Resource { url, script };
                let resources = resources.into_iter().map(resource).collect();
                self.tell_retry(retry::Event::ProbeAsked { by: case, resources });
            }
            Signal::AwaitNetwork => self.wait_for_network(),
            Signal::Diagnose { case, suspects, lost } => {
                self.tell_storage(storage::Event::Asked { by: Asker::Incident(case), suspects });
                // A file that is gone and a newer build are two witnesses.
                let need = if lost { Need::Witnessed } else { Need::Hint };
                self.ask_freshness(Asker::Incident(case), need);
            }
            Signal::Repair { case, what } => {
                self.tell_storage(storage::Event::Repair { by: Asker::Incident(case), what });
            }
            Signal::AskSuspects { case } => {
                self.tell_storage(storage::Event::SuspectsAsked { by: Asker::Incident(case) });
            }
            Signal::PutBack { case, keys } => {
                let wish = RepairWish { mode: RepairMode::Undo, keys, ..RepairWish::default() };
                self.tell_storage(storage::Event::RepairAsked { by: Asker::Incident(case), wish });
            }
            Signal::Say { case, kind, speech, otherwise } => {
                let subject = Subject {
                    incident: &speech.incident,
                    reference: &speech.reference,
                    service: &speech.service,
                    explanation: &speech.explanation,
                    submitting: speech.submitting,
                    unsaved: speech.unsaved,
                    reloaded: speech.reloaded,
                    retried: speech.retried || self.retry.tried_again(&speech.requests),
                    in_place: speech.in_place,
                    minutes: 0,
                    announcement: None,
                };
                let by = Speaker::Incident(case);
                self.prompt.handle_event(prompt::Event::Said { by, waits: false, kind, subject: &subject });
                let shown = self.prompt.is_about(&speech.incident);
                self.pass_on_prompt();
                self.tell_incident(incident::Event::Said { case, kind, shown, otherwise });
            }
            Signal::Unsay { incident } => {
                if self.prompt.is_about(&incident) {
                    self.prompt.handle_event(prompt::Event::Over);
                    self.pass_on_prompt();
                }
            }
            Signal::Reinsert { case, url } => {
                self.ask(limit::REINSERT, Role::Reinsert(case), Command::Reinsert { url });
            }
            Signal::AskLeave { case, by_user } => {
                self.ask(limit::LEAVE, Role::AskedLeave(case, by_user), Command::AskLeave { by_user });
            }
            Signal::RenewLink { case, url } => {
                self.ask(limit::LINK, Role::Link(case), Command::RenewLink { url });
            }
            Signal::Remember { case, leave, reload, incident } => {
                self.remember_and_leave(case, leave, reload, *incident);
            }
            Signal::Reloads(reload) => {
                if let Some(memory) = &mut self.memory {
                    memory.record_reload(reload);
                }
            }
            Signal::Leave { case, to, refresh } => {
                let what = to.map_or(Command::Reload(refresh), |url| Command::Navigate { url });
                match case {
                    Some(case) => drop(self.ask(limit::RELOAD, Role::Leaving(case), what)),
                    None => self.tell(what),
                }
            }
            Signal::Forget => self.remember(),
            Signal::PassOn(incident) => self.keep_for_next_page(*incident),
            Signal::OpenWindow => self.tell(Command::OpenWindow),
            Signal::Log { line } => self.tell(Command::Log { line }),
            Signal::Told { id, cause, stage, outcome, reference } => {
                self.notify(Notice::Incident { id, cause, stage, outcome, reference });
            }
            Signal::Revised(incident) => {
                let (incident, epoch) = (&*incident, self.epoch());
                self.tell_telemetry(telemetry::Event::Revised { incident, epoch });
            }
            Signal::PageSeen(verdict) => self.tell_page_seen(verdict),
            Signal::Repaired(report) => self.notify(Notice::Repair(report)),
            Signal::Dropped => self.dropped += 1,
        }
    }
}
