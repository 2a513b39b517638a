//! JSON text of the core's own types. It is written by `serde_json` and read by `serde-json-core`, whose errors are plain codes: what `serde_json`'s
//! reader needs to say in words what is wrong would be a fifth of all that a page loads.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// `None` for what is not whole or not of this type. Types that are read from storage deny unknown fields: what is passed over would be walked
/// by recursion, however deep somebody has nested it.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    let mut unescaped = vec![0; text.len()];
    serde_json_core::from_str_escaped(text, &mut unescaped).ok().map(|(value, _)| value)
}
