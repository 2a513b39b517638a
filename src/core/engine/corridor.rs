//! The corridor: hands facts to the rooms, and what a room signals to those whom it concerns. No rule of its own.

use super::case_id::CaseId;
use super::{Engine, Role, limit};
use crate::core::action::{Command, Notice, Reply};
use crate::core::event::Answer;
use crate::core::freshness;
use crate::core::id::AskId;
use crate::core::storage::{self, Ticket};
use std::mem::take;

/// Who is told what a room found.
#[derive(Debug)]
pub(super) enum Asker {
    /// The page's own code.
    Page(AskId),
    /// A key action, by its name.
    KeyAction(AskId, String),
    /// An incident that looks for its cause, or takes a remedy.
    Incident(CaseId),
}

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

    pub(super) fn storage_scanned(&mut self, ticket: Ticket, answer: &mut Answer) {
        let entries = if let Answer::Storage(entries) = answer { Some(take(entries)) } else { None };
        self.tell_storage(storage::Event::StorageScanned { ticket, entries });
    }

    pub(super) fn caches_scanned(&mut self, ticket: Ticket, answer: &mut Answer) {
        let facts = if let Answer::Caches(facts) = answer { Some(take(facts)) } else { None };
        self.tell_storage(storage::Event::CachesScanned { ticket, facts });
    }

    pub(super) fn repair_ended(&mut self, ticket: Ticket, answer: &Answer) {
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
}
