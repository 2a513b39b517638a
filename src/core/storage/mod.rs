//! Room `storage`: what the device keeps for the page, and what of it is damaged. Scans and errors of the page in, findings and repairs out.

mod code;
pub mod draft;
pub mod facts;
mod guilt;
mod label;
pub mod pad;
mod record;
mod shape;
mod unparsed;

pub use code::{is_comparable, is_cut, is_html, is_style};
pub use facts::{
    Bytes, CacheFacts, Compared, DamagedEntry, Fault, Form, PREFIX, PoisonedEntry, QUARANTINE, Repair, RepairDone,
    RepairMode, RepairReport, RepairWish, StorageEntry, Store, Stuck, StuckStore, checksum,
};
pub use label::Label;
pub use record::{Record, Seen};
pub use unparsed::Unparsed;

use super::address::origin_of;
use super::config::{Config, DeclaredKeys};
use super::time::Millis;
use guilt::{damaged, suspects};
use std::collections::VecDeque;
use std::mem::take;
use unparsed::Scripts;

/// Messages of `JSON.parse` that are kept. A page fails over the first.
const MAX_ERRORS: usize = 8;
/// Content must have been seen for so long before the page's entries are taken for sound.
const HOLD: Millis = Millis(3_000);
/// Looks and repairs under way at a time; above it the oldest is told what is known so far.
const MAX_JOBS: usize = 16;

/// Which of several scans or repairs an answer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u32);

/// A fact for this room. `A` tells the caller who asked; the room only hands it back.
#[derive(Debug)]
pub enum Event<A> {
    /// What `JSON.parse` said to the page: raw, only compared on this device.
    JsonRefused(String),
    /// An error of the page's, raw; `source` is the address of the script, empty where the browser does not tell.
    ScriptFailed { text: String, source: String },
    /// Content was seen. Whether the page is in trouble all the same, the others know.
    ContentSeen { in_trouble: bool },
    /// What is damaged? Answered by [`Signal::Found`]. `suspects`: addresses that failed.
    Asked { by: A, suspects: Vec<String> },
    /// Which entries are whole, and may be of a shape that this build does not understand? Answered by [`Signal::Suspected`].
    SuspectsAsked { by: A },
    /// Repair what is damaged there, tell what that would be, or put it back; answered by [`Signal::Repaired`].
    RepairAsked { by: A, wish: RepairWish },
    /// What failed has come from elsewhere: a cache that has something else under its address must not have it at the next visit, too. Empty: nobody
    /// knows which address it was.
    PoisonSought { by: A, suspect: String },
    /// Repair just that; answered by [`Signal::Repaired`].
    Repair { by: A, what: Repair },
    /// The answer to [`Signal::ScanStorage`]; `None`: there is none.
    StorageScanned { ticket: Ticket, entries: Option<Vec<StorageEntry>> },
    /// The answer to [`Signal::ScanCaches`]; `None`: there is none.
    CachesScanned { ticket: Ticket, facts: Option<CacheFacts> },
    /// The answer to [`Signal::ProbeStores`]; `None`: there is none.
    StoresProbed { ticket: Ticket, stuck: Option<Vec<StuckStore>> },
    /// The answer to [`Signal::Repair`]; `None`: there is none.
    RepairEnded { ticket: Ticket, done: Option<RepairDone> },
}

/// What is damaged on the device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Entries of local and session storage.
    pub keys: Vec<DamagedEntry>,
    /// Entries of Cache Storage.
    pub entries: Vec<PoisonedEntry>,
    /// Files of which the HTTP cache held other bytes than the network, which the comparison replaced.
    pub renewed: Vec<String>,
    /// Scripts that are the same in the network: not damage, but beyond this browser.
    pub unsupported: Vec<Unparsed>,
    /// Stores that do not do what they should.
    pub stuck: Vec<StuckStore>,
    /// Caches that the page declared as dispensable, where a store is full.
    pub evict: Vec<String>,
}

/// What this room wants of the others.
#[derive(Debug, PartialEq, Eq)]
pub enum Signal<A> {
    /// `errors`: what `JSON.parse` said to the page.
    ScanStorage {
        ticket: Ticket,
        errors: Vec<String>,
    },
    /// `unparsed`: addresses of scripts with a syntax error. Files of other origins than the page's `own` are not compared.
    ScanCaches {
        ticket: Ticket,
        urls: Vec<String>,
        unparsed: Vec<String>,
        own: Vec<String>,
    },
    /// Do the stores take and give? Nothing is left behind.
    ProbeStores {
        ticket: Ticket,
    },
    Repair {
        ticket: Ticket,
        what: Repair,
    },
    /// Put copies back: of these keys, or all.
    PutBack {
        ticket: Ticket,
        keys: Vec<String>,
    },
    /// The page is fine with its entries: what they are like is to be noted.
    Note,
    Found {
        to: A,
        damage: Damage,
    },
    Suspected {
        to: A,
        entries: Vec<DamagedEntry>,
    },
    /// `ok` false: nobody knows what came of the repair.
    Repaired {
        to: A,
        report: RepairReport,
        ok: bool,
    },
}

