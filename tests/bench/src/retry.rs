//! The retry benchmark: a thousand clients behind a server that fails.
use anyhow::Result;
use clap::Parser;
use pagemend_bench::storm;
use std::path::Path;
use std::process::ExitCode;

/// What retries add to the load of a server in trouble
#[derive(Parser)]
#[command(name = "cargo xtask bench retry", bin_name = "cargo xtask bench retry")]
struct Args {
    /// The last line of standard output is one JSON object
    #[arg(long)]
    json: bool,
    /// Only check the arguments
    #[arg(long, hide = true)]
    parse_only: bool,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    if args.parse_only {
        return Ok(ExitCode::SUCCESS);
    }
    let storm = storm::run();
    storm.draw(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?)?;
    storm.table();
    if args.json {
        println!("{}", storm.json());
    }
    Ok(if storm.ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
