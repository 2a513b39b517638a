//! Local and session storage. Denied storage, full storage and values cut in half are the cases it is made for.

use super::js::J;
use super::{Shell, js};
use crate::core::event::Answer;
use crate::core::number;
use crate::core::storage::{Form, PREFIX, QUARANTINE, Record, RepairDone, StorageEntry, Store, StoredKey};
use wasm_bindgen::prelude::*;

const MEMORY: &str = "pagemend:memory";
const TYPED: &str = "pagemend:typed";
const PROBE: &str = "pagemend:probe";
const SEEN: &str = "pagemend:seen";
/// Entries of each store looked at in one scan.
const MOST_ENTRIES: u32 = 500;
/// A longer value is not parsed: it would hold up the page. UTF-16 units, as all lengths of values here.
const MOST_PARSED: u32 = 1 << 20;
/// All that is parsed of a page that is fine; a slow phone does it in less than 10 ms.
const MOST_NOTED: u32 = 1 << 18;
/// Texts that come of values which were written without being made a text first.
const SLIPS: [&str; 3] = ["undefined", "[object Object]", "NaN"];
/// At the latest after so many milliseconds entries are noted on a page that is never idle.
const IDLE_WITHIN: f64 = 5_000.0;

/// The getter itself throws where storage is denied.
pub fn local(shell: &Shell) -> J<'_> {
    js::get(shell.page.window_j(), "localStorage")
}

pub fn session(shell: &Shell) -> J<'_> {
    js::get(shell.page.window_j(), "sessionStorage")
}

fn place(shell: &Shell, store: Store) -> J<'_> {
    match store {
        Store::Local => local(shell),
        Store::Session => session(shell),
    }
}

/// `Err` where storage is denied, `Ok(None)` where there is no such entry.
pub fn read(storage: J, key: &str) -> Result<Option<String>, ()> {
    let value = js::call1(storage, "getItem", js::s(key));
    value.map(J::as_string).map_err(drop)
}

/// Whether the value is there afterwards: an engine may take a write and keep nothing.
pub fn write(storage: J, key: &str, value: &str) -> bool {
    put(storage, key, js::s(value))
}

/// The same for a value that never leaves JavaScript: half a UTF-16 pair would not survive.
fn put(storage: J, key: &str, value: J) -> bool {
    js::call2(storage, "setItem", js::s(key), value).is_ok() && kept(storage, key).is_some_and(|now| now.same(value))
}

fn kept<'s>(storage: J<'s>, key: &str) -> Option<J<'s>> {
    js::call1(storage, "getItem", js::s(key)).ok().filter(|value| !value.is_missing())
}

pub fn remove(storage: J, key: &str) -> bool {
    js::call1(storage, "removeItem", js::s(key)).is_ok() && read(storage, key).is_ok_and(|now| now.is_none())
}

/// `None` when storage is denied, else what was remembered; empty when nothing was.
pub fn memory(shell: &Shell) -> Option<String> {
    let storage = session(shell);
    let kept = read(storage, MEMORY).ok()?.unwrap_or_default();
    can_remember(shell).then_some(kept)
}

/// Readable is not yet writable.
pub fn can_remember(shell: &Shell) -> bool {
    let storage = session(shell);
    write(storage, PROBE, "1") && remove(storage, PROBE)
}

pub fn remember(shell: &Shell, text: &str) -> bool {
    write(session(shell), MEMORY, text)
}

/// What was typed in the page that was left, as text of `typed.rs`.
pub fn typed(shell: &Shell) -> Option<String> {
    read(session(shell), TYPED).ok().flatten()
}

/// Empty text removes it.
pub fn save_typed(shell: &Shell, text: &str) -> bool {
    let storage = session(shell);
    if text.is_empty() { remove(storage, TYPED) } else { write(storage, TYPED, text) }
}

/// The value of one entry of local storage, for comparison only.
pub fn value(shell: &Shell, key: &str) -> Option<String> {
    read(local(shell), key).ok().flatten()
}

