//! Local and session storage. Denied storage, full storage and values cut in half are the cases it is made for.

use super::aside;
use super::callback::listener;
use super::page_store::PageStore;
use super::state::Shell;
use super::web;
use crate::core::config::JsonKind;
use crate::core::event::Answer;
use crate::core::storage::{Form, PREFIX, Record, Seen, StorageEntry, Store, checksum};
use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::IdleRequestOptions;

const MEMORY: &str = "pagemend:memory";
const TYPED: &str = "pagemend:typed";
const PROBE: &str = "pagemend:probe";
const SEEN: &str = "pagemend:seen";
/// Entries of each store looked at in one scan.
const MOST_ENTRIES: u32 = 500;
/// A longer value is not parsed: it would hold up the page. Nearly all that local storage holds; only a page in trouble is read so. UTF-16 units, as all
/// lengths of values here.
const MOST_PARSED: u32 = 1 << 22;
/// All that is parsed of a page that is fine; a slow phone does it in less than 10 ms.
const MOST_NOTED: u32 = 1 << 18;
/// Texts that come of values which were written without being made a text first.
const SLIPS: [&str; 3] = ["undefined", "[object Object]", "NaN"];
/// At the latest after so many milliseconds entries are noted on a page that is never idle.
const IDLE_WITHIN: u32 = 5_000;

/// `None` when storage is denied, else what was remembered; empty when nothing was.
pub fn memory(shell: &Shell) -> Option<String> {
    let kept = PageStore::session(shell.page.window()).read(MEMORY).ok()?.unwrap_or_default();
    can_remember(shell).then_some(kept)
}

/// Readable is not yet writable.
pub fn can_remember(shell: &Shell) -> bool {
    takes(&PageStore::session(shell.page.window()))
}

/// Whether one more entry fits; it is not left there.
pub fn takes(storage: &PageStore) -> bool {
    storage.write(PROBE, "1") && storage.remove(PROBE)
}

pub fn remember(shell: &Shell, text: &str) -> bool {
    PageStore::session(shell.page.window()).write(MEMORY, text)
}

/// What was typed in the page that was left, as text of `typed.rs`.
pub fn typed(shell: &Shell) -> Option<String> {
    PageStore::session(shell.page.window()).read(TYPED).ok().flatten()
}

/// Empty text removes it.
pub fn save_typed(shell: &Shell, text: &str) -> bool {
    let storage = PageStore::session(shell.page.window());
    if text.is_empty() { storage.remove(TYPED) } else { storage.write(TYPED, text) }
}

/// The value of one entry of local storage, for comparison only.
pub fn value(shell: &Shell, key: &str) -> Option<String> {
    PageStore::local(shell.page.window()).read(key).ok().flatten()
}

/// Calls `each` with every entry that is not the guard's own, at most so many of each store; `false` where both stores are denied.
fn for_each(shell: &Shell, most: u32, mut each: impl FnMut(Store, String, &JsString)) -> bool {
    let mut there = false;
    for store in Store::ALL {
        let place = PageStore::of(shell.page.window(), store);
        let Some(storage) = place.raw() else { continue };
        there = true;
        for index in 0..storage.length().unwrap_or(0).min(most) {
            let key = storage.key(index).ok().flatten().filter(|key| !key.starts_with(PREFIX));
            if let Some(key) = key
                && let Some(value) = place.value(&key)
            {
                each(store, key, &value);
            }
        }
    }
    there
}

/// What the browser's own parser says; an error with its message.
fn parse(value: &JsString) -> Result<JsValue, String> {
    web::parse_json(value).map_err(|thrown| web::property(&thrown, "message").as_string().unwrap_or_default())
}

/// Errors come to the guard cut off at their 500th character; WebKit puts whole words of the value into them.
fn is_same(error: &str, said: &str) -> bool {
    error == said || (error.len() >= 500 && said.starts_with(error))
}

