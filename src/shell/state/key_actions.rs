//! Which key actions run.

use js_sys::Promise;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Key actions that have not ended, by name.
#[derive(Default)]
pub struct KeyActions(RefCell<BTreeMap<String, Promise>>);

impl KeyActions {
    pub fn promise_of(&self, name: &str) -> Option<Promise> {
        self.0.try_borrow().ok()?.get(name).cloned()
    }

    pub fn add(&self, name: &str, promise: Promise) {
        if let Ok(mut all) = self.0.try_borrow_mut() {
            all.insert(name.into(), promise);
        }
    }

    pub fn remove(&self, name: &str) {
        if let Ok(mut all) = self.0.try_borrow_mut() {
            all.remove(name);
        }
    }
}
