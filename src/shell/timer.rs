//! The one timer.

use super::web::caught;
use crate::core::time::Millis;
use gloo::timers::callback::Timeout;
use std::cell::Cell;
use wasm_bindgen::JsValue;

#[derive(Default)]
pub struct Timer {
    armed: Cell<Option<Timeout>>,
    due: Cell<Option<Millis>>,
}

/// `setTimeout` takes a signed 32-bit number.
const LONGEST: u64 = i32::MAX as u64;

impl Timer {
    /// So that it fires at `due`, or before: a timer that fires for nothing once in a while costs a page less than setting it anew
    /// at every turn. gloo throws where the page has taken timers away.
    pub fn arm(
        &'static self,
        now: Millis,
        due: Option<Millis>,
        fired: impl Fn() + Copy + 'static,
    ) -> Result<(), JsValue> {
        let due = due.filter(|due| *due < Millis::NEVER);
        if self.due.get().is_some_and(|armed| due.is_none_or(|due| armed <= due)) {
            return Ok(());
        }
        caught(|| {
            self.clear();
            let Some(at) = due else { return };
            let wait = u32::try_from((at - now).0.clamp(1, LONGEST)).unwrap_or(u32::MAX);
            self.armed.set(Some(Timeout::new(wait, move || {
                self.due.set(None);
                fired();
            })));
            self.due.set(Some(at));
        })
    }

    pub fn clear(&self) {
        self.due.set(None);
        drop(self.armed.take());
    }
}
