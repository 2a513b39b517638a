//! Whether an entry is what the page declared of it.

use super::facts::{Fault, StorageEntry};
use crate::core::config::{JsonKind, Shape};

/// What breaks its declaration; of several faults the plainest.
pub fn fault(shape: &Shape, entry: &StorageEntry) -> Option<Fault> {
    if shape.max_length > 0 && entry.bytes > shape.max_length {
        return Some(Fault::Length);
    }
    if !entry.parses {
        return Some(Fault::NotJson);
    }
    // What was too long to be looked at is given the benefit of the doubt.
    let kind = entry.kind?;
    if !is(shape.kind, Some(kind)) {
        return Some(Fault::Kind);
    }
    let mut members = shape.members.iter().zip(&entry.members);
    if members.any(|(declared, found)| !is(declared.kind, *found)) {
        return Some(Fault::Member);
    }
    (!shape.versions.is_empty() && !entry.version_known).then_some(Fault::Version)
}

fn is(declared: JsonKind, found: Option<JsonKind>) -> bool {
    found.is_some_and(|found| declared == JsonKind::Value || declared == found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        Shape {
            key: "cart".into(),
            kind: JsonKind::Object,
            members: vec![
                Shape { key: "items".into(), kind: JsonKind::Array, ..Shape::default() },
                Shape { key: "note".into(), ..Shape::default() },
            ],
            version: "v".into(),
            versions: vec!["3".into()],
            max_length: 100,
        }
    }

    /// As it should be.
    fn cart() -> StorageEntry {
        StorageEntry {
            bytes: 100,
            parses: true,
            kind: Some(JsonKind::Object),
            members: vec![Some(JsonKind::Array), Some(JsonKind::Value)],
            version_known: true,
            ..StorageEntry::default()
        }
    }

    #[test]
    fn each_part_of_a_declaration_can_be_broken() {
        let (array, null) = (Some(JsonKind::Array), Some(JsonKind::Value));
        for (entry, wanted) in [
            (cart(), None),
            (StorageEntry { bytes: 101, ..cart() }, Some(Fault::Length)),
            (StorageEntry { parses: false, kind: None, ..cart() }, Some(Fault::NotJson)),
            (StorageEntry { kind: array, ..cart() }, Some(Fault::Kind)),
            (StorageEntry { kind: null, ..cart() }, Some(Fault::Kind)),
            (StorageEntry { members: vec![None, null], ..cart() }, Some(Fault::Member)),
            (StorageEntry { members: vec![null, null], ..cart() }, Some(Fault::Member)),
            (StorageEntry { members: vec![array, None], ..cart() }, Some(Fault::Member)),
            (StorageEntry { version_known: false, ..cart() }, Some(Fault::Version)),
            (StorageEntry { kind: None, members: Vec::new(), version_known: false, ..cart() }, None),
        ] {
            assert_eq!(fault(&shape(), &entry), wanted, "{entry:?}");
        }
    }

    #[test]
    fn what_is_not_declared_is_not_looked_at() {
        let shape = Shape { key: "cart".into(), ..Shape::default() };
        let entry =
            StorageEntry { bytes: 1 << 20, parses: true, kind: Some(JsonKind::Value), ..StorageEntry::default() };
        assert_eq!(fault(&shape, &entry), None);
        assert_eq!(fault(&shape, &StorageEntry { parses: false, ..entry }), Some(Fault::NotJson));
    }
}
