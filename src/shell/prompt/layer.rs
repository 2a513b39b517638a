//! A prompt's place over the page: how it is put there, how it goes, and how the document's changes by that are told from others.

use super::style;
use crate::shell::page::Page;
use crate::shell::web::{self, Dialog};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, MutationRecord, NodeList};

/// Of the element that holds a prompt.
pub const TAG: &str = "pagemend-prompt";

/// What the names of the guard's own elements begin with: prompts, and the overlay of debug.js.
pub const OURS: &str = "pagemend-";

/// Of a batch of mutations, and of each one's nodes: a prompt makes one or two.
const MOST_LOOKED_AT: u32 = 10;

/// A prompt's elements; a clone is of the same ones.
#[derive(Clone)]
pub struct Layer {
    pub host: HtmlElement,
    /// The dialog, or the notice.
    pub sheet: HtmlElement,
    pub title: HtmlElement,
    pub modal: bool,
}

impl Layer {
    pub fn put(&self, page: &Page) -> Result<(), JsValue> {
        page.ground().ok_or("the document is empty")?.append_child(&self.host)?;
        if self.modal { self.open_dialog() } else { self.open_notice() }
    }

    /// After the page took it out.
    pub fn put_again(&self, page: &Page) -> Result<(), JsValue> {
        // A dialog that counts as open is not opened once more.
        self.sheet.remove_attribute("open")?;
        self.put(page)
    }

    pub fn remove(&self) {
        if self.modal {
            // Closing hands the focus back to where it was; removing alone would lose it.
            let _ = self.sheet.unchecked_ref::<Dialog>().try_close();
        }
        web::take_out(&self.host);
    }

    /// Whether the browser has modal dialogs.
    pub fn has_dialogs(&self) -> bool {
        self.sheet.unchecked_ref::<Dialog>().show_modal_function().is_some()
    }

    fn open_dialog(&self) -> Result<(), JsValue> {
        if self.sheet.unchecked_ref::<Dialog>().show_modal().is_err() {
            // Too old for modal dialogs: a layer of our own, as far as it goes.
            for (name, value) in [("open", ""), ("role", "dialog"), ("aria-modal", "true")] {
                self.sheet.set_attribute(name, value)?;
            }
            self.sheet.style().set_css_text(style::PLAIN_DIALOG);
        }
        // Not a button: who is typing would press it. What comes is read to who cannot see it all the same.
        let _ = self.title.focus();
        Ok(())
    }

    /// Over the page's own layers, without taking anything from them.
    fn open_notice(&self) -> Result<(), JsValue> {
        self.sheet.set_attribute("popover", "manual")?;
        if self.sheet.show_popover().is_err() {
            // A popover that is not shown is hidden.
            self.sheet.remove_attribute("popover")?;
        }
        Ok(())
    }
}

/// Whether a batch of mutations is nothing but the guard's own elements coming or going.
pub fn only_ours(records: &Array<MutationRecord>) -> bool {
    let ours = |nodes: &NodeList| {
        (0..nodes.length().min(MOST_LOOKED_AT)).all(|index| {
            nodes.get(index).and_then(|node| web::local_name(&node)).is_some_and(|name| name.starts_with(OURS))
        })
    };
    (0..records.length().min(MOST_LOOKED_AT))
        .map(|index| records.get(index))
        .all(|record| ours(&record.added_nodes()) && ours(&record.removed_nodes()))
}
