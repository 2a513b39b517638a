//! Is there typed input that would be lost? Answered by comparing fields with the page's drafts at the moment of the
//! question.

use super::draft::terms::holds;
use super::field::{self, Place};
use super::state::Shell;
use super::state::typed::Field;
use super::storage;
use super::watch::on;
use super::web::{as_element, elements};
use crate::core::typed::MOST_FIELDS;
use std::cell::Cell;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use web_sys::Element;

/// What people have changed themselves and left: known without having listened.
const TOUCHED: &str = ":is(input,textarea,select):is(:user-valid,:user-invalid)";

pub fn watch(shell: &'static Shell) {
    note_earlier(shell);
    // Capture on the window runs before the page's own handlers: the drafts are still those from before this input.
    shell.keep(on(shell.page.window(), "input", move |event| {
        // Inside of a shadow root the event's target is the host. Pages tell the window and the document of input as well.
        let innermost = event.composed_path().get(0);
        if let Some(element) = as_element(&innermost) {
            note(shell, element, true);
        }
    }));
}

/// People type as soon as they see a field, and that is before the guard is there.
fn note_earlier(shell: &Shell) {
    let document = shell.page.document();
    let mut earlier = Vec::new();
    // An older browser does not know the selector.
    if let Ok(touched) = document.query_selector_all(TOUCHED) {
        earlier.extend(elements(&touched).take(MOST_FIELDS));
    }
    earlier.extend(shell.page.focused());
    for element in earlier.iter().filter(|element| field::is_changed(element)) {
        note(shell, element, false);
    }
}

/// `now`: it is being typed this very moment.
fn note(shell: &Shell, element: &Element, now: bool) {
    let mut fields = shell.typed.all();
    let path = shell.page.path();
    fields.retain(|field| field.element != *element && (field.element.is_connected() || field.path == path));
    if fields.len() >= MOST_FIELDS {
        fields.retain(|field| field.element.is_connected());
    }
    for field in &fields {
        field.drafts_before.set(None);
    }
    if fields.len() < MOST_FIELDS {
        fields.push(Rc::new(Field {
            element: element.clone(),
            path,
            place: Place::of(element),
            secret: field::is_secret(shell.page.window(), element),
            drafts_before: Cell::new(now.then(|| hash(&drafts(shell)))),
        }));
    }
    shell.typed.put(fields);
}

/// True when something typed would be lost by leaving the page.
pub fn ask(shell: &Shell) -> bool {
    let fields = shell.typed.all();
    let drafts = drafts(shell);
    fields.len() >= MOST_FIELDS || fields.iter().any(|field| !is_safe(shell, field, &drafts))
}

/// Calls `each` with every field in which something was typed; `false` where there were more than are remembered.
pub fn each(shell: &Shell, mut each: impl FnMut(&Field)) -> bool {
    let fields = shell.typed.all();
    for field in &fields {
        each(field);
    }
    fields.len() < MOST_FIELDS
}

fn is_safe(shell: &Shell, field: &Field, drafts: &[String]) -> bool {
    if !field.element.is_connected() {
        return true;
    }
    let Some(value) = field::text(&field.element).or_else(|| field.element.text_content()) else {
        return true;
    };
    let value = value.trim_ascii();
    if value.is_empty() {
        return true;
    }
    if holds(shell, &field.element) {
        return true;
    }
    // Nobody means to store these, so a draft that holds the same digits by chance proves nothing.
    if field.secret {
        return false;
    }
    // A draft may be kept in another form than it was typed in; that it changed at this input is enough.
    drafts.iter().any(|draft| draft.contains(value))
        || field.drafts_before.get().is_some_and(|before| before != hash(drafts))
}

fn drafts(shell: &Shell) -> Vec<String> {
    shell.settings.drafts.iter().filter_map(|key| storage::value(shell, key)).collect()
}

fn hash(drafts: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    drafts.hash(&mut hasher);
    hasher.finish()
}
