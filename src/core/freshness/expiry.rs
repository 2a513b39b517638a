//! What ends at a time that the page has declared: its link, the session, and whatever else is not good for ever. Told before, renewed by the page's
//! own code in time, and explained where it cannot be. By the server's time, see [`server_time`](super::server_time).

mod session;
mod told;

pub use told::{Declared, End, Event, ExpiryState, LINK, PAGE_LINK, Renewal, SESSION, Signal};

use super::server_time::ServerTime;
use crate::core::time::Millis;
use std::collections::VecDeque;
use std::mem::take;

/// Ends that are declared at a time, and key actions that wait; the oldest goes first.
const MOST: usize = 16;
/// Until the page's code has renewed something.
const PATIENCE: Millis = Millis(10_000);
/// Tries before the end. One more follows at the end itself, and whenever the user asks.
const TRIES: u32 = 3;
/// Between two tries at least.
const REST: Millis = Millis(5_000);
/// How often it is looked whether the device slept while the page was seen.
const WATCH: Millis = Millis(60_000);
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// In the server's time.
    Epoch(Millis),
    /// Of the time that has passed in this page.
    Passed(Millis),
}

#[derive(Debug)]
struct Term {
    id: u32,
    what: String,
    until: Until,
    /// As it was declared: a renewal that says nothing else is good for as long.
    length: Option<Millis>,
    warn: Millis,
    renews: bool,
    state: Option<ExpiryState>,
    /// The page's code is at it.
    renewing: bool,
    tries: u32,
    /// The next try, in time that has passed.
    again: Millis,
    /// The last one, at the end, was made.
    last: bool,
    /// The user has asked for the present one.
    for_user: bool,
    /// The link that takes the place of this one.
    link: Option<String>,
}

impl Term {
    fn blocks(&self) -> bool {
        self.what == LINK || self.what == SESSION
    }
}

#[derive(Debug)]
pub struct Expiry<A> {
    time: ServerTime,
    terms: Vec<Term>,
    /// Key actions that are not sent yet.
    held: Vec<A>,
    visible: bool,
    /// The server is being asked for its time.
    asking: bool,
    /// It has answered, with or without a date: better than the device's clock nothing is known.
    asked: bool,
    /// From when on it may be asked.
    ask: Millis,
    /// When the clocks are compared again.
    watch: Millis,
    /// The user was told why a key action waits.
    told: bool,
    /// Addresses that were answered 401 since anything was answered well.
    unauthorized: Vec<String>,
    /// Addresses that were answered well.
    authorized: Vec<String>,
    /// The session was said to be over.
    over: bool,
    signals: VecDeque<Signal<A>>,
}

impl<A> Default for Expiry<A> {
    fn default() -> Expiry<A> {
        Expiry {
            time: ServerTime::default(),
            terms: Vec::new(),
            held: Vec::new(),
            visible: true,
            asking: false,
            asked: false,
            ask: Millis(0),
            watch: Millis(0),
            told: false,
            unauthorized: Vec::new(),
            authorized: Vec::new(),
            over: false,
            signals: VecDeque::new(),
        }
    }
}

impl<A> Expiry<A> {
    /// Takes in one fact. Read `poll_signal` until it is empty after every `handle_*`.
    pub fn handle_event(&mut self, now: Millis, event: Event<A>) {
        match event {
            Event::Started { epoch } => return self.time.start(now, epoch),
            Event::Declared(declared) => self.declared(now, declared),
            Event::TakenBack(id) => self.take_back(id),
            Event::Dated { dated, epoch } => {
                self.time.read(now, epoch);
                let known = self.time.is_known();
                self.time.told(&dated);
                if known && !self.time.is_known() {
                    (self.asked, self.ask) = (false, now);
                }
            }
            Event::Clock { epoch } => {
                (self.ask, self.watch) = (now, now + WATCH);
                self.time.read(now, epoch);
            }
            Event::ServerAsked { answered } => {
                self.asking = false;
                self.asked |= answered;
            }
            Event::Seen { visible } => {
                self.visible = visible;
                if visible && !self.terms.is_empty() {
                    self.tell(Signal::ReadClock);
                }
                return;
            }
            Event::Renewed { id, renewal } => self.renewed(now, id, renewal),
            Event::RenewalChosen(id) => {
                if let Some(at) = self.position(id) {
                    self.renew_for_user(at);
                }
            }
            Event::KeyAction(by) => {
                if self.held.len() >= MOST {
                    let by = self.held.remove(0);
                    self.tell(Signal::MaySend { by, may: true });
                }
                self.held.push(by);
            }
            Event::Unauthorized { url, surely } => self.unauthorized(now, url, surely),
            Event::Authorized { url } => return self.authorized(url),
        }
        self.review(now);
    }

