//! Evidence: what each kind of finding says about the cause, and how strongly.

use super::record::{Cause, Evidence, Finding, Kind};
use crate::core::event::says_overloaded;
use crate::core::storage::facts::{Fault, Stuck, StuckStore};
use crate::core::telemetry::redact;
use std::rc::Rc;

/// A finding of this weight explains an empty page.
pub const TROUBLE: u8 = 40;

fn evidence(kind: Kind, cause: Cause, weight: u8, detail: String) -> Finding {
    Rc::new(Evidence { cause, weight, kind, detail })
}

pub fn offline() -> Finding {
    evidence(Kind::Offline, Cause::Offline, 100, "the browser reports no connection".into())
}

pub fn network_error(url: &str) -> Finding {
    evidence(Kind::NetworkError, Cause::Network, 60, redact::url(url))
}

/// Asked again without a look at the answer, the host did not answer at all: the file is not lost, the way to it is.
pub fn unreachable(url: &str) -> Finding {
    evidence(Kind::NetworkError, Cause::Network, 73, redact::url(url))
}

pub fn overloaded(url: &str, status: u16) -> Finding {
    evidence(Kind::Overloaded, Cause::Overload, 75, format!("{status} {}", redact::url(url)))
}

/// A failed call that the page made without the guard; status 200 is HTML where data was asked for. Across origins the browser does not tell an answer from none.
pub fn call_failed(url: &str, status: u16) -> Finding {
    if says_overloaded(status) {
        overloaded(url, status)
    } else if status == 200 {
        // HTML where data was asked for. Some pages ask for HTML.
        evidence(Kind::ApiError, Cause::Api, 45, format!("HTML for {}", redact::url(url)))
    } else if status > 0 {
        api_error(url, status)
    } else {
        network_error(url)
    }
}

pub fn api_error(url: &str, status: u16) -> Finding {
    evidence(Kind::ApiError, Cause::Api, 65, format!("{status} {}", redact::url(url)))
}

pub fn api_hang(url: &str) -> Finding {
    evidence(Kind::ApiHang, Cause::Api, 70, redact::url(url))
}

/// Some pages keep a call open on purpose: it explains a page that has nothing else to explain it.
pub fn call_hangs(url: &str) -> Finding {
    evidence(Kind::ApiHang, Cause::Api, 38, redact::url(url))
}

/// A server that says it has too much to do outranks the mere loss of a file.
pub fn resource_failed(url: &str, html: bool, status: u16) -> Finding {
    let address = redact::url(url);
    if html {
        return evidence(Kind::ResourceHtml, Cause::Resource, 72, format!("HTML for {address}"));
    }
    if says_overloaded(status) {
        return evidence(Kind::Overloaded, Cause::Overload, 75, format!("{status} {address}"));
    }
    let detail = if status > 0 { format!("{status} {address}") } else { address };
    evidence(Kind::ResourceFailed, Cause::Resource, 70, detail)
}

/// The document waits for it.
pub fn resource_hangs(url: &str) -> Finding {
    evidence(Kind::ResourceFailed, Cause::Resource, 68, format!("no answer: {}", redact::url(url)))
}

/// A picture, a font, a film: many pages do well without.
pub fn part_failed(url: &str, status: u16) -> Finding {
    let found = resource_failed(url, false, status);
    evidence(found.kind, found.cause, 35, found.detail.clone())
}

/// What the page shows of pictures is empty, and there is nothing else: a hint where nobody told of a failure.
pub fn pictures_lost() -> Finding {
    evidence(Kind::ResourceFailed, Cause::Resource, 34, "pictures that did not come".into())
}

pub fn import_failed(url: &str, text: &str) -> Finding {
    let detail = if url.is_empty() { redact::message(text) } else { redact::url(url) };
    evidence(Kind::ImportFailed, Cause::Resource, 66, detail)
}

/// A syntax error is a script error like others until it is proved that the network's own bytes give it, too: see [`unsupported_syntax`].
pub fn script_error(text: &str, source: &str, rejection: bool) -> Finding {
    let detail = thrown(text, source);
    if lacks_api(text) {
        return evidence(Kind::UnsupportedSyntax, Cause::Unsupported, 55, detail);
    }
    if let Some(stuck) = Stuck::told_by(text) {
        let weight = if rejection { 52 } else { 59 };
        return evidence(Kind::StorageStuck, Cause::StorageStuck, weight, format!("{}: {detail}", stuck.code()));
    }
    // Programs word what came of a request: "Request failed with status code 503".
    for status in ["429", "502", "503", "504"] {
        if text.contains(status) {
            return evidence(Kind::Overloaded, Cause::Overload, 56, detail);
        }
    }
    if rejection && text.contains(" 500") {
        return evidence(Kind::ApiError, Cause::Api, 56, detail);
    }
    // A rejection is often the consequence of a failed request: a weaker hint.
    evidence(Kind::ScriptError, Cause::Script, if rejection { 40 } else { 50 }, detail)
}

fn thrown(text: &str, source: &str) -> String {
    let mut detail = redact::message(text);
    if !source.is_empty() {
        detail.push_str(" at ");
        detail.push_str(&redact::url(source));
    }
    detail
}

/// The network has the same bytes, whole: this browser cannot read the language that they are written in.
pub fn unsupported_syntax(text: &str, source: &str) -> Finding {
    evidence(Kind::UnsupportedSyntax, Cause::Unsupported, 57, thrown(text, source))
}

