//! What was typed is kept on the device when the page is left, and put back by the next document. It goes nowhere else:
//! no value gets into the core, and none into telemetry.

use super::field::{self, is_secret};
use super::js::J;
use super::unsaved::{self, Field};
use super::watch::{Watch, observe};
use super::{Shell, clock, js, storage};
use crate::core::number;
use crate::core::typed::{KEPT_FOR, MOST_FIELDS, MOST_TEXT, RESTORED_FOR};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What an earlier document left for this one.
#[derive(Default)]
pub struct Kept(RefCell<Option<Rc<Record>>>);

impl Kept {
    /// Held on its own: its fields are looked for, and that runs code of the page.
    fn record(&self) -> Option<Rc<Record>> {
        self.0.try_borrow().ok()?.clone()
    }
}

struct Record {
    /// As it was kept.
    text: String,
    path: String,
    fields: Vec<Entry>,
    /// Ended when this is let go of.
    _watch: Option<Watch>,
}

struct Entry {
    place: JsValue,
    value: JsValue,
    puts: Cell<u32>,
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
    let list = js::array(&[]);
    let (mut whole, mut size, mut places) = (true, 0, Vec::new());
    let mut add = |place: J, value: J| {
        let name = text_of(place);
        let entry = js::array(&[place, value]);
        let length = text_of(entry).encode_utf16().count();
        if places.contains(&name) {
            return;
        }
        if size + length > MOST_TEXT || places.len() >= MOST_FIELDS {
            whole = false;
            return;
        }
        size += length;
        places.push(name);
        js::run1(list, "push", entry);
    };
    let all = unsaved::each(shell, &mut |field| {
        if field.path == path
            && !field.secret
            && let Some(value) = field::value(J::of(&field.element))
        {
            add(J::of(&place_now(field)), value);
        }
    });
    if let Some(record) = shell.kept.record().filter(|record| record.path == path) {
        // It was left again before its fields were there.
        for entry in record.fields.iter().filter(|entry| entry.puts.get() == 0) {
            add(J::of(&entry.place), J::of(&entry.value));
        }
    }
    if places.is_empty() {
        return whole && all;
    }
    let record = js::json("{}");
    js::set(record, "path", js::s(&path));
    js::set(record, "at", js::n(clock::wall()));
    js::set(record, "fields", list);
    storage::save_typed(shell, &text_of(record)) && whole && all
}

/// The same for a button that is pressed: a page that is still there long after it was not left, so that nothing is to
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
    let early = js::text(J::of(&shell.boot), "typed");
    let Some(record) = early.or_else(|| storage::typed(shell)).and_then(|text| read(&text)) else { return };
    let options = js::json(r#"{"childList":true,"subtree":true}"#);
    let watch = observe("MutationObserver", &[shell.page.document_j(), options], move |_| put_back(shell));
    if let Ok(mut kept) = shell.kept.0.try_borrow_mut() {
        *kept = Some(Rc::new(Record { _watch: watch, ..record }));
    }
    for wait in LOOKS_MS {
        clock::after(shell, wait, move || put_back(shell));
    }
    clock::after(shell, number::from_u64(RESTORED_FOR.0), move || end(shell));
}

/// What could not be put back by now is given up.
pub fn end(shell: &Shell) {
    let record = shell.kept.0.try_borrow_mut().ok().and_then(|mut kept| kept.take());
    // It may be for another page of this site, to which the user has not come back yet.
    if let Some(record) = record.filter(|record| record.path == shell.page.path()) {
        forget(shell, &record.text);
    }
}

fn read(text: &str) -> Option<Record> {
    let record = js::json(text);
    let age = clock::wall() - js::number(record, "at");
    if !(0.0..=number::from_u64(KEPT_FOR.0)).contains(&age) {
        return None;
    }
    let mut fields = Vec::new();
    for entry in js::list(js::get(record, "fields"), MOST_FIELDS) {
        let (place, value) = (js::at(entry, 0).own(), js::at(entry, 1).own());
        fields.push(Entry { place, value, puts: Cell::new(0) });
    }
    let path = js::text(record, "path")?;
    (!fields.is_empty()).then(|| Record { text: text.into(), path, fields, _watch: None })
}

fn put_back(shell: &Shell) {
    if !shell.running() {
        return;
    }
    // Setting a value runs the page's own handlers, so nothing is borrowed meanwhile.
    let mut due = Vec::new();
    if let Some(record) = shell.kept.record().filter(|record| record.path == shell.page.path()) {
        for entry in &record.fields {
            let element = field::found(shell, J::of(&entry.place));
            // Who has begun to use the page may have emptied the field, or sent what was in it.
            let ours = entry.puts.get() == 0 || (entry.puts.get() < MOST_PUTS && untouched(shell));
            if element.is_object() && ours {
                entry.puts.set(entry.puts.get() + 1);
                due.push((element.own(), entry.value.clone()));
            }
        }
        if record.fields.iter().all(|entry| entry.puts.get() > 0) {
            forget(shell, &record.text);
        }
    }
    for (element, value) in &due {
        if !is_secret(shell, J::of(element)) {
            field::fill(J::of(element), J::of(value));
        }
    }
}

/// Nobody has pressed a key or tapped in this document; false where browsers do not tell.
fn untouched(shell: &Shell) -> bool {
    let activation = js::get(js::get(shell.page.window_j(), "navigator"), "userActivation");
    js::get(activation, "hasBeenActive").as_bool() == Some(false)
}

/// Where the field stands, or stood.
fn place_now(field: &Field) -> JsValue {
    let now = if js::flag(J::of(&field.element), "isConnected") {
        field::place(J::of(&field.element))
    } else {
        JsValue::UNDEFINED
    };
    if now.is_undefined() { field.place.clone() } else { now }
}

fn text_of(value: J) -> String {
    js::run1(js::global("JSON"), "stringify", value).as_string().unwrap_or_default()
}
