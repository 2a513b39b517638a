//! What requests, parts and probes share: the policy, the budget, the circuit breakers, and the way out of the room.

use super::budget::Budget;
use super::origins::Origins;
use super::policy;
use super::signal::Signal;
use crate::core::config::RetryPolicy;
use crate::core::dice::Dice;
use crate::core::time::Millis;
use std::collections::VecDeque;

/// A resource must come within this. Generous: it catches answers that never come, not slow ones.
pub const PATIENCE: Millis = Millis(8_000);

/// What retries came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Requests beyond the page's own.
    pub asked: u32,
    /// Resources and calls that came in the end.
    pub recovered: u32,
    /// That did not.
    pub lost: u32,
}

#[derive(Debug)]
pub struct Shared<A> {
    pub policy: RetryPolicy,
    pub budget: Budget,
    pub origins: Origins,
    pub dice: Dice,
    pub sum: Sum,
    /// There is no network: it is proven.
    pub away: bool,
    pub signals: VecDeque<Signal<A>>,
}

impl<A> Shared<A> {
    pub fn new(policy: RetryPolicy, dice: Dice) -> Shared<A> {
        Shared {
            policy,
            budget: Budget::new(&policy),
            origins: Origins::default(),
            dice,
            sum: Sum::default(),
            away: false,
            signals: VecDeque::new(),
        }
    }

    pub fn tell(&mut self, signal: Signal<A>) {
        self.signals.push_back(signal);
    }

    /// How long to wait before retry `attempt`; `None` when the server asks for more than is waited for silently.
    pub fn wait(&mut self, attempt: u32, retry_after: Option<Millis>) -> Option<Millis> {
        policy::wait(&self.policy, attempt, retry_after, &mut self.dice)
    }

    pub fn failed(&mut self, now: Millis, url: &str) {
        self.origins.failed(now, url, &mut self.dice);
    }

    /// The end of the tries for one address; `attempt` is the last one.
    pub fn retried(&mut self, url: &str, attempt: u32, recovered: bool) {
        let sum = if recovered { &mut self.sum.recovered } else { &mut self.sum.lost };
        *sum += 1;
        self.tell(Signal::Retried { url: url.into(), attempt, recovered });
    }
}
