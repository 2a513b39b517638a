//! The npm package: crate → wasm → wasm-bindgen → pkg-config/build.mjs → target/npm/pagemend-<version>.tgz.
use crate::stamp::{Inputs, unless_current};
use crate::{need, sh};
use anyhow::Result;
use std::path::PathBuf;

const WASM: &str = "wasm32-unknown-unknown";

/// Where the module is, whoever loads it says; it is never guessed from import.meta.
const BINDGEN: [&str; 5] = ["--target", "web", "--omit-default-module-path", "--out-name", "pagemend"];

pub fn stamps() -> PathBuf {
    sh::root().join("target/stamps")
}

fn npm_dir() -> PathBuf {
    sh::root().join("target/npm")
}

/// Builds what is not current and hands back the tarball's path.
pub fn package() -> Result<PathBuf> {
    need::wasm_tools()?;
    need::npm("pkg-config")?;
    wasm()?;
    tarball()
}

fn wasm() -> Result<()> {
    let root = sh::root();
    let flags = nameless();
    let hash = Inputs::new()
        .text(&flags)
        .text(&BINDGEN.join(" "))
        .path(&root.join("src"))?
        // Part of the types that wasm-bindgen writes.
        .path(&root.join("pkg-config/src/vocabulary.ts"))?
        .path(&root.join("Cargo.toml"))?
        .path(&root.join("Cargo.lock"))?
        .hash();
    let out = npm_dir().join("wasm");
    unless_current(&stamps().join("wasm"), &hash, &[out.join("pagemend_bg.wasm"), out.join("pagemend.js")], || {
        sh::step("compiling the guard to wasm", || {
            let mut build = sh::cargo();
            build.args(["build", "--quiet", "--profile", "wasm", "--target", WASM, "--package", "pagemend", "--lib"]);
            sh::run(build.env("RUSTFLAGS", &flags), "see the compiler's message above")
        })?;
        sh::step("wasm-bindgen", || {
            let module = sh::cargo_target().join(WASM).join("wasm/pagemend.wasm");
            let mut bindgen = sh::command("wasm-bindgen");
            bindgen.args(BINDGEN).arg("--out-dir").arg(&out).arg(module);
            sh::run(&mut bindgen, "`cargo xtask setup` installs the CLI in the version that Cargo.lock names")
        })
    })
}

/// Panics name their place: what ships does not tell whose machine it was built on.
fn nameless() -> String {
    let home = |variable: &str, folder: &str| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(folder)))
    };
    [home("CARGO_HOME", ".cargo"), home("RUSTUP_HOME", ".rustup")]
        .into_iter()
        .flatten()
        .map(|path| format!("--remap-path-prefix={}=", path.display()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn tarball() -> Result<PathBuf> {
    let root = sh::root();
    let tgz = npm_dir().join(concat!("pagemend-", env!("CARGO_PKG_VERSION"), ".tgz"));
    let hash = Inputs::new()
        .path(&npm_dir().join("wasm"))?
        .path(&root.join("pkg-config"))?
        .path(&root.join("README.md"))?
        .path(&root.join("LICENSE"))?
        .path(&root.join("CHANGELOG.md"))?
        .hash();
    unless_current(&stamps().join("package"), &hash, std::slice::from_ref(&tgz), || {
        sh::step("npm package: wasm-opt, bundles, types, size budgets, tarball", || {
            sh::run(sh::command("node").arg("pkg-config/build.mjs"), "see the message above")
        })
    })?;
    Ok(tgz)
}

/// Installs the npm packages of a project, and the packed tarball as a customer would. Hands back a hash of the tarball.
pub fn installed(folder: &str) -> Result<String> {
    let tgz = package()?;
    need::npm(folder)?;
    let dir = sh::root().join(folder);
    let packed = Inputs::new().path(&tgz)?.hash();
    let installed = dir.join("node_modules/pagemend");
    unless_current(&dir.join("node_modules/.xtask-tarball"), &packed, &[installed.join("package.json")], || {
        sh::step(&format!("installing the packed tarball into {folder}/"), || {
            // npm keeps what it has under the same version: remove it first.
            std::fs::remove_dir_all(&installed).ok();
            let mut install = sh::command("npm");
            install.args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]).arg(&tgz);
            sh::run(install.current_dir(&dir), &format!("run it by hand in {folder}/ to see why"))
        })
    })?;
    Ok(packed)
}
