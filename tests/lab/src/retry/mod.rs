//! The retry suite: one page a row, each with one resource or call that fails in one way, in real browsers.
mod judge;
mod page;
mod row;
mod rows;

use crate::drivers::{Engine, go};
use crate::lanes::{self, Browser, COMMAND, Walk};
use crate::site::{Cors, DIST, Files, Part, Site, read, root};
use anyhow::{Context, Result, bail, ensure};
pub use judge::Judge;
use page::page;
use row::Row;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep, timeout};

const POLL: Duration = Duration::from_millis(50);
/// For [`Plan::stays`] where it is what is asked.
pub const STAYS: Duration = Duration::from_millis(600);

pub struct Plan {
    pub engines: Vec<Engine>,
    /// `*` stands for any text; none: all.
    pub names: Vec<String>,
    pub judge: Judge,
    pub repeat: usize,
    pub jobs: usize,
    /// How long what holds must stay so: nothing runs twice, nothing is asked for again.
    pub stays: Duration,
}

pub struct Done {
    engine: Engine,
    row: &'static Row,
    seconds: f64,
    error: Option<String>,
    /// Requests that arrived anywhere.
    pub requests: usize,
    /// From the first failure of a script to the next script that runs, where there are both.
    pub healed_ms: Option<f64>,
}

impl Done {
    pub fn name(&self) -> &'static str {
        self.row.name
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub fn right(&self) -> bool {
        self.error.is_none()
    }
}

pub fn known(names: &[String]) -> Result<()> {
    lanes::known(names, rows::all().map(|row| row.name), "retry")
}

pub async fn run(plan: &Plan) -> Result<Vec<Done>> {
    let retry = Retry { judge: plan.judge, stays: plan.stays, files: Arc::new(files(plan.judge)?) };
    lanes::walk_engines(&retry, &plan.engines.repeat(plan.repeat), plan.jobs, |engine| {
        rows::all()
            .filter(|row| lanes::among(&plan.names, row.name))
            .filter(move |row| plan.judge.walks(row) && !row.not_in.contains(&engine))
    })
    .await
}

#[derive(Clone)]
struct Retry {
    judge: Judge,
    stays: Duration,
    files: Files,
}

impl Walk for Retry {
    type Item = &'static Row;
    type Done = Done;

    /// Who is measured beside others is not asked twice.
    fn again(&self, done: &Done) -> Option<(&'static str, &'static Row)> {
        (self.judge == Judge::Pagemend && !done.right()).then_some((done.row.name, done.row))
    }

    async fn walk(&self, browser: &mut Browser, row: &'static Row) -> Result<Done> {
        let driver = browser.driver().await?;
        let started = Instant::now();
        let mut done = Done { engine: browser.engine, row, seconds: 0.0, error: None, requests: 0, healed_ms: None };
        let outcome = walk(&driver, (self.judge, self.stays), &self.files, &mut done).await;
        done.error = outcome.err().map(|e| format!("{e:#}"));
        done.seconds = started.elapsed().as_secs_f64();
        done.progress(self.judge);
        if done.error.is_some() && self.judge == Judge::Pagemend {
            browser.restart().await?;
        }
        Ok(done)
    }
}

fn files(judge: Judge) -> Result<HashMap<&'static str, Vec<u8>>> {
    let ours = matches!(judge, Judge::None | Judge::Pagemend);
    read(&root().join(if ours { DIST } else { "tests/bench/peers/node_modules" }), judge.files())
}

async fn walk(driver: &WebDriver, (judge, stays): (Judge, Duration), files: &Files, done: &mut Done) -> Result<()> {
    let row = done.row;
    let parts = [
        Part { name: "page", routes: row.page, cors: Cors::Nobody },
        Part { name: "backup", routes: row.backup, cors: Cors::All },
    ];
    let site = Site::open(&parts, files.clone(), false).await?;
    site.serve(page(row, &site, judge, files), (!row.csp.is_empty()).then(|| site.written(row.csp)));
    go(driver, site.url("page")).await.context("the page was not opened")?;
    if row.manifest && done.engine == Engine::Chromium {
        driver.cdp().send_raw("Page.getAppManifest", json!({})).await?;
    }
    let outcome = holds(driver, row, &site.written(row.check), (judge.patience(), stays)).await;
    done.healed_ms = healed_ms(driver).await;
    let asked = site.asked();
    done.requests = asked.len();
    let log: Vec<String> = asked.iter().map(|a| format!("{} {} {}", a.method, a.origin, a.path)).collect();
    go(driver, "about:blank").await.context("the page cannot be left")?;
    outcome.with_context(|| format!("asked for: {}", log.join(", ")))?;
    for (origin, path, least, most) in row.asked {
        let times = asked.iter().filter(|a| a.origin == *origin && a.path == *path && a.method != "OPTIONS").count();
        ensure!(
            (*least..=*most).contains(&times),
            "{path} was asked of the {origin} origin {times} times; asked for: {}",
            log.join(", ")
        );
    }
    ensure!(asked.len() <= row.most, "{} requests, at most {} are allowed", asked.len(), row.most);
    if row.one_key {
        let keys: Vec<_> = asked.iter().filter_map(|a| a.header("idempotency-key")).collect();
        ensure!(keys.len() > 1 && keys.iter().all(|key| *key == keys[0]), "keys were {keys:?}");
    }
    Ok(())
}

