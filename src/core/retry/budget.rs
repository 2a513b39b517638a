//! The budget: how many retries the whole page may still make.

use crate::core::config::RetryPolicy;
use crate::core::time::Millis;

/// One retry for so many requests of the page's own, once the burst is used up.
const SHARE: u32 = 10;

/// One more in this time: pages that ask for nothing through the guard have retries, too.
const REFILL: Millis = Millis(120_000);

/// Retries the page may still make: a burst, then a share of what it asks for itself and hardly more, so that retries add no more than about a
/// tenth to the load of a server in trouble (Google SRE book, "Handling Overload": a budget for each client).
#[derive(Clone, Debug)]
pub struct Budget {
    /// In parts of [`SHARE`].
    left: u32,
    most: u32,
    /// When time last earned one.
    earned: Millis,
}

impl Budget {
    pub fn new(policy: &RetryPolicy) -> Budget {
        let most = policy.budget.saturating_mul(SHARE);
        Budget { left: most, most, earned: Millis(0) }
    }

    /// Another burst from now on; what was used up stays so.
    pub fn limit(&mut self, policy: &RetryPolicy) {
        let used = self.most - self.left;
        self.most = policy.budget.saturating_mul(SHARE);
        self.left = self.most.saturating_sub(used);
    }

    /// How many may still be made, and how many a burst has.
    pub fn left(&self) -> (u32, u32) {
        (self.left / SHARE, self.most / SHARE)
    }

    /// The page asked for something.
    pub fn earn(&mut self) {
        self.add(1);
    }

    /// A retry that brought what was asked for.
    pub fn give_back(&mut self) {
        self.add(SHARE);
    }

    fn add(&mut self, parts: u32) {
        self.left = self.most.min(self.left.saturating_add(parts));
    }

    /// Takes one retry, or says that there is none.
    pub fn take(&mut self, now: Millis) -> bool {
        let times = (now - self.earned).0 / REFILL.0;
        self.earned = self.earned + Millis(times * REFILL.0);
        self.add(SHARE.saturating_mul(times.min(1_000) as u32));
        let there = self.left >= SHARE;
        if there {
            self.left -= SHARE;
        }
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_spent_and_earned_by_the_pages_own_requests() {
        let mut budget = Budget::new(&RetryPolicy { budget: 2, ..RetryPolicy::default() });
        let now = Millis(1_000);
        assert!(budget.take(now) && budget.take(now));
        assert!(!budget.take(now));
        assert_eq!(budget.left(), (0, 2));
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.take(now));
        budget.earn();
        assert!(budget.take(now) && !budget.take(now));
        for _ in 0..1000 {
            budget.earn();
        }
        assert!(budget.take(now) && budget.take(now));
        assert!(!budget.take(now), "never more than the burst");
    }

    #[test]
    fn time_earns_a_retry_now_and_then() {
        let mut budget = Budget::new(&RetryPolicy { budget: 1, ..RetryPolicy::default() });
        assert!(budget.take(Millis(0)));
        assert!(!budget.take(Millis(119_999)));
        assert!(budget.take(Millis(120_000)));
        assert!(!budget.take(Millis(239_999)));
        assert!(budget.take(Millis(9_000_000)));
        assert!(!budget.take(Millis(9_000_000)), "never more than the burst");
    }
}
