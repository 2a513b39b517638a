//! JSON text of the core's own types: written by `serde_json`, read by `serde-json-core`, which knows whole numbers only and has codes for errors. Nobody
//! reads the errors, and of fractions there are none; `serde_json`'s reader brings both along.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// `None` for what is not whole or not of this type. Types that are read from storage deny unknown fields: what is passed over would be walked
/// by recursion, however deep somebody has nested it; for the same reason no such type holds itself.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut unescaped = vec![0; text.len()];
    serde_json_core::from_str_escaped(text, &mut unescaped).ok().map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Note {
        text: String,
        parts: Vec<Part>,
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Part {
        text: String,
    }

    #[test]
    fn what_was_written_is_read() {
        let whole = Note { text: "a".into(), parts: vec![Part { text: "申请\n\"\u{1f600}\0".into() }] };
        assert_eq!(read(&write(&whole)), Some(whole));
    }

    #[test]
    fn what_no_program_of_ours_wrote_is_refused() {
        let deep = [r#"{"parts":["#.repeat(100_000), "[".repeat(100_000), format!("{{\"x\":{}", "[".repeat(100_000))];
        let others = [
            "",
            "null",
            "7",
            r#""text""#,
            r#"{"text":7}"#,
            r#"{"text":"a","more":1}"#,
            r#"{"text":"a"} {"text":"b"}"#,
            r#"{"text":"a""#,
            r#"{"text":"half a pair: \ud83d"}"#,
            r#"{"text":"the other half: \ude00"}"#,
            r#"{"text":"twice","text":"twice"}"#,
        ];
        for text in others.map(String::from).iter().chain(&deep) {
            assert_eq!(read::<Note>(text), None, "{}", &text[..text.len().min(50)]);
        }
    }
}
