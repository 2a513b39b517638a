//! Whether the stores of the device do what they should: tried while the page is in trouble, each for a bounded time, and nothing is left behind.

use super::page_store::PageStore;
use super::promise::{Deferred, outcome, settled};
use super::state::Shell;
use super::watch::{came, on};
use super::web::{Databases, Opened, property};
use super::{clock, storage, task};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::storage::{PREFIX, Store, Stuck, StuckStore};
use futures_util::future::{join_all, select};
use js_sys::Array;
use std::pin::pin;
use wasm_bindgen::prelude::*;

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
    // Old browsers do not name them, and a page may have none.
    if !factory.is_object() {
        return Vec::new();
    }
    let factory: Databases = factory.unchecked_into();
    let mut names = vec![PROBE.to_owned()];
    let named = within(shell, outcome(factory.names()), NAMED_WITHIN_MS).await;
    let listed: Array = named.filter(Array::is_array).map(JsCast::unchecked_into).unwrap_or_default();
    names.extend(listed.iter().filter_map(|of| property(&of, "name").as_string()));
    names.retain(|name| name == PROBE || !name.starts_with(PREFIX));
    names.truncate(MOST_DATABASES + 1);
    let opened = join_all(names.iter().map(|name| open(shell, &factory, name))).await;
    let mut stuck = Vec::new();
    for (name, opened) in names.into_iter().zip(opened) {
        match opened {
            None => {}
            // Where the guard's own does not answer, none does.
            Some(how) if name == PROBE => {
                let how = if how == Stuck::Blocked { Stuck::Silent } else { how };
                return vec![StuckStore { stuck: how, name: "databases".into() }];
            }
            Some(how) => stuck.push(StuckStore { stuck: how, name }),
        }
    }
    stuck
}

/// How a database is stuck. One that is not there is not made. What comes too late is closed all the same: it would be in the page's way.
async fn open(shell: &'static Shell, factory: &Databases, name: &str) -> Option<Stuck> {
    let Ok(request) = factory.open(name) else { return Some(denied(shell)) };
    let giving_up = on(&request, "upgradeneeded", |event| {
        let making = event.target().map(|request| property(&request, "transaction"));
        let _ = making.map(|making| making.unchecked_into::<Opened>().abort());
    });
    // What the guard gave up is nobody's error.
    let quiet = on(&request, "error", web_sys::Event::prevent_default);
    let opened = came(&[&request], "success");
    let Deferred { promise, ends } = Deferred::new();
    task::spawn(shell, async move {
        if opened.await {
            let _ = property(&request, "result").unchecked_into::<Opened>().close();
        }
        drop((giving_up, quiet));
        ends.resolve(&property(&property(&request, "error"), "name"));
    });
    let ended = within(shell, settled(&promise), OPENED_WITHIN_MS).await;
    let Some(error) = ended else { return Some(Stuck::Blocked) };
    match error.as_string().as_deref() {
        None | Some("AbortError") => None,
        Some("QuotaExceededError") => Some(Stuck::Full),
        Some(_) => Some(Stuck::Lost),
    }
}

/// What it comes to, unless it takes longer.
async fn within(
    shell: &'static Shell,
    coming: impl Future<Output = Result<JsValue, JsValue>>,
    ms: f64,
) -> Option<JsValue> {
    match select(pin!(coming), pin!(clock::pause(shell, ms))).await {
        futures_util::future::Either::Left((ended, _)) => ended.ok(),
        futures_util::future::Either::Right(_) => None,
    }
}
