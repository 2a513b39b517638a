//! Signs of life of the document: it changes, resources arrive, the route changes, the root is emptied.

use super::js::J;
use super::watch::{listen, observe};
use super::{Shell, clock, js, look, prompt};
use crate::core::event::Event;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Progress is told at most once in this time, in milliseconds.
const THROTTLE_MS: f64 = 100.0;

struct Seen {
    last_progress: Cell<f64>,
    /// The root had element children at the last look.
    filled: Cell<bool>,
    path: RefCell<String>,
}

pub fn watch(shell: &'static Shell) {
    let seen = Rc::new(Seen {
        last_progress: Cell::new(f64::NEG_INFINITY),
        filled: Cell::new(filled(shell)),
        path: RefCell::new(shell.page.path()),
    });
    // The page's own history functions stay as they are: what they do shows in these events, or in the next change of
    // the document.
    let window = shell.page.window();
    let navigation = js::get(window, "navigation");
    for &(target, kind) in &[(window, "popstate"), (window, "hashchange"), (navigation, "navigatesuccess")] {
        let seen = seen.clone();
        shell.keep(listen(target, kind, move |_| look_at_route(shell, &seen)));
    }
    let seen_too = seen.clone();
    let options = js::json(r#"{"childList":true,"subtree":true}"#);
    shell.keep(observe("MutationObserver", &[shell.page.document(), options], move |records| {
        if !prompt::only_ours(records) {
            look_at_root(shell, &seen_too);
            look_at_route(shell, &seen_too);
            progress(shell, &seen_too);
        }
    }));
    shell.keep(observe("PerformanceObserver", &[js::json(r#"{"type":"resource"}"#)], move |list| {
        if js::list(js::run0(list, "getEntries"), 50).iter().any(|entry| arrived(shell, *entry)) {
            progress(shell, &seen);
        }
    }));
}

/// An error answer is no progress, and what the guard itself asks for is none either.
fn arrived(shell: &Shell, entry: J) -> bool {
    let name = js::word(entry, "name");
    let own = shell.settings.own_urls.iter().any(|url| look::path(&name).ends_with(url.as_str()));
    js::number(entry, "responseStatus") < 400.0 && !own
}

fn progress(shell: &'static Shell, seen: &Seen) {
    let now = clock::precise();
    if now - seen.last_progress.get() >= THROTTLE_MS {
        seen.last_progress.set(now);
        shell.dispatch(Event::Progress);
    }
}

fn look_at_root(shell: &'static Shell, seen: &Seen) {
    let filled = filled(shell);
    if seen.filled.replace(filled) && !filled {
        shell.dispatch(Event::ContentRemoved);
    }
}

fn filled(shell: &Shell) -> bool {
    js::flag(js::run(shell.page.document(), "querySelector", &shell.settings.root), "childElementCount")
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
