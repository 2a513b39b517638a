//! The suites of pages that nobody here wrote (`harm`, `fresh`, `storage`): what a guard in them must do and must not; and a random walk over such a page.
mod act;
mod facts;
mod kill;
mod page;
mod records;
mod row;
mod rows;
pub mod walk;

use crate::answer::Answer;
use crate::drivers::{Engine, go};
use crate::lanes::{self, Browser, COMMAND, Walk};
use crate::site::{Asked, Cors, DIST, Files, Part, Site, read, root};
use act::{Act, POLL, Person};
use anyhow::{Result, bail};
use facts::Miss;
use row::Row;
pub use rows::Suite;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep, timeout};
use walk::dice::Dice;

/// Generous: a row is over as soon as it holds, or as something is broken for good.
const PATIENCE: Duration = Duration::from_secs(25);
/// Without the guard many rows never hold.
const PATIENCE_WITHOUT: Duration = Duration::from_secs(4);

pub struct Plan {
    pub suites: Vec<Suite>,
    pub engines: Vec<Engine>,
    /// `*` stands for any text; none: all.
    pub names: Vec<String>,
    pub guarded: bool,
    pub repeat: usize,
    pub jobs: usize,
    /// The folder of the guard's files; none: as they were built last.
    pub dist: Option<PathBuf>,
    /// Each row so many times more with its page killed at a random moment, and opened again.
    pub kills: u64,
    /// Of those moments.
    pub seed: u64,
}

/// A row as it is written, or with its page killed after so many milliseconds.
#[derive(Clone, Copy)]
struct Item {
    row: &'static Row,
    lives: Option<u64>,
}

pub struct Done {
    engine: Engine,
    row: &'static Row,
    seconds: f64,
    error: Option<String>,
    /// After how many milliseconds the page was killed, and what that cost.
    killed: Option<(u64, kill::Toll)>,
}

impl Done {
    pub fn name(&self) -> &'static str {
        self.row.name
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub fn right(&self) -> bool {
        self.error.is_none() && self.killed.is_none_or(|(_, toll)| toll == kill::Toll::default())
    }
}

pub fn known(names: &[String], suites: &[Suite]) -> Result<()> {
    let called: Vec<_> = suites.iter().map(|suite| suite.name()).collect();
    lanes::known(names, rows::of(suites).iter().map(|row| row.name), &called.join(" or "))
}

