//! The npm package: crate → wasm → wasm-bindgen → pkg-config/build.mjs → target/npm/pagemend-<version>.tgz.
use crate::stamp::{Inputs, unless_current};
use crate::{need, sh};
use anyhow::Result;
use std::path::{Path, PathBuf};

const WASM: &str = "wasm32-unknown-unknown";

/// A module that wasm-bindgen is to make of the crate.
struct Module {
    /// In target/npm, and of the step.
    name: &'static str,
    title: &'static str,
    flags: &'static str,
    bindgen: &'static [&'static str],
    /// Where cargo builds it: what is compiled with other flags has another place.
    target: &'static str,
}

impl Module {
    fn is_for_javascript(&self) -> bool {
        self.name == "plain"
    }
}

const MODULES: [Module; 2] = [
    Module {
        name: "wasm",
        title: "compiling the guard to wasm",
        flags: "",
        // Where the module is, whoever loads it says; it is never guessed from import.meta.
        bindgen: &["--target", "web", "--omit-default-module-path"],
        target: "",
    },
    // For pages that may not run WebAssembly. build.mjs makes JavaScript of it, which has no more than the first version of wasm had.
    Module {
        name: "plain",
        title: "compiling the guard for plain JavaScript",
        // plain.ts takes all of this memory at once.
        flags: "-Ctarget-cpu=mvp -Ctarget-feature=+mutable-globals -Clink-arg=--max-memory=33554432",
        bindgen: &["--target", "bundler"],
        target: "plain",
    },
];

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
    for module in &MODULES {
        compile(module)?;
    }
    tarball()
}

fn compile(module: &Module) -> Result<()> {
    let root = sh::root();
    let flags = format!("{} {}", nameless(), module.flags);
    let hash = Inputs::new()
        .text(&flags)
        .text(&module.bindgen.join(" "))
        .path(&root.join("src"))?
        // Part of the types that wasm-bindgen writes.
        .path(&root.join("pkg-config/src/vocabulary.ts"))?
        .path(&root.join("Cargo.toml"))?
        .path(&root.join("Cargo.lock"))?
        .hash();
    let out = npm_dir().join(module.name);
    let outputs = [out.join("pagemend_bg.wasm"), out.join("pagemend.js")];
    unless_current(&stamps().join(module.name), &hash, &outputs, || {
        let target = sh::cargo_target().join(module.target);
        sh::step(module.title, || {
            let mut build = sh::cargo();
            build.args(["build", "--quiet", "--profile", "wasm", "--target", WASM, "--package", "pagemend", "--lib"]);
            build.arg("--target-dir").arg(&target).env("RUSTFLAGS", flags.trim());
            sh::run(&mut build, "see the compiler's message above")
        })?;
        let compiled = target.join(WASM).join("wasm/pagemend.wasm");
        sh::step("wasm-bindgen", || {
            let input = if module.is_for_javascript() { without_features(&compiled)? } else { compiled };
            let mut bindgen = sh::command("wasm-bindgen");
            bindgen.args(module.bindgen).args(["--out-name", "pagemend"]).arg("--out-dir").arg(&out).arg(input);
            sh::run(&mut bindgen, "`cargo xtask setup` installs the CLI in the version that Cargo.lock names")
        })
    })
}

/// wasm-bindgen goes by what a module says that it uses; the standard library, which comes compiled, says more than this one was built for.
fn without_features(compiled: &Path) -> Result<PathBuf> {
    let stripped = npm_dir().join("stripped.wasm");
    let mut strip = sh::command("node");
    strip.arg("pkg-config/node_modules/binaryen/bin/wasm-opt").args(["-g", "--strip-target-features", "-o"]);
    sh::run(strip.arg(&stripped).arg(compiled), "`cargo xtask setup` installs binaryen")?;
    Ok(stripped)
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
        .path(&npm_dir().join("plain"))?
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
