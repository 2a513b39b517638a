//! What the server is started with.

use std::path::PathBuf;

/// What the server needs to start. All origins listen on 127.0.0.1 only.
#[derive(Clone, Debug, Default)]
pub struct ServerConfig {
    /// The older build of the site: a folder with `index.html`, `assets/`, `static/` and `pagemend/`.
    pub dist_a: PathBuf,
    /// The newer build of the site.
    pub dist_b: PathBuf,
    /// Every accepted incident revision is appended here, one JSON object a line.
    pub incidents_file: Option<PathBuf>,
    /// 0 takes a free port.
    pub page_port: u16,
    /// 0 takes a free port.
    pub backup_port: u16,
    /// The built documentation: with it, its own origin is served, and the site a second time, without the guard, for the fault lab.
    pub docs: Option<PathBuf>,
    /// 0 takes a free port.
    pub docs_port: u16,
}
