//! Runs scenarios: a few lanes side by side, each scenario with a time limit, its failure explained.
use crate::report::Row;
use crate::scenarios::{self, Scenario};
use crate::world::{self, World};
use anyhow::{Context, Result, bail};
use pagemend_lab::drivers::{Engine, Lane, PHONE};
use pagemend_lab::process::Screen;
use pagemend_server::Fault;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longer than the longest chain of the guard's own deadlines; whoever needs more is stuck.
const SCENARIO_LIMIT: Duration = Duration::from_secs(90);
const QUIT_LIMIT: Duration = Duration::from_secs(15);

/// Under which pages are served.
#[derive(Clone, Copy)]
pub struct Setting {
    /// With the guard.
    pub guarded: bool,
    /// Under a policy that forbids WebAssembly.
    pub without_wasm: bool,
}

pub struct Plan {
    pub engines: Vec<Engine>,
    pub scenarios: Vec<&'static Scenario>,
    pub setting: Setting,
    pub repeat: usize,
    pub jobs: usize,
    pub screenshots: Option<PathBuf>,
}

pub async fn run(plan: &Plan) -> Result<Vec<Row>> {
    let screen = if plan.engines.contains(&Engine::Webkit) { Some(Screen::start()?) } else { None };
    let mut rows = Vec::new();
    for round in 0..plan.repeat {
        for engine in &plan.engines {
            let fits = |scenario: &&&Scenario| {
                // What it costs is said of the engine that pages get unless they forbid it.
                let measured = *engine == Engine::Chromium && !plan.setting.without_wasm;
                (plan.setting.guarded || scenario.bare.is_some()) && (!scenario.measures || measured)
            };
            let todo: Vec<_> = plan.scenarios.iter().filter(fits).copied().collect();
            let (alone, beside): (Vec<_>, Vec<_>) = todo.into_iter().partition(|scenario| scenario.measures);
            for (group, jobs) in [(beside, plan.jobs), (alone, 1)] {
                rows.extend(lanes(plan, *engine, round, group, jobs, screen.as_ref()).await?);
            }
        }
    }
    Ok(rows)
}

/// Rows come back in the order of the table, however the lanes took them.
async fn lanes(
    plan: &Plan,
    engine: Engine,
    round: usize,
    group: Vec<&'static Scenario>,
    jobs: usize,
    screen: Option<&Screen>,
) -> Result<Vec<Row>> {
    let queue: Arc<Mutex<VecDeque<_>>> = Arc::new(Mutex::new(group.into_iter().enumerate().collect()));
    let jobs = jobs.min(queue.lock().unwrap_or_else(PoisonError::into_inner).len());
    let desk = screen.filter(|_| engine == Engine::Webkit).map(|screen| screen.desk(None));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..jobs {
        let (queue, desk, setting, screenshots) = (queue.clone(), desk.clone(), plan.setting, plan.screenshots.clone());
        workers.spawn(async move {
            let mut lane = Lane::start(engine, desk).await?;
            let mut rows = Vec::new();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((at, scenario)) = next else { return anyhow::Ok(rows) };
                let picture =
                    screenshots.as_ref().map(|folder| folder.join(file_name(engine, setting.guarded, scenario, round)));
                let (mut row, mut usable) = walk(&mut lane, engine, scenario, setting, picture.clone()).await;
                // A browser whose session is lost says nothing of the page, unless it is lost again.
                if row.error.as_ref().is_some_and(|error| error.contains("invalid session id")) {
                    eprintln!("  {} {}: the browser ended; once more in a fresh one", engine.name(), scenario.name);
                    lane.restart().await?;
                    (row, usable) = walk(&mut lane, engine, scenario, setting, picture).await;
                }
                row.progress();
                rows.push((at, row));
                if !usable {
                    lane.restart().await?;
                }
            }
        });
    }
    let mut rows = Vec::new();
    while let Some(done) = workers.join_next().await {
        rows.extend(done.context("a lane broke")??);
    }
    rows.sort_by_key(|(at, _)| *at);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

fn file_name(engine: Engine, guarded: bool, scenario: &Scenario, round: usize) -> String {
    let round = if round == 0 { String::new() } else { format!("-{}", round + 1) };
    format!("{}-{}-{}{round}.png", engine.name(), if guarded { "pagemend" } else { "none" }, scenario.name)
}

/// One scenario in a fresh session; also says whether the lane's driver can still be used.
async fn walk(
    lane: &mut Lane,
    engine: Engine,
    scenario: &'static Scenario,
    setting: Setting,
    picture: Option<PathBuf>,
) -> (Row, bool) {
    let mut row = Row::new(engine, scenario, setting.guarded);
    let started = Instant::now();
    let world = match prepare(lane, engine, scenario, setting, picture).await {
        Ok(world) => world,
        Err(error) => {
            row.error = Some(format!("{error:#}"));
            return (row, false);
        }
    };
    let steps = if setting.guarded { scenario.guarded } else { scenario.bare.unwrap_or(scenario.guarded) };
    let outcome = tokio::time::timeout(SCENARIO_LIMIT, steps(&world)).await;
    let outcome = match outcome {
        Ok(outcome) => outcome.and_then(|seen| world.nothing_typed_was_sent().map(|()| seen)),
        Err(_) => Err(anyhow::anyhow!("not over after {SCENARIO_LIMIT:?}")),
    };
    row.seconds = started.elapsed().as_secs_f64();
    world.picture().await;
    if let Ok(look) = world.look().await {
        row.white = look.white();
    }
    if let Some(incident) = world.incident.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
        row.cause = incident.cause.clone();
        row.outcome = incident.outcome.clone();
    }
    match outcome {
        Ok(seen) => row.seen = seen,
        Err(error) => {
            row.error = Some(format!("{error:#}"));
            row.details = world.describe().await;
        }
    }
    let World { driver, server, .. } = world;
    let usable = matches!(tokio::time::timeout(QUIT_LIMIT, driver.quit()).await, Ok(Ok(())));
    server.stop().await;
    (row, usable)
}

async fn prepare(
    lane: &mut Lane,
    engine: Engine,
    scenario: &Scenario,
    setting: Setting,
    picture: Option<PathBuf>,
) -> Result<World> {
    let server = world::server(setting.guarded, scenario.faults).await?;
    if setting.without_wasm {
        server.lab.add_fault(Fault::WasmForbidden);
    }
    match tokio::time::timeout(SCENARIO_LIMIT, lane.session(PHONE)).await {
        Ok(driver) => Ok(World::new(engine, driver?, server, setting.guarded, picture)),
        Err(_) => bail!("no browser after {SCENARIO_LIMIT:?}"),
    }
}

pub fn chosen(names: &[String]) -> Vec<&'static Scenario> {
    scenarios::ALL
        .iter()
        .filter(|scenario| names.is_empty() || names.iter().any(|name| name == scenario.name))
        .collect()
}
