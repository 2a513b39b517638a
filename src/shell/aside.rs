//! Copies of damaged entries: set aside before an entry is removed, put back when the page asks for it, dropped when they are old. A copy stands beside
//! its entry, or, where that store is full, in Cache Storage. At every moment the entry is whole, or its copy is.

use super::caches::store::{self, Opened};
use super::page_store::PageStore;
use super::promise::settled;
use super::state::Shell;
use super::{clock, web};
use crate::core::storage::{DamagedEntry, Label, QUARANTINE, RepairDone, Store, checksum};
use js_sys::{JSON, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Response, ResponseInit};

/// Beside each copy stands what it is of, until when it is kept, and its checksum.
const COPIED: &str = "pagemend:copied:";
/// The same of a copy in Cache Storage.
const HEADER: &str = "pagemend-copied";
/// Entries of a store that are looked at.
const MOST: usize = 2_000;

fn label(key: &str, value: &JsString) -> Label {
    Label::new(key, &String::from(value), clock::epoch())
}

/// Copies each entry, then removes it; without a copy that can be read back nothing is removed.
pub async fn set_aside(shell: &'static Shell, keys: &[DamagedEntry], done: &mut RepairDone) {
    for DamagedEntry { store, key, sum, .. } in keys {
        let storage = PageStore::of(shell.page.window(), *store);
        drop_old(&storage);
        // Another tab may have repaired it by now, and the page may have written it anew.
        let Some(value) = storage.value(key).filter(|value| checksum(&String::from(value)) == *sum) else { continue };
        let copied = beside(&storage, key, &value) || elsewhere(shell, *store, key, &value).await.unwrap_or(false);
        if !copied || storage.value(key).is_none_or(|now| now != value) {
            done.failed += 1;
            continue;
        }
        done.copied += 1;
        let removed = storage.remove(key);
        done.removed += u32::from(removed);
        done.failed += u32::from(!removed);
    }
}

/// The label comes first: a copy without one could not be told from half of one.
fn beside(storage: &PageStore, key: &str, value: &JsString) -> bool {
    let place = free_place(storage, key, value);
    let labelled = storage.write(&format!("{COPIED}{place}"), &label(key, value).write());
    let copied = labelled && storage.put(&format!("{QUARANTINE}{place}"), value);
    if !copied {
        forget(storage, &place);
    }
    copied
}

/// The first place for a copy that is empty or holds this very value already; of three, then the last is overwritten.
fn free_place(storage: &PageStore, key: &str, value: &JsString) -> String {
    let mut place = key.to_owned();
    for copy in [":2", ":3"] {
        if storage.value(&format!("{QUARANTINE}{place}")).is_some_and(|other| other != *value) {
            place = format!("{key}{copy}");
        }
    }
    place
}

fn forget(storage: &PageStore, place: &str) {
    for prefix in [COPIED, QUARANTINE] {
        storage.remove(&format!("{prefix}{place}"));
    }
}

/// The copies beside their entries that are whole and not too old, with their places. All others are dropped.
fn kept(storage: &PageStore) -> Vec<(Label, String, JsString)> {
    let mut all = Vec::new();
    for name in storage.keys(MOST) {
        let Some(place) = name.strip_prefix(COPIED) else { continue };
        let label = storage.read(&name).ok().flatten().and_then(|text| Label::read(&text));
        let value = storage.value(&format!("{QUARANTINE}{place}"));
        match (label, value) {
            (Some(label), Some(value)) if label.fits(&String::from(&value), clock::epoch()) => {
                all.push((label, place.to_owned(), value));
            }
            _ => forget(storage, place),
        }
    }
    all
}

/// Drops copies that are too old, and halves of copies.
pub fn drop_old(storage: &PageStore) {
    drop(kept(storage));
}

