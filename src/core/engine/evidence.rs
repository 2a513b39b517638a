//! Evidence: what each kind of finding says about the cause, and how strongly.

use crate::core::incident::{Cause, Evidence, Finding};
use crate::core::telemetry::redact;
use crate::core::text::{cat, has, num, piece, place};
use std::rc::Rc;

/// Every code that a finding may have; the wire and the session memory know these only.
pub const KINDS: [&str; 19] = [
    "offline",
    "network-error",
    "overloaded",
    "api-error",
    "api-hang",
    "resource-failed",
    "resource-html",
    "import-failed",
    "script-error",
    "unsupported-syntax",
    "newer-build",
    "link-expired",
    "damaged-entry",
    "poisoned-cache",
    "blocked-by-policy",
    "refused",
    "hidden-by-style",
    "render",
    "engine-origin",
];

fn evidence(kind: &'static str, cause: Cause, weight: u8, detail: String) -> Finding {
    debug_assert!(KINDS.contains(&kind));
    Rc::new(Evidence { cause, weight, kind, detail })
}

pub fn offline() -> Finding {
    evidence("offline", Cause::Offline, 100, "the browser reports no connection".into())
}

pub fn network_error(url: &str) -> Finding {
    evidence("network-error", Cause::Network, 60, redact::url(url))
}

/// Asked again without a look at the answer, the host did not answer at all: the file is not lost, the way to it is.
pub fn unreachable(url: &str) -> Finding {
    evidence("network-error", Cause::Network, 73, redact::url(url))
}

pub fn overloaded(url: &str, status: u16) -> Finding {
    evidence("overloaded", Cause::Overload, 75, cat(&[&num(status), " ", &redact::url(url)]))
}

/// A failed call that the page made without the guard; status 200 is HTML where data was asked for. Across origins the browser does not tell an answer from none.
pub fn call_failed(url: &str, status: u16) -> Finding {
    if super::super::retry::overloaded(status) {
        overloaded(url, status)
    } else if status == 200 {
        // HTML where data was asked for. Some pages ask for HTML.
        evidence("api-error", Cause::Api, 45, cat(&["HTML for ", &redact::url(url)]))
    } else if status > 0 {
        api_error(url, status)
    } else {
        network_error(url)
    }
}

pub fn api_error(url: &str, status: u16) -> Finding {
    evidence("api-error", Cause::Api, 65, cat(&[&num(status), " ", &redact::url(url)]))
}

pub fn api_hang(url: &str) -> Finding {
    evidence("api-hang", Cause::Api, 70, redact::url(url))
}

/// Some pages keep a call open on purpose: it explains a page that has nothing else to explain it.
pub fn call_hangs(url: &str) -> Finding {
    evidence("api-hang", Cause::Api, 38, redact::url(url))
}

/// A server that says it has too much to do outranks the mere loss of a file.
pub fn resource_failed(url: &str, html: bool, status: u16) -> Finding {
    let address = redact::url(url);
    if html {
        return evidence("resource-html", Cause::Resource, 72, cat(&["HTML for ", &address]));
    }
    if super::super::retry::overloaded(status) {
        return evidence("overloaded", Cause::Overload, 75, cat(&[&num(status), " ", &address]));
    }
    let status = if status > 0 { cat(&[&num(status), " "]) } else { String::new() };
    evidence("resource-failed", Cause::Resource, 70, status + &address)
}

/// The document waits for it.
pub fn resource_hangs(url: &str) -> Finding {
    evidence("resource-failed", Cause::Resource, 68, cat(&["no answer: ", &redact::url(url)]))
}

/// A picture, a font, a film: many pages do well without.
pub fn part_failed(url: &str, status: u16) -> Finding {
    let found = resource_failed(url, false, status);
    evidence(found.kind, found.cause, 35, found.detail.clone())
}

/// What the page shows of pictures is empty, and there is nothing else: a hint where nobody told of a failure.
pub fn pictures_lost() -> Finding {
    evidence("resource-failed", Cause::Resource, 34, "pictures that did not come".into())
}

