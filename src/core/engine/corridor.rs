//! The corridor: hands facts to the rooms, and what a room signals to those whom it concerns. No rule of its own.

use super::case::CaseId;
use super::state::{Engine, Role, limit};
use super::tokens::{Asker, Speaker};
use crate::core::action::{Command, Notice, Reply};
use crate::core::event::Answer;
use crate::core::freshness;
use crate::core::prompt::{self, choice};
use crate::core::storage;
use crate::core::telemetry::{self, Scene};
use std::mem::take;

impl Engine {
    pub(super) fn stop_rooms(&mut self) {
        self.freshness.stop();
        self.pass_on_freshness();
        self.storage.stop();
        self.pass_on_storage();
    }

    // ---- freshness ----

    pub(super) fn ask_freshness(&mut self, by: Asker) {
        let user_waits = matches!(by, Asker::KeyAction(..));
        self.tell_freshness(freshness::Event::Asked { by, user_waits });
    }

    pub(super) fn tell_freshness(&mut self, event: freshness::Event<Asker>) {
        self.freshness.handle_event(self.now, event);
        self.pass_on_freshness();
    }

    pub(super) fn freshness_due(&mut self) {
        self.freshness.handle_timeout(self.now);
        self.pass_on_freshness();
    }

    fn pass_on_freshness(&mut self) {
        while let Some(signal) = self.freshness.poll_signal() {
            match signal {
                freshness::Signal::FetchManifest { url, within } => {
                    self.ask(within, Role::Manifest, Command::FetchManifest { url });
                }
                freshness::Signal::Told { to: Asker::Page(ask), verdict } => {
                    self.reply(ask, Reply::Freshness(verdict));
                }
                freshness::Signal::Told { to: Asker::KeyAction(ask, name), verdict } => {
                    self.key_freshness_told(ask, name, &verdict);
                }
                freshness::Signal::Told { to: Asker::Incident(case), verdict } => {
                    self.freshness_diagnosed(case, &verdict);
                }
            }
        }
    }

    // ---- storage ----

    pub(super) fn tell_storage(&mut self, event: storage::Event<Asker>) {
        self.storage.handle_event(self.now, event);
        self.pass_on_storage();
    }

    pub(super) fn storage_scanned(&mut self, ticket: storage::Ticket, answer: &mut Answer) {
        let entries = if let Answer::Storage(entries) = answer { Some(take(entries)) } else { None };
        self.tell_storage(storage::Event::StorageScanned { ticket, entries });
    }

    pub(super) fn caches_scanned(&mut self, ticket: storage::Ticket, answer: &mut Answer) {
        let facts = if let Answer::Caches(facts) = answer { Some(take(facts)) } else { None };
        self.tell_storage(storage::Event::CachesScanned { ticket, facts });
    }

    pub(super) fn repair_ended(&mut self, ticket: storage::Ticket, answer: &Answer) {
        let done = if let Answer::Repaired(done) = answer { Some(*done) } else { None };
        self.tell_storage(storage::Event::RepairEnded { ticket, done });
    }

    fn pass_on_storage(&mut self) {
        while let Some(signal) = self.storage.poll_signal() {
            match signal {
                storage::Signal::ScanStorage { ticket, errors } => {
                    self.ask(limit::SCAN, Role::StorageScan(ticket), Command::ScanStorage { errors });
                }
                storage::Signal::ScanCaches { ticket, urls, unparsed, own } => {
                    self.ask(limit::COMPARE, Role::CacheScan(ticket), Command::ScanCaches { urls, unparsed, own });
                }
                storage::Signal::Repair { ticket, keys, entries } => {
                    self.ask(limit::REPAIR, Role::Repair(ticket), Command::Repair { keys, entries });
                }
                storage::Signal::Note => self.tell(Command::NoteStorage),
                storage::Signal::Found { to, damage } => {
                    if let Asker::Incident(case) = to {
                        self.damage_diagnosed(case, damage);
                    }
                }
                storage::Signal::Repaired { to: Asker::Incident(case), report, ok } => self.repaired(case, report, ok),
                storage::Signal::Repaired { to: Asker::Page(ask) | Asker::KeyAction(ask, _), report, .. } => {
                    self.notify(Notice::Repair(report.clone()));
                    self.reply(ask, Reply::Repair(report));
                }
            }
        }
    }

    // ---- prompt ----

    pub(super) fn prompt_is_about(&self, id: CaseId) -> bool {
        self.cases.iter().any(|case| case.id == id && self.prompt.is_about(&case.incident.id))
    }

    pub(super) fn close_prompt(&mut self) {
        self.prompt.handle_event(prompt::Event::Over);
        self.pass_on_prompt();
    }

    pub(super) fn stop_prompt(&mut self) {
        self.prompt.stop();
        self.pass_on_prompt();
    }

    pub(super) fn prompt_answered(&mut self, ticket: prompt::Ticket, answer: &mut Answer) {
        let choice = if let Answer::Choice(choice) = answer { take(choice) } else { choice::NONE.into() };
        self.prompt.handle_event(prompt::Event::Answered { ticket, choice });
        self.pass_on_prompt();
    }

