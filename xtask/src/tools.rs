//! Where the project's own tools are: programs that a command installs, apart from what the machine has.
use std::path::PathBuf;

/// `PAGEMEND_TOOLS`, or a folder of the user's cache that all checkouts share.
pub fn folder() -> PathBuf {
    if let Some(tools) = std::env::var_os("PAGEMEND_TOOLS") {
        return tools.into();
    }
    let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    home.join(".cache/pagemend/tools")
}

pub fn bin() -> PathBuf {
    folder().join("bin")
}
