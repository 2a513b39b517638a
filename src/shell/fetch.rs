//! Requests of the page that go through the guard. The engine decides on each attempt; the page gets the last outcome,
//! and gets what the browser's own `fetch` would give wherever the guard cannot help.

use super::js::J;
use super::js::fulfil;
use super::page::is_http_j;
use super::watch::{Watch, listen};
use super::{Shell, clock, js, listeners, look};
use crate::core::event::{AttemptOutcome, Event};
use crate::core::id::RequestId;
use crate::core::number;
use crate::core::time::Millis;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

pub const KEY_HEADER: &str = "Idempotency-Key";
/// A longer `Retry-After` is a mistake: a day.
const LONGEST_WAIT_MS: f64 = 86_400_000.0;

/// The idempotency key of a key action, and what its requests came to.
pub struct KeyUse {
    pub key: String,
    /// Status of the last request that carried the key, 0 without an answer; `None` before there was one.
    pub last_status: Cell<Option<u16>>,
}

struct Held {
    id: RequestId,
    /// Cloned for each attempt: a request's body can be sent once.
    request: JsValue,
    resolve: JsValue,
    reject: JsValue,
    /// The page's own signal, or undefined.
    signal: JsValue,
    /// What sends it, where the page's own `fetch` led here.
    sender: JsValue,
    _link: Option<Watch>,
    attempt: u32,
    in_flight: bool,
    /// Gives up the attempt in flight.
    abort: JsValue,
    last: Option<Result<JsValue, JsValue>>,
    key_use: Option<Rc<KeyUse>>,
}

#[derive(Default)]
pub struct Requests(RefCell<Vec<Held>>);

impl Requests {
    fn with<T>(&self, id: RequestId, f: impl FnOnce(&mut Held) -> T) -> Option<T> {
        let mut all = self.0.try_borrow_mut().ok()?;
        all.iter_mut().find(|held| held.id == id).map(f)
    }

    fn take(&self, id: RequestId) -> Option<Held> {
        let mut all = self.0.try_borrow_mut().ok()?;
        let place = all.iter().position(|held| held.id == id)?;
        Some(all.swap_remove(place))
    }

    fn is_pending(&self, id: RequestId, attempt: u32) -> bool {
        self.with(id, |held| held.in_flight && held.attempt == attempt) == Some(true)
    }
}

/// A first attempt that the page sent before the engine was there: its promise, and what gives it up.
pub struct First<'s> {
    pub sent: J<'s>,
    pub abort: J<'s>,
}

/// `guard.fetch`, and requests that are adopted.
pub fn fetch<'s>(
    shell: &'static Shell,
    (input, init): (J<'s>, J<'s>),
    key_use: Option<Rc<KeyUse>>,
    first: Option<First<'s>>,
) -> JsValue {
    let prepared = prepare(shell, input, init, key_use.as_deref());
    let Some(request) = prepared else {
        return match first {
            Some(first) => first.sent.own(),
            None => native(shell, input, init, key_use).own(),
        };
    };
    let keyed = js::run(js::get(request, "headers"), "has", KEY_HEADER).is_truthy();
    let safe = js::is_one(request, "method", "GET,HEAD");
    let url = js::word(request, "url");
    let (id, promise) = hold(shell, request, signal_of(input, init), js::get(init, "pagemend"), key_use);
    if let Some(first) = &first {
        shell.requests.with(id, |held| {
            held.in_flight = true;
            held.abort = first.abort.own();
        });
    }
    // Attempt 0 goes out before the engine hears of the request: the guard costs it nothing.
    match first {
        Some(first) => follow(shell, id, 0, Ok(first.sent)),
        None => send(shell, id, 0),
    }
    shell.dispatch(Event::RequestStarted { id, url, safe, keyed });
    promise
}

/// The request as an object that can be cloned; `None` where the browser should handle it alone.
fn prepare<'s>(shell: &'s Shell, input: J<'s>, init: J<'s>, key_use: Option<&KeyUse>) -> Option<J<'s>> {
    // A body that is a stream can be sent once and not be copied without being kept whole.
    let stream = js::get(js::get(init, "body"), "getReader").is_function();
    if stream || !shell.running() || js::flag(signal_of(input, init), "aborted") {
        return None;
    }
    let request = js::construct("Request", &[input, init]).ok()?;
    if !is_http_j(shell.page.resolve_j(&js::word(request, "url"))?) {
        return None;
    }
    if let Some(key_use) = key_use {
        set_key(js::get(request, "headers"), key_use);
    }
    Some(request)
}

fn set_key(headers: J, key_use: &KeyUse) {
    js::run2(headers, "set", js::s(KEY_HEADER), js::s(&key_use.key));
}

