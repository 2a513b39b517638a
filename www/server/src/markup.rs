//! Just enough reading of HTML to find its script elements.

/// Where the whole element `<script id="pagemend-boot" …>…</script>` starts and ends.
pub(crate) fn boot_script(html: &str) -> Option<(usize, usize)> {
    scripts(html).find_map(|(start, end, tag)| (attribute(tag, "id")? == "pagemend-boot").then_some((start, end)))
}

/// Paths of the scripts that a page loads itself, the guard's own excepted.
pub(crate) fn script_sources(html: &str) -> Vec<String> {
    scripts(html)
        .filter_map(|(_, _, tag)| attribute(tag, "src"))
        .filter(|source| source.starts_with('/') && !source.starts_with("/pagemend/"))
        .map(|source| source.split(['?', '#']).next().unwrap_or_default().to_owned())
        .collect()
}

/// Each script element: where it starts, where it ends, and its opening tag.
fn scripts(html: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + html[from..].find("<script")?;
        let body = start + tag_end(&html[start..]);
        let end = html[body..].find("</script>").map_or(html.len(), |at| body + at + "</script>".len());
        from = end;
        Some((start, end, &html[start..body]))
    })
}

/// Length of the opening tag at the start of `html`; a `>` inside quotes does not end it (the boot script's JSON may hold one).
pub(crate) fn tag_end(html: &str) -> usize {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, '>') => return at + 1,
            _ => {}
        }
    }
    html.len()
}

/// An attribute's value in an opening tag; names inside other attributes' values do not count.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag.trim_end_matches(['>', '/']).split_once(char::is_whitespace)?.1;
    loop {
        rest = rest.trim_start();
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = &rest[..end];
        if key.is_empty() {
            return None;
        }
        rest = rest[end..].trim_start();
        let Some(after) = rest.strip_prefix('=') else {
            if key == name {
                return Some("");
            }
            continue;
        };
        let after = after.trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote)?,
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if key == name {
            return Some(value);
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = concat!(
        r#"<!doctype html><html><head><script nonce="n" id="pagemend-boot" data-config='{"a":"x>y","b":" id=z "}'>boot()</script>"#,
        r#"<script src="/static/env.js"></script><script type="module" crossorigin src="/assets/index-1.js?x=1"></script>"#,
        r#"<script src="/pagemend/engine.js"></script><script>inline</script></head><body></body></html>"#,
    );

    #[test]
    fn the_boot_script_is_found_whole() {
        let (start, end) = boot_script(PAGE).unwrap();
        assert!(PAGE[start..end].starts_with("<script nonce") && PAGE[start..end].ends_with("boot()</script>"));
    }

    #[test]
    fn a_script_that_only_mentions_the_id_is_not_the_boot_script() {
        assert_eq!(boot_script(r#"<script data-x='id="pagemend-boot"'></script>"#), None);
        assert!(boot_script("<script id=pagemend-boot>x</script>").is_some());
    }

    #[test]
    fn entry_scripts_are_the_pages_own_sources_without_query() {
        assert_eq!(script_sources(PAGE), ["/static/env.js", "/assets/index-1.js"]);
    }
}