#[derive(Debug)]
enum Goal {
    Find,
    /// Entries to ask the user about.
    Suspect,
    /// What is found of it is repaired as well, or would be.
    Repair(RepairWish),
}

#[derive(Debug)]
enum Job {
    Looking { goal: Goal, found: Damage, scans: u32 },
    Repairing(Repair),
}

#[derive(Debug)]
pub struct Room<A> {
    declared: DeclaredKeys,
    /// The page's own origins.
    own: Vec<String>,
    /// What the page's own errors said, raw: it is compared on this device and never sent.
    refused: Vec<String>,
    scripts: Scripts,
    /// An error of the page's own said that a store is full.
    full: bool,
    /// Since when the page shows content and is in no trouble.
    fine_since: Option<Millis>,
    noted: bool,
    /// Looks and repairs under way, the oldest first.
    jobs: Vec<(Ticket, A, Job)>,
    next: u32,
    signals: VecDeque<Signal<A>>,
}

impl<A> Room<A> {
    pub fn new(config: &Config) -> Room<A> {
        Room {
            declared: config.storage.clone(),
            own: config.own_origins().cloned().collect(),
            refused: Vec::new(),
            scripts: Scripts::default(),
            full: false,
            fine_since: None,
            noted: false,
            jobs: Vec::new(),
            next: 0,
            signals: VecDeque::new(),
        }
    }

