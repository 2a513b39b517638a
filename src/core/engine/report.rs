//! What goes into telemetry, and when it is sent.
//!
//! Delivery is believed only when an answer was read. So a page sends while it lives, and what is unanswered when it goes is left in local storage
//! for the next one: an answer to what is sent while leaving could not be read any more, and the next page would have to send it once more.

use super::case::CaseId;
use super::{Engine, Role, limit};
use crate::core::action::{Command, Notice};
use crate::core::config::{Config, Consent};
use crate::core::event::{Answer, PostOutcome, Saved};
use crate::core::telemetry::kept;
use crate::core::telemetry::names::Names;
use crate::core::telemetry::otlp::{self, LogRecord, Place};
use crate::core::telemetry::queue::{Queue, Record, Settled};
use crate::core::telemetry::redact;
use crate::core::time::Millis;

/// Incidents come in clusters: a moment's wait makes one POST of them.
const GATHER: Millis = Millis(400);
/// What an earlier page left is not worth a slot while this one loads.
const FIRST_POST: Millis = Millis(1_500);
/// Who died without a word is known for dead a few seconds later: what was not free the first time is looked for once more.
const ADOPT_AGAIN: Millis = Millis(8_000);
/// Browsers differ in whether a page that goes hears first that it is hidden or that it is left: what is left a moment later sends nothing.
const STAYS: Millis = Millis(50);
const BACKOFF_BASE: u64 = 2_000;
const BACKOFF_CAP: u64 = 60_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    /// What is to be sent is counted as sent in local storage first.
    Saving,
    Sending,
    /// The page was left: what it had to send is the next page's.
    Left,
}

#[derive(Clone, Debug)]
pub(super) struct Posting {
    due: Millis,
    /// When queues of pages that are gone are to be looked for, and whether that is the second time.
    adopt_due: Millis,
    adopts_again: bool,
    phase: Phase,
    failures: u32,
}

impl Posting {
    pub const IDLE: Posting =
        Posting { due: Millis::NEVER, adopt_due: Millis::NEVER, adopts_again: false, phase: Phase::Idle, failures: 0 };

    pub fn next(&self) -> Millis {
        self.due.min(self.adopt_due)
    }
}

/// What the options name is the developer's, not the user's. Not so the keys of storage: an application puts its user into them.
pub(super) fn declared(config: &Config) -> Names {
    let addresses = [&config.endpoint, &config.manifest, &config.renew_link].into_iter().flatten();
    let services = config.services.iter().map(|(prefix, _)| prefix);
    let all = config.names.iter().chain(addresses).chain(services).chain([&config.step, &config.build]);
    Names::declared(all.map(String::as_str))
}

fn logs(records: &[Record]) -> Vec<&LogRecord> {
    records.iter().map(Record::log).collect()
}

impl Engine {
    /// `queues`: pages that are gone left some. `denied`: the user said no on an earlier page, which only `guard.consent` takes back: the option
    /// may be a default that the page was built with.
    pub(super) fn telemetry_start(&mut self, queues: bool, denied: bool) {
        if denied {
            self.config.consent = Consent::Denied;
        }
        if queues && self.config.consent == Consent::Denied {
            self.tell(Command::DropQueues);
        } else if queues && self.sends() {
            self.posting.adopt_due = self.now + FIRST_POST;
        }
    }

    /// Made when the user consents, kept for the session where anything can be kept.
    pub(super) fn session(&mut self) -> String {
        if self.config.consent != Consent::Granted {
            return String::new();
        }
        if let Some(memory) = &self.memory
            && self.session.is_empty()
        {
            self.session = memory.session.clone();
        }
        if self.session.is_empty() {
            self.session = self.dice.hex32();
            if let Some(memory) = &mut self.memory {
                memory.session = self.session.clone();
                self.remember();
            }
        }
        self.session.clone()
    }

    pub(super) fn sends(&self) -> bool {
        self.config.endpoint.is_some() && self.config.consent != Consent::Denied
    }

