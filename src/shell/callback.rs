//! Functions for JavaScript. What is thrown or trapped in one ends at the gate around it (gate.ts).

use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What stands around every function that the browser is given, see gate.ts.
    #[derive(Clone)]
    pub type Gate;
    #[wasm_bindgen(method, catch)]
    fn around(this: &Gate, inside: &JsValue) -> Result<js_sys::Function, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn failed(this: &Gate, thrown: &JsValue, lost: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, setter)]
    pub fn set_place(this: &Gate, place: &str) -> Result<(), JsValue>;
}

thread_local! {
    static GATE: RefCell<Option<Gate>> = const { RefCell::new(None) };
}

/// What stands around every function that is made from now on; `None` where the module was loaded without the package.
pub fn set_gate(gate: Option<Gate>) {
    GATE.with(|kept| {
        if let Ok(mut kept) = kept.try_borrow_mut() {
            *kept = gate;
        }
    });
}

pub fn gate() -> Option<Gate> {
    GATE.with(|kept| kept.try_borrow().ok()?.clone())
}

/// A function that the garbage collector frees.
pub fn function(f: impl Fn(JsValue) -> JsValue + 'static) -> js_sys::Function {
    function_boxed(Box::new(f))
}

/// The same, without an answer.
pub fn listener(f: impl Fn(JsValue) + 'static) -> js_sys::Function {
    function(move |told| {
        f(told);
        JsValue::UNDEFINED
    })
}

/// A function with two parameters.
pub fn function_of_two(f: impl Fn(JsValue, JsValue) -> JsValue + 'static) -> js_sys::Function {
    gated(Closure::<dyn Fn(JsValue, JsValue) -> JsValue>::wrap_aborting(Box::new(f)).into_js_value())
}

fn function_boxed(f: Box<dyn Fn(JsValue) -> JsValue>) -> js_sys::Function {
    gated(Closure::wrap_aborting(f).into_js_value())
}

fn gated(bare: JsValue) -> js_sys::Function {
    gate().and_then(|gate| gate.around(&bare).ok()).unwrap_or_else(|| bare.unchecked_into())
}
