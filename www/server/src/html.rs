//! The page's HTML: fresh nonce, CSP, backup origin, with or without the guard, and the mark for faults of the application.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::assets;
use crate::faults::Fault;
use crate::markup::{boot_script, tag_end};
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
    let document = headers.get("sec-fetch-dest").is_none_or(|dest| dest == "document" || dest == "iframe");
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
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// Right after the boot script, which must stay the first element, or first in the head when there is none.
fn with_meta(html: &str) -> String {
    let at = boot_script(html)
        .map(|(_, end)| end)
        .or_else(|| html.find("<head").map(|head| head + tag_end(&html[head..])))
        .unwrap_or(0);
    format!("{}{RENDER_THROWS_META}{}", &html[..at], &html[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_comes_right_after_the_boot_script_or_first_in_the_head() {
        let page = r#"<html><head><script id="pagemend-boot" data-config='{"a":"x>y"}'>boot()</script></head></html>"#;
        assert!(with_meta(page).contains(&format!("boot()</script>{RENDER_THROWS_META}</head>")));
        let bare = "<html><head lang=x><title></title></head></html>";
        assert!(with_meta(bare).contains(&format!("<head lang=x>{RENDER_THROWS_META}<title>")));
    }
}
