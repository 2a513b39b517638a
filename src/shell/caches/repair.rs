//! The repair: copies of damaged entries are set aside, then the entries are removed.

use super::network::Body;
use super::store::{QUARANTINE, Store};
use crate::core::storage::{PoisonedEntry, RepairDone};
use crate::shell::clock;
use crate::shell::promise::{Deferred, settled};
use crate::shell::state::Shell;
use crate::shell::task;
use futures_util::future::select;
use std::pin::pin;
use wasm_bindgen::prelude::*;
use web_sys::{RequestCache, RequestInit, Response, ResponseInit};

/// Files that are asked for again.
const MOST_RENEWED: usize = 12;
/// The longest time that a repair waits for them.
const RENEWED_WITHIN_MS: f64 = 3_000.0;

/// Copies each entry, then removes it; without a copy nothing is removed.
pub async fn run(shell: &'static Shell, entries: &[PoisonedEntry], done: &mut RepairDone) {
    let mut gone: Vec<&str> = Vec::new();
    for entry in entries {
        if set_aside(shell, entry).await.is_err() {
            done.failed += 1;
            continue;
        }
        done.copied += 1;
        if !remove(shell, entry).await.unwrap_or(false) {
            done.failed += 1;
            continue;
        }
        done.removed += 1;
        if !gone.contains(&entry.url.as_str()) {
            gone.push(&entry.url);
        }
    }
    // The HTTP cache behind it most often holds the same.
    let urls: Vec<String> = gone.into_iter().take(MOST_RENEWED).map(String::from).collect();
    let Deferred { promise, ends } = Deferred::new();
    // By itself, to its end: what is not read to its end is not cached.
    task::spawn(shell, async move {
        task::all(urls.iter().map(|url| renew(shell, url))).await;
        ends.resolve(&JsValue::UNDEFINED);
    });
    select(settled(&promise), pin!(clock::pause(shell, RENEWED_WITHIN_MS))).await;
}

pub async fn set_aside(shell: &Shell, entry: &PoisonedEntry) -> Result<(), JsValue> {
    let store = Store::of(shell)?;
    let held = store.find(&entry.cache, &entry.url).await?.ok_or("no entry")?;
    let aside = store.open(QUARANTINE).await?;
    // Under an address of its own, because workers that ask all caches at once would be answered with the copy.
    let to = format!("/{QUARANTINE}/{}", js_sys::encode_uri_component(&entry.url));
    if aside.keep(&to, &held.clone()?).await.is_err() {
        // Only of what cannot be read there is nothing more to copy; where there is no room the entry stays.
        if Body::of(&held.clone()?).await.is_ok() {
            return Err("no room for a copy".into());
        }
        aside.keep(&to, &without_body(&held)?).await?;
    }
    Ok(())
}

/// A body that cannot be read cannot be copied: its status and headers are what is left of it.
fn without_body(answer: &Response) -> Result<Response, JsValue> {
    let init = ResponseInit::new();
    init.set_status(answer.status());
    init.set_status_text(&answer.status_text());
    init.set_headers_headers(&answer.headers());
    Response::new_with_opt_str_and_init(None, &init)
}

/// Whether it was still there.
async fn remove(shell: &Shell, entry: &PoisonedEntry) -> Result<bool, JsValue> {
    Store::of(shell)?.open(&entry.cache).await?.remove(&entry.url).await
}

/// Replaces what the HTTP cache holds; a body that breaks off is of no matter.
async fn renew(shell: &Shell, url: &str) -> Result<(), JsValue> {
    let init = RequestInit::new();
    init.set_cache(RequestCache::Reload);
    let answer = shell.page.fetch(&url.into(), &init).await?;
    let bytes = answer.array_buffer()?;
    settled(&bytes).await.map(drop)
}