    pub(super) fn consent(&mut self, consent: Consent) {
        self.config.consent = consent;
        self.tell(Command::RememberConsent { granted: consent == Consent::Granted });
        if consent == Consent::Denied {
            self.queue = Queue::default();
            self.posting = Posting::IDLE;
            self.waiting.retain(|w| !matches!(w.role, Role::Post | Role::Saved | Role::Adopt));
            self.tell(Command::DropQueues);
            self.session.clear();
            if let Some(memory) = &mut self.memory
                && !memory.session.is_empty()
            {
                memory.session.clear();
                self.remember();
            }
        }
    }

    /// A revision of an incident: while it goes on, and at its end.
    pub(super) fn report_incident(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        case.incident.revision += 1;
        if !self.sends() {
            return;
        }
        let session = self.session();
        let epoch = self.epoch();
        let Some(case) = self.cases.iter().find(|case| case.id == id) else { return };
        let record = otlp::incident(&case.incident, epoch, &session, &self.names);
        self.send_soon(record);
    }

    /// The guard's own failure: one record a page.
    pub(super) fn report_failure(&mut self, message: &str, place: &str) {
        if std::mem::replace(&mut self.failure_reported, true) || !self.sends() {
            return;
        }
        let (message, place) = (redact::message(message), redact::text(place));
        let record = self.of_page(|page| otlp::failure(page, message, place));
        self.send_soon(record);
    }

    fn send_soon(&mut self, record: LogRecord) {
        self.queue.push(record, true);
        self.save_queue(Vec::new());
        if self.posting.phase == Phase::Idle && self.posting.failures == 0 {
            self.posting.due = self.now + GATHER;
        }
    }

    /// One record a page view, sent with the next incident or when the page is hidden.
    pub(super) fn report_page(&mut self, verdict: &str) {
        if std::mem::replace(&mut self.page_reported, true) || !self.sends() {
            return;
        }
        let record = self.of_page(|place| otlp::page(place, verdict));
        self.queue.push(record, false);
    }

    pub(super) fn of_page(&mut self, record: impl FnOnce(&Place) -> LogRecord) -> LogRecord {
        let session = self.session();
        record(&Place {
            path: &self.path,
            build: &self.config.build,
            step: &self.step(),
            epoch: self.epoch(),
            session: &session,
            names: &self.names,
        })
    }

    fn save_queue(&mut self, gone: Vec<String>) {
        if self.posting.phase == Phase::Left {
            return self.leave_queue();
        }
        let text = self.queue.write();
        self.ask(limit::MEMORY, Role::Saved, Command::SaveQueue { text, gone });
    }

    pub(super) fn saved(&mut self, answer: &Answer) {
        match answer {
            Answer::Saved(Saved::Kept) => {}
            Answer::Saved(Saved::Taken) => {
                self.queue.taken();
                // What came since.
                self.save_queue(Vec::new());
                return;
            }
            // It is still sent by this page.
            _ if self.queue.no_room() => {
                self.save_queue(Vec::new());
                return;
            }
            _ => {}
        }
        if self.posting.phase == Phase::Saving {
            self.post();
        }
    }

    fn post(&mut self) {
        self.posting.phase = Phase::Idle;
        let Some(url) = self.config.endpoint.clone().filter(|_| !self.queue.in_flight().is_empty()) else { return };
        let body = otlp::request(&self.config.service, &self.config.build, logs(self.queue.in_flight()));
        self.posting.phase = Phase::Sending;
        self.ask(limit::POST, Role::Post, Command::Post { url, body });
    }

    pub(super) fn post_due(&mut self) {
        if self.posting.adopt_due <= self.now {
            let again = std::mem::replace(&mut self.posting.adopts_again, true);
            self.posting.adopt_due = if again { Millis::NEVER } else { self.now + ADOPT_AGAIN };
            self.ask(limit::ADOPT, Role::Adopt, Command::AdoptQueues);
        }
        if self.posting.due <= self.now {
            self.posting.due = Millis::NEVER;
            if self.posting.phase == Phase::Idle && self.sends() && !self.queue.is_empty() {
                self.posting.phase = Phase::Saving;
                self.queue.load();
                self.save_queue(Vec::new());
            }
        }
    }

