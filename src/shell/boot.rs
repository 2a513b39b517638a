//! boot.js, as the guard finds it.

use super::callback::Gate;
use crate::core::number;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `BootView` of pkg-config/src/protocol.ts, of which each part may be missing: an empty object stands for a page without boot.js.
    #[derive(Clone)]
    pub type Boot;
    #[wasm_bindgen(method, getter)]
    pub fn config(this: &Boot) -> Option<BootConfig>;
    #[wasm_bindgen(method, getter)]
    pub fn events(this: &Boot) -> Option<js_sys::Array>;
    #[wasm_bindgen(method, getter)]
    fn dropped(this: &Boot) -> Option<f64>;
    #[wasm_bindgen(method, setter)]
    pub fn set_on(this: &Boot, on: Option<&js_sys::Function>);
    #[wasm_bindgen(method, getter)]
    pub fn fetch(this: &Boot) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn gate(this: &Boot) -> Option<Gate>;
    /// By address, a set of elements whose failure their own listeners have not heard of.
    #[wasm_bindgen(method, getter)]
    pub fn kept(this: &Boot) -> Option<js_sys::Map>;
    /// Elements that boot.js leaves alone.
    #[wasm_bindgen(method, getter)]
    pub fn seen(this: &Boot) -> Option<js_sys::WeakSet>;
    #[wasm_bindgen(method, getter)]
    pub fn mark(this: &Boot) -> Option<Mark>;
    /// `quiet`: without a record of its own.
    #[wasm_bindgen(method, catch)]
    fn resort(this: &Boot, cause: Option<&str>, quiet: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn keep(this: &Boot) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn stop(this: &Boot) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = switchOff)]
    pub fn switch_off(this: &Boot, why: &str) -> Result<(), JsValue>;
    /// What session storage held before the page could clear it: undefined is denied, null is nothing.
    #[wasm_bindgen(method, getter)]
    pub fn memory(this: &Boot) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub fn typed(this: &Boot) -> JsValue;

    #[derive(Clone)]
    pub type BootConfig;
    #[wasm_bindgen(method, getter)]
    pub fn origins(this: &BootConfig) -> Option<js_sys::Array>;
    #[wasm_bindgen(method, getter)]
    pub fn fallback(this: &BootConfig) -> Option<js_sys::Array>;
    /// In development: what would be done is only said.
    #[wasm_bindgen(method, getter)]
    pub fn watch(this: &BootConfig) -> Option<bool>;

    /// What is told from document to document, see `witness`.
    #[derive(Clone)]
    pub type Mark;
    /// As somebody has left it in the window's name: not always a text.
    #[wasm_bindgen(method, getter)]
    pub fn text(this: &Mark) -> JsValue;
    #[wasm_bindgen(method, setter)]
    pub fn set_text(this: &Mark, text: &str);
    #[wasm_bindgen(method, setter)]
    pub fn set_hash(this: &Mark, hash: &str);
    #[wasm_bindgen(method, setter)]
    pub fn set_state(this: &Mark, state: &JsValue);
}

impl Boot {
    /// What listened so far, or nothing.
    pub fn of(given: JsValue) -> Boot {
        if given.is_object() { given.unchecked_into() } else { js_sys::Object::new().unchecked_into() }
    }

    pub fn dropped_events(&self) -> u32 {
        self.dropped().map_or(0, number::to_u32)
    }

    /// Where the page has none, there is nothing more to say.
    pub fn last_resort(&self) {
        let _ = self.resort(None, true);
    }

    pub fn only_watches(&self) -> bool {
        self.config().and_then(|config| config.watch()).unwrap_or(false)
    }
}
