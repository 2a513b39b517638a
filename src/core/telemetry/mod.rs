//! Room `telemetry`: what is sent when, and what is kept until a collector took it. Incidents and sums in, OTLP logs out, redacted.
//!
//! Delivery is believed only when an answer was read. So a page sends while it lives, and what is unanswered when it goes is left in local storage
//! for the next one: an answer to what is sent while leaving could not be read any more, and the next page would have to send it once more.

pub mod kept;
pub mod log;
pub mod names;
pub mod otlp;
pub mod queue;
pub mod redact;
mod told;

use super::config::{Config, Consent};
use super::dice::Dice;
use super::event::{KeptQueue, PostOutcome, Saved};
use super::incident::record::Incident;
use super::time::Millis;
use log::{Log, Place, Retries};
use names::Names;
use queue::{Queue, Record, Settled};
use std::collections::VecDeque;
use std::mem::{replace, take};

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

/// Which life of the queue an answer belongs to: when the queue is given up, answers that are still to come are about nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u32);

/// Where on the page something was seen.
#[derive(Clone, Debug)]
pub struct Scene {
    pub path: String,
    /// Of the loan journey.
    pub step: String,
    /// Epoch milliseconds.
    pub epoch: u64,
}

/// A fact for this room.
#[derive(Debug)]
pub enum Event<'a> {
    /// The first one. `queues`: pages that are gone left some. `denied`: the user said no on an earlier page, which only the page's
    /// `guard.consent` takes back: the option may be a default that the page was built with. `session`: the id of an earlier page.
    Started {
        queues: bool,
        denied: bool,
        session: String,
    },
    Consent(Consent),
    /// A revision of an incident: while it goes on, and at its end.
    Revised {
        incident: &'a Incident,
        epoch: u64,
    },
    /// The first verdict that counts, in its code; later ones are no news.
    PageSeen {
        verdict: &'a str,
        scene: Scene,
    },
    /// The guard itself failed, and goes on: a panic's message, raw, and where in its source. The first of a page is told.
    GuardFailed {
        message: &'a str,
        place: &'a str,
        scene: Scene,
    },
    /// A remote playbook was not taken, and why. The first of a page is told.
    PlaybookRefused {
        why: &'a str,
        scene: Scene,
    },
    /// The version of the playbook that holds now. `muted`: it says that nothing is sent; what waits, waits on.
    Playbook {
        version: Option<u64>,
        muted: bool,
    },
    /// The page is hidden, and may be discarded without another word. What retries came to since the last time.
    Hidden {
        retries: Retries,
        scene: Scene,
    },
    /// The page goes.
    Left {
        retries: Retries,
        scene: Scene,
    },
    /// It is back out of the browser's cache.
    Restored,
    /// The answer to [`Signal::Save`]; `None`: there is none.
    Saved {
        ticket: Ticket,
        saved: Option<Saved>,
    },
    /// The answer to [`Signal::Post`]; `None`: there is none.
    Posted {
        ticket: Ticket,
        outcome: Option<PostOutcome>,
    },
    /// The answer to [`Signal::Adopt`].
    Adopted {
        ticket: Ticket,
        queues: Vec<KeptQueue>,
    },
}

/// What this room wants of the others.
#[derive(Debug, PartialEq, Eq)]
pub enum Signal {
    /// Keep `text` as this page's queue, and let go of the entries `gone`.
    Save {
        ticket: Ticket,
        text: String,
        gone: Vec<String>,
    },
    Post {
        ticket: Ticket,
        url: String,
        body: String,
    },
    /// Take over what pages that are gone left.
    Adopt {
        ticket: Ticket,
    },
    /// The page goes: keep `text` for the next one; where that cannot be, send `body` and keep `rest`.
    Leave {
        text: String,
        url: String,
        body: String,
        rest: String,
    },
    DropQueues,
    RememberConsent {
        granted: bool,
    },
    /// The id of the session, for the pages that follow; empty: none any more.
    RememberSession(String),
    Told {
        sent: u32,
        kept: u32,
        dropped: u32,
    },
}

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
struct Posting {
    due: Millis,
    /// When queues of pages that are gone are to be looked for, and whether that is the second time.
    adopt_due: Millis,
    adopts_again: bool,
    phase: Phase,
    failures: u32,
}

