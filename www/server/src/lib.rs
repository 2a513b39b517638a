//! The lending site's fault server: it serves two builds of the site from two origins and breaks them on demand.
//!
//! Glossary
//! - **page origin**: what the borrower opens; HTML, assets, the small API, the OTLP receiver, `/incidents`, `/lab/*`.
//! - **backup origin**: the spare CDN; assets only, readable from any origin.
//! - **docs origin**: the documentation, whose fault lab shows the site twice, with the guard and without; never broken.
//! - **live build**: the one of the two builds whose files exist now. Switching it is what a deployment does.
//! - **fault**: one named way to break the site, see [`Fault`]. Several may be on at once.
//! - **incident**: what the guard reported, decoded from OTLP, see [`StoredIncident`].
//!
//! Module map: `listener` (connections, and the network going away) → `routes` → `html`, `assets`, `api`, `otlp`,
//! `incidents_page`, `control`, `stage`; all share `state`. `markup` reads HTML for `html` and `assets`. `beside` is the docs origin.

mod api;
mod assets;
mod beside;
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
mod stage;
mod state;

use std::path::{Path, PathBuf};
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
    /// `http://127.0.0.1:PORT` of the documentation, where it is served.
    pub docs: Option<String>,
    /// Faults, deployments and what was seen.
    pub lab: LabHandle,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Closes the origins and every connection to them, and waits for that.
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

/// Starts the origins. Must be called inside a tokio runtime.
///
/// # Errors
/// A build without `index.html`, a port that is taken, an incidents file that cannot be opened.
pub async fn spawn(cfg: ServerConfig) -> anyhow::Result<Running> {
    for dist in [&cfg.dist_a, &cfg.dist_b] {
        check_build(dist)?;
    }
    let mut tasks = Vec::new();
    let shared = site(&cfg, &mut tasks).await?;
    let docs = match cfg.docs.clone() {
        Some(folder) => Some(documentation(&cfg, folder, shared.clone(), &mut tasks).await?),
        None => None,
    };
    let (page, backup) = (shared.page.clone(), shared.backup.clone());
    Ok(Running { page, backup, docs, lab: LabHandle::new(shared), tasks })
}

/// The page origin and its backup.
async fn site(cfg: &ServerConfig, tasks: &mut Vec<JoinHandle<()>>) -> anyhow::Result<Arc<state::Shared>> {
    let page = bind(cfg.page_port, "page").await?;
    let backup = bind(cfg.backup_port, "backup").await?;
    let shared = Arc::new(state::Shared::new(address(&page)?, address(&backup)?, cfg)?);
    tasks.push(tokio::spawn(listener::serve(page, routes::page(shared.clone()), shared.offline.subscribe())));
    tasks.push(tokio::spawn(listener::serve(backup, routes::backup(shared.clone()), shared.offline.subscribe())));
    Ok(shared)
}

/// The docs origin, and the site once more without the guard: with faults, counts and bookings of its own.
async fn documentation(
    cfg: &ServerConfig,
    folder: PathBuf,
    guarded: Arc<state::Shared>,
    tasks: &mut Vec<JoinHandle<()>>,
) -> anyhow::Result<String> {
    let free = ServerConfig { page_port: 0, backup_port: 0, incidents_file: None, ..cfg.clone() };
    let bare = site(&free, tasks).await?;
    let docs = bind(cfg.docs_port, "docs").await?;
    let origin = address(&docs)?;
    let beside = beside::Beside::new(folder, guarded, bare)?;
    // The network of the documentation does not go away.
    let online = tokio::sync::watch::Sender::new(false).subscribe();
    tasks.push(tokio::spawn(listener::serve(docs, beside::routes(beside), online)));
    Ok(origin)
}

fn address(listener: &TcpListener) -> anyhow::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
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