    pub(super) fn adopted(&mut self, answer: &mut Answer) {
        // What comes after the page was left stays where it is, and is free again.
        let Answer::Adopted(entries) = answer else { return };
        if entries.is_empty() || !self.sends() || self.posting.phase == Phase::Left {
            return;
        }
        for entry in entries.iter() {
            self.queue.read(kept::records(&entry.text));
        }
        self.save_queue(entries.drain(..).map(|entry| entry.key).collect());
        if self.posting.phase == Phase::Idle && self.posting.failures == 0 {
            self.posting.due = self.now;
        }
    }

    /// The page is hidden, and may be discarded without another word.
    pub(super) fn flush_hidden(&mut self) {
        if self.posting.phase == Phase::Left {
            return;
        }
        self.report_retries();
        if self.posting.phase == Phase::Idle && self.posting.failures == 0 && !self.queue.is_empty() {
            self.posting.due = self.posting.due.min(self.now + STAYS);
        }
    }

    /// The page goes. Nothing that is unanswered is struck off, and nothing is sent that can be kept.
    pub(super) fn flush_leaving(&mut self) {
        self.report_retries();
        self.posting = Posting { phase: Phase::Left, ..Posting::IDLE };
        self.leave_queue();
    }

    fn leave_queue(&mut self) {
        let Some(url) = self.config.endpoint.clone().filter(|_| self.sends() && !self.queue.is_left()) else { return };
        let (records, rest) = self.queue.last_batch();
        let body = if records.is_empty() {
            String::new()
        } else {
            otlp::request(&self.config.service, &self.config.build, logs(records))
        };
        let text = self.queue.write_all();
        self.tell(Command::LeaveQueue { text, url, body, rest });
    }

    /// The page is back out of the browser's cache. What it left may have been sent by another page meanwhile.
    pub(super) fn telemetry_back(&mut self) {
        if self.posting.phase != Phase::Left {
            return;
        }
        // An answer to a POST of that time is no longer about anything in the queue.
        self.waiting.retain(|w| !matches!(w.role, Role::Post | Role::Saved | Role::Adopt));
        self.queue = Queue::default();
        self.posting = Posting::IDLE;
        if self.sends() {
            self.posting.adopt_due = self.now + FIRST_POST;
        }
    }

    pub(super) fn posted(&mut self, answer: &Answer) {
        if self.posting.phase != Phase::Sending {
            return;
        }
        self.posting.phase = Phase::Idle;
        let (how, retry_after) = match answer {
            Answer::Posted(PostOutcome::Done { .. }) => (Settled::Gone, None),
            Answer::Posted(PostOutcome::Later { retry_after }) => (Settled::Waits, *retry_after),
            Answer::Posted(PostOutcome::Unreadable) => (Settled::Unreadable, None),
            _ => (Settled::Unanswered, None),
        };
        let sent = self.queue.settle(how);
        let dropped = std::mem::take(&mut self.dropped) + std::mem::take(&mut self.queue.dropped);
        let kept = u32::try_from(self.queue.len()).unwrap_or(u32::MAX);
        self.notify(Notice::Telemetry { sent, kept, dropped });
        self.save_queue(Vec::new());
        if how == Settled::Gone {
            self.posting.failures = 0;
            if self.queue.urgent() {
                self.posting.due = self.now + GATHER;
            }
            return;
        }
        let ceiling = (BACKOFF_BASE << self.posting.failures.min(8)).min(BACKOFF_CAP);
        self.posting.failures += 1;
        let wait = retry_after.unwrap_or_default().0.min(BACKOFF_CAP).max(BACKOFF_BASE / 2 + self.dice.up_to(ceiling));
        self.posting.due = self.now + Millis(wait);
    }
}