const IDLE: Posting =
    Posting { due: Millis::NEVER, adopt_due: Millis::NEVER, adopts_again: false, phase: Phase::Idle, failures: 0 };

#[derive(Debug)]
pub struct Room {
    endpoint: Option<String>,
    service: String,
    build: String,
    names: Names,
    consent: Consent,
    dice: Dice,
    /// Made when the user consents, kept for the session where anything can be kept.
    session: String,
    queue: Queue,
    posting: Posting,
    ticket: u32,
    page_seen: bool,
    failure_told: bool,
    /// The version of the playbook that holds, and whether it has muted this room.
    playbook: Option<u64>,
    muted: bool,
    signals: VecDeque<Signal>,
}

impl Room {
    pub fn new(config: &Config, dice: Dice) -> Room {
        Room {
            endpoint: config.endpoint.clone(),
            service: config.service.clone(),
            build: config.build.clone(),
            names: declared(config),
            consent: config.consent,
            dice,
            session: String::new(),
            queue: Queue::default(),
            posting: IDLE,
            ticket: 0,
            page_seen: false,
            failure_told: false,
            playbook: None,
            muted: false,
            signals: VecDeque::new(),
        }
    }

    /// Takes in one fact. Read `poll_signal` until it is empty after every `handle_*`.
    pub fn handle_event(&mut self, now: Millis, event: Event) {
        match event {
            Event::Started { queues, denied, session } => self.started(now, queues, denied, session),
            Event::Consent(consent) => self.consent(consent),
            Event::Revised { incident, epoch } => self.revised(now, incident, epoch),
            Event::PageSeen { verdict, scene } => {
                if !replace(&mut self.page_seen, true) && self.sends() {
                    let record = self.record(&scene, |place| log::page(place, verdict));
                    self.queue.push(record, false);
                }
            }
            Event::GuardFailed { message, place, scene } => self.guard_failed(now, message, place, &scene),
            Event::PlaybookRefused { why, scene } => {
                if self.sends() {
                    // In quotes stand names of the team's own, and no values of the page's.
                    let why = redact::message(&why.replace('"', ""));
                    let record = self.record(&scene, |page| log::playbook_refused(page, &why));
                    self.send_soon(now, record);
                }
            }
            Event::Playbook { version, muted } => {
                self.playbook = version;
                self.mute(now, muted);
            }
            Event::Hidden { retries, scene } => self.hidden(now, retries, &scene),
            Event::Left { retries, scene } => self.left(retries, &scene),
            Event::Restored => self.restored(now),
            Event::Saved { ticket, saved } if self.is_current(ticket) => self.saved(saved),
            Event::Posted { ticket, outcome } if self.is_current(ticket) => self.posted(now, outcome),
            Event::Adopted { ticket, queues } if self.is_current(ticket) => self.adopted(now, queues),
            Event::Saved { .. } | Event::Posted { .. } | Event::Adopted { .. } => {}
        }
    }

