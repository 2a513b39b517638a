//! The retry benchmark: a thousand clients behind a server that fails, and the retry suite walked by other libraries.
mod beside;

use anyhow::Result;
use clap::Parser;
use pagemend_bench::program::{Common, ended, unless_interrupted};
use pagemend_bench::storm;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// What retries bring, and what they add to the load of a server in trouble
#[derive(Parser)]
#[command(name = "cargo xtask bench retry", bin_name = "cargo xtask bench retry")]
struct Args {
    /// Only the simulated clients: no browser
    #[arg(long)]
    no_peers: bool,
    /// Only this row, `*` for any text (may be given again; default: all)
    #[arg(long)]
    row: Vec<String>,
    /// Rows side by side
    #[arg(long, default_value_t = 2)]
    jobs: usize,
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
    let storm = storm::run();
    storm.draw(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?)?;
    storm.table();
    let (mut said, mut ok) = (storm.json(), storm.ok());
    if !args.no_peers {
        let walks = match unless_interrupted(beside::walk(&args.row, args.jobs.max(1))).await? {
            Ok(walks) => walks,
            Err(interrupted) => return Ok(interrupted),
        };
        beside::table(&walks);
        ok &= beside::ok(&walks);
        said["ok"] = json!(ok);
        said["summary"]["suite"] = json!(beside::json(&walks));
    }
    if args.common.json {
        println!("{said}");
    }
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
