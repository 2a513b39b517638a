//! Lines on the page's console. A page may have put something in its place that throws.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = console, js_name = error)]
    fn error(line: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = console, js_name = error)]
    fn error_with(line: &str, thrown: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = console, js_name = warn)]
    fn warning(line: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = console, js_name = info)]
    fn info(line: &str) -> Result<(), JsValue>;
}

/// One line for the developer of the page, of something that is wrong.
pub fn complain(line: &str) {
    let _ = error(line);
}

/// The same, of something that is not the page's own.
pub fn warn(line: &str) {
    let _ = warning(line);
}

/// The same, of something that was done.
pub fn tell(line: &str) {
    let _ = info(line);
}

/// An error of the page's own code, as its own console shows it.
pub fn show_error(line: &str, thrown: &JsValue) {
    let _ = error_with(line, thrown);
}
