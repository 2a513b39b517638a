//! What was typed in an earlier document and is to be put back.

use crate::shell::field::{Place, Value};
use crate::shell::watch::Watch;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What an earlier document left for this one.
#[derive(Default)]
pub struct Kept(RefCell<Option<Rc<Left>>>);

impl Kept {
    /// Held on its own: its fields are looked for, and that runs code of the page.
    pub fn left(&self) -> Option<Rc<Left>> {
        self.0.try_borrow().ok()?.clone()
    }

    pub fn put(&self, left: Left) {
        if let Ok(mut kept) = self.0.try_borrow_mut() {
            *kept = Some(Rc::new(left));
        }
    }

    pub fn take(&self) -> Option<Rc<Left>> {
        self.0.try_borrow_mut().ok()?.take()
    }
}

pub struct Left {
    /// As it was kept.
    pub text: String,
    pub path: String,
    pub fields: Vec<Waiting>,
    /// Ended when this is let go of.
    pub _watch: Option<Watch>,
}

/// A field that is to be filled in.
#[derive(Clone)]
pub struct Waiting {
    pub place: Place,
    pub value: Value,
    /// How often that was done.
    pub puts: Cell<u32>,
}

impl Waiting {
    pub fn new(place: Place, value: Value) -> Waiting {
        Waiting { place, value, puts: Cell::new(0) }
    }

    /// One that holds it already.
    pub fn filled(place: Place, value: Value) -> Waiting {
        Waiting { place, value, puts: Cell::new(u32::MAX) }
    }
}
