//! Questions of the page's own code that wait for the engine.

use crate::core::action::Reply;
use crate::core::id::AskId;
use std::cell::RefCell;

/// Goes on with the reply, or without one where the guard does not run.
type Waiting = Box<dyn FnOnce(Option<Reply>)>;

#[derive(Default)]
pub struct Asks(RefCell<Vec<(AskId, Waiting)>>);

impl Asks {
    pub fn add(&self, id: AskId, waiting: Waiting) {
        if let Ok(mut asks) = self.0.try_borrow_mut() {
            asks.push((id, waiting));
        }
    }

    pub fn take(&self, id: AskId) -> Option<Waiting> {
        let mut asks = self.0.try_borrow_mut().ok()?;
        let place = asks.iter().position(|(known, _)| *known == id)?;
        Some(asks.remove(place).1)
    }

    pub fn take_first(&self) -> Option<Waiting> {
        let mut asks = self.0.try_borrow_mut().ok()?;
        if asks.is_empty() { None } else { Some(asks.remove(0).1) }
    }
}
