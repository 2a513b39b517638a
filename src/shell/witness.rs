//! The second witness of a reload: kept by boot.js where no clearing of storage reaches, and read by it before the page's scripts run.

use super::js::J;
use super::{Shell, js};

fn mark(shell: &Shell) -> J<'_> {
    js::get(J::of(&shell.boot), "mark")
}

/// What it knew when this document began; `None` where there is no such witness.
pub fn read(shell: &Shell) -> Option<String> {
    let mark = mark(shell);
    mark.is_object().then(|| js::word(mark, "text"))
}

/// `now`: whether it can be read back; else boot.js writes it when the document ends.
pub fn keep(shell: &Shell, text: &str, now: bool) -> bool {
    js::set(mark(shell), "text", js::s(text)) && (!now || js::run0(J::of(&shell.boot), "keep").is_truthy())
}

/// boot.js puts this fragment, and this state of the history, back into the next document.
pub fn keep_place(shell: &Shell, fragment: &str, state: J) -> bool {
    let mark = mark(shell);
    js::set(mark, "hash", js::s(fragment))
        && js::set(mark, "state", state)
        && js::run0(J::of(&shell.boot), "keep").is_truthy()
}

/// Session memory as boot.js found it, before the page could clear it.
pub fn memory(shell: &Shell) -> Option<String> {
    js::text(J::of(&shell.boot), "memory")
}
