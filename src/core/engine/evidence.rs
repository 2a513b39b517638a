//! Evidence: what each kind of finding says about the cause, and how strongly.

use crate::core::incident::{Cause, Evidence, Finding};
use crate::core::telemetry::redact;
use crate::core::text::{cat, has, num};
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

pub fn overloaded(url: &str, status: u16) -> Finding {
    evidence("overloaded", Cause::Overload, 75, cat(&[&num(status), " ", &redact::url(url)]))
}

pub fn api_error(url: &str, status: u16) -> Finding {
    evidence("api-error", Cause::Api, 65, cat(&[&num(status), " ", &redact::url(url)]))
}

pub fn api_hang(url: &str) -> Finding {
    evidence("api-hang", Cause::Api, 70, redact::url(url))
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
    if text.starts_with("SyntaxError") && !has(text, "JSON") && !rejection {
        return evidence("unsupported-syntax", Cause::Unsupported, 55, detail);
    }
    // A rejection is often the consequence of a failed request: a weaker hint.
    evidence("script-error", Cause::Script, if rejection { 40 } else { 50 }, detail)
}

pub fn newer_build(running: &str, latest: &str, chunk_lost: bool) -> Finding {
    let weight = if chunk_lost { 95 } else { 62 };
    evidence("newer-build", Cause::StaleDeploy, weight, cat(&["running ", running, ", served ", latest]))
}

pub fn link_expired(url: &str) -> Finding {
    evidence("link-expired", Cause::StaleLink, 100, redact::url(url))
}

pub fn damaged_entry(key: &str) -> Finding {
    evidence("damaged-entry", Cause::CacheDamaged, 90, redact::text(key))
}

pub fn poisoned_cache(url: &str, why: &str) -> Finding {
    evidence("poisoned-cache", Cause::CacheDamaged, 96, cat(&[why, ": ", &redact::url(url)]))
}

pub fn blocked_by_policy(directive: &str, blocked: &str) -> Finding {
    // Only a script that was kept from running explains a page that does not come up.
    let weight = if directive.starts_with("script-src") && !has(blocked, "eval") { 80 } else { 20 };
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