pub fn import_failed(url: &str, text: &str) -> Finding {
    let detail = if url.is_empty() { redact::message(text) } else { redact::url(url) };
    evidence("import-failed", Cause::Resource, 66, detail)
}

/// A syntax error of a script that the engine could not even parse means an old browser; one thrown at run time
/// (`JSON.parse`) is a script error like others.
pub fn script_error(text: &str, source: &str, rejection: bool) -> Finding {
    let message = redact::message(text);
    let mut detail = message;
    if !source.is_empty() {
        detail.push_str(" at ");
        detail.push_str(&redact::url(source));
    }
    // A rejection with one comes of an import. Of JSON, WebKit says "The string did not match the expected pattern".
    let data = has(text, "JSON") || has(text, "expected pattern");
    if (text.starts_with("SyntaxError") && !data) || lacks_api(text) {
        return evidence("unsupported-syntax", Cause::Unsupported, 55, detail);
    }
    // Programs word what came of a request: "Request failed with status code 503".
    for status in ["429", "502", "503", "504"] {
        if has(text, status) {
            return evidence("overloaded", Cause::Overload, 56, detail);
        }
    }
    if rejection && has(text, " 500") {
        return evidence("api-error", Cause::Api, 56, detail);
    }
    // A rejection is often the consequence of a failed request: a weaker hint.
    evidence("script-error", Cause::Script, if rejection { 40 } else { 50 }, detail)
}

/// The page knows of it and went on: a hint where there is no better one.
pub fn complaint(text: &str) -> Finding {
    let found = script_error(text, "", true);
    evidence(found.kind, found.cause, 37, found.detail.clone())
}

/// Interfaces that browsers lack in which the guard still runs.
const APIS: &str = "IntersectionObserver ResizeObserver WeakRef structuredClone";

/// "X is not defined", or WebKit's "Can't find variable: X", of something that the browser should have.
fn lacks_api(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("ReferenceError: ") else { return false };
    let name = rest.strip_prefix("Can't find variable: ").unwrap_or_else(|| piece(&mut { rest }, b' '));
    place(APIS, name).is_some()
}

pub fn newer_build(running: &str, latest: &str, chunk_lost: bool) -> Finding {
    let weight = if chunk_lost { 95 } else { 62 };
    evidence("newer-build", Cause::StaleDeploy, weight, cat(&["running ", running, ", served ", latest]))
}

pub fn link_expired(url: &str) -> Finding {
    evidence("link-expired", Cause::StaleLink, 100, redact::url(url))
}

pub fn damaged_entry(key: &str) -> Finding {
    evidence("damaged-entry", Cause::CacheDamaged, 90, redact::key(key))
}

pub fn poisoned_cache(url: &str, why: &str) -> Finding {
    evidence("poisoned-cache", Cause::CacheDamaged, 96, cat(&[why, ": ", &redact::url(url)]))
}

pub fn blocked_by_policy(directive: &str, blocked: &str) -> Finding {
    // A script that was kept from running explains a page that does not come up.
    let weight = match () {
        _ if directive.starts_with("script-src") && !has(blocked, "eval") => 80,
        // The page's own service, perhaps; what was not asked failed for the page as if there were no network.
        _ if directive == "connect-src" => 61,
        _ => 20,
    };
    evidence("blocked-by-policy", Cause::BlockedByPolicy, weight, cat(&[directive, " ", &redact::url(blocked)]))
}

pub fn refused(code: &str, status: u16) -> Finding {
    evidence("refused", Cause::Refused, 100, cat(&[&num(status), " ", &redact::text(code)]))
}

pub fn hidden_by_style() -> Finding {
    evidence("hidden-by-style", Cause::HiddenByStyle, 45, "content is there but cannot be seen".into())
}

/// What the verdict itself says: placeholders that never go most often wait for an interface.
pub fn render(detail: String, overdue: bool) -> Finding {
    let (cause, weight) = if overdue { (Cause::Api, 30) } else { (Cause::Unknown, 10) };
    evidence("render", cause, weight, detail)
}

pub fn engine_origin(url: &str, why: &str) -> Finding {
    evidence("engine-origin", Cause::Resource, 5, cat(&[why, ": ", &redact::url(url)]))
}
