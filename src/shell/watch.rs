//! Listeners and observers that go away with the value that stands for them.

use super::js::{self, J};
use wasm_bindgen::prelude::*;

/// Removed, or disconnected, when dropped.
pub struct Watch {
    /// What is listened to, or the observer.
    target: JsValue,
    /// Of the event; `None` for an observer.
    kind: Option<&'static str>,
    callback: JsValue,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _scope = js::Scope::open();
        let target = J::of(&self.target);
        match self.kind {
            Some(kind) => {
                js::ok(js::call(target, "removeEventListener", &[js::s(kind), J::of(&self.callback), js::truth(true)]))
            }
            None => js::run0(target, "disconnect"),
        };
    }
}

/// Listens in the capture phase; `None` where the target cannot be listened to.
pub fn listen(target: J, kind: &'static str, f: impl Fn(J) + 'static) -> Option<Watch> {
    let callback = callback(f);
    js::call(target, "addEventListener", &[js::s(kind), callback, js::truth(true)]).ok()?;
    Some(Watch { target: target.own(), kind: Some(kind), callback: callback.own() })
}

/// `new class(callback).observe(...args)`; `None` where there is no such observer.
pub fn observe(class: &str, args: &[J], f: impl Fn(J) + 'static) -> Option<Watch> {
    let callback = callback(f);
    let target = js::construct(class, &[callback]).ok()?;
    js::call(target, "observe", args).ok()?;
    Some(Watch { target: target.own(), kind: None, callback: callback.own() })
}

fn callback<'s>(f: impl Fn(J) + 'static) -> J<'s> {
    js::function(move |told, _| {
        f(told);
        JsValue::UNDEFINED
    })
}
