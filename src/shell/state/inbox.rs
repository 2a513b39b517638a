//! What waits for its turn with the engine.

use crate::core::event::Event;
use std::cell::{Cell, RefCell};

/// Events that wait while another is handled. More than a page can cause in one turn.
const MAX_INBOX: usize = 1000;

/// What the engine is called for.
pub enum Input {
    Event(Event),
    /// The timer fired.
    Due,
    /// The last one.
    Stop,
}

#[derive(Default)]
pub struct Inbox {
    waiting: RefCell<Vec<Input>>,
    /// The engine, or what it asked for, is at work.
    pub busy: Cell<bool>,
    pub hurry: Cell<bool>,
}

impl Inbox {
    pub fn put(&self, input: Input) {
        if let Ok(mut inbox) = self.waiting.try_borrow_mut()
            && inbox.len() < MAX_INBOX
        {
            inbox.push(input);
        }
    }

    pub fn put_first(&self, input: Input) {
        if let Ok(mut inbox) = self.waiting.try_borrow_mut() {
            inbox.insert(0, input);
        }
    }

    pub fn take(&self) -> Option<Input> {
        self.waiting.try_borrow_mut().ok().filter(|inbox| !inbox.is_empty()).map(|mut inbox| inbox.remove(0))
    }

    pub fn has_more(&self) -> bool {
        self.waiting.try_borrow().is_ok_and(|inbox| !inbox.is_empty())
    }
}
