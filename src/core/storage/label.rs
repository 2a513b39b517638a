//! What is written beside the copy of an entry, so that a whole copy is told from half of one, and an old one from a new one.

use super::facts::checksum;

/// A copy that nobody has asked for in a week is dropped.
const KEPT: u64 = 7 * 24 * 60 * 60 * 1000;

/// As text: until when the copy is kept, its checksum, and the key of the entry, parted by blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Epoch milliseconds.
    pub until: u64,
    sum: u32,
    pub key: String,
}

impl Label {
    /// Of a copy that is made now.
    pub fn new(key: &str, value: &str, epoch: u64) -> Label {
        Label { until: epoch + KEPT, sum: checksum(value), key: key.into() }
    }

    pub fn read(text: &str) -> Option<Label> {
        let mut words = text.splitn(3, ' ');
        let until = words.next()?.parse().ok()?;
        let sum = u32::from_str_radix(words.next()?, 16).ok()?;
        Some(Label { until, sum, key: words.next().unwrap_or_default().into() })
    }

    pub fn write(&self) -> String {
        format!("{} {:08x} {}", self.until, self.sum, self.key)
    }

    /// Whether this is the whole copy, and not too old. A label of a clock that was far ahead is none.
    pub fn fits(&self, value: &str, epoch: u64) -> bool {
        (epoch..=epoch + KEPT).contains(&self.until) && self.sum == checksum(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_known_by_its_label_until_it_is_too_old() {
        let label = Label::new("a key of two", "{\"items\":[1,2", 1_000);
        assert_eq!(Label::read(&label.write()), Some(label.clone()));
        assert!(label.fits("{\"items\":[1,2", 1_000) && label.fits("{\"items\":[1,2", label.until));
        assert!(!label.fits("{\"items\":[1,", 1_000), "half of one");
        assert!(!label.fits("{\"items\":[1,2", label.until + 1), "too old");
        assert!(!label.fits("{\"items\":[1,2", 0), "of a time to come");
        assert_eq!(Label::read(&Label::new("", "x", 5).write()).map(|label| label.key), Some(String::new()));
        for bad in ["", "x", "5", "5 zz a", "-5 00000000 a"] {
            assert_eq!(Label::read(bad), None, "{bad}");
        }
    }
}
