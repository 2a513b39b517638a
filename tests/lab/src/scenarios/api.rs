//! Interfaces behind the page that fail, hang or lose an answer.
use super::steps::{loads, no_prompt};
use crate::world::World;
use anyhow::{Result, ensure};

pub async fn waits_and_recovers(w: &World) -> Result<String> {
    w.open("/").await?;
    w.see("the home page with its figures", |look| look.credit()).await?;
    w.picture().await;
    let state = w.server.lab.snapshot();
    ensure!(state.early_home_tries == 0, "{} tries came before Retry-After was over", state.early_home_tries);
    let tries = state.requests.iter().filter(|request| request.path.starts_with("/api/home")).count();
    ensure!(tries == 2, "the interface was asked {tries} times");
    loads(w, 1)?;
    no_prompt(w).await?;
    w.incident(&["overload"], &["recovered"]).await?;
    Ok("waits as asked, tries again, recovers".into())
}

pub async fn skeleton(w: &World) -> Result<String> {
    w.open("/").await?;
    skeleton_for_ever(w).await
}

pub async fn expired_skeleton(w: &World) -> Result<String> {
    w.open("/?ticket=expired").await?;
    skeleton_for_ever(w).await
}

async fn skeleton_for_ever(w: &World) -> Result<String> {
    w.stays("the skeleton", |look| look.skeleton() && !look.credit() && look.complete()).await?;
    w.picture().await;
    Ok("skeleton for ever, not a word".into())
}

/// The posts of the submission: how many, and their idempotency keys.
fn submissions(w: &World) -> Vec<Option<String>> {
    let state = w.server.lab.snapshot();
    let posts =
        state.requests.into_iter().filter(|request| request.method == "POST" && request.path == "/api/loan/submit");
    posts.map(|request| request.idempotency_key).collect()
}

pub async fn booked_once(w: &World) -> Result<String> {
    w.submit().await?;
    w.see("the page that names the booking", |look| look.url().starts_with("/done")).await?;
    w.until("the booking's number", "document.querySelector('[data-t=booking]')?.innerText").await?;
    w.picture().await;
    let bookings = w.server.lab.snapshot().bookings;
    ensure!(bookings.len() == 1, "booked {} times", bookings.len());
    let keys = submissions(w);
    ensure!(
        keys.iter().all(|key| key.is_some() && key == &keys[0]),
        "the posts do not carry one idempotency key: {keys:?}"
    );
    loads(w, 1)?;
    let incident = w.incident(&["overload", "api"], &["recovered"]).await?;
    ensure!(incident.step == "verify", "the step is {:?}", incident.step);
    Ok("sent again with the same key; booked exactly once".into())
}

pub async fn booked_twice(w: &World) -> Result<String> {
    w.submit().await?;
    w.see("the words that it failed", |look| look.toast().contains("提交失败")).await?;
    w.picture().await;
    w.tap("[data-t=submit]").await?;
    w.until_server("the second booking", |state| state.bookings.len() == 2).await?;
    Ok("told that it failed; a second press books twice".into())
}

pub async fn overdue(w: &World) -> Result<String> {
    w.open("/").await?;
    let prompt = w.prompt(&["service", "network"]).await?;
    w.picture().await;
    let verdict = w.script_async("return await window.__pagemend.engine.checkRender();").await?;
    ensure!(verdict["state"] == "loading" && verdict["overdue"] == true, "the verdict is {verdict}");
    ensure!(
        prompt.kind == "service" && prompt.text.contains("额度服务"),
        "the prompt does not name the service: {prompt:?}"
    );
    ensure!(prompt.choices.iter().any(|choice| choice == "retry"), "the prompt offers no retry: {prompt:?}");
    let help = prompt.choices.iter().any(|choice| choice == "help") || prompt.text.contains("400-800-1234");
    ensure!(help, "the prompt offers no help: {prompt:?}");
    // The button first: once the server is healed, a try that hangs there is answered and needs no button.
    let asked = |state: &pagemend_server::LabState| {
        state.requests.iter().filter(|request| request.path.starts_with("/api/home")).count()
    };
    let before = asked(&w.server.lab.snapshot());
    w.choose("retry").await?;
    w.until_server("another try at once", |state| asked(state) > before).await?;
    w.server.lab.heal();
    w.see("the home page after the button", |look| look.credit() && look.prompts().is_empty()).await?;
    w.incident(&["api", "overload", "network"], &["recovered"]).await?;
    Ok("loading, overdue; prompt names the service, its button recovers".into())
}
