//! `docs`: the README's tables; `docs --site`: the documentation's pages, built by `VitePress` and served on this machine.
use crate::stamp::{Inputs, unless_current};
use crate::{need, package, port, sh, site, test};
use anyhow::Result;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// Builds the documentation's site and serves it, in place of writing the README's tables
    #[arg(long)]
    site: bool,
    /// Builds it and ends
    #[arg(long, requires = "site")]
    build_only: bool,
    /// Builds it and the lending site, and walks both in Chromium: accessibility, console, nothing from elsewhere; each fault of the fault lab
    #[arg(long, requires = "site", conflicts_with = "build_only")]
    check: bool,
    /// Port of the site (4175 if it is free, else any free one)
    #[arg(long, requires = "site")]
    port: Option<u16>,
}

const FOLDER: &str = "www/docs";
const USUAL_PORT: u16 = 4175;

pub fn run(args: &Args) -> Result<()> {
    if !args.site {
        return test::npm("pkg-config", "docs");
    }
    build()?;
    if args.check {
        need::browsers(&["chromium"])?;
        site::build()?;
        site::build_server()?;
        return test::npm(FOLDER, "check");
    }
    if args.build_only {
        return Ok(());
    }
    let port = port::free(args.port, USUAL_PORT)?.to_string();
    println!("docs       http://127.0.0.1:{port}");
    let mut npm = sh::command("npm");
    npm.args(["run", "--silent", "serve", "--", "--port", &port]).current_dir(sh::root().join(FOLDER));
    sh::until_interrupted(&mut npm)
}

/// Builds www/docs/.vitepress/dist, and hands it back.
pub fn build() -> Result<PathBuf> {
    // The reference pages are read from the package's sources by its own compiler.
    need::npm("pkg-config")?;
    need::npm(FOLDER)?;
    let root = sh::root();
    let dist = root.join(FOLDER).join(".vitepress/dist");
    let hash = Inputs::new()
        .path(&root.join(FOLDER))?
        .path(&root.join("pkg-config/docs"))?
        .path(&root.join("pkg-config/src"))?
        .path(&root.join("pkg-config/tests/golden"))?
        .path(&root.join("src/shell/prompt/style.rs"))?
        .path(&root.join("README.md"))?
        .hash();
    unless_current(&package::stamps().join("docs"), &hash, &[dist.join("index.html")], || {
        sh::step("building the documentation", || {
            let mut npm = sh::command("npm");
            npm.args(["run", "--silent", "build"]).current_dir(root.join(FOLDER));
            sh::run(&mut npm, "see the message above")
        })
    })?;
    Ok(dist)
}
