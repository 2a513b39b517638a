//! Which stored entries are damaged, and how each is repaired: a copy first, then only that entry.

use super::event::{PoisonedEntry, RepairDone, StorageEntry};

/// The guard's own keys; never scanned, never repaired.
pub const PREFIX: &str = "pagemend:";
/// Prefix of the copy that is set aside before an entry is removed.
pub const QUARANTINE: &str = "pagemend:quarantine:";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    pub damaged_keys: Vec<String>,
    pub poisoned_urls: Vec<String>,
    pub done: RepairDone,
}

/// Keys of entries that cannot be what they were written as. An entry is judged by its declared format, or, when nothing
/// is declared, by its look: a value that begins as JSON and does not parse was cut off or overwritten.
pub fn damaged(entries: &[StorageEntry], declared_json: &[String]) -> Vec<String> {
    let mut keys = Vec::new();
    for e in entries {
        if !e.parses && !e.key.starts_with(PREFIX) && (e.looks_json || declared_json.contains(&e.key)) {
            keys.push(e.key.clone());
        }
    }
    keys
}

pub fn report(damaged_keys: Vec<String>, entries: Vec<PoisonedEntry>, done: RepairDone) -> RepairReport {
    let mut poisoned_urls = Vec::new();
    for e in entries {
        poisoned_urls.push(e.url);
    }
    RepairReport { damaged_keys, poisoned_urls, done }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_entries_that_cannot_be_read_are_damaged() {
        let entry = |key: &str, looks_json, parses| StorageEntry { key: key.into(), bytes: 9, looks_json, parses };
        let entries = [
            entry("cache", true, false),
            entry("fine", true, true),
            entry("plain", false, false),
            entry("declared", false, false),
            entry("pagemend:queue", true, false),
        ];
        assert_eq!(damaged(&entries, &["declared".into(), "absent".into()]), ["cache", "declared"]);
    }
}
