//! Steps that are skipped when nothing they read has changed: a hash of the inputs, kept in target/stamps.
use anyhow::{Context, Result};
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

/// Folders that steps write or npm fills, and what explains beside what is built: no input of what contains them.
const SKIPPED: [&str; 7] = ["node_modules", "dist", "generated", "target", ".git", "server", "docs"];

pub struct Inputs(DefaultHasher);

impl Inputs {
    pub fn new() -> Self {
        Self(DefaultHasher::new())
    }

    pub fn text(mut self, text: &str) -> Self {
        self.0.write(text.as_bytes());
        self
    }

    /// A file, or every file below a folder: names and contents. What does not exist counts as absent.
    pub fn path(mut self, path: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(path, &mut files)?;
        files.sort();
        for file in files {
            self.0.write(file.to_string_lossy().as_bytes());
            self.0.write(&std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
        }
        Ok(self)
    }

    pub fn hash(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            if !SKIPPED.iter().any(|name| entry.file_name() == *name) {
                collect(&entry.path(), files)?;
            }
        }
    }
    Ok(())
}

/// Runs `work` unless the stamp at `stamp` holds this hash and every output is there.
pub fn unless_current(stamp: &Path, hash: &str, outputs: &[PathBuf], work: impl FnOnce() -> Result<()>) -> Result<()> {
    let current =
        std::fs::read_to_string(stamp).is_ok_and(|old| old == hash) && outputs.iter().all(|output| output.exists());
    if current {
        return Ok(());
    }
    // A half-done step must not look current.
    std::fs::remove_file(stamp).ok();
    work()?;
    if let Some(missing) = outputs.iter().find(|output| !output.exists()) {
        anyhow::bail!("it ended well but left no {}", missing.display());
    }
    if let Some(folder) = stamp.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(stamp, hash).with_context(|| format!("cannot write {}", stamp.display()))
}
