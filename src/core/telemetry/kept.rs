//! Queues in local storage: one entry a document, and whose it is now.
//!
//! An entry is JSON Lines: its [`Head`], then the lines of [`Queue::write`](super::queue::Queue::write). A document takes over what nobody alive
//! owns: it claims the entry by its own name in the first line, which is one write and needs no room, and removes it once it has the records in an
//! entry of its own.

use crate::core::event::KeptQueue;
use crate::core::json;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Of the entries' keys.
pub const PREFIX: &str = "pagemend:queue";

/// An owner that wrote so recently lives, whatever the locks say: the browser grants them a moment after they were asked for.
const FRESH_MS: u64 = 5_000;
/// Without Web Locks, who has not written for so long is dead. A document with something to send writes at each try, once a minute at the least.
const SILENT_MS: u64 = 300_000;
/// Entries taken over at a time; the next document takes the others.
const MOST_CLAIMS: usize = 16;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head<'a> {
    /// The id of a document: eight characters.
    owner: Cow<'a, str>,
    /// When it last wrote, in epoch milliseconds.
    wrote: u64,
}

/// Of an entry that is anybody's; as long as a claim, which therefore needs no room.
const FREE: Head = Head { owner: Cow::Borrowed("--------"), wrote: 1_000_000_000_000 };

pub fn key(document: &str) -> String {
    format!("{PREFIX}:{document}")
}

pub fn is_queue(key: &str) -> bool {
    key.strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

fn entry(head: &Head, records: &str) -> String {
    format!("{}\n{records}", json::write(head))
}

/// The entry of a document that lives.
pub fn owned(document: &str, now: u64, records: &str) -> String {
    entry(&Head { owner: document.into(), wrote: now }, records)
}

/// The entry of a document that leaves: anybody's.
pub fn free(records: &str) -> String {
    entry(&FREE, records)
}

/// What cannot be read is anybody's, too.
fn parts(text: &str) -> (Head<'static>, &str) {
    let (first, records) = text.split_once('\n').unwrap_or((text, ""));
    json::read(first).map_or((FREE, text), |head| (head, records))
}

pub fn records(text: &str) -> &str {
    parts(text).1
}

pub fn is_owned(text: &str, document: &str) -> bool {
    parts(text).0.owner == document
}

/// Whether a document that has not written for so long may have been taken for dead where there are no locks.
pub fn is_silent(since: u64, now: u64) -> bool {
    // A clock that was set back must not keep the dead alive.
    now.abs_diff(since) > SILENT_MS
}

/// What this document may take over, claimed: each is to be written under its key, and is this document's if that is what the entry holds
/// afterwards. `alive`: the documents that hold a lock, or `None` where there are no locks.
pub fn claims(entries: &[KeptQueue], document: &str, alive: Option<&[String]>, now: u64) -> Vec<KeptQueue> {
    let dead = |entry: &&KeptQueue| {
        let Head { owner, wrote } = parts(&entry.text).0;
        match alive {
            _ if owner == FREE.owner => true,
            _ if owner == document => false,
            Some(alive) => now.abs_diff(wrote) > FRESH_MS && !alive.iter().any(|document| *document == owner),
            None => is_silent(wrote, now),
        }
    };
    let claim =
        |entry: &KeptQueue| KeptQueue { key: entry.key.clone(), text: owned(document, now, records(&entry.text)) };
    entries.iter().filter(dead).take(MOST_CLAIMS).map(claim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_760_000_000_000;

    fn entry(id: &str, text: String) -> KeptQueue {
        KeptQueue { key: key(id), text }
    }

    fn claimed(text: String, alive: Option<&[String]>) -> bool {
        let found = claims(&[entry("a", text)], "me", alive, NOW);
        assert!(found.iter().all(|e| is_owned(&e.text, "me") && records(&e.text).ends_with("{1}\n")), "{found:?}");
        !found.is_empty()
    }

    #[test]
    fn what_nobody_alive_owns_is_claimed_and_nothing_else() {
        let (nobody, lives): (&[String], &[String]) = (&[], &["a".into()]);
        let cases = [
            (owned("a", NOW - 60_000, "{1}\n"), Some(lives), false),
            (owned("a", NOW - 60_000, "{1}\n"), Some(nobody), true),
            (owned("a", NOW - 1_000, "{1}\n"), Some(nobody), false),
            (owned("a", NOW + 86_400_000, "{1}\n"), Some(nobody), true),
            (owned("a", NOW - 60_000, "{1}\n"), None, false),
            (owned("a", NOW - 600_000, "{1}\n"), None, true),
            (owned("me", NOW - 600_000, "{1}\n"), None, false),
            (free("{1}\n"), Some(lives), true),
            (free("{1}\n"), None, true),
            ("{1}\n".into(), None, true),
            // As version 0.1 wrote it.
            ("@1760000000000 a\n{1}\n".into(), Some(lives), true),
            ("{\"owner\":\"a\"}\n{1}\n".into(), Some(lives), true),
            ("{\"owner\":7,\"wrote\":0}\n{1}\n".into(), Some(lives), true),
        ];
        for (text, alive, expected) in cases {
            assert_eq!(claimed(text.clone(), alive), expected, "{text} {alive:?}");
        }
    }

    #[test]
    fn the_owner_is_who_claimed_the_entry_not_whose_key_it_is() {
        let claim = owned("heir", NOW - 60_000, "{1}\n");
        assert!(!claimed(claim.clone(), Some(&["heir".into()])));
        assert!(claimed(claim, Some(&["a".into()])), "the heir died, too");
    }

    #[test]
    fn a_claim_needs_no_room() {
        let found = claims(&[entry("a", free("{1}\n"))], "0123abcd", None, NOW);
        assert_eq!(found[0].text.len(), free("{1}\n").len());
    }

    #[test]
    fn a_pile_of_entries_is_taken_over_in_pieces() {
        let entries: Vec<KeptQueue> = (0..100).map(|n| entry(&n.to_string(), free("{1}\n"))).collect();
        assert_eq!(claims(&entries, "me", None, NOW).len(), MOST_CLAIMS);
    }

    #[test]
    fn other_keys_are_no_queues() {
        assert!(is_queue(PREFIX) && is_queue(&key("a")));
        assert!(!is_queue("pagemend:queues") && !is_queue("pagemend:memory") && !is_queue("my:pagemend:queue"));
    }
}
