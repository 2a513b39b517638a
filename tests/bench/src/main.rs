//! The render benchmark: judges labelled pages by Pagemend in real engines, and by its peers beside it.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and ranks are small and not negative"
)]

mod cost;
mod document;
mod lane;
mod report;
mod run;
mod score;
mod server;
mod story;
mod table;
mod watch;

use anyhow::{Result, ensure};
use clap::Parser;
use cost::Cost;
use pagemend_bench::program::{Common, ended, unless_interrupted};
use pagemend_lab::drivers::Engine;
use run::{Plan, Row};
use server::{Places, Server};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Labelled pages, judged by Pagemend in real browsers and by its peers in Chromium
#[derive(Parser)]
#[command(name = "cargo xtask bench render", bin_name = "cargo xtask bench render")]
struct Args {
    /// Only this engine (may be given again; default: all)
    #[arg(long)]
    engine: Vec<Engine>,
    /// Only this page, `*` for any text (may be given again; default: all)
    #[arg(long)]
    page: Vec<String>,
    /// Without the peers
    #[arg(long)]
    no_peers: bool,
    /// Without measuring what the guard costs a page
    #[arg(long)]
    no_cost: bool,
    /// Only verdicts decide whether it ends well: wrong causes are told, and no more; without peers and cost
    #[arg(long)]
    verdicts: bool,
    /// Pagemend without instrument.js: with boot.js and resort.js alone
    #[arg(long)]
    plain: bool,
    /// Pages side by side (default: 4, in WebKit 3)
    #[arg(long)]
    jobs: Option<usize>,
    /// Save a picture of each page at the end of its watch here
    #[arg(long)]
    screenshots: Option<PathBuf>,
    /// Another unpacked package than target/npm/package
    #[arg(long, hide = true)]
    package: Option<PathBuf>,
    /// Another corpus than tests/corpus
    #[arg(long, hide = true)]
    corpus: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended(bench(Args::parse()).await)
}

async fn bench(args: Args) -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let corpus = args.corpus.unwrap_or_else(|| root.join("tests/corpus"));
    table::known(&corpus, &args.page)?;
    if args.common.parse_only {
        return Ok(ExitCode::SUCCESS);
    }
    let pages = table::chosen(table::pages(&corpus)?, &args.page);
    ensure!(!pages.is_empty(), "there is no page in {}", corpus.display());
    if let Some(folder) = &args.screenshots {
        std::fs::create_dir_all(folder)?;
    }
    let engines = if args.engine.is_empty() { Engine::ALL.to_vec() } else { args.engine };
    let scratch = root.join("target/bench");
    let script = scratch.join("peers.js");
    let peers = (!args.no_peers && !args.verdicts && engines.contains(&Engine::Chromium)).then_some(script);
    if let Some(script) = &peers {
        ensure!(script.is_file(), "{} is missing: `cargo xtask bench render` builds it", script.display());
    }
    let cost = !args.no_cost && !args.verdicts && engines.contains(&Engine::Chromium);
    let package = args.package.unwrap_or_else(|| root.join("target/npm/package"));
    let jobs = args.jobs.map(|jobs| jobs.max(1));
    let plan = Plan { engines, pages, peers, jobs, screenshots: args.screenshots, scratch };
    let start = Instant::now();
    let server = Server::start(Places { package, instrument: !args.plain }).await?;
    let (rows, cost) = match unless_interrupted(measured(&plan, &server, cost)).await? {
        Ok(done) => done,
        Err(interrupted) => return Ok(interrupted),
    };
    report::wrong(&rows);
    println!();
    report::table(&rows);
    if let Some(cost) = &cost {
        println!();
        cost.table();
    }
    let summary = report::json(&rows, cost.as_ref(), !args.verdicts, start.elapsed().as_secs_f64());
    if args.common.json {
        println!("{summary}");
    }
    Ok(if summary["ok"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The pages' verdicts, and then, with nothing else under way, what they cost.
async fn measured(plan: &Plan, server: &Server, cost: bool) -> Result<(Vec<Row>, Option<Cost>)> {
    let rows = run::run(plan, server).await?;
    Ok((rows, if cost { Some(cost::run(server).await?) } else { None }))
}