fn signal_of<'s>(input: J<'s>, init: J<'s>) -> J<'s> {
    let own = js::get(init, "signal");
    if !own.is_missing() || input.as_string().is_some() { own } else { js::get(input, "signal") }
}

/// As if there were no guard, but for the key.
fn native<'s>(shell: &'s Shell, input: J<'s>, init: J<'s>, key_use: Option<Rc<KeyUse>>) -> J<'s> {
    let sender = sender_of(shell, js::get(init, "pagemend"));
    let Some(key_use) = key_use else { return result(shell.page.fetch_j(sender, input, init)) };
    let headers = js::construct("Headers", &[js::get(init, "headers")]).unwrap_or(js::undefined());
    set_key(headers, &key_use);
    let init = js::run2(js::global("Object"), "assign", js::json("{}"), init);
    js::set(init, "headers", headers);
    let answer = result(shell.page.fetch_j(sender, input, init));
    js::then(Ok(answer), move |answer| {
        key_use.last_status.set(Some(number::to_u16(js::number(js::ok(answer), "status"))));
    });
    answer
}

/// What the page asks for goes through whatever it has put over `fetch` by now; what came from there goes on where it was.
fn sender_of<'s>(shell: &'s Shell, given: J<'s>) -> J<'s> {
    if given.is_function() { given } else { js::get(shell.page.window_j(), "fetch") }
}

