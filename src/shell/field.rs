//! A field of the page's: what it holds, how it is filled in, whether it is a secret, and where it stands in a document that frameworks make anew.

use super::js::J;
use super::{Shell, js};
use crate::core::number;
use crate::core::typed::{About, MOST_TEXT, is_secret as names_secret};
use wasm_bindgen::prelude::*;

const TEXT_NODE: f64 = 3.0;
/// Elements that one selector may find.
const MOST_ALIKE: usize = 200;

/// What a field holds: a text, whether it is checked, or the options that are selected. `None`: nothing worth keeping.
pub fn value(element: J<'_>) -> Option<J<'_>> {
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
pub fn fill(element: J, value: J) {
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
    let style = js::run1(shell.page.window_j(), "getComputedStyle", element);
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
pub fn found<'s>(shell: &'s Shell, place: J<'s>) -> J<'s> {
    let mut root = shell.page.document_j();
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
