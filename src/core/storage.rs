//! Which stored entries are damaged. An entry is guilty before it is touched: it is declared to be JSON and is not, it was JSON on this
//! device while the page was fine, or the page's own JSON error names it. All others are the page's own business.

use super::config::DeclaredKeys;
use super::event::{PoisonedEntry, RepairDone, StorageEntry};

/// The guard's own keys; never scanned, never repaired.
pub const PREFIX: &str = "pagemend:";
/// Prefix of the copy that is set aside before an entry is removed.
pub const QUARANTINE: &str = "pagemend:quarantine:";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Store {
    #[default]
    Local,
    Session,
}

impl Store {
    pub const ALL: [Store; 2] = [Store::Local, Store::Session];
}

/// Where an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    pub store: Store,
    pub key: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    pub damaged_keys: Vec<String>,
    pub poisoned_urls: Vec<String>,
    pub done: RepairDone,
}

/// The entries that are to be set aside. What the user typed (`drafts`) never is, unless it is declared to be JSON, too.
pub fn damaged(entries: &[StorageEntry], DeclaredKeys { drafts, json }: &DeclaredKeys) -> Vec<StoredKey> {
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
    let mut keys = Vec::new();
    for e in entries.iter().filter(|e| guilty.contains(e)) {
        keys.push(StoredKey { store: e.store, key: e.key.clone() });
    }
    keys
}

/// The page was fine with this very kind of value.
fn innocent(entry: &StorageEntry) -> bool {
    match entry.seen {
        Some(Form::Text) => true,
        Some(Form::Empty) => entry.bytes == 0,
        Some(Form::Json) | None => false,
    }
}

pub fn report(damaged_keys: Vec<StoredKey>, entries: Vec<PoisonedEntry>, done: RepairDone) -> RepairReport {
    let mut report = RepairReport { done, ..RepairReport::default() };
    for entry in damaged_keys {
        report.damaged_keys.push(entry.key);
    }
    for entry in entries {
        report.poisoned_urls.push(entry.url);
    }
    report
}

/// What a value was while the page was fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A JSON object or array. Numbers and words are none: what reads as such is most often a text.
    Json,
    /// Not JSON.
    Text,
    Empty,
}

impl Form {
    const ALL: [(Form, char); 3] = [(Form::Json, 'j'), (Form::Text, 't'), (Form::Empty, 'e')];
}

/// What this device knows of the entries of a page that was fine: of each a hash of its name, and its form. Values are not in it.
/// As text: eight hexadecimal digits and a letter for each, parted by blanks.
#[derive(Debug, Default)]
pub struct Record(Vec<(u32, Form)>);

impl Record {
    /// Entries known at a time; 2,000 bytes.
    pub const MOST: usize = 200;

    /// What cannot be read is not known.
    pub fn read(text: &str) -> Record {
        let mut known = Vec::new();
        for word in text.split(' ').take(Record::MOST) {
            let Some((hash, letter)) = word.split_at_checked(8) else { continue };
            let form = Form::ALL.iter().find(|(_, of)| letter.len() == 1 && letter.starts_with(*of));
            if let (Ok(hash), Some((form, _))) = (u32::from_str_radix(hash, 16), form) {
                known.push((hash, *form));
            }
        }
        Record(known)
    }

    pub fn of(&self, store: Store, key: &str) -> Option<Form> {
        let hash = hash(store, key);
        self.0.iter().find(|(known, _)| *known == hash).map(|(_, form)| *form)
    }

    /// What is seen now goes before what was known; the oldest is forgotten.
    pub fn renewed(self, seen: &[(Store, String, Form)]) -> Record {
        let mut now: Vec<(u32, Form)> = Vec::new();
        for (store, key, form) in seen {
            now.push((hash(*store, key), *form));
        }
        for (known, form) in self.0 {
            if !now.iter().any(|(hash, _)| *hash == known) {
                now.push((known, form));
            }
        }
        now.truncate(Record::MOST);
        Record(now)
    }

    pub fn write(&self) -> String {
        let mut text = String::new();
        for (hash, form) in &self.0 {
            if !text.is_empty() {
                text.push(' ');
            }
            for place in (0..8).rev() {
                text.extend(char::from_digit((hash >> (place * 4)) & 0xF, 16));
            }
            text.extend(Form::ALL.iter().filter(|(known, _)| known == form).map(|(_, letter)| *letter));
        }
        text
    }
}

/// FNV-1a of 32 bits.
fn hash(store: Store, key: &str) -> u32 {
    let store: &[u8] = if store == Store::Local { b"l" } else { b"s" };
    let mut hash = 0x811c_9dc5_u32;
    for byte in store.iter().chain(key.as_bytes()) {
        hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry that is not JSON, and of which nothing is known.
    fn entry(key: &str) -> StorageEntry {
        StorageEntry { key: key.into(), bytes: 9, ..StorageEntry::default() }
    }

    #[track_caller]
    fn check(entries: &[StorageEntry], guilty: &[&str]) {
        let json = ["declared", "absent", "json draft"].map(Into::into).into();
        let drafts = ["draft", "json draft"].map(Into::into).into();
        let found = damaged(entries, &DeclaredKeys { drafts, json });
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

    #[test]
    fn the_record_is_bounded_and_survives_the_round_trip() {
        let seen = |n: usize, form| (Store::Local, format!("key {n}"), form);
        let many: Vec<_> = (0..300).map(|n| seen(n, Form::Json)).collect();
        let record = Record::default().renewed(&many);
        assert!(record.write().len() <= Record::MOST * 10);

        let record = Record::read(&record.write()).renewed(&[seen(0, Form::Text), seen(999, Form::Empty)]);
        let of = |n: usize| record.of(Store::Local, &format!("key {n}"));
        assert_eq!((of(0), of(999), of(1), of(299)), (Some(Form::Text), Some(Form::Empty), Some(Form::Json), None));
        assert_eq!(record.of(Store::Session, "key 0"), None);
        for bad in ["", "zzzzzzzzj", "0123456j", "01234567", "01234567x", "é234567j", "01234567jj"] {
            assert!(Record::read(bad).0.is_empty(), "{bad}");
        }
    }
}
