//! A prompt's place over the page: how it is put there, and how it goes.

use super::style;
use crate::shell::Shell;
use crate::shell::web::Dialog;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

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
    pub fn put(&self, shell: &Shell) -> Result<(), JsValue> {
        shell.page.ground().ok_or("the document is empty")?.append_child(&self.host)?;
        if self.modal { self.open_dialog() } else { self.open_notice() }
    }

    /// After the page took it out.
    pub fn put_again(&self, shell: &Shell) -> Result<(), JsValue> {
        // A dialog that counts as open is not opened once more.
        self.sheet.remove_attribute("open")?;
        self.put(shell)
    }

    pub fn remove(&self) {
        if self.modal {
            // Closing hands the focus back to where it was; removing alone would lose it.
            let _ = self.sheet.unchecked_ref::<Dialog>().try_close();
        }
        self.host.remove();
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
