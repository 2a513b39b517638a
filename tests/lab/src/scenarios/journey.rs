//! Key steps of the loan journey: no network, no SMS code, an expired link, a refusal.
use super::steps::{home, loads, no_prompt};
use crate::world::World;
use anyhow::{Context, Result, ensure};
use pagemend_lab::drivers::Engine;
use serde_json::json;

/// Takes the network away, or brings it back. Chromium is told by its own DevTools. The other two offer no such command: there
/// the server cuts every connection, and what the browser would say of it (navigator.onLine and its event) is emulated by script.
async fn network(w: &World, up: bool) -> Result<()> {
    if w.engine == Engine::Chromium {
        let conditions = json!({"offline": !up, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        w.driver.cdp().send_raw("Network.enable", json!({})).await?;
        w.driver.cdp().send_raw("Network.emulateNetworkConditions", conditions).await?;
        return Ok(());
    }
    w.server.lab.offline(!up);
    let event = if up { "online" } else { "offline" };
    w.script(&format!(
        "Object.defineProperty(navigator, 'onLine', {{ configurable: true, get: () => {up} }}); window.dispatchEvent(new Event('{event}'));"
    )).await?;
    Ok(())
}

/// The plan's page is known to the browser, its figures are not.
async fn offline_at_the_plan(w: &World) -> Result<()> {
    home(w).await?;
    w.tap("[data-t=tab-repay]").await?;
    w.until("the repayment plan", "document.querySelector('[data-t=plan]') !== null").await?;
    w.tap("[data-t=tab-home]").await?;
    w.see("the home page again", |look| look.credit()).await?;
    if w.guarded {
        w.see("the engine", |look| look.engine()).await?;
    }
    network(w, false).await?;
    w.tap("[data-t=tab-repay]").await
}

pub async fn back_online(w: &World) -> Result<String> {
    offline_at_the_plan(w).await?;
    let prompt = w.prompt(&["offline", "network"]).await?;
    w.picture().await;
    ensure!(prompt.modal == "notice", "being offline is told in a {:?}, not in a notice", prompt.modal);
    ensure!(prompt.text.contains("网络"), "the notice does not speak of the network: {}", prompt.text);
    network(w, true).await?;
    w.until("the repayment plan, without a press", "document.querySelector('[data-t=plan]') !== null").await?;
    w.see("the notice has gone", |look| look.prompts().is_empty()).await?;
    loads(w, 1)?;
    w.incident(&["offline", "network"], &["recovered"]).await?;
    Ok("says so; recovers without a press when back".into())
}

pub async fn never_back(w: &World) -> Result<String> {
    offline_at_the_plan(w).await?;
    // Long enough for the browser's own second try on a new connection to have failed, too.
    w.stays("the skeleton", |look| look.skeleton()).await?;
    network(w, true).await?;
    w.stays("the skeleton, though the network is back", |look| look.skeleton() && look.toast().is_empty()).await?;
    w.picture().await;
    Ok("skeleton for ever, though the network is back".into())
}

pub async fn other_ways(w: &World) -> Result<String> {
    w.go_to_verification().await?;
    w.tap("[data-t=sms-send]").await?;
    let prompt = w.prompt(&["verification"]).await?;
    w.picture().await;
    for choice in ["voice", "human"] {
        ensure!(
            prompt.choices.iter().any(|offered| offered == choice),
            "the prompt does not offer {choice}: {prompt:?}"
        );
    }
    let asked: Vec<_> = w.server.lab.snapshot().sms_sends;
    ensure!(
        asked.iter().all(|send| send.key.is_some() && send.key == asked[0].key),
        "codes were asked for with more than one key: {asked:?}"
    );
    w.choose("voice").await?;
    w.until_server("the call with the code", |state| {
        state.sms_sends.iter().any(|send| send.channel == "voice" && send.ok)
    })
    .await?;
    let incident = w.incident(&["api", "overload"], &["prompted", "recovered"]).await?;
    ensure!(incident.step == "verify", "the step is {:?}", incident.step);
    loads(w, 1)?;
    Ok("prompt offers the voice call and human service".into())
}

pub async fn no_other_way(w: &World) -> Result<String> {
    w.go_to_verification().await?;
    w.tap("[data-t=sms-send]").await?;
    w.see("the words that it failed", |look| look.toast().contains("发送失败")).await?;
    w.picture().await;
    Ok("\"could not be sent\", and no other way".into())
}

pub async fn new_link(w: &World) -> Result<String> {
    w.open("/?ticket=expired").await?;
    w.see("the home page behind the new link", |look| look.credit() && look.url().contains("ticket=fresh")).await?;
    w.picture().await;
    no_prompt(w).await?;
    let opened = w.loads();
    ensure!(opened <= 2, "the page was loaded {opened} times");
    w.incident(&["stale-link"], &["recovered"]).await?;
    Ok("fetches the new link".into())
}

pub async fn way_on(w: &World) -> Result<String> {
    w.open("/?ticket=expired").await?;
    let prompt = w.prompt(&["link-expired"]).await?;
    w.picture().await;
    ensure!(!prompt.choices.is_empty(), "the prompt offers no way on: {prompt:?}");
    ensure!(prompt.text.contains("链接"), "the prompt does not speak of the link: {}", prompt.text);
    loads(w, 1)?;
    w.incident(&["stale-link"], &["prompted"]).await?;
    Ok("explains, and offers the way on".into())
}

pub async fn refusal_explained(w: &World) -> Result<String> {
    w.submit().await?;
    let prompt = w.prompt(&["refused"]).await?;
    w.picture().await;
    ensure!(prompt.text.contains("未能通过"), "the refusal is not explained: {}", prompt.text);
    let incident = w.incident(&["refused"], &["refused"]).await?;
    ensure!(incident.step == "verify", "the step is {:?}", incident.step);
    w.stays("the refusal", |look| look.url().starts_with("/verify")).await?;
    let state = w.server.lab.snapshot();
    let posts = state.requests.iter().filter(|request| request.path.starts_with("/api/loan/submit")).count();
    ensure!(posts == 1, "the submission was sent {posts} times");
    loads(w, 1)?;
    let healed = incident
        .timeline
        .iter()
        .find(|entry| ["retried", "repaired", "reloaded"].iter().any(|stage| entry.contains(stage)));
    ensure!(healed.is_none(), "a refusal was treated as a fault: {}", healed.context("timeline")?);
    Ok("explains; no retry, no reload, no repair".into())
}

pub async fn refusal_looks_like_a_fault(w: &World) -> Result<String> {
    w.submit().await?;
    w.see("the words that it failed", |look| look.toast().contains("请重试")).await?;
    w.picture().await;
    Ok("\"failed, please try again\", like a fault".into())
}
