//! Runs other programs: shows what runs and how long it took, and turns every failure into a sentence.
use crate::tools;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The repository's root; this crate sits one folder below it.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Where cargo puts what it builds, `CARGO_TARGET_DIR` respected.
pub fn cargo_target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

pub fn cargo() -> Command {
    command(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
}

/// A command that runs at the repository's root and finds the project's own tools first.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    let mut path = vec![tools::bin()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    if let Ok(path) = std::env::join_paths(path) {
        command.env("PATH", path);
    }
    command.current_dir(root());
    command
}

/// A step that takes longer than this says that it is still at work, and again after as long.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// Runs `work` as a named step: its name before, its seconds after.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("▸ {name}");
    let start = Instant::now();
    let (over, waiting) = std::sync::mpsc::channel::<()>();
    let heart = std::thread::spawn(move || {
        while waiting.recv_timeout(HEARTBEAT) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            eprintln!("  … {} s", start.elapsed().as_secs());
        }
    });
    let done = work().with_context(|| name.to_string());
    drop(over);
    heart.join().ok();
    let seconds = start.elapsed().as_secs_f32();
    eprintln!("  {} {seconds:.1} s", if done.is_ok() { "done in" } else { "failed after" });
    done
}

/// Runs a command with its output shown. `fix` is what to do by hand when it fails.
pub fn run(command: &mut Command, fix: &str) -> Result<()> {
    let shown = shown(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| anyhow::anyhow!("`{shown}` did not start ({error}); {fix}"))?;
    if !status.success() {
        bail!("`{shown}` failed with {status}; {fix}");
    }
    Ok(())
}

/// Runs a server until Ctrl-C, which reaches it too, being of the same terminal; its end is ours.
pub fn until_interrupted(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("`{shown}` did not start"))?;
    if status.code().is_some_and(|code| code != 0 && code != 130) {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// Runs a command and hands back its standard output, or nothing when it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let out = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).trim().to_string())
}

/// The first program of that name on PATH, the project's own tools before the system's.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(tools::bin())
        .chain(std::env::split_paths(&path))
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

fn shown(command: &Command) -> String {
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(command.get_program().to_string_lossy().into_owned()).chain(args).collect::<Vec<_>>().join(" ")
}
