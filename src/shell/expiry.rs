//! `guard.expires`, and what answers say of the server's time.

use super::promise::outcome;
use super::state::Shell;
use super::web::{header, property};
use super::{callback, clock, console, task};
use crate::core::event::{Answer, Event};
use crate::core::freshness::expiry::{Declared, End, Renewal};
use crate::core::freshness::server_time::Dated;
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::time::Millis;
use js_sys::{Date, Function};
use wasm_bindgen::prelude::*;
use web_sys::Response;

/// Before the end the user is told, where the page says nothing else.
const WARN_MS: f64 = 120_000.0;

/// Of 1973: an earlier end was given in seconds.
const EARLIEST_MS: f64 = 100_000_000_000.0;

/// Milliseconds that the page gives.
fn millis(value: f64) -> Millis {
    Millis(number::to_u64(value))
}

fn number_in(options: &JsValue, key: &str) -> Option<f64> {
    property(options, key).as_f64().filter(|number| number.is_finite())
}

/// `guard.expires`: returns the function that takes it back.
pub fn expires(shell: &'static Shell, what: String, options: &JsValue) -> Function {
    let id = shell.fresh_id();
    let end = match (number_in(options, "at"), number_in(options, "in")) {
        (Some(at), _) if at >= EARLIEST_MS => Some(End::At(millis(at))),
        (None, Some(seconds)) => Some(End::In(millis(seconds * 1_000.0))),
        _ => None,
    };
    if let Some(end) = end {
        let renew = property(options, "renew").dyn_into::<Function>().ok();
        let warn = millis(number_in(options, "warnMs").unwrap_or(WARN_MS));
        let renews = renew.is_some();
        shell.renewals.add(id, renew);
        shell.dispatch(Event::ExpiryDeclared(Declared { id, what, end, warn, renews }));
    } else {
        console::complain(&format!(
            "pagemend: expires(\"{what}\", options): options must hold `at`, milliseconds since 1970, or `in`, seconds from now"
        ));
    }
    callback::listener(move |_| {
        shell.renewals.take(id);
        shell.dispatch(Event::ExpiryTakenBack { id });
    })
}

/// Has the page's own code renew it.
pub fn renew(shell: &'static Shell, action: ActionId, id: u32) {
    let Some(renew) = shell.renewals.get(id) else { return shell.answer(action, Answer::Renewed(None)) };
    let renewed = outcome(renew.call0(&JsValue::UNDEFINED));
    task::spawn(shell, async move {
        let renewal = match renewed.await {
            Ok(renewed) => Some(Renewal { at: number_in(&renewed, "at").map(millis), link: renewed.as_string() }),
            Err(thrown) => {
                // The page's own error, on the page's own console.
                console::show_error("pagemend: what was to renew it threw", &thrown);
                None
            }
        };
        shell.answer(action, Answer::Renewed(renewal));
    });
}

pub fn read_clock(shell: &'static Shell) {
    shell.dispatch(Event::Clock { epoch: clock::epoch() });
}

/// Tells what an answer says of the time. `fresh`: no cache of the browser's can have given it. Across origins its date is read where it is exposed.
pub fn heard(shell: &'static Shell, answer: &Response, sent: Millis, fresh: bool) {
    let date = Date::parse(&header(answer, "date"));
    if date > 0.0 {
        let age = Millis(header(answer, "age").parse::<u32>().map_or(0, |seconds| u64::from(seconds) * 1_000));
        let dated = Dated { date: number::to_u64(date), age, sent, heard: clock::now(), fresh };
        shell.dispatch(Event::Dated { dated, epoch: clock::epoch() });
    }
}
