//! What the body of an answer tells.

use crate::core::storage::is_html;
use js_sys::JsString;
use wasm_bindgen::prelude::*;

/// Whether it is a page, where a script was asked for. It stays with the browser but for what tells `<!--` from `<`.
pub fn is_page(body: &JsValue) -> bool {
    body.dyn_ref::<JsString>().is_some_and(|body| is_html(&String::from(body.trim().slice(0, 4))))
}
