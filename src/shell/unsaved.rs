//! Is there typed input that would be lost? Answered by comparing fields with the page's drafts at the moment of the
//! question.

use super::field::{self, Place};
use super::watch::on;
use super::web::{as_element, elements};
use super::{Shell, storage};
use crate::core::typed::MOST_FIELDS;
use std::cell::{Cell, RefCell};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;
use web_sys::{Document, Element};

/// A field in which something was typed.
pub struct Field {
    pub element: Element,
    /// Of the page when something was typed there.
    pub path: String,
    /// Where it stood then: a page that broke has taken it out, with all that was typed.
    pub place: Option<Place>,
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
    earlier.extend(focused(document));
    for element in earlier.iter().filter(|element| field::is_changed(element)) {
        note(shell, element, false);
    }
}

/// The element that has the focus, inside of open shadow roots too.
pub fn focused(document: &Document) -> Option<Element> {
    let mut element = document.active_element()?;
    while let Some(inner) = element.shadow_root().and_then(|root| root.active_element()) {
        element = inner;
    }
    Some(element)
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
pub fn each(shell: &Shell, mut each: impl FnMut(&Field)) -> bool {
    let fields = shell.typed.all();
    for field in &fields {
        each(field);
    }
    fields.len() < MOST_FIELDS
}

fn is_safe(field: &Field, drafts: &[String]) -> bool {
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
