//! What the tabs of a page tell each other, in local storage: one asks for the manifest, and the others hear what was answered.

use super::manifest::Manifest;
use crate::core::json;
use serde::{Deserialize, Serialize};

/// Applications of one origin; each has a manifest of its own.
const MOST: usize = 8;

/// What is known of one manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Known {
    /// Where the manifest is.
    pub url: String,
    /// When it was answered, in epoch milliseconds.
    pub at: u64,
    pub served: Manifest,
    /// The user wants to hear nothing of a build like this one…
    pub later: Manifest,
    /// …until then: epoch milliseconds.
    pub until: u64,
}

/// What is known of this manifest. Text that makes no sense says nothing: storage may be damaged.
pub fn read(text: &str, url: &str) -> Option<Known> {
    json::read::<Vec<Known>>(text)?.into_iter().find(|known| known.url == url)
}

/// The same text with this in the place of what was known of the same manifest.
pub fn written(text: &str, known: &Known) -> String {
    let mut all = json::read::<Vec<Known>>(text).unwrap_or_default();
    all.retain(|other| other.url != known.url);
    all.drain(..(all.len() + 1).saturating_sub(MOST));
    all.push(known.clone());
    json::write(&all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manifest_has_its_own_entry_and_the_oldest_goes_first() {
        let mut text = String::from("damaged");
        for n in 0..20_u64 {
            let known = Known { url: format!("/{n}/build.json"), at: n, ..Known::default() };
            text = written(&text, &known);
            assert_eq!(read(&text, &known.url), Some(known));
        }
        let renewed = Known { url: "/15/build.json".into(), until: 7, ..Known::default() };
        text = written(&text, &renewed);
        assert_eq!(read(&text, "/15/build.json"), Some(renewed));
        assert_eq!(read(&text, "/12/build.json").map(|known| known.at), Some(12));
        assert_eq!(read(&text, "/11/build.json"), None);
    }

    #[test]
    fn what_makes_no_sense_says_nothing() {
        for text in ["", "7", "[7]", r#"[{"url":"/b","at":-1}]"#, r#"[{"url":"/b","more":1}]"#, "[[[["] {
            assert_eq!(read(text, "/b"), None, "{text}");
        }
    }
}
