//! What this device knows of the entries of a page that was fine.

use super::facts::{Form, Store};
use crate::core::number::fnv1a;

impl Form {
    fn letter(self) -> char {
        match self {
            Form::Json => 'j',
            Form::Text => 't',
            Form::Empty => 'e',
        }
    }

    fn of_letter(letter: &str) -> Option<Form> {
        match letter {
            "j" => Some(Form::Json),
            "t" => Some(Form::Text),
            "e" => Some(Form::Empty),
            _ => None,
        }
    }
}

/// What this device knows of the entries of a page that was fine: of each a hash of its name, and its form. Values are not in it.
/// As text: eight hexadecimal digits and a letter for each, parted by blanks.
#[derive(Debug, Default)]
pub struct Record(Vec<(u32, Form)>);

impl Record {
    /// Entries known at a time; 2,000 bytes in storage.
    pub const MOST: u32 = 200;

    /// What cannot be read is not known.
    pub fn read(text: &str) -> Record {
        let entry = |word: &str| {
            let (hash, letter) = word.split_at_checked(8)?;
            Some((u32::from_str_radix(hash, 16).ok()?, Form::of_letter(letter)?))
        };
        Record(text.split(' ').take(Record::MOST as usize).filter_map(entry).collect())
    }

    pub fn of(&self, store: Store, key: &str) -> Option<Form> {
        let hash = hash(store, key);
        self.0.iter().find(|(known, _)| *known == hash).map(|(_, form)| *form)
    }

    /// What is seen now goes before what was known; the oldest is forgotten.
    #[must_use]
    pub fn renewed(self, seen: &[(Store, String, Form)]) -> Record {
        let now: Vec<_> = seen.iter().map(|(store, key, form)| (hash(*store, key), *form)).collect();
        let before = self.0.into_iter().filter(|(known, _)| !now.iter().any(|(hash, _)| hash == known));
        Record(now.iter().copied().chain(before).take(Record::MOST as usize).collect())
    }

    pub fn write(&self) -> String {
        let words: Vec<_> = self.0.iter().map(|(hash, form)| format!("{hash:08x}{}", form.letter())).collect();
        words.join(" ")
    }
}

fn hash(store: Store, key: &str) -> u32 {
    let store = if store == Store::Local { "l" } else { "s" };
    fnv1a(store.bytes().chain(key.bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_bounded_and_survives_the_round_trip() {
        let seen = |n: usize, form| (Store::Local, format!("key {n}"), form);
        let many: Vec<_> = (0..300).map(|n| seen(n, Form::Json)).collect();
        let record = Record::default().renewed(&many);
        assert!(record.write().len() <= Record::MOST as usize * 10);

        let record = Record::read(&record.write()).renewed(&[seen(0, Form::Text), seen(999, Form::Empty)]);
        let of = |n: usize| record.of(Store::Local, &format!("key {n}"));
        assert_eq!((of(0), of(999), of(1), of(299)), (Some(Form::Text), Some(Form::Empty), Some(Form::Json), None));
        assert_eq!(record.of(Store::Session, "key 0"), None);
        for bad in ["", "zzzzzzzzj", "0123456j", "01234567", "01234567x", "é234567j", "01234567jj"] {
            assert!(Record::read(bad).0.is_empty(), "{bad}");
        }
    }
}
