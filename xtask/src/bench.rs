//! `bench size`: the bytes that a page pays, read from the very package that is published.
//! `bench render`, `bench retry`, `bench fresh`, `bench page`: what is needed for these benchmarks, which are programs of their own (tests/bench).
use crate::stamp::{Inputs, unless_current};
use crate::{need, package, sh, site};
use anyhow::{Context, Result};
use std::process::Command;

#[derive(clap::Args)]
#[command(arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Bytes of boot.js, engine, wasm and entries: minified, gzip, brotli
    Size {
        /// The last line of standard output is one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Labelled pages judged by Pagemend in three engines and by its peers, and what a check costs; every argument is passed on (try
    /// `cargo xtask bench render --help`)
    #[command(disable_help_flag = true)]
    Render {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// What retries add to the load of a server that fails, with a thousand simulated clients; and the retry suite beside two other libraries
    #[command(disable_help_flag = true)]
    Retry {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Who tells of a new version, and only of one: Pagemend and two update checkers before the same servers (roll-outs, roll-backs, errors that name
    /// a version, caches, silence), in Chromium (try `cargo xtask bench fresh --help`)
    #[command(disable_help_flag = true)]
    Fresh {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// The lending site in Chromium plain, with the guard, with Sentry and with Faro, in turns: main thread, blocking, LCP, heap, bytes, and who
    /// comes back after a failed entry script; about 10 minutes, on a machine that does nothing else (try `cargo xtask bench page --help`)
    #[command(disable_help_flag = true)]
    Page {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

pub fn run(args: &Args) -> Result<()> {
    match &args.what {
        What::Size { json } => size(*json),
        What::Render { args } => render(args),
        What::Retry { args } => retry(args),
        What::Fresh { args } => fresh(args),
        What::Page { args } => page(args),
    }
}

fn compile() -> Result<()> {
    sh::step("compiling the benchmark", || {
        sh::run(
            sh::cargo().args(["build", "--quiet", "--package", "pagemend-bench"]),
            "see the compiler's message above",
        )
    })
}

fn program(name: &str) -> Command {
    sh::command(sh::cargo_target().join("debug").join(name))
}

fn ended(program: &mut Command) -> Result<()> {
    match program.status()?.code() {
        Some(0) => Ok(()),
        code => anyhow::bail!(
            "the benchmark ended with {}; what does not hold is explained above",
            code.map_or("a signal".into(), |code| format!("exit status {code}"))
        ),
    }
}

/// The render benchmark with these arguments.
pub fn render(args: &[String]) -> Result<()> {
    compile()?;
    let bench = || program("pagemend-bench");
    site::check(bench(), args)?;
    let engines = site::engines_of(args);
    need::browsers(&engines)?;
    package::package()?;
    need::npm_unrun("tests/corpus/real")?;
    if engines.contains(&"chromium") && !args.iter().any(|arg| arg == "--no-peers" || arg == "--verdicts") {
        peers()?;
    }
    ended(bench().args(args))
}

fn retry(args: &[String]) -> Result<()> {
    compile()?;
    let bench = || program("pagemend-bench-retry");
    site::check(bench(), args)?;
    if !args.iter().any(|arg| arg == "--no-peers") {
        need::browsers(&["chromium"])?;
        package::package()?;
        need::npm_unrun("tests/bench/peers")?;
    }
    ended(bench().args(args))
}

fn fresh(args: &[String]) -> Result<()> {
    compile()?;
    let bench = || program("pagemend-bench-fresh");
    site::check(bench(), args)?;
    need::browsers(&["chromium"])?;
    package::package()?;
    if !args.iter().any(|arg| arg == "--no-peers") {
        peers()?;
    }
    ended(bench().args(args))
}

fn page(args: &[String]) -> Result<()> {
    compile()?;
    let bench = || program("pagemend-bench-page");
    site::check(bench(), args)?;
    need::browsers(&["chromium"])?;
    site::build()?;
    peers()?;
    ended(bench().args(args))
}

/// The peers, in the versions that their lock file names, as scripts for a page.
fn peers() -> Result<()> {
    need::npm("tests/bench/peers")?;
    let folder = sh::root().join("tests/bench/peers");
    let hash = Inputs::new().path(&folder)?.hash();
    let scripts = ["peers.js", "page/sentry.js", "page/faro.js", "fresh/version-rocket.js"]
        .map(|file| sh::root().join("target/bench").join(file));
    unless_current(&package::stamps().join("peers"), &hash, &scripts, || {
        sh::step("bundling the peers", || {
            sh::run(sh::command("node").arg("build.mjs").current_dir(&folder), "see the message above")
        })
    })
}

/// brotli is Node's own, in its strongest setting: what a CDN serves for a file that it compresses once.
const MEASURE: &str = r#"
const { gzipSync, brotliCompressSync } = require("node:zlib"), { readFileSync } = require("node:fs");
for (const file of process.argv.slice(1)) { const body = readFileSync(file); console.log(body.length, gzipSync(body, { level: 9 }).length, brotliCompressSync(body).length); }
"#;

const FILES: [&str; 9] = [
    "boot.js",
    "engine.js",
    "pagemend_bg.wasm",
    "instrument.js",
    "trust.js",
    "index.js",
    "slim.js",
    "client.js",
    "pagemend.iife.js",
];

fn size(json: bool) -> Result<()> {
    let tgz = package::package()?;
    let folder = sh::root().join("target/npm/unpacked");
    std::fs::remove_dir_all(&folder).ok();
    std::fs::create_dir_all(&folder)?;
    sh::run(Command::new("tar").arg("-xzf").arg(&tgz).arg("-C").arg(&folder), "install tar")?;
    let dist = folder.join("package/dist");
    let mut node = sh::command("node");
    node.args(["-e", MEASURE, "--"]).args(FILES.map(|file| dist.join(file)));
    let out = sh::output(&mut node).context("could not measure the package's files: is one missing from its dist/?")?;
    let sizes: Vec<Vec<u64>> =
        out.lines().map(|line| line.split(' ').filter_map(|number| number.parse().ok()).collect()).collect();
    println!("{:<20} {:>9} {:>9} {:>9}", "file", "bytes", "gzip", "brotli");
    for (file, size) in FILES.iter().zip(&sizes) {
        println!("{file:<20} {:>9} {:>9} {:>9}", size[0], size[1], size[2]);
    }
    let (boot, engine) = (sizes[0][2], sizes[1][2] + sizes[2][2]);
    let (boot_limit, engine_limit) = limits()?;
    let ok = boot <= boot_limit && engine <= engine_limit;
    println!("boot.js {boot} of {boot_limit} bytes brotli, engine {engine} of {engine_limit}");
    if json {
        let rows: Vec<_> = FILES
            .iter()
            .zip(&sizes)
            .map(|(file, size)| serde_json::json!({"file": file, "bytes": size[0], "gzip": size[1], "brotli": size[2]}))
            .collect();
        println!(
            "{}",
            serde_json::json!({"ok": ok, "summary": {"bootBrotli": boot, "engineBrotli": engine}, "rows": rows})
        );
    }
    anyhow::ensure!(ok, "a size is over its limit");
    Ok(())
}

/// The same file that the package's build is held to.
fn limits() -> Result<(u64, u64)> {
    let file = sh::root().join("pkg-config/budgets.json");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let budgets: serde_json::Value = serde_json::from_str(&text)?;
    let limit = |name: &str| budgets[name].as_u64().with_context(|| format!("{} names no {name}", file.display()));
    Ok((limit("boot.js")?, limit("engine.js + pagemend_bg.wasm")?))
}
