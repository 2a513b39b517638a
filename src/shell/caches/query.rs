//! The query that marks what the guard asks for to compare bytes.

/// Passes a worker that answers out of a cache, and caches on the way. This is how it begins; a number by chance follows.
pub const QUERY: &str = "pagemend-bytes=";

/// Whether the guard asked for this address to compare bytes; what comes of it says nothing of the page.
pub fn is_question(url: &str) -> bool {
    url.contains(QUERY)
}
