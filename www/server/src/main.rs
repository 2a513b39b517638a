//! `pagemend-server`: the fault server by hand, until Ctrl-C.

use std::path::PathBuf;

use clap::Parser;
use pagemend_server::{ServerConfig, spawn};

/// Serves the lending site from two origins, with faults on demand and an OTLP/HTTP receiver.
#[derive(Parser)]
#[command(version)]
struct Args {
    /// Port of the page origin; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    page_port: u16,
    /// Port of the backup CDN; 0 takes a free one
    #[arg(long, default_value_t = 8081)]
    backup_port: u16,
    /// Folder of the built documentation: it is served, too, and the site a second time, without the guard, for its fault lab
    #[arg(long)]
    docs: Option<PathBuf>,
    /// Port of the documentation; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    docs_port: u16,
    /// Folder of the older build
    #[arg(long, default_value = "www/dist/a")]
    dist_a: PathBuf,
    /// Folder of the newer build
    #[arg(long, default_value = "www/dist/b")]
    dist_b: PathBuf,
    /// Append every incident here, one JSON object a line
    #[arg(long)]
    incidents_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let running = spawn(ServerConfig {
        dist_a: args.dist_a,
        dist_b: args.dist_b,
        incidents_file: args.incidents_file,
        page_port: args.page_port,
        backup_port: args.backup_port,
        docs: args.docs,
        docs_port: args.docs_port,
    })
    .await?;
    println!("page       {}", running.page);
    println!("panel      {}/?lab", running.page);
    println!("incidents  {}/incidents", running.page);
    println!("backup     {}", running.backup);
    if let Some(docs) = &running.docs {
        println!("fault lab  {docs}/fault-lab");
    }
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}
