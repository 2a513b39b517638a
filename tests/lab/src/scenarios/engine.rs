//! The guard's own engine does not come, or may not run.
use super::steps::{home, loads, no_prompt, ran_in_order};
use super::storage;
use crate::world::World;
use anyhow::{Result, ensure};
use pagemend_server::Origin;

/// The page's own fault is half a JSON in storage, which only the engine can repair.
pub async fn from_fallback(w: &World) -> Result<String> {
    storage::repaired(w).await?;
    let state = w.server.lab.snapshot();
    let served = |file: &str| {
        state.requests.iter().any(|request| {
            request.origin == Origin::Backup && request.path.contains(file) && request.status == Some(200)
        })
    };
    ensure!(served("/pagemend/engine.js"), "the backup origin did not serve engine.js");
    ensure!(served(".wasm") || served("/pagemend/plain.js"), "the backup origin served neither the wasm nor plain.js");
    Ok("engine from the fallback; the page's fault is healed".into())
}

/// What only the engine can repair, without WebAssembly.
pub async fn as_plain_javascript(w: &World) -> Result<String> {
    storage::repaired(w).await?;
    let state = w.server.lab.snapshot();
    let asked = |file: &str| state.requests.iter().any(|request| request.path.ends_with(file));
    ensure!(asked("/pagemend/plain.js"), "plain.js was not asked for");
    ensure!(!asked(".wasm"), "the wasm was asked for, though the page may not run it");
    Ok("the engine runs as plain JavaScript; the page's fault is healed".into())
}

pub async fn boot_recovers(w: &World) -> Result<String> {
    home(w).await?;
    w.picture().await;
    ran_in_order(w).await?;
    loads(w, 1)?;
    w.incident(&["resource"], &["recovered"]).await?;
    no_prompt(w).await?;
    ensure!(w.look().await?.last_resort().is_none(), "the last-resort prompt stands before a page that works");
    Ok("boot.js recovers the page; the engine, as plain JavaScript, tells of it".into())
}

pub async fn last_resort(w: &World) -> Result<String> {
    w.open("/").await?;
    let look = w.see("the last-resort prompt", |look| look.last_resort().is_some()).await?;
    w.picture().await;
    let text = look.last_resort().unwrap_or_default();
    ensure!(text.contains("重新加载"), "the last-resort prompt has no way to reload: {text}");
    let incident = w.incident(&["blocked-by-policy", "resource"], &["prompted"]).await?;
    ensure!(
        !incident.reference.is_empty() && text.contains(&incident.reference),
        "the prompt does not show the reference code {:?}: {text}",
        incident.reference
    );
    w.server.lab.heal();
    w.tap("#pagemend-last-resort button").await?;
    w.see("the home page after the button", |look| look.credit()).await?;
    Ok("last-resort prompt; its button works once healed".into())
}
