//! Unsent telemetry in local storage, and whose it is: a document that lives holds a Web Lock of its queue's name.

use super::callback::function;
use super::page_store::{Denied, PageStore};
use super::promise::{Deferred, outcome};
use super::state::Shell;
use super::task::spawn;
use super::watch::on;
use super::web::{LockingNavigator, Locks, property};
use super::{clock, net};
use crate::core::dice::Dice;
use crate::core::event::{Answer, KeptQueue, Saved};
use crate::core::id::ActionId;
use crate::core::telemetry::kept;
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use web_sys::PageTransitionEvent;

/// Only one document at a time adopts.
const ADOPT: &str = "pagemend:adopt";
/// Entries of local storage looked at.
const MOST_ENTRIES: usize = 2_000;
/// Without locks: how long a claim must stand to be good, and by chance so much longer, in milliseconds.
const CLAIM_STANDS: f64 = 50.0;
const CLAIM_JITTER: f64 = 200.0;

/// Of a document, by chance.
pub fn new_id() -> String {
    let mut id = Dice::new(clock::seed()).hex32();
    id.truncate(8);
    id
}

/// `None` where the page is not secure, and in old browsers.
fn locks(shell: &Shell) -> Option<Locks> {
    let navigator: LockingNavigator = shell.page.window().navigator().unchecked_into();
    navigator.locks().ok().flatten().filter(|locks| property(locks, "query").is_function())
}

/// A lock would keep the page out of the back/forward cache, so it ends with `pagehide`; what is saved later takes it again.
pub fn watch(shell: &'static Shell) {
    let window = shell.page.window();
    shell.keep(on(window, "pagehide", |_| release(shell)));
    // What a page left that comes back out of the browser's cache is anybody's now, and its key with it.
    shell.keep(on(window, "pageshow", |told| {
        if told.unchecked_ref::<PageTransitionEvent>().persisted() {
            shell.queues.rename(new_id());
        }
    }));
}

fn hold(shell: &'static Shell) {
    if let Some(held) = shell.queues.release.take() {
        return shell.queues.release.set(Some(held));
    }
    let Some(locks) = locks(shell) else { return };
    let Deferred { promise, ends } = Deferred::new();
    shell.queues.release.set(Some(ends));
    let granted = function(move |_| promise.clone().into());
    let asked = locks.request(&shell.queues.key(), &granted);
    // Heard to its end, or the page would hear of a rejection that nobody handles.
    spawn(shell, async move { _ = outcome(asked).await });
}

pub fn release(shell: &Shell) {
    if let Some(held) = shell.queues.release.take() {
        held.resolve(&JsValue::UNDEFINED);
    }
}

fn entries(storage: &PageStore) -> Vec<KeptQueue> {
    let mut found = Vec::new();
    for key in storage.keys(MOST_ENTRIES) {
        if kept::is_queue(&key)
            && let Ok(Some(text)) = storage.read(&key)
        {
            found.push(KeptQueue { key, text });
        }
    }
    found
}

pub fn any(shell: &Shell) -> bool {
    !entries(&shell.queues.storage).is_empty()
}

/// Writes in place of what was there, which makes room if there is not enough; what does not fit even then is not there at all.
fn put(storage: &PageStore, key: &str, text: &str) -> bool {
    storage.write(key, text) || (storage.remove(key) && storage.write(key, text))
}

/// Whether another document took this one for dead. Who holds a lock is not: then the page itself has cleared its storage.
fn is_taken(shell: &Shell) -> bool {
    let queues = &shell.queues;
    match queues.storage.read(&queues.key()) {
        _ if queues.wrote.get() == 0 => false,
        Ok(Some(text)) => !kept::is_owned(&text, &queues.id()),
        Ok(None) => locks(shell).is_none() && kept::is_silent(queues.wrote.get(), clock::epoch()),
        Err(Denied) => false,
    }
}

