//! The second witness of a reload: kept by boot.js where no clearing of storage reaches, and read by it before the page's scripts run.

use super::state::Shell;
use wasm_bindgen::prelude::*;

/// What it knew when this document began; `None` where there is no such witness.
pub fn read(shell: &Shell) -> Option<String> {
    shell.boot.mark().map(|mark| mark.text().as_string().unwrap_or_default())
}

/// `now`: whether it can be read back; else boot.js writes it when the document ends.
pub fn keep(shell: &Shell, text: &str, now: bool) -> bool {
    let Some(mark) = shell.boot.mark() else { return false };
    mark.set_text(text);
    !now || can_be_read_back(shell)
}

/// boot.js puts this fragment, or whole address, and this state of the history, back into the next document.
pub fn keep_place(shell: &Shell, fragment: &str, state: &JsValue) -> bool {
    let Some(mark) = shell.boot.mark() else { return false };
    mark.set_hash(fragment);
    mark.set_state(state);
    can_be_read_back(shell)
}

fn can_be_read_back(shell: &Shell) -> bool {
    shell.boot.keep().unwrap_or(false)
}

/// Session memory as boot.js found it, before the page could clear it.
pub fn memory(shell: &Shell) -> Option<String> {
    shell.boot.memory().as_string()
}
