//! What the page waits for: scripts and style sheets that were asked for and have not come.

use super::code;
use crate::shell::state::Shell;

/// The first of them.
pub fn hanging(shell: &Shell) -> Option<String> {
    code::all(shell.page.document()).find_map(|code| {
        let url = code.url();
        let hangs = url.starts_with("http") && code.counts() && !code::is_answered(shell.page.window(), &url);
        hangs.then_some(url)
    })
}