/// Calls `each` with every entry that is not the guard's own, at most so many of each store; `false` where both stores are denied.
fn for_each(shell: &Shell, most: u32, mut each: impl FnMut(Store, String, J)) -> bool {
    let mut there = false;
    for store in Store::ALL {
        let storage = place(shell, store);
        if !storage.is_object() {
            continue;
        }
        there = true;
        for index in 0..number::to_u32(js::number(storage, "length")).min(most) {
            let _scope = js::Scope::open();
            let key = js::run1(storage, "key", js::n(index.into())).as_string();
            if let Some(key) = key.filter(|key| !key.starts_with(PREFIX))
                && let Some(value) = kept(storage, &key)
            {
                each(store, key, value);
            }
        }
    }
    there
}

/// Without copying the text.
fn length(value: J) -> u32 {
    number::to_u32(js::number(js::ok(js::construct("String", &[value])), "length"))
}

/// What the browser's own parser says; an error with its message.
fn parse(value: J) -> Result<J, String> {
    js::call1(js::global("JSON"), "parse", value).map_err(|thrown| js::word(thrown, "message"))
}

/// Errors come to the guard cut off at their 500th character; WebKit puts whole words of the value into them.
fn is_same(error: &str, said: &str) -> bool {
    error == said || (error.len() >= 500 && said.starts_with(error))
}

pub fn scan(shell: &'static Shell, errors: &[String]) -> Answer {
    let record = Record::read(&read(local(shell), SEEN).ok().flatten().unwrap_or_default());
    let mut entries = Vec::new();
    let there = for_each(shell, MOST_ENTRIES, |store, key, value| {
        let length = length(value);
        let refused = if length > MOST_PARSED { None } else { parse(value).err() };
        entries.push(StorageEntry {
            store,
            bytes: length,
            parses: refused.is_none(),
            same_error: refused.and_then(|said| errors.iter().position(|error| is_same(error, &said))),
            seen: record.of(store, &key),
            slip: SLIPS.iter().any(|slip| value.same(js::s(slip))),
            key,
        });
    });
    if there { Answer::Storage(entries) } else { Answer::Failed }
}

/// Notes what the entries of a page that is fine are like, when the page has nothing else to do.
pub fn note_when_idle(shell: &'static Shell) {
    let idle = js::get(shell.page.window_j(), "requestIdleCallback");
    if !idle.is_function() {
        return note(shell);
    }
    let options = js::json("{}");
    js::set(options, "timeout", js::n(IDLE_WITHIN));
    let then = js::function(move |_, _| {
        if shell.running() {
            note(shell);
        }
        JsValue::UNDEFINED
    });
    js::ok(js::apply(idle, shell.page.window_j(), &[then, options]));
}

fn note(shell: &'static Shell) {
    let mut seen = Vec::new();
    let mut left = MOST_NOTED;
    for_each(shell, Record::MOST, |store, key, value| {
        let length = length(value);
        if length > left {
            return;
        }
        left -= length;
        let form = match parse(value) {
            _ if length == 0 => Form::Empty,
            Ok(parsed) if parsed.is_object() => Form::Json,
            Ok(_) => return,
            Err(_) => Form::Text,
        };
        seen.push((store, key, form));
    });
    let storage = local(shell);
    let known = read(storage, SEEN).ok().flatten().unwrap_or_default();
    let text = Record::read(&known).renewed(&seen).write();
    // Other tabs of the page hear of every write.
    if text != known {
        write(storage, SEEN, &text);
    }
}

/// Sets a copy of each entry aside, in the store that it is in, and removes the entry only when the copy can be read back.
pub fn quarantine(shell: &'static Shell, keys: &[StoredKey]) -> RepairDone {
    let mut done = RepairDone::default();
    for StoredKey { store, key } in keys {
        let storage = place(shell, *store);
        let Some(value) = kept(storage, key) else {
            done.failed += 1;
            continue;
        };
        if !put(storage, &free_place(storage, key, value), value) {
            done.failed += 1;
            continue;
        }
        done.copied += 1;
        let removed = remove(storage, key);
        done.removed += u32::from(removed);
        done.failed += u32::from(!removed);
    }
    done
}

/// The first place for a copy that is empty or holds this very value already; of three, then the last is overwritten.
fn free_place(storage: J, key: &str, value: J) -> String {
    let mut place = format!("{QUARANTINE}{key}");
    for copy in [":2", ":3"] {
        if kept(storage, &place).is_some_and(|other| !other.same(value)) {
            place = format!("{QUARANTINE}{key}{copy}");
        }
    }
    place
}
