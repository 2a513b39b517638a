//! The page: the browser's objects, and what they tell of it.

use super::promise::outcome;
use super::web;
use crate::core::address;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Location, RequestInit, Response, Url, VisibilityState, Window};

/// The browser's objects, taken once at the start.
pub struct Page {
    window: Window,
    document: Document,
    location: Location,
    /// `fetch` as it was when the guard started, or before instrument.js put its own in its place: what the page puts in its
    /// place later does not hear the guard's own requests.
    fetch: js_sys::Function,
}

impl Page {
    /// `before`: `fetch` as boot.js found it, or undefined. Fails where there is no page: in a worker, or on a server.
    pub fn here(before: JsValue) -> Result<Page, JsValue> {
        // Not by `instanceof`: pages have classes of their own that are called Window.
        let window: Window = js_sys::global().unchecked_into();
        let document = window.document().ok_or("pagemend: there is no document here")?;
        let fetch = if before.is_function() { before } else { web::property(&window, "fetch") };
        Ok(Page { document, location: window.location(), fetch: fetch.unchecked_into(), window })
    }

    pub fn window(&self) -> &Window {
        &self.window
    }

    pub fn document(&self) -> &Document {
        &self.document
    }

    pub fn location(&self) -> &Location {
        &self.location
    }

    pub fn origin(&self) -> String {
        self.location.origin().unwrap_or_default()
    }

    pub fn pathname(&self) -> String {
        self.location.pathname().unwrap_or_default()
    }

    pub fn search(&self) -> String {
        self.location.search().unwrap_or_default()
    }

    pub fn hash(&self) -> String {
        self.location.hash().unwrap_or_default()
    }

    /// The path of the page, without query; with the route where the route is in the fragment.
    pub fn path(&self) -> String {
        let mut path = self.pathname();
        let hash = self.hash();
        if hash.starts_with("#/") || hash.starts_with("#!/") {
            path.push('#');
            path.push_str(address::without_query(hash.get(1..).unwrap_or("")));
        }
        path
    }

    /// The page's address, and what follows it from `#` on.
    pub fn address(&self) -> (String, String) {
        let href = self.location.href().unwrap_or_default();
        let (address, fragment) = href.split_at(href.find('#').unwrap_or(href.len()));
        (address.into(), fragment.into())
    }

    pub fn loaded(&self) -> bool {
        self.document.ready_state() == "complete"
    }

    pub fn visible(&self) -> bool {
        !self.prerendered() && self.document.visibility_state() != VisibilityState::Hidden
    }

    pub fn prerendered(&self) -> bool {
        web::property(&self.document, "prerendering").is_truthy()
    }

    pub fn online(&self) -> bool {
        web::property(&self.window.navigator(), "onLine").as_bool() != Some(false)
    }

    /// The element with the page's body, or the document's element before there is one.
    pub fn ground(&self) -> Option<Element> {
        self.document.body().map(Into::into).or_else(|| self.document.document_element())
    }

    /// The element that has the focus, inside of open shadow roots too.
    pub fn focused(&self) -> Option<Element> {
        let mut element = self.document.active_element()?;
        while let Some(inner) = element.shadow_root().and_then(|root| root.active_element()) {
            element = inner;
        }
        Some(element)
    }

    /// `fetch` as the guard found it, to be called without a `this`.
    pub fn native_fetch(&self) -> &js_sys::Function {
        &self.fetch
    }

    /// The guard's own request, which nothing that the page puts over `fetch` hears. It is sent at once, whether or not anybody waits for the answer.
    pub fn fetch(
        &self,
        input: &JsValue,
        init: &RequestInit,
    ) -> impl Future<Output = Result<Response, JsValue>> + use<> {
        let answer = outcome(self.fetch.call2(&self.window, input, init));
        async { answer.await.map(JsCast::unchecked_into) }
    }

    /// An absolute address, or `None` where `URL` refuses it.
    pub fn resolve(&self, address: &str) -> Option<Url> {
        Url::new_with_base(address, &self.document.base_uri().ok()??).ok()
    }
}

pub fn is_http(url: &Url) -> bool {
    // A polyfill of the page's may have none.
    matches!(web::property(url, "protocol").as_string().as_deref(), Some("http:" | "https:"))
}
