//! Listeners and observers that go away with the value that stands for them.

use super::js;
use wasm_bindgen::prelude::*;

pub type Callback = Closure<dyn Fn(JsValue)>;

/// Removed, or disconnected, when dropped.
pub struct Watch {
    /// What is listened to, or the observer.
    target: JsValue,
    /// Of the event; `None` for an observer.
    kind: Option<&'static str>,
    callback: Callback,
}

impl Drop for Watch {
    fn drop(&mut self) {
        match self.kind {
            Some(kind) => {
                js::run(&self.target, "removeEventListener", &[&kind.into(), self.callback.as_ref(), &JsValue::TRUE])
            }
            None => js::run0(&self.target, "disconnect"),
        };
    }
}

/// Listens in the capture phase; `None` where the target cannot be listened to.
pub fn listen(target: &JsValue, kind: &'static str, f: impl Fn(JsValue) + 'static) -> Option<Watch> {
    let callback = callback(f);
    js::call(target, "addEventListener", &[&kind.into(), callback.as_ref(), &JsValue::TRUE]).ok()?;
    Some(Watch { target: target.clone(), kind: Some(kind), callback })
}

/// `new class(callback).observe(...args)`; `None` where there is no such observer.
pub fn observe(class: &str, args: &[&JsValue], f: impl Fn(JsValue) + 'static) -> Option<Watch> {
    let callback = callback(f);
    let target = js::construct(class, &[callback.as_ref()]).ok()?;
    js::call(&target, "observe", args).ok()?;
    Some(Watch { target, kind: None, callback })
}

// One closure type for all, boxed before it is wrapped: each further one costs glue.
pub fn callback(f: impl Fn(JsValue) + 'static) -> Callback {
    let boxed: Box<dyn Fn(JsValue)> = Box::new(f);
    Closure::wrap_aborting(boxed)
}
