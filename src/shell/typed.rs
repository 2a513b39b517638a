//! What was typed is kept on the device when the page is left, and put back by the next document. It goes nowhere else:
//! no value gets into the core, and none into telemetry.

use super::field::{self, Place, Value};
use super::state::Shell;
use super::state::kept::{Left, Waiting};
use super::state::typed::Field;
use super::unsaved;
use super::watch::mutations;
use super::web::ParentNode;
use super::{clock, storage, web};
use crate::core::json;
use crate::core::number;
use crate::core::typed::{KEPT_FOR, MOST_FIELDS, MOST_TEXT, RESTORED_FOR};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MutationObserverInit};

/// As it stands in session storage. The next document may have another version of the guard.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    /// Of the page in which it was typed.
    path: String,
    /// Epoch milliseconds.
    at: u64,
    fields: Vec<(Place, Value)>,
}

/// A field is filled in again when its framework has made it anew; one that stays empty after this is meant to be.
const MOST_PUTS: u32 = 5;
/// When fields are looked for besides at each change of the document: frameworks set values without any change in it.
const LOOKS_MS: [f64; 6] = [0.0, 300.0, 1_000.0, 2_500.0, 5_000.0, 10_000.0];
/// A page that is still there after a button was pressed was not left.
const LEFT_AFTER_MS: f64 = 30_000.0;

/// Writes down what was typed. Called right before the page is left. True when nothing of it is lost by that.
pub fn keep(shell: &Shell) -> bool {
    let path = shell.page.path();
    let mut kept = Keeping { fields: Vec::new(), size: 0, whole: true };
    let all = unsaved::each(shell, |field| {
        if field.path == path
            && !field.secret
            && let Some(value) = field::value(&field.element)
        {
            kept.add(place_now(field), value);
        }
    });
    if let Some(left) = shell.kept.left().filter(|left| left.path == path) {
        // It was left again before its fields were there.
        for field in left.fields.iter().filter(|field| field.puts.get() == 0) {
            kept.add(Some(field.place.clone()), field.value.clone());
        }
    }
    let Keeping { fields, whole, .. } = kept;
    let whole = whole && all;
    if fields.is_empty() {
        return whole;
    }
    let record = Record { path, at: clock::epoch(), fields };
    storage::save_typed(shell, &json::write(&record)) && whole
}

/// A record while it is made.
struct Keeping {
    fields: Vec<(Place, Value)>,
    /// Of their texts, in UTF-16 units.
    size: usize,
    /// Nothing was left out.
    whole: bool,
}

impl Keeping {
    fn add(&mut self, place: Option<Place>, value: Value) {
        // Without a place it could never be put back.
        let Some(place) = place else {
            self.whole = false;
            return;
        };
        if self.fields.iter().any(|(known, _)| *known == place) {
            return;
        }
        let field = (place, value);
        let size = json::write(&field).encode_utf16().count();
        if self.size.saturating_add(size) > MOST_TEXT || self.fields.len() >= MOST_FIELDS {
            self.whole = false;
            return;
        }
        self.size += size;
        self.fields.push(field);
    }
}

/// Where the field stands, or stood.
fn place_now(field: &Field) -> Option<Place> {
    Place::of(&field.element).or_else(|| field.place.clone())
}

/// [`keep`] for a button that is pressed: a page that is still there long after it was not left, so that nothing is to
/// be put back.
pub fn keep_for_now(shell: &'static Shell) -> bool {
    let kept = keep(shell);
    if let Some(text) = storage::typed(shell) {
        clock::after(shell, LEFT_AFTER_MS, move || forget(shell, &text));
    }
    kept
}

/// Removes what was kept, unless something else was kept since.
fn forget(shell: &Shell, text: &str) {
    if storage::typed(shell).is_some_and(|kept| kept == text) {
        storage::save_typed(shell, "");
    }
}

/// Takes up what the document before left, and puts it back as soon as its fields are there.
pub fn watch(shell: &'static Shell) {
    let early = shell.boot.typed().as_string();
    let Some(left) = early.or_else(|| storage::typed(shell)).and_then(read) else { return };
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    let watch = mutations(shell.page.document(), &options, move |_| put_back(shell));
    shell.kept.put(Left { _watch: watch, ..left });
    for wait in LOOKS_MS {
        clock::after(shell, wait, move || put_back(shell));
    }
    clock::after(shell, number::from_u64(RESTORED_FOR.0), move || end(shell));
}

/// What could not be put back by now is given up.
pub fn end(shell: &Shell) {
    let left = shell.kept.take();
    // It may be for another page of this site, to which the user has not come back yet.
    if let Some(left) = left.filter(|left| left.path == shell.page.path()) {
        forget(shell, &left.text);
    }
}

fn read(text: String) -> Option<Left> {
    let Record { path, at, fields } = json::read(&text)?;
    // What is of a time to come was kept under another clock.
    let age = clock::epoch().checked_sub(at)?;
    if age > KEPT_FOR.0 || fields.is_empty() {
        return None;
    }
    Some(Left {
        text,
        path,
        fields: fields.into_iter().take(MOST_FIELDS).map(|(place, value)| Waiting::new(place, value)).collect(),
        _watch: None,
    })
}

fn put_back(shell: &Shell) {
    let here = |left: &Rc<Left>| shell.running() && left.path == shell.page.path();
    let Some(left) = shell.kept.left().filter(here) else { return };
    let due = due(shell, shell.page.document().unchecked_ref(), &left.fields);
    if left.fields.iter().all(|field| field.puts.get() > 0) {
        forget(shell, &left.text);
    }
    fill(due, |element| !field::is_secret(shell.page.window(), element));
}

/// Fills in those that stand in there by now and that `may` be; whether one of them was.
pub fn fill_in(shell: &Shell, root: &ParentNode, fields: &[Waiting], may: impl Fn(&Element) -> bool) -> bool {
    fill(due(shell, root, fields), may)
}

fn due<'f>(shell: &Shell, root: &ParentNode, fields: &'f [Waiting]) -> Vec<(Element, &'f Value)> {
    let mut due = Vec::new();
    for field in fields {
        let puts = field.puts.get();
        // Who has begun to use the page may have emptied the field, or sent what was in it.
        if (puts == 0 || (puts < MOST_PUTS && untouched(shell)))
            && let Some(element) = field.place.find(root)
        {
            field.puts.set(puts + 1);
            due.push((element, &field.value));
        }
    }
    due
}

/// Last: it runs the page's own handlers, which may come back to here.
fn fill(due: Vec<(Element, &Value)>, may: impl Fn(&Element) -> bool) -> bool {
    let mut filled = false;
    for (element, value) in due {
        if may(&element) {
            filled |= field::fill(&element, value);
        }
    }
    filled
}

/// Nobody has pressed a key or tapped in this document; false where browsers do not tell.
fn untouched(shell: &Shell) -> bool {
    let activation = web::property(&shell.page.window().navigator(), "userActivation");
    web::property(&activation, "hasBeenActive").as_bool() == Some(false)
}
