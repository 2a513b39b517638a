//! What the page says of a draft, and which fields it may hold.

use crate::core::number;
use crate::core::storage::PREFIX;
use crate::core::storage::draft::KEPT_FOR_MS;
use crate::core::typed::Privacy;
use crate::shell::state::Shell;
use crate::shell::state::drafts::{Draft, Terms};
use crate::shell::web::{present, property, shown};
use crate::shell::{console, field};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// Names and selectors in one list.
const MOST_NAMED: usize = 200;

/// What cannot be read is a line on the console, and as if it was not given.
pub fn read(shell: &Shell, form: &Element, options: &JsValue) -> Terms {
    let name = given(options, "name", "a text", |value| value.as_string()).unwrap_or_else(|| {
        let own = ["id", "name"].iter().find_map(|name| form.get_attribute(name).filter(|own| !own.is_empty()));
        shell.page.path() + " " + &own.unwrap_or_default()
    });
    let list = |key| {
        let texts = |value: &JsValue| {
            Some(value.dyn_ref::<Array>()?.iter().take(MOST_NAMED).filter_map(|text| text.as_string()).collect())
        };
        given(options, key, "a list of names and selectors", texts).unwrap_or_default()
    };
    let max_age = given(options, "maxAgeMs", "a number of milliseconds", |value| {
        value.as_f64().filter(|age| *age > 0.0).map(number::to_u64)
    });
    Terms {
        key: format!("{PREFIX}draft:{name}"),
        include: list("include"),
        exclude: list("exclude"),
        max_age_ms: max_age.unwrap_or(KEPT_FOR_MS),
        version: present(property(options, "version")).as_ref().map(shown).unwrap_or_default(),
    }
}

fn given<T>(options: &JsValue, key: &str, expected: &str, read: impl Fn(&JsValue) -> Option<T>) -> Option<T> {
    let value = present(property(options, key))?;
    let read = read(&value);
    if read.is_none() {
        console::complain(&format!("pagemend: draft(form, options): {key} is not {expected}"));
    }
    read
}

/// Whether what stands in this field may be kept in this draft.
pub fn may_keep(shell: &Shell, draft: &Draft, element: &Element) -> bool {
    let named = |list: &[String]| list.iter().any(|name| field::is_called(element, name));
    !named(&draft.terms.exclude)
        && match field::privacy(shell.page.window(), element, true) {
            Privacy::Plain => true,
            Privacy::Personal | Privacy::Card => draft.vault.get().is_some() && named(&draft.terms.include),
            Privacy::Secret => false,
        }
}

/// Whether what stands in this field is in a draft by now.
pub fn holds(shell: &Shell, element: &Element) -> bool {
    shell.drafts.all().iter().any(|draft| {
        draft.kept.get()
            && !draft.unsaved.get()
            && draft.form.contains(Some(element))
            && may_keep(shell, draft, element)
    })
}
