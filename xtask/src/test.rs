//! Everything that CI runs, in order; stops at the first failure.
use crate::{bench, need, package, sh, site};
use anyhow::{Context, Result};
use std::process::Command;
use std::time::Instant;

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 17] = [
    ("format", || {
        need::lint_tools()?;
        sh::run(sh::cargo().args(["fmt", "--all", "--check"]), "run `cargo fmt --all`")
    }),
    ("clippy", || {
        sh::run(
            sh::cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]),
            "see the lints above",
        )
    }),
    ("clippy for wasm32", clippy_wasm),
    ("host tests", || sh::run(sh::cargo().args(["test", "--quiet", "--workspace"]), "see the failed test above")),
    ("npm package and its size budgets", || package::package().map(drop)),
    ("browsers and drivers", || need::browsers(&["chromium", "firefox", "webkit"])),
    ("package tests", || need::wasm_pack().and_then(|()| npm("pkg-config", "test"))),
    ("lending site and its types", || site::build().and_then(|()| npm("www", "check"))),
    ("wasm-pack test in Chromium", || wasm_pack("--chrome", "CHROMEDRIVER", "chromedriver")),
    ("wasm-pack test in Firefox", || wasm_pack("--firefox", "GECKODRIVER", "geckodriver")),
    ("lab in Chromium", || lab("chromium")),
    ("lab in Firefox", || lab("firefox")),
    ("lab in WebKit", || lab("webkit")),
    // Most of their time is waiting, so many side by side cost little.
    ("retry suite in three engines", || site::lab(&["--suite", "retry", "--jobs", "6"].map(String::from))),
    // A row that is in several of them is walked once.
    ("harm, fresh and storage suites in three engines", || {
        let suites = ["--suite", "harm", "--suite", "fresh", "--suite", "storage", "--jobs", "6"];
        site::lab(&suites.map(String::from))
    }),
    ("random walk, 60 sessions", || {
        site::lab(&["--suite", "walk", "--sessions", "60", "--engine", "chromium", "--jobs", "6"].map(String::from))
    }),
    ("labelled pages in Chromium", || {
        bench::render(&["--engine", "chromium", "--verdicts", "--jobs", "9"].map(String::from))
    }),
];

pub fn run() -> Result<()> {
    let start = Instant::now();
    for (at, (name, step)) in STEPS.iter().enumerate() {
        println!("\n── {}/{} {name}", at + 1, STEPS.len());
        let began = Instant::now();
        if let Err(error) = step() {
            println!("── {name} failed after {:.0} s", began.elapsed().as_secs_f32());
            println!("{at} passed, 1 failed");
            return Err(error.context(*name));
        }
        println!("── {name}: ok, {:.0} s", began.elapsed().as_secs_f32());
    }
    println!("\nall steps took {:.0} s", start.elapsed().as_secs_f32());
    println!("{} passed, 0 failed", STEPS.len());
    Ok(())
}

fn clippy_wasm() -> Result<()> {
    need::wasm_tools()?;
    let mut clippy = sh::cargo();
    clippy.args([
        "clippy",
        "--quiet",
        "--target",
        "wasm32-unknown-unknown",
        "--package",
        "pagemend",
        "--lib",
        // wasm-pack builds them all, whichever it runs: what compiles for the host alone is to be found here, in seconds.
        "--tests",
        "--",
        "-D",
        "warnings",
    ]);
    sh::run(&mut clippy, "see the lints above")
}

/// Runs a script of a package.json of ours.
pub fn npm(folder: &str, script: &str) -> Result<()> {
    need::npm(folder)?;
    let mut npm = sh::command("npm");
    npm.args(["run", "--silent", script]).current_dir(sh::root().join(folder));
    sh::run(&mut npm, &format!("see the message above; the script is in {folder}/package.json"))
}

fn wasm_pack(browser: &str, variable: &str, driver: &str) -> Result<()> {
    need::wasm_tools()?;
    need::wasm_pack()?;
    let path = sh::which(driver).with_context(|| format!("{driver} not found: `cargo xtask setup` installs it"))?;
    let mut test: Command = sh::command("wasm-pack");
    // no-install: the CLI is there already in the right version; wasm-pack would fetch a binary from elsewhere.
    test.args(["test", "--headless", browser, "--mode", "no-install", "--", "--test", "web"]).env(variable, path);
    // For all tests together, in seconds; its default of 20 is what they take on two cores.
    test.env("WASM_BINDGEN_TEST_TIMEOUT", "180");
    sh::run(&mut test, "see the failed test above")
}

fn lab(engine: &str) -> Result<()> {
    site::lab(&["--engine".into(), engine.into()])
}
