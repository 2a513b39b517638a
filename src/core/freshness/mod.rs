//! Room `freshness`: is the running build the one that is live? Questions, answers of the manifest and the page's coming and going in, signals out.
//!
//! One fetch answers everybody who asks meanwhile, and each is told within the time that it can wait. One answer is what one server has: whether the
//! page is stale or withdrawn is said when answers agree (`agreement`). The manifest is asked for when somebody wants to know, when the user comes
//! back, and now and then while the page is seen; what one tab was answered the others hear (`shared`).

mod agreement;
pub mod data;
pub mod expiry;
pub mod manifest;
pub mod server_time;
mod shared;
pub mod verdict;

pub use manifest::{Manifest, Served};
pub use verdict::{Freshness, FreshnessVerdict};

use super::config::Config;
use super::dice::Dice;
use super::time::Millis;
use agreement::Agreement;
use shared::Known;
use std::collections::VecDeque;
use std::mem::take;
use verdict::{Standing, standing};

/// Of one fetch. Generous: it catches answers that never come, not slow ones.
const PATIENCE: Millis = Millis(3_000);
/// Until a newer build is agreed on: two answers, and what may lie between them.
const PATIENCE_FOR_AGREEMENT: Millis = Millis(10_000);
/// Where a user waits, an unknown freshness is better than a slow one.
const PATIENCE_OF_A_USER: Millis = Millis(1_500);
/// What was found is not asked about again before every tap.
const GOOD_FOR: Millis = Millis(60_000);
/// Somebody who looks away for less comes back to what was left.
const AWAY: Millis = Millis(60_000);
/// More often would be a load on the server without telling anybody sooner.
const LEAST_POLL: Millis = Millis(30_000);
/// Questions that wait at a time; above it the oldest is told that nothing is known.
const MAX_QUESTIONS: usize = 32;
/// Answers asked for in a row because those before did not agree.
const MAX_FOLLOW_UPS: u32 = 6;
/// The longest that polls wait where the manifest is not to be had, in powers of two.
const MAX_BACK_OFF: u32 = 4;
/// Builds that a page remembers having told of. Servers that go back and forth between more of them tell nobody anything new.
const MOST_SAID: usize = 16;
/// How long the user hears nothing more of a version that was put off.
const PUT_OFF_FOR: Millis = Millis(3_600_000);

/// What somebody needs to know, and so what a single answer of a newer build is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Can wait until answers agree.
    Agreement,
    /// A person waits: without agreement it goes on, unless the running build would be too old to.
    Haste,
    /// What is known by the first answer.
    Hint,
    /// Something else says already that the build's files are gone: a single answer agrees with it.
    Witnessed,
}

/// A fact for this room. `A` tells the caller who asked; the room only hands it back.
#[derive(Debug)]
pub enum Event<A> {
    /// `shared`: what tabs of the page have told each other.
    Started {
        epoch: u64,
        visible: bool,
        shared: String,
    },
    Asked {
        by: A,
        need: Need,
    },
    /// The answer to [`Signal::FetchManifest`].
    Served(Served),
    Visibility {
        visible: bool,
    },
    /// The page came back from the back/forward cache.
    Restored,
    /// Another tab has shared this.
    Heard {
        shared: String,
    },
    /// What [`Signal::Outdated`] wanted said was not.
    Unsaid,
    /// The user wants to hear of this version later.
    PutOff,
}

/// What this room wants of the others.
#[derive(Debug, PartialEq, Eq)]
pub enum Signal<A> {
    /// Answered by one [`Event::Served`], at the latest after `within`.
    FetchManifest {
        url: String,
        within: Millis,
    },
    Told {
        to: A,
        verdict: FreshnessVerdict,
    },
    /// Another build is live, and nobody was told in answer to a question: the user should know. Once for each build, unless it is put off.
    Outdated,
    /// Let the other tabs know.
    Share {
        text: String,
    },
}

#[derive(Debug)]
struct Question<A> {
    by: A,
    need: Need,
    asked: Millis,
    deadline: Millis,
}

