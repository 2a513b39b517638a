//! What would serve the old page again: found, and taken out of the way as far as the core says.

use super::network::{Body, Network};
use super::repair::set_aside;
use super::store::{QUARANTINE, Store};
use crate::core::refresh::{Refresh, Serving, Step, Way, is_other_build, kept_at, next_step};
use crate::core::storage::PoisonedEntry;
use crate::shell::clock::{self, pause, within};
use crate::shell::promise::settled;
use crate::shell::state::Shell;
use crate::shell::web::{Registration, WorkerNavigator, Workers, present};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Headers, Response, ResponseInit};

/// Old copies that are renewed.
const MOST_COPIES: usize = 8;
/// The network has answered by then, or it is as if there were nothing to compare with.
const NETWORK_MS: f64 = 6_000.0;
/// The browser answers a question about workers within this, or nobody waits for it.
const ANSWER_MS: f64 = 1_500.0;
/// The same of a question whether there is a newer worker: Chromium answers it together with the one that it asks by itself, some two seconds after a
/// page was opened.
const UPDATED_MS: f64 = 4_000.0;
/// How often it is looked whether a worker has been installed, or has taken over, and when.
const LOOKS: u32 = 60;
const LOOK_MS: f64 = 50.0;

/// Takes out of the way what the core says, step by step.
pub async fn make_way(shell: &'static Shell, refresh: Refresh) -> Result<Way, JsValue> {
    let mut way = Way::default();
    let Some(workers) = workers(shell) else { return Ok(way) };
    let Some(registration) = answer(shell, ANSWER_MS, &workers.registration()?).await else { return Ok(way) };
    let registration: Registration = registration.unchecked_into();
    let network = Network::new(shell)?;
    clock::after(shell, NETWORK_MS, network.end());
    let places = kept_at(&shell.page.address().0, &registration.scope().unwrap_or_default());
    let mut taken = Vec::new();
    loop {
        let copies = old_copies(shell, &network, &places).await.unwrap_or_default();
        let serving = Serving { worker: true, old_copies: !copies.is_empty() };
        let Some(step) = next_step(refresh, serving, &taken) else { break };
        taken.push(step);
        match step {
            Step::TakeOver => way.took_over = take_over(shell, &workers, &registration).await.unwrap_or(false),
            Step::Renew => {
                for copy in &copies {
                    way.renewed |= renew(shell, copy).await.is_ok();
                }
            }
            Step::Unregister => {
                let gone = answer(shell, ANSWER_MS, &registration.unregister()?).await;
                way.unregistered = gone.is_some_and(|gone| gone.is_truthy());
            }
        }
    }
    // Without caches there is nothing to forget.
    let _ = network.forget().await;
    Ok(way)
}

/// What comes of a promise of the browser's, if it comes soon and is anything.
async fn answer(shell: &'static Shell, ms: f64, promise: &JsValue) -> Option<JsValue> {
    within(shell, ms, settled(promise)).await?.ok().and_then(present)
}

fn workers(shell: &Shell) -> Option<Workers> {
    shell.page.window().navigator().unchecked_into::<WorkerNavigator>().workers().ok().flatten()
}

/// Whether what the page asks for passes a worker.
pub fn has_worker(shell: &Shell) -> bool {
    workers(shell).is_some_and(|workers| workers.controller().is_object())
}

/// A worker that is updated has its time to be installed; one that waits is told to take over, in the words that most workers know.
async fn take_over(shell: &'static Shell, workers: &Workers, registration: &Registration) -> Result<bool, JsValue> {
    let before = workers.controller();
    answer(shell, UPDATED_MS, &registration.update()?).await;
    let mut told = false;
    for _ in 0..LOOKS {
        if workers.controller() != before {
            return Ok(true);
        }
        if !told {
            if let Some(waiting) = registration.waiting() {
                let message = Object::new();
                Reflect::set(&message, &"type".into(), &"SKIP_WAITING".into())?;
                waiting.post_message(&message)?;
                told = true;
            } else if registration.installing().is_none() {
                break;
            }
        }
        pause(shell, LOOK_MS).await;
    }
    Ok(false)
}

/// A copy of the page that the network no longer has, and what it has.
struct OldCopy {
    entry: PoisonedEntry,
    text: String,
    headers: Headers,
}

/// Compares what Cache Storage holds at these places with the network's own documents.
async fn old_copies(shell: &Shell, network: &Network, places: &[String]) -> Result<Vec<OldCopy>, JsValue> {
    let store = Store::of(shell)?;
    let mut old: Vec<OldCopy> = Vec::new();
    let names = store.names().await?;
    for place in places {
        let mut known = None;
        for cache in names.iter().filter(|name| *name != QUARANTINE) {
            let opened = store.open(cache).await?;
            for url in opened.kept_at(place).await? {
                let Some(entry) = opened.find(&url).await?.filter(|_| old.len() < MOST_COPIES) else { continue };
                let Ok(held) = Body::of(&entry).await.map(|body| body.text()) else { continue };
                if known.is_none() {
                    known = document(network, place).await.ok();
                }
                let Some((text, headers)) = known.clone() else { break };
                let is_old = held != text
                    && (is_other_build(&held, &text)
                        || document(network, place).await.is_ok_and(|again| again.0 == text));
                if is_old {
                    let entry = PoisonedEntry { cache: cache.clone(), url, why: String::new() };
                    old.push(OldCopy { entry, text, headers });
                }
            }
        }
    }
    Ok(old)
}

/// The network's own document of an address.
async fn document(network: &Network, url: &str) -> Result<(String, Headers), JsValue> {
    let answer = network.own_answer(url).await?;
    let body = Body::of(&answer).await?;
    let is_page = answer.ok() && body.is_html() && !body.is_long();
    if is_page { Ok((body.text(), answer.headers())) } else { Err("no page".into()) }
}

/// A worker that knows of nothing but its copy has one: it is the network's now.
async fn renew(shell: &Shell, OldCopy { entry, text, headers }: &OldCopy) -> Result<(), JsValue> {
    set_aside(shell, entry).await?;
    let init = ResponseInit::new();
    init.set_headers_headers(headers);
    let renewed = Response::new_with_opt_str_and_init(Some(text), &init)?;
    let cache = Store::of(shell)?.open(&entry.cache).await?;
    cache.remove(&entry.url).await?;
    cache.put(&entry.url, &renewed).await
}
