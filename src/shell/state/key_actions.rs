//! Which key actions run.

use js_sys::Promise;
use std::cell::RefCell;

/// Key actions that have not ended, by name.
#[derive(Default)]
pub struct KeyActions(RefCell<Vec<(String, Promise)>>);

impl KeyActions {
    pub fn promise_of(&self, name: &str) -> Option<Promise> {
        let all = self.0.try_borrow().ok()?;
        all.iter().find(|(known, _)| known == name).map(|(_, promise)| promise.clone())
    }

    pub fn add(&self, name: &str, promise: Promise) {
        if let Ok(mut all) = self.0.try_borrow_mut() {
            all.push((name.into(), promise));
        }
    }

    pub fn remove(&self, name: &str) {
        if let Ok(mut all) = self.0.try_borrow_mut() {
            all.retain(|(known, _)| known != name);
        }
    }
}
