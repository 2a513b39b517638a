//! Last known values of the page's data: which of them may stand in for an answer that did not come, and how old they are. `V` is a value as the
//! caller has it; nothing of it is looked at here.

use crate::core::json;
use crate::core::time::Millis;
use serde::{Deserialize, Serialize};

/// Names that values are known of; the one that was put first goes first.
const MOST: usize = 32;
/// Of those that are kept on the device.
pub const MOST_KEPT: usize = 16;
/// Of one kept record, in UTF-16 units as storage counts them.
const MOST_TEXT: usize = 65_536;
/// Of the keys of local storage.
pub const PREFIX: &str = "pagemend:data:";

/// What the page allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A value this old stands in for nothing any more.
    pub max_age: Millis,
    /// A value younger than this is not loaded again.
    pub ttl: Millis,
    /// So long is waited before what is known stands in.
    pub patience: Millis,
}

impl Default for Limits {
    /// A skeleton is overdue after the same time. What is a day old is nobody's credit line any more.
    fn default() -> Limits {
        Limits { max_age: Millis(86_400_000), ttl: Millis(0), patience: Millis(8_000) }
    }
}

#[derive(Debug)]
struct Known<V> {
    name: String,
    value: V,
    /// In time that has passed in this page.
    put: Millis,
    /// How old it was then.
    age: Millis,
}

#[derive(Debug)]
pub struct Data<V>(Vec<Known<V>>);

impl<V> Default for Data<V> {
    fn default() -> Data<V> {
        Data(Vec::new())
    }
}

impl<V: Clone> Data<V> {
    /// The last known value, and how old it is.
    pub fn known(&self, passed: Millis, name: &str) -> Option<(V, Millis)> {
        let known = self.0.iter().find(|known| known.name == name)?;
        Some((known.value.clone(), passed - known.put + known.age))
    }

    pub fn put(&mut self, passed: Millis, name: &str, value: V, age: Millis) {
        self.0.retain(|known| known.name != name);
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(Known { name: name.into(), value, put: passed, age });
    }
}

/// As it stands in local storage. The next page may be of another build, which may have another idea of the value.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    build: String,
    /// Epoch milliseconds.
    pub at: u64,
    /// The value as JSON.
    pub value: String,
}

impl Kept {
    pub fn read(text: &str) -> Option<Kept> {
        json::read(text)
    }

    /// `None`: it is too long to be kept.
    pub fn write(build: &str, at: u64, value: String) -> Option<String> {
        let text = json::write(&Kept { build: build.into(), at, value });
        (text.encode_utf16().count() <= MOST_TEXT).then_some(text)
    }

    /// How old it is for a page of this build; `None`: it says nothing to that. What is of a time to come was kept under another clock.
    pub fn age(&self, build: &str, epoch: u64) -> Option<Millis> {
        epoch.checked_sub(self.at).filter(|_| self.build == build).map(Millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_760_000_000_000;

    #[test]
    fn the_last_value_of_a_name_is_known_with_its_age() {
        let mut data = Data::default();
        assert_eq!(data.known(Millis(0), "plan"), None::<(&str, Millis)>);
        data.put(Millis(100), "plan", "A", Millis(0));
        data.put(Millis(200), "home", "B", Millis(5_000));
        assert_eq!(data.known(Millis(1_100), "plan"), Some(("A", Millis(1_000))));
        assert_eq!(data.known(Millis(1_200), "home"), Some(("B", Millis(6_000))), "kept by an earlier page");
        data.put(Millis(2_000), "plan", "C", Millis(0));
        assert_eq!(data.known(Millis(2_000), "plan"), Some(("C", Millis(0))));
    }

    #[test]
    fn what_is_known_is_bounded() {
        let mut data = Data::default();
        for n in 0..100 {
            data.put(Millis(n), &n.to_string(), n, Millis(0));
        }
        assert_eq!(data.0.len(), MOST);
        assert!(data.known(Millis(100), "99").is_some() && data.known(Millis(100), "0").is_none());
    }

    #[test]
    fn what_is_kept_is_for_the_same_build_and_of_the_past() {
        let text = Kept::write("1.0", NOON, "{\"available\":\"2 000\"}".into()).expect("it is short");
        let kept = Kept::read(&text).expect("it was written here");
        assert_eq!(kept.value, "{\"available\":\"2 000\"}");
        assert_eq!(kept.age("1.0", NOON + 60_000), Some(Millis(60_000)));
        assert_eq!(kept.age("1.1", NOON + 60_000), None);
        assert_eq!(kept.age("1.0", NOON - 1), None);
        for text in ["", "null", "{}", "not json", "{\"build\":\"1.0\",\"at\":-1,\"value\":\"\"}"] {
            assert!(Kept::read(text).is_none(), "{text}");
        }
        assert_eq!(Kept::write("1.0", NOON, "x".repeat(MOST_TEXT)), None);
    }
}
