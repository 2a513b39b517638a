//! What the page's own code listens to with `guard.on`.

use crate::wire::ask::GuardEvent;
use js_sys::Function;
use std::cell::RefCell;

/// More listeners than any page has use for; a leak, most likely.
const MOST: usize = 200;

pub struct Listener {
    pub id: u32,
    pub event: GuardEvent,
    pub heard: Function,
}

#[derive(Default)]
pub struct Listeners(RefCell<Vec<Listener>>);

impl Listeners {
    pub fn add(&self, listener: Listener) {
        if let Ok(mut all) = self.0.try_borrow_mut()
            && all.len() < MOST
        {
            all.push(listener);
        }
    }

    pub fn remove(&self, id: u32) {
        if let Ok(mut all) = self.0.try_borrow_mut() {
            all.retain(|listener| listener.id != id);
        }
    }

    /// Copies: a listener may add or remove listeners.
    pub fn of(&self, event: GuardEvent) -> Vec<Function> {
        let Ok(all) = self.0.try_borrow() else { return Vec::new() };
        all.iter().filter(|listener| listener.event == event).map(|listener| listener.heard.clone()).collect()
    }

    pub fn clear(&self) {
        let all = self.0.try_borrow_mut().map(|mut all| std::mem::take(&mut *all));
        drop(all);
    }
}
