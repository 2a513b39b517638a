//! Work that waits for the browser: futures, each poll of which passes the gate, and promises of the page's own code.

use super::Shell;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// What came of a call or of a promise: its value, or what was thrown.
pub type Ended = Result<JsValue, JsValue>;

/// Runs it to its end, beginning in the next microtask. What is thrown or trapped on the way ends it, and is counted as any failure of the guard.
pub fn spawn(shell: &'static Shell, work: impl Future<Output = ()> + 'static) {
    spawn_local(Gated { shell, work: Box::pin(work), ended: false });
}

/// A trap never unwinds: one that left through the executor would leave it borrowed for good, and every other future with it.
struct Gated {
    shell: &'static Shell,
    work: Pin<Box<dyn Future<Output = ()>>>,
    ended: bool,
}

impl Future for Gated {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Gated { shell, work, ended } = self.get_mut();
        if *ended {
            return Poll::Ready(());
        }
        let mut polled = Poll::Ready(());
        let whole = shell.pass(|| polled = work.as_mut().poll(context));
        *ended = !whole || polled.is_ready();
        if *ended { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// What comes of a promise, of anything with a `then`, or of a value that is none. It is listened to at once: nobody reports a rejection as unhandled,
/// and whoever asks first hears first.
pub fn settled(value: &JsValue) -> JsFuture {
    JsFuture::from(js_sys::Promise::resolve(value))
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
