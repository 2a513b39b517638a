//! The guard's own requests: build manifest, fresh link, telemetry.

use super::fetch::{header, retry_after};
use super::js::J;
use super::{Shell, js};
use crate::core::event::{Answer, Manifest, PostOutcome};
use crate::core::id::ActionId;
use crate::core::number;

/// Keepalive requests share 65,536 bytes in flight with beacons; a larger body is sent as an ordinary request.
const MOST_KEEPALIVE: usize = 60_000;

/// The page's address may hold what is nobody else's business.
const NO_REFERRER: &str = "no-referrer";

/// The JSON of a 2xx answer, or undefined.
fn json(shell: &Shell, url: J, next: impl FnOnce(J) + 'static) {
    let init = js::json(r#"{"cache":"no-store","headers":{"accept":"application/json"}}"#);
    if is_elsewhere(shell, &js::shown(url)) {
        js::set(init, "referrerPolicy", js::s(NO_REFERRER));
    }
    js::then(shell.page.fetch_j(js::undefined(), url, init), |answer| match answer {
        Ok(answer) if js::flag(answer, "ok") => {
            js::then(js::call0(answer, "json"), |body| next(js::ok(body)));
        }
        _ => next(js::undefined()),
    });
}

pub fn fetch_manifest(shell: &'static Shell, id: ActionId, url: &str) {
    json(shell, js::s(url), move |served| {
        let build = js::word(served, "build");
        let manifest = Manifest { build, built_at: number::to_u64(js::number(served, "builtAt")) };
        shell.answer(id, Answer::Manifest(if manifest.build.is_empty() { None } else { Some(manifest) }));
    });
}

/// Asks with `?href=<path and query of this page>`.
pub fn renew_link(shell: &'static Shell, id: ActionId, url: &str) {
    let url = shell.page.resolve_j(url).unwrap_or(js::undefined());
    let href = format!("{}{}", shell.page.pathname(), shell.page.search());
    js::run2(js::get(url, "searchParams"), "append", js::s("href"), js::s(&href));
    json(shell, url, move |served| {
        let link = js::text(served, "url").filter(|link| !link.is_empty());
        shell.answer(id, Answer::Link(link));
    });
}

const LATER: PostOutcome = PostOutcome::Later { retry_after: None };

/// What every send has in common. Without credentials, so that a collector which allows any origin is enough.
fn send<'s>(shell: &'s Shell, url: &str, body: &str) -> js::Ended<'s> {
    let init = js::json(r#"{"method":"POST","headers":{"content-type":"application/json"},"credentials":"omit"}"#);
    js::set(init, "referrerPolicy", js::s(NO_REFERRER));
    js::set(init, "body", js::s(body));
    js::set(init, "keepalive", js::truth(body.len() <= MOST_KEEPALIVE));
    shell.page.fetch_j(js::undefined(), js::s(url), init)
}

pub fn post(shell: &'static Shell, id: ActionId, url: &str, body: &str) {
    let endpoint = String::from(url);
    js::then(send(shell, url, body), move |answer| {
        let Ok(answer) = answer else { return unanswered(shell, id, endpoint) };
        // A keepalive answer that is not read keeps its share of those bytes.
        js::then(js::call0(answer, "arrayBuffer"), |_| ());
        let status = number::to_u16(js::number(answer, "status"));
        let outcome = match status {
            200..=299 => PostOutcome::Done { accepted: true },
            429 | 502 | 503 | 504 => PostOutcome::Later { retry_after: retry_after(&header(answer, "retry-after")) },
            _ => PostOutcome::Done { accepted: false },
        };
        posted(shell, id, &endpoint, outcome, status);
    });
}

/// Nobody reads the answer: there is no page left to.
pub fn post_leaving(shell: &Shell, url: &str, body: &str) {
    js::then(send(shell, url, body), |_| ());
}

/// The browser does not say whether nobody was there or the answer is kept from the page; a question whose answer need not be read does.
fn unanswered(shell: &'static Shell, id: ActionId, endpoint: String) {
    if !is_elsewhere(shell, &endpoint) {
        return posted(shell, id, &endpoint, LATER, 0);
    }
    let init = js::json(r#"{"method":"HEAD","mode":"no-cors","credentials":"omit","cache":"no-store"}"#);
    js::set(init, "referrerPolicy", js::s(NO_REFERRER));
    js::then(shell.page.fetch_j(js::undefined(), js::s(&endpoint), init), move |answer| {
        let outcome = if answer.is_ok() { PostOutcome::Unreadable } else { LATER };
        posted(shell, id, &endpoint, outcome, 0);
    });
}

fn posted(shell: &'static Shell, id: ActionId, endpoint: &str, outcome: PostOutcome, status: u16) {
    if outcome != (PostOutcome::Done { accepted: true }) && !shell.told_endpoint.replace(true) {
        complain(&shell.page.origin(), endpoint, status, outcome);
    }
    shell.answer(id, Answer::Posted(outcome));
}

/// Of another origin than the page.
fn is_elsewhere(shell: &Shell, url: &str) -> bool {
    shell.page.resolve_j(url).is_some_and(|url| js::word(url, "origin") != shell.page.origin())
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
    js::complain(&format!("pagemend: the endpoint {endpoint} {line}"));
}
