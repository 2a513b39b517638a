//! The guard's own requests: build manifest, fresh link, telemetry.

use super::fetch::{header, retry_after};
use super::js::J;
use super::{Shell, js};
use crate::core::action::ActionId;
use crate::core::event::{Answer, Manifest, PostOutcome};
use crate::core::text::{cat, num};

/// Keepalive requests share 65,536 bytes in flight with beacons; a larger body is sent as an ordinary request.
const MOST_KEEPALIVE: usize = 60_000;

/// The JSON of a 2xx answer, or undefined.
fn json(shell: &Shell, url: J, next: impl FnOnce(J) + 'static) {
    let init = js::json(r#"{"cache":"no-store","headers":{"accept":"application/json"}}"#);
    js::then(shell.page.fetch(js::undefined(), url, init), |answer| match answer {
        Ok(answer) if js::flag(answer, "ok") => {
            js::then(js::call0(answer, "json"), |body| next(js::ok(body)));
        }
        _ => next(js::undefined()),
    });
}

pub fn fetch_manifest(shell: &'static Shell, id: ActionId, url: &str) {
    json(shell, js::s(url), move |served| {
        let build = js::word(served, "build");
        let manifest = Manifest { build, built_at: js::number(served, "builtAt") as u64 };
        shell.answer(id, Answer::Manifest(if manifest.build.is_empty() { None } else { Some(manifest) }));
    });
}

/// Asks with `?href=<path and query of this page>`.
pub fn renew_link(shell: &'static Shell, id: ActionId, url: &str) {
    let url = shell.page.resolve(url).unwrap_or(js::undefined());
    let href = cat(&[&shell.page.location("pathname"), &shell.page.location("search")]);
    js::run2(js::get(url, "searchParams"), "append", js::s("href"), js::s(&href));
    json(shell, url, move |served| {
        let link = js::text(served, "url").filter(|link| !link.is_empty());
        shell.answer(id, Answer::Link(link));
    });
}

const LATER: PostOutcome = PostOutcome::Later { retry_after: None };

pub fn post(shell: &'static Shell, id: ActionId, url: &str, body: &str, leaving: bool) {
    if leaving {
        let queued = beacon(shell, url, body);
        return shell.answer(id, Answer::Posted(if queued { PostOutcome::Done { accepted: true } } else { LATER }));
    }
    let init = js::json(r#"{"method":"POST","headers":{"content-type":"application/json"}}"#);
    js::set(init, "body", js::s(body));
    js::set(init, "keepalive", js::truth(body.len() <= MOST_KEEPALIVE));
    let endpoint = String::from(url);
    js::then(shell.page.fetch(js::undefined(), js::s(url), init), move |answer| {
        let answer = js::ok(answer);
        // A keepalive answer that is not read keeps its share of those bytes.
        js::then(js::call0(answer, "arrayBuffer"), |_| ());
        let status = js::number(answer, "status") as u16;
        let outcome = match status {
            0 => LATER,
            200..=299 => PostOutcome::Done { accepted: true },
            429 | 502 | 503 | 504 => PostOutcome::Later { retry_after: retry_after(&header(answer, "retry-after")) },
            _ => PostOutcome::Done { accepted: false },
        };
        if outcome != (PostOutcome::Done { accepted: true }) && !shell.told_endpoint.replace(true) {
            complain(&endpoint, status, outcome == PostOutcome::Done { accepted: false });
        }
        shell.answer(id, Answer::Posted(outcome));
    });
}

/// Said once a page: the developer learns of it, and nobody else is bothered.
fn complain(endpoint: &str, status: u16, refused: bool) {
    let came = if status == 0 { String::from("gives no answer") } else { cat(&["answers ", &num(status)]) };
    js::complain(&cat(&[
        "pagemend: the endpoint ",
        endpoint,
        " ",
        &came,
        if refused {
            "; what was sent is dropped: check the address"
        } else {
            "; what is to be sent is kept and tried again"
        },
    ]));
}

fn beacon(shell: &Shell, url: &str, body: &str) -> bool {
    let kind = js::json(r#"{"type":"application/json"}"#);
    let Ok(blob) = js::construct("Blob", &[js::array(&[js::s(body)]), kind]) else { return false };
    js::run2(js::get(shell.page.window(), "navigator"), "sendBeacon", js::s(url), blob).is_truthy()
}
