//! What was asked of the two origins, in order, bounded; the lab reads it to see who was asked how often and when.

use std::collections::VecDeque;

use serde::Serialize;

/// Enough for the longest scenario; more would only hide a storm that the count of dropped entries shows as well.
const LIMIT: usize = 2000;

/// Which of the two origins was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    Page,
    Backup,
}

/// One request. `/lab/*` and `/incidents*` are not logged: they belong to the observer.
#[derive(Clone, Debug, Serialize)]
pub struct RequestEntry {
    /// Milliseconds since the server started.
    pub ms: u64,
    pub origin: Origin,
    pub method: String,
    /// Path with query.
    pub path: String,
    /// The browser opened it, as opposed to what a page asks for; the header `Sec-Fetch-Mode` tells.
    pub opened: bool,
    /// `None` while unanswered, and for ever when the connection was cut.
    pub status: Option<u16>,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

#[derive(Default)]
pub(crate) struct RequestLog {
    entries: VecDeque<RequestEntry>,
    dropped: u64,
}

impl RequestLog {
    /// Returns the number to give to [`RequestLog::answered`].
    pub(crate) fn asked(&mut self, entry: RequestEntry) -> u64 {
        if self.entries.len() == LIMIT {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back(entry);
        self.dropped + self.entries.len() as u64 - 1
    }

    pub(crate) fn answered(&mut self, number: u64, status: u16) {
        let index = number.checked_sub(self.dropped).and_then(|index| usize::try_from(index).ok());
        if let Some(entry) = index.and_then(|index| self.entries.get_mut(index)) {
            entry.status = Some(status);
        }
    }

    /// Forgets the entries; numbers that were given out stay valid, for answers that are still to come.
    pub(crate) fn clear(&mut self) {
        self.dropped += self.entries.len() as u64;
        self.entries.clear();
    }

    pub(crate) fn entries(&self) -> Vec<RequestEntry> {
        self.entries.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(ms: u64) -> RequestEntry {
        RequestEntry {
            ms,
            origin: Origin::Page,
            method: "GET".into(),
            path: "/".into(),
            opened: true,
            status: None,
            idempotency_key: None,
        }
    }

    #[test]
    fn the_log_is_bounded_and_late_answers_find_their_entry() {
        let mut log = RequestLog::default();
        let numbers: Vec<_> = (0..LIMIT as u64 + 10).map(|ms| log.asked(entry(ms))).collect();
        log.answered(numbers[3], 500);
        log.answered(numbers[LIMIT], 204);
        let entries = log.entries();
        assert_eq!(entries.len(), LIMIT);
        let answered: Vec<_> = entries.iter().filter(|e| e.status.is_some()).collect();
        assert_eq!(answered.len(), 1, "an answer to a dropped entry must not land on another one");
        assert_eq!((answered[0].ms, answered[0].status), (LIMIT as u64, Some(204)));
    }

    #[test]
    fn an_answer_after_clear_does_not_land_on_a_new_entry() {
        let mut log = RequestLog::default();
        let old = log.asked(entry(1));
        log.clear();
        log.asked(entry(2));
        log.answered(old, 200);
        assert_eq!(log.entries()[0].status, None);
    }
}
