//! Parts of the page that failed (pictures, backgrounds, fonts, films), and having them from elsewhere: one try for all who use an address.

use super::part::Part;
use super::shared::{PATIENCE, Shared};
use super::signal::Signal;
use crate::core::address::{after_origin, origin_of};
use crate::core::config::Config;
use crate::core::event::worth_retrying;
use crate::core::time::Millis;

/// Addresses known at a time; further ones are left to the page.
const MOST: usize = 64;
/// So many are asked for at a time: the first answers tell whether the others are worth asking.
const SIDE_BY_SIDE: usize = 4;

/// What came of having a part from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mended {
    Came,
    /// Nobody uses it any more, and it was not asked for.
    Unused,
    Failed,
}

#[derive(Debug)]
pub struct Parts {
    all: Vec<Part>,
    /// What serves the page's own files.
    own: Vec<String>,
    fallbacks: Vec<String>,
}

impl Parts {
    pub fn new(config: &Config) -> Parts {
        let own = config.own_origins().cloned().collect();
        Parts { all: Vec::new(), own, fallbacks: config.fallbacks.clone() }
    }

    pub fn failed<A>(&mut self, shared: &mut Shared<A>, now: Millis, url: &str, status: u16, frame: bool, seen: bool) {
        // A document that is not there, or not for this user, is the server's decision.
        if frame && !worth_retrying(status) {
            return;
        }
        // Only what the page's own origins and the fallbacks serve is asked for again.
        let origin = origin_of(url);
        if origin.is_empty() || !self.own.iter().any(|own| own == origin) {
            return lost(shared, url);
        }
        if let Some(part) = self.all.iter_mut().find(|part| part.url == url) {
            part.seen |= seen;
            // Newly put in: it is there, or not, where it was before.
            if part.healed {
                (part.healed, part.told) = (false, false);
                part.due = now;
                self.due(shared, now);
            } else if part.told {
                lost(shared, url);
            }
            return;
        }
        let path = after_origin(url);
        if self.fallbacks.iter().any(|fallback| fallback == origin)
            && self.all.iter().any(|part| after_origin(&part.url) == path)
        {
            // The browser tells of the guard's own tries, too.
            return lost(shared, url);
        }
        // A picture that is not there says nothing about its origin, which serves the page's calls as well.
        if worth_retrying(status) {
            shared.failed(now, url);
        }
        if self.all.len() >= MOST {
            let Some(over) = self.all.iter().position(|part| part.due == Millis::NEVER && part.asked.is_none()) else {
                shared.tell(Signal::Dropped);
                return lost(shared, url);
            };
            self.all.remove(over);
        }
        self.all.push(Part {
            url: url.into(),
            frame,
            seen,
            tries: 0,
            due: now,
            asked: None,
            healed: false,
            told: shared.away,
        });
        if shared.away {
            // The page need not wait for the network.
            lost(shared, url);
        }
        self.due(shared, now);
    }

    /// Nobody waits for the guard any more.
    pub fn give_all_back<A>(&mut self, shared: &mut Shared<A>) {
        for part in std::mem::take(&mut self.all) {
            if !part.told && !part.healed {
                lost(shared, &part.url);
            }
        }
    }

    /// When a part is to be asked for; not while others have to be waited for.
    pub fn next(&self, away: bool) -> Millis {
        let mut next = Millis::NEVER;
        let mut asked = 0;
        for part in &self.all {
            next = next.min(part.due);
            asked += usize::from(part.asked.is_some());
        }
        if !away && asked < SIDE_BY_SIDE { next } else { Millis::NEVER }
    }

    pub fn due<A>(&mut self, shared: &mut Shared<A>, now: Millis) {
        while self.next(shared.away) <= now {
            let due = |part: &Part| part.due <= now;
            let first = self.all.iter().position(|part| due(part) && part.seen);
            let Some(at) = first.or_else(|| self.all.iter().position(due)) else { return };
            self.try_next(shared, now, at);
        }
    }

    /// Asks for it where it may be, or says that it is lost.
    fn try_next<A>(&mut self, shared: &mut Shared<A>, now: Millis, at: usize) {
        let to = self.place(shared, now, at);
        let part = &mut self.all[at];
        let (url, tries) = (part.url.clone(), part.tries);
        part.due = Millis::NEVER;
        if tries + 1 < shared.policy.limit && shared.budget.take(now) {
            let Some(until) = shared.origins.rests(now, &to, PATIENCE) else {
                part.asked = Some(to.clone());
                shared.sum.asked += 1;
                shared.tell(Signal::Retrying { url: to.clone(), attempt: tries + 1, wait: Millis(0) });
                shared.tell(Signal::Mend { url, to, within: PATIENCE });
                return;
            };
            shared.budget.give_back();
            // It is asked for when the origin is: the page need not wait for that. A person may have filled in the frame by then.
            part.due = if part.frame { Millis::NEVER } else { until };
        }
        let told = std::mem::replace(&mut part.told, true);
        if tries > 0 && part.due == Millis::NEVER {
            shared.retried(&url, tries, false);
        }
        if !told {
            lost(shared, &url);
        }
    }

    /// Each fallback in its turn but those that are known to be dead, and in the end where it came from.
    fn place<A>(&self, shared: &mut Shared<A>, now: Millis, at: usize) -> String {
        let Part { url, tries, frame, .. } = &self.all[at];
        let own = origin_of(url);
        let others = self.fallbacks.iter();
        let mut others = others.filter(|o| !frame && *o != own && !shared.origins.is_resting(now, o));
        match others.nth(*tries as usize) {
            Some(origin) => format!("{origin}{}", after_origin(url)),
            None => url.clone(),
        }
    }

    pub fn mended<A>(&mut self, shared: &mut Shared<A>, now: Millis, url: &str, mended: Mended) {
        let Some(at) = self.all.iter().position(|part| part.url == url) else { return };
        let part = &mut self.all[at];
        let Some(to) = part.asked.take() else { return };
        part.healed = mended == Mended::Came;
        match mended {
            Mended::Came => {
                shared.origins.answered(&to);
                shared.retried(url, part.tries + 1, true);
                // What came, or was not asked for, adds nothing to the load of a server in trouble.
                shared.budget.give_back();
            }
            Mended::Unused => {
                shared.budget.give_back();
                shared.sum.asked = shared.sum.asked.saturating_sub(1);
                self.all.remove(at);
            }
            Mended::Failed => {
                part.tries += 1;
                let wait = shared.wait(part.tries, None);
                part.due = now + wait.unwrap_or_default();
                if to != url {
                    shared.failed(now, &to);
                }
            }
        }
        self.due(shared, now);
    }
}

/// Those that the failure was kept from hear of it.
fn lost<A>(shared: &mut Shared<A>, url: &str) {
    shared.tell(Signal::Lost { url: url.into() });
}
