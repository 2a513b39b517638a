//! Where the focus was when a prompt came, and the way back.

use crate::shell::page::Page;
use crate::shell::web;
use wasm_bindgen::prelude::*;
use web_sys::{Document, FocusOptions, HtmlElement, HtmlInputElement, Range};

pub struct Focus {
    element: Option<HtmlElement>,
    /// Of the text in it.
    caret: Option<Caret>,
    /// The same where any element can be edited.
    range: Option<Range>,
}

struct Caret {
    start: u32,
    end: u32,
    direction: String,
}

impl Focus {
    pub fn of(page: &Page) -> Focus {
        let element: Option<HtmlElement> = page.focused().map(JsCast::unchecked_into);
        let caret = element.as_ref().and_then(Caret::of);
        let range = element.as_ref().filter(|element| is_editable(element)).and_then(|_| selected(page.document()));
        Focus { element, caret, range }
    }

    /// Somebody types, or could at any moment. A frame keeps to itself what happens in it.
    pub fn is_typing(&self) -> bool {
        self.element.as_ref().is_some_and(|element| {
            matches!(element.local_name().as_str(), "input" | "textarea" | "select" | "iframe") || is_editable(element)
        })
    }

    /// As far as the element is still there and takes it.
    pub fn give_back(&self) {
        let Some(element) = self.element.as_ref().filter(|element| element.is_connected()) else { return };
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
        if let Some(caret) = &self.caret {
            let _ = caret.put_into(element);
        }
        if let Some(range) = &self.range {
            let _ = select(element, range);
        }
    }
}

impl Caret {
    /// `None` where there is none, as in a checkbox.
    fn of(element: &HtmlElement) -> Option<Caret> {
        // A textarea has the same properties, and all else has none of them.
        let field: &HtmlInputElement = element.unchecked_ref();
        let (start, end) = (field.selection_start().ok()??, field.selection_end().ok()??);
        Some(Caret { start, end, direction: field.selection_direction().ok()?.unwrap_or_default() })
    }

    fn put_into(&self, element: &HtmlElement) -> Result<(), JsValue> {
        let field: &HtmlInputElement = element.unchecked_ref();
        field.set_selection_range_with_direction(self.start, self.end, &self.direction)
    }
}

/// Elements of SVG do not say.
fn is_editable(element: &HtmlElement) -> bool {
    web::property(element, "isContentEditable").is_truthy()
}

fn selected(document: &Document) -> Option<Range> {
    document.get_selection().ok()??.get_range_at(0).ok()
}

fn select(element: &HtmlElement, range: &Range) -> Result<(), JsValue> {
    let Some(document) = element.owner_document() else { return Ok(()) };
    let Some(selection) = document.get_selection()? else { return Ok(()) };
    selection.remove_all_ranges()?;
    selection.add_range(range)
}
