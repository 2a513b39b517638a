//! Requests of the page that go through the guard. The engine decides on each attempt; the page gets the last outcome,
//! and gets what the browser's own `fetch` would give wherever the guard cannot help.

use super::error::GuardError;
use super::page::is_http;
use super::promise::{Deferred, Ended, outcome, settled};
use super::state::Shell;
use super::state::requests::{Flight, Held, KeyUse};
use super::watch::on;
use super::web::{self, GuardInit, PageRequest, PageResponse, any_signal, header, present, property, status};
use super::{clock, expiry, listeners, task};
use crate::core::event::{AttemptOutcome, Event};
use crate::core::id::RequestId;
use crate::core::number;
use crate::core::time::Millis;
use js_sys::{Array, Date, Function, Object, Promise};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, Headers, RequestInit, Response};

const KEY_HEADER: &str = "Idempotency-Key";
/// A longer `Retry-After` is a mistake: a day.
const LONGEST_WAIT_MS: f64 = 86_400_000.0;

/// A first attempt that the page sent before the engine was there: its promise, and what gives it up.
pub struct First {
    pub sent: Promise,
    pub abort: Option<Function>,
}

/// `guard.fetch`, and requests that are adopted.
pub fn fetch(
    shell: &'static Shell,
    input: &JsValue,
    init: &JsValue,
    key_use: Option<Rc<KeyUse>>,
    mut first: Option<First>,
) -> Promise {
    let Some(Prepared { request, url }) = prepare(shell, input, init, key_use.as_deref()) else {
        return match first {
            Some(first) => first.sent,
            None => native(shell, input, init, key_use),
        };
    };
    let id = RequestId(shell.fresh_id());
    let keyed = request.headers().and_then(|headers| headers.has(KEY_HEADER)).unwrap_or(false);
    let started = Event::RequestStarted { id, url, safe: is_safe(&request), keyed };
    let Deferred { promise, ends } = Deferred::new();
    let signal = signal_of(input, init);
    let link = signal.as_ref().and_then(|signal| on(signal, "abort", move |_| aborted(shell, id)));
    let held = Held {
        request,
        answer: ends,
        signal,
        sender: sender_in(init),
        _link: link,
        attempt: 0,
        flight: None,
        last: None,
        given_back: false,
        key_use,
    };
    shell.requests.add(id, held);
    // Attempt 0 goes out before the engine hears of the request: the guard costs it nothing.
    let begun = shell.pass(|| match first.take() {
        Some(First { sent, abort }) => {
            shell.requests.with(id, |held| held.flight = Some(Flight::Adopted(abort)));
            follow(shell, id, 0, Ok(sent.into()), None);
        }
        None => send(shell, id, 0),
    });
    // Without a gate the guard may have ended over it.
    if !begun || !shell.running() {
        // Whoever stands at the gate answers for it. The guard may have stood down over it, and answered everybody.
        if let Some(held) = shell.requests.take(id) {
            held.answer.reject(&GuardError::Failed.into());
        }
        return promise;
    }
    shell.dispatch(started);
    promise
}

struct Prepared {
    request: PageRequest,
    url: String,
}

/// The request as an object that can be copied; `None` where the browser should handle it alone.
fn prepare(shell: &Shell, input: &JsValue, init: &JsValue, key_use: Option<&KeyUse>) -> Option<Prepared> {
    // A body that is a stream can be sent once and not be copied without being kept whole.
    let stream = property(&property(init, "body"), "getReader").is_function();
    if stream || !shell.running() || signal_of(input, init).is_some_and(|signal| signal.aborted()) {
        return None;
    }
    let request = PageRequest::new(input, init).ok()?;
    // A class of the page's own under that name may be anything.
    if !property(&request, "clone").is_function() {
        return None;
    }
    let url = request.url().ok()?;
    if !is_http(&shell.page.resolve(&url)?) {
        return None;
    }
    if let Some(key_use) = key_use {
        request.headers().and_then(|headers| headers.set(KEY_HEADER, &key_use.key)).ok()?;
    }
    Some(Prepared { request, url })
}

/// Whether it may be repeated without harm.
fn is_safe(request: &PageRequest) -> bool {
    request.method().is_ok_and(|method| matches!(method.as_str(), "GET" | "HEAD"))
}

fn signal_of(input: &JsValue, init: &JsValue) -> Option<AbortSignal> {
    let given = present(property(init, "signal")).or_else(|| present(property(input, "signal")));
    given.map(JsCast::unchecked_into)
}

