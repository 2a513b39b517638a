//! `demo`: the lending site to play with, and the documentation with its fault lab; `demo --headless`: every fault in Chromium, without and with the guard side by side.
use crate::{docs, need, port, sh, site};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;

#[derive(clap::Args)]
pub struct Args {
    /// Walk every fault in Chromium and print the table; exit status 0 only if all hold
    #[arg(long)]
    headless: bool,
    /// Port of the site (4173 if it is free, else any free one)
    #[arg(long)]
    port: Option<u16>,
}

const USUAL_PORT: u16 = 4173;
const USUAL_DOCS_PORT: u16 = 4174;

pub fn run(args: &Args) -> Result<()> {
    if args.headless {
        need::browsers(&["chromium"])?;
        site::build()?;
        return headless();
    }
    site::build()?;
    serve(args.port, &docs::build()?)
}

fn serve(port: Option<u16>, docs: &Path) -> Result<()> {
    site::build_server()?;
    let port = port::free(port, USUAL_PORT)?.to_string();
    let docs_port = port::free(None, USUAL_DOCS_PORT)?.to_string();
    let mut server = sh::command(sh::cargo_target().join("debug/pagemend-server"));
    server.args(["--page-port", &port, "--backup-port", "0", "--docs-port", &docs_port, "--docs"]).arg(docs);
    sh::until_interrupted(&mut server)
}

fn headless() -> Result<()> {
    site::build_lab()?;
    let bare = sh::step("every fault without the guard", || lab("none"))?;
    let guarded = sh::step("every fault with the guard", || lab("pagemend"))?;
    let rows = |run: &Value| run["rows"].as_array().cloned().unwrap_or_default();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or("").to_string();
    println!("{:<28} {:<44} {:<52} {:>7}  {:<10} cause", "fault", "without guard", "with guard", "seconds", "outcome");
    let without = rows(&bare);
    for row in rows(&guarded) {
        let fault = text(&row, "fault");
        let contrast = without
            .iter()
            .find(|other| other["fault"] == row["fault"])
            .map_or(String::new(), |other| mark(other) + &text(other, "seen"));
        let seconds = row["seconds"].as_f64().unwrap_or(0.0);
        let (outcome, cause) = (text(&row, "outcome"), text(&row, "cause"));
        println!(
            "{fault:<28} {contrast:<44} {:<52} {seconds:>7.1}  {outcome:<10} {cause}",
            mark(&row) + &text(&row, "seen")
        );
    }
    let held = |run: &Value| rows(run).iter().filter(|row| row["ok"] == true).count();
    println!(
        "\n{} of {} faults handled as promised, {} of {} contrasts as recorded",
        held(&guarded),
        rows(&guarded).len(),
        held(&bare),
        without.len()
    );
    if guarded["ok"] != true || bare["ok"] != true {
        bail!("not every row held; each that did not is explained above");
    }
    Ok(())
}

fn mark(row: &Value) -> String {
    if row["ok"] == true { String::new() } else { "FAILED: ".into() }
}

/// Runs the lab in Chromium; its progress is shown, its last line is the result.
fn lab(guard: &str) -> Result<Value> {
    let mut lab = site::lab_command();
    lab.args(["--engine", "chromium", "--guard", guard, "--json"]);
    let out = lab.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("the lab did not start")?;
    let text = String::from_utf8_lossy(&out.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).with_context(|| format!("the lab ended with {} and no result", out.status))
}
