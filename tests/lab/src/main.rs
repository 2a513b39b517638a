//! The lab: walks the fault matrix, or suites of pages, in real browsers and says which rows hold.
mod look;
mod person;
mod receiver;
mod report;
mod run;
mod scenarios;
mod stacks;
mod world;

use anyhow::{Result, ensure};
use clap::builder::PossibleValuesParser;
use clap::{Parser, ValueEnum};
use pagemend_lab::drivers::Engine;
use pagemend_lab::{harm, retry};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Guard {
    None,
    Pagemend,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Suite {
    /// The lending site with its faults.
    Faults,
    /// One page for each way in which a resource or a call can fail.
    Retry,
    /// One page for each way in which a guard could do harm.
    Harm,
    /// Pages, files and manifests that are not, or no longer, what the server has.
    Fresh,
    /// What the device keeps for a page, damaged or stuck.
    Storage,
    /// Seeded sessions of a page whose server fails at random.
    Walk,
    /// A small real project of each bundler and framework with the packed tarball in it, in Chromium (a suite of its own, which `cargo xtask test` leaves out).
    Stacks,
}

impl Suite {
    /// Those of pages that nobody prepared for the guard share a runner.
    fn of_pages(self) -> Option<harm::Suite> {
        match self {
            Suite::Harm => Some(harm::Suite::Harm),
            Suite::Fresh => Some(harm::Suite::Fresh),
            Suite::Storage => Some(harm::Suite::Storage),
            Suite::Faults | Suite::Retry | Suite::Walk | Suite::Stacks => None,
        }
    }
}

/// The fault matrix, or suites of pages, in real browsers
#[derive(Parser)]
#[command(name = "cargo xtask lab", bin_name = "cargo xtask lab")]
struct Args {
    /// Only this engine (may be given again; default: all)
    #[arg(long)]
    engine: Vec<Engine>,
    /// Only this fault (may be given again; default: all)
    #[arg(long, value_parser = PossibleValuesParser::new(scenarios::ALL.iter().map(|scenario| scenario.name)), hide_possible_values = false)]
    fault: Vec<String>,
    /// What is walked (harm, fresh and storage may be given together)
    #[arg(long, default_value = "faults")]
    suite: Vec<Suite>,
    /// Of the suites of pages only this row, `*` for any text (may be given again; default: all)
    #[arg(long, conflicts_with = "fault")]
    row: Vec<String>,
    /// With Pagemend, or without any guard: then a row holds when the contrast is as recorded
    #[arg(long, default_value = "pagemend")]
    guard: Guard,
    /// Of the faults: every page under a policy that forbids WebAssembly, so that the engine runs as plain JavaScript
    #[arg(long, conflicts_with_all = ["suite", "row"])]
    without_wasm: bool,
    /// The last line of standard output is one JSON object
    #[arg(long)]
    json: bool,
    /// Walk the whole matrix so many times
    #[arg(long, default_value_t = 1)]
    repeat: usize,
    /// Scenarios side by side
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Save a picture of each scenario's asserting moment here
    #[arg(long)]
    screenshots: Option<PathBuf>,
    /// Walk the harm suite and the retry suite with the guard and without, and name each row that holds only without
    #[arg(long)]
    compare: bool,
    /// Sessions of the walk, in each engine
    #[arg(long, default_value_t = 60)]
    sessions: u64,
    /// Of harm, fresh and storage: each row so many times more, with its page killed at a random moment and opened again
    #[arg(long, default_value_t = 0)]
    kill: u64,
    /// Of the moments of kills, or of the walk's first session; each further one has the next (default: another one at each run)
    #[arg(long)]
    seed: Option<u64>,
    /// Of harm, fresh, storage and the walk: the folder of the guard's files (default: as they were built last)
    #[arg(long)]
    dist: Option<PathBuf>,
    /// Only check the arguments
    #[arg(long, hide = true)]
    parse_only: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(error) = sensible(&args) {
        eprintln!("error: {error:#}");
        return ExitCode::from(2);
    }
    if args.parse_only {
        return ExitCode::SUCCESS;
    }
    lab(args).await.unwrap_or_else(|error| {
        eprintln!("the lab could not run: {error:#}");
        ExitCode::FAILURE
    })
}

fn sensible(args: &Args) -> Result<()> {
    let pages = pages(args);
    if args.suite == [Suite::Stacks] {
        ensure!(
            args.engine.iter().all(|engine| *engine == Engine::Chromium),
            "the suite stacks is walked in chromium only"
        );
        ensure!(args.guard == Guard::Pagemend, "the suite stacks is walked with --guard pagemend only");
        // The rows are known to the suite itself.
        return Ok(());
    }
    ensure!(
        args.suite.len() < 2 || pages.len() == args.suite.len(),
        "only the suites harm, fresh and storage can be walked together"
    );
    if args.compare {
        harm::known(&args.row, &[harm::Suite::Harm]).or_else(|_| retry::known(&args.row))
    } else if pages.is_empty() {
        retry::known(&args.row)
    } else {
        harm::known(&args.row, &pages)
    }
}

/// The suites with the runner for pages, each once.
fn pages(args: &Args) -> Vec<harm::Suite> {
    harm::Suite::ALL
        .into_iter()
        .filter(|suite| args.suite.iter().any(|given| given.of_pages() == Some(*suite)))
        .collect()
}

async fn lab(args: Args) -> Result<ExitCode> {
    if args.compare {
        return compare(args).await;
    }
    match args.suite.first() {
        None | Some(Suite::Faults) => {}
        Some(Suite::Retry) => return retry_suite(args).await,
        Some(Suite::Harm | Suite::Fresh | Suite::Storage) => return page_suites(args).await,
        Some(Suite::Walk) => return walk(args).await,
        Some(Suite::Stacks) => {
            let walked = uninterrupted(stacks::run(&args.row, args.jobs, args.json)).await?;
            return Ok(walked.unwrap_or(ExitCode::from(130)));
        }
    }
    if let Some(folder) = &args.screenshots {
        std::fs::create_dir_all(folder)?;
    }
    let plan = run::Plan {
        engines: engines(&args),
        scenarios: run::chosen(&args.fault),
        setting: run::Setting { guarded: args.guard == Guard::Pagemend, without_wasm: args.without_wasm },
        repeat: args.repeat,
        jobs: args.jobs.max(1),
        screenshots: args.screenshots,
    };
    let start = Instant::now();
    let Some(rows) = uninterrupted(run::run(&plan)).await? else { return Ok(ExitCode::from(130)) };
    report::table(&rows);
    let summary = report::json(&rows, start.elapsed().as_secs_f64());
    if args.json {
        println!("{summary}");
    }
    Ok(if summary["ok"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn retry_suite(args: Args) -> Result<ExitCode> {
    let judge = if args.guard == Guard::Pagemend { retry::Judge::Pagemend } else { retry::Judge::None };
    let (engines, repeat, jobs) = (engines(&args), args.repeat, args.jobs.max(1));
    let plan = retry::Plan { engines, names: args.row, judge, repeat, jobs, stays: retry::STAYS };
    let start = Instant::now();
    let Some(done) = uninterrupted(retry::run(&plan)).await? else { return Ok(ExitCode::from(130)) };
    Ok(said(&retry::json(&done, judge, start.elapsed().as_secs_f64()), args.json))
}

async fn page_suites(args: Args) -> Result<ExitCode> {
    let guarded = args.guard == Guard::Pagemend;
    let (suites, engines, repeat, jobs) = (pages(&args), engines(&args), args.repeat, args.jobs.max(1));
    let (kills, seed) = (args.kill, seed(&args)?);
    let plan = harm::Plan { suites, engines, names: args.row, guarded, repeat, jobs, dist: args.dist, kills, seed };
    let start = Instant::now();
    let Some(done) = uninterrupted(harm::run(&plan)).await? else { return Ok(ExitCode::from(130)) };
    Ok(said(&harm::json(&done, &plan, start.elapsed().as_secs_f64()), args.json))
}

/// A page must never be worse off than without the guard.
async fn compare(args: Args) -> Result<ExitCode> {
    let start = Instant::now();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for (guarded, rows) in [(false, &mut without), (true, &mut with)] {
        let (engines, names, repeat, jobs) = (engines(&args), args.row.clone(), args.repeat, args.jobs.max(1));
        let suites = vec![harm::Suite::Harm];
        let harm =
            harm::Plan { suites, engines, names, guarded, repeat, jobs, dist: args.dist.clone(), kills: 0, seed: 0 };
        let Some(done) = uninterrupted(harm::run(&harm)).await? else { return Ok(ExitCode::from(130)) };
        rows.extend(done.iter().map(|done| (done.engine().name(), done.name(), done.right())));
        let judge = if guarded { retry::Judge::Pagemend } else { retry::Judge::None };
        let (engines, names) = (harm.engines, harm.names);
        let retry = retry::Plan { engines, names, judge, repeat, jobs, stays: retry::STAYS };
        let Some(done) = uninterrupted(retry::run(&retry)).await? else { return Ok(ExitCode::from(130)) };
        rows.extend(done.iter().map(|done| (done.engine().name(), done.name(), done.right())));
    }
    let worse: Vec<_> =
        without.iter().zip(&with).filter(|(without, with)| without.2 && !with.2).map(|(_, with)| with).collect();
    for (engine, row, _) in &worse {
        println!("{engine} {row}: holds without the guard, and not with it");
    }
    let rows: Vec<_> = worse.iter().map(|(engine, row, _)| json!({"engine": engine, "row": row})).collect();
    let (passed, failed, seconds) = (with.len() - worse.len(), worse.len(), start.elapsed().as_secs());
    let summary = json!({
        "ok": worse.is_empty() && !with.is_empty(),
        "summary": {"rows": with.len(), "passed": passed, "failed": failed, "seconds": seconds},
        "rows": rows,
    });
    Ok(said(&summary, args.json))
}

async fn walk(args: Args) -> Result<ExitCode> {
    let guarded = args.guard == Guard::Pagemend;
    let (engines, jobs) = (engines(&args), args.jobs.max(1));
    let seed = seed(&args)?;
    let plan = harm::walk::Plan { engines, sessions: args.sessions, seed, guarded, jobs, dist: args.dist };
    let start = Instant::now();
    let Some(done) = uninterrupted(harm::walk::run(&plan)).await? else { return Ok(ExitCode::from(130)) };
    let summary = harm::walk::json(&done, &plan, start.elapsed().as_secs_f64());
    println!("seed {seed}: {}", summary["summary"]["counts"]);
    Ok(said(&summary, args.json))
}

fn seed(args: &Args) -> Result<u64> {
    Ok(args.seed.unwrap_or(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs()))
}

fn engines(args: &Args) -> Vec<Engine> {
    if args.engine.is_empty() { Engine::ALL.to_vec() } else { args.engine.clone() }
}

/// `None` when it was interrupted. Dropping the run ends every driver and browser: an interrupted lab leaves none behind.
async fn uninterrupted<T>(run: impl Future<Output = Result<T>>) -> Result<Option<T>> {
    let (mut interrupted, mut ended) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        done = run => done.map(Some),
        _ = interrupted.recv() => Ok(None),
        _ = ended.recv() => Ok(None),
    }
}

/// The last words of a suite.
fn said(summary: &Value, json: bool) -> ExitCode {
    println!("{} passed, {} failed", summary["summary"]["passed"], summary["summary"]["failed"]);
    if json {
        println!("{summary}");
    }
    if summary["ok"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
