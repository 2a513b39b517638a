//! Unsent telemetry in local storage, and whose it is: a document that lives holds a Web Lock of its queue's name.

use super::js::J;
use super::page::Page;
use super::storage::{read, remove, write};
use super::watch::listen;
use super::{Shell, clock, js, net};
use crate::core::dice::Dice;
use crate::core::event::{Answer, KeptQueue, Saved};
use crate::core::id::ActionId;
use crate::core::telemetry::kept;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;

/// Only one document at a time adopts.
const ADOPT: &str = "pagemend:adopt";
/// Entries of local storage looked at.
const MOST_ENTRIES: usize = 2_000;
/// Without locks: how long a claim must stand to be good, and by chance so much longer, in milliseconds.
const CLAIM_STANDS: f64 = 50.0;
const CLAIM_JITTER: f64 = 200.0;

pub struct Queues {
    /// Of this document, eight hexadecimal digits.
    id: RefCell<String>,
    /// When this document's entry was last written, epoch milliseconds; 0: there is none.
    wrote: Cell<u64>,
    /// Lets go of the lock.
    release: Cell<Option<JsValue>>,
    /// Local storage, or undefined where it is denied. Taken once: a tab that is being closed need not give it out any more.
    storage: JsValue,
}

impl Queues {
    pub fn of(page: &Page) -> Queues {
        let storage = js::get(page.window_j(), "localStorage").own();
        Queues { id: RefCell::new(new_id()), wrote: Cell::new(0), release: Cell::default(), storage }
    }

    fn id(&self) -> String {
        self.id.try_borrow().map(|id| id.clone()).unwrap_or_default()
    }

    fn key(&self) -> String {
        kept::key(&self.id())
    }
}

fn local(shell: &Shell) -> J<'_> {
    J::of(&shell.queues.storage)
}

fn new_id() -> String {
    let mut id = Dice::new(clock::seed()).hex32();
    id.truncate(8);
    id
}

/// `undefined` where the page is not secure, and in old browsers.
fn locks(shell: &Shell) -> J<'_> {
    js::get(js::get(shell.page.window_j(), "navigator"), "locks")
}

fn has_locks(shell: &Shell) -> bool {
    js::get(locks(shell), "query").is_function()
}

/// A lock would keep the page out of the back/forward cache, so it ends with `pagehide`; what is saved later takes it again.
pub fn watch(shell: &'static Shell) {
    shell.keep(listen(shell.page.window_j(), "pagehide", move |_| release(shell)));
    // What a page left that comes back out of the browser's cache is anybody's now, and its key with it.
    shell.keep(listen(shell.page.window_j(), "pageshow", move |told| {
        let fresh = new_id();
        if js::flag(told, "persisted")
            && let Ok(mut id) = shell.queues.id.try_borrow_mut()
        {
            *id = fresh;
        }
    }));
}

fn hold(shell: &'static Shell) {
    let held = shell.queues.release.take();
    let none = held.is_none();
    shell.queues.release.set(held);
    if !none || !has_locks(shell) {
        return;
    }
    let (until, release, _) = js::deferred();
    shell.queues.release.set(Some(release));
    let granted = js::function(move |_, _| until.clone());
    js::then(js::call2(locks(shell), "request", js::s(&shell.queues.key()), granted), |_| ());
}

pub fn release(shell: &Shell) {
    if let Some(release) = shell.queues.release.take() {
        js::fulfil(&release, js::undefined());
    }
}

fn entries(storage: J) -> Vec<KeptQueue> {
    let mut found = Vec::new();
    // A snapshot: what other tabs add and remove meanwhile moves the places.
    for key in js::list(js::run1(js::global("Object"), "keys", storage), MOST_ENTRIES) {
        if let Some(key) = key.as_string().filter(|key| kept::is_queue(key))
            && let Ok(Some(text)) = read(storage, &key)
        {
            found.push(KeptQueue { key, text });
        }
    }
    found
}

pub fn any(shell: &Shell) -> bool {
    !entries(local(shell)).is_empty()
}

/// Writes in place of what was there, which makes room if there is not enough; what does not fit even then is not there at all.
fn put(storage: J, key: &str, text: &str) -> bool {
    write(storage, key, text) || (remove(storage, key) && write(storage, key, text))
}

