//! Room `playbook`: what a team has told its guards from afar. When it is asked for, whether what came is taken, how long it holds, and what it comes to
//! where the page is now. The built-in ladders are data here, too.

pub mod document;
mod kept;
pub mod ladder;
pub mod plan;
mod rules;

pub use kept::Kept;

use super::config::{Config, PlaybookSource};
use super::given::Wrong;
use super::time::Millis;
use document::Document;
use plan::{Announcement, Plan};
use rules::Place;
use std::collections::VecDeque;
use std::mem::replace;
use std::rc::Rc;

/// After the start: what the page and its healing ask for comes first.
const FIRST: Millis = Millis(3_000);
/// Of a page that stays open, while it is seen.
const EVERY: Millis = Millis(600_000);

/// What is known of a document's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// No key was given.
    Unasked,
    Good,
    Missing,
    Bad,
    /// It cannot be checked, and why.
    Unknown(String),
}

/// What came from the playbook's address.
#[derive(Clone, Debug, Default)]
pub enum Served {
    #[default]
    Unanswered,
    /// Not a good one.
    Status(u16),
    TooLong,
    NotJson,
    /// `text`: that of the document, without what is around it where it is signed.
    Document {
        text: String,
        proof: Proof,
        read: Result<Document, Wrong>,
    },
}

/// A fact for this room.
#[derive(Debug)]
pub enum Event<'a> {
    /// The first one. `kept`: what an earlier page has kept, with the document that it holds. `lot`: drawn once for the session.
    Started {
        epoch: u64,
        visible: bool,
        lot: u64,
        kept: Option<(Kept, Document)>,
    },
    /// The path is raw: it goes no further.
    Place {
        path: Option<&'a str>,
        step: &'a str,
    },
    Visibility {
        visible: bool,
    },
    /// Whether the page shows its content, and nothing is wrong with it.
    Seen {
        well: bool,
    },
    /// The answer to [`Signal::Fetch`].
    Came(Served),
    /// The announcement of last is on the screen, or could not be put there now.
    Announced {
        shown: bool,
    },
    /// It is gone. `displaced`: something else had to be said, so that perhaps nobody has read it.
    Over {
        displaced: bool,
    },
}

/// What this room wants of the others.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// Answered by one [`Event::Came`].
    Fetch { source: PlaybookSource },
    /// Keep it for the next page.
    Keep { text: String },
    /// What is to be done otherwise from now on.
    Plan(Rc<Plan>),
    /// What came is not taken, in words.
    Refused { why: String },
    /// Answered by [`Event::Announced`].
    Announce(Announcement),
}

#[derive(Debug)]
pub struct Room {
    source: PlaybookSource,
    /// What the options say.
    options: Plan,
    place: Place,
    now: Millis,
    epoch_at_zero: u64,
    visible: bool,
    /// The last good one.
    kept: Kept,
    document: Document,
    plan: Rc<Plan>,
    /// When it is asked for, and when what holds ends.
    due: Millis,
    ends: Millis,
    /// One was refused, which is said once.
    refused: bool,
    well: bool,
    /// The announcement that is said.
    saying: Option<String>,
    signals: VecDeque<Signal>,
}

impl Room {
    pub fn new(config: &Config) -> Room {
        let options = Plan { deadlines: config.deadlines, retry: config.retry, ..Plan::default() };
        Room {
            source: config.playbook.clone(),
            place: Place { release: config.build.clone(), ..Place::default() },
            plan: Rc::new(options.clone()),
            options,
            now: Millis(0),
            epoch_at_zero: 0,
            visible: true,
            kept: Kept::default(),
            document: Document::default(),
            due: Millis::NEVER,
            ends: Millis::NEVER,
            refused: false,
            well: false,
            saying: None,
            signals: VecDeque::new(),
        }
    }

    /// Takes in one fact. Read `poll_signal` until it is empty after every `handle_*`.
    pub fn handle_event(&mut self, now: Millis, event: Event) {
        self.now = now;
        if self.source.url.is_none() {
            return;
        }
        match event {
            Event::Started { epoch, visible, lot, kept } => self.started(epoch, visible, lot, kept),
            Event::Place { path, step } => {
                if let Some(path) = path {
                    self.place.path = path.into();
                }
                self.place.step = step.into();
                self.plan_anew();
            }
            Event::Visibility { visible } => {
                self.visible = visible;
            }
            Event::Seen { well } => {
                self.well = well;
                self.announce();
            }
            Event::Came(served) => {
                self.due = self.now + EVERY;
                self.came(served);
            }
            Event::Announced { shown: true } => {
                if let Some(id) = self.saying.clone() {
                    self.kept.tell(&id);
                    self.keep();
                }
            }
            Event::Announced { shown: false } => self.saying = None,
            Event::Over { displaced } => {
                if let Some(id) = self.saying.take().filter(|_| displaced) {
                    self.kept.take_back(&id);
                    self.keep();
                } else {
                    self.announce();
                }
            }
        }
    }

