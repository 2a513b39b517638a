//! Questions of the page's own code that wait for the engine.

use crate::core::action::Reply;
use crate::core::id::AskId;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Goes on with the reply, or without one where the guard does not run.
type Waiting = Box<dyn FnOnce(Option<Reply>)>;

#[derive(Default)]
pub struct Asks(RefCell<BTreeMap<AskId, Waiting>>);

impl Asks {
    pub fn add(&self, id: AskId, waiting: Waiting) {
        if let Ok(mut asks) = self.0.try_borrow_mut() {
            asks.insert(id, waiting);
        }
    }

    pub fn take(&self, id: AskId) -> Option<Waiting> {
        self.0.try_borrow_mut().ok()?.remove(&id)
    }

    pub fn take_first(&self) -> Option<Waiting> {
        self.0.try_borrow_mut().ok()?.pop_first().map(|(_, waiting)| waiting)
    }
}
