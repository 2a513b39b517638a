//! The suite `stacks` is walked by Node, as bundlers and frameworks are: tests/stacks/run.mjs.
use anyhow::{Context, Result};
use std::path::Path;
use std::process::ExitCode;
use tokio::process::Command;

pub async fn run(rows: &[String], jobs: usize, json: bool) -> Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut node = Command::new("node");
    node.current_dir(root).arg("tests/stacks/run.mjs").args(["--jobs", &jobs.to_string()]).kill_on_drop(true);
    for row in rows {
        node.args(["--row", row]);
    }
    if json {
        node.arg("--json");
    }
    let status =
        node.status().await.context("node did not start: `cargo xtask lab --suite stacks` says what is missing")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
