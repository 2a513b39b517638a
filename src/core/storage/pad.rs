//! One-time pads: random bytes that are drawn and encrypted while there is time, so that the last keys before a page is left are encrypted at once.
//! `WebCrypto` answers later, and Firefox and WebKit end a page that is left before it does.

use super::draft::MOST_BYTES;

/// In bytes: a form with little in it grows.
const LEAST_BYTES: usize = 1_024;

/// For one text, as the name says: a second one under the same bytes would tell what differs between them. It is no `Clone`, and covering takes it.
pub struct Pad {
    bytes: Vec<u8>,
    sealed: String,
}

impl Pad {
    /// `sealed`: the same bytes, encrypted. Only who can open them can uncover the text.
    pub fn new(bytes: Vec<u8>, sealed: String) -> Self {
        Self { bytes, sealed }
    }

    /// For a form that holds `text` bytes now: as much again may be typed before it is used.
    pub fn size_for(text: usize) -> usize {
        text.saturating_mul(2).clamp(LEAST_BYTES, MOST_BYTES)
    }

    /// Whether there is room for half as much again as a form holds now, in bytes. None is longer than a draft may be.
    pub fn suits(&self, text: usize) -> bool {
        let length = self.bytes.len();
        length >= MOST_BYTES || text.saturating_add(text / 2) <= length
    }

    /// The sealed bytes and the covered text. `None`: the text is longer than the pad.
    pub fn cover(self, text: &str) -> Option<(String, Vec<u8>)> {
        (text.len() <= self.bytes.len()).then(|| (self.sealed, mixed(&self.bytes, text.as_bytes())))
    }
}

/// The text that was covered with these bytes. `None`: it was covered with others, or is longer than they are.
pub fn uncovered(bytes: &[u8], covered: &[u8]) -> Option<String> {
    if covered.len() > bytes.len() {
        return None;
    }
    String::from_utf8(mixed(bytes, covered)).ok()
}

fn mixed(bytes: &[u8], text: &[u8]) -> Vec<u8> {
    bytes.iter().zip(text).map(|(pad, text)| pad ^ text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::dice::Dice;

    fn random(seed: u64, length: usize) -> Vec<u8> {
        let mut dice = Dice::new([seed, 5]);
        (0..length).map(|_| (dice.draw() & 0xff) as u8).collect()
    }

    #[test]
    fn what_is_covered_comes_back_under_its_own_bytes_alone() {
        let text = r#"[["sum","4200"],["why","new roof 屋顶"]]"#;
        let (sealed, covered) = Pad::new(random(1, 200), "sealed".into()).cover(text).unwrap();
        assert_eq!((sealed.as_str(), covered.len()), ("sealed", text.len()));
        assert!(!String::from_utf8_lossy(&covered).contains("4200"));
        assert_eq!(uncovered(&random(1, 200), &covered).as_deref(), Some(text));
        assert_ne!(uncovered(&random(2, 200), &covered).as_deref(), Some(text));
    }

    #[test]
    fn a_text_that_is_longer_than_its_pad_is_not_covered_in_part() {
        assert!(Pad::new(random(1, 4), String::new()).cover("5 was").is_none());
        assert!(Pad::new(random(1, 5), String::new()).cover("5 was").is_some());
        assert_eq!(uncovered(&[1, 2], &[1, 2, 3]), None);
    }

    #[test]
    fn a_pad_has_room_for_as_much_again_and_never_more_than_a_draft_may_hold() {
        assert_eq!(Pad::size_for(0), LEAST_BYTES);
        assert_eq!(Pad::size_for(3_000), 6_000);
        assert_eq!(Pad::size_for(usize::MAX), MOST_BYTES);
        let suits = |length, text| Pad::new(random(1, length), String::new()).suits(text);
        assert!(suits(LEAST_BYTES, 0) && suits(1_500, 1_000) && !suits(1_500, 1_001));
        assert!(suits(MOST_BYTES, MOST_BYTES) && !suits(MOST_BYTES - 1, MOST_BYTES));
    }
}
