//! A random walk: seeded sessions of one page, whose server fails at random, and counts that must stay 0.
pub(super) mod dice;
mod page;
mod session;

use super::act::Person;
use super::{files, left, page as document};
use crate::drivers::Engine;
use crate::lanes::{self, Browser};
use crate::site::{Cors, Files, Part, Site};
use anyhow::Result;
use dice::Dice;
use serde_json::{Map, Value, json};
use session::{Consent, Count, Session, Trouble};
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::Instant;

/// Of one act.
const PATIENCE: Duration = Duration::from_secs(2);

pub struct Plan {
    pub engines: Vec<Engine>,
    pub sessions: u64,
    /// Of the first session; each further one has the next.
    pub seed: u64,
    pub guarded: bool,
    pub jobs: usize,
    /// The folder of the guard's files; none: as they were built last.
    pub dist: Option<PathBuf>,
}

pub struct Done {
    engine: Engine,
    seed: u64,
    seconds: f64,
    trouble: Trouble,
}

pub async fn run(plan: &Plan) -> Result<Vec<Done>> {
    let walk = Walk { guarded: plan.guarded, files: files(plan.dist.as_deref())? };
    lanes::walk_engines(&walk, &plan.engines, plan.jobs, |engine| {
        eprintln!("  {}: {} sessions from seed {}", engine.name(), plan.sessions, plan.seed);
        plan.seed..plan.seed + plan.sessions
    })
    .await
}

#[derive(Clone)]
struct Walk {
    guarded: bool,
    files: Files,
}

impl lanes::Walk for Walk {
    type Item = u64;
    type Done = Done;

    async fn walk(&self, browser: &mut Browser, seed: u64) -> Result<Done> {
        let driver = browser.driver().await?;
        let started = Instant::now();
        let parts = [
            Part { name: "page", routes: page::PAGE, cors: Cors::Nobody },
            Part { name: "backup", routes: page::BACKUP, cors: Cors::All },
            Part { name: "collector", routes: &[], cors: Cors::All },
        ];
        let site = Site::open(&parts, self.files.clone(), true).await?;
        let mut dice = Dice::new(seed);
        let consent = dice.one_of(&Consent::ALL);
        let config = json!({
            "timeoutMs": 800, "lastResortMs": 800, "fallback": if dice.one_in(3) { json!([]) } else { json!([site.url("backup")]) },
            "options": {
                "consent": consent.configured(),
                "deadlines": {"settleMs": 300, "loadingMs": 900, "requestMs": 700},
                "retry": {"baseMs": 40, "capMs": 300},
            },
        });
        site.change("page", super::records::PATH, crate::answer::Answer::Json("{}"));
        site.frame(document::frame(&site, &config.to_string(), self.guarded, &self.files));
        let person = Person { driver: &driver, engine: browser.engine, site: &site, patience: PATIENCE };
        let (trouble, steps) = Session::new(person, dice, consent).walk().await;
        let done = Done { engine: browser.engine, seed, seconds: started.elapsed().as_secs_f64(), trouble };
        for (count, what) in &done.trouble {
            eprintln!(
                "  {} {} --seed {seed} --sessions 1 ({consent:?}): {what}\n    {steps}",
                count.name(),
                done.engine.name()
            );
        }
        if done.trouble.iter().any(|(count, _)| *count == Count::Stuck) || left(&driver).await.is_err() {
            browser.restart().await?;
        }
        Ok(done)
    }
}

pub fn json(all: &[Done], plan: &Plan, seconds: f64) -> Value {
    let counts: Map<String, Value> = Count::ALL
        .iter()
        .map(|count| {
            let found = all.iter().flat_map(|done| &done.trouble).filter(|trouble| trouble.0 == *count).count();
            (count.name().to_string(), json!(found))
        })
        .collect();
    let failed = all.iter().filter(|done| !done.trouble.is_empty()).count();
    let rows = all.iter().filter(|done| !done.trouble.is_empty()).map(|done| {
        json!({
            "engine": done.engine.name(),
            "seed": done.seed,
            "seconds": (done.seconds * 10.0).round() / 10.0,
            "trouble": done.trouble.iter().map(|(count, what)| json!([count.name(), what])).collect::<Vec<_>>(),
        })
    });
    json!({
        "ok": (failed == 0 || !plan.guarded) && !all.is_empty(),
        "summary": {
            "sessions": all.len(), "seed": plan.seed, "passed": all.len() - failed, "failed": failed,
            "counts": counts, "seconds": seconds.round(),
        },
        "rows": rows.collect::<Vec<_>>(),
    })
}
