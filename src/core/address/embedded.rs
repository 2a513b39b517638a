//! Addresses inside of other texts: in CSS, as `url(…)`, and in a `srcset`.

/// The CSS with other addresses in place of those for which `other` has one.
pub fn replace_in_css(css: &str, mut other: impl FnMut(&str) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(found) = first_url(rest) {
        match other(found.address) {
            Some(other) => replaced.extend([found.before, "url(\"", &other, "\")"]),
            None => replaced.push_str(&rest[..rest.len() - found.after.len()]),
        }
        rest = found.after;
    }
    replaced + rest
}

pub fn first_in_css(css: &str) -> Option<&str> {
    first_url(css).map(|found| found.address)
}

/// A `url(…)` and what stands around it.
struct Found<'t> {
    before: &'t str,
    address: &'t str,
    after: &'t str,
}

fn first_url(css: &str) -> Option<Found<'_>> {
    let (before, inside) = css.split_once("url(")?;
    let quoted = |quote, end| inside.strip_prefix(quote)?.split_once(end);
    let (address, after) = quoted('"', "\")").or_else(|| quoted('\'', "')")).or_else(|| inside.split_once(')'))?;
    Some(Found { before, address, after })
}

/// The `srcset` with other addresses in place of those for which `other` has one. Addresses may hold commas, but not at their ends (HTML,
/// "parse a srcset attribute").
pub fn replace_in_srcset(srcset: &str, mut other: impl FnMut(&str) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(srcset.len());
    let mut rest = srcset;
    while !rest.is_empty() {
        let (between, candidate) = split(rest, |c| !c.is_whitespace() && c != ',');
        let (address, _) = split(candidate, char::is_whitespace);
        let address = address.trim_end_matches(',');
        let (descriptors, next) = split(&candidate[address.len()..], |c| c == ',');
        replaced.push_str(between);
        if !address.is_empty() {
            replaced.push_str(other(address).as_deref().unwrap_or(address));
        }
        replaced.push_str(descriptors);
        rest = next;
    }
    replaced
}

/// What stands before the first of these characters, and what begins there.
fn split(text: &str, at: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_css(css: &str) -> String {
        replace_in_css(css, |address| (address == "a.png").then(|| "b.png".into()))
    }

    fn in_srcset(srcset: &str) -> String {
        replace_in_srcset(srcset, |address| (address == "a.png").then(|| "b.png".into()))
    }

    #[test]
    fn an_address_is_replaced_however_it_is_quoted() {
        for css in ["url(a.png)", "url(\"a.png\")", "url('a.png')"] {
            assert_eq!(in_css(css), "url(\"b.png\")");
        }
    }

    #[test]
    fn the_rest_of_the_css_stays_as_it_is() {
        assert_eq!(
            in_css(
                "red url('x.png') center, URL(a.png), url(a.png) no-repeat, image-set(url(\"a.png\") 1x, url(c.png) 2x)"
            ),
            "red url('x.png') center, URL(a.png), url(\"b.png\") no-repeat, image-set(url(\"b.png\") 1x, url(c.png) 2x)"
        );
        for css in ["", "red", "url(", "url(\"a.png", "url()", "url(\"data:image/svg+xml,<g fill='url(#a)'/>\")"] {
            assert_eq!(in_css(css), css);
        }
    }

    #[test]
    fn quotes_hold_brackets() {
        assert_eq!(first_in_css("url(\"a(1).png\") url(b.png)"), Some("a(1).png"));
        assert_eq!(first_in_css("url('it\"s.png')"), Some("it\"s.png"));
        assert_eq!(first_in_css("local(Arial), url(a.woff2) format(\"woff2\")"), Some("a.woff2"));
        assert_eq!(first_in_css("local(Arial)"), None);
    }

    #[test]
    fn each_candidate_of_a_srcset_is_replaced_by_itself() {
        for (srcset, expected) in [
            ("a.png", "b.png"),
            ("a.png 1x, c.png 2x", "b.png 1x, c.png 2x"),
            ("c.png 1x,a.png 2x", "c.png 1x,b.png 2x"),
            ("\n  a.png 320w,\n  a.png 640w\n", "\n  b.png 320w,\n  b.png 640w\n"),
            ("a.png, c.png 2x", "b.png, c.png 2x"),
            ("/w_9,h_9/a.png 1x", "/w_9,h_9/a.png 1x"),
            (", a.png", ", b.png"),
            ("", ""),
            (" , ", " , "),
        ] {
            assert_eq!(in_srcset(srcset), expected);
        }
        // Commas and blanks around an address are none of its own.
        let mut seen = Vec::new();
        replace_in_srcset("/w_9,h_9/x.png 1x, y.png,, z.png 2x,", |address| {
            seen.push(String::from(address));
            None
        });
        assert_eq!(seen, ["/w_9,h_9/x.png", "y.png", "z.png"]);
    }
}