#[derive(Debug)]
pub struct Room<A> {
    running: Manifest,
    /// Whose builds the manifest must tell of, if it says so.
    service: String,
    /// Address of the manifest.
    manifest: Option<String>,
    /// Between two polls; 0: there are none.
    poll: Millis,
    dice: Dice,
    questions: Vec<Question<A>>,
    /// Since when the manifest is on its way.
    fetching: Option<Millis>,
    agreement: Agreement,
    /// What was last found, and when.
    found: Option<(Millis, FreshnessVerdict)>,
    /// When the manifest is asked for next, without a question.
    due: Millis,
    /// That will be because answers do not agree yet; so many more may be asked for.
    following: bool,
    follow_ups: u32,
    /// Answers in a row that were not believed.
    refused: u32,
    visible: bool,
    /// When the page was last seen.
    seen: Millis,
    epoch_at_zero: u64,
    /// As it was last written or heard.
    shared: String,
    known: Known,
    /// The builds that the user was told of, oldest first, and when each may be told of again.
    said: Vec<(Manifest, Millis)>,
    signals: VecDeque<Signal<A>>,
}

const UNREAD: &str = "the build manifest could not be read";
const UNASKED: &str = "the build manifest has not been asked for yet";
const PENDING: &str = "one answer tells of a newer build, others have yet to agree";

impl<A> Room<A> {
    pub fn new(config: &Config, dice: Dice) -> Room<A> {
        Room {
            running: verdict::running(config),
            service: config.service.clone(),
            manifest: config.freshness.url.clone(),
            poll: if config.freshness.poll.0 > 0 { config.freshness.poll.max(LEAST_POLL) } else { Millis(0) },
            dice,
            questions: Vec::new(),
            fetching: None,
            agreement: Agreement::default(),
            found: None,
            due: Millis::NEVER,
            following: false,
            follow_ups: 0,
            refused: 0,
            visible: true,
            seen: Millis(0),
            epoch_at_zero: 0,
            shared: String::new(),
            known: Known::default(),
            said: Vec::new(),
            signals: VecDeque::new(),
        }
    }

    /// Takes in one fact. Read `poll_signal` until it is empty after every `handle_*`.
    pub fn handle_event(&mut self, now: Millis, event: Event<A>) {
        match event {
            Event::Started { epoch, visible, shared } => {
                self.epoch_at_zero = epoch.saturating_sub(now.0);
                (self.visible, self.seen) = (visible, now);
                self.hear(now, shared);
                self.poll_later(now);
            }
            Event::Asked { by, need } => self.asked(now, by, need),
            Event::Served(served) => self.answered(now, &served),
            Event::Visibility { visible } => {
                if visible && !self.visible && now - self.seen >= AWAY {
                    self.returned(now);
                }
                (self.visible, self.seen) = (visible, now);
            }
            Event::Restored => {
                self.visible = true;
                self.returned(now);
            }
            Event::Heard { shared } => {
                if let Some(served) = self.hear(now, shared) {
                    let verdict = self.learn(now, &served);
                    if !self.is_pending(now) {
                        // As good as an answer of this tab's own.
                        for question in take(&mut self.questions) {
                            match self.answer_to(question.need, now, &verdict) {
                                Some(verdict) => self.tell(question.by, verdict),
                                None => self.questions.push(question),
                            }
                        }
                    }
                    if !(self.following && self.is_pending(now)) {
                        self.poll_later(now);
                    }
                    self.say(now);
                }
            }
            Event::Unsaid => _ = self.said.pop(),
            Event::PutOff => self.put_off(now),
        }
    }

