//! `IndexedDB`: one database of the guard's own, with the key of its drafts and a copy of each.

use crate::shell::callback::listener;
use crate::shell::clock;
use crate::shell::promise::{Deferred, settled};
use crate::shell::state::Shell;
use crate::shell::web::Transaction;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

const NAME: &str = "pagemend:drafts";
const STORE: &str = "drafts";
/// A database that another tab keeps from opening, or a browser that never answers, is none.
const WAIT_MS: f64 = 3_000.0;

/// What becomes of what stands under a key.
#[derive(Clone, Copy)]
pub enum Change<'a> {
    /// Fails where something stands there already.
    Add(&'a JsValue),
    Put(&'a str),
    Remove,
}

pub async fn open(shell: &'static Shell) -> Result<IdbDatabase, JsValue> {
    let factory = shell.page.window().indexed_db()?.ok_or(JsValue::UNDEFINED)?;
    let opening: IdbOpenDbRequest = factory.open(NAME)?;
    let made = opening.clone();
    opening.set_onupgradeneeded(Some(&listener(move |_| {
        if let Ok(database) = made.result() {
            let _ = database.unchecked_ref::<IdbDatabase>().create_object_store(STORE);
        }
    })));
    let database: IdbDatabase = settled(&answer(shell, Ok(opening.into()))).await?.unchecked_into();
    // The page may delete all that it keeps: an open database would have it wait.
    let closing = database.clone();
    database.set_onversionchange(Some(&listener(move |_| closing.close())));
    Ok(database)
}

/// Undefined where there is nothing under this key.
pub fn get(shell: &'static Shell, database: &IdbDatabase, key: &str) -> Promise {
    let asked = store(database, IdbTransactionMode::Readonly).and_then(|store| store.get(&key.into()));
    answer(shell, asked)
}

pub fn change(shell: &'static Shell, database: &IdbDatabase, key: &str, change: Change) -> Promise {
    let key = key.into();
    let asked = store(database, IdbTransactionMode::Readwrite).and_then(|store| {
        let asked = match change {
            Change::Add(value) => store.add_with_key(value, &key),
            Change::Put(text) => store.put_with_key(&text.into(), &key),
            Change::Remove => store.delete(&key),
        };
        // At once: a page that is being left does not come to the end of a transaction by itself.
        let _ = store.transaction().unchecked_into::<Transaction>().try_commit();
        asked
    });
    answer(shell, asked)
}

fn store(database: &IdbDatabase, mode: IdbTransactionMode) -> Result<IdbObjectStore, JsValue> {
    database.transaction_with_str_and_mode(STORE, mode)?.object_store(STORE)
}

/// What comes of a request.
fn answer(shell: &'static Shell, asked: Result<IdbRequest, JsValue>) -> Promise {
    let Deferred { promise, ends } = Deferred::new();
    match asked {
        Err(thrown) => ends.reject(&thrown),
        Ok(request) => {
            let (done, failed, asked) = (ends.clone(), ends.clone(), request.clone());
            request.set_onsuccess(Some(&listener(move |_| done.end(&asked.result()))));
            request.set_onerror(Some(&listener(move |event| {
                // Else it is an error of the page's in Firefox.
                event.unchecked_ref::<web_sys::Event>().prevent_default();
                failed.reject(&event);
            })));
            clock::after(shell, WAIT_MS, move || ends.reject(&JsValue::UNDEFINED));
        }
    }
    promise
}
