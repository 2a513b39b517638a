//! JSON text of the core's own types.

use serde::Serialize;
use serde::de::DeserializeOwned;

pub fn write(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// `None` for what is not whole or not of this type.
pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}