fn result(promise: js::Ended<'_>) -> J<'_> {
    promise.unwrap_or_else(js::rejected)
}

fn hold(shell: &'static Shell, request: J, signal: J, sender: J, key_use: Option<Rc<KeyUse>>) -> (RequestId, JsValue) {
    let id = RequestId(shell.fresh_id());
    let (promise, resolve, reject) = js::deferred();
    let link = listen(signal, "abort", move |_| aborted(shell, id));
    let held = Held {
        id,
        request: request.own(),
        resolve,
        reject,
        signal: signal.own(),
        sender: sender.own(),
        _link: link,
        attempt: 0,
        in_flight: false,
        abort: JsValue::UNDEFINED,
        last: None,
        key_use,
    };
    if let Ok(mut all) = shell.requests.0.try_borrow_mut() {
        all.push(held);
    }
    (id, promise)
}

pub fn send(shell: &'static Shell, id: RequestId, attempt: u32) {
    let parts = shell.requests.with(id, |held| {
        held.attempt = attempt;
        held.in_flight = true;
        (held.request.clone(), held.signal.clone(), held.sender.clone())
    });
    let Some((request, signal, sender)) = parts else {
        // The page gave it up meanwhile.
        return shell.dispatch(Event::RequestEnded { id, attempt, outcome: AttemptOutcome::Aborted });
    };
    let (request, signal) = (J::of(&request), J::of(&signal));
    let controller = js::ok(js::construct("AbortController", &[]));
    let own = js::get(controller, "signal");
    // Where signals can be joined, the page's signal also ends a body that is still being read after the answer.
    let joined = js::run1(js::global("AbortSignal"), "any", js::array(&[own, signal]));
    let init = js::json("{}");
    js::set(init, "signal", if joined.is_object() { joined } else { own });
    // calls.js and instrument.js know by it that the guard is at this call already.
    js::set(init, "pagemend", js::truth(true));
    shell.requests.with(id, |held| held.abort = controller.own());
    let url = js::word(request, "url");
    let to = if attempt > 0 { listeners::before_retry(shell, &url, &url) } else { Some(url.clone()) };
    let Some(to) = to else {
        // The page has what came last.
        shell.requests.with(id, |held| held.in_flight = false);
        settle(shell, id);
        return shell.dispatch(Event::RequestEnded { id, attempt, outcome: AttemptOutcome::Aborted });
    };
    let mut copy = js::call0(request, "clone");
    // A body does not come along in every browser.
    if to != url && js::is_one(request, "method", "GET,HEAD") {
        copy = copy.and_then(|copy| js::construct("Request", &[js::s(&to), copy]));
    }
    let sent = copy.and_then(|copy| shell.page.fetch_j(sender_of(shell, J::of(&sender)), copy, init));
    follow(shell, id, attempt, sent);
}

fn follow(shell: &'static Shell, id: RequestId, attempt: u32, sent: js::Ended) {
    js::then(sent, move |result| {
        let answer = js::ok(result);
        let status = number::to_u16(js::number(answer, "status"));
        if status < 400 || !look::holds(&header(answer, "content-type"), "json") {
            return attempt_ended(shell, id, attempt, result, None);
        }
        let body = js::call0(js::run0(answer, "clone"), "json");
        let answer = answer.own();
        js::then(body, move |body| {
            let code = js::get(js::ok(body), "code");
            let code = if code.is_missing() { None } else { Some(js::shown(code)) };
            attempt_ended(shell, id, attempt, Ok(J::of(&answer)), code);
        });
    });
}

fn attempt_ended(shell: &'static Shell, id: RequestId, attempt: u32, result: js::Ended, code: Option<String>) {
    // Given up, or settled, while its answer was on the way.
    if !shell.requests.is_pending(id, attempt) {
        return;
    }
    let (mut status, mut outcome) = (0, AttemptOutcome::NetworkError);
    if let Ok(answer) = result {
        // An opaque answer has status 0 and is fine as far as anybody can tell.
        status = number::to_u16(js::number(answer, "status"));
        status = if status == 0 { 200 } else { status };
        outcome = AttemptOutcome::Answer { status, retry_after: retry_after(&header(answer, "retry-after")), code };
    }
    let replaced = shell.requests.with(id, |held| {
        held.in_flight = false;
        if let Some(key_use) = &held.key_use {
            key_use.last_status.set(Some(status));
        }
        held.last.replace(result.map(J::own).map_err(J::own))
    });
    // An unread body holds its connection.
    if let Some(Some(Ok(unread))) = replaced {
        js::then(js::call0(js::get(J::of(&unread), "body"), "cancel"), |_| ());
    }
    if shell.running() {
        shell.dispatch(Event::RequestEnded { id, attempt, outcome });
    } else {
        settle(shell, id);
    }
}

pub fn header(answer: J, name: &str) -> String {
    js::run(js::get(answer, "headers"), "get", name).as_string().unwrap_or_default()
}

/// `Retry-After` after RFC 9110: seconds, or a date, as time from now.
pub fn retry_after(text: &str) -> Option<Millis> {
    let given = js::s(text);
    let seconds = js::numeric(given);
    let wait = if text.is_empty() || seconds.is_nan() {
        js::numeric(js::run1(js::global("Date"), "parse", given)) - clock::wall()
    } else {
        seconds * 1000.0
    };
    (!wait.is_nan()).then(|| Millis(number::to_u64(wait.min(LONGEST_WAIT_MS))))
}

pub fn abort(shell: &'static Shell, id: RequestId, attempt: u32) {
    let abort = shell.requests.with(id, |held| {
        let pending = held.in_flight && held.attempt == attempt;
        held.in_flight &= !pending;
        pending.then(|| std::mem::take(&mut held.abort))
    });
    if let Some(Some(abort)) = abort {
        give_up(&abort);
    }
}

/// An `AbortController`, or the function that came with an adopted request.
fn give_up(abort: &JsValue) {
    if abort.is_function() {
        fulfil(abort, js::undefined());
    } else {
        js::run0(J::of(abort), "abort");
    }
}

/// The page gave its request up, in flight or between attempts.
fn aborted(shell: &'static Shell, id: RequestId) {
    let Some(held) = shell.requests.take(id) else { return };
    let reason = js::get(J::of(&held.signal), "reason");
    let reason = if reason.is_undefined() { dom_error("AbortError", "The request was aborted") } else { reason };
    fulfil(&held.reject, reason);
    if held.in_flight {
        give_up(&held.abort);
    }
    shell.dispatch(Event::RequestEnded { id, attempt: held.attempt, outcome: AttemptOutcome::Aborted });
}

/// What is in flight settles with its own outcome when it comes: the engine asks for it early only when it ends.
pub fn settle(shell: &'static Shell, id: RequestId) {
    if shell.requests.with(id, |held| held.in_flight) == Some(true) {
        return;
    }
    let Some(held) = shell.requests.take(id) else { return };
    match &held.last {
        Some(Ok(answer)) => fulfil(&held.resolve, J::of(answer)),
        Some(Err(error)) => fulfil(&held.reject, J::of(error)),
        None => fulfil(&held.reject, dom_error("TimeoutError", "The request got no answer in time")),
    }
}

fn dom_error<'s>(name: &str, message: &str) -> J<'s> {
    js::construct("DOMException", &[js::s(message), js::s(name)]).unwrap_or_else(|_| js::error(name, message))
}

/// The guard ends: what waits between attempts gets its last outcome; what is in flight gets its own when it comes.
pub fn release(shell: &'static Shell) {
    let idle = || {
        let all = shell.requests.0.try_borrow().ok()?;
        all.iter().find(|held| !held.in_flight).map(|held| held.id)
    };
    while let Some(id) = idle() {
        settle(shell, id);
    }
}
