//! Questions of the page's own code that wait for the engine, and the neutral answers when there is none any more.

use super::js::J;
use super::{Shell, js};
use crate::core::action::Reply;
use crate::core::event::Event;
use crate::core::id::AskId;
use crate::core::json;
use crate::wire::out::{self, Question, Told};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Goes on with the reply, or without one where the guard does not run.
pub type Waiting = Box<dyn FnOnce(Option<Reply>)>;

#[derive(Default)]
pub struct Asks(RefCell<Vec<(AskId, Waiting)>>);

impl Asks {
    fn add(&self, id: AskId, waiting: Waiting) {
        if let Ok(mut asks) = self.0.try_borrow_mut() {
            asks.push((id, waiting));
        }
    }

    fn take(&self, id: AskId) -> Option<Waiting> {
        let mut asks = self.0.try_borrow_mut().ok()?;
        let place = asks.iter().position(|(known, _)| *known == id)?;
        Some(asks.swap_remove(place).1)
    }

    fn first(&self) -> Option<Waiting> {
        let mut asks = self.0.try_borrow_mut().ok()?;
        if asks.is_empty() { None } else { Some(asks.remove(0).1) }
    }
}

/// As the page's code sees it.
pub fn value<'s>(told: &Told) -> J<'s> {
    let value = js::json(&json::write(told));
    if let Told::Render(verdict) = told {
        js::set(value, out::TOOK_MS, js::n(verdict.took_ms));
    }
    value
}

/// Asks the engine; the promise is fulfilled by its reply, or neutrally when the guard does not run.
pub fn ask(shell: &'static Shell, question: Question, event: &dyn Fn(AskId) -> Event) -> JsValue {
    let (promise, resolve, _) = js::deferred();
    let waiting = move |reply: Option<Reply>| {
        let told = reply.as_ref().map_or_else(|| out::neutral(question), out::reply);
        js::fulfil(&resolve, value(&told));
    };
    put(shell, Box::new(waiting), event);
    promise
}

pub fn put(shell: &'static Shell, waiting: Waiting, event: &dyn Fn(AskId) -> Event) {
    if !shell.running() {
        return waiting(None);
    }
    let id = AskId(shell.fresh_id());
    shell.asks.add(id, waiting);
    shell.dispatch(event(id));
}

pub fn reply(shell: &Shell, id: AskId, reply: Reply) {
    if let Some(waiting) = shell.asks.take(id) {
        waiting(Some(reply));
    }
}

/// Answers everybody who still waits.
pub fn release(shell: &Shell) {
    while let Some(waiting) = shell.asks.first() {
        waiting(None);
    }
}
