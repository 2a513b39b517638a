//! Scripts and style sheets as elements of the page.

use crate::shell::web::{self, PageTimes};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, EventTarget, HtmlElement, HtmlLinkElement, HtmlScriptElement, Node, Window};

#[wasm_bindgen]
extern "C" {
    /// A `<script src>` or a `<link rel="stylesheet">`. Those of SVG have no address that is a text.
    #[wasm_bindgen(extends = HtmlElement, extends = Element, extends = Node, extends = EventTarget)]
    #[derive(Clone)]
    pub type Code;
    #[wasm_bindgen(method, getter)]
    fn src(this: &Code) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn href(this: &Code) -> JsValue;
}

/// Those of the document, in its order.
pub fn all(document: &Document) -> impl DoubleEndedIterator<Item = Code> {
    web::select(document, "script[src],link[rel~=stylesheet]").into_iter().map(JsCast::unchecked_into)
}

impl Code {
    pub fn is_sheet(&self) -> bool {
        self.local_name() == "link"
    }

    /// Absolute; empty where there is none.
    pub fn url(&self) -> String {
        let address = if self.is_sheet() { self.href() } else { self.src() };
        address.as_string().unwrap_or_default()
    }

    /// Whether the browser runs or applies it, and holds `load` back for it.
    pub fn counts(&self) -> bool {
        if self.is_sheet() {
            return !self.unchecked_ref::<HtmlLinkElement>().disabled();
        }
        let script = self.unchecked_ref::<HtmlScriptElement>();
        let kind = script.type_();
        !script.no_module() && (kind.is_empty() || kind == "module" || kind.contains("javascript"))
    }
}

/// Whether the browser has told how an address was answered, or cannot tell at all.
pub fn is_answered(window: &Window, url: &str) -> bool {
    let Some(times) = window.performance() else { return true };
    times.unchecked_ref::<PageTimes>().entries_by_name(url).map_or(true, |entries| entries.length() > 0)
}