    pub(super) fn pass_on_prompt(&mut self) {
        while let Some(signal) = self.prompt.poll_signal() {
            match signal {
                prompt::Signal::Show { ticket, spec } => {
                    let kind = spec.kind;
                    self.prompting = self.ask(limit::PROMPT, Role::Prompt(ticket), Command::Prompt(spec));
                    self.notify(Notice::Prompt { kind });
                }
                prompt::Signal::Close => {
                    let prompt = self.prompting;
                    if let Some(at) = self.waiting.iter().position(|waiting| waiting.id == prompt) {
                        self.waiting.remove(at);
                    }
                    self.tell(Command::ClosePrompt { prompt });
                }
                prompt::Signal::Answered { to: Speaker::Incident(case), choice } => self.chosen(case, &choice),
                prompt::Signal::Answered { to: Speaker::Page(ask, about), choice } => {
                    self.asked_prompt_answered(ask, about, choice);
                }
                prompt::Signal::Answered { to: Speaker::KeyAction(ask, name), choice } => {
                    self.key_prompt_answered(ask, name, &choice);
                }
                prompt::Signal::GivenUp { to: Speaker::Page(ask, _) } => {
                    self.reply(ask, Reply::Choice(choice::NONE.into()));
                }
                prompt::Signal::GivenUp { to: Speaker::KeyAction(ask, name) } => self.grant_key(ask, name),
                prompt::Signal::GivenUp { to: Speaker::Incident(_) } => {}
            }
        }
    }

    // ---- telemetry ----

    pub(super) fn tell_telemetry(&mut self, event: telemetry::Event) {
        self.telemetry.handle_event(self.now, event);
        self.pass_on_telemetry();
    }

    pub(super) fn telemetry_due(&mut self) {
        self.telemetry.handle_timeout(self.now);
        self.pass_on_telemetry();
    }

    /// Of an incident there is news to be sent.
    pub(super) fn tell_revised(&mut self, id: CaseId) {
        let epoch = self.epoch();
        let Some(case) = self.cases.iter_mut().find(|case| case.id == id) else { return };
        case.incident.revision += 1;
        let incident = &case.incident;
        self.telemetry.handle_event(self.now, telemetry::Event::Revised { incident, epoch });
        self.pass_on_telemetry();
    }

    fn scene(&self) -> Scene {
        Scene { path: self.path.clone(), step: self.step(), epoch: self.epoch() }
    }

    pub(super) fn tell_page_seen(&mut self, verdict: &str) {
        let scene = self.scene();
        self.tell_telemetry(telemetry::Event::PageSeen { verdict, scene });
    }

    pub(super) fn tell_guard_failed(&mut self, message: &str, place: &str) {
        let scene = self.scene();
        self.tell_telemetry(telemetry::Event::GuardFailed { message, place, scene });
    }

    pub(super) fn tell_hidden(&mut self) {
        let scene = self.scene();
        let retries = take(&mut self.retries);
        self.tell_telemetry(telemetry::Event::Hidden { retries, scene });
    }

    pub(super) fn tell_left(&mut self) {
        let scene = self.scene();
        let retries = take(&mut self.retries);
        self.tell_telemetry(telemetry::Event::Left { retries, scene });
    }

    pub(super) fn posted(&mut self, ticket: telemetry::Ticket, answer: &Answer) {
        let outcome = if let Answer::Posted(outcome) = answer { Some(*outcome) } else { None };
        self.tell_telemetry(telemetry::Event::Posted { ticket, outcome });
    }

    pub(super) fn saved(&mut self, ticket: telemetry::Ticket, answer: &Answer) {
        let saved = if let Answer::Saved(saved) = answer { Some(*saved) } else { None };
        self.tell_telemetry(telemetry::Event::Saved { ticket, saved });
    }

    pub(super) fn adopted(&mut self, ticket: telemetry::Ticket, answer: &mut Answer) {
        if let Answer::Adopted(queues) = answer {
            self.tell_telemetry(telemetry::Event::Adopted { ticket, queues: take(queues) });
        }
    }

    fn pass_on_telemetry(&mut self) {
        while let Some(signal) = self.telemetry.poll_signal() {
            match signal {
                telemetry::Signal::Save { ticket, text, gone } => {
                    self.ask(limit::MEMORY, Role::Saved(ticket), Command::SaveQueue { text, gone });
                }
                telemetry::Signal::Post { ticket, url, body } => {
                    self.ask(limit::POST, Role::Post(ticket), Command::Post { url, body });
                }
                telemetry::Signal::Adopt { ticket } => {
                    self.ask(limit::ADOPT, Role::Adopt(ticket), Command::AdoptQueues);
                }
                telemetry::Signal::Leave { text, url, body, rest } => {
                    self.tell(Command::LeaveQueue { text, url, body, rest });
                }
                telemetry::Signal::DropQueues => self.tell(Command::DropQueues),
                telemetry::Signal::RememberConsent { granted } => self.tell(Command::RememberConsent { granted }),
                telemetry::Signal::RememberSession(session) => {
                    if let Some(memory) = &mut self.memory {
                        memory.session = session;
                        self.remember();
                    }
                }
                telemetry::Signal::Told { sent, kept, dropped } => {
                    let dropped = dropped + take(&mut self.dropped);
                    self.notify(Notice::Telemetry { sent, kept, dropped });
                }
            }
        }
    }
}