/// Whether another document took this one for dead. Who holds a lock is not: then the page itself has cleared its storage.
fn is_taken(shell: &Shell) -> bool {
    let queues = &shell.queues;
    match read(local(shell), &queues.key()) {
        _ if queues.wrote.get() == 0 => false,
        Ok(Some(text)) => !kept::is_owned(&text, &queues.id()),
        Ok(None) => !has_locks(shell) && kept::is_silent(queues.wrote.get(), clock::epoch()),
        Err(()) => false,
    }
}

pub fn save(shell: &'static Shell, text: &str, gone: &[String]) -> Saved {
    let (storage, queues, key) = (local(shell), &shell.queues, shell.queues.key());
    if is_taken(shell) {
        queues.wrote.set(0);
        return Saved::Taken;
    }
    let now = clock::epoch();
    let entry = kept::owned(&queues.id(), now, text);
    let keep = || {
        if text.is_empty() {
            read(storage, &key) == Ok(None) || remove(storage, &key)
        } else {
            put(storage, &key, &entry)
        }
    };
    let mut kept = keep();
    for key in gone {
        if read(storage, key).is_ok_and(|text| text.is_some_and(|text| kept::is_owned(&text, &queues.id()))) {
            remove(storage, key);
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
    let (storage, key) = (local(shell), shell.queues.key());
    if !is_taken(shell) && !put(storage, &key, &kept::free(text)) {
        if !body.is_empty() {
            net::post_leaving(shell, url, body);
        }
        if !rest.is_empty() {
            write(storage, &key, &kept::free(rest));
        }
    }
    shell.queues.wrote.set(0);
    release(shell);
}

pub fn drop_all(shell: &Shell) {
    let storage = local(shell);
    for entry in entries(storage) {
        remove(storage, &entry.key);
    }
    shell.queues.wrote.set(0);
    release(shell);
}

/// Claims what documents left that are gone, one document at a time.
pub fn adopt(shell: &'static Shell, id: ActionId) {
    if !has_locks(shell) {
        return adopt_without_locks(shell, id);
    }
    let granted = js::function(move |_, _| {
        let (until, done, _) = js::deferred();
        js::then(js::call0(locks(shell), "query"), move |told| {
            let alive = told.ok().map(documents);
            let claimed = claim(shell, alive.as_deref());
            js::fulfil(&done, js::undefined());
            adopted(shell, id, claimed);
        });
        until
    });
    js::then(js::call2(locks(shell), "request", js::s(ADOPT), granted), move |ended| {
        // An opaque origin has locks that it may not use.
        if ended.is_err() {
            adopt_without_locks(shell, id);
        }
    });
}

/// The documents that hold the lock of their queue, of what `LockManager.query` tells.
fn documents(told: J) -> Vec<String> {
    let names = js::list(js::get(told, "held"), MOST_ENTRIES).into_iter().filter_map(|lock| js::text(lock, "name"));
    let own = kept::key("");
    names.filter_map(|name| name.strip_prefix(own.as_str()).map(String::from)).collect()
}

/// Two documents may claim the same entry at the same moment; whose claim stands a little later has it.
fn adopt_without_locks(shell: &'static Shell, id: ActionId) {
    let claimed = RefCell::new(claim(shell, None));
    clock::after(shell, CLAIM_STANDS + clock::random(CLAIM_JITTER), move || {
        let claimed = claimed.take();
        let stands = |claim: &KeptQueue| {
            read(local(shell), &claim.key).is_ok_and(|now| now.is_some_and(|now| now == claim.text))
        };
        adopted(shell, id, claimed.into_iter().filter(stands).collect());
    });
}

fn claim(shell: &'static Shell, alive: Option<&[String]>) -> Vec<KeptQueue> {
    let storage = local(shell);
    let mut claimed = kept::claims(&entries(storage), &shell.queues.id(), alive, clock::epoch());
    claimed.retain(|claim| write(storage, &claim.key, &claim.text));
    if !claimed.is_empty() {
        hold(shell);
    }
    claimed
}

fn adopted(shell: &'static Shell, id: ActionId, claimed: Vec<KeptQueue>) {
    shell.answer(id, Answer::Adopted(claimed));
}
