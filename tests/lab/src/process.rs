//! Child processes that leave nothing behind: each in a group of its own, ended with everything it started.
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A process and all its descendants. Dropping it ends them, on failure too.
pub struct Group(Child);

impl Group {
    pub fn spawn(command: &mut Command) -> std::io::Result<Self> {
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(Self)
    }
}

impl Group {
    pub fn ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // A browser may have made a group of its own: name every descendant, while the family tree still stands.
        let pid = self.0.id();
        let mut kill = Command::new("kill");
        kill.args(["-KILL", "--", &format!("-{pid}")]).args(descendants(pid).iter().map(u32::to_string));
        kill.stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn descendants(root: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // The second field is a name in brackets, which may hold spaces; the parent is the second one after it.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((pid, parent))
        })
        .collect();
    let mut found = vec![root];
    let mut at = 0;
    while at < found.len() {
        let children = parents.iter().filter(|(_, parent)| *parent == found[at]).map(|(pid, _)| *pid);
        let fresh: Vec<u32> = children.filter(|pid| !found.contains(pid)).collect();
        found.extend(fresh);
        at += 1;
    }
    found.split_off(1)
}

/// Where WebKit's windows are, which has no headless mode.
#[derive(Clone)]
pub struct Desk {
    /// The X display.
    pub display: String,
    /// A folder of settings for GTK, instead of the user's.
    pub settings: Option<PathBuf>,
}

/// A virtual screen for WebKit, which has no headless mode.
pub struct Screen {
    _server: Group,
    display: String,
}

impl Screen {
    pub fn start() -> Result<Self> {
        let mut command = Command::new("Xvfb");
        // -displayfd: Xvfb takes a free display and says which.
        command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().context("Xvfb did not start: `cargo xtask setup` installs it")?;
        let out = child.stdout.take();
        let server = Group(child);
        let mut line = String::new();
        BufReader::new(out.context("Xvfb has no output")?).read_line(&mut line)?;
        if line.trim().is_empty() {
            bail!("Xvfb ended without naming its display");
        }
        Ok(Self { _server: server, display: format!(":{}", line.trim()) })
    }

    /// With these settings for GTK, or the user's.
    pub fn desk(&self, settings: Option<PathBuf>) -> Desk {
        Desk { display: self.display.clone(), settings }
    }
}

/// Below the range from which the system takes ports for outgoing connections and for servers that leave the choice to it:
/// none of those can take a port between this look at it and the driver's start.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

pub fn free_port() -> Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let count = u32::from(PORTS.end - PORTS.start);
    // Two labs side by side start at different places.
    let start = std::process::id().wrapping_mul(97);
    for _ in 0..count {
        let at = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % count;
        let port = PORTS.start + u16::try_from(at)?;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port in {PORTS:?}")
}
