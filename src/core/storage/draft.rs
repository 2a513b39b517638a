//! Drafts: what a store holds of one, which of several copies counts, and for how long. The shell writes each save to two stores, one after the
//! other, so that a page that is killed in the middle of a write leaves at least one whole copy: the one before, or this one.

use crate::core::json;
use serde::{Deserialize, Serialize};

/// Of the text of a draft, in bytes: a hundredth of what browsers give an origin, also once it is sealed and in two stores.
pub const MOST_BYTES: usize = 65_536;
/// Fields of a draft.
pub const MOST_FIELDS: usize = 128;
/// Drafts of one page at a time.
pub const MOST_DRAFTS: usize = 16;
/// How long a draft counts where the page does not say.
pub const KEPT_FOR_MS: u64 = 86_400_000;

/// One save, as it stands in a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    /// A later save has a higher one.
    pub seq: u64,
    /// Epoch milliseconds.
    pub at: u64,
    /// Of the page's form.
    pub version: String,
    /// Encrypted; else it holds nothing that is personal.
    pub sealed: bool,
    /// Empty: what was kept was cleared.
    pub body: String,
}

/// What a copy is worth now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Good,
    /// Of a form that has changed since: nobody knows which field it would belong into.
    OtherVersion,
    /// Cleared or too old: to be removed wherever it is.
    Over,
}

impl Copy {
    /// With its checksum before it, on a line of its own: JSON written by the core has no line breaks.
    pub fn write(&self) -> String {
        let text = json::write(self);
        format!("{}\n{text}", checksum(&text))
    }

    /// `None` for what is not whole, or is nobody's.
    fn read(text: &str) -> Option<Copy> {
        let (sum, text) = text.split_once('\n')?;
        if checksum(text).to_string() != sum {
            return None;
        }
        json::read(text)
    }

    /// What is whole of what the stores hold, the latest first.
    pub fn latest_first(held: impl IntoIterator<Item = String>) -> Vec<Copy> {
        let mut copies: Vec<Copy> = Vec::new();
        for copy in held.into_iter().filter_map(|text| Copy::read(&text)) {
            let later = copies.iter().take_while(|other| other.seq >= copy.seq).count();
            copies.insert(later, copy);
        }
        copies
    }

    pub fn standing(&self, now: u64, max_age: u64, version: &str) -> Standing {
        // What is of a time to come was kept under a clock that was wrong, or is kept under one now: not older than a
        // moment, for all that anybody knows.
        if self.body.is_empty() || now.saturating_sub(self.at) > max_age {
            Standing::Over
        } else if self.version == version {
            Standing::Good
        } else {
            Standing::OtherVersion
        }
    }

    /// Kept in the future: it would never grow old, and is to be kept anew under the clock as it is now.
    pub fn is_ahead(&self, now: u64) -> bool {
        self.at > now
    }
}

/// The number of the next save. Of the clock, so that the tabs of a site, which do not know of each other, number in the order in which they save;
/// and above all that is known, so that a clock that was put back changes nothing.
pub fn next_seq(known: u64, now: u64) -> u64 {
    known.saturating_add(1).max(now)
}

