//! Addresses as text: their parts, without a parser, for comparing.

pub mod embedded;

/// `https://a.example:81` of an absolute address; empty for a relative one.
pub fn origin_of(url: &str) -> &str {
    let Some((scheme, rest)) = url.split_once("://") else { return "" };
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    &url[..scheme.len() + "://".len() + host]
}

/// What follows the origin of an absolute address.
pub fn after_origin(url: &str) -> &str {
    &url[origin_of(url).len()..]
}

/// The same for an absolute address, never empty; a relative one as it is.
pub fn path_with_query(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else { return url };
    rest.find('/').map_or("/", |at| &rest[at..])
}

pub fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
