//! Retry policy: which failures are worth another try, how long to wait, and the budget of the whole page.

use super::address::origin_of;
use super::config::RetryPolicy;
use super::dice::Dice;
use super::time::Millis;

/// Answers that say "not now" or "something broke here"; all others are final. RFC 9110, RFC 6585, RFC 8470.
pub fn worth_retrying(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// The server says that it has too much to do.
pub fn overloaded(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// Jitter on top of `Retry-After`, so that clients told the same second do not all come in it.
const RETRY_AFTER_JITTER: u64 = 250;

/// How long to wait before attempt `attempt` (1 is the first retry); `None` when the server asks for more than is
/// waited for silently. Exponential backoff with full jitter (AWS Builders' Library); never earlier than `retry_after`.
pub fn wait(policy: &RetryPolicy, attempt: u32, retry_after: Option<Millis>, dice: &mut Dice) -> Option<Millis> {
    match retry_after {
        Some(after) if after > policy.retry_after_cap => None,
        Some(after) => Some(after + Millis(dice.up_to(RETRY_AFTER_JITTER))),
        None => {
            let ceiling = policy.base.0.saturating_mul(1 << (attempt.saturating_sub(1)).min(16));
            // Never now: a timer that is due at once would let a broken server turn the engine in circles.
            Some(Millis(dice.up_to(ceiling.min(policy.cap.0)).max(1)))
        }
    }
}

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

/// After so many failures in a row an origin is left alone.
const TRIPS: u32 = 5;
/// For so long at first, eight times as long each time that it fails again; as much jitter comes on top. Calls that the page makes for the
/// first time go out all the while, so that nobody waits for the end of this once the origin is back.
const REST: Millis = Millis(2_000);
const LONGEST_REST: Millis = Millis(90_000);
/// Origins known at a time. The one that is known longest gives way.
const MOST_ORIGINS: usize = 8;

#[derive(Clone, Debug)]
struct Origin {
    name: String,
    /// In a row; from [`TRIPS`] on, of single retries alone.
    failures: u32,
    /// No retry before this.
    rests_until: Millis,
    /// One retry is on its way there, and its outcome decides.
    probing: bool,
}

/// A circuit breaker for each origin: one that keeps failing gets no retries for a while, and then a single one, whose outcome decides for all.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<Box<Origin>>);

impl Origins {
    fn find(&mut self, url: &str) -> Option<&mut Origin> {
        let name = origin_of(url);
        self.0.iter_mut().find(|o| o.name == name).map(|o| &mut **o)
    }

    pub fn failed(&mut self, now: Millis, url: &str, dice: &mut Dice) {
        if self.find(url).is_none() {
            if self.0.len() >= MOST_ORIGINS {
                self.0.remove(0);
            }
            self.0.push(Box::new(Origin {
                name: origin_of(url).into(),
                failures: 0,
                rests_until: Millis(0),
                probing: false,
            }));
        }
        let Some(origin) = self.find(url) else { return };
        // Calls that were on their way together fail together: they are one finding.
        if origin.failures < TRIPS || std::mem::take(&mut origin.probing) {
            origin.failures += 1;
            if let Some(times) = origin.failures.checked_sub(TRIPS) {
                let rest = LONGEST_REST.0.min(REST.0 << (3 * times.min(2)));
                origin.rests_until = now + Millis(rest + dice.up_to(rest));
            }
        }
    }

    /// It answers again.
    pub fn answered(&mut self, url: &str) {
        if let Some(origin) = self.find(url) {
            (origin.failures, origin.probing) = (0, false);
        }
    }

    pub fn is_resting(&mut self, now: Millis, url: &str) -> bool {
        self.find(url).is_some_and(|o| o.failures >= TRIPS && now < o.rests_until)
    }

    /// Those that are left alone, and until when, in epoch milliseconds; `epoch` is now.
    pub fn dead(&self, now: Millis, epoch: u64) -> Vec<Box<(String, u64)>> {
        let mut dead = Vec::new();
        for origin in self.0.iter().filter(|o| o.failures >= TRIPS && now < o.rests_until) {
            dead.push(Box::new((origin.name.clone(), epoch + (origin.rests_until - now).0)));
        }
        dead
    }

    /// What an earlier page found; no longer than any rest lasts, whatever was written.
    pub fn restore(&mut self, now: Millis, epoch: u64, dead: &[Box<(String, u64)>]) {
        for origin in dead.iter().take(MOST_ORIGINS) {
            let left = origin.1.saturating_sub(epoch);
            if left > 0 && left <= 2 * LONGEST_REST.0 {
                let (name, rests_until) = (origin.0.clone(), now + Millis(left));
                self.0.push(Box::new(Origin { name, failures: TRIPS, rests_until, probing: false }));
            }
        }
    }

    /// `None`: a retry may be sent there now; if the origin has been failing it is the only one until it ends, or `limit` has passed.
    /// Otherwise not before then.
    pub fn rests(&mut self, now: Millis, url: &str, limit: Millis) -> Option<Millis> {
        let origin = self.find(url).filter(|o| o.failures >= TRIPS)?;
        if now < origin.rests_until {
            return Some(origin.rests_until);
        }
        origin.probing = true;
        origin.rests_until = now + limit;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_shorter_than_the_server_asked_for() {
        let policy = RetryPolicy::default();
        let mut dice = Dice::new([1, 2]);
        for _ in 0..1000 {
            let waited = wait(&policy, 1, Some(Millis(2000)), &mut dice);
            assert!(waited.is_some_and(|w| w >= Millis(2000) && w <= Millis(2000 + RETRY_AFTER_JITTER)));
        }
        assert_eq!(wait(&policy, 1, Some(Millis(3_600_000)), &mut dice), None);
    }

    #[test]
    fn backoff_doubles_its_ceiling_up_to_the_cap() {
        let policy = RetryPolicy::default();
        let mut dice = Dice::new([3, 4]);
        for (attempt, ceiling) in [(1, 300), (2, 600), (3, 1200), (30, 10_000)] {
            let most = (0..5000).filter_map(|_| wait(&policy, attempt, None, &mut dice)).max();
            assert!(most.is_some_and(|m| m.0 <= ceiling && m.0 > ceiling * 9 / 10), "{attempt}: {most:?}");
        }
    }

    #[test]
    fn the_budget_is_spent_and_earned_by_the_pages_own_requests() {
        let mut budget = Budget::new(&RetryPolicy { budget: 2, ..RetryPolicy::default() });
        let now = Millis(1_000);
        assert!(budget.take(now) && budget.take(now));
        assert!(!budget.take(now));
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

    #[test]
    fn an_origin_that_keeps_failing_is_left_alone_and_then_asked_once() {
        const LIMIT: Millis = Millis(10_000);
        let mut dice = Dice::new([5, 6]);
        let mut origins = Origins::default();
        let (url, sibling, other) =
            ("https://cdn.example/a.js?x", "https://cdn.example/b.js", "https://api.example/b.js");
        for _ in 1..TRIPS {
            origins.failed(Millis(1_000), url, &mut dice);
            assert_eq!(origins.rests(Millis(1_000), sibling, LIMIT), None);
        }
        // Twenty that were on their way together are no more than one finding.
        for _ in 0..20 {
            origins.failed(Millis(1_000), url, &mut dice);
        }
        let until = origins.rests(Millis(1_000), sibling, LIMIT).unwrap();
        assert!(until >= Millis(3_000) && until <= Millis(5_000), "{until:?}");
        assert_eq!(origins.rests(Millis(1_000), other, LIMIT), None);
        // Half-open: one for all.
        assert_eq!(origins.rests(until, url, LIMIT), None);
        assert_eq!(origins.rests(until, sibling, LIMIT), Some(until + LIMIT));
        origins.failed(until, url, &mut dice);
        let then = origins.rests(until, sibling, LIMIT).unwrap();
        assert!(then >= until + Millis(16_000) && then <= until + Millis(32_000), "longer: {then:?}");
        origins.answered(sibling);
        assert_eq!(origins.rests(until, url, LIMIT), None);
    }

    #[test]
    fn the_origins_known_are_bounded() {
        let mut dice = Dice::new([7, 8]);
        let mut origins = Origins::default();
        for n in 0..100 {
            origins.failed(Millis(0), &format!("https://host{n}/"), &mut dice);
        }
        assert_eq!(origins.0.len(), MOST_ORIGINS);
    }
}
