//! The fields in which something was typed.

use crate::shell::field::Place;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::Element;

/// A field in which something was typed.
pub struct Field {
    pub element: Element,
    /// Of the page when something was typed there.
    pub path: String,
    /// Where it stood then: a page that broke has taken it out, with all that was typed.
    pub place: Option<Place>,
    pub secret: bool,
    /// Hash of the drafts as they were before the last input into this field, while it is the last one typed in.
    pub drafts_before: Cell<Option<u64>>,
}

#[derive(Default)]
pub struct Typed(RefCell<Vec<Rc<Field>>>);

impl Typed {
    /// A list of its own: fields are asked about themselves, and that runs code of the page.
    pub fn all(&self) -> Vec<Rc<Field>> {
        self.0.try_borrow().map(|all| all.clone()).unwrap_or_default()
    }

    pub fn put(&self, fields: Vec<Rc<Field>>) {
        if let Ok(mut known) = self.0.try_borrow_mut() {
            *known = fields;
        }
    }
}
