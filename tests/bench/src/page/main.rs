//! The page benchmark: what the lending site costs alone, with the guard, and with each of two monitors in the guard's place.

#![expect(clippy::cast_precision_loss, reason = "bytes of a page are far below 2^53")]

mod report;
mod rounds;
mod site;
mod visit;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use pagemend_bench::program::{Common, ended, unless_interrupted};
use report::Report;
use rounds::{Failure, Load, Measured, Round, TASK, turns};
use site::{Guest, Site};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use visit::Chromium;

/// From the repository's root.
const SCRATCH: &str = "target/bench/page";

/// What the guard costs the lending site in Chromium, beside Sentry and Faro: main thread, blocking, LCP, heap, bytes, and who comes back
/// after a failed entry script
#[derive(Parser)]
#[command(name = "cargo xtask bench page", bin_name = "cargo xtask bench page")]
struct Args {
    /// Loads of each page; below 15 the medians are no more than a hint
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    #[command(flatten)]
    common: Common,
}

#[tokio::main]
async fn main() -> ExitCode {
    ended(bench(&Args::parse()).await)
}

async fn bench(args: &Args) -> Result<ExitCode> {
    if args.common.parse_only {
        return Ok(ExitCode::SUCCESS);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let sites = site::prepare(&root.join("www/dist/a"), &root.join(SCRATCH))?;
    let manifest = root.join("tests/bench/peers/package.json");
    let manifest = serde_json::from_str(&std::fs::read_to_string(manifest)?).context("the peers' package.json")?;
    let measured = match unless_interrupted(measure(&sites, args.rounds as usize)).await? {
        Ok(measured) => measured,
        Err(interrupted) => return Ok(interrupted),
    };
    let report = Report { measured: &measured, sites: &sites, manifest: &manifest };
    report.draw(&root)?;
    print!("{}", report.table());
    if args.common.json {
        println!("{}", report.json());
    }
    Ok(if measured.problems().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn measure(sites: &[Site], count: usize) -> Result<Measured> {
    let mut chromium = Chromium::start().await?;
    // A browser that has shown nothing yet is slower.
    eprintln!("▸ one round that does not count");
    let begin = Instant::now();
    round(&mut chromium, sites, 0).await?;
    let mut rounds = Vec::new();
    for number in 0..count {
        let loads = round(&mut chromium, sites, number).await?;
        let figures = Guest::ALL.map(|guest| format!("{} {:.0} ms", guest.name(), (TASK.of)(&loads[guest as usize])));
        let seconds = begin.elapsed().as_secs();
        eprintln!("  round {} of {count} after {seconds} s, main thread: {}", number + 1, figures.join(", "));
        rounds.push(loads);
    }
    eprintln!("▸ the same with entry scripts that fail, on a slow network");
    let mut failures = Vec::new();
    for site in sites {
        // Whoever has nothing that could bring the page back does not bring it back at the second time either.
        let loads = if site.guest == Guest::Pagemend { count } else { 1 };
        let mut times = Vec::new();
        for _ in 0..loads {
            let came = chromium.failure(site).await.with_context(|| format!("{}, failing", site.guest.name()))?;
            eprintln!("  {}: {}", site.guest.name(), came.map_or("never".into(), |ms| format!("{ms:.0} ms")));
            times.push(came);
        }
        failures.push(Failure { guest: site.guest, times });
    }
    eprintln!("  done in {} s", begin.elapsed().as_secs());
    chromium.close().await?;
    Ok(Measured { rounds, failures })
}

async fn round(chromium: &mut Chromium, sites: &[Site], number: usize) -> Result<Round> {
    ensure!(sites.len() == Guest::ALL.len(), "not every guest has a site");
    let mut loads = [Load::default(); Guest::ALL.len()];
    for guest in turns(number) {
        let at = guest as usize;
        loads[at] = chromium.load(&sites[at]).await.with_context(|| guest.name())?;
    }
    Ok(loads)
}
