//! What the user said to telemetry, for later pages: in storage, and a no in a cookie as well, because a page may clear its storage at any time.

use super::js::J;
use super::storage::{local, read, remove, session, write};
use super::watch::listen;
use super::{Shell, js};
use crate::core::config::Consent;
use crate::core::event::Event;

const CONSENT: &str = "pagemend:consent";
const DENIED: &str = "denied";

/// `name=value`. Unlike storage, cookies are shared by all ports of a host.
fn cookie(shell: &Shell) -> String {
    format!("pagemend-consent{}={DENIED}", shell.page.location().port().unwrap_or_default())
}

pub fn denied(shell: &Shell) -> bool {
    let stored = |storage: J| read(storage, CONSENT) == Ok(Some(DENIED.into()));
    stored(local(shell)) || stored(session(shell)) || has_cookie(shell)
}

fn has_cookie(shell: &Shell) -> bool {
    let cookie = cookie(shell);
    js::word(shell.page.document_j(), "cookie").split("; ").any(|one| one == cookie)
}

pub fn remember(shell: &Shell, granted: bool) {
    let word = if granted { "granted" } else { DENIED };
    if write(local(shell), CONSENT, word) {
        remove(session(shell), CONSENT);
    } else {
        write(session(shell), CONSENT, word);
    }
    if !granted || has_cookie(shell) {
        let seconds = if granted { 0 } else { 31_536_000 };
        let cookie = format!("{}; path=/; max-age={seconds}; samesite=lax", cookie(shell));
        js::set(shell.page.document_j(), "cookie", js::s(&cookie));
    }
}

/// The user said no in another tab.
pub fn watch(shell: &'static Shell) {
    shell.keep(listen(shell.page.window_j(), "storage", move |told| {
        if js::is(told, "key", CONSENT) && js::is(told, "newValue", DENIED) {
            shell.dispatch(Event::Consent(Consent::Denied));
        }
    }));
}
