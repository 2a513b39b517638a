//! Probes: whether resources that failed can be had again, asked for in rounds.

use super::shared::{PATIENCE, Shared};
use super::signal::{Signal, Ticket};
use crate::core::time::Millis;

/// Under way at a time; above it the oldest is told what is known so far.
const MAX_ROUNDS: usize = 8;

/// A resource that is probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub url: String,
    /// A script, else a style sheet.
    pub script: bool,
}

#[derive(Debug)]
struct Round<A> {
    ticket: Ticket,
    by: A,
    /// Answers that are still to come.
    outstanding: usize,
    alive: usize,
}

#[derive(Debug)]
pub struct Probes<A> {
    rounds: Vec<Round<A>>,
    next: u32,
}

impl<A> Probes<A> {
    pub fn new() -> Probes<A> {
        Probes { rounds: Vec::new(), next: 0 }
    }

    pub fn begin(&mut self, shared: &mut Shared<A>, now: Millis, by: A, resources: Vec<Resource>) {
        if self.rounds.len() >= MAX_ROUNDS {
            self.end(shared, 0);
        }
        let ticket = Ticket(self.next);
        self.next = self.next.wrapping_add(1);
        let mut outstanding = 0;
        for Resource { url, script } in resources {
            // Beyond the budget a resource counts as dead: the page must not add to a storm.
            if shared.budget.take(now) {
                outstanding += 1;
                shared.tell(Signal::Probe { ticket, url, script, within: PATIENCE });
            }
        }
        self.rounds.push(Round { ticket, by, outstanding, alive: 0 });
        if outstanding == 0 {
            self.end(shared, self.rounds.len() - 1);
        }
    }

    pub fn ended(&mut self, shared: &mut Shared<A>, ticket: Ticket, ok: bool) {
        let Some(at) = self.rounds.iter().position(|round| round.ticket == ticket) else { return };
        let round = &mut self.rounds[at];
        round.outstanding -= 1;
        round.alive += usize::from(ok);
        if round.outstanding == 0 {
            self.end(shared, at);
        }
    }

    pub fn end_all(&mut self, shared: &mut Shared<A>) {
        while !self.rounds.is_empty() {
            self.end(shared, 0);
        }
    }

    fn end(&mut self, shared: &mut Shared<A>, at: usize) {
        let Round { by, alive, .. } = self.rounds.remove(at);
        shared.tell(Signal::Probed { to: by, alive });
    }
}
