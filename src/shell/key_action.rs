//! Key actions: submit, repay, sign. Never twice at once, and one idempotency key until the outcome is known.

use super::error::GuardError;
use super::promise::{Deferred, Ended, Ends, outcome};
use super::state::Shell;
use super::state::requests::KeyUse;
use super::web::property;
use super::{asks, callback, clock, expiry, fetch, task};
use crate::core::action::Reply;
use crate::core::dice::Dice;
use crate::core::event::Event;
use js_sys::{Function, Object, Promise};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the action is called with, see `KeyContext` of the bindings.
    #[wasm_bindgen(extends = Object)]
    type KeyContext;
    #[wasm_bindgen(method, setter)]
    fn set_key(this: &KeyContext, key: &str);
    #[wasm_bindgen(method, setter)]
    fn set_fetch(this: &KeyContext, fetch: &Function);
}

/// A key action that waits for its key.
struct Waiting {
    name: String,
    run: Function,
    ends: Ends,
}

/// `guard.keyAction`. While one of that name runs, its promise is the answer: a second tap sends nothing.
pub fn key_action(shell: &'static Shell, name: &str, run: &JsValue) -> Promise {
    let Some(run) = run.dyn_ref::<Function>() else {
        return GuardError::NotAFunction("keyAction(name, run): run").rejection();
    };
    if let Some(promise) = shell.keys.promise_of(name) {
        return promise;
    }
    let Deferred { promise, ends } = Deferred::new();
    shell.keys.add(name, promise.clone());
    let waiting = Waiting { name: name.into(), run: run.clone(), ends };
    let decided = move |reply| match reply {
        Some(Reply::Key(Some(key))) => go(shell, waiting, key),
        Some(Reply::Key(None)) => give_up(shell, &waiting),
        // Without an engine the action runs as if there were no guard, with a key of its own.
        _ => go(shell, waiting, Dice::new(clock::seed()).hex32()),
    };
    // The device may have slept since anybody looked.
    expiry::read_clock(shell);
    asks::put(shell, decided, |ask| Event::KeyActionAsked { ask, name: name.into() });
    promise
}

fn give_up(shell: &Shell, waiting: &Waiting) {
    shell.keys.remove(&waiting.name);
    waiting.ends.reject(&GuardError::Cancelled.into());
}

fn go(shell: &'static Shell, Waiting { name, run, ends }: Waiting, key: String) {
    let key_use = Rc::new(KeyUse { key, last_status: Cell::new(None) });
    let mut result = None;
    let begun = shell.pass(|| result = Some(outcome(run.call1(&JsValue::UNDEFINED, &context(shell, &key_use)))));
    let Some(result) = result.filter(|_| begun) else {
        // Whoever stands at the gate answers for it; the next press begins anew.
        shell.keys.remove(&name);
        return ends.reject(&GuardError::Failed.into());
    };
    task::spawn(shell, async move {
        let ended = result.await;
        shell.keys.remove(&name);
        let settled = is_known(&ended, key_use.last_status.get());
        shell.dispatch(Event::KeyActionEnded { name, settled });
        ends.end(&ended);
    });
}

/// `{ key, fetch }`: its fetch carries the key.
fn context(shell: &'static Shell, key_use: &Rc<KeyUse>) -> KeyContext {
    let context: KeyContext = Object::new().unchecked_into();
    context.set_key(&key_use.key);
    let key_use = key_use.clone();
    context.set_fetch(&callback::function_of_two(move |input, init| {
        fetch::fetch(shell, &input, &init, Some(key_use.clone()), None).into()
    }));
    context
}

/// Whether the outcome is known, so that the next action of that name may have a new key.
fn is_known(ended: &Ended, last_status: Option<u16>) -> bool {
    match (last_status, ended) {
        (Some(status), _) => !(matches!(status, 0 | 408 | 425 | 429) || status >= 500),
        // Nothing was sent through the context.
        (None, Ok(_)) => true,
        // A TypeError is what the browser's own fetch rejects with.
        (None, Err(thrown)) => property(thrown, "name").as_string().as_deref() != Some("TypeError"),
    }
}
