//! What the programs of the benchmarks share: two of their arguments, how they end, and that they may be interrupted.
use anyhow::Result;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

#[derive(clap::Args)]
pub struct Common {
    /// The last line of standard output is one JSON object
    #[arg(long)]
    pub json: bool,
    /// Only check the arguments
    #[arg(long, hide = true)]
    pub parse_only: bool,
}

/// The exit status of a benchmark, also of one that could not run.
pub fn ended(outcome: Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("the benchmark could not run: {error:#}");
        ExitCode::FAILURE
    })
}

/// What the work comes to, or the exit status of a program that was interrupted. Dropped work ends every driver and browser of its own.
pub async fn unless_interrupted<T>(work: impl Future<Output = Result<T>>) -> Result<Result<T, ExitCode>> {
    let (mut interrupted, mut ended) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        done = work => done.map(Ok),
        _ = interrupted.recv() => Ok(Err(ExitCode::from(130))),
        _ = ended.recv() => Ok(Err(ExitCode::from(143))),
    }
}
