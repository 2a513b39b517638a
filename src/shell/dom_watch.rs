//! Signs of life of the document: it changes, resources arrive, the route changes, the root is emptied.

use super::js::J;
use super::watch::{listen, observe};
use super::{Shell, clock, js, look, parts, prompt, resources};
use crate::core::event::{Event, ResourceKind};
use crate::core::number;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Progress and change are told at most once in this time, in milliseconds.
const THROTTLE_MS: f64 = 100.0;

struct Seen {
    last_told: Cell<f64>,
    /// The root had element children at the last look.
    filled: Cell<bool>,
    path: RefCell<String>,
    altered: Cell<bool>,
}

#[wasm_bindgen(module = "/src/shell/reader/screen.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = isAltered)]
    fn is_altered(records: J) -> Result<bool, JsValue>;
}

pub fn watch(shell: &'static Shell) {
    let seen = Rc::new(Seen {
        last_told: Cell::new(f64::NEG_INFINITY),
        filled: Cell::new(filled(shell)),
        path: RefCell::new(shell.page.path()),
        altered: Cell::new(false),
    });
    // The page's own history functions stay as they are: what they do shows in these events, or in the next change of
    // the document.
    let window = shell.page.window_j();
    let navigation = js::get(window, "navigation");
    for &(target, kind) in &[(window, "popstate"), (window, "hashchange"), (navigation, "navigatesuccess")] {
        let seen = seen.clone();
        shell.keep(listen(target, kind, move |_| look_at_route(shell, &seen)));
    }
    let seen_too = seen.clone();
    let options =
        js::json(r#"{"childList":true,"subtree":true,"attributes":true,"attributeFilter":["style","class","hidden"]}"#);
    shell.keep(observe("MutationObserver", &[shell.page.document_j(), options], move |records| {
        if !seen_too.altered.get() && is_altered(records).unwrap_or(false) {
            seen_too.altered.set(true);
            shell.dispatch(Event::Altered);
        }
        if !prompt::only_ours_j(records) {
            look_at_root(shell, &seen_too);
            look_at_route(shell, &seen_too);
            let grew = js::is(js::at(records, 0), "type", "childList");
            told(shell, &seen_too, Event::Changed { grew });
        }
    }));
    shell.keep(observe("PerformanceObserver", &[js::json(r#"{"type":"resource","buffered":true}"#)], move |list| {
        let mut progress = false;
        for entry in &js::list(js::run0(list, "getEntries"), 50) {
            progress |= arrived(shell, *entry);
        }
        if progress {
            told(shell, &seen, Event::Progress);
        }
    }));
}

/// Marks that translators leave, and that no page of today has by itself.
pub fn looks_altered(shell: &Shell) -> bool {
    js::run(shell.page.document_j(), "querySelector", ".translated-ltr,.translated-rtl,font").is_object()
}

/// An error answer is no progress but a clue, and what the guard itself asks for is none either.
fn arrived(shell: &'static Shell, entry: J) -> bool {
    let url = js::word(entry, "name");
    // Browsers ask for it on their own.
    if url.ends_with("/favicon.ico") || shell.is_own(&url) {
        return false;
    }
    // WebKit tells no status. A call that came to nothing has none, nor a body.
    let told = js::get(entry, "responseStatus").as_f64();
    let status = number::to_u16(told.unwrap_or(200.0));
    let empty = !js::flag(entry, "decodedBodySize");
    let lost = status == 0 && empty;
    let html = status == 200 && js::is(entry, "contentType", "text/html");
    let call = js::is_one(entry, "initiatorType", "fetch,xmlhttprequest");
    let code = look::is_code(&url);
    // But of a file of the page's own origin it tells the size: one that brought nothing did not come.
    // What the guard's own question about it brings is told by its answer.
    let own = || url.starts_with(&format!("{}/", shell.page.origin()));
    if code && empty && told.is_none() && !call && own() {
        resources::reach(shell, &url);
        return false;
    }
    if told.is_none() && js::is_one(entry, "initiatorType", "css,other,image") && own() {
        parts::check(shell, url);
        return true;
    }
    if code && (status >= 400 || html) {
        shell.dispatch(Event::ResourceFailed { url, kind: ResourceKind::Classic, critical: false, html, status });
    } else if call && (status >= 400 || lost || html) {
        shell.dispatch(Event::CallFailed { url, status });
    } else if status >= 400 {
        let frame = js::is(entry, "initiatorType", "iframe");
        let kind = if frame { ResourceKind::Frame } else { ResourceKind::Other };
        shell.dispatch(Event::ResourceFailed { url, kind, critical: false, html, status });
    } else {
        return true;
    }
    false
}

fn told(shell: &'static Shell, seen: &Seen, event: Event) {
    let now = clock::precise();
    if now - seen.last_told.get() >= THROTTLE_MS {
        seen.last_told.set(now);
        shell.dispatch(event);
    }
}

fn look_at_root(shell: &'static Shell, seen: &Seen) {
    let filled = filled(shell);
    if seen.filled.replace(filled) && !filled {
        shell.dispatch(Event::ContentRemoved);
    }
}

fn filled(shell: &Shell) -> bool {
    js::flag(js::run(shell.page.document_j(), "querySelector", &shell.settings.root), "childElementCount")
}

fn look_at_route(shell: &'static Shell, seen: &Seen) {
    let path = shell.page.path();
    let Ok(mut known) = seen.path.try_borrow_mut() else { return };
    if *known != path {
        known.clone_from(&path);
        drop(known);
        shell.dispatch(Event::RouteChanged { path });
    }
}
