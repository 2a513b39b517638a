//! The guard's own requests: fresh link, telemetry.

use super::fetch::retry_after;
use super::promise::settled;
use super::state::Shell;
use super::web::{GuardInit, property};
use super::web::{header, status};
use super::{clock, console, expiry, task};
use crate::core::event::{Answer, PostOutcome};
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::time::Millis;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestMode, Response};

/// Keepalive requests share 65,536 bytes in flight with beacons; a larger body is sent as an ordinary request.
const MOST_KEEPALIVE: usize = 60_000;

const LATER: PostOutcome = PostOutcome::Later { retry_after: None };

/// As `RequestInit` takes them: the page may have replaced `Headers`.
fn one_header(name: &str, value: &str) -> Object {
    let headers = Object::new();
    let _ = Reflect::set(&headers, &name.into(), &value.into());
    headers
}

/// Asks for JSON that no cache has kept. What has not come whole by the deadline is given up: nobody waits for it any more, and it would hold a
/// connection for as long as the server likes.
pub async fn ask(shell: &'static Shell, url: &str, deadline: Millis) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    if let Ok(stop) = AbortController::new() {
        init.set_signal(Some(&stop.signal()));
        let left = deadline - clock::now();
        clock::after(shell, number::from_u64(left.0), move || stop.abort());
    }
    init.set_cache(RequestCache::NoStore);
    init.set_headers(&one_header("accept", "application/json"));
    if is_elsewhere(shell, url) {
        // The page's address may hold what is nobody else's business.
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    }
    let sent = clock::now();
    let answer = shell.page.fetch(&url.into(), &init).await?;
    expiry::heard(shell, &answer, sent, true);
    Ok(answer)
}

/// The JSON of a 2xx answer.
async fn json(shell: &'static Shell, url: &str, deadline: Millis) -> Option<JsValue> {
    let answer = ask(shell, url, deadline).await.ok()?;
    if !(200..300).contains(&status(&answer)) {
        return None;
    }
    settled(&answer.json().ok()?.into()).await.ok()
}

/// Asks with `?href=<path and query of this page>`.
pub fn renew_link(shell: &'static Shell, id: ActionId, deadline: Millis, url: &str) {
    let Some(url) = shell.page.resolve(url) else { return shell.answer(id, Answer::Link(None)) };
    url.search_params().append("href", &format!("{}{}", shell.page.pathname(), shell.page.search()));
    task::spawn(shell, async move {
        let served = json(shell, &url.href(), deadline).await.unwrap_or_default();
        let link = property(&served, "url").as_string().filter(|link| !link.is_empty());
        shell.answer(id, Answer::Link(link));
    });
}

/// What every send has in common. Without credentials, so that a collector which allows any origin is enough.
fn send(shell: &Shell, url: &str, body: &str) -> impl Future<Output = Result<Response, JsValue>> + use<> {
    let init: GuardInit = RequestInit::new().unchecked_into();
    init.set_method("POST");
    init.set_headers(&one_header("content-type", "application/json"));
    init.set_credentials(RequestCredentials::Omit);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_body(&body.into());
    init.set_keepalive(body.len() <= MOST_KEEPALIVE);
    shell.page.fetch(&url.into(), &init)
}

pub fn post(shell: &'static Shell, id: ActionId, url: &str, body: &str) {
    let endpoint = String::from(url);
    let answer = send(shell, url, body);
    task::spawn(shell, async move {
        let (status, outcome) = match answer.await {
            Ok(answer) => (status(&answer), taken(&answer)),
            Err(_) => (0, unanswered(shell, &endpoint).await),
        };
        if outcome != (PostOutcome::Done { accepted: true }) && !shell.told_endpoint.replace(true) {
            complain(&shell.page.origin(), &endpoint, status, outcome);
        }
        shell.answer(id, Answer::Posted(outcome));
    });
}

/// Nobody reads the answer: there is no page left to.
pub fn post_leaving(shell: &Shell, url: &str, body: &str) {
    drop(send(shell, url, body));
}

/// What an answer says of what was sent.
fn taken(answer: &Response) -> PostOutcome {
    // A keepalive answer that is not read keeps its share of those bytes. Nobody waits for it.
    drop(answer.array_buffer().map(|read| settled(&read.into())));
    match status(answer) {
        200..=299 => PostOutcome::Done { accepted: true },
        429 | 502 | 503 | 504 => PostOutcome::Later { retry_after: retry_after(&header(answer, "retry-after")) },
        _ => PostOutcome::Done { accepted: false },
    }
}

/// The browser does not say whether nobody was there or the answer is kept from the page; a question whose answer need not be read does.
async fn unanswered(shell: &'static Shell, endpoint: &str) -> PostOutcome {
    if !is_elsewhere(shell, endpoint) {
        return LATER;
    }
    let init = RequestInit::new();
    init.set_method("HEAD");
    init.set_mode(RequestMode::NoCors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    let answer = shell.page.fetch(&endpoint.into(), &init).await;
    if answer.is_ok() { PostOutcome::Unreadable } else { LATER }
}

/// Of another origin than the page.
fn is_elsewhere(shell: &Shell, url: &str) -> bool {
    shell.page.resolve(url).is_some_and(|url| url.origin() != shell.page.origin())
}

/// Said once a page: the developer learns of it, and nobody else is bothered.
fn complain(origin: &str, endpoint: &str, status: u16, outcome: PostOutcome) {
    let came = if status == 0 { String::from("gives no answer") } else { format!("answers {status}") };
    let line = match outcome {
        PostOutcome::Unreadable => format!(
            "is there, but CORS keeps its answer from this page: it must answer with Access-Control-Allow-Origin: {origin} and \
             Access-Control-Allow-Headers: content-type; what was sent is sent once more, then dropped"
        ),
        PostOutcome::Later { .. } => came + "; what is to be sent is kept and tried again",
        PostOutcome::Done { .. } => came + "; what was sent is dropped: check the address",
    };
    console::complain(&format!("pagemend: the endpoint {endpoint} {line}"));
}
