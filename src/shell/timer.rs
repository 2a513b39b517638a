//! The one timer.

use super::js::J;
use super::{clock, js};
use crate::core::number;
use crate::core::time::Millis;
use std::cell::Cell;
use wasm_bindgen::prelude::*;

#[derive(Default)]
pub struct Timer {
    /// Kept for the whole life of the shell: one function for every arming.
    tick: Cell<JsValue>,
    handle: Cell<Option<JsValue>>,
    due: Cell<Option<Millis>>,
}

/// `setTimeout` takes a signed 32-bit number.
const LONGEST: u64 = i32::MAX as u64;

impl Timer {
    pub fn start(&self, f: impl Fn() + 'static) {
        let tick = js::function(move |_, _| {
            f();
            JsValue::UNDEFINED
        });
        self.tick.set(tick.own());
    }

    /// Must be told before the timer can be armed for the same moment again.
    pub fn fired(&self) {
        self.due.set(None);
    }

    /// So that it fires at `due`, or before: a timer that fires for nothing once in a while costs a page less than setting it anew
    /// at every turn.
    pub fn arm(&self, due: Option<Millis>) {
        let due = due.filter(|due| *due < Millis::NEVER);
        if self.due.get().is_some_and(|armed| due.is_none_or(|due| armed <= due)) {
            return;
        }
        self.clear();
        let Some(at) = due else { return };
        let tick = self.tick.take();
        self.tick.set(tick.clone());
        let wait = (at - clock::now()).0.clamp(1, LONGEST);
        let handle = js::call2(js::window(), "setTimeout", J::of(&tick), js::n(number::from_u64(wait))).ok();
        self.handle.set(handle.map(J::own));
        self.due.set(due);
    }

    pub fn clear(&self) {
        self.due.set(None);
        if let Some(handle) = self.handle.take() {
            js::run1(js::window(), "clearTimeout", J::of(&handle));
        }
    }

    /// Lets go of the tick, which holds the shell.
    pub fn stop(&self) {
        self.tick.take();
        self.clear();
    }
}
