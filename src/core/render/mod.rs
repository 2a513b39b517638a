//! Room `render`: when the page is looked at, and what a person can see of it → verdict. Signs of life and samples in, looks and verdicts out.

mod hanging;
mod ink;
pub mod verdict;
mod watch;

pub use ink::{Heard, Ink, Judged, Mark, Marks, Patch, Region, Sight, Tally};
pub use verdict::{RenderFacts, RenderState, RenderVerdict, Visibility, judge};
pub use watch::Trouble;

use super::config::{Config, Deadlines};
use super::time::Millis;
use hanging::{Advice, Hanging};
use std::collections::VecDeque;
use std::mem::take;
use watch::Watch;

/// A first look while the page is still loading; healthy pages are done with it.
const FIRST_LOOK: Millis = Millis(300);
/// A first look at a page that has loaded, or one that is wanted at once.
const AT_ONCE: Millis = Millis(50);
/// The first look after the document has loaded.
const LOADED: Millis = Millis(100);
/// After an event that may have changed what can be seen.
const SOON: Millis = Millis(300);
/// Between two looks at a page that is still coming up.
const PACE: Millis = Millis(500);
/// A failing verdict counts when a second look, this much later, says the same: frames between two routes are blank too.
const CONFIRM: Millis = Millis(250);
/// The longest time that a change of the document is not followed by a look.
const CALM: Millis = Millis(8_000);
/// Looks without any verdict (`unknown`) before the guard waits for an event instead.
const MAX_BLIND: u32 = 20;
/// Questions that wait for one look.
const MAX_ASKERS: usize = 16;

/// A fact for this room. `A` tells the caller who asked; the room only hands it back.
#[derive(Debug)]
pub enum Event<A> {
    Started {
        loaded: bool,
        visible: bool,
    },
    /// What the others know; told whenever it may have changed.
    Trouble(Trouble),
    Visibility {
        visible: bool,
    },
    /// The page came back from the back/forward cache.
    Restored,
    /// The page is left.
    Hiding,
    /// The document has loaded.
    Loaded,
    /// The page is still coming up.
    Progress,
    /// The document was changed. `grew`: a sign of progress as well.
    Changed {
        grew: bool,
    },
    /// Another view of the page begins.
    ViewChanged,
    /// Answered by [`Signal::Judged`] or [`Signal::Told`].
    Asked {
        by: A,
    },
    /// The answer to [`Signal::Sample`]; `None`: the page could not be looked at.
    Sampled(Option<RenderFacts>),
    /// Something may have changed what can be seen.
    LookSoon,
    /// A remedy is done, or trouble is certain: what is empty now is blank, not early.
    LookNow,
    LookAt(Millis),
    /// All deadlines begin again.
    BeginAgain,
    /// They are others from now on.
    Deadlines(Deadlines),
    /// Somebody wants to see the marks of the looks that follow.
    Watched,
}

/// What this room wants of the others.
#[derive(Debug, PartialEq, Eq)]
pub enum Signal<A> {
    /// Answered by one [`Event::Sampled`]. `sure`: a closer look is worth its price. `marks`: they are to be kept one by one.
    Sample { sure: bool, marks: bool },
    /// Have `to` in place of a script or style sheet that hangs.
    Replace { url: String, to: String },
    /// Pictures did not come, and there is nothing else.
    PicturesLost,
    /// The document waits for this, and shows nothing meanwhile.
    Hangs { url: String },
    /// What a look has shown. `confirmed`: it fails, and failed the look before as well. Causes and evidence, the others know.
    Judged { verdict: Box<RenderVerdict>, confirmed: bool, to: Vec<A> },
    /// To one who asks in vain.
    Told { to: A, verdict: Box<RenderVerdict> },
}

#[derive(Debug)]
pub struct Room<A> {
    watch: Watch,
    hanging: Hanging,
    visible: bool,
    /// Of the next look.
    due: Millis,
    sampling: bool,
    /// Failing looks in a row.
    suspect: u32,
    /// Looks in a row that could not tell.
    blind: u32,
    /// How long after a look at content a mere change of the document leads to the next one.
    calm: Millis,
    /// When content was last seen.
    content: Millis,
    /// What the last look has shown.
    last: Option<RenderState>,
    /// Its marks; `None`: nobody has asked for them.
    marks: Option<Marks>,
    awaits: bool,
    askers: Vec<A>,
    signals: VecDeque<Signal<A>>,
}

