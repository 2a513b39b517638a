//! Where the project's own tools are: programs that a command installs, apart from what the machine has.
use std::path::PathBuf;

/// `PAGEMEND_TOOLS`, or a folder of the user's cache that all checkouts share.
pub fn folder() -> PathBuf {
    std::env::var_os("PAGEMEND_TOOLS").map(PathBuf::from).unwrap_or_else(|| {
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_else(std::env::temp_dir);
        home.join(".cache/pagemend/tools")
    })
}

pub fn bin() -> PathBuf {
    folder().join("bin")
}