/// In Cache Storage, as JSON: half of a UTF-16 pair, where a page cut its text, would not survive otherwise.
async fn elsewhere(shell: &Shell, store: Store, key: &str, value: &JsString) -> Result<bool, JsValue> {
    let text = String::from(JSON::stringify(value)?);
    let aside = store::Store::of(shell)?.open(store::QUARANTINE).await?;
    let headers = Object::new();
    // Header fields hold no Chinese; the key is in the address.
    Reflect::set(&headers, &HEADER.into(), &label("", value).write().into())?;
    let init = ResponseInit::new();
    init.set_headers(&headers);
    let copy = Response::new_with_opt_str_and_init(Some(&text), &init)?;
    let to = format!("{}{}", place_of(store), js_sys::encode_uri_component(key));
    let back = aside.keep(&to, &copy).await?;
    Ok(settled(&back.text()?.into()).await?.as_string() == Some(text))
}

/// What the addresses of copies begin with.
fn place_of(store: Store) -> String {
    let store = if store == Store::Local { "local" } else { "session" };
    format!("/{}/{store}/", store::QUARANTINE)
}

/// Puts the copies of these keys back, or all of them; of one key the latest. What stands in an entry's place by now is itself set aside.
pub async fn put_back(shell: &'static Shell, keys: &[String], done: &mut RepairDone) {
    for store in Store::ALL {
        let storage = PageStore::of(shell.page.window(), store);
        let mut latest: Vec<(Label, String, JsString)> = Vec::new();
        for copy in kept(&storage) {
            match latest.iter_mut().find(|(label, ..)| label.key == copy.0.key) {
                Some(other) if other.0.until < copy.0.until => *other = copy,
                Some(_) => (),
                None => latest.push(copy),
            }
        }
        for (Label { key, .. }, place, value) in latest {
            if wanted(keys, &key) && restore(&storage, &key, &value, done) {
                forget(&storage, &place);
            }
        }
        // Without Cache Storage there are no copies in it.
        let _ = put_back_from_elsewhere(shell, store, keys, done).await;
    }
}

fn wanted(keys: &[String], key: &str) -> bool {
    keys.is_empty() || keys.iter().any(|one| one == key)
}

/// Whether the entry is as it was; otherwise it is as it is now.
fn restore(storage: &PageStore, key: &str, value: &JsString, done: &mut RepairDone) -> bool {
    let present = storage.value(key);
    let safe = present.as_ref().is_none_or(|present| present == value || beside(storage, key, present));
    let restored = safe && storage.put(key, value);
    if restored {
        done.restored += 1;
    } else {
        done.failed += 1;
        // A write that came to nothing leaves what was there; one that came to something else does not.
        if let Some(present) = present.filter(|present| storage.value(key).as_ref() != Some(present)) {
            storage.put(key, &present);
        }
    }
    restored
}

async fn put_back_from_elsewhere(
    shell: &Shell,
    store: Store,
    keys: &[String],
    done: &mut RepairDone,
) -> Result<(), JsValue> {
    let all = store::Store::of(shell)?;
    if !all.names().await?.iter().any(|name| name == store::QUARANTINE) {
        return Ok(());
    }
    let aside = all.open(store::QUARANTINE).await?;
    let begins = place_of(store);
    for request in aside.keys().await?.iter() {
        let Some(url) = web::property(&request, "url").as_string() else { continue };
        let Some(at) = url.find(&begins) else { continue };
        let key = String::from(js_sys::decode_uri_component(&url[at + begins.len()..])?);
        if !wanted(keys, &key) {
            continue;
        }
        match whole(&aside, &url).await? {
            Some(value) if !restore(&PageStore::of(shell.page.window(), store), &key, &value, done) => {}
            _ => _ = aside.remove(&url).await?,
        }
    }
    Ok(())
}

/// A copy out of Cache Storage, unless it is too old or half of one.
async fn whole(aside: &Opened, url: &str) -> Result<Option<JsString>, JsValue> {
    let Some(copy) = aside.find(url).await? else { return Ok(None) };
    let label = Label::read(&web::header(&copy, HEADER));
    let text = settled(&copy.text()?.into()).await?.unchecked_into::<JsString>();
    let value = web::parse_json(&text).ok().and_then(|value| value.dyn_into::<JsString>().ok());
    Ok(value.filter(|value| label.is_some_and(|label| label.fits(&String::from(value), clock::epoch()))))
}