async fn healed_ms(driver: &WebDriver) -> Option<f64> {
    let script = "return typeof failedAt == 'number' && typeof ranAt == 'number' ? ranAt - failedAt : null";
    timeout(COMMAND, driver.execute(script, Vec::<Value>::new())).await.ok()?.ok()?.json().as_f64()
}

/// Waits until the row's expression has its value, and then for a while that it keeps it.
async fn holds(driver: &WebDriver, row: &Row, check: &str, (patience, stays): (Duration, Duration)) -> Result<()> {
    let script = format!(
        "return [performance.timeOrigin, JSON.stringify((() => {{ try {{ return {check}; }} catch (e) {{ return String(e); }} }})())];"
    );
    let give_up = Instant::now() + patience;
    let (mut since, mut document) = (None, Value::Null);
    let mut last;
    loop {
        match timeout(COMMAND, driver.execute(&script, Vec::<Value>::new())).await {
            Ok(Ok(value)) => {
                last = value.json()[1].as_str().unwrap_or("undefined").to_string();
                let before = std::mem::replace(&mut document, value.json()[0].clone());
                if row.reloads && document != before {
                    since = None;
                }
            }
            // Between two documents there is nobody to ask.
            Ok(Err(_)) if row.reloads => {
                since = None;
                last = "undefined".into();
            }
            Ok(Err(error)) => last = format!("{error}"),
            Err(_) => bail!("the browser does not answer"),
        }
        if last == row.want {
            if since.get_or_insert_with(Instant::now).elapsed() >= stays {
                return Ok(());
            }
        } else if since.take().is_some() {
            bail!("it was {} and is {last}", row.want);
        }
        ensure!(Instant::now() < give_up, "it is {last}, not {}", row.want);
        sleep(POLL).await;
    }
}

impl Done {
    fn progress(&self, judge: Judge) {
        let mark = match (&self.error, judge == Judge::Pagemend) {
            (None, true) => "ok  ",
            (Some(_), true) => "FAIL",
            (None, false) => "holds  ",
            (Some(_), false) => "does not",
        };
        let text = self.error.as_deref().unwrap_or(self.row.title);
        let healed = self.healed_ms.map_or(String::new(), |ms| format!("  healed in {ms:.1} ms"));
        eprintln!("  {mark} {:<8} {:<34} {:>5.1} s  {text}{healed}", self.engine.name(), self.row.name, self.seconds);
    }

    fn json(&self) -> Value {
        json!({
            "engine": self.engine.name(),
            "scenario": self.row.name,
            "title": self.row.title,
            "ok": self.error.is_none(),
            "error": self.error,
            "seconds": (self.seconds * 10.0).round() / 10.0,
        })
    }
}

/// Without the guard nothing is promised: what holds then needs none, and the rest is the contrast.
pub fn json(all: &[Done], judge: Judge, seconds: f64) -> Value {
    let failed = all.iter().filter(|done| done.error.is_some()).count();
    json!({
        "ok": (failed == 0 || judge != Judge::Pagemend) && !all.is_empty(),
        "summary": {"scenarios": rows::all().count(), "passed": all.len() - failed, "failed": failed, "seconds": seconds.round()},
        "rows": all.iter().map(Done::json).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_name_of_its_own_and_wants_json() {
        for (n, row) in rows::all().enumerate() {
            assert!(rows::all().take(n).all(|other| other.name != row.name), "{}", row.name);
            assert!(serde_json::from_str::<Value>(row.want).is_ok(), "{}", row.name);
            assert!(serde_json::from_str::<Value>(row.config).is_ok_and(|v| v.is_object()), "{}", row.name);
        }
    }
}