/// The comparison has replaced it.
pub fn stale_file(url: &str) -> Finding {
    evidence(
        Kind::PoisonedCache,
        Cause::CacheDamaged,
        94,
        format!("stale bytes in the HTTP cache: {}", redact::url(url)),
    )
}

/// The page knows of it and went on: a hint where there is no better one.
pub fn complaint(text: &str) -> Finding {
    let found = script_error(text, "", true);
    evidence(found.kind, found.cause, 37, found.detail.clone())
}

/// Interfaces that browsers lack in which the guard still runs.
const APIS: [&str; 4] = ["IntersectionObserver", "ResizeObserver", "WeakRef", "structuredClone"];

/// "X is not defined", or WebKit's "Can't find variable: X", of something that the browser should have.
fn lacks_api(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("ReferenceError: ") else { return false };
    let name = rest.strip_prefix("Can't find variable: ").or_else(|| rest.split(' ').next());
    name.is_some_and(|name| APIS.contains(&name))
}

pub fn newer_build(running: &str, latest: &str, chunk_lost: bool) -> Finding {
    let weight = if chunk_lost { 95 } else { 62 };
    evidence(Kind::NewerBuild, Cause::StaleDeploy, weight, format!("running {running}, served {latest}"))
}

/// The page was loaded anew past the HTTP cache and the worker, and is of the build before all the same.
pub fn served_again(running: &str, latest: &str) -> Finding {
    let detail = format!("served stale again: CDN or WebView; running {running}, served {latest}");
    evidence(Kind::ServedStale, Cause::StaleDeploy, 97, detail)
}

pub fn link_expired(url: &str) -> Finding {
    evidence(Kind::LinkExpired, Cause::StaleLink, 100, redact::url(url))
}

pub fn session_ended(url: &str) -> Finding {
    evidence(Kind::SessionEnded, Cause::StaleLink, 100, redact::url(url))
}

pub fn damaged_entry(key: &str, fault: Fault) -> Finding {
    let detail = match fault {
        Fault::NotJson => redact::key(key),
        fault => format!("{}: {}", fault.code(), redact::key(key)),
    };
    evidence(Kind::DamagedEntry, Cause::CacheDamaged, 90, detail)
}

/// Says what the user was asked about, not why the page failed.
pub fn suspect_entry(key: &str) -> Finding {
    evidence(Kind::SuspectEntry, Cause::Unknown, 8, redact::key(key))
}

pub fn poisoned_cache(url: &str, why: &str) -> Finding {
    evidence(Kind::PoisonedCache, Cause::CacheDamaged, 96, format!("{why}: {}", redact::url(url)))
}

/// `told`: an error of the page's own says the same. Many pages do well with a store that is full or denied; one that waits for a database shows
/// nothing else.
pub fn store_stuck(store: &StuckStore, told: bool) -> Finding {
    let weight = match store.stuck {
        _ if told => 88,
        Stuck::Full | Stuck::Denied | Stuck::Framed => 42,
        Stuck::Blocked | Stuck::Silent | Stuck::Newer | Stuck::Lost => 64,
    };
    let detail = format!("{}: {}", store.stuck.code(), redact::key(&store.name));
    evidence(Kind::StorageStuck, Cause::StorageStuck, weight, detail)
}

pub fn blocked_by_policy(directive: &str, blocked: &str) -> Finding {
    // A script that was kept from running explains a page that does not come up.
    let weight = if directive.starts_with("script-src") && !blocked.contains("eval") {
        80
    } else if directive == "connect-src" {
        // The page's own service, perhaps; what was not asked failed for the page as if there were no network.
        61
    } else {
        20
    };
    evidence(Kind::BlockedByPolicy, Cause::BlockedByPolicy, weight, format!("{directive} {}", redact::url(blocked)))
}

pub fn refused(code: &str, status: u16) -> Finding {
    evidence(Kind::Refused, Cause::Refused, 100, format!("{status} {}", redact::text(code)))
}

pub fn hidden_by_style() -> Finding {
    evidence(Kind::HiddenByStyle, Cause::HiddenByStyle, 45, "content is there but cannot be seen".into())
}

/// What the verdict itself says. That placeholders wait for an interface is likely, and not known.
pub fn render(detail: String, overdue: bool) -> Finding {
    let weight = if overdue { 30 } else { 10 };
    evidence(Kind::Render, Cause::Unknown, weight, detail)
}

/// The framework no longer finds its own nodes where it left them, in a page that somebody else has put elements into.
pub fn altered(text: &str) -> Finding {
    evidence(Kind::Altered, Cause::Translated, 58, redact::message(text))
}

/// How the browsers word that a node is not where it was looked for (DOM standard, "pre-insert" and "remove").
pub fn misses_its_nodes(text: &str) -> bool {
    text.contains("removeChild") || text.contains("insertBefore") || text.contains("NotFoundError")
}

/// Says that the page cannot go on, not why: what made it reload itself is told by other findings.
pub fn reload_loop(documents: u32) -> Finding {
    evidence(Kind::ReloadLoop, Cause::Unknown, 12, format!("{documents} documents in a row"))
}

pub fn engine_origin(url: &str, why: &str) -> Finding {
    evidence(Kind::EngineOrigin, Cause::Resource, 5, format!("{why}: {}", redact::url(url)))
}
