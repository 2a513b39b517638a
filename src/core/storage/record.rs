//! What this device knows of the entries of a page that was fine.

use super::facts::{Form, Store};

impl Form {
    const ALL: [(Form, char); 3] = [(Form::Json, 'j'), (Form::Text, 't'), (Form::Empty, 'e')];
}

/// What this device knows of the entries of a page that was fine: of each a hash of its name, and its form. Values are not in it.
/// As text: eight hexadecimal digits and a letter for each, parted by blanks.
#[derive(Debug, Default)]
pub struct Record(Vec<(u32, Form)>);

impl Record {
    /// Entries known at a time; 2,000 bytes.
    pub const MOST: u32 = 200;

    /// What cannot be read is not known.
    pub fn read(text: &str) -> Record {
        let mut known = Vec::new();
        for word in text.split(' ').take(Record::MOST as usize) {
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
    #[must_use]
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
        now.truncate(Record::MOST as usize);
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
