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

/// What an entry was while the page was fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub form: Form,
    /// Of the build that was fine with it, and of the entry's own version; by [`Seen::under`].
    pub under: u32,
}

impl Seen {
    /// `version`: the number that a library keeps beside the state of a page.
    pub fn under(build: &str, version: Option<f64>) -> u32 {
        fnv1a(build.bytes().chain(version.unwrap_or_default().to_be_bytes()))
    }
}

/// What this device knows of the entries of a page that was fine: of each a hash of its name, its form, and under what it was seen. Values are not in it.
/// As text: eight hexadecimal digits, a letter and eight digits for each, parted by blanks; without the last eight, as an earlier guard wrote it, nothing
/// is known of the build.
#[derive(Debug, Default)]
pub struct Record(Vec<(u32, Seen)>);

impl Record {
    /// Entries known at a time; 3,600 bytes in storage.
    pub const MOST: u32 = 200;

    /// What cannot be read is not known.
    pub fn read(text: &str) -> Record {
        let number = |digits: &str| u32::from_str_radix(digits, 16).ok();
        let entry = |word: &str| {
            let (hash, rest) = word.split_at_checked(8)?;
            let (letter, under) = rest.split_at_checked(1)?;
            let under = if under.is_empty() { 0 } else { number(under)? };
            Some((number(hash)?, Seen { form: Form::of_letter(letter)?, under }))
        };
        Record(text.split(' ').take(Record::MOST as usize).filter_map(entry).collect())
    }

    pub fn of(&self, store: Store, key: &str) -> Option<Seen> {
        let hash = hash(store, key);
        self.0.iter().find(|(known, _)| *known == hash).map(|(_, seen)| *seen)
    }

    /// What is seen now goes before what was known; the oldest is forgotten.
    #[must_use]
    pub fn renewed(self, seen: &[(Store, String, Seen)]) -> Record {
        let now: Vec<_> = seen.iter().map(|(store, key, seen)| (hash(*store, key), *seen)).collect();
        let before = self.0.into_iter().filter(|(known, _)| !now.iter().any(|(hash, _)| hash == known));
        Record(now.iter().copied().chain(before).take(Record::MOST as usize).collect())
    }

    pub fn write(&self) -> String {
        let word = |(hash, seen): &(u32, Seen)| format!("{hash:08x}{}{:08x}", seen.form.letter(), seen.under);
        let words: Vec<_> = self.0.iter().map(word).collect();
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
        let seen = |n: usize, form| (Store::Local, format!("key {n}"), Seen { form, under: 7 });
        let many: Vec<_> = (0..300).map(|n| seen(n, Form::Json)).collect();
        let record = Record::default().renewed(&many);
        assert!(record.write().len() <= Record::MOST as usize * 18);

        let record = Record::read(&record.write()).renewed(&[seen(0, Form::Text), seen(999, Form::Empty)]);
        let of = |n: usize| record.of(Store::Local, &format!("key {n}")).map(|seen| (seen.form, seen.under));
        let known = |form| Some((form, 7));
        assert_eq!((of(0), of(999), of(1), of(299)), (known(Form::Text), known(Form::Empty), known(Form::Json), None));
        assert_eq!(record.of(Store::Session, "key 0"), None);
        for bad in ["", "zzzzzzzzj", "0123456j", "01234567", "01234567x", "é234567j", "01234567jj", "01234567é"] {
            assert!(Record::read(bad).0.is_empty(), "{bad}");
        }
    }

    #[test]
    fn what_was_seen_under_another_build_or_in_another_version_is_told_from_the_same() {
        let one = Seen::under("1.4.0", Some(2.0));
        assert_eq!(one, Seen::under("1.4.0", Some(2.0)));
        for other in [Seen::under("1.4.1", Some(2.0)), Seen::under("1.4.0", Some(3.0)), Seen::under("1.4.0", None)] {
            assert_ne!(one, other);
        }
        let earlier = Record::read(&format!("{:08x}j", hash(Store::Local, "cart"))).of(Store::Local, "cart");
        assert_eq!(earlier, Some(Seen { form: Form::Json, under: 0 }), "written by an earlier guard");
    }
}
