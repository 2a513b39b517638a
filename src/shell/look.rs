//! TRANSITION: goes with the last use. `str` and `core::address` have all of this.

pub use crate::core::address::{is_code, without_query as path};

pub fn holds(text: &str, part: &str) -> bool {
    text.contains(part)
}

/// The text before the first of these ASCII characters, or all of it.
pub fn before<'t>(text: &'t str, stops: &[u8]) -> &'t str {
    text.split(|c| stops.iter().any(|stop| char::from(*stop) == c)).next().unwrap_or(text)
}

/// What follows a text that it begins with, and one more character.
pub fn after<'t>(text: &'t str, start: &str) -> &'t str {
    text.get(start.len() + 1..).unwrap_or("")
}
