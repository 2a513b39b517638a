//! Dynamic imports that can be tried again.

use super::error::GuardError;
use super::promise::{Deferred, Ended, outcome};
use super::state::Shell;
use super::task;
use super::web::property;
use super::{clock, listeners};
use crate::core::config::RetryPolicy;
use crate::core::event::Event;
use crate::core::number;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

/// `guard.import`: `loader` is called with the number of the attempt, from 0, so that it can ask for another address of
/// the same module: engines keep a failed one, Firefox for ever.
pub fn import(shell: &'static Shell, loader: &JsValue) -> Promise {
    let Some(loader) = loader.dyn_ref::<Function>() else {
        return GuardError::NotAFunction("import(loader): the loader").rejection();
    };
    let Deferred { promise, ends } = Deferred::new();
    let loader = loader.clone();
    let first = outcome(load(&loader, 0));
    task::spawn(shell, async move {
        let module = match first.await {
            Ok(module) => Ok(module),
            Err(thrown) => again(shell, &loader, thrown).await,
        };
        ends.end(&module);
    });
    promise
}

fn load(loader: &Function, attempt: u32) -> Ended {
    loader.call1(&JsValue::UNDEFINED, &attempt.into())
}

/// The attempts after the first, which ended with this.
async fn again(shell: &'static Shell, loader: &Function, mut thrown: JsValue) -> Ended {
    let retry = &shell.retry.get();
    let mut attempt = 0;
    let mut failed = None;
    loop {
        let text = property(&thrown, "message").as_string().unwrap_or_default();
        let url = address_in(&text);
        attempt += 1;
        if attempt >= retry.limit || !shell.running() || !may(shell, &url) {
            // A page can do without a worker, and hears of it: nobody reloads for one.
            if !property(&thrown, "pagemendWorker").is_truthy() {
                shell.dispatch(Event::ImportFailed { url, text });
            }
            return Err(thrown);
        }
        failed.get_or_insert(url);
        clock::pause(shell, jitter(retry, attempt)).await;
        match outcome(load(loader, attempt)).await {
            Ok(module) => {
                shell.dispatch(Event::ImportHealed { url: failed.unwrap_or_default() });
                return Ok(module);
            }
            Err(next) => thrown = next,
        }
    }
}

/// Full jitter, as for requests.
fn jitter(retry: &RetryPolicy, attempt: u32) -> f64 {
    let most = retry.base.0.saturating_mul(1 << attempt.min(16)).min(retry.cap.0);
    clock::random(number::from_u64(most))
}

/// Where the engine tells what it was, the page may forbid another try.
fn may(shell: &'static Shell, url: &str) -> bool {
    url.is_empty() || listeners::before_retry(shell, url, url).is_some()
}

/// The address that Chromium and Firefox name in the message; WebKit names none.
fn address_in(text: &str) -> String {
    let mut words = text.split([' ', '"', '\'', '(', ')']);
    words.find(|word| word.starts_with("http")).unwrap_or_default().into()
}
