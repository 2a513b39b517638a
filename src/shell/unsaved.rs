//! Is there typed input that would be lost? Answered by comparing fields with the page's drafts at the moment of the
//! question.

use super::js::J;
use super::look::holds;
use super::watch::listen;
use super::{Shell, field, js, storage};
use crate::core::typed::MOST_FIELDS;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

pub struct Field {
    pub element: JsValue,
    /// Of the page when something was typed there.
    pub path: String,
    /// Where it stood then: a page that broke has taken it out, with all that was typed.
    pub place: JsValue,
    pub secret: bool,
    /// Hash of the drafts as they were before the last input into this field, while it is the last one typed in.
    drafts_before: Cell<Option<u64>>,
}

#[derive(Default)]
pub struct Typed(RefCell<Vec<Rc<Field>>>);

impl Typed {
    /// A list of its own: fields are asked about themselves, and that runs code of the page.
    fn all(&self) -> Vec<Rc<Field>> {
        self.0.try_borrow().map(|all| all.clone()).unwrap_or_default()
    }
}

/// What people have changed themselves and left: known without having listened.
const TOUCHED: &str = ":is(input,textarea,select):is(:user-valid,:user-invalid)";

pub fn watch(shell: &'static Shell) {
    note_earlier(shell);
    // Capture on the window runs before the page's own handlers: the drafts are still those from before this input.
    shell.keep(listen(shell.page.window_j(), "input", move |event| {
        // Inside of a shadow root the event's target is the host.
        note(shell, js::at(js::run0(event, "composedPath"), 0), true);
    }));
}

/// People type as soon as they see a field, and that is before the guard is there.
fn note_earlier(shell: &Shell) {
    let document = shell.page.document_j();
    let mut earlier = js::list(js::run(document, "querySelectorAll", TOUCHED), MOST_FIELDS);
    earlier.push(focused(document));
    for element in earlier {
        let value = js::text(element, "value").filter(|value| !value.is_empty());
        if value.is_some() && value != js::text(element, "defaultValue") {
            note(shell, element, false);
        }
    }
}

/// The element that has the focus, inside of open shadow roots too.
pub fn focused(document: J) -> J {
    let mut element = js::get(document, "activeElement");
    loop {
        let inner = js::get(js::get(element, "shadowRoot"), "activeElement");
        if inner.is_missing() {
            return element;
        }
        element = inner;
    }
}

/// `now`: it is being typed this very moment.
fn note(shell: &Shell, element: J, now: bool) {
    let mut fields = shell.typed.all();
    let path = shell.page.path();
    let stays = |field: &Rc<Field>| {
        let known = J::of(&field.element);
        !known.same(element) && (js::flag(known, "isConnected") || field.path == path)
    };
    fields.retain(stays);
    if fields.len() >= MOST_FIELDS {
        fields.retain(|field| js::flag(J::of(&field.element), "isConnected"));
    }
    for field in &fields {
        field.drafts_before.set(None);
    }
    if fields.len() < MOST_FIELDS {
        fields.push(Rc::new(Field {
            element: element.own(),
            path,
            place: field::place(element),
            secret: field::is_secret(shell, element),
            drafts_before: Cell::new(now.then(|| hash(&drafts(shell)))),
        }));
    }
    if let Ok(mut known) = shell.typed.0.try_borrow_mut() {
        *known = fields;
    }
}

/// True when something typed would be lost by leaving the page.
pub fn ask(shell: &Shell) -> bool {
    let fields = shell.typed.all();
    let drafts = drafts(shell);
    fields.len() >= MOST_FIELDS || fields.iter().any(|field| !is_safe(field, &drafts))
}

/// Calls `each` with every field in which something was typed; `false` where there were more than are remembered.
pub fn each(shell: &Shell, each: &mut dyn FnMut(&Field)) -> bool {
    let fields = shell.typed.all();
    for field in &fields {
        each(field);
    }
    fields.len() < MOST_FIELDS
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
    if field.secret {
        return false;
    }
    // A draft may be kept in another form than it was typed in; that it changed at this input is enough.
    drafts.iter().any(|draft| holds(draft, value))
        || field.drafts_before.get().is_some_and(|before| before != hash(drafts))
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
