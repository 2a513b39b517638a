//! The network's own answer, which no worker and no cache on the way had a hand in, and the text of an answer.

use super::query::QUERY;
use super::store::Store;
use crate::core::{number, storage};
use crate::shell::clock;
use crate::shell::promise::settled;
use crate::shell::state::Shell;
use crate::shell::web;
use js_sys::JsString;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, RequestCache, RequestInit, Response};

/// Files that are fetched in one scan.
const MOST_COMPARED: u32 = 12;
/// Longer files, in UTF-16 units, are not compared.
const MOST_TEXT: u32 = 1 << 20;

/// What is asked of the network in one scan.
pub struct Network {
    shell: &'static Shell,
    stop: AbortController,
    compared: Cell<u32>,
    /// Addresses asked for with the query in them, which a worker may have kept.
    asked: RefCell<Vec<String>>,
}

impl Network {
    pub fn new(shell: &'static Shell) -> Result<Network, JsValue> {
        let stop = AbortController::new()?;
        Ok(Network { shell, stop, compared: Cell::default(), asked: RefCell::default() })
    }

    /// What ends all that is asked, now and later on.
    pub fn end(&self) -> impl FnOnce() + 'static {
        let stop = self.stop.clone();
        move || stop.abort()
    }

    /// Whether one more file may be fetched, which then counts.
    pub fn may_compare(&self) -> bool {
        let compared = self.compared.get();
        self.compared.set(compared.saturating_add(1));
        compared < MOST_COMPARED
    }

    pub async fn ask(&self, url: &str, cache: RequestCache) -> Result<Response, JsValue> {
        let init = RequestInit::new();
        init.set_cache(cache);
        init.set_signal(Some(&self.stop.signal()));
        let answer = self.shell.page.fetch(&url.into(), &init).await?;
        // What a page has put in the place of `fetch` may answer with nothing at all.
        if answer.is_object() { Ok(answer) } else { Err(answer.into()) }
    }

    /// The network's own answer for this address.
    pub async fn own_answer(&self, url: &str) -> Result<Response, JsValue> {
        let asked = past_caches(url);
        if let Ok(mut all) = self.asked.try_borrow_mut() {
            all.push(asked.clone());
        }
        self.ask(&asked, RequestCache::Reload).await
    }

    /// A worker that keeps what passes it has kept the questions, too.
    pub async fn forget(&self) -> Result<(), JsValue> {
        forget(self.shell, &self.asked.take()).await
    }
}

/// The address with a query that nobody has kept.
pub fn past_caches(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let joint = if url.contains('?') { '&' } else { '?' };
    let once = number::to_u64(clock::random(1e15));
    format!("{url}{joint}{QUERY}{once}")
}

/// Takes what a worker may have kept under these addresses away.
pub async fn forget(shell: &Shell, asked: &[String]) -> Result<(), JsValue> {
    if asked.is_empty() {
        return Ok(());
    }
    let store = Store::of(shell)?;
    for name in store.names().await? {
        let cache = store.open(&name).await?;
        for url in asked {
            cache.remove(url).await?;
        }
    }
    Ok(())
}

/// The text of an answer. It stays with the browser until it must be walked (`is_cut`): the module's own memory never shrinks again.
#[derive(PartialEq, Eq)]
pub struct Body(JsString);

impl Body {
    /// Fails where it breaks off, and where it was damaged on the disk.
    pub async fn of(answer: &Response) -> Result<Body, JsValue> {
        let text = answer.text()?;
        settled(&text).await?.dyn_into().map(Body)
    }

    /// That of a good answer, unless it is HTML or too long.
    pub async fn of_code(answer: &Response) -> Result<Option<Body>, JsValue> {
        let length = web::header(answer, "content-length").parse().ok();
        if !answer.ok() || length.is_some_and(|length: u64| length > u64::from(MOST_TEXT)) {
            return Ok(None);
        }
        let body = Body::of(answer).await?;
        Ok((!body.is_html() && !body.is_long()).then_some(body))
    }

    pub fn text(&self) -> String {
        String::from(&self.0)
    }

    pub fn is_long(&self) -> bool {
        self.0.length() > MOST_TEXT
    }

    pub fn is_html(&self) -> bool {
        // As much of it as tells `<!--` from `<`.
        storage::is_html(&String::from(self.0.trim().slice(0, 4)))
    }

    pub fn is_cut(&self) -> bool {
        storage::is_cut(&String::from(&self.0))
    }
}
