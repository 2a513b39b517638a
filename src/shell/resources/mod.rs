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

/// Of a text no more is looked at: a script may have megabytes.
const BEGINNING: u32 = 4096;

/// Whether the body of an answer is a page, where a script was asked for.
fn is_page(body: &JsValue) -> bool {
    body.dyn_ref::<JsString>().is_some_and(|body| is_html(&String::from(body.slice(0, BEGINNING))))
}
