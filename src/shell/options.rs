//! The options object of the page, copied into the plain form that is validated; and what only a browser can judge.

use super::js::{self, J};
use super::page::{Page, is_http};
use crate::wire::options::{self, Kind, Options, Place, Value};
use wasm_bindgen::JsValue;

/// Deeper, longer or wider than any options are.
const DEEPEST: u32 = 4;
const MOST_ENTRIES: u32 = 300;
const LONGEST_SHOWN: usize = 60;

/// The options, and one line for each thing that is wrong with them.
pub fn read(value: &JsValue) -> (Options, Vec<String>) {
    let _scope = js::Scope::open();
    let page = Page::here(super::js::undefined());
    let fragment = js::run0(page.document(), "createDocumentFragment");
    let place = Place {
        is_url: &|url| !url.trim_ascii().is_empty() && page.resolve(url).is_some_and(|url| is_http(url)),
        is_selector: &|selector| js::call1(fragment, "querySelector", js::s(selector)).is_ok(),
        languages: [
            js::word(js::get(page.document(), "documentElement"), "lang"),
            js::word(js::get(page.window(), "navigator"), "language"),
        ],
    };
    options::read(&given(J::of(value), String::new(), 0), &place)
}

fn given(value: J, path: String, depth: u32) -> Value {
    let kind = if value.is_missing() {
        Kind::Missing
    } else if let Some(flag) = value.as_bool() {
        Kind::Flag(flag)
    } else if let Some(number) = value.as_f64() {
        Kind::Number(number)
    } else if let Some(text) = value.as_string() {
        Kind::Text(text)
    } else if value.is_function() {
        Kind::Other("function")
    } else if !value.is_object() {
        Kind::Other("symbol or bigint")
    } else if depth >= DEEPEST {
        Kind::Other("object nested too deep")
    } else if js::run1(js::global("Array"), "isArray", value).is_truthy() {
        let mut items = Vec::new();
        for item in &js::list(value, MOST_ENTRIES) {
            let path = format!("{path}[{}]", items.len());
            items.push(given(*item, path, depth + 1));
        }
        Kind::List(items)
    } else {
        let mut entries = Vec::new();
        for key in &js::list(js::run1(js::global("Object"), "keys", value), MOST_ENTRIES) {
            let key = key.as_string().unwrap_or_default();
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let item = given(js::get(value, &key), path, depth + 1);
            entries.push((key, item));
        }
        Kind::Object(entries)
    };
    let shown = match &kind {
        Kind::Text(text) => format!("\"{}\"", cut(text)),
        Kind::List(_) => "[…]".into(),
        Kind::Object(_) => "{…}".into(),
        Kind::Other(_) => "of no use here".into(),
        _ => js::shown(value),
    };
    Value { path, kind, shown }
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
