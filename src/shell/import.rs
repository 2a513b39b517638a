//! Dynamic imports that can be tried again.

use super::js::J;
use super::js::fulfil;
use super::{Shell, clock, js, listeners, look};
use crate::core::event::Event;
use crate::core::number;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// An import that is on its way.
struct Import {
    shell: &'static Shell,
    loader: JsValue,
    resolve: JsValue,
    reject: JsValue,
}

/// `guard.import`: `loader` is called with the number of the attempt, from 0, so that it can ask for another address of
/// the same module: engines keep a failed one, Firefox for ever.
pub fn import(shell: &'static Shell, loader: JsValue) -> JsValue {
    if !loader.is_function() {
        return js::refused("pagemend: import(loader): the loader must be a function");
    }
    let (promise, resolve, reject) = js::deferred();
    load(&Rc::new(Import { shell, loader, resolve, reject }), 0);
    promise
}

fn load(import: &Rc<Import>, attempt: u32) {
    let started = js::apply(J::of(&import.loader), js::undefined(), &[js::n(attempt.into())]);
    let import = import.clone();
    js::then(started, move |loaded| {
        let Import { shell, resolve, reject, .. } = &*import;
        let thrown = match loaded {
            Ok(module) => return fulfil(resolve, module),
            Err(thrown) => thrown,
        };
        let retry = &shell.settings.retry;
        let next = attempt + 1;
        let text = js::word(thrown, "message");
        let url = address_in(&text);
        if next >= retry.limit || !shell.running() || !may(shell, &url) {
            // A page can do without a worker, and hears of it: nobody reloads for one.
            if !js::flag(thrown, "pagemendWorker") {
                shell.dispatch(Event::ImportFailed { url, text });
            }
            return fulfil(reject, thrown);
        }
        // Full jitter, as for requests.
        let most = retry.base.0.saturating_mul(1 << next.min(16)).min(retry.cap.0);
        let import = import.clone();
        clock::after(shell, clock::random(number::from_u64(most)), move || load(&import, next));
    });
}

/// Where the engine tells what it was, the page may forbid another try.
fn may(shell: &'static Shell, url: &str) -> bool {
    url.is_empty() || listeners::before_retry(shell, url, url).is_some()
}

/// The address that Chromium and Firefox name in the message; WebKit names none.
fn address_in(text: &str) -> String {
    let mut rest = text;
    while !rest.is_empty() {
        let word = look::before(rest, b" \"'()");
        if word.starts_with("http") {
            return word.into();
        }
        rest = look::after(rest, word);
    }
    String::new()
}
