//! Whether there is a network: proven by answers. What the browser says of it is a hint that web views get wrong in both directions.

use super::state::{Engine, Role, limit};
use crate::core::action::Command;
use crate::core::freshness;
use crate::core::incident;
use crate::core::retry;
use crate::core::time::Millis;

/// Before the server is asked whether it is there again; doubled each time, up to [`LONGEST`].
const FIRST_WAIT: Millis = Millis(2_000);
const LONGEST: Millis = Millis(60_000);

impl Engine {
    /// What the browser says. Its "offline" is checked before anybody is told; its "online" is worth a try.
    pub(super) fn connection(&mut self, online: bool) {
        self.network.said_away = !online;
        if !online {
            return self.ask_network();
        }
        self.network_back();
        self.tell_retry(retry::Event::RetryUnanswered);
    }

    pub(super) fn ask_network(&mut self) {
        self.network.due = Millis::NEVER;
        if !std::mem::replace(&mut self.network.asking, true) {
            self.ask(limit::NETWORK, Role::Network, Command::AskNetwork);
        }
    }

    pub(super) fn network_told(&mut self, answered: bool) {
        self.network.asking = false;
        self.network.rounds += 1;
        if answered {
            self.network_back();
            self.tell_retry(retry::Event::RetryUnanswered);
        } else if self.network.said_away && !self.network.away {
            self.network.away = true;
            self.tell_retry(retry::Event::Network { away: true });
            self.tell_incident(incident::Event::NetworkLost);
        }
        self.wait_for_network();
        self.tell_expiry(freshness::expiry::Event::ServerAsked { answered });
    }

    /// An answer to anything came, so there is a network whatever the browser says.
    pub(super) fn answered_at_all(&mut self) {
        self.network.rounds = 0;
        self.network_back();
    }

    fn network_back(&mut self) {
        if std::mem::take(&mut self.network.away) {
            self.tell_retry(retry::Event::Network { away: false });
            self.tell_incident(incident::Event::NetworkBack);
        }
    }

    /// Asks again after a while, as long as somebody waits for it and the page is seen.
    pub(super) fn wait_for_network(&mut self) {
        let waits = self.network.away || self.retry.awaits_network();
        if waits && self.visible && !self.network.asking {
            let ceiling = (FIRST_WAIT.0 << self.network.rounds.min(8)).min(LONGEST.0);
            let wait = Millis(ceiling / 2 + self.dice.up_to(ceiling / 2));
            self.network.due = self.network.due.min(self.now + wait);
        }
    }

    pub(super) fn network_due(&mut self) {
        if self.network.due <= self.now {
            self.ask_network();
        }
    }
}
