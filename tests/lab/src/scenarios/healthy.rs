//! Pages with nothing to heal: the guard must not be noticed.
use super::steps::{home, loads, no_prompt, ran_in_order};
use crate::world::World;
use anyhow::{Context, Result, bail, ensure};
use pagemend_lab::drivers::Engine;
use serde_json::{Value, json};
use std::time::Duration;

/// A task of this length or more is one that a person can feel (the Long Tasks specification's limit).
const LONG_TASK_MS: f64 = 50.0;
/// How long after its start the engine is watched: its first render check is due well within.
const WATCHED: Duration = Duration::from_secs(2);

pub async fn guarded(w: &World) -> Result<String> {
    home(w).await?;
    engine_says_content(w).await?;
    w.stays("no prompt", |look| look.prompts().is_empty() && look.credit()).await?;
    w.picture().await;
    untouched(w).await?;
    boot_alone_before_idle(w).await?;
    if w.engine == Engine::Chromium {
        let log = w.driver.browser_log().await?;
        let errors: Vec<_> = log.iter().filter(|entry| format!("{entry:?}").contains("SEVERE")).collect();
        ensure!(errors.is_empty(), "errors in the console: {errors:?}");
    }
    Ok("works; nothing but boot.js before idle".into())
}

pub async fn slow(w: &World) -> Result<String> {
    home(w).await?;
    engine_says_content(w).await?;
    w.stays("no prompt", |look| look.prompts().is_empty() && look.credit()).await?;
    w.picture().await;
    untouched(w).await?;
    Ok("works; no prompt, no reload".into())
}

pub async fn bare(w: &World) -> Result<String> {
    home(w).await?;
    w.picture().await;
    Ok("works".into())
}

/// Loads of the page: what else runs on the machine can only lengthen a task, so the shortest measurement is the true one.
const LOADS: usize = 3;

/// At four-fold CPU throttling, no long task is the guard's.
pub async fn throttled(w: &World) -> Result<String> {
    w.driver.cdp().send_raw("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await?;
    let mut worst = Vec::new();
    for _ in 0..LOADS {
        home(w).await?;
        w.see("the engine", |look| look.engine()).await?;
        tokio::time::sleep(WATCHED).await;
        w.picture().await;
        let tasks = w.script_async(LONG_TASKS).await?;
        let tasks = tasks.as_array().context("no list of long tasks")?;
        let ours = |task: &&Value| task["ours"] == true && task["duration"].as_f64().unwrap_or(0.0) > LONG_TASK_MS;
        match tasks.iter().find(ours) {
            Some(task) => worst.push(task.to_string()),
            None => return Ok(format!("no long task is the guard's ({} of the page itself)", tasks.len())),
        }
    }
    bail!("in each of {LOADS} loads a long task is the guard's: {}", worst.join(", "))
}

/// Long tasks, each with whether it is the guard's: a script of the guard ran in it, or, from the engine's first byte on, no script
/// of the page did (compiling and garbage collection belong to nobody's script, and to the engine when it is what just arrived).
const LONG_TASKS: &str = r#"
const read = (type) => new Promise((done) => {
  const seen = [];
  new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({ type, buffered: true });
  setTimeout(() => done(seen), 200);
});
const [tasks, frames] = await Promise.all([read("longtask"), read("long-animation-frame")]);
const engine = performance.getEntriesByType("resource").find((entry) => entry.name.includes("/pagemend/engine.js"));
const scripts = frames.flatMap((frame) => frame.scripts);
return tasks.map((task) => {
  const end = task.startTime + task.duration;
  const within = scripts.filter((script) => script.startTime < end && script.startTime + script.duration > task.startTime);
  const guards = within.filter((script) => script.sourceURL.includes("/pagemend/"));
  const orphan = within.length === 0 && engine && end > engine.startTime;
  return { start: task.startTime, duration: task.duration, ours: guards.some((s) => s.duration > 50) || Boolean(orphan), scripts: within.map((s) => [s.sourceURL, s.duration]) };
});
"#;

async fn engine_says_content(w: &World) -> Result<()> {
    w.see("the engine", |look| look.engine()).await?;
    w.until(
        "the verdict content",
        "window.__pagemend.engine.checkRender().then((verdict) => verdict.state === 'content')",
    )
    .await?;
    Ok(())
}

/// The guard has left no trace that a person or an operator would see.
async fn untouched(w: &World) -> Result<()> {
    no_prompt(w).await?;
    ran_in_order(w).await?;
    loads(w, 1)?;
    w.no_incident()?;
    let look = w.look().await?;
    let errors: Vec<_> = look
        .buffered()
        .as_array()
        .into_iter()
        .flatten()
        .filter(|event| event["type"] == "error" || event["type"] == "unhandledrejection")
        .collect();
    ensure!(errors.is_empty(), "errors in the page: {errors:?}");
    Ok(())
}

/// Of the guard's files nothing was asked for before the page had loaded.
async fn boot_alone_before_idle(w: &World) -> Result<()> {
    let times = w.script(
        "return { loaded: performance.getEntriesByType('navigation')[0].loadEventStart,
                  files: performance.getEntriesByType('resource').filter((e) => e.name.includes('/pagemend/')).map((e) => [e.name, e.startTime]) };",
    ).await?;
    let loaded = times["loaded"].as_f64().context("no load event")?;
    let files = times["files"].as_array().context("no resource timeline")?;
    ensure!(!files.is_empty(), "the engine is up, but the timeline knows none of its files");
    for file in files {
        ensure!(
            loaded > 0.0 && file[1].as_f64().is_some_and(|start| start >= loaded),
            "{file} was asked for before the load event at {loaded}"
        );
    }
    Ok(())
}
