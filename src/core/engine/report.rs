//! What goes into telemetry, and when it is sent.

use super::case::CaseId;
use super::{Engine, Role, limit};
use crate::core::action::{Do, Notice};
use crate::core::config::Consent;
use crate::core::event::{Answer, PostOutcome};
use crate::core::telemetry::otlp;
use crate::core::time::Millis;

/// Incidents come in clusters: a moment's wait makes one POST of them.
const GATHER: Millis = Millis(400);
/// What an earlier page left is not worth a slot while this one loads.
pub(super) const FIRST_POST: Millis = Millis(1_500);
const BACKOFF_BASE: u64 = 2_000;
const BACKOFF_CAP: u64 = 60_000;

#[derive(Clone, Debug)]
pub(super) struct Posting {
    pub due: Millis,
    in_flight: bool,
    failures: u32,
}

impl Posting {
    pub const IDLE: Posting = Posting { due: Millis::NEVER, in_flight: false, failures: 0 };
}

impl Engine {
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
        if consent == Consent::Denied {
            self.queue = Default::default();
            self.posting = Posting::IDLE;
            self.tell(Do::SaveQueue { text: String::new() });
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
        let Some(case) = self.case(id) else { return };
        let record = otlp::incident(&case.incident, epoch, &session);
        self.queue.push(record, true);
        self.save_queue();
        if !self.posting.in_flight && self.posting.failures == 0 {
            self.posting.due = self.now + GATHER;
        }
    }

    /// One record a page view, sent with the next incident or when the page is left.
    pub(super) fn report_page(&mut self, verdict: &str) {
        if std::mem::replace(&mut self.page_reported, true) || !self.sends() {
            return;
        }
        let session = self.session();
        let record = otlp::page(&self.path, &self.config.build, &self.step(), verdict, self.epoch(), &session);
        self.queue.push(record, false);
    }

    pub(super) fn save_queue(&mut self) {
        let text = self.queue.write();
        self.tell(Do::SaveQueue { text });
    }

    fn post(&mut self, leaving: bool) {
        let Some(url) = self.config.endpoint.clone().filter(|_| self.sends()) else {
            return;
        };
        let records = self.queue.batch();
        if records.is_empty() {
            return;
        }
        let body = otlp::request(&self.config.service, &self.config.build, records);
        self.posting.in_flight = true;
        self.posting.due = Millis::NEVER;
        self.ask(limit::POST, Role::Post, Do::Post { url, body, leaving });
    }

    pub(super) fn post_due(&mut self) {
        if self.posting.due <= self.now {
            self.posting.due = Millis::NEVER;
            if !self.posting.in_flight {
                self.post(false);
            }
        }
    }

    /// The last chance to send. A collector that failed a moment ago gets nothing by beacon: nobody would know whether
    /// it took it, and what is kept is sent by the next page.
    pub(super) fn flush_leaving(&mut self) {
        let now = !self.posting.in_flight && self.posting.failures == 0 && !self.leaving;
        self.report_retries(!now);
        if now {
            self.post(true);
        }
    }

    pub(super) fn posted(&mut self, answer: &Answer) {
        self.posting.in_flight = false;
        let dropped = std::mem::take(&mut self.dropped) + std::mem::take(&mut self.queue.dropped);
        let (gone, retry_after) = match answer {
            Answer::Posted(PostOutcome::Done { .. }) => (true, None),
            Answer::Posted(PostOutcome::Later { retry_after }) => (false, *retry_after),
            _ => (false, None),
        };
        let left = self.queue.settle(gone);
        let kept = u32::try_from(self.queue.len()).unwrap_or(u32::MAX);
        self.notify(Notice::Telemetry { sent: left, kept, dropped });
        if gone {
            self.posting.failures = 0;
            self.save_queue();
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
