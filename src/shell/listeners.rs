//! Telling and asking the page's own code that listens with `guard.on`.

use super::page::is_http;
use super::state::Shell;
use super::state::listeners::Listener;
use super::{asks, callback, console};
use crate::core::action::Notice;
use crate::wire::ask::GuardEvent;
use crate::wire::out::{self, Heard, RetryQuestion};
use js_sys::Function;
use wasm_bindgen::prelude::*;

/// Returns the function that takes the listener away again.
pub fn on(shell: &'static Shell, kind: &str, listener: &JsValue) -> Function {
    let id = shell.fresh_id();
    match (GuardEvent::from_code(kind), listener.dyn_ref::<Function>()) {
        (Some(event), Some(heard)) if shell.running() => {
            shell.listeners.add(Listener { id, event, heard: heard.clone() });
        }
        (Some(_), Some(_)) => (),
        (_, None) => console::complain("pagemend: on(type, listener): the listener must be a function"),
        (None, _) => {
            let known = GuardEvent::CODES.join(", ");
            console::complain(&format!("pagemend: on(\"{kind}\"): there is no such event; known: {known}"));
        }
    }
    callback::listener(move |_| shell.listeners.remove(id))
}

pub fn notify(shell: &'static Shell, notice: &Notice) {
    call(shell, &out::notice(notice), |_| ());
}

/// Asks the page before `url` is asked for because `from` failed: where to, or `None` where a listener says no. Without listeners it is `url`.
pub fn before_retry(shell: &'static Shell, url: &str, from: &str) -> Option<String> {
    let mut to = Some(String::from(url));
    call(shell, &Heard::BeforeRetry(RetryQuestion { url, from }), |answer| {
        if answer.as_bool() == Some(false) {
            to = None;
        } else if let (Some(to), Some(other)) = (&mut to, answer.as_string()) {
            match shell.page.resolve(&other).filter(is_http) {
                Some(other) => *to = other.href(),
                None => {
                    console::complain(&format!(
                        "pagemend: before-retry: \"{other}\" is not an http(s) URL; using {url}"
                    ));
                }
            }
        }
    });
    to
}

/// Asks the page before it is loaded anew: a listener that returns `false` forbids it.
pub fn may_reload(shell: &'static Shell) -> bool {
    let mut may = true;
    call(shell, &Heard::BeforeReload, |answer| may &= answer.as_bool() != Some(false));
    may
}

fn call(shell: &'static Shell, heard: &Heard, mut answered: impl FnMut(JsValue)) {
    let event = heard.event();
    let listeners = shell.listeners.of(event);
    if listeners.is_empty() {
        return;
    }
    let value = asks::value(heard);
    for listener in listeners {
        match listener.call1(&JsValue::UNDEFINED, &value) {
            Ok(answer) => answered(answer),
            // The page's own error, on the page's own console.
            Err(thrown) => {
                console::show_error(&format!("pagemend: a listener of \"{}\" threw", event.code()), &thrown);
            }
        }
    }
}