pub async fn run(plan: &Plan) -> Result<Vec<Done>> {
    let harm = Harm { guarded: plan.guarded, files: files(plan.dist.as_deref())? };
    lanes::walk_engines(&harm, &plan.engines.repeat(plan.repeat), plan.jobs, |engine| {
        let mut rows = rows::of(&plan.suites);
        rows.retain(|row| lanes::among(&plan.names, row.name) && !row.not_in.contains(&engine));
        let mut dice = Dice::new(plan.seed);
        let mut items: Vec<Item> = rows.iter().map(|row| Item { row, lives: None }).collect();
        for _ in 0..plan.kills {
            items.extend(rows.iter().map(|row| Item { row, lives: Some(dice.below(kill::LIVES_MS)) }));
        }
        items
    })
    .await
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
    type Item = Item;
    type Done = Done;

    fn again(&self, done: &Done) -> Option<(&'static str, Item)> {
        let item = Item { row: done.row, lives: done.killed.map(|(lives, _)| lives) };
        // What a kill has cost stays counted: a second one, at another moment of the page's, says nothing of it.
        let costly = done.killed.is_some_and(|(_, toll)| toll != kill::Toll::default());
        (self.guarded && !done.right() && !costly).then_some((done.row.name, item))
    }

    async fn walk(&self, browser: &mut Browser, Item { row, lives }: Item) -> Result<Done> {
        if row.fresh {
            browser.renew().await?;
        }
        if let Some(lives) = lives {
            return self.kill(browser, row, lives).await;
        }
        let driver = browser.driver().await?;
        let started = Instant::now();
        let outcome = self.walk_row(&driver, browser.engine, row).await;
        let done = Done {
            engine: browser.engine,
            row,
            seconds: started.elapsed().as_secs_f64(),
            error: outcome.err().map(|error| format!("{error:#}")),
            killed: None,
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
    /// The row with its page killed.
    async fn kill(&self, browser: &mut Browser, row: &'static Row, lives: u64) -> Result<Done> {
        let driver = browser.driver().await?;
        let started = Instant::now();
        let site = self.site(row).await?;
        let person = Person { driver: &driver, engine: browser.engine, site: &site, patience: PATIENCE };
        let walked = kill::walk(&person, row, Duration::from_millis(lives)).await;
        let error = walked.as_ref().err().map(|error| format!("{error:#}"));
        let toll = walked.unwrap_or_default();
        let seconds = started.elapsed().as_secs_f64();
        let done = Done { engine: browser.engine, row, seconds, error, killed: Some((lives, toll)) };
        done.progress(self.guarded);
        if done.error.is_some() {
            browser.restart().await?;
        } else {
            browser.renew().await?;
        }
        Ok(done)
    }

    async fn site(&self, row: &Row) -> Result<Site> {
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
        Ok(site)
    }

    async fn walk_row(&self, driver: &WebDriver, engine: Engine, row: &Row) -> Result<()> {
        let site = self.site(row).await?;
        let patience = if self.guarded { PATIENCE } else { PATIENCE_WITHOUT };
        let person = Person { driver, engine, site: &site, patience };
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
        let mark = match (self.right(), guarded) {
            (true, true) => "ok  ",
            (false, true) => "FAIL",
            (true, false) => "holds   ",
            (false, false) => "does not",
        };
        let text = self.error.as_deref().unwrap_or(self.row.title);
        let killed = self.killed.map(|(lives, _)| format!("killed after {lives} ms: ")).unwrap_or_default();
        eprintln!("  {mark} {:<8} {:<44} {:>5.1} s  {killed}{text}", self.engine.name(), self.row.name, self.seconds);
    }

    fn json(&self, suites: &[Suite]) -> Value {
        let of = suites.iter().filter(|suite| suite.walks(self.row)).map(|suite| suite.name());
        json!({
            "engine": self.engine.name(),
            "suites": of.collect::<Vec<_>>(),
            "row": self.row.name,
            "title": self.row.title,
            "ok": self.right(),
            "error": self.error,
            "killedAfterMs": self.killed.map(|(lives, _)| lives),
            "draftLost": self.killed.is_some_and(|(_, toll)| toll.drafts_lost),
            "halfRepair": self.killed.is_some_and(|(_, toll)| toll.half_repair),
            "seconds": (self.seconds * 10.0).round() / 10.0,
        })
    }
}

/// Without the guard nothing is promised: what holds then needs none, and the rest is the contrast.
pub fn json(all: &[Done], plan: &Plan, seconds: f64) -> Value {
    let failed = all.iter().filter(|done| !done.right()).count();
    let suites: Map<String, Value> = plan
        .suites
        .iter()
        .map(|suite| {
            let of: Vec<_> = all.iter().filter(|done| suite.walks(done.row)).collect();
            let passed = of.iter().filter(|done| done.right()).count();
            let rows = rows::of(&[*suite]).len();
            (suite.name().into(), json!({"rows": rows, "passed": passed, "failed": of.len() - passed}))
        })
        .collect();
    let tolls: Vec<kill::Toll> = all.iter().filter_map(|done| Some(done.killed?.1)).collect();
    let count = |of: fn(&kill::Toll) -> bool| tolls.iter().filter(|toll| of(toll)).count();
    json!({
        "ok": (failed == 0 || !plan.guarded) && !all.is_empty(),
        "summary": {
            "rows": rows::of(&plan.suites).len(), "passed": all.len() - failed, "failed": failed, "suites": suites,
            "kills": tolls.len(), "draftsLost": count(|toll| toll.drafts_lost),
            "halfRepairs": count(|toll| toll.half_repair), "seed": plan.seed,
            "seconds": seconds.round(),
        },
        "rows": all.iter().map(|done| done.json(&plan.suites)).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_name_of_its_own_and_wants_json() {
        for row in rows::of(&Suite::ALL) {
            // Of two rows with one name only the first would be walked.
            assert!(rows::called(row.name).all(|other| std::ptr::eq(other, row)), "{}", row.name);
            assert!(serde_json::from_str::<Value>(row.want).is_ok(), "{}", row.name);
            assert!(serde_json::from_str::<Value>(row.config).is_ok_and(|v| v.is_object()), "{}", row.name);
            let start = row.start.split(['?', '#']).next();
            assert!(row.page.iter().any(|route| Some(route.0) == start), "{} does not begin anywhere", row.name);
        }
    }
}
