//! Cache Storage, each answer of which may be a failure.

use crate::shell::promise::settled;
use crate::shell::state::Shell;
use crate::shell::web::{Caches, OpenCache, property};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{CacheQueryOptions, Response};

/// Where copies of damaged entries are kept.
pub const QUARANTINE: &str = "pagemend:quarantine";

/// All caches of this origin.
pub struct Store(Caches);

impl Store {
    /// Fails in some private modes, and outside of secure contexts.
    pub fn of(shell: &Shell) -> Result<Store, JsValue> {
        let caches = shell.page.window().caches()?;
        if caches.is_object() { Ok(Store(caches.unchecked_into())) } else { Err("no Cache Storage".into()) }
    }

    pub async fn names(&self) -> Result<Vec<String>, JsValue> {
        let names: Array = settled(&self.0.try_keys()?).await?.unchecked_into();
        Ok(names.iter().filter_map(|name| name.as_string()).collect())
    }

    /// The entry of an address in one of the caches, without making that cache where it is not.
    pub async fn find(&self, cache: &str, url: &str) -> Result<Option<Response>, JsValue> {
        let options = any();
        options.set_cache_name(cache);
        settled(&self.0.try_match(url, &options)?).await.map(response)
    }

    /// Whether there was such a cache.
    pub async fn drop_cache(&self, cache: &str) -> Result<bool, JsValue> {
        settled(&self.0.try_delete(cache)?).await.map(|dropped| dropped.is_truthy())
    }

    /// Makes it where it is not.
    pub async fn open(&self, cache: &str) -> Result<Opened, JsValue> {
        let cache = settled(&self.0.try_open(cache)?).await?;
        Ok(Opened(cache.unchecked_into()))
    }
}

/// One of the caches.
pub struct Opened(OpenCache);

impl Opened {
    /// All that is in it, as requests.
    pub async fn keys(&self) -> Result<Array, JsValue> {
        settled(&self.0.try_keys()?).await.map(JsCast::unchecked_into)
    }

    pub async fn find(&self, url: &str) -> Result<Option<Response>, JsValue> {
        settled(&self.0.try_match(url, &any())?).await.map(response)
    }

    pub async fn put(&self, url: &str, answer: &Response) -> Result<(), JsValue> {
        settled(&self.0.try_put(url, answer)?).await.map(drop)
    }

    /// Puts it there, and finds it again. Where WebKit keeps nothing on disk, as in a private window, a cache that no page has had open for a moment has lost
    /// its entries, and drops without a word what is put in the place of one; it takes it once the old one is removed (`putRecordsInStore` of WebKit's
    /// CacheStorageCache.cpp).
    pub async fn keep(&self, url: &str, answer: &Response) -> Result<Response, JsValue> {
        self.put(url, &answer.clone()?).await?;
        if let Some(kept) = self.find(url).await? {
            return Ok(kept);
        }
        self.remove(url).await?;
        self.put(url, answer).await?;
        self.find(url).await?.ok_or_else(|| "no copy".into())
    }

    /// The addresses of entries at this one, with whatever query.
    pub async fn kept_at(&self, url: &str) -> Result<Vec<String>, JsValue> {
        let options = any();
        options.set_ignore_search(true);
        let requests: js_sys::Array = settled(&self.0.try_keys_at(url, &options)?).await?.unchecked_into();
        Ok(requests.iter().filter_map(|request| property(&request, "url").as_string()).collect())
    }

    /// Whether there was such an entry.
    pub async fn remove(&self, url: &str) -> Result<bool, JsValue> {
        settled(&self.0.try_delete(url, &any())?).await.map(|removed| removed.is_truthy())
    }
}

/// `Vary: Origin` must not hide an entry from a request that is not quite the page's own.
fn any() -> CacheQueryOptions {
    let options = CacheQueryOptions::new();
    options.set_ignore_vary(true);
    options
}

fn response(found: JsValue) -> Option<Response> {
    found.is_object().then(|| found.unchecked_into())
}
