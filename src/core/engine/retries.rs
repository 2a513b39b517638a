//! What retries come to: the page's listeners hear of each, and the collector of their sum.

use super::state::Engine;
use crate::core::action::{Notice, RetryOutcome};
use crate::core::time::Millis;

impl Engine {
    /// One more try is to be made in `wait`.
    pub(super) fn retrying(&mut self, url: &str, attempt: u32, wait: Millis) {
        let url = self.telemetry.address(url);
        self.notify(Notice::Retry { url, attempt, wait, outcome: RetryOutcome::Waiting });
    }

    /// The end of the tries for one address; `attempt` is the last one.
    pub(super) fn retried(&mut self, url: &str, attempt: u32, recovered: bool) {
        let (sum, outcome) = if recovered {
            (&mut self.retries.recovered, RetryOutcome::Recovered)
        } else {
            (&mut self.retries.lost, RetryOutcome::Lost)
        };
        *sum += 1;
        let url = self.telemetry.address(url);
        self.notify(Notice::Retry { url, attempt, wait: Millis(0), outcome });
    }

    /// Origins that are left alone now are left alone by the next page, too.
    pub(super) fn remember_dead(&mut self) {
        let epoch = self.epoch();
        let dead = self.origins.dead(self.now, epoch);
        if let Some(memory) = self.memory.as_mut().filter(|memory| memory.dead != dead) {
            memory.dead = dead;
            // What goes on in the next page has been written already.
            if self.carried.is_none() {
                self.remember();
            }
        }
    }
}