pub fn scan(shell: &'static Shell, errors: &[String]) -> Answer {
    let record = Record::read(&value(shell, SEEN).unwrap_or_default());
    let mut entries = Vec::new();
    let there = for_each(shell, MOST_ENTRIES, |store, key, value| {
        let length = value.length();
        let (parsed, refused) = if length > MOST_PARSED {
            (None, None)
        } else {
            match parse(value) {
                Ok(parsed) => (Some(parsed), None),
                Err(said) => (None, Some(said)),
            }
        };
        let seen = record.of(store, &key);
        let version = parsed.as_ref().and_then(version_beside);
        let mut entry = StorageEntry {
            store,
            bytes: length,
            sum: checksum(&String::from(value)),
            parses: refused.is_none(),
            same_error: refused.and_then(|said| errors.iter().position(|error| is_same(error, &said))),
            kind: parsed.as_ref().and_then(kind),
            versioned: version.is_some(),
            seen: seen.map(|seen| seen.form),
            proven: seen.is_some_and(|seen| seen.under == Seen::under(&shell.settings.build, version)),
            slip: SLIPS.map(JsString::from).contains(value),
            key,
            ..StorageEntry::default()
        };
        if let Some(shape) = shell.settings.shapes.iter().find(|shape| shape.key == entry.key)
            && let Some(parsed) = parsed
        {
            entry.members = shape.members.iter().map(|member| kind(&web::property(&parsed, &member.key))).collect();
            let version = web::shown(&web::property(&parsed, &shape.version));
            entry.version_known = shape.versions.contains(&version);
        }
        entries.push(entry);
    });
    if there { Answer::Storage(entries) } else { Answer::Failed }
}

/// Of a value that JSON can hold; a member that is not there has none.
fn kind(value: &JsValue) -> Option<JsonKind> {
    Some(if js_sys::Array::is_array(value) {
        JsonKind::Array
    } else if value.is_object() {
        JsonKind::Object
    } else if value.is_string() {
        JsonKind::String
    } else if value.as_f64().is_some() {
        JsonKind::Number
    } else if value.as_bool().is_some() {
        JsonKind::Boolean
    } else if value.is_null() {
        JsonKind::Value
    } else {
        return None;
    })
}

/// The version that a library keeps beside the state of a page: redux-persist in `_persist`, which is text of JSON, and zustand beside `state`.
fn version_beside(parsed: &JsValue) -> Option<f64> {
    let persisted = match web::property(parsed, "_persist").dyn_into::<JsString>() {
        Ok(text) => parse(&text).ok()?,
        Err(_) if web::property(parsed, "state").is_object() => parsed.clone(),
        Err(_) => return None,
    };
    web::property(&persisted, "version").as_f64()
}

/// Notes what the entries of a page that is fine are like, when the page has nothing else to do.
pub fn note_when_idle(shell: &'static Shell) {
    let idle = listener(move |_| {
        if shell.running() {
            note(shell);
        }
    });
    let options = IdleRequestOptions::new();
    options.set_timeout(IDLE_WITHIN);
    // WebKit has no such request.
    if shell.page.window().request_idle_callback_with_options(&idle, &options).is_err() {
        note(shell);
    }
}

fn note(shell: &'static Shell) {
    for store in Store::ALL {
        aside::drop_old(&PageStore::of(shell.page.window(), store));
    }
    let mut seen = Vec::new();
    let mut left = MOST_NOTED;
    for_each(shell, Record::MOST, |store, key, value| {
        let length = value.length();
        if length > left {
            return;
        }
        left -= length;
        let (form, version) = match parse(value) {
            _ if length == 0 => (Form::Empty, None),
            Ok(parsed) if parsed.is_object() => (Form::Json, version_beside(&parsed)),
            Ok(_) => return,
            Err(_) => (Form::Text, None),
        };
        seen.push((store, key, Seen { form, under: Seen::under(&shell.settings.build, version) }));
    });
    let known = value(shell, SEEN).unwrap_or_default();
    let text = Record::read(&known).renewed(&seen).write();
    // Other tabs of the page hear of every write.
    if text != known {
        PageStore::local(shell.page.window()).write(SEEN, &text);
    }
}
