//! The harm suite: pages that nobody here wrote, and what a guard in them must not do; and a random walk over such a page.
mod act;
mod facts;
mod page;
mod records;
mod rows;
pub mod walk;

use crate::answer::Answer;
use crate::drivers::{Engine, go};
use crate::lanes::{self, Browser, COMMAND, Walk};
use crate::site::{Asked, Cors, DIST, Files, Part, Site, read, root};
use act::{Act, Person};
use anyhow::{Result, bail, ensure};
use facts::Miss;
use rows::Row;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep, timeout};

const SEEN: &str = include_str!("seen.js");
/// Generous: a row is over as soon as it holds, or as something is broken for good.
const PATIENCE: Duration = Duration::from_secs(25);
/// Without the guard many rows never hold.
const PATIENCE_WITHOUT: Duration = Duration::from_secs(4);
const POLL: Duration = Duration::from_millis(100);

pub struct Plan {
    pub engines: Vec<Engine>,
    /// `*` stands for any text; none: all.
    pub names: Vec<String>,
    pub guarded: bool,
    pub repeat: usize,
    pub jobs: usize,
    /// The folder of the guard's files; none: as they were built last.
    pub dist: Option<PathBuf>,
}

pub struct Done {
    engine: Engine,
    row: &'static Row,
    seconds: f64,
    error: Option<String>,
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
    for name in names {
        ensure!(rows::all().any(|row| lanes::matches(name, row.name)), "no row of the harm suite is called {name}");
    }
    Ok(())
}

pub async fn run(plan: &Plan) -> Result<Vec<Done>> {
    let screen = lanes::screen(&plan.engines)?;
    let harm = Harm { guarded: plan.guarded, files: files(plan.dist.as_deref())? };
    let mut all = Vec::new();
    for _ in 0..plan.repeat {
        for engine in &plan.engines {
            let chosen = rows::all().filter(|row| lanes::among(&plan.names, row.name) && !row.not_in.contains(engine));
            let mut done = lanes::walk_all(&harm, *engine, screen.as_ref(), chosen, plan.jobs).await?;
            // Rows side by side slow each other down: what did not hold is walked once more, with nothing beside it, aloud.
            for one in done.iter_mut().filter(|one| plan.guarded && plan.jobs > 1 && !one.right()) {
                eprintln!("  {} {}: once more, alone", engine.name(), one.row.name);
                let again = lanes::walk_all(&harm, *engine, screen.as_ref(), std::iter::once(one.row), 1).await?;
                if let Some(again) = again.into_iter().next() {
                    *one = again;
                }
            }
            all.extend(done);
        }
    }
    Ok(all)
}

/// The guard's files of a folder, or as they were built last.
fn files(dist: Option<&Path>) -> Result<Files> {
    let dist = dist.map_or_else(|| root().join(DIST), Path::to_path_buf);
    let mut files = read(&dist, page::FILES)?;
    files.extend(read(&dist, page::LATER).unwrap_or_default());
    Ok(Arc::new(files))
}

#[derive(Clone)]
struct Harm {
    guarded: bool,
    files: Files,
}

impl Walk for Harm {
    type Item = &'static Row;
    type Done = Done;

    async fn walk(&self, browser: &mut Browser, row: &'static Row) -> Result<Done> {
        if row.fresh {
            browser.renew().await?;
        }
        let driver = browser.driver().await?;
        let started = Instant::now();
        let outcome = self.walk_row(&driver, row).await;
        let done = Done {
            engine: browser.engine,
            row,
            seconds: started.elapsed().as_secs_f64(),
            error: outcome.err().map(|error| format!("{error:#}")),
        };
        done.progress(self.guarded);
        if done.error.is_some() {
            browser.restart().await?;
        } else if row.fresh {
            browser.renew().await?;
        } else {
            left(&driver).await?;
        }
        Ok(done)
    }
}

/// Leaves nothing of a row to the next: its name is what a window keeps when it goes elsewhere.
async fn left(driver: &WebDriver) -> Result<()> {
    go(driver, "about:blank").await?;
    timeout(COMMAND, driver.execute("window.name = ''", Vec::<Value>::new())).await??;
    Ok(())
}

impl Harm {
    async fn walk_row(&self, driver: &WebDriver, row: &Row) -> Result<()> {
        let parts = [
            Part { name: "page", routes: row.page, cors: Cors::Nobody },
            Part { name: "backup", routes: row.backup, cors: Cors::All },
            Part { name: "collector", routes: row.collector, cors: row.cors },
        ];
        let site = Site::open(&parts, self.files.clone(), true).await?;
        site.frame(page::frame(&site, row.config, self.guarded, &self.files));
        for (part, routes) in [("page", row.page), ("collector", row.collector)] {
            if routes.iter().all(|route| route.0 != records::PATH) {
                site.change(part, records::PATH, Answer::Json("{}"));
            }
        }
        let patience = if self.guarded { PATIENCE } else { PATIENCE_WITHOUT };
        let person = Person { driver, site: &site, patience };
        person.act(Act::Open(row.start)).await?;
        for act in row.acts {
            person.act(*act).await?;
        }
        holds(&person, row, self.guarded).await
    }
}

