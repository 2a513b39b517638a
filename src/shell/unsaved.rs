//! Is there typed input that would be lost? Answered by comparing fields with the page's drafts at the moment of the
//! question; what was typed is never kept.

use super::js::J;
use super::look::holds;
use super::watch::listen;
use super::{Shell, js, storage};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Fields remembered; a form with more of them counts as unsaved.
const MOST_FIELDS: usize = 64;

struct Field {
    element: JsValue,
    /// Hash of the drafts as they were before the last input into this field, while it is the last one typed in.
    drafts_before: Option<u64>,
}

#[derive(Default)]
pub struct Typed(RefCell<Vec<Field>>);

pub fn watch(shell: &'static Shell) {
    // Capture on the window runs before the page's own handlers: the drafts are still those from before this input.
    shell.keep(listen(shell.page.window(), "input", move |event| note(shell, event)));
}

fn note(shell: &Shell, event: J) {
    // Inside of a shadow root the event's target is the host.
    let element = js::at(js::run0(event, "composedPath"), 0);
    let Ok(mut fields) = shell.typed.0.try_borrow_mut() else { return };
    let gone = |field: &Field| J::of(&field.element).same(element) || !js::flag(J::of(&field.element), "isConnected");
    while let Some(place) = fields.iter().position(gone) {
        fields.swap_remove(place);
    }
    for field in fields.iter_mut() {
        field.drafts_before = None;
    }
    if fields.len() < MOST_FIELDS {
        fields.push(Field { element: element.own(), drafts_before: Some(hash(&drafts(shell))) });
    }
}

/// True when something typed would be lost by leaving the page.
pub fn ask(shell: &Shell) -> bool {
    let Ok(fields) = shell.typed.0.try_borrow() else { return true };
    let drafts = drafts(shell);
    fields.len() >= MOST_FIELDS || fields.iter().any(|field| !is_safe(field, &drafts))
}

fn is_safe(field: &Field, drafts: &[String]) -> bool {
    let element = J::of(&field.element);
    if !js::flag(element, "isConnected") {
        return true;
    }
    let Some(value) = js::text(element, "value").or_else(|| js::text(element, "textContent")) else {
        return true;
    };
    let value = value.trim_ascii();
    if value.is_empty() {
        return true;
    }
    // Nobody means to store these, so a draft that holds the same digits by chance proves nothing.
    let secret = js::is(element, "type", "password") || js::is(element, "autocomplete", "one-time-code");
    if secret {
        return false;
    }
    // A draft may be kept in another form than it was typed in; that it changed at this input is enough.
    drafts.iter().any(|draft| holds(draft, value)) || field.drafts_before.is_some_and(|before| before != hash(drafts))
}

fn drafts(shell: &Shell) -> Vec<String> {
    let mut drafts = Vec::new();
    for key in &shell.settings.drafts {
        drafts.extend(storage::value(shell, key));
    }
    drafts
}

/// FNV-1a.
fn hash(drafts: &[String]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for draft in drafts {
        // 0 ends each: two drafts are not one longer one.
        for byte in draft.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
