//! The page's own requests: tried again where that is safe, held while the user decides, given back in the end.

use super::request::{Phase, Request};
use super::shared::Shared;
use super::signal::{Failure, Next, Signal};
use crate::core::config::Config;
use crate::core::event::{AttemptOutcome, says_overloaded, says_session_over, worth_retrying};
use crate::core::id::RequestId;
use crate::core::time::Millis;

/// Followed at a time; beyond, they are the browser's alone.
pub const MAX_REQUESTS: usize = 256;
/// A request that is under way for this long may be what the page waits for.
const SLOW: Millis = Millis(2_000);

/// Business code that says that a link or ticket is too old.
fn says_expired(code: &str) -> bool {
    code.to_ascii_uppercase().contains("EXPIRED")
}

#[derive(Debug)]
pub struct Requests<A> {
    /// In the order in which they began.
    all: Vec<Request<A>>,
    /// Of one attempt.
    pub patience: Millis,
    /// Codes with which the server says no.
    refusals: Vec<String>,
}

impl<A: Copy> Requests<A> {
    pub fn new(config: &Config) -> Requests<A> {
        let refusals = config.refusals.iter().map(|refusal| refusal.code.clone()).collect();
        Requests { all: Vec::new(), patience: config.deadlines.request, refusals }
    }

    fn get(&mut self, id: RequestId) -> Option<&mut Request<A>> {
        self.all.iter_mut().find(|request| request.id == id)
    }

    fn position(&self, id: RequestId) -> Option<usize> {
        self.all.iter().position(|request| request.id == id)
    }

    /// Whether one of these was sent more than once.
    pub fn tried_again(&self, ids: &[RequestId]) -> bool {
        self.all.iter().any(|request| request.attempt > 0 && ids.contains(&request.id))
    }

    /// The address of one that is under way.
    pub fn address(&self, id: RequestId) -> Option<&str> {
        self.all.iter().find(|request| request.id == id).map(|request| request.url.as_str())
    }

    /// The oldest read that has been under way for long and is nobody's trouble yet.
    pub fn hanging(&self, now: Millis) -> Option<(RequestId, &str)> {
        let hangs = |request: &Request<A>| request.safe && request.of.is_none() && now - request.started >= SLOW;
        self.all.iter().find(|request| hangs(request)).map(|request| (request.id, request.url.as_str()))
    }

    /// Held after an attempt that got no answer: nobody knows that the network is there again until it is tried.
    pub fn unanswered(&self) -> Vec<RequestId> {
        let held = self.all.iter().filter(|request| request.phase == Phase::Held);
        held.filter(|request| request.unanswered).map(|request| request.id).collect()
    }

    pub fn next(&self) -> Millis {
        self.all.iter().map(|request| request.due).min().unwrap_or(Millis::NEVER)
    }

    pub fn started(
        &mut self,
        shared: &mut Shared<A>,
        now: Millis,
        id: RequestId,
        url: String,
        safe: bool,
        keyed: bool,
    ) {
        shared.budget.earn();
        if self.all.len() >= MAX_REQUESTS {
            shared.tell(Signal::Dropped);
            shared.tell(Signal::Settle { request: id });
            return;
        }
        self.all.push(Request {
            id,
            url,
            safe,
            keyed,
            attempt: 0,
            tries: 1,
            phase: Phase::InFlight,
            unanswered: false,
            due: now + self.patience,
            started: now,
            of: None,
            fine: false,
        });
    }

    pub fn ended(
        &mut self,
        shared: &mut Shared<A>,
        now: Millis,
        id: RequestId,
        attempt: u32,
        outcome: &AttemptOutcome,
    ) {
        let awaited =
            |request: &Request<A>| request.id == id && request.attempt == attempt && request.phase == Phase::InFlight;
        let Some(at) = self.all.iter().position(awaited) else { return };
        match outcome {
            AttemptOutcome::Aborted => self.over(shared, at, false),
            AttemptOutcome::NetworkError => {
                self.all[at].unanswered = true;
                if shared.away {
                    self.hold_offline(shared, at);
                } else {
                    self.failed(shared, now, at, Failure::Unanswered, None);
                }
            }
            AttemptOutcome::Answer { status, retry_after, code } => {
                shared.tell(Signal::Answered);
                let code = code.as_deref().unwrap_or_default();
                if worth_retrying(*status) {
                    let failure =
                        if says_overloaded(*status) { Failure::Overloaded(*status) } else { Failure::Broken(*status) };
                    self.failed(shared, now, at, failure, *retry_after);
                } else {
                    self.answered(shared, at, *status, code);
                }
            }
        }
    }

    /// An answer that no retry would change.
    fn answered(&mut self, shared: &mut Shared<A>, at: usize, status: u16, code: &str) {
        let request = &mut self.all[at];
        shared.origins.answered(&request.url);
        let url = request.url.clone();
        let refusal = self.refusals.iter().any(|known| known == code);
        let expired = status == 410 || (status >= 400 && says_expired(code));
        if expired && says_session_over(status, code).is_none() {
            self.settle(shared, at);
            shared.tell(Signal::Expired { url });
        } else if status >= 400 && (refusal || (status == 403 && !code.is_empty())) {
            // Whatever failed on the way here, the server has answered now.
            self.over(shared, at, true);
            shared.tell(Signal::Refused { url, code: code.into(), status });
        } else {
            request.fine = status < 400;
            self.over(shared, at, true);
        }
    }

