//! What boot.js heard before the engine came, and hears from now on.

use super::caches::query::is_question;
use super::callback::listener;
use super::state::{Life, Shell};
use super::web::{PageTimes, ResourceTiming};
use super::{dom_watch, private, resources};
use crate::core::address;
use crate::core::event::{Event, ResourceKind};
use crate::core::incident::evidence;
use crate::core::number;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// A `BootEvent`: which of these there are depends on its kind.
    type BootEvent;
    #[wasm_bindgen(method, getter)]
    fn kind(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn message(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn name(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn source(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn stack(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn url(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn tag(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn resource_type(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn critical(this: &BootEvent) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn why(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn to(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn ok(this: &BootEvent) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn lazy(this: &BootEvent) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn tries(this: &BootEvent) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn directive(this: &BootEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn online(this: &BootEvent) -> Option<bool>;
    #[wasm_bindgen(method, getter)]
    fn status(this: &BootEvent) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn count(this: &BootEvent) -> Option<f64>;
}

/// Takes over: first what waits in the queue, in its order, then each event as it comes.
pub fn attach(shell: &'static Shell) {
    let Some(queue) = shell.boot.events() else { return };
    let waiting = queue.slice(0, queue.length());
    queue.set_length(0);
    // The listener first: what an event in the queue leads to must not fall between the two.
    shell.boot.set_on(Some(&listener(move |event| hear(shell, &event.unchecked_into()))));
    for event in waiting.iter() {
        hear(shell, &event.unchecked_into());
    }
}

/// A guard that fails leaves boot.js in place, which still heals and has the last resort.
pub fn detach(shell: &Shell, life: Life) {
    shell.boot.set_on(None);
    if life == Life::Stopped {
        // Where there is no boot.js there is nothing to stop.
        let _ = shell.boot.stop();
    }
}

/// What the page's own code tells in the words of boot.js, such as an error that it caught.
pub fn report(shell: &'static Shell, event: &JsValue) {
    if event.is_object() {
        hear(shell, event.unchecked_ref());
    }
}

fn hear(shell: &'static Shell, event: &BootEvent) {
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
fn refused_json(event: &BootEvent) -> Option<Event> {
    let (stack, text) = (event.stack().unwrap_or_default(), event.message().unwrap_or_default());
    let heard = matches!(event.kind()?.as_str(), "error" | "reject" | "said");
    let syntax = event.name().is_some_and(|name| name == "SyntaxError");
    let parsed = if stack.contains("\n    at ") { stack.contains("at JSON.parse (") } else { stack.contains('@') };
    (heard && syntax && parsed && text.contains("JSON")).then_some(Event::JsonRefused { text })
}

fn read(shell: &'static Shell, event: &BootEvent) -> Option<Event> {
    let url = || event.url().unwrap_or_default();
    let message = || {
        let (name, message) = (event.name().unwrap_or_default(), event.message().unwrap_or_default());
        private::without(shell, with_name(&name, message))
    };
    Some(match event.kind()?.as_str() {
        "error" => {
            Event::ScriptFailed { rejection: false, text: message(), source: event.source().unwrap_or_default() }
        }
        "reject" => Event::ScriptFailed { rejection: true, text: message(), source: String::new() },
        "resource" => {
            let url = url();
            let (status, served_html) = served(shell, &url);
            let critical = event.critical().unwrap_or(false);
            let kind = kind(&event.resource_type().unwrap_or_default(), &event.tag().unwrap_or_default());
            if critical && status == 0 && kind != ResourceKind::Other {
                resources::reach(shell, &url);
            }
            let html = served_html || event.why().is_some_and(|why| why == "html");
            Event::ResourceFailed { kind, critical, html, status, url }
        }
        "heal" => Event::ResourceSettled {
            kind: if event.lazy() == Some(true) {
                ResourceKind::Chunk
            } else {
                kind(&event.resource_type().unwrap_or_default(), "")
            },
            url: url(),
            healed: event.ok().unwrap_or(false),
            from: event.to().unwrap_or_default(),
            tries: event.tries().map_or(0, number::to_u32),
        },
        "import" => Event::ImportFailed { url: url(), text: event.message().unwrap_or_default() },
        "csp" if is_question(&url()) => return None,
        "csp" => Event::PolicyViolated { directive: event.directive().unwrap_or_default(), blocked: url() },
        "network" => Event::Connection { online: event.online().unwrap_or(false) },
        "call" => {
            let url = url();
            if shell.is_own(&url) {
                return None;
            }
            match event.status().unwrap_or_default() {
                status if status < 0.0 => Event::CallHangs { url },
                status if address::is_code(&url) => {
                    let (kind, status) = (ResourceKind::Classic, number::to_u16(status));
                    Event::ResourceFailed { url, kind, critical: false, html: status == 200, status }
                }
                status => Event::CallFailed { url, status: number::to_u16(status) },
            }
        }
        "loop" => Event::Looping { documents: event.count().map_or(0, number::to_u32) },
        "said" => Event::Complained { text: message() },
        "engine" if event.ok() == Some(false) => {
            Event::EngineOriginFailed { url: url(), why: event.why().unwrap_or_default() }
        }
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
fn served(shell: &Shell, url: &str) -> (u16, bool) {
    let Some(times) = shell.page.window().performance() else { return (0, false) };
    let entries = times.unchecked_ref::<PageTimes>().entries_by_name(url).unwrap_or_default();
    let Some(last) = entries.iter().last().map(JsCast::unchecked_into::<ResourceTiming>) else { return (0, false) };
    let status = last.response_status().map_or(0, number::to_u16);
    let html = last.content_type().is_some_and(|kind| kind == "text/html");
    // The page of an error is HTML as well, and proves nothing beyond its status.
    (status, html && (200..300).contains(&status))
}
