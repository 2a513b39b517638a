//! What the user said to telemetry, for later pages: in storage, and a no in a cookie as well, because a page may clear its storage at any time.

use super::page_store::PageStore;
use super::state::Shell;
use super::watch::on;
use crate::core::config::Consent;
use crate::core::event::Event;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlDocument, StorageEvent};

const CONSENT: &str = "pagemend:consent";
const DENIED: &str = "denied";

/// `name=value`. Unlike storage, cookies are shared by all ports of a host.
fn cookie(shell: &Shell) -> String {
    format!("pagemend-consent{}={DENIED}", shell.page.location().port().unwrap_or_default())
}

pub fn denied(shell: &Shell) -> bool {
    let stored = |storage: PageStore| storage.read(CONSENT) == Ok(Some(DENIED.into()));
    stored(PageStore::local(shell.page.window()))
        || stored(PageStore::session(shell.page.window()))
        || has_cookie(shell)
}

fn document(shell: &Shell) -> &HtmlDocument {
    shell.page.document().unchecked_ref()
}

fn has_cookie(shell: &Shell) -> bool {
    let cookie = cookie(shell);
    document(shell).cookie().is_ok_and(|all| all.split("; ").any(|one| one == cookie))
}

pub fn remember(shell: &Shell, granted: bool) {
    let word = if granted { "granted" } else { DENIED };
    let (local, session) = (PageStore::local(shell.page.window()), PageStore::session(shell.page.window()));
    if local.write(CONSENT, word) {
        session.remove(CONSENT);
    } else {
        session.write(CONSENT, word);
    }
    if !granted || has_cookie(shell) {
        let seconds = if granted { 0 } else { 31_536_000 };
        // A page without TLS may not set a secure one.
        let secure = if shell.page.location().protocol().is_ok_and(|of| of == "https:") { "; secure" } else { "" };
        let cookie = format!("{}; path=/; samesite=lax; max-age={seconds}{secure}", cookie(shell));
        // A sandboxed page has no cookies.
        let _ = document(shell).set_cookie(&cookie);
    }
}

/// The user said no in another tab.
pub fn watch(shell: &'static Shell) {
    shell.keep(on(shell.page.window(), "storage", move |told| {
        let told: &StorageEvent = told.unchecked_ref();
        if told.key().is_some_and(|key| key == CONSENT) && told.new_value().is_some_and(|now| now == DENIED) {
            shell.dispatch(Event::Consent(Consent::Denied));
        }
    }));
}