impl<A> Room<A> {
    pub fn new(config: &Config) -> Room<A> {
        Room {
            watch: Watch::new(config.deadlines),
            hanging: Hanging::new(config),
            visible: true,
            due: Millis::NEVER,
            sampling: false,
            suspect: 0,
            blind: 0,
            calm: SOON,
            content: Millis(0),
            last: None,
            marks: None,
            awaits: false,
            askers: Vec::new(),
            signals: VecDeque::new(),
        }
    }

    /// Takes in one fact. Read `poll_signal` until it is empty after every `handle_*`.
    pub fn handle_event(&mut self, now: Millis, event: Event<A>) {
        match event {
            Event::Started { loaded, visible } => {
                self.visible = visible;
                self.watch.loaded = loaded;
                self.watch.begin(now);
                self.look_at(now + if loaded { AT_ONCE } else { FIRST_LOOK });
            }
            Event::Trouble(trouble) => self.watch.trouble = trouble,
            Event::Deadlines(deadlines) => {
                self.watch.deadlines = deadlines;
                self.hanging.patience = deadlines.request;
            }
            Event::Visibility { visible: true } => {
                self.visible = true;
                self.blind = 0;
                self.watch.begin(now);
                self.look_at(now + SOON);
            }
            Event::Visibility { visible: false } => {
                self.visible = false;
                // Nothing polls while the page is hidden.
                self.due = Millis::NEVER;
            }
            Event::Restored => {
                self.visible = true;
                self.view_changed(now);
            }
            Event::Hiding => self.due = Millis::NEVER,
            Event::Loaded => {
                self.watch.loaded = true;
                self.progress(now);
                self.look_at(now + LOADED);
            }
            Event::Progress => self.progress(now),
            Event::Changed { grew } => {
                if grew {
                    self.progress(now);
                }
                self.look_if_idle(now);
            }
            Event::ViewChanged => self.view_changed(now),
            Event::Asked { by } => self.asked(now, by),
            Event::Sampled(facts) => self.sampled(now, facts.as_ref()),
            Event::LookSoon => self.look_at(now + SOON),
            Event::LookNow => {
                self.watch.impatient = true;
                self.look_at(now + AT_ONCE);
            }
            Event::LookAt(at) => self.look_at(at),
            Event::BeginAgain => self.begin_again(now),
            Event::Watched => _ = self.marks.get_or_insert_default(),
        }
    }

