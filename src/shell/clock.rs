//! The page's clock and the seed of the dice.

use super::js;
use crate::core::time::Millis;
use wasm_bindgen::JsValue;

/// Now on the page's monotonic clock.
pub fn now() -> Millis {
    Millis(precise().max(0.0) as u64)
}

/// The same in milliseconds with their fraction; the wall clock where there is no other.
pub fn precise() -> f64 {
    js::run0(&js::global("performance"), "now").as_f64().unwrap_or_else(js_sys::Date::now)
}

/// Epoch milliseconds.
pub fn epoch() -> u64 {
    js_sys::Date::now().max(0.0) as u64
}

/// 128 bits by chance; weaker ones where there is no `crypto`.
pub fn seed() -> [u64; 2] {
    let words = js::construct("Uint32Array", &[&4.into()]).unwrap_or_default();
    let strong = js::run(&js::global("crypto"), "getRandomValues", &[&words]).is_object();
    let word = |index| match strong {
        true => js::at(&words, index).as_f64().unwrap_or(0.0) as u64,
        false => random(4_294_967_296.0) as u64,
    };
    [word(0) << 32 | word(1), word(2) << 32 | word(3)]
}

/// A whole number in `0..most`, for jitter.
pub fn random(most: f64) -> f64 {
    js_sys::Math::random() * most
}

/// Goes on after `ms`; at once where there are no timers.
pub fn after(ms: f64, next: impl Fn() + 'static) {
    let next = js::function(move |_, _| {
        next();
        JsValue::UNDEFINED
    });
    if js::call(&js_sys::global(), "setTimeout", &[&next, &ms.into()]).is_err() {
        js::fulfil(&next, &JsValue::UNDEFINED);
    }
}
