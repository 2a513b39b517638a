//! Key actions: submit, repay, sign. Never twice at once, and one idempotency key until the outcome is known.

use super::asks;
use super::fetch::{self, KeyUse};
use super::js::J;
use super::js::fulfil;
use super::{Shell, clock, js};
use crate::core::action::Reply;
use crate::core::dice::Dice;
use crate::core::event::Event;
use crate::core::id::AskId;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Key actions that have not ended, by name.
#[derive(Default)]
pub struct Running(RefCell<Vec<(String, JsValue)>>);

/// A key action that waits for its key.
struct Waiting {
    name: String,
    run: JsValue,
    resolve: JsValue,
    reject: JsValue,
}

/// `guard.keyAction`. While one of that name runs, its promise is the answer: a second tap sends nothing.
pub fn key_action(shell: &'static Shell, name: &str, run: JsValue) -> JsValue {
    if !run.is_function() {
        return js::refused("pagemend: keyAction(name, run): run must be a function");
    }
    if let Some(promise) = running(shell, name) {
        return promise;
    }
    let (promise, resolve, reject) = js::deferred();
    if let Ok(mut all) = shell.keys.0.try_borrow_mut() {
        all.push((name.into(), promise.clone()));
    }
    let waiting = Waiting { name: name.into(), run, resolve, reject };
    let decided = move |reply| match reply {
        Some(Reply::Key(key)) => go(shell, waiting, key),
        _ => go_unguarded(shell, waiting),
    };
    asks::put(shell, Box::new(decided), &|ask: AskId| Event::KeyActionAsked { ask, name: name.into() });
    promise
}

fn running(shell: &Shell, name: &str) -> Option<JsValue> {
    let all = shell.keys.0.try_borrow().ok()?;
    all.iter().find(|(known, _)| known == name).map(|(_, promise)| promise.clone())
}

fn forget(shell: &Shell, name: &str) {
    if let Ok(mut all) = shell.keys.0.try_borrow_mut() {
        let place = all.iter().position(|(known, _)| known == name);
        place.map(|place| all.swap_remove(place));
    }
}

/// The engine has decided: go on with this key, or not at all.
fn go(shell: &'static Shell, waiting: Waiting, key: Option<String>) {
    let Some(key) = key else {
        forget(shell, &waiting.name);
        return fulfil(&waiting.reject, js::error("PagemendCancelled", "the user chose not to go on"));
    };
    let key_use = Rc::new(KeyUse { key, last_status: Cell::new(None) });
    let context = context(shell, &key_use);
    let started = js::apply(J::of(&waiting.run), js::undefined(), &[context]);
    js::then(started, move |result| {
        forget(shell, &waiting.name);
        let settled = settled(result, key_use.last_status.get());
        shell.dispatch(Event::KeyActionEnded { name: waiting.name, settled });
        match result {
            Ok(value) => fulfil(&waiting.resolve, value),
            Err(thrown) => fulfil(&waiting.reject, thrown),
        }
    });
}

/// Without an engine the action runs as if there were no guard, with a key of its own.
fn go_unguarded(shell: &'static Shell, waiting: Waiting) {
    let key = Dice::new(clock::seed()).hex32();
    go(shell, waiting, Some(key));
}

/// `{ key, fetch }`: its fetch carries the key.
fn context(shell: &'static Shell, key_use: &Rc<KeyUse>) -> J<'static> {
    let using = key_use.clone();
    let fetch = js::function(move |input, init| fetch::fetch(shell, (input, init), Some(using.clone()), None));
    let context = js::json("{}");
    js::set(context, "key", js::s(&key_use.key));
    js::set(context, "fetch", fetch);
    context
}

/// Whether the outcome is known, so that the next action of that name may have a new key.
fn settled(result: js::Ended, last_status: Option<u16>) -> bool {
    match last_status {
        Some(status) => !(matches!(status, 0 | 408 | 425 | 429) || status >= 500),
        // Nothing was sent through the context. A TypeError is what the browser's own fetch rejects with.
        None => match result {
            Ok(_) => true,
            Err(thrown) => !js::is(thrown, "name", "TypeError"),
        },
    }
}
