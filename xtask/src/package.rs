//! The npm package: crate → wasm → wasm-bindgen → pkg-config/build.mjs → target/npm/pagemend-<version>.tgz.
use crate::stamp::{Inputs, unless_current};
use crate::{need, sh};
use anyhow::Result;
use std::path::PathBuf;

const WASM: &str = "wasm32-unknown-unknown";

/// Chosen by measuring the brotli size of the result.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zmir-opt-level=4 \
    -Cllvm-args=--inline-threshold=0 -Cllvm-args=--inlinehint-threshold=0";

/// Apart from the other builds: their flags differ, and each would throw away what the other made.
fn wasm_target() -> PathBuf {
    sh::cargo_target().join("shipped")
}

pub fn stamps() -> PathBuf {
    sh::root().join("target/stamps")
}

fn npm_dir() -> PathBuf {
    sh::root().join("target/npm")
}

/// Builds what is not current and hands back the tarball's path.
pub fn package() -> Result<PathBuf> {
    need::wasm_tools()?;
    need::rust_src()?;
    need::npm("pkg-config")?;
    wasm()?;
    tarball()
}

fn wasm() -> Result<()> {
    let root = sh::root();
    let hash = Inputs::new()
        .text(FLAGS)
        .path(&root.join("src"))?
        .path(&root.join("Cargo.toml"))?
        .path(&root.join("Cargo.lock"))?
        .hash();
    let out = npm_dir().join("wasm");
    unless_current(&stamps().join("wasm"), &hash, &[out.join("pagemend_bg.wasm"), out.join("pagemend.js")], || {
        sh::step("compiling the guard to wasm, with a standard library made small", || {
            let mut build = sh::cargo();
            build.args(["build", "--quiet", "--profile", "wasm", "--target", WASM, "--package", "pagemend", "--lib"]);
            // A panic in the page is a trap that the shell survives; its message would be an eighth of what is shipped.
            // That takes a standard library of our own, and cargo still calls building one unstable.
            build.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
            build.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS).arg("--target-dir").arg(wasm_target());
            sh::run(&mut build, "see the compiler's message above")
        })?;
        sh::step("wasm-bindgen", || {
            let module = wasm_target().join(WASM).join("wasm/pagemend.wasm");
            let mut bindgen = sh::command("wasm-bindgen");
            bindgen.args(["--target", "web", "--out-name", "pagemend", "--out-dir"]).arg(&out).arg(module);
            sh::run(&mut bindgen, "`cargo xtask setup` installs the CLI in the version that Cargo.lock names")
        })
    })
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
