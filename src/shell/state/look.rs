//! The look at the page that is under way, and what reads the page.

use crate::core::id::ActionId;
use crate::core::render::RenderFacts;
use js_sys::Function;
use std::cell::{Cell, OnceCell};
use wasm_bindgen::prelude::*;
use web_sys::Window;

#[wasm_bindgen(module = "/src/shell/reader/walk.js")]
extern "C" {
    /// What is kept from one look to the next.
    pub type Reader;
    #[wasm_bindgen(constructor, catch)]
    pub fn new(root: &str, furniture: &str, ours: &str, step: &Function) -> Result<Reader, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn circumstances(this: &Reader, window: &Window) -> Result<f64, JsValue>;
    #[wasm_bindgen(method, catch, js_name = afterFrame)]
    pub fn after_frame(this: &Reader, window: &Window) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn sample(
        this: &Reader,
        put: &mut dyn FnMut(f64, f64, f64, f64, f64, f64, f64, f64) -> u32,
        window: Option<&Window>,
        sure: bool,
    ) -> Result<JsValue, JsValue>;
}

#[derive(Default)]
pub struct Look {
    pub reader: OnceCell<Reader>,
    pub under_way: Cell<Option<UnderWay>>,
    /// Whether marks are kept one by one.
    pub marks: Cell<bool>,
}

/// Who is answered, whether the page is in trouble, and what was seen so far.
type UnderWay = (ActionId, bool, Option<RenderFacts>);