/// FNV-1a of 64 bits: it is to find what was cut off, not who would forge it.
fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::dice::Dice;

    fn copy(seq: u64, body: &str) -> Copy {
        Copy { seq, at: 1_000, version: "2".into(), sealed: true, body: body.into() }
    }

    #[test]
    fn what_is_cut_off_or_altered_is_recognised() {
        let text = copy(7, "Zm9vYmFy姓名").write();
        assert_eq!(Copy::latest_first([text.clone()]), [copy(7, "Zm9vYmFy姓名")]);
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert!(Copy::latest_first([text[..end].to_string()]).is_empty(), "cut at {end}");
        }
        let altered = [text.replace("Zm9v", "Zm9w"), text.replacen('1', "2", 1), text.clone() + " ", "\n".into()];
        assert!(Copy::latest_first(altered).is_empty());
    }

    #[test]
    fn the_latest_whole_copy_counts() {
        let torn = copy(9, "nine").write().split_off(3);
        let found = Copy::latest_first([copy(7, "seven").write(), torn, copy(8, "eight").write()]);
        assert_eq!(found.iter().map(|copy| copy.seq).collect::<Vec<_>>(), [8, 7]);
        assert!(Copy::latest_first([String::new()]).is_empty());
    }

    #[test]
    fn a_copy_is_good_for_its_form_and_its_time() {
        let kept = copy(7, "x");
        assert_eq!(kept.standing(1_000 + 50, 50, "2"), Standing::Good);
        assert_eq!(kept.standing(1_000 + 51, 50, "2"), Standing::Over);
        assert_eq!(kept.standing(1_000 + 51, 50, "3"), Standing::Over, "too old for any form");
        assert_eq!(kept.standing(1_000, 50, "3"), Standing::OtherVersion);
        assert_eq!(copy(7, "").standing(1_000, 50, "2"), Standing::Over);
        // A clock that was put back, or was a year ahead when it was kept.
        assert_eq!(kept.standing(0, 50, "2"), Standing::Good);
        assert!(kept.is_ahead(999) && !kept.is_ahead(1_000));
    }

    #[test]
    fn saves_are_numbered_upwards_whatever_the_clock_does() {
        assert_eq!(next_seq(0, 1_000), 1_000);
        assert_eq!(next_seq(1_000, 1_000), 1_001);
        assert_eq!(next_seq(5_000, 1_000), 5_001);
        assert_eq!(next_seq(u64::MAX, 0), u64::MAX);
    }

    /// A store whose writes may be cut off anywhere, or that is denied, or is emptied by somebody else.
    #[derive(Default)]
    struct Device {
        held: Option<String>,
        denied: bool,
    }

    impl Device {
        /// `cut`: how many bytes of it get there before the page is killed.
        fn write(&mut self, text: &str, cut: Option<usize>) -> bool {
            if self.denied {
                return false;
            }
            let end = cut.map_or(text.len(), |cut| cut % (text.len() + 1));
            let end = (0..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            self.held = Some(text[..end].to_string());
            true
        }
    }

    fn read(devices: &[Device; 2]) -> Option<Copy> {
        let held = devices.iter().filter(|device| !device.denied).filter_map(|device| device.held.clone());
        Copy::latest_first(held).into_iter().next()
    }

    /// What a new document does before it saves: a store that has not the latest copy gets it.
    fn even_out(devices: &mut [Device; 2], cut: Option<usize>) {
        if let Some(latest) = read(devices).map(|copy| copy.write()) {
            for device in devices.iter_mut().filter(|device| device.held.as_ref() != Some(&latest)) {
                device.write(&latest, cut);
            }
        }
    }

    /// Thousands of histories of saves, kills in the middle of them, clears, clocks that are put wrong, and stores that are lost one at a time.
    #[test]
    fn whatever_moment_a_page_is_killed_at_its_draft_is_the_old_or_the_new_one() {
        for seed in 0..3_000 {
            let mut dice = Dice::new([seed, 77]);
            let mut roll = |most: u64| dice.draw() % most;
            let mut devices: [Device; 2] = Default::default();
            let (mut known, mut clock, mut before) = (0, 1_000_000, None::<String>);
            for turn in 0..30 {
                let cut = Some(usize::try_from(roll(10_000)).unwrap());
                if roll(3) == 0 {
                    // A document that is killed before it has evened them out, and then one that is not.
                    even_out(&mut devices, cut);
                }
                even_out(&mut devices, None);
                assert_eq!(
                    read(&devices).map(|copy| copy.body),
                    before,
                    "seed {seed}, turn {turn}: it came back as it was"
                );
                known = read(&devices).map_or(known, |copy| copy.seq);
                clock = if roll(10) == 0 { roll(2_000_000) } else { clock + roll(60_000) };
                let seq = next_seq(known, clock);
                let body = if roll(8) == 0 { String::new() } else { format!("draft 第 {turn} of {seed}") };
                let text = Copy { at: clock, ..copy(seq, &body) }.write();
                // Killed before the first write, in it, before the second, in it, or not at all.
                let killed = roll(6);
                if killed > 0 {
                    devices[0].write(&text, cut.filter(|_| killed == 1));
                }
                if killed > 2 {
                    devices[1].write(&text, cut.filter(|_| killed == 3));
                }
                known = seq;
                let now = read(&devices).map(|copy| copy.body);
                let (old, new) = (now == before, now.as_deref() == Some(&body));
                assert!(old || new, "seed {seed}, turn {turn}: {now:?} is neither {before:?} nor {body:?}");
                assert!(new || killed < 2, "seed {seed}, turn {turn}: a save that one store had whole is lost");
                if killed > 3 && roll(4) == 0 {
                    // Somebody empties one of the stores: the other has it all.
                    devices[usize::from(roll(2) == 0)].held = None;
                    assert_eq!(read(&devices).map(|copy| copy.body), now, "seed {seed}, turn {turn}");
                }
                before = now;
            }
        }
    }

    #[test]
    fn one_store_that_is_denied_leaves_the_other() {
        for denied in 0..2 {
            let mut devices: [Device; 2] = Default::default();
            devices[denied].denied = true;
            for seq in 1..5 {
                let text = copy(seq, "text").write();
                let kept = devices.iter_mut().filter_map(|device| device.write(&text, None).then_some(())).count();
                assert_eq!((kept, read(&devices).map(|copy| copy.seq)), (1, Some(seq)));
            }
        }
    }
}
