//! Asking the engine for the page's own code: the reply, and the neutral answers when there is no engine any more.

use super::promise::Deferred;
use super::state::Shell;
use crate::core::action::Reply;
use crate::core::event::Event;
use crate::core::id::AskId;
use crate::wire::out::{self, Question};
use js_sys::Promise;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// As the page's code sees it: plain objects, and every number a number.
pub fn value(told: &impl Serialize) -> JsValue {
    told.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

/// Asks the engine; the promise is fulfilled by its reply, or neutrally when the guard does not run.
pub fn ask(shell: &'static Shell, question: Question, event: impl FnOnce(AskId) -> Event) -> Promise {
    let Deferred { promise, ends } = Deferred::new();
    let answer = move |reply: Option<Reply>| {
        let told = reply.as_ref().map_or_else(|| out::neutral(question), out::reply);
        ends.resolve(&value(&told));
    };
    put(shell, answer, event);
    promise
}

/// The same, for who goes on in another way.
pub fn put(shell: &'static Shell, waiting: impl FnOnce(Option<Reply>) + 'static, event: impl FnOnce(AskId) -> Event) {
    if !shell.running() {
        return waiting(None);
    }
    let id = AskId(shell.fresh_id());
    shell.asks.add(id, Box::new(waiting));
    shell.dispatch(event(id));
}

pub fn reply(shell: &Shell, id: AskId, reply: Reply) {
    if let Some(waiting) = shell.asks.take(id) {
        waiting(Some(reply));
    }
}

/// Answers everybody who still waits.
pub fn release(shell: &Shell) {
    while let Some(waiting) = shell.asks.take_first() {
        waiting(None);
    }
}