    /// Does whatever is due by `now`.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.now = now;
        if self.ends <= now {
            self.plan_anew();
        }
        if self.visible && self.due <= now {
            self.fetch();
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal> {
        self.signals.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<Millis> {
        let due = if self.visible { self.due } else { Millis::NEVER };
        Some(due.min(self.ends)).filter(|next| *next < Millis::NEVER)
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Of the document that holds here and now, if one does.
    pub fn version(&self) -> Option<u64> {
        (self.ends < Millis::NEVER).then_some(self.document.version)
    }

    /// Nothing more is asked for or said.
    pub fn stop(&mut self) {
        self.due = Millis::NEVER;
        self.ends = Millis::NEVER;
        self.signals.clear();
    }

    fn epoch(&self) -> u64 {
        self.epoch_at_zero + self.now.0
    }

    fn started(&mut self, epoch: u64, visible: bool, lot: u64, kept: Option<(Kept, Document)>) {
        self.epoch_at_zero = epoch.saturating_sub(self.now.0);
        self.visible = visible;
        self.place.lot = lot;
        // One that was found good by another key, or without any, was not found good.
        if let Some((kept, document)) = kept.filter(|(kept, _)| kept.key == self.source.public_key) {
            self.kept = kept;
            self.document = document;
        }
        self.plan_anew();
        if self.plan.off {
            // The guard ends before it has begun; whether it is still to be off, the next page knows.
            self.fetch();
        } else {
            self.due = self.now + FIRST;
        }
    }

    fn fetch(&mut self) {
        self.due = Millis::NEVER;
        self.signals.push_back(Signal::Fetch { source: self.source.clone() });
    }

    /// In epoch milliseconds. A clock that was put back since it came makes nothing hold longer.
    fn end(&self) -> u64 {
        self.document.ends(self.kept.at.min(self.epoch()))
    }

    fn came(&mut self, served: Served) {
        let (text, proof, read) = match served {
            Served::Unanswered => return,
            Served::Status(status) => return self.refuse(&format!("the answer has the status {status}")),
            Served::TooLong => return self.refuse("it is too long; expected at most 64 KB"),
            Served::NotJson => return self.refuse("it is no JSON"),
            Served::Document { text, proof, read } => (text, proof, read),
        };
        match proof {
            Proof::Unasked | Proof::Good => {}
            Proof::Missing => {
                return self.refuse(
                    "it is not signed; expected { \"signed\", \"signature\" }, since there is a \"playbook.publicKey\"",
                );
            }
            Proof::Bad => {
                return self.refuse("\"signature\" is not one of \"signed\" by \"playbook.publicKey\"");
            }
            Proof::Unknown(why) => return self.refuse(&format!("its signature cannot be checked: {why}")),
        }
        match read {
            Err(wrong) => self.refuse(&wrong.to_string()),
            // A server that lags behind, or somebody who has an old one: what is known already is later.
            Ok(document) if document.version < self.document.version && self.epoch() < self.end() => {}
            Ok(document) => {
                self.document = document;
                self.kept = Kept {
                    at: self.epoch(),
                    key: self.source.public_key.clone(),
                    text,
                    told: std::mem::take(&mut self.kept.told),
                };
                self.keep();
                self.plan_anew();
                self.announce();
            }
        }
    }

    fn keep(&mut self) {
        self.signals.push_back(Signal::Keep { text: self.kept.write() });
    }

    fn refuse(&mut self, why: &str) {
        if !replace(&mut self.refused, true) {
            let stays = if self.kept.text.is_empty() { "there is none before it" } else { "the last good one stays" };
            self.signals.push_back(Signal::Refused { why: format!("{why}; {stays}") });
        }
    }

    /// What it comes to, here and now.
    fn plan_anew(&mut self) {
        let end = self.end();
        let mut plan = self.options.clone();
        self.ends = Millis::NEVER;
        if self.epoch() < end {
            self.ends = Millis(end.saturating_sub(self.epoch_at_zero));
            plan.version = Some(self.document.version);
            plan = rules::plan(&self.document, &self.place, plan);
        }
        if *self.plan != plan {
            self.plan = Rc::new(plan);
            self.signals.push_back(Signal::Plan(self.plan.clone()));
        }
    }

    /// The next one that was not shown yet.
    fn announce(&mut self) {
        if !self.well || self.saying.is_some() {
            return;
        }
        let next = self.plan.announcements.iter().find(|one| !self.kept.was_told(&one.id));
        if let Some(next) = next.cloned() {
            self.saying = Some(next.id.clone());
            self.signals.push_back(Signal::Announce(next));
        }
    }
}

// They read documents as serde_json does; in a browser that is the browser's to do.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
