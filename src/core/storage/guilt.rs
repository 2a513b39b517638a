//! Which stored entries are damaged. An entry is guilty before it is touched: it is declared to be JSON and is not, it was JSON on this
//! device while the page was fine, or the page's own JSON error names it. All others are the page's own business.

use super::facts::{Form, PREFIX, StorageEntry, StoredKey};
use crate::core::config::DeclaredKeys;

/// The entries that are to be set aside. What the user typed (`drafts`) never is, unless it is declared to be JSON, too.
pub fn damaged(entries: &[StorageEntry], DeclaredKeys { drafts, json, .. }: &DeclaredKeys) -> Vec<StoredKey> {
    let declared = |e: &StorageEntry| json.contains(&e.key);
    let suspects = || {
        entries.iter().filter(|e| !e.parses && !e.key.starts_with(PREFIX) && (declared(e) || !drafts.contains(&e.key)))
    };
    let mut guilty: Vec<&StorageEntry> = suspects().filter(|e| declared(e) || e.seen == Some(Form::Json)).collect();
    let errors = suspects().filter_map(|e| e.same_error).max().map_or(0, |last| last + 1);
    for error in 0..errors {
        let named: Vec<_> = suspects().filter(|e| e.same_error == Some(error) && !innocent(e)).collect();
        // What is guilty anyway explains the error; another value that reads like it is left alone.
        if named.iter().any(|e| guilty.contains(e)) {
            continue;
        }
        let slips = named.iter().filter(|e| e.slip).count();
        // Browsers word many errors without the value. When several values fit, only one that no program meant is the one.
        guilty.extend(named.iter().filter(|e| named.len() == 1 || (slips == 1 && e.slip)));
    }
    let found = entries.iter().filter(|e| guilty.contains(e));
    found.map(|e| StoredKey { store: e.store, key: e.key.clone() }).collect()
}

/// The page was fine with this very kind of value.
fn innocent(entry: &StorageEntry) -> bool {
    match entry.seen {
        Some(Form::Text) => true,
        Some(Form::Empty) => entry.bytes == 0,
        Some(Form::Json) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::facts::Store;
    use super::*;

    /// An entry that is not JSON, and of which nothing is known.
    fn entry(key: &str) -> StorageEntry {
        StorageEntry { key: key.into(), bytes: 9, ..StorageEntry::default() }
    }

    #[track_caller]
    fn check(entries: &[StorageEntry], guilty: &[&str]) {
        let json = ["declared", "absent", "json draft"].map(Into::into).into();
        let drafts = ["draft", "json draft"].map(Into::into).into();
        let found = damaged(entries, &DeclaredKeys { drafts, json, ..DeclaredKeys::default() });
        assert_eq!(found.iter().map(|e| e.key.as_str()).collect::<Vec<_>>(), guilty);
    }

    #[test]
    fn values_that_never_were_json_are_left_alone() {
        let mut entries: Vec<StorageEntry> = (0..200).map(|n| entry(&format!("text {n}"))).collect();
        check(&entries, &[]);
        // Nor when the page failed over JSON that none of them is.
        entries.push(StorageEntry { same_error: Some(0), ..entry("half") });
        check(&entries, &["half"]);
    }

    #[test]
    fn an_entry_is_guilty_when_it_is_declared_was_json_or_is_named_by_the_error() {
        check(
            &[
                entry("text"),
                entry("declared"),
                StorageEntry { parses: true, seen: Some(Form::Json), ..entry("fine") },
                StorageEntry { seen: Some(Form::Json), ..entry("was json") },
                StorageEntry { seen: Some(Form::Text), ..entry("was text") },
                StorageEntry { seen: Some(Form::Text), same_error: Some(1), ..entry("page was fine with it") },
                StorageEntry { seen: Some(Form::Empty), bytes: 0, same_error: Some(1), ..entry("was empty as now") },
                StorageEntry { seen: Some(Form::Empty), same_error: Some(1), store: Store::Session, ..entry("named") },
                StorageEntry { seen: Some(Form::Json), same_error: Some(1), ..entry("pagemend:queue") },
            ],
            &["declared", "was json", "named"],
        );
    }

    #[test]
    fn what_the_user_typed_is_set_aside_only_where_it_is_declared_to_be_json() {
        let damaged = |key| StorageEntry { seen: Some(Form::Json), same_error: Some(0), ..entry(key) };
        check(&[damaged("draft"), damaged("json draft")], &["json draft"]);
    }

    #[test]
    fn of_several_values_that_read_like_the_error_only_the_certain_one_is_set_aside() {
        let named = |key| StorageEntry { same_error: Some(0), ..entry(key) };
        let slip = |key| StorageEntry { slip: true, ..named(key) };
        check(&[named("one"), named("other")], &[]);
        check(&[named("locale"), slip("undefined")], &["undefined"]);
        check(&[slip("undefined"), slip("undefined too")], &[]);
        check(&[named("text"), StorageEntry { seen: Some(Form::Json), ..named("was json") }], &["was json"]);
        check(
            &[named("one"), StorageEntry { same_error: Some(1), ..named("of another error") }],
            &["one", "of another error"],
        );
    }
}