    /// Takes in one fact. Read `poll_signal` until it is empty afterwards. This room waits for nothing by itself: whoever does what it signals
    /// tells it when the answer is overdue.
    pub fn handle_event(&mut self, now: Millis, event: Event<A>) {
        match event {
            Event::JsonRefused(text) => {
                if self.refused.len() < MAX_ERRORS && !self.refused.contains(&text) {
                    self.refused.push(text);
                }
            }
            Event::ScriptFailed { text, source } => {
                self.full |= Stuck::told_by(&text) == Some(Stuck::Full);
                self.scripts.hear(&text, &source);
            }
            Event::ContentSeen { in_trouble } => self.content_seen(now, in_trouble),
            Event::Asked { by, suspects } => self.look(by, Goal::Find, true, Some(suspects)),
            Event::SuspectsAsked { by } => {
                let ticket = self.begin(by, Job::Looking { goal: Goal::Suspect, found: Damage::default(), scans: 1 });
                self.signals.push_back(Signal::ScanStorage { ticket, errors: Vec::new() });
            }
            Event::PoisonSought { by, suspect } => {
                self.look(by, Goal::Repair(RepairWish::default()), false, Some(vec![suspect]));
            }
            Event::RepairAsked { by, wish } if wish.mode == RepairMode::Undo => {
                let ticket = self.begin(by, Job::Repairing(Repair::default()));
                self.signals.push_back(Signal::PutBack { ticket, keys: wish.keys });
            }
            Event::RepairAsked { by, wish } => {
                let (storage, caches) = (wish.storage, wish.caches.then(Vec::new));
                self.look(by, Goal::Repair(wish), storage, caches);
            }
            Event::Repair { by, what } => self.repair(by, what),
            Event::StorageScanned { ticket, entries } => {
                let entries = entries.unwrap_or_default();
                let at = self.position(ticket);
                let asked = at.is_some_and(|at| matches!(self.jobs[at].2, Job::Looking { goal: Goal::Suspect, .. }));
                let keys = if asked { suspects } else { damaged }(&entries, &self.declared);
                self.scanned(ticket, |found| found.keys = keys);
            }
            Event::CachesScanned { ticket, facts } => {
                let CacheFacts { poisoned, compared } = facts.unwrap_or_default();
                let unsupported = self.scripts.same_in_the_network(&compared);
                let mut renewed = Vec::new();
                for file in compared {
                    if file.bytes == Bytes::Renewed {
                        renewed.push(file.url);
                    }
                }
                self.scanned(ticket, |found| {
                    found.entries = poisoned;
                    found.renewed = renewed;
                    found.unsupported = unsupported;
                });
            }
            Event::StoresProbed { ticket, stuck } => {
                let stuck = stuck.unwrap_or_default();
                let full = self.full || stuck.iter().any(|store| store.stuck == Stuck::Full);
                let evict = if full { self.declared.caches.clone() } else { Vec::new() };
                self.scanned(ticket, |found| (found.stuck, found.evict) = (stuck, evict));
            }
            Event::RepairEnded { ticket, done } => {
                if let Some(at) = self.position(ticket) {
                    self.end(at, done);
                }
            }
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal<A>> {
        self.signals.pop_front()
    }

    /// Nobody is left waiting.
    pub fn stop(&mut self) {
        while !self.jobs.is_empty() {
            self.end(0, None);
        }
    }

    /// Once a page, when content has held and nothing is wrong, the device notes what its entries are like.
    fn content_seen(&mut self, now: Millis, in_trouble: bool) {
        if in_trouble || !self.refused.is_empty() {
            self.fine_since = None;
            return;
        }
        let since = *self.fine_since.get_or_insert(now);
        if !self.noted && now >= since + HOLD {
            self.noted = true;
            self.signals.push_back(Signal::Note);
        }
    }

    /// `caches`: addresses that are searched for in them; `None`: they are not looked into.
    fn look(&mut self, by: A, goal: Goal, storage: bool, caches: Option<Vec<String>>) {
        let scans = 2 * u32::from(storage) + u32::from(caches.is_some());
        let ticket = self.begin(by, Job::Looking { goal, found: Damage::default(), scans });
        if storage {
            self.signals.push_back(Signal::ScanStorage { ticket, errors: self.refused.clone() });
            self.signals.push_back(Signal::ProbeStores { ticket });
        }
        if let Some(urls) = caches {
            let own = &self.own;
            let unparsed = self.scripts.sources(|source| own.iter().any(|origin| origin == origin_of(source)));
            self.signals.push_back(Signal::ScanCaches { ticket, urls, unparsed, own: own.clone() });
        }
        if scans == 0 {
            self.looked(ticket);
        }
    }

    fn repair(&mut self, by: A, what: Repair) {
        let ticket = self.begin(by, Job::Repairing(what.clone()));
        self.signals.push_back(Signal::Repair { ticket, what });
    }

    fn begin(&mut self, by: A, job: Job) -> Ticket {
        if self.jobs.len() >= MAX_JOBS {
            self.end(0, None);
        }
        let ticket = Ticket(self.next);
        self.next = self.next.wrapping_add(1);
        self.jobs.push((ticket, by, job));
        ticket
    }

    fn position(&self, ticket: Ticket) -> Option<usize> {
        self.jobs.iter().position(|(of, ..)| *of == ticket)
    }

    /// One of the scans of a look has its answer, or never will.
    fn scanned(&mut self, ticket: Ticket, put_in: impl FnOnce(&mut Damage)) {
        let Some((_, _, Job::Looking { found, scans, .. })) = self.jobs.iter_mut().find(|(of, ..)| *of == ticket)
        else {
            return;
        };
        put_in(found);
        *scans = scans.saturating_sub(1);
        if *scans == 0 {
            self.looked(ticket);
        }
    }

    fn looked(&mut self, ticket: Ticket) {
        let Some(at) = self.position(ticket) else { return };
        let Job::Looking { goal: Goal::Repair(wish), found, .. } = &mut self.jobs[at].2 else {
            return self.end(at, None);
        };
        let wish = take(wish);
        let mut what =
            Repair { keys: take(&mut found.keys), entries: take(&mut found.entries), evict: take(&mut found.evict) };
        what.keys.retain(|entry| wish.wants(&entry.key));
        what.entries.retain(|entry| wish.wants(&entry.url));
        what.evict.retain(|cache| wish.caches && wish.wants(cache));
        let (_, by, _) = self.jobs.remove(at);
        if wish.mode == RepairMode::Plan || what == Repair::default() {
            self.repaired(by, what, Some(RepairDone::default()));
        } else {
            self.repair(by, what);
        }
    }

    /// Tells who waits for this job what came of it.
    fn end(&mut self, at: usize, done: Option<RepairDone>) {
        let (_, to, job) = self.jobs.remove(at);
        match job {
            Job::Looking { goal: Goal::Find, found, .. } => self.signals.push_back(Signal::Found { to, damage: found }),
            Job::Looking { goal: Goal::Suspect, found, .. } => {
                self.signals.push_back(Signal::Suspected { to, entries: found.keys });
            }
            // Nobody could tell.
            Job::Looking { .. } => self.repaired(to, Repair::default(), Some(RepairDone::default())),
            Job::Repairing(what) => self.repaired(to, what, done),
        }
    }

    fn repaired(&mut self, to: A, what: Repair, done: Option<RepairDone>) {
        let Repair { keys, entries, evict } = what;
        let report = RepairReport { keys, entries, evict, done: done.unwrap_or_default() };
        self.signals.push_back(Signal::Repaired { to, report, ok: done.is_some() });
    }
}

#[cfg(test)]
mod tests;
