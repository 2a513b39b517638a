//! What the answers of the page's own calls say of its session: that it is over, or that there is one again.

use super::{Expiry, MOST, SESSION, Signal, Until};
use crate::core::time::Millis;
use std::mem::take;

/// Calls to different addresses that were answered 401, one after the other: one alone may be about that address, or a password that was wrong.
const UNAUTHORIZED: usize = 2;

impl<A> Expiry<A> {
    pub(super) fn authorized(&mut self, url: String) {
        if !self.over {
            self.unauthorized.clear();
        } else if self.unauthorized.contains(&url) {
            self.session_back();
        }
        note(&mut self.authorized, url);
    }

    pub(super) fn unauthorized(&mut self, now: Millis, url: String, surely: bool) {
        // Who is refused from the beginning has no session that could be over.
        if !surely && !self.authorized.contains(&url) && !self.terms.iter().any(|term| term.what == SESSION) {
            return;
        }
        note(&mut self.unauthorized, url.clone());
        if self.over || !(surely || self.unauthorized.len() >= UNAUTHORIZED) {
            return;
        }
        let passed = self.time.passed(now);
        match self.terms.iter().rposition(|term| term.what == SESSION) {
            // The server says so, whatever was declared.
            Some(at) if !self.terms[at].renewing => {
                let term = &mut self.terms[at];
                (term.until, term.last) = (Until::Passed(passed), false);
            }
            Some(_) => {}
            None => {
                self.over = true;
                self.tell(Signal::SessionEnded { url });
            }
        }
    }

    pub(super) fn session_back(&mut self) {
        self.unauthorized.clear();
        if take(&mut self.over) {
            self.tell(Signal::SessionBack);
        }
    }
}

/// Keeps an address once; the one that was kept first goes first.
fn note(known: &mut Vec<String>, url: String) {
    known.retain(|kept| *kept != url);
    if known.len() >= MOST {
        known.remove(0);
    }
    known.push(url);
}
