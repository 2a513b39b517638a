//! The retry benchmark: a thousand clients behind a server that fails, and the retry suite walked by other libraries.
mod beside;

use anyhow::Result;
use clap::Parser;
use pagemend_bench::storm;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// What retries bring, and what they add to the load of a server in trouble
#[derive(Parser)]
#[command(name = "cargo xtask bench retry", bin_name = "cargo xtask bench retry")]
struct Args {
    /// The last line of standard output is one JSON object
    #[arg(long)]
    json: bool,
    /// Only the simulated clients: no browser
    #[arg(long)]
    no_peers: bool,
    /// Only this row, `*` for any text (may be given again; default: all)
    #[arg(long)]
    row: Vec<String>,
    /// Rows side by side
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Only check the arguments
    #[arg(long, hide = true)]
    parse_only: bool,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let args = Args::parse();
    if args.parse_only {
        return Ok(ExitCode::SUCCESS);
    }
    let storm = storm::run();
    storm.draw(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?)?;
    storm.table();
    let (mut said, mut ok) = (storm.json(), storm.ok());
    if !args.no_peers {
        let (mut interrupted, mut ended) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        // Dropping the walk ends every driver and browser.
        let walks = tokio::select! {
            walks = beside::walk(&args.row, args.jobs.max(1)) => walks?,
            _ = interrupted.recv() => return Ok(ExitCode::from(130)),
            _ = ended.recv() => return Ok(ExitCode::from(143)),
        };
        beside::table(&walks);
        ok &= beside::ok(&walks);
        said["ok"] = json!(ok);
        said["summary"]["suite"] = json!(beside::json(&walks));
    }
    if args.json {
        println!("{said}");
    }
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
