//! Requests of the page that are under way.

use crate::core::id::RequestId;
use crate::shell::promise::Ends;
use crate::shell::watch::Watch;
use crate::shell::web::{PageRequest, caught};
use js_sys::Function;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, Response};

/// The idempotency key of a key action, and what its requests came to.
pub struct KeyUse {
    pub key: String,
    /// Status of the last request that carried the key, 0 without an answer; `None` before there was one.
    pub last_status: Cell<Option<u16>>,
}

/// An attempt on its way, with what gives it up.
pub enum Flight {
    Sent(Option<AbortController>),
    Adopted(Option<Function>),
}

impl Flight {
    pub fn give_up(&self) {
        // Listeners of the page may hear of it, and throw.
        let _ = caught(|| match self {
            Flight::Sent(Some(controller)) => controller.abort(),
            Flight::Adopted(Some(abort)) => _ = abort.call0(&JsValue::UNDEFINED),
            Flight::Sent(None) | Flight::Adopted(None) => (),
        });
    }
}

pub struct Held {
    /// Copied for each attempt: a request's body can be sent once.
    pub request: PageRequest,
    pub answer: Ends,
    /// The page's own signal.
    pub signal: Option<AbortSignal>,
    /// What sends it, where the page's own `fetch` led here.
    pub sender: Option<Function>,
    /// Hears of that signal.
    pub _link: Option<Watch>,
    pub attempt: u32,
    pub flight: Option<Flight>,
    pub last: Option<Result<Response, JsValue>>,
    /// The engine has nothing more to do for it: what is in flight is its outcome, whatever it is.
    pub given_back: bool,
    pub key_use: Option<Rc<KeyUse>>,
}

#[derive(Default)]
pub struct Requests(RefCell<Vec<(RequestId, Held)>>);

impl Requests {
    pub fn add(&self, id: RequestId, held: Held) {
        if let Ok(mut all) = self.0.try_borrow_mut() {
            all.push((id, held));
        }
    }

    pub fn with<T>(&self, id: RequestId, f: impl FnOnce(&mut Held) -> T) -> Option<T> {
        let mut all = self.0.try_borrow_mut().ok()?;
        all.iter_mut().find(|(known, _)| *known == id).map(|(_, held)| f(held))
    }

    pub fn take(&self, id: RequestId) -> Option<Held> {
        let mut all = self.0.try_borrow_mut().ok()?;
        let place = all.iter().position(|(known, _)| *known == id)?;
        Some(all.remove(place).1)
    }

    pub fn is_pending(&self, id: RequestId, attempt: u32) -> bool {
        self.with(id, |held| held.flight.is_some() && held.attempt == attempt) == Some(true)
    }

    /// One that waits between two attempts.
    pub fn idle(&self) -> Option<RequestId> {
        let all = self.0.try_borrow().ok()?;
        all.iter().find(|(_, held)| held.flight.is_none()).map(|(id, _)| *id)
    }
}
