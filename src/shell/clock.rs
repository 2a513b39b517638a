//! The page's clock, waiting by it, and the seed of the dice.

use super::promise::{Deferred, settled};
use super::state::Shell;
use super::web;
use crate::core::number;
use crate::core::time::Millis;
use futures_util::future::{Either, select};
use gloo::timers::callback::Timeout;
use std::pin::pin;
use wasm_bindgen::prelude::*;
use web_sys::Window;

// With `catch`: the page may have something else, or nothing, in the place of `performance`.
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
    js_sys::Date::now()
}

/// 128 bits by chance; weaker ones where there is no `crypto`.
pub fn seed() -> [u64; 2] {
    let mut bytes = [0; 16];
    let crypto = js_sys::global().unchecked_into::<Window>().crypto().ok();
    if crypto.is_none_or(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_err()) {
        for byte in &mut bytes {
            *byte = (number::to_u32(random(256.0)) & 0xff) as u8;
        }
    }
    let (one, other) = bytes.split_at(8);
    [one, other].map(|half| half.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

/// A number in `0..most`, for jitter.
pub fn random(most: f64) -> f64 {
    js_sys::Math::random() * most
}

/// Waits so many milliseconds.
pub async fn pause(shell: &'static Shell, ms: f64) {
    let Deferred { promise, ends } = Deferred::new();
    after(shell, ms, move || ends.resolve(&JsValue::UNDEFINED));
    let _ = settled(&promise).await;
}

/// What comes of it, unless that takes longer.
pub async fn within<T>(shell: &'static Shell, ms: f64, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(pause(shell, ms))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Goes on after so many milliseconds.
pub fn after(shell: &'static Shell, ms: f64, next: impl FnOnce() + 'static) {
    after_boxed(shell, ms, Box::new(next));
}

fn after_boxed(shell: &'static Shell, ms: f64, next: Box<dyn FnOnce()>) {
    // Taken out of an option, because what passes the gate could be called twice for all that the compiler knows.
    let mut next = Some(next);
    let mut fire = Some(move || {
        shell.pass(|| {
            if let Some(next) = next.take() {
                next();
            }
        });
    });
    // gloo throws where the page has taken timers away.
    let set = web::caught(|| {
        if let Some(fire) = fire.take() {
            Timeout::new(number::to_u32(ms), fire).forget();
        }
    });
    if let Err(thrown) = set {
        shell.lost(&thrown);
    }
}
