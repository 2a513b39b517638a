//! Circuit breakers: an origin that keeps failing is left alone for a while.

use crate::core::address::origin_of;
use crate::core::dice::Dice;
use crate::core::time::Millis;

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
pub struct Origins(Vec<Origin>);

impl Origins {
    fn find(&mut self, url: &str) -> Option<&mut Origin> {
        let name = origin_of(url);
        self.0.iter_mut().find(|o| o.name == name)
    }

    pub fn failed(&mut self, now: Millis, url: &str, dice: &mut Dice) {
        if self.find(url).is_none() {
            if self.0.len() >= MOST_ORIGINS {
                self.0.remove(0);
            }
            self.0.push(Origin { name: origin_of(url).into(), failures: 0, rests_until: Millis(0), probing: false });
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
    pub fn dead(&self, now: Millis, epoch: u64) -> Vec<(String, u64)> {
        let mut dead = Vec::new();
        for origin in self.0.iter().filter(|o| o.failures >= TRIPS && now < o.rests_until) {
            dead.push((origin.name.clone(), epoch + (origin.rests_until - now).0));
        }
        dead
    }

    /// What an earlier page found; no longer than any rest lasts, whatever was written.
    pub fn restore(&mut self, now: Millis, epoch: u64, dead: &[(String, u64)]) {
        for origin in dead.iter().take(MOST_ORIGINS) {
            let left = origin.1.saturating_sub(epoch);
            if left > 0 && left <= 2 * LONGEST_REST.0 {
                let (name, rests_until) = (origin.0.clone(), now + Millis(left));
                self.0.push(Origin { name, failures: TRIPS, rests_until, probing: false });
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
