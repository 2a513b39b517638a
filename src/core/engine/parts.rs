//! Parts of the page that failed (pictures, backgrounds, fonts, films), and having them from elsewhere: one try for all who use an address.

use super::part::Part;
use super::state::{Engine, Role, limit};
use crate::core::action::Command;
use crate::core::address::{after_origin, origin_of};
use crate::core::event::Answer;
use crate::core::retry;
use crate::core::time::Millis;

/// Addresses known at a time; further ones are left to the page.
const MOST: usize = 64;
/// So many are asked for at a time: the first answers tell whether the others are worth asking.
const SIDE_BY_SIDE: usize = 4;

impl Engine {
    pub(super) fn part_failed(&mut self, url: &str, status: u16, frame: bool, seen: bool) {
        // Only what the page's own origins and the fallbacks serve is asked for again.
        if !self.config.is_own(url) {
            return self.part_lost(url);
        }
        if let Some(part) = self.parts.iter_mut().find(|part| part.url == url) {
            part.seen |= seen;
            // Newly put in: it is there, or not, where it was before.
            if part.healed {
                (part.healed, part.told) = (false, false);
                part.due = self.now;
                self.parts_due();
            } else if part.told {
                self.part_lost(url);
            }
            return;
        }
        let path = after_origin(url);
        if self.config.fallbacks.iter().any(|f| f == origin_of(url))
            && self.parts.iter().any(|p| after_origin(&p.url) == path)
        {
            // The browser tells of the guard's own tries, too.
            return self.part_lost(url);
        }
        // A picture that is not there says nothing about its origin, which serves the page's calls as well.
        if retry::worth_retrying(status) {
            self.origins.failed(self.now, url, &mut self.dice);
        }
        if self.parts.len() >= MOST {
            let Some(over) = self.parts.iter().position(|p| p.due == Millis::NEVER && p.asked.is_none()) else {
                self.dropped += 1;
                return self.part_lost(url);
            };
            self.parts.remove(over);
        }
        self.parts.push(Box::new(Part {
            url: url.into(),
            frame,
            seen,
            tries: 0,
            due: self.now,
            asked: None,
            healed: false,
            told: self.network.away,
        }));
        if self.network.away {
            // The page need not wait for the network.
            self.part_lost(url);
        }
        self.parts_due();
    }

    /// Those that the failure was kept from hear of it.
    fn part_lost(&mut self, url: &str) {
        self.tell(Command::Mend { url: url.into(), to: String::new() });
    }

    /// Nobody waits for the guard any more.
    pub(super) fn parts_over(&mut self) {
        for part in std::mem::take(&mut self.parts) {
            if !part.told && !part.healed {
                self.part_lost(&part.url);
            }
        }
    }

    /// When a part is to be asked for; not while others have to be waited for.
    pub(super) fn next_part(&self) -> Millis {
        let mut next = Millis::NEVER;
        let mut asked = 0;
        for part in &self.parts {
            next = next.min(part.due);
            asked += usize::from(part.asked.is_some());
        }
        if !self.network.away && asked < SIDE_BY_SIDE { next } else { Millis::NEVER }
    }

    pub(super) fn parts_due(&mut self) {
        while self.next_part() <= self.now {
            let due = |part: &Part| part.due <= self.now;
            let first = self.parts.iter().position(|part| due(part) && part.seen);
            let Some(at) = first.or_else(|| self.parts.iter().position(|part| due(part))) else { return };
            let Part { url, tries, frame, .. } = *self.parts[at].clone();
            let own = origin_of(&url);
            let now = self.now;
            // Each fallback in its turn but those that are known to be dead, and in the end where it came from.
            let mut to = url.clone();
            let origins = &mut self.origins;
            let others = self.config.fallbacks.iter();
            let mut others = others.filter(|o| !frame && *o != own && !origins.is_resting(now, o));
            if let Some(origin) = others.nth(tries as usize) {
                to = format!("{origin}{}", after_origin(&url));
            }
            let may = tries + 1 < self.config.retry.limit && self.budget.take(now);
            let part = &mut self.parts[at];
            part.due = Millis::NEVER;
            if may {
                let Some(until) = self.origins.rests(now, &to, limit::PROBE) else {
                    self.parts[at].asked = Some(to.clone());
                    self.retries.asked += 1;
                    self.retrying(&to, tries + 1, Millis(0));
                    self.ask(limit::PROBE, Role::Mend(url.clone()), Command::Mend { url, to });
                    continue;
                };
                self.budget.give_back();
                // It is asked for when the origin is: the page need not wait for that. A person may have filled in the frame by then.
                part.due = if frame { Millis::NEVER } else { until };
            }
            let told = std::mem::replace(&mut part.told, true);
            if tries > 0 && part.due == Millis::NEVER {
                self.retried(&url, tries, false);
            }
            if !told {
                self.part_lost(&url);
            }
        }
    }

    pub(super) fn mended(&mut self, url: &str, answer: &Answer) {
        let Some(at) = self.parts.iter().position(|part| part.url == url) else { return };
        let part = &mut self.parts[at];
        let Some(to) = part.asked.take() else { return };
        part.healed = matches!(answer, Answer::Probed { ok: true });
        let (healed, attempt) = (part.healed, part.tries + 1);
        if healed {
            self.origins.answered(&to);
            self.retried(url, attempt, true);
        }
        let part = &mut self.parts[at];
        if part.healed || matches!(answer, Answer::Done) {
            // What came, or was not asked for, adds nothing to the load of a server in trouble.
            self.budget.give_back();
        } else {
            part.tries += 1;
            let wait = retry::wait(&self.config.retry, part.tries, None, &mut self.dice);
            part.due = self.now + wait.unwrap_or_default();
            if to != url {
                self.origins.failed(self.now, &to, &mut self.dice);
            }
        }
        if matches!(answer, Answer::Done) {
            self.retries.asked = self.retries.asked.saturating_sub(1);
            self.parts.remove(at);
        }
        self.parts_due();
    }
}
