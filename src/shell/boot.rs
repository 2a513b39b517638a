//! What boot.js heard before the engine came, and hears from now on.

use super::js::J;
use super::{Life, Shell, dom_watch, js, look, private, resources};
use crate::core::engine::evidence;
use crate::core::event::{Event, ResourceKind};
use crate::core::number;
use wasm_bindgen::prelude::*;

/// boot.js keeps no more than this.
const MOST: usize = 100;

pub fn dropped(boot: J) -> u32 {
    number::to_u32(js::number(boot, "dropped"))
}

/// Takes over: first what waits in the queue, in its order, then each event as it comes.
pub fn attach(shell: &'static Shell) {
    let boot = J::of(&shell.boot);
    if !boot.is_object() {
        return;
    }
    let queue = js::get(boot, "events");
    let waiting = js::list(queue, MOST);
    js::set(queue, "length", js::n(0.0));
    // The listener first: what an event in the queue leads to must not fall between the two.
    js::set(
        boot,
        "on",
        js::function(move |event, _| {
            hear(shell, event);
            JsValue::UNDEFINED
        }),
    );
    for event in &waiting {
        hear(shell, *event);
    }
}

/// A guard that fails leaves boot.js in place, which still heals and has the last resort.
pub fn detach(boot: J, life: Life) {
    if boot.is_object() {
        js::set(boot, "on", js::undefined());
        if life == Life::Stopped {
            js::run0(boot, "stop");
        }
    }
}

fn hear(shell: &'static Shell, event: J) {
    if let Some(refused) = refused_json(event) {
        shell.dispatch(refused);
    }
    let Some(event) = read(shell, event) else { return };
    // It may have happened before the guard watched the document.
    if let Event::ScriptFailed { text, .. } = &event
        && evidence::misses_its_nodes(text)
        && dom_watch::looks_altered(shell)
    {
        shell.dispatch(Event::Altered);
    }
    shell.dispatch(event);
}

/// An error that `JSON.parse` threw. `response.json()` says the same of an answer, which is not on this device: of its error the stack is empty,
/// or does not begin in `JSON.parse`; WebKit words it otherwise. Firefox shows no function of the browser's own in a stack.
fn refused_json(event: J) -> Option<Event> {
    let (kind, stack, text) = (js::text(event, "kind")?, js::word(event, "stack"), js::word(event, "message"));
    let heard = matches!(kind.as_str(), "error" | "reject" | "said") && js::is(event, "name", "SyntaxError");
    let v8 = look::holds(&stack, "\n    at ");
    let parsed = if v8 { look::holds(&stack, "at JSON.parse (") } else { look::holds(&stack, "@") };
    (heard && parsed && look::holds(&text, "JSON")).then_some(Event::JsonRefused { text })
}

fn read(shell: &'static Shell, event: J) -> Option<Event> {
    let text = |key| js::word(event, key);
    let message = || private::without(shell, with_name(&text("name"), text("message")));
    Some(match js::text(event, "kind")?.as_str() {
        "error" => Event::ScriptFailed { rejection: false, text: message(), source: text("source") },
        "reject" => Event::ScriptFailed { rejection: true, text: message(), source: String::new() },
        "resource" => {
            let url = text("url");
            let (status, served_html) = served(shell, &url);
            let critical = js::flag(event, "critical");
            let kind = kind(&text("type"), &text("tag"));
            if critical && status == 0 && kind != ResourceKind::Other {
                resources::reach(shell, &url);
            }
            Event::ResourceFailed { kind, critical, html: text("why") == "html" || served_html, status, url }
        }
        "heal" => Event::ResourceSettled {
            kind: kind(&text("type"), ""),
            url: text("url"),
            healed: js::flag(event, "ok"),
            from: text("to"),
            tries: number::to_u32(js::number(event, "tries")),
        },
        "import" => Event::ImportFailed { url: text("url"), text: text("message") },
        "csp" if super::caches::is_question(&text("url")) => return None,
        "csp" => Event::PolicyViolated { directive: text("directive"), blocked: text("url") },
        "network" => Event::Connection { online: js::flag(event, "online") },
        "call" => {
            let url = text("url");
            if shell.is_own(&url) {
                return None;
            }
            match js::number(event, "status") {
                status if status < 0.0 => Event::CallHangs { url },
                status if look::is_code(&url) => {
                    let (kind, status) = (ResourceKind::Classic, number::to_u16(status));
                    Event::ResourceFailed { url, kind, critical: false, html: status == 200, status }
                }
                status => Event::CallFailed { url, status: number::to_u16(status) },
            }
        }
        "loop" => Event::Looping { documents: number::to_u32(js::number(event, "count")) },
        "said" => Event::Complained { text: message() },
        "engine" if !js::flag(event, "ok") => Event::EngineOriginFailed { url: text("url"), why: text("why") },
        _ => return None,
    })
}

fn kind(ty: &str, tag: &str) -> ResourceKind {
    match (ty, tag) {
        ("classic", _) | ("", "script") => ResourceKind::Classic,
        ("module", _) => ResourceKind::Module,
        ("style", _) => ResourceKind::Style,
        _ => ResourceKind::Other,
    }
}

fn with_name(name: &str, message: String) -> String {
    if name.is_empty() || message.starts_with(name) || message.starts_with("Uncaught ") {
        message
    } else {
        format!("{name}: {message}")
    }
}

/// Status and type of the last answer for that address, where the browser tells: 0 and false across origins without
/// `Timing-Allow-Origin`, and in engines without `responseStatus`.
fn served(shell: &'static Shell, url: &str) -> (u16, bool) {
    let entries = js::run(js::get(shell.page.window(), "performance"), "getEntriesByName", url);
    let last = js::run1(entries, "at", js::n(-1.0));
    let status = number::to_u16(js::number(last, "responseStatus"));
    let html = js::is(last, "contentType", "text/html");
    // The page of an error is HTML as well, and proves nothing beyond its status.
    (status, html && (200..300).contains(&status))
}
