//! The page's own life: what it is, and when it is shown, hidden, loaded and left.

use super::js::J;
use super::watch::listen;
use super::{Shell, js, look};
use crate::core::event::Event;
use wasm_bindgen::prelude::*;

/// The browser's objects, taken once at the start.
pub struct Page {
    window: JsValue,
    document: JsValue,
    /// `fetch` as it was when the guard started, or before instrument.js put its own in its place: what the page puts in its
    /// place later does not hear the guard's own requests.
    fetch: JsValue,
}

impl Page {
    pub fn here(boot: J) -> Page {
        let window = js::window();
        let of = |key| js::get(window, key).own();
        let before = js::get(boot, "fetch");
        let fetch = if before.is_function() { before.own() } else { of("fetch") };
        Page { document: of("document"), fetch, window: window.own() }
    }

    pub fn window(&self) -> J<'_> {
        J::of(&self.window)
    }

    pub fn document(&self) -> J<'_> {
        J::of(&self.document)
    }

    pub fn location(&self, part: &str) -> String {
        js::word(js::get(self.window(), "location"), part)
    }

    /// The path of the page, without query; with the route where the route is in the fragment.
    pub fn path(&self) -> String {
        let mut path = self.location("pathname");
        let hash = self.location("hash");
        if hash.starts_with("#/") || hash.starts_with("#!/") {
            path.push('#');
            path.push_str(look::path(hash.get(1..).unwrap_or("")));
        }
        path
    }

    pub fn loaded(&self) -> bool {
        js::is(self.document(), "readyState", "complete")
    }

    pub fn visible(&self) -> bool {
        !self.prerendered() && !js::is(self.document(), "visibilityState", "hidden")
    }

    pub fn prerendered(&self) -> bool {
        js::flag(self.document(), "prerendering")
    }

    pub fn online(&self) -> bool {
        js::get(js::get(self.window(), "navigator"), "onLine").as_bool() != Some(false)
    }

    /// The element with the page's body, or the document's element before there is one.
    pub fn ground(&self) -> J<'_> {
        let body = js::get(self.document(), "body");
        if body.is_missing() { js::get(self.document(), "documentElement") } else { body }
    }

    /// `fetch` as the guard found it, to be called without a `this`.
    pub fn native_fetch(&self) -> J<'_> {
        J::of(&self.fetch)
    }

    /// The native `fetch`, or the `sender` if it is one.
    pub fn fetch<'s>(&'s self, sender: J<'s>, input: J<'s>, init: J<'s>) -> js::Ended<'s> {
        js::apply(if sender.is_function() { sender } else { J::of(&self.fetch) }, self.window(), &[input, init])
    }

    /// An absolute address, or `None` where `URL` refuses it.
    pub fn resolve(&self, address: &str) -> Option<J<'_>> {
        js::construct("URL", &[js::s(address), js::get(self.document(), "baseURI")]).ok()
    }
}

pub fn is_http(url: J) -> bool {
    js::is_one(url, "protocol", "http:,https:")
}

pub fn watch(shell: &'static Shell) {
    let (window, document) = (shell.page.window(), shell.page.document());
    let tell = |target: J, kind, event: fn(&Shell, J) -> Event| {
        shell.keep(listen(target, kind, move |told| shell.dispatch(event(shell, told))));
    };
    for &kind in &["visibilitychange", "prerenderingchange"] {
        tell(document, kind, |shell, _| Event::Visibility { visible: shell.page.visible() });
    }
    // Fires on the window only.
    tell(window, "pagehide", |_, _| Event::PageHiding);
    tell(window, "pageshow", |_, told| Event::PageShown { restored: js::flag(told, "persisted") });
    tell(window, "load", |_, _| Event::PageLoaded);
}
