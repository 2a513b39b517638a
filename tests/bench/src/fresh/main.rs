//! The benchmark of freshness: who tells of a new version, and only of one, when servers answer as servers do.
mod checker;
mod report;
mod scenario;
mod server;
mod visit;

use anyhow::{Context, Result, ensure};
use checker::Checker;
use clap::Parser;
use pagemend_bench::program::{Common, ended, unless_interrupted};
use pagemend_lab::drivers::Engine;
use pagemend_lab::lanes::{self, Browser, Walk};
use pagemend_lab::site::{Files, root};
use scenario::Scenario;
use std::process::ExitCode;
use std::time::Instant;
use visit::{Done, Outcome, Visit};

/// Pagemend and two other update checkers before the same servers, in Chromium: who tells of a new version, and only of one
#[derive(Parser)]
#[command(name = "cargo xtask bench fresh", bin_name = "cargo xtask bench fresh")]
struct Args {
    /// Only this scenario, `*` for any text (may be given again; default: all)
    #[arg(long)]
    scenario: Vec<String>,
    /// Without the peers
    #[arg(long)]
    no_peers: bool,
    /// Visits side by side
    #[arg(long, default_value_t = 6)]
    jobs: usize,
    #[command(flatten)]
    common: Common,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended(bench(&Args::parse()).await)
}

async fn bench(args: &Args) -> Result<ExitCode> {
    lanes::known(&args.scenario, scenario::ALL.iter().map(|scenario| scenario.name), "fresh")?;
    if args.common.parse_only {
        return Ok(ExitCode::SUCCESS);
    }
    let scenarios: Vec<&'static Scenario> =
        scenario::ALL.iter().filter(|scenario| lanes::among(&args.scenario, scenario.name)).collect();
    ensure!(!scenarios.is_empty(), "no scenario is left");
    let checkers = if args.no_peers { &Checker::ALL[..1] } else { &Checker::ALL[..] };
    let pinned = root().join("tests/bench/peers/package.json");
    let pinned = serde_json::from_str(&std::fs::read_to_string(pinned)?).context("the peers' package.json")?;
    let begin = Instant::now();
    let all = match unless_interrupted(walk(&scenarios, checkers, args.jobs.max(1))).await? {
        Ok(all) => all,
        Err(interrupted) => return Ok(interrupted),
    };
    print!("{}", report::table(&all, &scenarios, checkers, &pinned));
    if args.common.json {
        let seconds = begin.elapsed().as_secs_f64();
        println!("{}", report::json(&all, scenarios.len(), checkers, &pinned, seconds));
    }
    Ok(if report::ok(&all) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn walk(scenarios: &[&'static Scenario], checkers: &[Checker], jobs: usize) -> Result<Vec<Done>> {
    let files = checkers.iter().map(|checker| Ok((*checker, checker.files()?))).collect::<Result<_>>()?;
    eprintln!("▸ {} scenarios, {} checkers each, in Chromium", scenarios.len(), checkers.len());
    let visits = |_| scenarios.iter().flat_map(|scenario| checkers.iter().map(move |checker| (*scenario, *checker)));
    lanes::walk_engines(&Bench { files }, &[Engine::Chromium], jobs, visits).await
}

#[derive(Clone)]
struct Bench {
    files: Vec<(Checker, Files)>,
}

impl Walk for Bench {
    type Item = (&'static Scenario, Checker);
    type Done = Done;

    async fn walk(&self, browser: &mut Browser, (scenario, checker): Self::Item) -> Result<Done> {
        let started = Instant::now();
        let outcome = match self.visit(browser, scenario, checker).await {
            Ok(outcome) => outcome,
            // A browser that fails says nothing of anybody: once more, aloud, with a fresh one.
            Err(error) => {
                eprintln!("  {} {}: {error:#}; once more with a fresh browser", scenario.name, checker.name());
                browser.restart().await?;
                let again = self.visit(browser, scenario, checker).await;
                again.with_context(|| format!("{} with {}", scenario.name, checker.name()))?
            }
        };
        browser.close().await;
        let done = Done { scenario, checker, outcome, seconds: started.elapsed().as_secs_f64() };
        let mark = if done.outcome.right { "right" } else { "WRONG" };
        eprintln!("  {mark} {:<28} {:<32} {:>5.1} s", scenario.name, checker.name(), done.seconds);
        Ok(done)
    }
}

impl Bench {
    async fn visit(&self, browser: &mut Browser, scenario: &Scenario, checker: Checker) -> Result<Outcome> {
        let (_, files) = self.files.iter().find(|(one, _)| *one == checker).context("nothing was read of it")?;
        let driver = browser.driver().await?;
        Visit { driver: &driver, checker, files }.walk(scenario).await
    }
}
