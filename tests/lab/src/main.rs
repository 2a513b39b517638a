//! The lab: walks the fault matrix, or the retry suite, in real browsers and says which rows hold.
mod look;
mod person;
mod receiver;
mod report;
mod run;
mod scenarios;
mod world;

use anyhow::Result;
use clap::builder::PossibleValuesParser;
use clap::{Parser, ValueEnum};
use pagemend_lab::drivers::Engine;
use pagemend_lab::retry;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
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
}

/// The fault matrix, or the retry suite, in real browsers
#[derive(Parser)]
#[command(name = "cargo xtask lab", bin_name = "cargo xtask lab")]
struct Args {
    /// Only this engine (may be given again; default: all)
    #[arg(long)]
    engine: Vec<Engine>,
    /// Only this fault (may be given again; default: all)
    #[arg(long, value_parser = PossibleValuesParser::new(scenarios::ALL.iter().map(|scenario| scenario.name)), hide_possible_values = false)]
    fault: Vec<String>,
    /// What is walked
    #[arg(long, default_value = "faults")]
    suite: Suite,
    /// Of the retry suite only this row, `*` for any text (may be given again; default: all)
    #[arg(long, conflicts_with = "fault")]
    row: Vec<String>,
    /// With Pagemend, or without any guard: then a row holds when the contrast is as recorded
    #[arg(long, default_value = "pagemend")]
    guard: Guard,
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
    /// Only check the arguments
    #[arg(long, hide = true)]
    parse_only: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(error) = retry::known(&args.row) {
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

async fn lab(args: Args) -> Result<ExitCode> {
    if args.suite == Suite::Retry {
        return retry_suite(args).await;
    }
    if let Some(folder) = &args.screenshots {
        std::fs::create_dir_all(folder)?;
    }
    let plan = run::Plan {
        engines: if args.engine.is_empty() { Engine::ALL.to_vec() } else { args.engine },
        scenarios: run::chosen(&args.fault),
        guarded: args.guard == Guard::Pagemend,
        repeat: args.repeat,
        jobs: args.jobs.max(1),
        screenshots: args.screenshots,
    };
    let start = Instant::now();
    let (mut interrupted, mut ended) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    // Dropping the run ends every driver and browser: an interrupted lab leaves none behind.
    let rows = tokio::select! {
        rows = run::run(&plan) => rows?,
        _ = interrupted.recv() => return Ok(ExitCode::from(130)),
        _ = ended.recv() => return Ok(ExitCode::from(143)),
    };
    report::table(&rows);
    let summary = report::json(&rows, start.elapsed().as_secs_f64());
    if args.json {
        println!("{summary}");
    }
    Ok(if summary["ok"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn retry_suite(args: Args) -> Result<ExitCode> {
    let engines = if args.engine.is_empty() { Engine::ALL.to_vec() } else { args.engine };
    let judge = if args.guard == Guard::Pagemend { retry::Judge::Pagemend } else { retry::Judge::None };
    let (repeat, jobs) = (args.repeat, args.jobs.max(1));
    let plan = retry::Plan { engines, names: args.row, judge, repeat, jobs, stays: retry::STAYS };
    let start = Instant::now();
    let (mut interrupted, mut ended) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let done = tokio::select! {
        done = retry::run(&plan) => done?,
        _ = interrupted.recv() => return Ok(ExitCode::from(130)),
        _ = ended.recv() => return Ok(ExitCode::from(143)),
    };
    let summary = retry::json(&done, judge, start.elapsed().as_secs_f64());
    println!("{} passed, {} failed", summary["summary"]["passed"], summary["summary"]["failed"]);
    if args.json {
        println!("{summary}");
    }
    Ok(if summary["ok"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
