//! Promises: what comes of one, and those for the page's own code.

use super::callback::{gate, listener};
use super::web::{caught, then};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use wasm_bindgen::prelude::*;

/// What came of a call or of a promise: its value, or what was thrown.
pub type Ended = Result<JsValue, JsValue>;

/// What comes of a promise, of anything with a `then`, or of a value that is none. It is listened to at once: nobody reports a rejection as unhandled,
/// and whoever asks first hears first. Not by `JsFuture`, whose functions do not pass the gate.
pub fn settled(value: &JsValue) -> Settled {
    let coming = Rc::new(Coming::default());
    let end = |as_ended: fn(JsValue) -> Ended| {
        let coming = coming.clone();
        listener(move |value| coming.end(as_ended(value)))
    };
    then(&js_sys::Promise::resolve(value), &end(Ok), &end(Err));
    Settled(coming)
}

pub struct Settled(Rc<Coming>);

#[derive(Default)]
struct Coming {
    ended: Cell<Option<Ended>>,
    waker: Cell<Option<Waker>>,
}

impl Coming {
    fn end(&self, ended: Ended) {
        self.ended.set(Some(ended));
        let Some(waker) = self.waker.take() else { return };
        let mut waker = Some(waker);
        let woken = caught(|| {
            if let Some(waker) = waker.take() {
                waker.wake();
            }
        });
        // Without microtasks no future goes on any more.
        if let (Err(thrown), Some(gate)) = (woken, gate()) {
            let _ = gate.failed(&thrown, true);
        }
    }
}

impl Future for Settled {
    type Output = Ended;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ended> {
        if let Some(ended) = self.0.ended.take() {
            return Poll::Ready(ended);
        }
        self.0.waker.set(Some(context.waker().clone()));
        Poll::Pending
    }
}

/// What comes of a call that returned a promise, or threw.
pub fn outcome(call: Ended) -> impl Future<Output = Ended> {
    let coming = call.map(|returned| settled(&returned));
    async move { coming?.await }
}

/// A promise for the page's own code, with its two ends.
pub struct Deferred {
    pub promise: js_sys::Promise,
    pub ends: Ends,
}

#[derive(Clone)]
pub struct Ends {
    resolve: js_sys::Function,
    reject: js_sys::Function,
}

impl Deferred {
    pub fn new() -> Deferred {
        let found = Rc::new(Cell::new(None));
        let kept = found.clone();
        let promise = js_sys::Promise::new(&mut move |resolve, reject| kept.set(Some(Ends { resolve, reject })));
        // Without ends only where the page replaced Promise by something that never calls its executor.
        let nobody = || js_sys::Function::from(JsValue::UNDEFINED);
        let ends = found.take().unwrap_or_else(|| Ends { resolve: nobody(), reject: nobody() });
        Deferred { promise, ends }
    }
}

impl Ends {
    pub fn resolve(&self, value: &JsValue) {
        let _ = self.resolve.call1(&JsValue::UNDEFINED, value);
    }

    pub fn reject(&self, reason: &JsValue) {
        let _ = self.reject.call1(&JsValue::UNDEFINED, reason);
    }

    pub fn end(&self, ended: &Ended) {
        match ended {
            Ok(value) => self.resolve(value),
            Err(reason) => self.reject(reason),
        }
    }
}
