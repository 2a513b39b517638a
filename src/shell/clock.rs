//! The page's clock and the seed of the dice.

use super::js;
use crate::core::number;
use crate::core::time::Millis;
use wasm_bindgen::prelude::*;

// Bound as it is: a look asks it ten times, and property by property through the glue that would be a tenth of its cost.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = performance, js_name = now)]
    fn page_time() -> Result<f64, JsValue>;
}

/// Now in milliseconds with their fraction; the wall clock where there is no other.
pub fn precise() -> f64 {
    page_time().unwrap_or_else(|_| wall())
}

/// Now on the page's monotonic clock.
pub fn now() -> Millis {
    Millis(number::to_u64(precise()))
}

/// Epoch milliseconds.
pub fn epoch() -> u64 {
    number::to_u64(wall())
}

/// Epoch milliseconds, as the browser tells them.
pub fn wall() -> f64 {
    js::number_of(js::run0(js::global("Date"), "now"))
}

/// 128 bits by chance; weaker ones where there is no `crypto`.
pub fn seed() -> [u64; 2] {
    let words = js::ok(js::construct("Uint32Array", &[js::n(4.0)]));
    let strong = js::run1(js::global("crypto"), "getRandomValues", words).is_object();
    let word =
        |index| number::to_u64(if strong { js::number_of(js::at(words, index)) } else { random(4_294_967_296.0) });
    [word(0) << 32 | word(1), word(2) << 32 | word(3)]
}

/// A whole number in `0..most`, for jitter.
pub fn random(most: f64) -> f64 {
    js::number_of(js::run0(js::global("Math"), "random")) * most
}

/// Goes on after `ms`; at once where there are no timers.
pub fn after(ms: f64, next: impl Fn() + 'static) {
    let next = js::function(move |_, _| {
        next();
        JsValue::UNDEFINED
    });
    if js::call2(js::window(), "setTimeout", next, js::n(ms)).is_err() {
        js::fulfil(&next.own(), js::undefined());
    }
}
