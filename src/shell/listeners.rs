//! What the page's own code listens to with `guard.on`.

use super::js::J;
use super::page::is_http_j;
use super::{Shell, asks, js};
use crate::core::action::Notice;
use crate::wire::ask::GuardEvent;
use crate::wire::out::{self, RetryQuestion, Told};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// More listeners than any page has use for; a leak, most likely.
const MOST: usize = 200;

#[derive(Default)]
pub struct Listeners(RefCell<Vec<(u32, GuardEvent, JsValue)>>);

impl Listeners {
    pub fn clear(&self) {
        let all = self.0.try_borrow_mut().map(|mut all| std::mem::take(&mut *all));
        drop(all);
    }
}

/// Returns the function that takes the listener away again.
pub fn on(shell: &'static Shell, kind: &str, listener: J) -> JsValue {
    let id = shell.fresh_id();
    let event = GuardEvent::from_code(kind);
    if !listener.is_function() {
        js::complain("pagemend: on(type, listener): the listener must be a function");
    } else if event.is_none() {
        let known = GuardEvent::CODES.join(", ");
        js::complain(&format!("pagemend: on(\"{kind}\"): there is no such event; known: {known}"));
    } else if let Some(event) = event
        && let Ok(mut all) = shell.listeners.0.try_borrow_mut()
        && all.len() < MOST
        && shell.running()
    {
        all.push((id, event, listener.own()));
    }
    let off = js::function(move |_, _| {
        if let Ok(mut all) = shell.listeners.0.try_borrow_mut() {
            let place = all.iter().position(|(known, ..)| *known == id);
            place.map(|place| all.remove(place));
        }
        JsValue::UNDEFINED
    });
    off.own()
}

pub fn notify(shell: &'static Shell, notice: &Notice) {
    call(shell, out::event_of(notice), &|| asks::value(&out::notice(notice)), &mut |_| ());
}

/// Asks the page before `url` is asked for because `from` failed: where to, or `None` where a listener says no. Without listeners it is `url`.
pub fn before_retry(shell: &'static Shell, url: &str, from: &str) -> Option<String> {
    let mut to = Some(String::from(url));
    let value = || asks::value(&Told::RetryQuestion(RetryQuestion { url, from }));
    call(shell, GuardEvent::BeforeRetry, &value, &mut |told| {
        if told.as_bool() == Some(false) {
            to = None;
        } else if let (Some(to), Some(other)) = (&mut to, told.as_string()) {
            match shell.page.resolve_j(&other).filter(|url| is_http_j(*url)) {
                Some(other) => *to = js::word(other, "href"),
                None => {
                    js::complain(&format!("pagemend: before-retry: \"{other}\" is not an http(s) URL; using {url}"));
                }
            }
        }
    });
    to
}

/// Asks the page before it is loaded anew: a listener that returns `false` forbids it.
pub fn may_reload(shell: &'static Shell) -> bool {
    let mut may = true;
    call(shell, GuardEvent::BeforeReload, &|| js::json("{}"), &mut |told| may &= told.as_bool() != Some(false));
    may
}

fn call<'s>(shell: &'static Shell, event: GuardEvent, value: &dyn Fn() -> J<'s>, told: &mut dyn FnMut(J)) {
    // Copied: a listener may add or remove listeners.
    let mut called = Vec::new();
    if let Ok(all) = shell.listeners.0.try_borrow() {
        for (_, of, listener) in all.iter() {
            if *of == event {
                called.push(js::hold(listener.clone()));
            }
        }
    }
    if called.is_empty() {
        return;
    }
    let value = value();
    js::set(value, out::TYPE, js::s(event.code()));
    for listener in &called {
        match js::apply(*listener, js::undefined(), &[value]) {
            Ok(answer) => told(answer),
            // The page's own error, on the page's own console.
            Err(thrown) => js::show_error(&format!("pagemend: a listener of \"{}\" threw", event.code()), thrown),
        }
    }
}
