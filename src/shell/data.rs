//! `guard.data`: what the page loads, and in place of what did not come the last that is known, marked as such.

use super::error::GuardError;
use super::page_store::PageStore;
use super::promise::{Deferred, Ends, outcome};
use super::state::Shell;
use super::web::{parse_json, property};
use super::{clock, task};
use crate::core::freshness::data::{Kept, Limits, MOST_KEPT, PREFIX};
use crate::core::number;
use crate::core::time::Millis;
use js_sys::{Function, JSON, Object, Promise, Reflect};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Entries of local storage looked at.
const MOST_ENTRIES: usize = 2_000;

/// One call of `guard.data`, which is answered once.
struct Asked {
    name: String,
    keep: bool,
    limits: Limits,
    ends: Ends,
    answered: Cell<bool>,
}

impl Asked {
    fn answer(&self, shell: &Shell, value: &JsValue, age: Millis, fresh: bool) {
        if self.answered.replace(true) {
            return;
        }
        let at = server_time(shell).1.saturating_sub(age.0);
        let told = Object::new();
        for (key, value) in [
            ("value", value),
            ("age", &number::from_u64(age.0).into()),
            ("fresh", &fresh.into()),
            ("at", &number::from_u64(at).into()),
        ] {
            let _ = Reflect::set(&told, &key.into(), value);
        }
        self.ends.resolve(&told);
    }

    /// Whether what is known may stand in.
    fn answer_known(&self, shell: &Shell) -> bool {
        let Some((value, age)) = known(shell, self).filter(|(_, age)| *age < self.limits.max_age) else { return false };
        self.answer(shell, &value, age, age < self.limits.ttl);
        true
    }
}

pub fn data(shell: &'static Shell, name: String, load: &JsValue, options: &JsValue) -> Promise {
    let Some(load) = load.dyn_ref::<Function>() else {
        return GuardError::NotAFunction("data(name, load): load").rejection();
    };
    let Deferred { promise, ends } = Deferred::new();
    let given = |key: &str, default: Millis| {
        property(options, key).as_f64().map_or(default, |given| Millis(number::to_u64(given)))
    };
    let default = Limits::default();
    let limits = Limits {
        max_age: given("maxAgeMs", default.max_age),
        ttl: given("ttlMs", default.ttl),
        patience: given("timeoutMs", default.patience),
    };
    let keep = property(options, "keep").is_truthy();
    let asked = Rc::new(Asked { name, keep, limits, ends, answered: Cell::new(false) });
    if known(shell, &asked).is_some_and(|(_, age)| age < limits.ttl) && asked.answer_known(shell) {
        return promise;
    }
    let loaded = outcome(load.call0(&JsValue::UNDEFINED));
    let waiting = asked.clone();
    clock::after(shell, number::from_u64(limits.patience.0), move || {
        waiting.answer_known(shell);
    });
    task::spawn(shell, async move {
        match loaded.await {
            Ok(value) => {
                put(shell, &asked, &value);
                asked.answer(shell, &value, Millis(0), true);
            }
            Err(thrown) => {
                if !asked.answered.get() && !asked.answer_known(shell) {
                    asked.ends.reject(&thrown);
                }
            }
        }
    });
    promise
}

/// The last value of that name in this page, else what an earlier one has kept.
fn known(shell: &Shell, asked: &Asked) -> Option<(JsValue, Millis)> {
    let (passed, epoch) = server_time(shell);
    let here = shell.data.try_borrow().ok()?.known(passed, &asked.name);
    if here.is_some() || !asked.keep {
        return here;
    }
    let kept = Kept::read(&local(shell).read(&key(&asked.name)).ok()??)?;
    let age = kept.age(&shell.settings.build, epoch)?;
    let value = parse_json(&kept.value.into()).ok()?;
    shell.data.try_borrow_mut().ok()?.put(passed, &asked.name, value.clone(), age);
    Some((value, age))
}

fn put(shell: &Shell, asked: &Asked, value: &JsValue) {
    let (passed, epoch) = server_time(shell);
    if let Ok(mut data) = shell.data.try_borrow_mut() {
        data.put(passed, &asked.name, value.clone(), Millis(0));
    }
    if asked.keep {
        // What is no JSON is not kept: a function, a circle.
        let text = JSON::stringify(value).ok().and_then(|text| text.as_string());
        let record = text.and_then(|text| Kept::write(&shell.settings.build, epoch, text));
        let (store, key) = (local(shell), key(&asked.name));
        match record {
            Some(record) if makes_room(&store, &key) => _ = store.write(&key, &record),
            // What is known by now is not what is kept.
            _ => _ = store.remove(&key),
        }
    }
}

/// Removes the oldest record where there are as many as may be kept.
fn makes_room(store: &PageStore, key: &str) -> bool {
    let keys: Vec<_> = store.keys(MOST_ENTRIES).into_iter().filter(|kept| kept.starts_with(PREFIX)).collect();
    if keys.len() < MOST_KEPT || keys.iter().any(|kept| kept == key) {
        return true;
    }
    let written = |key: &String| {
        let text = store.read(key).ok().flatten();
        text.and_then(|text| Kept::read(&text)).map_or(0, |kept| kept.at)
    };
    keys.iter().min_by_key(|key| written(key)).is_some_and(|oldest| store.remove(oldest))
}

/// Time that has passed in this page, and the server's in epoch milliseconds.
fn server_time(shell: &Shell) -> (Millis, u64) {
    let now = clock::now();
    shell.engine.try_borrow().map_or_else(|_| (now, clock::epoch()), |engine| engine.server_time(now))
}

fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}

fn local(shell: &Shell) -> PageStore {
    PageStore::local(shell.page.window())
}