/// What calls.js, or the package, sends a request with that came to it.
fn sender_in(init: &JsValue) -> Option<Function> {
    property(init, "pagemend").dyn_into().ok()
}

/// What the page asks for goes through whatever it has put over `fetch` by now; what came from there goes on where it was.
fn call_fetch(shell: &Shell, sender: Option<Function>, input: &JsValue, init: &JsValue) -> Ended {
    let current = || property(shell.page.window(), "fetch").dyn_into().ok();
    let sender = sender.or_else(current);
    sender.as_ref().unwrap_or(shell.page.native_fetch()).call2(shell.page.window(), input, init)
}

/// As if there were no guard, but for the key.
fn native(shell: &'static Shell, input: &JsValue, init: &JsValue, key_use: Option<Rc<KeyUse>>) -> Promise {
    let sender = sender_in(init);
    let sent = match &key_use {
        None => call_fetch(shell, sender, input, init),
        Some(key_use) => with_key(input, init, key_use).and_then(|init| call_fetch(shell, sender, input, &init)),
    };
    let promise = match sent {
        Ok(promise) => promise.unchecked_into(),
        Err(thrown) => Promise::reject(&thrown),
    };
    if let Some(key_use) = key_use {
        let answer = settled(&promise);
        task::spawn(shell, async move {
            let status = answer.await.map_or(0, |answer| status(answer.unchecked_ref()));
            key_use.last_status.set(Some(status));
        });
    }
    promise
}

/// The page's own `init`, and the key with it. Headers that are given there stand for those of a `Request`.
fn with_key(input: &JsValue, init: &JsValue, key_use: &KeyUse) -> Result<RequestInit, JsValue> {
    let given = present(property(init, "headers")).unwrap_or_else(|| property(input, "headers"));
    let headers = Headers::new_with_headers(given.unchecked_ref())?;
    headers.set(KEY_HEADER, &key_use.key)?;
    let keyed: RequestInit = Object::try_assign(&Object::new(), init.unchecked_ref())?.unchecked_into();
    keyed.set_headers(&headers);
    Ok(keyed)
}

pub fn send(shell: &'static Shell, id: RequestId, attempt: u32) {
    let controller = AbortController::new().ok();
    let own = controller.as_ref().map(AbortController::signal);
    let found = shell.requests.with(id, |held| {
        held.attempt = attempt;
        held.flight = Some(Flight::Sent(controller));
        (held.request.clone(), held.signal.clone(), held.sender.clone())
    });
    let Some((request, signal, sender)) = found else {
        // The page gave it up meanwhile.
        return shell.dispatch(Event::RequestEnded { id, attempt, outcome: AttemptOutcome::Aborted });
    };
    let url = request.url().unwrap_or_default();
    let to = if attempt > 0 { listeners::before_retry(shell, &url, &url) } else { Some(url.clone()) };
    let Some(to) = to else {
        // The page has what came last.
        shell.requests.with(id, |held| held.flight = None);
        settle(shell, id);
        return shell.dispatch(Event::RequestEnded { id, attempt, outcome: AttemptOutcome::Aborted });
    };
    let init: GuardInit = RequestInit::new().unchecked_into();
    init.set_signal(joined(own, signal).as_ref());
    init.set_pagemend(true);
    let began = (clock::now(), !is_safe(&request));
    let sent = copy_for(&request, &url, &to).and_then(|copy| call_fetch(shell, sender, &copy, &init));
    follow(shell, id, attempt, sent, Some(began));
}

/// Where signals can be joined, the page's signal also ends a body that is still being read after the answer.
fn joined(own: Option<AbortSignal>, pages: Option<AbortSignal>) -> Option<AbortSignal> {
    let (Some(own), Some(pages)) = (&own, pages) else { return own };
    Some(any_signal(&Array::of2(own, &pages)).unwrap_or_else(|_| own.clone()))
}

fn copy_for(request: &PageRequest, url: &str, to: &str) -> Result<PageRequest, JsValue> {
    let copy = request.copy()?;
    // A body does not come along in every browser.
    if to == url || !is_safe(request) { Ok(copy) } else { PageRequest::new(&to.into(), &copy) }
}

