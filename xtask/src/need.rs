//! What a command needs, found or installed. Nothing is installed that is there already, and each installation says why.
use crate::{sh, tools};
use anyhow::{Context, Result, bail};
use std::path::Path;

const WASM: &str = "wasm32-unknown-unknown";
const WASM_PACK: &str = "0.15.1";
const GECKODRIVER: &str = "0.37.1";

/// A program from Debian: what to look for, the package that has it, and what it is for.
struct Debian {
    found: fn() -> bool,
    package: &'static str,
    why: &'static str,
}

const CHROMIUM: [Debian; 2] = [
    Debian { found: || sh::which("chromium").is_some(), package: "chromium", why: "the browser Chromium" },
    Debian { found: || sh::which("chromedriver").is_some(), package: "chromium-driver", why: "to drive Chromium" },
];
const FIREFOX: [Debian; 1] = [Debian {
    found: || sh::which("firefox-esr").or_else(|| sh::which("firefox")).is_some(),
    package: "firefox-esr",
    why: "the browser Firefox",
}];
const WEBKIT: [Debian; 2] = [
    Debian {
        found: || sh::which("WebKitWebDriver").is_some(),
        package: "webkit2gtk-driver",
        why: "WebKit (the engine of iOS web views) and its driver",
    },
    Debian {
        found: || sh::which("Xvfb").is_some(),
        package: "xvfb",
        why: "a screen for WebKit, which has no headless mode",
    },
];
const FONTS: Debian =
    Debian { found: chinese_glyphs, package: "fonts-noto-cjk", why: "Chinese glyphs; without them pages show boxes" };

fn chinese_glyphs() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
        || sh::output(sh::command("fc-list").arg(":lang=zh")).is_some_and(|fonts| !fonts.is_empty())
}

pub fn everything() -> Result<()> {
    wasm_tools()?;
    wasm_pack()?;
    npm("pkg-config")?;
    npm("www")?;
    browsers(&["chromium", "firefox", "webkit"])
}

/// The target and the CLI that turn the crate into a wasm module.
pub fn wasm_tools() -> Result<()> {
    wasm_target()?;
    wasm_bindgen()
}

/// rustfmt and clippy; a minimal Rust has neither.
pub fn lint_tools() -> Result<()> {
    for (verb, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if sh::output(sh::cargo().args([verb, "--version"])).is_none() {
            sh::step(&format!("installing {component}: the code is held to it"), || {
                sh::run(
                    sh::command("rustup").args(["component", "add", component]),
                    &format!("install {component} for this toolchain by hand and run again"),
                )
            })?;
        }
    }
    Ok(())
}

/// Browsers and drivers of these engines.
pub fn browsers(engines: &[&str]) -> Result<()> {
    let mut wanted: Vec<&Debian> = vec![&FONTS];
    for engine in engines {
        match *engine {
            "chromium" => wanted.extend(&CHROMIUM),
            "firefox" => wanted.extend(&FIREFOX),
            "webkit" => wanted.extend(&WEBKIT),
            other => bail!("no engine is called {other}; there are chromium, firefox and webkit"),
        }
    }
    debian(&wanted)?;
    if engines.contains(&"firefox") {
        crate_tool("geckodriver", GECKODRIVER, false, &["--locked"], "to drive Firefox; Debian has none")?;
    }
    Ok(())
}

pub fn wasm_pack() -> Result<()> {
    crate_tool("wasm-pack", WASM_PACK, false, &["--locked"], "to run the crate's tests in browsers")
}

/// npm packages of one folder, as its lock file names them.
pub fn npm(folder: &str) -> Result<()> {
    npm_with(folder, &[])
}

/// The same for packages that are only looked at: nothing of theirs runs here.
pub fn npm_unrun(folder: &str) -> Result<()> {
    npm_with(folder, &["--ignore-scripts"])
}

