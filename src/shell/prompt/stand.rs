//! Which prompt stands, if any.

use super::focus::Focus;
use super::layer::Layer;
use crate::core::id::ActionId;
use crate::core::time::Millis;
use crate::shell::watch::Watch;
use std::cell::Cell;

/// The one prompt that stands, if any.
#[derive(Default)]
pub struct Stand {
    pub shown: Cell<Option<Shown>>,
    /// Until when a button that sends or leaves is not pressed again.
    pub cool_at: Cell<Millis>,
}

pub struct Shown {
    pub id: ActionId,
    layer: Layer,
    focus: Focus,
    _watches: Vec<Watch>,
}

impl Stand {
    pub fn take(&self, id: ActionId) -> Option<Shown> {
        let shown = self.shown.take()?;
        if shown.id == id {
            return Some(shown);
        }
        self.shown.set(Some(shown));
        None
    }
}

impl Shown {
    /// `watches` end when it goes.
    pub fn new(id: ActionId, layer: Layer, focus: Focus, watches: Vec<Watch>) -> Shown {
        Shown { id, layer, focus, _watches: watches }
    }

    pub fn take_away(&self) {
        self.layer.remove();
        if self.layer.modal {
            self.focus.give_back();
        }
    }
}