    /// Tells those who can wait no longer, and asks when that is due.
    pub fn handle_timeout(&mut self, now: Millis) {
        while let Some(at) = self.questions.iter().position(|question| question.deadline <= now) {
            let question = self.questions.remove(at);
            self.tell(question.by, self.unknown(now));
        }
        if self.due <= now && self.may_follow() {
            self.due = Millis::NEVER;
            self.fetch(now);
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal<A>> {
        self.signals.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<Millis> {
        let due = Some(self.due).filter(|due| self.may_follow() && *due < Millis::NEVER);
        self.questions.iter().map(|question| question.deadline).chain(due).min()
    }

    /// What was found last; nothing is asked for.
    pub fn known(&self) -> FreshnessVerdict {
        let found = self.found.as_ref().map(|(_, verdict)| verdict.clone());
        found.unwrap_or_else(|| verdict::unknown(&self.running, UNASKED))
    }

    /// Nothing is asked for while the page is hidden, unless somebody waits for the answer.
    fn may_follow(&self) -> bool {
        self.visible || !self.questions.is_empty()
    }

    /// Nobody is left waiting.
    pub fn stop(&mut self) {
        for question in take(&mut self.questions) {
            self.tell(question.by, verdict::unknown(&self.running, UNREAD));
        }
    }

    fn asked(&mut self, now: Millis, by: A, need: Need) {
        if let Some((at, verdict)) = &self.found
            && need == Need::Haste
            && now - *at < GOOD_FOR
        {
            return self.tell(by, verdict.clone());
        }
        if self.manifest.is_none() {
            let verdict = verdict::unknown(&self.running, "no build manifest is named: set `freshness`");
            return self.tell(by, verdict);
        }
        if self.questions.len() >= MAX_QUESTIONS {
            let oldest = self.questions.remove(0);
            self.tell(oldest.by, self.unknown(now));
        }
        let patience = match need {
            Need::Haste => PATIENCE_OF_A_USER,
            Need::Agreement => PATIENCE_FOR_AGREEMENT,
            Need::Hint | Need::Witnessed => PATIENCE,
        };
        self.questions.push(Question { by, need, asked: now, deadline: now + patience });
        self.fetch(now);
    }

    fn answered(&mut self, now: Millis, served: &Served) {
        let Some(since) = self.fetching.take() else { return };
        let believed = served.believed(&self.service);
        let verdict = match believed {
            Ok(served) => self.learn(now, served),
            Err(reason) => verdict::unknown(&self.running, reason),
        };
        let (mut again, mut told) = (false, false);
        for mut question in take(&mut self.questions) {
            // Who asked while a fetch was on its way that failed has not had a try of its own.
            if believed.is_err() && question.asked > since {
                again = true;
                self.questions.push(question);
                continue;
            }
            let answer = match believed {
                Ok(_) => self.answer_to(question.need, now, &verdict),
                Err(_) => Some(verdict.clone()),
            };
            let Some(verdict) = answer else {
                question.deadline = question.asked + PATIENCE_FOR_AGREEMENT;
                self.questions.push(question);
                continue;
            };
            told = true;
            self.tell(question.by, verdict);
        }
        self.refused = if believed.is_ok() { 0 } else { self.refused + 1 };
        let next = self.agreement.next_in(now, &mut self.dice).filter(|_| believed.is_ok() && self.follow_ups > 0);
        match next {
            Some(wait) => {
                self.follow_ups -= 1;
                (self.following, self.due) = (true, now + wait);
            }
            None => self.poll_later(now),
        }
        if let Ok(served) = believed {
            self.known.at = self.epoch_at_zero + now.0;
            self.known.served = served.clone();
            self.share();
        }
        if again {
            self.fetch(now);
        }
        if !told {
            self.say(now);
        }
    }

    /// What somebody with this need is told of what the server itself has just said; `None`: it is better to wait until answers agree.
    fn answer_to(&self, need: Need, now: Millis, said: &FreshnessVerdict) -> Option<FreshnessVerdict> {
        let unconfirmed = self.agreement.unconfirmed(now).map(|claim| claim.newer);
        match (need, unconfirmed) {
            (Need::Agreement, Some(true)) => None,
            (Need::Haste, Some(true)) if said.required => None,
            (Need::Witnessed, Some(newer)) => Some(FreshnessVerdict {
                state: if newer { Freshness::Stale } else { Freshness::Withdrawn },
                reason: "another build is served, and files of the running one are gone",
                ..said.clone()
            }),
            // Without agreement it holds nobody up.
            (_, Some(true)) => Some(FreshnessVerdict { required: false, ..said.clone() }),
            _ => Some(said.clone()),
        }
    }

    /// Takes in what the server itself says.
    fn learn(&mut self, now: Millis, served: &Manifest) -> FreshnessVerdict {
        let standing = standing(&self.running, served);
        let required = standing == Standing::Newer && self.running.is_below_minimum(served);
        self.agreement.note(now, standing, required, served);
        let confirmed = self.agreement.confirmed(now).is_some();
        let (state, reason) = match standing {
            Standing::Same => (Freshness::Fresh, "the served build is the running one"),
            Standing::Older if confirmed => {
                (Freshness::Withdrawn, "an older build is live: the running one was taken back")
            }
            Standing::Older => (Freshness::Fresh, "the server that answered lags behind the running build"),
            Standing::Newer if confirmed => (Freshness::Stale, "a newer build is live"),
            Standing::Newer => (Freshness::Unknown, PENDING),
            Standing::Unknown => (Freshness::Unknown, "the running build is not known: set `build`"),
        };
        let verdict = FreshnessVerdict {
            state,
            latest: served.build.clone(),
            required,
            ..verdict::unknown(&self.running, reason)
        };
        self.found = (state != Freshness::Unknown).then(|| (now, verdict.clone()));
        verdict
    }

    /// A newer build is told of, and not agreed on.
    fn is_pending(&self, now: Millis) -> bool {
        self.agreement.is_pending(now)
    }

    fn fetch(&mut self, now: Millis) {
        if let (None, Some(url)) = (self.fetching, &self.manifest) {
            self.signals.push_back(Signal::FetchManifest { url: url.clone(), within: PATIENCE });
            self.fetching = Some(now);
            self.due = Millis::NEVER;
        }
    }

    // ---- without a question ----

    /// The user is back, after a while in which much may have happened. Another tab may have asked just now.
    fn returned(&mut self, now: Millis) {
        let ago = (self.epoch_at_zero + now.0).saturating_sub(self.known.at);
        if ago < AWAY.0 {
            self.say(now);
        } else if self.may_ask() {
            self.fetch(now);
        }
    }

    /// A page that does not know its own build learns nothing from another.
    fn may_ask(&self) -> bool {
        !self.running.build.is_empty() || self.running.number > 0
    }

    /// By chance, so that tabs and users do not ask at the same time; later and later where nothing can be had.
    fn poll_later(&mut self, now: Millis) {
        (self.following, self.follow_ups) = (false, MAX_FOLLOW_UPS);
        let every = self.poll.0 << self.refused.min(MAX_BACK_OFF);
        let wait = Millis(every * 4 / 5 + self.dice.up_to(every * 2 / 5));
        self.due = if every > 0 && self.may_ask() { now + wait } else { Millis::NEVER };
    }

    /// The user learns once of each build that another one is live.
    fn say(&mut self, now: Millis) {
        let epoch = self.epoch_at_zero + now.0;
        let Some(claim) = self.agreement.confirmed(now).filter(|_| self.visible) else { return };
        let served = &claim.served;
        let left = self.known.until.saturating_sub(epoch);
        let put_off = self.known.later.is_same(served) && (1..=PUT_OFF_FOR.0).contains(&left);
        if !put_off && !self.said.iter().any(|(said, again)| said.is_same(served) && now < *again) {
            if self.said.len() >= MOST_SAID {
                self.said.remove(0);
            }
            self.said.retain(|(said, _)| !said.is_same(served));
            self.said.push((served.clone(), Millis::NEVER));
            self.signals.push_back(Signal::Outdated);
        }
    }

    fn put_off(&mut self, now: Millis) {
        let Some(claim) = self.agreement.confirmed(now) else { return };
        self.known.later = claim.served.clone();
        self.known.until = self.epoch_at_zero + now.0 + PUT_OFF_FOR.0;
        for (said, again) in &mut self.said {
            if said.is_same(&self.known.later) {
                *again = now + PUT_OFF_FOR;
            }
        }
        self.share();
    }

    fn share(&mut self) {
        if let Some(url) = &self.manifest {
            self.known.url.clone_from(url);
            self.shared = shared::written(&self.shared, &self.known);
            self.signals.push_back(Signal::Share { text: self.shared.clone() });
        }
    }

    /// Hands back what another tab was answered, if that is news.
    fn hear(&mut self, now: Millis, text: String) -> Option<Manifest> {
        let before = self.known.at;
        let known = shared::read(&text, self.manifest.as_deref()?);
        self.shared = text;
        let Known { later, until, .. } = std::mem::replace(&mut self.known, known?);
        // The page may have cleared what the tabs share, and one of them has begun anew: what this user put off stays put off.
        if self.known.until < until {
            (self.known.later, self.known.until) = (later, until);
        }
        // The clock of the device may have been set since.
        if self.known.at > self.epoch_at_zero + now.0 + GOOD_FOR.0 {
            self.known.at = 0;
        }
        (before < self.known.at).then(|| self.known.served.clone())
    }

    fn unknown(&self, now: Millis) -> FreshnessVerdict {
        verdict::unknown(&self.running, if self.is_pending(now) { PENDING } else { UNREAD })
    }

    fn tell(&mut self, to: A, verdict: FreshnessVerdict) {
        self.signals.push_back(Signal::Told { to, verdict });
    }
}

#[cfg(test)]
mod tests;
