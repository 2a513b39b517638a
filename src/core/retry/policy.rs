//! Which failures are worth another try, and how long to wait before it.

use crate::core::config::RetryPolicy;
use crate::core::dice::Dice;
use crate::core::time::Millis;

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
}
