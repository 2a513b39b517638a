//! What was typed is kept on the device when the page is left, and put back by the next document. It goes nowhere else:
//! no value gets into the core, and none into telemetry.

use super::js::J;
use super::unsaved::{self, Field};
use super::watch::{Watch, observe};
use super::{Shell, clock, js, storage};
use crate::core::number;
use crate::core::typed::{About, KEPT_FOR, MOST_FIELDS, MOST_TEXT, RESTORED_FOR, is_secret as names_secret};
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
const TEXT_NODE: f64 = 3.0;
/// Elements that one selector may find.
const MOST_ALIKE: usize = 200;
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
            && let Some(value) = value(J::of(&field.element))
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
        clock::after(LEFT_AFTER_MS, move || forget(shell, &text));
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
    let watch = observe("MutationObserver", &[shell.page.document(), options], move |_| put_back(shell));
    if let Ok(mut kept) = shell.kept.0.try_borrow_mut() {
        *kept = Some(Rc::new(Record { _watch: watch, ..record }));
    }
    for wait in LOOKS_MS {
        clock::after(wait, move || put_back(shell));
    }
    clock::after(number::from_u64(RESTORED_FOR.0), move || end(shell));
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
            let element = found(shell, J::of(&entry.place));
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
            fill(J::of(element), J::of(value));
        }
    }
}

/// Nobody has pressed a key or tapped in this document; false where browsers do not tell.
fn untouched(shell: &Shell) -> bool {
    let activation = js::get(js::get(shell.page.window(), "navigator"), "userActivation");
    js::get(activation, "hasBeenActive").as_bool() == Some(false)
}

// ---- fields ----