    /// Looks at the page if it is time to.
    pub fn handle_timeout(&mut self, now: Millis) {
        if self.due <= now {
            self.due = Millis::NEVER;
            self.sample(now);
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal<A>> {
        self.signals.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<Millis> {
        (self.due < Millis::NEVER).then_some(self.due)
    }

    /// Nobody is left waiting.
    pub fn stop(&mut self) {
        for to in take(&mut self.askers) {
            self.tell(to, "the page could not be looked at");
        }
    }

    /// A script or sheet that the document waits for has not come yet.
    pub fn awaits_resource(&self) -> bool {
        self.awaits
    }

    /// Those of the last look, once somebody has asked for them.
    pub fn marks(&self) -> Option<&Marks> {
        self.marks.as_ref()
    }

    // ---- when to look ----

    fn look_at(&mut self, at: Millis) {
        if self.visible {
            self.due = self.due.min(at);
        }
    }

    fn progress(&mut self, now: Millis) {
        self.watch.last_progress = now;
        // Nothing is looked at for its own sake: only when something was wrong or still open.
        if self.watch.trouble == Trouble::Open {
            self.look_if_idle(now);
        }
    }

    /// The document changed: what could be seen may be gone. A page that changes all the time is looked at ever less often.
    fn look_if_idle(&mut self, now: Millis) {
        if self.due == Millis::NEVER {
            self.look_at((now + SOON).max(self.content + self.calm));
        }
    }

    fn view_changed(&mut self, now: Millis) {
        self.begin_again(now);
        self.look_at(now + SOON);
    }

    fn begin_again(&mut self, now: Millis) {
        self.watch.begin(now);
        self.watch.loading_since = None;
        self.watch.impatient = false;
        self.suspect = 0;
        self.calm = SOON;
    }

    fn asked(&mut self, now: Millis, by: A) {
        if self.askers.len() >= MAX_ASKERS {
            return self.tell(by, "too many questions at once");
        }
        self.askers.push(by);
        self.sample(now);
    }

    fn sample(&mut self, now: Millis) {
        if !self.sampling {
            self.sampling = true;
            let content = self.last == Some(RenderState::Content);
            let sure = self.suspect > 0 || (!content && now >= self.watch.blank_due());
            self.signals.push_back(Signal::Sample { sure, marks: self.marks.is_some() });
        }
    }

    // ---- what a look has shown ----

    fn sampled(&mut self, now: Millis, facts: Option<&RenderFacts>) {
        self.sampling = false;
        let verdict = match facts {
            Some(facts) => {
                if facts.seen.marks.is_some() {
                    self.marks.clone_from(&facts.seen.marks);
                }
                self.awaits = !facts.hanging.is_empty();
                match self.hanging.seen(now, &facts.hanging) {
                    Advice::Nothing => {}
                    Advice::LookAt(at) => self.look_at(at),
                    Advice::Ask { url, to } => self.signals.push_back(Signal::Replace { url, to }),
                }
                self.judge(now, facts)
            }
            None => unknown("the page could not be looked at"),
        };
        self.last = Some(verdict.state);
        let confirmed = self.look_next(now, &verdict);
        let to = take(&mut self.askers);
        self.signals.push_back(Signal::Judged { verdict: Box::new(verdict), confirmed, to });
    }

    /// The verdict on a sample, with deadlines: what is empty too early is `pending`, placeholders that stand too long
    /// are overdue.
    fn judge(&mut self, now: Millis, facts: &RenderFacts) -> RenderVerdict {
        let mut verdict = judge(facts);
        self.watch.loaded |= facts.loaded;
        match verdict.state {
            RenderState::Blank | RenderState::Partial => {
                self.watch.loading_since = None;
                if now < self.watch.blank_due() {
                    verdict.state = RenderState::Pending;
                    verdict.reason = "too early to tell".into();
                    return verdict;
                }
                // What was seen before and is hidden now was not hidden on purpose.
                verdict.hidden_by_style |= facts.seen.hidden > 0 && self.content > self.watch.opened;
                if facts.seen.lost > 0 {
                    self.signals.push_back(Signal::PicturesLost);
                }
            }
            RenderState::Loading => {
                self.watch.loading_since.get_or_insert(now);
                verdict.overdue = now >= self.watch.loading_due(now);
            }
            _ => self.watch.loading_since = None,
        }
        let shows_nothing = matches!(verdict.state, RenderState::Blank | RenderState::Partial | RenderState::Loading);
        if shows_nothing && !facts.hanging.is_empty() {
            self.signals.push_back(Signal::Hangs { url: facts.hanging.clone() });
        }
        verdict
    }

    /// When the page is looked at again after this verdict; whether it is a failing one that was confirmed.
    fn look_next(&mut self, now: Millis, verdict: &RenderVerdict) -> bool {
        let failing = match verdict.state {
            RenderState::Loading => verdict.overdue,
            state => matches!(state, RenderState::Blank | RenderState::Partial),
        };
        if failing {
            self.suspect += 1;
            if self.suspect < 2 {
                self.look_at(now + CONFIRM);
                return false;
            }
        }
        self.suspect = 0;
        match verdict.state {
            RenderState::Content => {
                self.blind = 0;
                self.watch.impatient = false;
                self.content = now;
                // A few more looks: style rules and animations hide a page without any change of the document.
                self.calm = Millis(self.calm.0 * 2).min(CALM);
                if self.calm < CALM {
                    self.look_at(now + self.calm);
                }
            }
            RenderState::Unknown => {
                self.blind += 1;
                if self.blind < MAX_BLIND {
                    self.look_at(now + PACE + PACE);
                }
            }
            RenderState::Pending => self.look_at(self.watch.blank_due().min(now + PACE)),
            RenderState::Loading if !failing => {
                self.look_at(self.watch.loading_due(now).min(now + PACE + PACE));
            }
            RenderState::Loading | RenderState::Blank | RenderState::Partial => {}
        }
        failing
    }

    fn tell(&mut self, to: A, reason: &str) {
        self.signals.push_back(Signal::Told { to, verdict: Box::new(unknown(reason)) });
    }
}

fn unknown(reason: &str) -> RenderVerdict {
    RenderVerdict::new(RenderState::Unknown, reason)
}

#[cfg(test)]
mod tests;
