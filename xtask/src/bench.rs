//! `bench size`: the bytes that a page pays, read from the very package that is published.
use crate::{package, sh};
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
}

pub fn run(args: &Args) -> Result<()> {
    match args.what {
        What::Size { json } => size(json),
    }
}

/// brotli is Node's own, in its strongest setting: what a CDN serves for a file that it compresses once.
const MEASURE: &str = r#"
const { gzipSync, brotliCompressSync } = require("node:zlib"), { readFileSync } = require("node:fs");
for (const file of process.argv.slice(1)) { const body = readFileSync(file); console.log(body.length, gzipSync(body, { level: 9 }).length, brotliCompressSync(body).length); }
"#;

const FILES: [&str; 7] =
    ["boot.js", "engine.js", "pagemend_bg.wasm", "index.js", "slim.js", "client.js", "pagemend.iife.js"];

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
