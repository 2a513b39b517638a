//! Damage on the device: local storage and Cache Storage.
use super::steps::{self, home, no_prompt};
use crate::world::World;
use anyhow::{Context, Result, ensure};
use serde_json::json;

const BROKEN: &str = r#"{"creditLine":50000,"avail"#;
const DRAFT: &str = r#"{"name":"欧阳晓岚","idcard":"","phone":"","amount":"3000","term":6,"agreed":true}"#;

/// Begins as JSON does, and never was any.
const LOG: &str = "[INFO] opened";

/// Puts the damage there before the application runs.
async fn corrupt(w: &World) -> Result<()> {
    w.open("/lab/blank").await?;
    let put = format!(
        "localStorage.setItem('loan:home-cache', {}); localStorage.setItem('loan:draft', {}); localStorage.setItem('log', {});",
        json!(BROKEN),
        json!(DRAFT),
        json!(LOG)
    );
    w.script(&put).await?;
    Ok(())
}

pub async fn repaired(w: &World) -> Result<String> {
    corrupt(w).await?;
    home(w).await?;
    w.picture().await;
    no_prompt(w).await?;
    let loads = w.loads();
    ensure!(loads <= 2, "the page was loaded {loads} times");
    w.incident(&["cache-damaged"], &["recovered"]).await?;
    let state = w.script(
        "const copies = Object.keys(localStorage).filter((key) => key.startsWith('pagemend:quarantine:')).map((key) => localStorage.getItem(key));
         return { copies, draft: localStorage.getItem('loan:draft'), log: localStorage.getItem('log'), cache: localStorage.getItem('loan:home-cache') };",
    ).await?;
    let copies = state["copies"].as_array().context("no storage")?;
    // A copy may be wrapped into JSON with a date, which escapes its quotes.
    let escaped = json!(BROKEN).to_string();
    let holds = |copy: &str| copy.contains(BROKEN) || copy.contains(escaped.trim_matches('"'));
    ensure!(
        copies.iter().any(|copy| copy.as_str().is_some_and(holds)),
        "no copy of the damaged entry was set aside: {copies:?}"
    );
    ensure!(copies.len() == 1, "more than the damaged entry was set aside: {copies:?}");
    ensure!(state["draft"] == DRAFT, "the draft is {}", state["draft"]);
    ensure!(state["log"] == LOG, "a text that is nobody's damage is {}", state["log"]);
    let entry = state["cache"].as_str();
    ensure!(
        entry.is_none_or(|text| serde_json::from_str::<serde_json::Value>(text).is_ok()),
        "the entry is still damaged: {entry:?}"
    );
    Ok("a copy set aside, the entry repaired; draft intact".into())
}

pub async fn white(w: &World) -> Result<String> {
    corrupt(w).await?;
    steps::white(w).await
}

/// The service worker keeps HTML where the entry script should be. All of it is done from an empty page, so that neither the
/// browser's memory nor its HTTP cache holds the real script: what a borrower's browser is like on the next day.
async fn poison(w: &World) -> Result<()> {
    w.open("/lab/blank").await?;
    w.script_async("await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready;").await?;
    w.until("the service worker is in charge", "navigator.serviceWorker.controller !== null").await?;
    w.script_async(
        "const html = await (await fetch('/')).text();
         const entry = html.match(/\\/assets\\/index-[^\"']*\\.js/)[0];
         const cache = await caches.open('loan-assets');
         await cache.put(entry, new Response('<!doctype html><title>系统维护中</title>', { headers: { 'Content-Type': 'text/html' } }));",
    ).await?;
    Ok(())
}

pub async fn evicted(w: &World) -> Result<String> {
    poison(w).await?;
    let before = w.loads();
    home(w).await?;
    w.picture().await;
    w.incident(&["cache-damaged", "resource"], &["recovered"]).await?;
    // Gone, or replaced by the real script.
    w.until(
        "the entry is evicted",
        "await (async () => {
           const cache = await caches.open('loan-assets');
           for (const request of await cache.keys()) {
             if (!/\\/assets\\/index-[^/]*\\.js$/.test(request.url)) continue;
             if ((await (await cache.match(request)).text()).startsWith('<')) return false;
           }
           return true;
         })()",
    )
    .await?;
    let loads = w.loads() - before;
    ensure!(loads <= 2, "the page was loaded {loads} times");
    no_prompt(w).await?;
    Ok("entry evicted, page recovers".into())
}

pub async fn poisoned_white(w: &World) -> Result<String> {
    poison(w).await?;
    steps::white(w).await
}