pub fn save(shell: &'static Shell, text: &str, gone: &[String]) -> Saved {
    let queues = &shell.queues;
    let (storage, key) = (&queues.storage, queues.key());
    if is_taken(shell) {
        queues.wrote.set(0);
        return Saved::Taken;
    }
    let now = clock::epoch();
    let entry = kept::owned(&queues.id(), now, text);
    let keep = || {
        if text.is_empty() {
            storage.read(&key) == Ok(None) || storage.remove(&key)
        } else {
            put(storage, &key, &entry)
        }
    };
    let mut kept = keep();
    for key in gone {
        if storage.read(key).is_ok_and(|text| text.is_some_and(|text| kept::is_owned(&text, &queues.id()))) {
            storage.remove(key);
        }
    }
    kept = kept || keep();
    queues.wrote.set(if kept && !text.is_empty() { now } else { 0 });
    if queues.wrote.get() > 0 {
        hold(shell);
    } else {
        release(shell);
    }
    if kept { Saved::Kept } else { Saved::NoRoom }
}

/// The page goes.
pub fn leave(shell: &Shell, text: &str, url: &str, [body, rest]: [&str; 2]) {
    let (storage, key) = (&shell.queues.storage, shell.queues.key());
    if !is_taken(shell) && !put(storage, &key, &kept::free(text)) {
        if !body.is_empty() {
            net::post_leaving(shell, url, body);
        }
        if !rest.is_empty() {
            storage.write(&key, &kept::free(rest));
        }
    }
    shell.queues.wrote.set(0);
    release(shell);
}

pub fn drop_all(shell: &Shell) {
    let storage = &shell.queues.storage;
    for entry in entries(storage) {
        storage.remove(&entry.key);
    }
    shell.queues.wrote.set(0);
    release(shell);
}

/// Claims what documents left that are gone, one document at a time.
pub fn adopt(shell: &'static Shell, id: ActionId) {
    let Some(locks) = locks(shell) else { return adopt_without_locks(shell, id) };
    let asking = locks.clone();
    let granted = function(move |_| adopt_alone(shell, id, asking.clone()).into());
    let asked = locks.request(ADOPT, &granted);
    spawn(shell, async move {
        // An opaque origin has locks that it may not use.
        if outcome(asked).await.is_err() {
            adopt_without_locks(shell, id);
        }
    });
}

/// No other document adopts until the promise is fulfilled.
fn adopt_alone(shell: &'static Shell, id: ActionId, locks: Locks) -> Promise {
    let Deferred { promise, ends } = Deferred::new();
    spawn(shell, async move {
        let alive = outcome(locks.query()).await.ok().map(|told| documents(&told));
        let claimed = claim(shell, alive.as_deref());
        ends.resolve(&JsValue::UNDEFINED);
        adopted(shell, id, claimed);
    });
    promise
}

/// The documents that hold the lock of their queue, of what `LockManager.query` tells.
fn documents(told: &JsValue) -> Vec<String> {
    let held = property(told, "held").dyn_into::<Array>().unwrap_or_default();
    let names = held.iter().take(MOST_ENTRIES).filter_map(|lock| property(&lock, "name").as_string());
    let own = kept::key("");
    names.filter_map(|name| name.strip_prefix(own.as_str()).map(String::from)).collect()
}

/// Two documents may claim the same entry at the same moment; whose claim stands a little later has it.
fn adopt_without_locks(shell: &'static Shell, id: ActionId) {
    let claimed = claim(shell, None);
    clock::after(shell, CLAIM_STANDS + clock::random(CLAIM_JITTER), move || {
        let stands = |claim: &KeptQueue| {
            shell.queues.storage.read(&claim.key).is_ok_and(|now| now.is_some_and(|now| now == claim.text))
        };
        adopted(shell, id, claimed.into_iter().filter(stands).collect());
    });
}

fn claim(shell: &'static Shell, alive: Option<&[String]>) -> Vec<KeptQueue> {
    let storage = &shell.queues.storage;
    let mut claimed = kept::claims(&entries(storage), &shell.queues.id(), alive, clock::epoch());
    claimed.retain(|claim| storage.write(&claim.key, &claim.text));
    if !claimed.is_empty() {
        hold(shell);
    }
    claimed
}

fn adopted(shell: &'static Shell, id: ActionId, claimed: Vec<KeptQueue>) {
    shell.answer(id, Answer::Adopted(claimed));
}
