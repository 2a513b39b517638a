//! Local and session storage. Denied storage, full storage and values cut in half are the cases it is made for.

use super::js::J;
use super::{Shell, js};
use crate::core::event::{Answer, RepairDone, StorageEntry};
use crate::core::storage::{PREFIX, QUARANTINE};
use crate::core::text::cat;

const MEMORY: &str = "pagemend:memory";
const PROBE: &str = "pagemend:probe";
/// Entries looked at in one scan.
const MOST_ENTRIES: u32 = 500;
/// A longer value is not parsed: it would hold up the page.
const MOST_PARSED: usize = 1 << 20;

/// The getter itself throws where storage is denied.
fn local(shell: &Shell) -> J<'_> {
    js::get(shell.page.window(), "localStorage")
}

pub fn session(shell: &Shell) -> J<'_> {
    js::get(shell.page.window(), "sessionStorage")
}

/// `Err` where storage is denied, `Ok(None)` where there is no such entry.
pub fn read(storage: J, key: &str) -> Result<Option<String>, ()> {
    let value = js::call1(storage, "getItem", js::s(key));
    value.map(J::as_string).map_err(drop)
}

/// Whether the value is there afterwards: an engine may take a write and keep nothing.
pub fn write(storage: J, key: &str, value: &str) -> bool {
    js::call2(storage, "setItem", js::s(key), js::s(value)).is_ok()
        && read(storage, key).is_ok_and(|now| now.as_deref() == Some(value))
}

pub fn remove(storage: J, key: &str) -> bool {
    js::call1(storage, "removeItem", js::s(key)).is_ok() && read(storage, key).is_ok_and(|now| now.is_none())
}

/// `None` when storage is denied, else what was remembered; empty when nothing was.
pub fn memory(shell: &Shell) -> Option<String> {
    let storage = session(shell);
    let kept = read(storage, MEMORY).ok()?.unwrap_or_default();
    // Readable is not yet writable.
    (write(storage, PROBE, "1") && remove(storage, PROBE)).then_some(kept)
}

pub fn remember(shell: &Shell, text: &str) -> bool {
    write(session(shell), MEMORY, text)
}

/// The value of one entry of local storage, for comparison only.
pub fn value(shell: &Shell, key: &str) -> Option<String> {
    read(local(shell), key).ok().flatten()
}

pub fn scan(shell: &'static Shell) -> Answer {
    let storage = local(shell);
    if !storage.is_object() {
        return Answer::Failed;
    }
    let mut entries = Vec::new();
    for index in 0..(js::number(storage, "length") as u32).min(MOST_ENTRIES) {
        let Some(key) = js::run1(storage, "key", js::n(index.into())).as_string() else { continue };
        if key.starts_with(PREFIX) {
            continue;
        }
        let Ok(Some(value)) = read(storage, &key) else { continue };
        let looks_json = matches!(value.bytes().find(|byte| *byte > b' '), Some(b'{' | b'['));
        let judged = looks_json || shell.settings.json_keys.contains(&key);
        let parses = judged && (value.len() > MOST_PARSED || js::is_json(&value));
        entries.push(StorageEntry { bytes: value.len() as u32, key, looks_json, parses });
    }
    Answer::Storage(entries)
}

/// Sets a copy of each entry aside, and removes the entry only when the copy can be read back.
pub fn quarantine(shell: &'static Shell, keys: &[String]) -> RepairDone {
    let storage = local(shell);
    let mut done = RepairDone::default();
    for key in keys {
        let Ok(Some(value)) = read(storage, key) else {
            done.failed += 1;
            continue;
        };
        if !write(storage, &free_place(storage, key, &value), &value) {
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
fn free_place(storage: J, key: &str, value: &str) -> String {
    let mut place = cat(&[QUARANTINE, key]);
    for copy in [":2", ":3"] {
        if read(storage, &place).is_ok_and(|kept| kept.is_some_and(|kept| kept != value)) {
            place = cat(&[QUARANTINE, key, copy]);
        }
    }
    place
}
