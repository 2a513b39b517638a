//! Caches that the page can do without are dropped, the largest first, until there is room.

use super::store::Store;
use crate::core::number;
use crate::core::storage::{RepairDone, Store as Place};
use crate::shell::promise::settled;
use crate::shell::state::Shell;
use crate::shell::{stuck, web};
use std::collections::BinaryHeap;
use wasm_bindgen::prelude::*;
use web_sys::Response;

/// Entries of one cache that are weighed.
const MOST_WEIGHED: usize = 200;

pub async fn run(shell: &Shell, names: Vec<String>, done: &mut RepairDone) {
    let Ok(store) = Store::of(shell) else { return };
    let mut caches = BinaryHeap::new();
    for name in store.names().await.unwrap_or_default() {
        if names.contains(&name) {
            caches.push((weight(&store, &name).await.unwrap_or_default(), name));
        }
    }
    while let Some((_, name)) = caches.pop() {
        if store.drop_cache(&name).await.unwrap_or(false) {
            done.removed += 1;
            if has_room(shell) {
                done.freed = true;
                return;
            }
        }
    }
}

/// Where only a database or a cache was full, one cache less is room.
fn has_room(shell: &Shell) -> bool {
    Place::ALL.iter().all(|place| stuck::of_page(shell, *place).is_none())
}

/// In bytes, as far as it can be told.
async fn weight(store: &Store, name: &str) -> Result<u64, JsValue> {
    let cache = store.open(name).await?;
    let mut bytes = 0;
    for request in cache.keys().await?.iter().take(MOST_WEIGHED) {
        let Some(url) = web::property(&request, "url").as_string() else { continue };
        let Some(entry) = cache.find(&url).await? else { continue };
        let told = web::header(&entry, "content-length").parse::<u64>();
        bytes += match told {
            Ok(told) => told,
            Err(_) => read(&entry).await.unwrap_or_default(),
        };
    }
    Ok(bytes)
}

async fn read(entry: &Response) -> Result<u64, JsValue> {
    let bytes = settled(&entry.array_buffer()?.into()).await?;
    Ok(web::property(&bytes, "byteLength").as_f64().map_or(0, number::to_u64))
}