    /// The page gets what came, and whose trouble it was hears of it.
    fn over(&mut self, shared: &mut Shared<A>, at: usize, answered: bool) {
        let Request { id, of, .. } = self.all[at];
        self.settle(shared, at);
        if let Some(of) = of {
            shared.tell(Signal::Over { request: id, of, answered });
        }
    }

    fn failed(
        &mut self,
        shared: &mut Shared<A>,
        now: Millis,
        at: usize,
        failure: Failure,
        retry_after: Option<Millis>,
    ) {
        let request = &mut self.all[at];
        shared.failed(now, &request.url);
        let (id, of, url) = (request.id, request.of, request.url.clone());
        let submitting = request.keyed && !request.safe;
        // A request that changes something is never repeated without an idempotency key.
        let may = request.safe || request.keyed;
        if may
            && request.tries < shared.policy.limit
            && shared.budget.take(now)
            && let Some(wait) = shared.wait(request.tries, retry_after)
        {
            request.enter(Phase::Backoff, now + wait);
            let attempt = request.attempt + 1;
            let next = Next::Again;
            shared.tell(Signal::Failed { request: id, of, url: url.clone(), failure, submitting, next });
            shared.tell(Signal::Retrying { url, attempt, wait });
            return;
        }
        let next = Self::given_up(request);
        shared.tell(Signal::Failed { request: id, of, url, failure, submitting, next });
        if next == Next::GivenBack {
            self.settle(shared, at);
        }
    }

    /// No more silent tries: a read is held for the user's retry, anything else goes back to the page at once.
    fn given_up(request: &mut Request<A>) -> Next {
        if !request.safe {
            return Next::GivenBack;
        }
        request.enter(Phase::Held, Millis::NEVER);
        Next::Held
    }

    fn hold_offline(&mut self, shared: &mut Shared<A>, at: usize) {
        let request = &mut self.all[at];
        if request.safe || request.keyed {
            request.enter(Phase::Held, Millis::NEVER);
            shared.tell(Signal::Offline { request: request.id });
        } else {
            self.settle(shared, at);
        }
    }

    pub fn belongs(&mut self, id: RequestId, to: Option<A>) {
        if let Some(request) = self.get(id) {
            request.of = to;
        }
    }

    /// The user, or the network, asks for more: each is sent now, with fresh tries.
    pub fn retry(&mut self, shared: &mut Shared<A>, now: Millis, ids: &[RequestId]) {
        for id in ids {
            let Some(at) = self.position(*id) else { continue };
            let request = &mut self.all[at];
            request.tries = 0;
            if request.phase == Phase::InFlight {
                shared.tell(Signal::Abort { request: request.id, attempt: request.attempt });
            }
            self.send(shared, now, at);
        }
    }

    /// One more try of each that got no answer, within the budget. Held again at once if that fails, too.
    pub fn retry_unanswered(&mut self, shared: &mut Shared<A>, now: Millis) {
        for id in self.unanswered() {
            if shared.budget.take(now)
                && let Some(at) = self.position(id)
            {
                self.all[at].tries = shared.policy.limit - 1;
                self.send(shared, now, at);
            }
        }
    }

    fn send(&mut self, shared: &mut Shared<A>, now: Millis, at: usize) {
        let due = now + self.patience;
        let request = &mut self.all[at];
        request.attempt += 1;
        request.tries += 1;
        request.unanswered = false;
        request.enter(Phase::InFlight, due);
        shared.sum.asked += 1;
        shared.tell(Signal::Send { request: request.id, attempt: request.attempt, of: request.of });
    }

    pub fn give_back(&mut self, shared: &mut Shared<A>, id: RequestId) {
        if let Some(at) = self.position(id) {
            self.settle(shared, at);
        }
    }

    pub fn give_all_back(&mut self, shared: &mut Shared<A>) {
        while !self.all.is_empty() {
            self.settle(shared, 0);
        }
    }

    fn settle(&mut self, shared: &mut Shared<A>, at: usize) {
        let request = self.all.remove(at);
        if request.attempt > 0 {
            shared.retried(&request.url, request.attempt, request.fine);
        }
        shared.tell(Signal::Settle { request: request.id });
    }

    /// The first that is due is so no more: it is sent, waits for later, is held, or is gone. `false`: none is due.
    pub fn due(&mut self, shared: &mut Shared<A>, now: Millis) -> bool {
        let Some(at) = self.all.iter().position(|request| request.due <= now) else { return false };
        let request = &mut self.all[at];
        let (id, attempt, of) = (request.id, request.attempt, request.of);
        if request.phase == Phase::InFlight {
            shared.tell(Signal::Abort { request: id, attempt });
            self.failed(shared, now, at, Failure::TimedOut, None);
        } else if let Some(later) = shared.origins.rests(now, &request.url, self.patience) {
            // Its origin is left alone. Nobody waits for that for ever.
            if later <= request.started + shared.policy.retry_after_cap {
                request.due = later;
            } else {
                let next = Self::given_up(request);
                shared.tell(Signal::GivenUp { request: id, of, next });
                if next == Next::GivenBack {
                    self.settle(shared, at);
                }
            }
        } else {
            self.send(shared, now, at);
        }
        true
    }
}
