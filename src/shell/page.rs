//! The page's own life: what it is, and when it is shown, hidden, loaded and left.

use super::watch::listen;
use super::{Shell, js, look};
use crate::core::event::Event;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The browser's objects, taken once at the start.
pub struct Page {
    pub window: JsValue,
    pub document: JsValue,
    /// `fetch` as it was when the guard started: what the page puts in its place later does not hear the guard's own
    /// requests.
    pub fetch: JsValue,
}

impl Page {
    pub fn here() -> Page {
        let window: JsValue = js_sys::global().into();
        Page { document: js::get(&window, "document"), fetch: js::get(&window, "fetch"), window }
    }

    pub fn location(&self, part: &str) -> String {
        js::word(&js::get(&self.window, "location"), part)
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
        js::is(&self.document, "readyState", "complete")
    }

    pub fn visible(&self) -> bool {
        !self.prerendered() && !js::is(&self.document, "visibilityState", "hidden")
    }

    pub fn prerendered(&self) -> bool {
        js::flag(&self.document, "prerendering")
    }

    pub fn online(&self) -> bool {
        js::get(&js::get(&self.window, "navigator"), "onLine").as_bool() != Some(false)
    }

    /// The element with the page's body, or the document's element before there is one.
    pub fn ground(&self) -> JsValue {
        let body = js::get(&self.document, "body");
        if js::is_missing(&body) { js::get(&self.document, "documentElement") } else { body }
    }

    /// The native `fetch`.
    pub fn fetch(&self, input: &JsValue, init: &JsValue) -> Result<JsValue, JsValue> {
        js::apply(&self.fetch, &self.window, &[input, init])
    }

    /// An absolute address, or `None` where `URL` refuses it.
    pub fn resolve(&self, address: &str) -> Option<JsValue> {
        js::construct("URL", &[&address.into(), &js::get(&self.document, "baseURI")]).ok()
    }
}

pub fn is_http(url: &JsValue) -> bool {
    matches!(js::word(url, "protocol").as_str(), "http:" | "https:")
}

pub fn watch(shell: &Rc<Shell>) {
    let (window, document) = (&shell.page.window, &shell.page.document);
    let tell = |target: &JsValue, kind, event: fn(&Shell, &JsValue) -> Event| {
        let telling = shell.clone();
        shell.keep(listen(target, kind, move |told| telling.dispatch(event(&telling, &told))));
    };
    for kind in ["visibilitychange", "prerenderingchange"] {
        tell(document, kind, |shell, _| Event::Visibility { visible: shell.page.visible() });
    }
    // Fires on the window only.
    tell(window, "pagehide", |_, _| Event::PageHiding);
    tell(window, "pageshow", |_, told| Event::PageShown { restored: js::flag(told, "persisted") });
    tell(window, "load", |_, _| Event::PageLoaded);
}
