//! Which stored entries are damaged. An entry is guilty before it is touched: it is declared to be JSON, or JSON of a shape, and is not, it was JSON on this
//! device while the page was fine, or the page's own JSON error names it. All others are the page's own business. Of whole JSON some can be under
//! suspicion: it was written for another build. Nobody can know, so it is the user who is asked.

use super::facts::{DamagedEntry, Fault, Form, PREFIX, StorageEntry};
use super::shape;
use crate::core::config::{DeclaredKeys, JsonKind, Shape};

/// The entries that are to be set aside. What the user typed (`drafts`) never is, unless it is declared to be JSON, too.
pub fn damaged(entries: &[StorageEntry], keys: &DeclaredKeys) -> Vec<DamagedEntry> {
    let DeclaredKeys { drafts, json, .. } = keys;
    let declared = |e: &StorageEntry| json.contains(&e.key) || declared_shape(e, keys).is_some();
    let suspects = || entries.iter().filter(|e| !e.parses && !is_own(e) && (declared(e) || !drafts.contains(&e.key)));
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
    let mut found = Vec::new();
    for e in entries {
        let broken = declared_shape(e, keys).and_then(|shape| shape::fault(shape, e));
        if let Some(fault) = broken.or(guilty.contains(&e).then_some(Fault::NotJson)) {
            found.push(accused(e, fault));
        }
    }
    found
}

/// Whole objects and arrays that this build has not been fine with: seen fine under another one, or a library's, of a version that was never seen.
/// What the page has declared the shape of it vouches for, and what the user typed is nobody's to offer.
pub fn suspects(entries: &[StorageEntry], keys: &DeclaredKeys) -> Vec<DamagedEntry> {
    let suspect = |e: &&StorageEntry| {
        matches!(e.kind, Some(JsonKind::Object | JsonKind::Array))
            && !e.proven
            && (e.versioned || e.seen == Some(Form::Json))
            && !is_own(e)
            && !keys.drafts.contains(&e.key)
            && declared_shape(e, keys).is_none()
    };
    entries.iter().filter(suspect).map(|e| accused(e, Fault::Unproven)).collect()
}

fn accused(entry: &StorageEntry, fault: Fault) -> DamagedEntry {
    DamagedEntry { store: entry.store, key: entry.key.clone(), fault, sum: entry.sum }
}

fn is_own(entry: &StorageEntry) -> bool {
    entry.key.starts_with(PREFIX)
}

fn declared_shape<'a>(entry: &StorageEntry, keys: &'a DeclaredKeys) -> Option<&'a Shape> {
    let shape = keys.shapes.iter().find(|shape| shape.key == entry.key)?;
    (!is_own(entry) && !keys.drafts.contains(&entry.key)).then_some(shape)
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

    /// Whole JSON that the page was fine with under another build.
    fn old(key: &str) -> StorageEntry {
        let (kind, seen) = (Some(JsonKind::Object), Some(Form::Json));
        StorageEntry { parses: true, kind, seen, sum: 7, ..entry(key) }
    }

    fn shapes() -> DeclaredKeys {
        let shape = |key: &str| Shape { key: key.into(), kind: JsonKind::Object, ..Shape::default() };
        let shapes = ["cart", "draft", "pagemend:queue"].map(shape).into();
        DeclaredKeys { drafts: vec!["draft".into()], shapes, ..DeclaredKeys::default() }
    }

    #[test]
    fn what_breaks_its_declared_shape_is_guilty_unless_the_user_typed_it() {
        let array = |key| StorageEntry { kind: Some(JsonKind::Array), ..old(key) };
        let half = StorageEntry { parses: false, kind: None, seen: None, store: Store::Session, ..old("cart") };
        let entries = [array("cart"), half, old("cart"), array("draft"), array("pagemend:queue"), array("undeclared")];
        let found = |store, fault| DamagedEntry { store, key: "cart".into(), fault, sum: 7 };
        assert_eq!(
            damaged(&entries, &shapes()),
            [found(Store::Local, Fault::Kind), found(Store::Session, Fault::NotJson)]
        );
    }

    #[test]
    fn whole_json_is_under_suspicion_only_when_it_is_of_another_build_or_version() {
        let never_seen = |key| StorageEntry { seen: None, ..old(key) };
        let entries = [
            old("of another build"),
            StorageEntry { versioned: true, ..never_seen("a library's, never seen") },
            StorageEntry { versioned: true, proven: true, ..old("a library's, proven") },
            StorageEntry { proven: true, ..old("proven") },
            never_seen("never seen"),
            StorageEntry { kind: Some(JsonKind::Number), ..old("a number") },
            StorageEntry { parses: false, kind: None, ..old("damaged") },
            old("draft"),
            old("cart"),
            old("pagemend:queue"),
        ];
        let found = suspects(&entries, &shapes());
        assert_eq!(
            found.iter().map(|e| e.key.as_str()).collect::<Vec<_>>(),
            ["of another build", "a library's, never seen"]
        );
        assert!(found.iter().all(|e| (e.fault, e.sum) == (Fault::Unproven, 7)));
        assert_eq!(damaged(&entries, &DeclaredKeys::default()).len(), 1, "and none of them is known to be damaged");
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
