//! The lending site's fault server: it serves two builds of the site from two origins and breaks them on demand.
//!
//! Glossary
//! - **page origin**: what the borrower opens; HTML, assets, the small API, the OTLP receiver, `/incidents`, `/lab/*`.
//! - **backup origin**: the spare CDN; assets only, readable from any origin.
//! - **live build**: the one of the two builds whose files exist now. Switching it is what a deployment does.
//! - **fault**: one named way to break the site, see [`Fault`]. Several may be on at once.
//! - **incident**: what the guard reported, decoded from OTLP, see [`StoredIncident`].
//!
//! Module map: `listener` (connections, and the network going away) → `routes` → `html`, `assets`, `api`, `otlp`,
//! `incidents_page`, `control`; all share `state`. `markup` reads HTML for `html` and `assets`.

mod api;
mod assets;
mod clock;
mod config;
mod control;
mod faults;
mod html;
mod incidents;
mod incidents_page;
mod lab;
mod listener;
mod markup;
mod otlp;
mod request_log;
mod routes;
mod state;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use config::ServerConfig;
pub use faults::{Fault, UnknownFault};
pub use incidents::{PageView, Retries, StoredIncident};
pub use lab::LabHandle;
pub use request_log::{Origin, RequestEntry};
pub use state::{Booking, Build, LabState, Repayment, SmsSend, UnknownBuild};

/// A running server. Dropping it ends the server, too.
pub struct Running {
    /// `http://127.0.0.1:PORT` of the page.
    pub page: String,
    /// `http://127.0.0.1:PORT` of the backup CDN.
    pub backup: String,
    /// Faults, deployments and what was seen.
    pub lab: LabHandle,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Closes both origins and every connection to them, and waits for that.
    pub async fn stop(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            // The only error is the abort itself.
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Starts both origins. Must be called inside a tokio runtime.
///
/// # Errors
/// A build without `index.html`, a port that is taken, an incidents file that cannot be opened.
pub async fn spawn(cfg: ServerConfig) -> anyhow::Result<Running> {
    for dist in [&cfg.dist_a, &cfg.dist_b] {
        check_build(dist)?;
    }
    let page_listener = bind(cfg.page_port, "page").await?;
    let backup_listener = bind(cfg.backup_port, "backup").await?;
    let page = format!("http://{}", page_listener.local_addr()?);
    let backup = format!("http://{}", backup_listener.local_addr()?);

    let shared = Arc::new(state::Shared::new(page.clone(), backup.clone(), &cfg)?);
    let tasks = vec![
        tokio::spawn(listener::serve(page_listener, routes::page(shared.clone()), shared.offline.subscribe())),
        tokio::spawn(listener::serve(backup_listener, routes::backup(shared.clone()), shared.offline.subscribe())),
    ];
    Ok(Running { page, backup, lab: LabHandle::new(shared), tasks })
}

fn check_build(dist: &Path) -> anyhow::Result<()> {
    let index = dist.join("index.html");
    anyhow::ensure!(
        index.is_file(),
        "{} is missing: build the lending site first (`node build.mjs` in www)",
        index.display()
    );
    Ok(())
}

async fn bind(port: u16, origin: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).await.with_context(|| {
        format!(
            "port {port} of the {origin} origin cannot be used; pass another --{origin}-port, or 0 for any free one"
        )
    })
}