fn npm_with(folder: &str, flags: &[&str]) -> Result<()> {
    if sh::which("npm").is_none() {
        bail!("npm not found: install Node.js 20 or newer (Debian: `apt-get install nodejs npm`) and run again");
    }
    let dir = sh::root().join(folder);
    let hash =
        crate::stamp::Inputs::new().path(&dir.join("package.json"))?.path(&dir.join("package-lock.json"))?.hash();
    // The stamp lives in what it vouches for, so that removing node_modules removes it too.
    let stamp = dir.join("node_modules/.xtask-ci");
    crate::stamp::unless_current(&stamp, &hash, &[dir.join("node_modules")], || {
        sh::step(
            &format!("npm packages of {folder}/ (npm ci: its lock file has changed or they are not there)"),
            || {
                let mut ci = sh::command("npm");
                ci.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).args(flags);
                sh::run(
                    ci.current_dir(&dir),
                    &format!("run `npm ci` in {folder}/ by hand, and see that the npm registry can be reached"),
                )
            },
        )
    })
}

fn wasm_target() -> Result<()> {
    let sysroot = sh::output(sh::command("rustc").args(["--print", "sysroot"]))
        .context("rustc not found: install Rust and run again")?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(());
    }
    sh::step(&format!("installing Rust's target {WASM}: the guard is compiled to it"), || {
        sh::run(
            sh::command("rustup").args(["target", "add", WASM]),
            &format!("install the target {WASM} for this toolchain by hand (`rustup target add {WASM}`) and run again"),
        )
    })
}

/// The CLI must be of the very version of the crate in Cargo.lock: their format is private to the pair.
fn wasm_bindgen() -> Result<()> {
    let lock = std::fs::read_to_string(sh::root().join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
    // Not --locked: the CLI's own lock file names a version that the registry no longer has.
    crate_tool("wasm-bindgen", &version, true, &["--no-default-features"], "it makes the wasm module's JavaScript")
}

fn locked_version(lock: &str, name: &str) -> Option<String> {
    let entry = lock.split("[[package]]").find(|entry| entry.contains(&format!("name = \"{name}\"\n")))?;
    let line = entry.lines().find(|line| line.starts_with("version = "))?;
    line.split('"').nth(1).map(String::from)
}

/// A tool that is installed from crates.io into the project's tools folder, unless PATH has it (in that version, if it matters).
fn crate_tool(program: &str, version: &str, exact: bool, flags: &[&str], why: &str) -> Result<()> {
    let found = sh::output(sh::command(program).arg("--version"));
    if found.is_some_and(|text| !exact || text.split_whitespace().any(|word| word == version)) {
        return Ok(());
    }
    let package = if program == "wasm-bindgen" { "wasm-bindgen-cli" } else { program };
    let spec = format!("{package}@{version}");
    sh::step(&format!("installing {spec} into {}: {why} (some minutes, once)", tools::folder().display()), || {
        let mut install = sh::cargo();
        // --debug: these tools run for a second, an optimised build of them takes minutes.
        install.args(["install", "--quiet", "--debug", "--root"]).arg(tools::folder()).arg(&spec).args(flags);
        install.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");
        sh::run(&mut install, &format!("install {spec} by hand so that `{program}` is on PATH, and run again"))
    })
}

fn debian(wanted: &[&Debian]) -> Result<()> {
    let missing: Vec<_> = wanted.iter().filter(|item| !(item.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<_> = missing.iter().map(|item| item.package).collect();
    let list = packages.join(" ");
    let fix =
        format!("install by hand what was missing (Debian: `apt-get update && apt-get install {list}`) and run again");
    if sh::which("apt-get").is_none() {
        bail!("{} not found, and no apt-get to install it with; {fix}", packages.join(", "));
    }
    for item in &missing {
        eprintln!("▸ missing: {} — {}", item.package, item.why);
    }
    sh::step(&format!("installing {list} (apt-get)"), || {
        // The package lists of a fresh machine are empty.
        sh::run(apt().args(["update", "-qq"]), &fix)?;
        sh::run(
            apt()
                .args(["install", "-y", "-qq", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"])
                .args(&packages)
                .stdout(std::process::Stdio::null()),
            &fix,
        )
    })?;
    match missing.iter().find(|item| !(item.found)()) {
        Some(item) => bail!("{} is still not found after `apt-get install {}`; {fix}", item.why, item.package),
        None => Ok(()),
    }
}

fn apt() -> std::process::Command {
    let root = sh::output(sh::command("id").arg("-u")).is_some_and(|id| id == "0");
    let mut command = sh::command(if root { "apt-get" } else { "sudo" });
    if !root {
        command.args(["-n", "apt-get"]);
    }
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_locked_version_is_that_of_the_crate_and_not_of_one_with_a_longer_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(super::locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(super::locked_version(lock, "absent"), None);
    }
}