    /// Does whatever is due by `now`.
    pub fn handle_timeout(&mut self, now: Millis) {
        if self.posting.adopt_due <= now {
            let again = replace(&mut self.posting.adopts_again, true);
            self.posting.adopt_due = if again { Millis::NEVER } else { now + ADOPT_AGAIN };
            if !self.sends() {
                return;
            }
            self.signals.push_back(Signal::Adopt { ticket: Ticket(self.ticket) });
        }
        if self.posting.due <= now {
            self.posting.due = Millis::NEVER;
            if self.posting.phase == Phase::Idle && self.sends() && !self.queue.is_empty() {
                self.posting.phase = Phase::Saving;
                self.queue.load();
                self.save(Vec::new());
            }
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal> {
        self.signals.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<Millis> {
        Some(self.posting.due.min(self.posting.adopt_due)).filter(|due| *due < Millis::NEVER)
    }

    fn is_current(&self, ticket: Ticket) -> bool {
        ticket.0 == self.ticket
    }

    fn sends(&self) -> bool {
        self.endpoint.is_some() && self.consent != Consent::Denied && !self.muted
    }

    fn mute(&mut self, now: Millis, muted: bool) {
        if self.muted && !muted && !self.queue.is_empty() {
            self.posting.due = now + GATHER;
        }
        self.muted = muted;
    }

    fn started(&mut self, now: Millis, queues: bool, denied: bool, session: String) {
        self.session = session;
        if denied {
            self.consent = Consent::Denied;
            // Once more: some of where it stood may be cleared, and WebKit keeps what a script stores for seven days
            // (https://webkit.org/blog/10218/full-third-party-cookie-blocking-and-more/).
            self.signals.push_back(Signal::RememberConsent { granted: false });
        }
        if queues && self.consent == Consent::Denied {
            self.signals.push_back(Signal::DropQueues);
        } else if queues && self.sends() {
            self.posting.adopt_due = now + FIRST_POST;
        }
    }

    fn consent(&mut self, consent: Consent) {
        self.consent = consent;
        self.signals.push_back(Signal::RememberConsent { granted: consent == Consent::Granted });
        if consent == Consent::Denied {
            self.give_up_queue();
            self.signals.push_back(Signal::DropQueues);
            if !take(&mut self.session).is_empty() {
                self.signals.push_back(Signal::RememberSession(String::new()));
            }
        }
    }

    /// Answers that are still to come are about nothing that is in the queue from now on.
    fn give_up_queue(&mut self) {
        self.queue = Queue::default();
        self.posting = IDLE;
        self.ticket = self.ticket.wrapping_add(1);
    }

    fn session(&mut self) -> String {
        if self.consent != Consent::Granted {
            return String::new();
        }
        if self.session.is_empty() {
            self.session = self.dice.hex32();
            self.signals.push_back(Signal::RememberSession(self.session.clone()));
        }
        self.session.clone()
    }

    fn revised(&mut self, now: Millis, incident: &Incident, epoch: u64) {
        if !self.sends() {
            return;
        }
        let session = self.session();
        let record = log::incident(incident, epoch, &session, self.playbook, &self.names);
        self.send_soon(now, record);
    }

    fn guard_failed(&mut self, now: Millis, message: &str, place: &str, scene: &Scene) {
        if replace(&mut self.failure_told, true) || !self.sends() {
            return;
        }
        let (message, place) = (redact::message(message), redact::text(place));
        let record = self.record(scene, |page| log::failure(page, &message, &place));
        self.send_soon(now, record);
    }

    fn send_soon(&mut self, now: Millis, record: Log) {
        self.queue.push(record, true);
        self.save(Vec::new());
        if self.posting.phase == Phase::Idle && self.posting.failures == 0 {
            self.posting.due = now + GATHER;
        }
    }

    fn record(&mut self, scene: &Scene, record: impl FnOnce(&Place) -> Log) -> Log {
        let session = self.session();
        record(&Place {
            path: &scene.path,
            build: &self.build,
            step: &scene.step,
            epoch: scene.epoch,
            session: &session,
            names: &self.names,
        })
    }

    fn add_retries(&mut self, retries: Retries, scene: &Scene) {
        if retries != Retries::default() && self.sends() {
            let record = self.record(scene, |place| log::retries(place, retries));
            self.queue.push(record, false);
        }
    }

    fn save(&mut self, gone: Vec<String>) {
        if self.posting.phase == Phase::Left {
            return self.leave();
        }
        let text = self.queue.write();
        self.signals.push_back(Signal::Save { ticket: Ticket(self.ticket), text, gone });
    }

    fn saved(&mut self, saved: Option<Saved>) {
        match saved {
            Some(Saved::Kept) => {}
            Some(Saved::Taken) => {
                self.queue.taken();
                // What came since.
                self.save(Vec::new());
                return;
            }
            // It is still sent by this page.
            _ if self.queue.no_room() => {
                self.save(Vec::new());
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
        let Some(url) = self.endpoint.clone().filter(|_| self.sends() && !self.queue.in_flight().is_empty()) else {
            return;
        };
        let body = otlp::request(&self.service, &self.build, self.queue.in_flight().iter().map(Record::log));
        self.posting.phase = Phase::Sending;
        self.signals.push_back(Signal::Post { ticket: Ticket(self.ticket), url, body });
    }

    fn posted(&mut self, now: Millis, outcome: Option<PostOutcome>) {
        if self.posting.phase != Phase::Sending {
            return;
        }
        self.posting.phase = Phase::Idle;
        let (how, retry_after) = match outcome {
            Some(PostOutcome::Done { .. }) => (Settled::Gone, None),
            Some(PostOutcome::Later { retry_after }) => (Settled::Waits, retry_after),
            Some(PostOutcome::Unreadable) => (Settled::Unreadable, None),
            None => (Settled::Unanswered, None),
        };
        let sent = self.queue.settle(how);
        let dropped = take(&mut self.queue.dropped);
        let kept = u32::try_from(self.queue.len()).unwrap_or(u32::MAX);
        self.signals.push_back(Signal::Told { sent, kept, dropped });
        self.save(Vec::new());
        if how == Settled::Gone {
            self.posting.failures = 0;
            if self.queue.urgent() {
                self.posting.due = now + GATHER;
            }
            return;
        }
        let ceiling = (BACKOFF_BASE << self.posting.failures.min(8)).min(BACKOFF_CAP);
        self.posting.failures += 1;
        let wait = retry_after.unwrap_or_default().0.min(BACKOFF_CAP).max(BACKOFF_BASE / 2 + self.dice.up_to(ceiling));
        self.posting.due = now + Millis(wait);
    }

    fn adopted(&mut self, now: Millis, queues: Vec<KeptQueue>) {
        // What comes after the page was left stays where it is, and is free again.
        if queues.is_empty() || !self.sends() || self.posting.phase == Phase::Left {
            return;
        }
        for entry in &queues {
            self.queue.read(kept::records(&entry.text));
        }
        self.save(queues.into_iter().map(|entry| entry.key).collect());
        if self.posting.phase == Phase::Idle && self.posting.failures == 0 {
            self.posting.due = now;
        }
    }

    fn hidden(&mut self, now: Millis, retries: Retries, scene: &Scene) {
        if self.posting.phase == Phase::Left {
            return;
        }
        self.add_retries(retries, scene);
        if self.posting.phase == Phase::Idle && self.posting.failures == 0 && !self.queue.is_empty() {
            self.posting.due = self.posting.due.min(now + STAYS);
        }
    }

    /// Nothing that is unanswered is struck off, and nothing is sent that can be kept.
    fn left(&mut self, retries: Retries, scene: &Scene) {
        self.add_retries(retries, scene);
        self.posting = Posting { phase: Phase::Left, ..IDLE };
        self.leave();
    }

    fn leave(&mut self) {
        let Some(url) = self.endpoint.clone().filter(|_| self.sends() && !self.queue.is_left()) else { return };
        let (records, rest) = self.queue.last_batch();
        let body = if records.is_empty() {
            String::new()
        } else {
            otlp::request(&self.service, &self.build, records.iter().map(Record::log))
        };
        let text = self.queue.write_all();
        self.signals.push_back(Signal::Leave { text, url, body, rest });
    }

    /// What it left may have been sent by another page meanwhile.
    fn restored(&mut self, now: Millis) {
        if self.posting.phase != Phase::Left {
            return;
        }
        self.give_up_queue();
        if self.sends() {
            self.posting.adopt_due = now + FIRST_POST;
        }
    }
}

/// What the options name is the developer's, not the user's. Not so the keys of storage: an application puts its user into them.
fn declared(config: &Config) -> Names {
    let addresses = [&config.endpoint, &config.freshness.url, &config.renew_link].into_iter().flatten();
    let services = config.services.iter().map(|service| &service.prefix);
    let all = config.names.iter().chain(addresses).chain(services).chain([&config.step, &config.build]);
    Names::declared(all.map(String::as_str))
}

#[cfg(test)]
mod tests;