/// What a field holds: a text, whether it is checked, or the options that are selected. `None`: nothing worth keeping.
fn value(element: J<'_>) -> Option<J<'_>> {
    if js::is_one(element, "type", "checkbox,radio") {
        let checked = js::get(element, "checked");
        return (checked.is_truthy() || js::is(element, "type", "checkbox")).then_some(checked);
    }
    if js::is(element, "type", "select-multiple") {
        let chosen: Vec<J> =
            js::list(js::get(element, "selectedOptions"), MOST_ALIKE).iter().map(|o| js::get(*o, "value")).collect();
        return Some(js::array(&chosen));
    }
    if is_editable(element) {
        let mut text = String::new();
        lines(element, &mut text);
        return (!text.trim_ascii().is_empty()).then(|| js::s(&text));
    }
    let text = js::get(element, "value");
    text.as_string().is_some_and(|text| !text.is_empty()).then_some(text)
}

/// As `innerText` tells it, which knows of no lines once the element is out of the document.
fn lines(element: J, text: &mut String) {
    for node in js::list(js::get(element, "childNodes"), MOST_ALIKE) {
        let block = js::is_one(node, "localName", "div,p,li");
        if js::is(node, "localName", "br") || (block && !text.is_empty()) {
            text.push('\n');
        } else if js::number(node, "nodeType") == TEXT_NODE {
            text.push_str(&js::word(node, "data"));
        }
        if text.len() > MOST_TEXT {
            return;
        }
        lines(node, text);
    }
}

fn is_editable(element: J) -> bool {
    js::flag(element, "isContentEditable") || js::is_one(element, "contentEditable", "true,plaintext-only")
}

/// Puts a value into a field that is empty or as the page made it, so that the page's framework notices.
fn fill(element: J, value: J) {
    if js::is_one(element, "type", "checkbox,radio") {
        let (now, first) = (js::flag(element, "checked"), js::flag(element, "defaultChecked"));
        if now == first && now != value.is_truthy() {
            js::run0(element, "click");
        }
        return;
    }
    if js::is(element, "type", "select-multiple") {
        let chosen: Vec<String> = js::list(value, MOST_ALIKE).iter().filter_map(|v| v.as_string()).collect();
        let options = js::list(js::get(element, "options"), MOST_ALIKE);
        if options.iter().any(|o| js::flag(*o, "selected") != js::flag(*o, "defaultSelected")) {
            return;
        }
        for option in options {
            js::set(option, "selected", js::truth(chosen.contains(&js::word(option, "value"))));
        }
        return tell(element);
    }
    if is_editable(element) {
        if js::word(element, "textContent").trim_ascii().is_empty() && js::set(element, "innerText", value) {
            tell(element);
        }
        return;
    }
    let now = js::word(element, "value");
    let untouched = if js::is(element, "localName", "select") {
        let options = js::list(js::get(element, "options"), MOST_ALIKE);
        let first = options.iter().find(|o| js::flag(**o, "defaultSelected")).or(options.first());
        now.is_empty() || first.is_some_and(|first| js::is(*first, "value", &now))
    } else {
        now.is_empty() || js::is(element, "defaultValue", &now)
    };
    if untouched && value.as_string().is_some_and(|value| value != now) && set_value(element, value) {
        tell(element);
    }
}

/// By the setter of the element's class: frameworks put one of their own on the element, and pass over what it was told.
fn set_value(element: J, value: J) -> bool {
    let class = match js::word(element, "localName").as_str() {
        "input" => "HTMLInputElement",
        "textarea" => "HTMLTextAreaElement",
        "select" => "HTMLSelectElement",
        _ => return js::set(element, "value", value),
    };
    let prototype = js::get(js::global(class), "prototype");
    let property = js::run2(js::global("Object"), "getOwnPropertyDescriptor", prototype, js::s("value"));
    js::apply(js::get(property, "set"), element, &[value]).is_ok()
}

fn tell(element: J) {
    for kind in ["input", "change"] {
        let init = js::json(r#"{"bubbles":true,"composed":true}"#);
        if let Ok(event) = js::construct("Event", &[js::s(kind), init]) {
            js::run1(element, "dispatchEvent", event);
        }
    }
}

pub fn is_secret(shell: &Shell, element: J) -> bool {
    let kind = js::word(element, "type");
    let autocomplete = attribute(element, "autocomplete").unwrap_or_default();
    let names: Vec<String> =
        ["name", "id", "placeholder", "aria-label"].iter().filter_map(|name| attribute(element, name)).collect();
    // Some pages hide what is typed by style, so that browsers do not offer to save it.
    let style = js::run1(shell.page.window(), "getComputedStyle", element);
    let masked = js::text(style, "webkitTextSecurity").is_some_and(|how| !matches!(how.as_str(), "" | "none"));
    masked || names_secret(&About { kind: &kind, autocomplete: &autocomplete, names: &names })
}

fn attribute(element: J, name: &str) -> Option<String> {
    js::run(element, "getAttribute", name).as_string().filter(|value| !value.is_empty())
}

// ---- where a field stands ----

/// A step for each shadow root on the way to the element; each is a list of `[selector, index]`, the most telling first.
/// Undefined where it stands in no document.
pub fn place(element: J) -> JsValue {
    let steps = js::array(&[]);
    let mut element = element;
    loop {
        let root = js::run0(element, "getRootNode");
        let step = step(root, element);
        if !js::flag(step, "length") {
            return JsValue::UNDEFINED;
        }
        js::run1(steps, "unshift", step);
        let host = js::get(root, "host");
        if host.is_missing() {
            return steps.own();
        }
        element = host;
    }
}

fn step<'s>(root: J<'s>, element: J<'s>) -> J<'s> {
    let step = js::array(&[]);
    let tag = js::word(element, "localName");
    // Of a group of buttons, which one.
    let which =
        if js::is_one(element, "type", "checkbox,radio") { selected_by(element, "value") } else { String::new() };
    // Some frameworks give other ids each time; what the field asks for stays.
    for name in ["name", "id", "placeholder", "aria-label", ""] {
        let by = if name.is_empty() { String::new() } else { selected_by(element, name) };
        let known = js::flag(step, "length");
        // By its place alone only where it says nothing of itself: another field may stand there the next time.
        if by.is_empty() && (known || !name.is_empty()) {
            continue;
        }
        let selector = [tag.as_str(), &by, &which].concat();
        let alike = js::list(js::run(root, "querySelectorAll", &selector), MOST_ALIKE);
        if let Some((index, _)) = (0_u32..).zip(&alike).find(|(_, other)| other.same(element)) {
            js::run1(step, "push", js::array(&[js::s(&selector), js::n(index.into())]));
        }
    }
    step
}

/// `[name="value"]`, or nothing where there is no such attribute.
fn selected_by(element: J, name: &str) -> String {
    let escaped = attribute(element, name).and_then(|value| js::run(js::global("CSS"), "escape", &value).as_string());
    escaped.map(|value| ["[", name, "=\"", &value, "\"]"].concat()).unwrap_or_default()
}

/// The element at a place of this document, or undefined.
fn found<'s>(shell: &'s Shell, place: J<'s>) -> J<'s> {
    let mut root = shell.page.document();
    let steps = js::list(place, 20);
    for (at, step) in steps.iter().enumerate() {
        let found = js::list(*step, 5).into_iter().find_map(|one| {
            let alike = js::run1(root, "querySelectorAll", js::at(one, 0));
            Some(js::at(alike, number::to_u32(js::number_of(js::at(one, 1))))).filter(|element| element.is_object())
        });
        match found {
            Some(element) if at + 1 == steps.len() => return element,
            Some(host) => root = js::get(host, "shadowRoot"),
            None => break,
        }
    }
    js::undefined()
}

/// Where the field stands, or stood.
fn place_now(field: &Field) -> JsValue {
    let now =
        if js::flag(J::of(&field.element), "isConnected") { place(J::of(&field.element)) } else { JsValue::UNDEFINED };
    if now.is_undefined() { field.place.clone() } else { now }
}

fn text_of(value: J) -> String {
    js::run1(js::global("JSON"), "stringify", value).as_string().unwrap_or_default()
}