    pub fn handle_timeout(&mut self, now: Millis) {
        if self.poll_timeout().is_some_and(|due| due <= now) {
            if self.watch <= now {
                self.watch = now + WATCH;
                self.tell(Signal::ReadClock);
            }
            self.review(now);
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal<A>> {
        self.signals.pop_front()
    }

    /// Nothing is looked at while the page is hidden; when it is seen again all is.
    pub fn poll_timeout(&self) -> Option<Millis> {
        let due = self.terms.iter().filter_map(|term| self.due(term)).min()?;
        self.visible.then(|| self.time.when(due).min(self.watch))
    }

    /// No key action is left waiting.
    pub fn stop(&mut self) {
        self.terms.clear();
        self.release(true);
    }

    /// Time that has passed in this page, sleep included, and the server's time as far as it is known, in epoch milliseconds.
    pub fn time(&self, now: Millis) -> (Millis, u64) {
        (self.time.passed(now), self.time.epoch(now))
    }

    fn tell(&mut self, signal: Signal<A>) {
        self.signals.push_back(signal);
    }

    fn position(&self, id: u32) -> Option<usize> {
        self.terms.iter().position(|term| term.id == id)
    }

    fn declared(&mut self, now: Millis, Declared { id, what, end, warn, renews }: Declared) {
        // There is one link and one session, and what is said of them last holds.
        if let Some(known) = self.terms.iter().find(|term| term.what == what) {
            self.take_back(known.id);
        }
        if self.terms.len() >= MOST {
            self.terms.remove(0);
        }
        let passed = self.time.passed(now);
        let (until, length) = match end {
            End::At(epoch) => (Until::Epoch(epoch), None),
            End::In(length) => (Until::Passed(passed + length), Some(length)),
        };
        if self.terms.is_empty() {
            self.watch = now + WATCH;
        }
        self.ask = now;
        if what == SESSION {
            self.session_back();
        }
        self.terms.push(Term {
            id,
            what,
            until,
            length,
            warn,
            renews,
            state: None,
            renewing: false,
            tries: 0,
            again: Millis(0),
            last: false,
            for_user: false,
            link: None,
        });
    }

    fn take_back(&mut self, id: u32) {
        let Some(at) = self.position(id) else { return };
        let term = self.terms.remove(at);
        self.tell(Signal::Unsay { id });
        if term.what == SESSION {
            self.session_back();
        }
    }

    /// The end, in time that has passed; `None` as long as the server's time is not known and may be yet.
    fn end(&self, term: &Term) -> Option<Millis> {
        match term.until {
            Until::Passed(end) => Some(end),
            Until::Epoch(end) => (self.time.is_known() || self.asked).then(|| end - self.time.origin()),
        }
    }

    /// When a term is to be looked at next, in time that has passed.
    fn due(&self, term: &Term) -> Option<Millis> {
        if term.state == Some(ExpiryState::Expired) || term.renewing || term.until == Until::Passed(Millis::NEVER) {
            return None;
        }
        // Of what is not known it is asked again as often as the clocks are compared.
        let Some(end) = self.end(term) else { return Some(Millis::NEVER) };
        Some(match term.state {
            Some(ExpiryState::Expiring) if term.renews && term.tries < TRIES => end.min(term.again),
            Some(ExpiryState::Expiring) => end,
            _ => end - term.warn,
        })
    }

    /// Does for each term what its time says.
    fn review(&mut self, now: Millis) {
        let absolute = |term: &Term| matches!(term.until, Until::Epoch(_));
        let unknown = !self.time.is_known() && !self.asked && self.terms.iter().any(absolute);
        let wanted = unknown || (self.time.is_unsure() && !self.terms.is_empty());
        if wanted && !self.asking && self.visible && self.ask <= now {
            (self.asking, self.ask) = (true, Millis::NEVER);
            self.tell(Signal::AskServer);
        }
        for at in 0..self.terms.len() {
            self.review_term(now, at);
        }
        self.serve(now);
    }

    fn review_term(&mut self, now: Millis, at: usize) {
        let passed = self.time.passed(now);
        let Some(term) = self.terms.get(at) else { return };
        let Some(end) = self.end(term).filter(|_| term.state != Some(ExpiryState::Expired) && !term.renewing) else {
            return;
        };
        let left = end - passed;
        let (over, renews) = (left == Millis(0), term.renews);
        if !over && left > term.warn {
            return;
        }
        if over {
            if renews && !term.last {
                self.terms[at].last = true;
                return self.renew(at);
            }
            self.state(at, ExpiryState::Expired, Millis(0));
            return self.say_ended(at);
        }
        if term.state.is_none() {
            self.state(at, ExpiryState::Expiring, left);
            if !renews {
                self.warn(at, left);
            }
        }
        let term = &self.terms[at];
        if renews && term.tries < TRIES && term.again <= passed {
            self.renew(at);
        }
    }

    fn state(&mut self, at: usize, state: ExpiryState, left: Millis) {
        let term = &mut self.terms[at];
        term.state = (state != ExpiryState::Renewed).then_some(state);
        let what = term.what.clone();
        self.tell(Signal::Told { what, state, left });
    }

    fn warn(&mut self, at: usize, left: Millis) {
        let Term { id, what, renews, .. } = &self.terms[at];
        let (id, what, minutes, renews) = (*id, what.clone(), left.0.div_ceil(60_000), *renews);
        self.tell(Signal::Warn { id, what, minutes, renews });
    }

    fn renew(&mut self, at: usize) {
        let term = &mut self.terms[at];
        if term.renewing {
            return;
        }
        term.renewing = true;
        term.tries += 1;
        let id = term.id;
        self.tell(Signal::Renew { id, within: PATIENCE });
    }

    fn renew_for_user(&mut self, at: usize) {
        self.terms[at].for_user = true;
        self.renew(at);
    }

    fn renewed(&mut self, now: Millis, id: u32, renewal: Option<Renewal>) {
        let Some(at) = self.position(id).filter(|at| self.terms[*at].renewing) else { return };
        let passed = self.time.passed(now);
        let term = &mut self.terms[at];
        term.renewing = false;
        let for_user = take(&mut term.for_user);
        let Some(Renewal { at: until, link }) = renewal else { return self.not_renewed(now, at, for_user) };
        (term.tries, term.last) = (0, false);
        let link = link.filter(|_| term.what == LINK);
        if let Some(until) = until {
            term.until = Until::Epoch(until);
        } else if let Some(length) = term.length.filter(|_| link.is_none()) {
            term.until = Until::Passed(passed + length);
        } else if link.is_none() {
            // Until when is not known: there is nothing to look out for.
            term.until = Until::Passed(Millis::NEVER);
        }
        term.link = link;
        let left = self.left(passed, at);
        self.state(at, ExpiryState::Renewed, left);
        self.tell(Signal::Unsay { id });
        let term = &mut self.terms[at];
        if term.link.is_some() {
            // This address ends all the same. Whoever uses the page goes on with the new one then, and is not disturbed before.
            (term.state, term.renews) = (Some(ExpiryState::Expiring), false);
        } else if term.what == SESSION {
            self.session_back();
        }
    }

    fn not_renewed(&mut self, now: Millis, at: usize, for_user: bool) {
        let passed = self.time.passed(now);
        let left = self.left(passed, at);
        let term = &mut self.terms[at];
        term.again = passed + Millis(left.0 / 2).max(REST);
        let (first, expired) = (term.tries == 1, term.state == Some(ExpiryState::Expired));
        if left > Millis(0) {
            // Only now: what is renewed in silence is nobody's business.
            if first || for_user {
                self.warn(at, left);
            }
        } else if for_user && expired {
            self.say_ended(at);
            self.release(false);
        }
    }

    fn left(&self, passed: Millis, at: usize) -> Millis {
        self.end(&self.terms[at]).map_or(Millis(0), |end| end - passed)
    }

    fn say_ended(&mut self, at: usize) {
        let Term { id, what, link, .. } = &self.terms[at];
        let (id, renewed) = (*id, link.clone());
        let ended = match what.as_str() {
            LINK => Signal::LinkEnded { renewed },
            SESSION => {
                self.over = true;
                Signal::SessionEnded { url: self.unauthorized.last().cloned().unwrap_or_default() }
            }
            _ => return self.warn(at, Millis(0)),
        };
        self.tell(Signal::Unsay { id });
        self.tell(ended);
    }

    // ---- key actions ----

    /// Key actions go on where nothing has ended, and wait while that is being renewed.
    fn serve(&mut self, now: Millis) {
        if self.held.is_empty() || (self.time.is_unsure() && self.asking) {
            return;
        }
        let passed = self.time.passed(now);
        let over = |term: &Term| term.blocks() && self.end(term).is_some_and(|end| end <= passed);
        let Some(at) = self.terms.iter().position(over) else { return self.release(true) };
        if !self.terms[at].renews {
            self.say_ended(at);
            return self.release(false);
        }
        self.renew_for_user(at);
        if !std::mem::replace(&mut self.told, true) {
            let Term { id, what, .. } = &self.terms[at];
            let (id, what) = (*id, what.clone());
            self.tell(Signal::Wait { id, what });
        }
    }

    fn release(&mut self, may: bool) {
        self.told = false;
        for by in take(&mut self.held) {
            self.tell(Signal::MaySend { by, may });
        }
    }
}

#[cfg(test)]
mod tests;
