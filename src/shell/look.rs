//! Looking into texts byte by byte: the standard library's searchers would be a twentieth of the whole guard.

/// Whether `text` has `part` in it.
pub fn holds(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// The text before the first of these ASCII characters, or all of it.
pub fn before<'t>(text: &'t str, stops: &[u8]) -> &'t str {
    let is_stop = |byte: &u8| stops.iter().any(|stop| stop == byte);
    match text.as_bytes().iter().position(is_stop) {
        Some(end) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// A file of the application: scripts, sheets, modules.
pub fn is_code(url: &str) -> bool {
    [".js", ".mjs", ".css", ".wasm"].iter().any(|end| path(url).ends_with(end))
}

/// Without query and fragment.
pub fn path(url: &str) -> &str {
    before(url, b"?#")
}
