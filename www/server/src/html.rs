//! The page's HTML: fresh nonce, CSP, backup origin, with or without the guard, and the mark for faults of the application.

use std::path::Path;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::assets;
use crate::faults::Fault;
use crate::state::Shared;

/// The site's own script reads this mark and throws while rendering.
const RENDER_THROWS_META: &str = r#"<meta name="lab-fault" content="render-throws">"#;

/// `index.html`, for every route of the application.
pub(crate) async fn index(shared: &Shared, headers: &HeaderMap) -> Response {
    let path = shared.dist().join("index.html");
    match tokio::fs::read_to_string(&path).await {
        Ok(template) => {
            let marked = render_throws(shared, headers);
            respond(shared, &template, marked)
        }
        Err(error) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            [(header::CACHE_CONTROL, "no-store")],
            format!("{}: {error}\n", path.display()),
        )
            .into_response(),
    }
}

/// Any other HTML file of the build.
pub(crate) async fn file(shared: &Shared, path: &str) -> Response {
    let Some(relative) = assets::safe(path) else {
        return assets::missing();
    };
    match tokio::fs::read_to_string(shared.dist().join(relative)).await {
        Ok(template) => respond(shared, &template, false),
        Err(_) => assets::missing(),
    }
}

/// Paths of the scripts that `index.html` of this build loads itself, the guard's own excepted.
pub(crate) async fn entry_scripts(dist: &Path) -> Vec<String> {
    let html = tokio::fs::read_to_string(dist.join("index.html")).await.unwrap_or_default();
    script_sources(&html)
}

fn respond(shared: &Shared, template: &str, render_throws: bool) -> Response {
    let nonce = nonce();
    let guard = !shared.lock().guard_off;
    let mut html = template.replace("__BACKUP_ORIGIN__", &shared.backup).replace("__CSP_NONCE__", &nonce);
    if render_throws {
        html = with_meta(&html);
    }
    if !guard && let Some((start, end)) = boot_script(&html) {
        html.replace_range(start..end, "");
    }
    let csp = content_security_policy(&nonce, &shared.backup, shared.any(|fault| fault.blocks_wasm()));
    (
        [
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
            (header::CONTENT_SECURITY_POLICY, csp),
        ],
        html,
    )
        .into_response()
}

/// `render-throws` holds for the first document only; a look at the HTML by fetch is no document.
fn render_throws(shared: &Shared, headers: &HeaderMap) -> bool {
    let document = headers.get("sec-fetch-dest").is_none_or(|dest| dest == "document");
    let mut inner = shared.lock();
    let first = inner.documents == 0;
    inner.documents += u32::from(document);
    inner.faults.contains(&Fault::RenderThrowsAgain)
        || (first && document && inner.faults.contains(&Fault::RenderThrows))
}

fn content_security_policy(nonce: &str, backup: &str, without_wasm: bool) -> String {
    let wasm = if without_wasm { "" } else { " 'wasm-unsafe-eval'" };
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' {backup}{wasm}; \
         style-src 'self' 'nonce-{nonce}' {backup}; connect-src 'self' {backup}; \
         img-src 'self' data: {backup}; font-src 'self' data: {backup}; frame-src 'self'; \
         worker-src 'self'; object-src 'none'; base-uri 'self'"
    )
}

/// 128 random bits, as CSP asks for. A machine without randomness cannot serve a page safely, so that is a panic.
fn nonce() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system's source of randomness works");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Right after the boot script, which must stay the first element, or first in the head when there is none.
fn with_meta(html: &str) -> String {
    let at = boot_script(html)
        .map(|(_, end)| end)
        .or_else(|| html.find("<head").map(|head| head + tag_end(&html[head..])))
        .unwrap_or(0);
    format!("{}{RENDER_THROWS_META}{}", &html[..at], &html[at..])
}

/// Where the whole element `<script id="pagemend-boot" …>…</script>` starts and ends.
fn boot_script(html: &str) -> Option<(usize, usize)> {
    scripts(html).find_map(|(start, end, tag)| (attribute(tag, "id")? == "pagemend-boot").then_some((start, end)))
}

fn script_sources(html: &str) -> Vec<String> {
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
fn tag_end(html: &str) -> usize {
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

    #[test]
    fn the_mark_comes_right_after_the_boot_script_or_first_in_the_head() {
        assert!(with_meta(PAGE).contains(&format!("boot()</script>{RENDER_THROWS_META}")));
        let bare = "<html><head lang=x><title></title></head></html>";
        assert!(with_meta(bare).contains(&format!("<head lang=x>{RENDER_THROWS_META}<title>")));
    }
}
