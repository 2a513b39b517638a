//! Scripts and style sheets that did not come: can they be had now, is their host there at all, and putting them into the page again.

mod code;
mod hanging;
mod probe;
mod reinsert;
mod replace;

pub use hanging::hanging;
pub use probe::{probe, reach};
pub use reinsert::reinsert;
pub use replace::replace;

use crate::core::storage::is_html;
use js_sys::JsString;
use wasm_bindgen::prelude::*;

/// Whether the body of an answer is a page, where a script was asked for. It stays with the browser but for what tells `<!--` from `<`.
fn is_page(body: &JsValue) -> bool {
    body.dyn_ref::<JsString>().is_some_and(|body| is_html(&String::from(body.trim().slice(0, 4))))
}
