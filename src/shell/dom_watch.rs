//! Signs of life of the document: it changes, resources arrive, the route changes, the root is emptied.

use super::state::Shell;
use super::watch::{mutations, on, resources as arrivals};
use super::web::{ResourceTiming, property};
use super::{clock, parts, prompt, resources};
use crate::core::address::is_code;
use crate::core::event::{Event, ResourceKind};
use crate::core::number;
use js_sys::Array;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, MutationObserverInit, MutationRecord};

/// Progress and change are told at most once in this time, in milliseconds.
const THROTTLE_MS: f64 = 100.0;

/// Of one batch no more resources are looked at.
const MOST_ARRIVALS: usize = 50;

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
    fn is_altered(records: &Array<MutationRecord>) -> Result<bool, JsValue>;
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
    let window: &EventTarget = shell.page.window();
    let navigation = property(window, "navigation");
    let navigation = navigation.is_object().then(|| navigation.unchecked_into::<EventTarget>());
    let routes = [(Some(window), "popstate"), (Some(window), "hashchange"), (navigation.as_ref(), "navigatesuccess")];
    for (target, kind) in routes {
        let seen = seen.clone();
        shell.keep(target.and_then(|target| on(target, kind, move |_| look_at_route(shell, &seen))));
    }
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    options.set_attributes(true);
    options.set_attribute_filter(&["style", "class", "hidden"].map(JsValue::from).into_iter().collect::<Array>());
    let seen_too = seen.clone();
    shell.keep(mutations(shell.page.document(), &options, move |records| changed(shell, &seen_too, &records)));
    shell.keep(arrivals(move |list| {
        let mut progress = false;
        for entry in list.get_entries().iter().take(MOST_ARRIVALS) {
            progress |= arrived(shell, entry.unchecked_ref());
        }
        if progress {
            tell(shell, &seen, Event::Progress);
        }
    }));
}

fn changed(shell: &'static Shell, seen: &Seen, records: &Array<MutationRecord>) {
    if !seen.altered.get() && is_altered(records).unwrap_or(false) {
        seen.altered.set(true);
        shell.dispatch(Event::Altered);
    }
    if prompt::only_ours(records) {
        return;
    }
    look_at_root(shell, seen);
    look_at_route(shell, seen);
    let grew = records.get_checked(0).is_some_and(|record| record.type_() == "childList");
    tell(shell, seen, Event::Changed { grew });
}

/// Marks that translators leave, and that no page of today has by itself.
pub fn looks_altered(shell: &Shell) -> bool {
    shell.page.document().query_selector(".translated-ltr,.translated-rtl,font").is_ok_and(|mark| mark.is_some())
}

/// An error answer is no progress but a clue, and what the guard itself asks for is none either.
fn arrived(shell: &'static Shell, entry: &ResourceTiming) -> bool {
    let url = entry.name();
    // Browsers ask for it on their own.
    if url.ends_with("/favicon.ico") || shell.is_own(&url) {
        return false;
    }
    // WebKit tells no status. A call that came to nothing has none, nor a body.
    let told = entry.response_status();
    let status = number::to_u16(told.unwrap_or(200.0));
    let empty = entry.body_size().unwrap_or(0.0) <= 0.0;
    let lost = status == 0 && empty;
    let html = status == 200 && entry.content_type().is_some_and(|kind| kind == "text/html");
    let initiator = entry.initiator_type();
    let call = matches!(initiator.as_str(), "fetch" | "xmlhttprequest");
    let code = is_code(&url);
    // But of a file of the page's own origin it tells the size: one that brought nothing did not come.
    // What the guard's own question about it brings is told by its answer.
    let own = || url.starts_with(&format!("{}/", shell.page.origin()));
    if code && empty && told.is_none() && !call && own() {
        resources::reach(shell, &url);
        return false;
    }
    if told.is_none() && matches!(initiator.as_str(), "css" | "other" | "image") && own() {
        parts::check(shell, url);
        return true;
    }
    if code && (status >= 400 || html) {
        shell.dispatch(Event::ResourceFailed { url, kind: ResourceKind::Classic, critical: false, html, status });
    } else if call && (status >= 400 || lost || html) {
        shell.dispatch(Event::CallFailed { url, status });
    } else if status >= 400 {
        let kind = if initiator == "iframe" { ResourceKind::Frame } else { ResourceKind::Other };
        shell.dispatch(Event::ResourceFailed { url, kind, critical: false, html, status });
    } else {
        return true;
    }
    false
}

fn tell(shell: &'static Shell, seen: &Seen, event: Event) {
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
    let root = shell.page.document().query_selector(&shell.settings.root);
    root.is_ok_and(|root| root.is_some_and(|root| root.child_element_count() > 0))
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
