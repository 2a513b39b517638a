//! The page's own life: when it is shown, hidden, loaded and left.

use super::state::Shell;
use super::watch::on;
use crate::core::event::Event;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, PageTransitionEvent};

pub fn watch(shell: &'static Shell) {
    let (window, document) = (shell.page.window(), shell.page.document());
    let tell = |target: &EventTarget, kind, event: fn(&Shell, &web_sys::Event) -> Event| {
        shell.keep(on(target, kind, move |told| shell.dispatch(event(shell, told))));
    };
    for kind in ["visibilitychange", "prerenderingchange"] {
        tell(document, kind, |shell, _| Event::Visibility { visible: shell.page.visible() });
    }
    // Fires on the window only.
    tell(window, "pagehide", |_, _| Event::PageHiding);
    tell(window, "pageshow", |_, told| Event::PageShown {
        restored: told.unchecked_ref::<PageTransitionEvent>().persisted(),
    });
    tell(window, "load", |_, _| Event::PageLoaded);
}