/// Waits until all that the row asks for holds, and then for a while that it goes on to hold.
async fn holds(person: &Person<'_>, row: &Row, guarded: bool) -> Result<()> {
    let give_up = Instant::now() + person.patience + Duration::from_millis(row.stays_ms);
    let mut since = None;
    loop {
        let asked = person.site.asked();
        let missing = match look(person, row, &asked, guarded).await {
            Ok(()) => None,
            Err(Miss::NotYet(missing)) => Some(missing),
            Err(Miss::Broken(broken)) => bail!("{broken}{}", log(person, &asked).await),
        };
        match missing {
            None if since.get_or_insert_with(Instant::now).elapsed() >= Duration::from_millis(row.stays_ms) => {
                return Ok(());
            }
            None => {}
            Some(missing) => {
                since = None;
                if Instant::now() > give_up {
                    bail!("{missing}{}", log(person, &asked).await);
                }
            }
        }
        sleep(POLL).await;
    }
}

async fn look(person: &Person<'_>, row: &Row, asked: &[Asked], guarded: bool) -> Result<(), Miss> {
    if let Some(failed) = asked.iter().find(|one| one.path == "/~guard-failed")
        && guarded
    {
        return Err(Miss::Broken(format!("the guard threw into the page: {}", failed.body)));
    }
    let (mut missing, guards) = (None, person.site.asked_of_the_guard());
    for fact in row.facts {
        match fact.check(asked, guards) {
            Err(Miss::NotYet(miss)) => missing = Some(miss),
            other => other?,
        }
    }
    let check = format!("try {{ return JSON.stringify({}); }} catch (e) {{ return String(e); }}", row.check);
    let is = match person.script(&check).await {
        Ok(value) => value.as_str().unwrap_or("undefined").to_string(),
        Err(error) => format!("{error:#}"),
    };
    if is != row.want {
        return Err(Miss::NotYet(format!("{} is {is}, not {}", row.check, row.want)));
    }
    missing.map_or(Ok(()), |miss| Err(Miss::NotYet(miss)))
}

/// What helps to understand a failure: what the person is told, and what was asked of the servers.
async fn log(person: &Person<'_>, asked: &[Asked]) -> String {
    let told =
        person.script("return [told, text, location.href]").await.map_or_else(|e| format!("{e:#}"), |v| v.to_string());
    let tail = asked.len().saturating_sub(25);
    let asked: Vec<String> = asked[tail..]
        .iter()
        .map(|one| {
            let kind = if one.navigates() { " (document)" } else { "" };
            format!("{} {} {}{kind}", one.method, one.origin, one.path)
        })
        .collect();
    let records: Vec<_> = records::stored(&person.site.asked());
    format!("\n    told: {told}\n    asked ({tail} earlier): {}\n    records: {records:?}", asked.join(", "))
}

impl Done {
    fn progress(&self, guarded: bool) {
        let mark = match (&self.error, guarded) {
            (None, true) => "ok  ",
            (Some(_), true) => "FAIL",
            (None, false) => "holds   ",
            (Some(_), false) => "does not",
        };
        let text = self.error.as_deref().unwrap_or(self.row.title);
        eprintln!("  {mark} {:<8} {:<44} {:>5.1} s  {text}", self.engine.name(), self.row.name, self.seconds);
    }

    fn json(&self) -> Value {
        json!({
            "engine": self.engine.name(),
            "row": self.row.name,
            "title": self.row.title,
            "ok": self.error.is_none(),
            "error": self.error,
            "seconds": (self.seconds * 10.0).round() / 10.0,
        })
    }
}

/// Without the guard nothing is promised: what holds then needs none, and the rest is the contrast.
pub fn json(all: &[Done], guarded: bool, seconds: f64) -> Value {
    let failed = all.iter().filter(|done| done.error.is_some()).count();
    json!({
        "ok": (failed == 0 || !guarded) && !all.is_empty(),
        "summary": {"rows": rows::all().count(), "passed": all.len() - failed, "failed": failed, "seconds": seconds.round()},
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
            let start = row.start.split(['?', '#']).next();
            assert!(row.page.iter().any(|route| Some(route.0) == start), "{} does not begin anywhere", row.name);
        }
    }
}
