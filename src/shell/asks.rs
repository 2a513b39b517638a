//! Questions of the page's own code that wait for the engine, and the neutral answers when there is none any more.

use super::{Shell, js, key_action};
use crate::core::action::Reply;
use crate::core::event::{AskId, Event};
use crate::core::freshness::{Freshness, FreshnessVerdict};
use crate::core::render::{RenderState, RenderVerdict};
use crate::core::storage::RepairReport;
use crate::core::time::Millis;
use crate::wire::out;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// Who waits, and for what kind of answer.
pub enum Waiting {
    Render(JsValue),
    Freshness(JsValue),
    Repair(JsValue),
    Choice(JsValue),
    Key(key_action::Waiting),
}

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

/// Asks the engine; the promise is fulfilled by its reply, or neutrally when the guard does not run.
pub fn ask(shell: &'static Shell, waiting: fn(JsValue) -> Waiting, event: &dyn Fn(AskId) -> Event) -> JsValue {
    let (promise, resolve, _) = js::deferred();
    put(shell, waiting(resolve), event);
    promise
}

pub fn put(shell: &'static Shell, waiting: Waiting, event: &dyn Fn(AskId) -> Event) {
    if !shell.running() {
        return neutral(shell, waiting);
    }
    let id = AskId(shell.fresh_id());
    shell.asks.add(id, waiting);
    shell.dispatch(event(id));
}

pub fn reply(shell: &'static Shell, id: AskId, reply: Reply) {
    let Some(waiting) = shell.asks.take(id) else { return };
    let (resolve, value) = match (waiting, reply) {
        (Waiting::Render(resolve), Reply::Render(verdict)) => (resolve, out::render(&verdict)),
        (Waiting::Freshness(resolve), Reply::Freshness(verdict)) => (resolve, out::freshness(&verdict)),
        (Waiting::Repair(resolve), Reply::Repair(report)) => (resolve, out::repair(&report)),
        (Waiting::Choice(resolve), Reply::Choice(choice)) => (resolve, out::choice(&choice)),
        (Waiting::Key(waiting), Reply::Key(key)) => return key_action::go(shell, waiting, key),
        (other, _) => return neutral(shell, other),
    };
    js::fulfil(&resolve, js::json(&value));
}

/// Answers everybody who still waits.
pub fn release(shell: &'static Shell) {
    while let Some(waiting) = shell.asks.first() {
        neutral(shell, waiting);
    }
}

fn neutral(shell: &'static Shell, waiting: Waiting) {
    let (resolve, value) = match waiting {
        Waiting::Render(resolve) => {
            let verdict = RenderVerdict {
                state: RenderState::Unknown,
                overdue: false,
                hidden_by_style: false,
                cause: None,
                evidence: Vec::new(),
                took: Millis(0),
                reason: "the guard does not run".into(),
            };
            (resolve, out::render(&verdict))
        }
        Waiting::Freshness(resolve) => {
            let verdict = FreshnessVerdict {
                state: Freshness::Unknown,
                running: String::new(),
                latest: String::new(),
                reason: "the guard does not run",
            };
            (resolve, out::freshness(&verdict))
        }
        Waiting::Repair(resolve) => (resolve, out::repair(&RepairReport::default())),
        Waiting::Choice(resolve) => (resolve, out::choice(crate::core::prompt::choice::NONE)),
        Waiting::Key(waiting) => return key_action::go_unguarded(shell, waiting),
    };
    js::fulfil(&resolve, js::json(&value));
}