/// `began`: when it was sent, where that is known, and whether no cache can answer it.
fn follow(shell: &'static Shell, id: RequestId, attempt: u32, sent: Ended, began: Option<(Millis, bool)>) {
    let sent = outcome(sent);
    task::spawn(shell, async move {
        let answer = sent.await.map(JsCast::unchecked_into::<Response>);
        if let (Ok(answer), Some((began, fresh))) = (&answer, began) {
            expiry::heard(shell, answer, began, fresh);
        }
        let code = match &answer {
            Ok(answer) => code_of(answer).await,
            Err(_) => None,
        };
        attempt_ended(shell, id, attempt, answer, code);
    });
}

/// What a refusal in JSON says under `code`.
async fn code_of(answer: &Response) -> Option<String> {
    if status(answer) < 400 || !header(answer, "content-type").contains("json") {
        return None;
    }
    let body = Response::clone(answer).and_then(|copy| copy.json()).ok()?;
    let code = present(property(&settled(&body).await.ok()?, "code"))?;
    Some(web::shown(&code))
}

fn attempt_ended(
    shell: &'static Shell,
    id: RequestId,
    attempt: u32,
    result: Result<Response, JsValue>,
    code: Option<String>,
) {
    // Given up, or settled, while its answer was on the way.
    if !shell.requests.is_pending(id, attempt) {
        return;
    }
    let (status, outcome) = match &result {
        Ok(answer) => {
            // An opaque answer has status 0 and is fine as far as anybody can tell.
            let status = if status(answer) == 0 { 200 } else { status(answer) };
            let retry_after = retry_after(&header(answer, "retry-after"));
            (status, AttemptOutcome::Answer { status, retry_after, code })
        }
        Err(_) => (0, AttemptOutcome::NetworkError),
    };
    let replaced = shell.requests.with(id, |held| {
        held.flight = None;
        if let Some(key_use) = &held.key_use {
            key_use.last_status.set(Some(status));
        }
        held.last.replace(result)
    });
    if let Some(Some(Ok(unread))) = replaced {
        let_go(&unread);
    }
    let given_back = shell.requests.with(id, |held| held.given_back) == Some(true);
    if shell.running() && !given_back {
        shell.dispatch(Event::RequestEnded { id, attempt, outcome });
    } else {
        settle(shell, id);
    }
}

/// An unread body holds its connection.
fn let_go(answer: &Response) {
    if let Ok(Some(body)) = answer.unchecked_ref::<PageResponse>().body() {
        // Nobody waits for the end of it, and a failure is nobody's business.
        drop(outcome(body.cancel()));
    }
}

/// `Retry-After` after RFC 9110: seconds, or a date, as time from now.
pub fn retry_after(text: &str) -> Option<Millis> {
    let wait = match text.trim().parse::<u32>() {
        Ok(seconds) => f64::from(seconds) * 1000.0,
        Err(_) => Date::parse(text) - clock::wall(),
    };
    (!wait.is_nan()).then(|| Millis(number::to_u64(wait.min(LONGEST_WAIT_MS))))
}

pub fn abort(shell: &'static Shell, id: RequestId, attempt: u32) {
    let flight = shell.requests.with(id, |held| held.flight.take_if(|_| held.attempt == attempt));
    if let Some(Some(flight)) = flight {
        flight.give_up();
    }
}

/// The page gave its request up, in flight or between attempts.
fn aborted(shell: &'static Shell, id: RequestId) {
    let Some(held) = shell.requests.take(id) else { return };
    let reason = held.signal.as_ref().map_or(JsValue::UNDEFINED, AbortSignal::reason);
    let reason = if reason.is_undefined() { GuardError::Aborted.into() } else { reason };
    held.answer.reject(&reason);
    if let Some(flight) = &held.flight {
        flight.give_up();
    }
    shell.dispatch(Event::RequestEnded { id, attempt: held.attempt, outcome: AttemptOutcome::Aborted });
}

/// What is in flight settles with its own outcome when it comes: the engine gives it back early where the user closes its prompt, and when it ends.
pub fn settle(shell: &'static Shell, id: RequestId) {
    let in_flight = shell.requests.with(id, |held| {
        held.given_back = true;
        held.flight.is_some()
    });
    if in_flight == Some(true) {
        return;
    }
    let Some(held) = shell.requests.take(id) else { return };
    match &held.last {
        Some(Ok(answer)) => held.answer.resolve(answer),
        Some(Err(thrown)) => held.answer.reject(thrown),
        None => held.answer.reject(&GuardError::TimedOut.into()),
    }
}

/// The guard ends: what waits between attempts gets its last outcome; what is in flight gets its own when it comes.
pub fn release(shell: &'static Shell) {
    while let Some(id) = shell.requests.idle() {
        settle(shell, id);
    }
}
