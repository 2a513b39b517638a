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

/// Without query and fragment.
pub fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

/// A file of the application: scripts, sheets, modules.
pub fn is_code(url: &str) -> bool {
    [".js", ".mjs", ".css", ".wasm"].iter().any(|end| without_query(url).ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_falls_into_its_parts() {
        let cases = [
            ("https://a.example:81/b/c?d#e", "https://a.example:81", "/b/c?d#e", "https://a.example:81/b/c"),
            ("https://a.example", "https://a.example", "", "https://a.example"),
            ("https://a.example?b=/c", "https://a.example", "?b=/c", "https://a.example"),
            ("https://a.example#/b", "https://a.example", "#/b", "https://a.example"),
            ("/b/c?d", "", "/b/c?d", "/b/c"),
            ("/b#/c?d", "", "/b#/c?d", "/b"),
            ("", "", "", ""),
        ];
        for (url, origin, rest, plain) in cases {
            assert_eq!((origin_of(url), after_origin(url), without_query(url)), (origin, rest, plain), "{url}");
        }
    }

    #[test]
    fn the_path_of_an_absolute_address_is_never_empty() {
        let cases = [("https://a.example/b?c", "/b?c"), ("https://a.example", "/"), ("b?c", "b?c"), ("", "")];
        for (url, path) in cases {
            assert_eq!(path_with_query(url), path, "{url}");
        }
    }

    #[test]
    fn code_is_known_by_the_end_of_its_path() {
        for url in ["/app.js", "https://cdn.example/a.mjs?v=1", "/style.css#x", "engine.wasm?a#b"] {
            assert!(is_code(url), "{url}");
        }
        for url in ["/api?file=app.js", "/app.json", "/page#app.js", "/app.js/", "", "/appjs"] {
            assert!(!is_code(url), "{url}");
        }
    }
}
