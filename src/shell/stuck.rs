//! Whether the stores of the device do what they should: tried while the page is in trouble, each for a bounded time, and nothing is left behind.

use super::callback::listener;
use super::page_store::PageStore;
use super::promise::{Deferred, settled};
use super::state::Shell;
use super::web::{Databases, Opened, property};
use super::{clock, storage, task};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::storage::{PREFIX, Store, Stuck, StuckStore};
use js_sys::{Array, Promise, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::Event;

/// A database of the guard's own, which is given up before it is made.
const PROBE: &str = "pagemend:probe";
/// Databases that are opened.
const MOST_DATABASES: usize = 8;
/// The browser names them at once, unless it does not answer at all.
const NAMED_WITHIN_MS: f64 = 1_500.0;
/// A slow phone opens one in a second.
const OPENED_WITHIN_MS: f64 = 3_000.0;

/// Answers with the stores that are stuck.
pub fn probe(shell: &'static Shell, id: ActionId) {
    task::spawn(shell, async move {
        let mut found = Vec::new();
        for store in Store::ALL {
            if let Some(stuck) = of_page(shell, store) {
                let name = if store == Store::Local { "local storage" } else { "session storage" };
                found.push(StuckStore { stuck, name: name.into() });
            }
        }
        found.extend(databases(shell).await);
        shell.answer(id, Answer::Stores(found));
    });
}

/// Of local or session storage.
pub fn of_page(shell: &Shell, store: Store) -> Option<Stuck> {
    let place = PageStore::of(shell.page.window(), store);
    if place.raw().is_none() {
        return Some(denied(shell));
    }
    (!storage::takes(&place)).then_some(Stuck::Full)
}

fn denied(shell: &Shell) -> Stuck {
    let window: &JsValue = shell.page.window();
    if property(window, "parent") == *window { Stuck::Denied } else { Stuck::Framed }
}

/// All of them are opened at once, so that one that hangs holds up no other.
async fn databases(shell: &'static Shell) -> Vec<StuckStore> {
    let factory = property(shell.page.window(), "indexedDB");
    // A page may have none.
    if !factory.is_object() {
        return Vec::new();
    }
    let factory: Databases = factory.unchecked_into();
    let mut names = vec![PROBE.to_owned()];
    // Old browsers do not name them.
    let named = factory.names().map(|named| settled(&named));
    if let Ok(named) = named
        && let Some(Ok(all)) = clock::within(shell, NAMED_WITHIN_MS, named).await
        && Array::is_array(&all)
    {
        let of_page = |name: &String| !name.starts_with(PREFIX);
        let all = all.unchecked_into::<Array>();
        names
            .extend(all.iter().filter_map(|of| property(&of, "name").as_string()).filter(of_page).take(MOST_DATABASES));
    }
    let ended = Array::new();
    let mut opened = Vec::new();
    for name in names {
        let (how, end) = open(shell, &factory, &name);
        ended.push(&end);
        opened.push((name, how));
    }
    clock::within(shell, OPENED_WITHIN_MS, settled(&Promise::all(&ended))).await;
    // WebKit goes on naming a database whose making was given up.
    let _ = factory.delete(PROBE);
    let mut stuck = Vec::new();
    for (name, how) in opened {
        match how.get() {
            None => {}
            // Where the guard's own does not answer, none does.
            Some(how) if name == PROBE => {
                let stuck = if how == Stuck::Blocked { Stuck::Silent } else { how };
                return vec![StuckStore { stuck, name: "databases".into() }];
            }
            Some(how) => stuck.push(StuckStore { stuck: how, name }),
        }
    }
    stuck
}

/// How a database is stuck, which holds when the promise has ended, or when it has not for long. One that is not there is not made. What comes too late
/// is closed all the same: it would be in the page's way.
fn open(shell: &Shell, factory: &Databases, name: &str) -> (Rc<Cell<Option<Stuck>>>, Promise) {
    let how = Rc::new(Cell::new(Some(Stuck::Blocked)));
    let Deferred { promise, ends } = Deferred::new();
    let Ok(request) = factory.open(name) else {
        how.set(Some(denied(shell)));
        ends.resolve(&JsValue::UNDEFINED);
        return (how, promise);
    };
    let made = request.clone();
    let giving_up = listener(move |_| {
        let _ = property(&made, "transaction").unchecked_into::<Opened>().abort();
    });
    let (told, of) = (how.clone(), request.clone());
    let over = listener(move |event: JsValue| {
        // What the guard gave up is nobody's error.
        event.unchecked_ref::<Event>().prevent_default();
        let _ = property(&of, "result").unchecked_into::<Opened>().close();
        told.set(match property(&property(&of, "error"), "name").as_string().as_deref() {
            None | Some("AbortError") => None,
            Some("QuotaExceededError") => Some(Stuck::Full),
            Some(_) => Some(Stuck::Lost),
        });
        ends.resolve(&JsValue::UNDEFINED);
    });
    for (kind, heard) in [("onupgradeneeded", &giving_up), ("onsuccess", &over), ("onerror", &over)] {
        // Where it cannot be set, nobody is heard.
        let _ = Reflect::set(&request, &kind.into(), heard);
    }
    (how, promise)
}
