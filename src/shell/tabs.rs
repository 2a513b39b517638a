//! What the tabs of a page tell each other, in local storage. Where that is denied, each is on its own.

use super::page_store::PageStore;
use super::state::Shell;
use super::storage::value;
use super::watch::on;
use crate::core::event::Event;
use wasm_bindgen::prelude::*;
use web_sys::StorageEvent;

const SHARED: &str = "pagemend:shared";

pub fn shared(shell: &Shell) -> String {
    value(shell, SHARED).unwrap_or_default()
}

pub fn share(shell: &Shell, text: &str) {
    PageStore::local(shell.page.window()).write(SHARED, text);
}

/// Only other tabs hear of what one has written.
pub fn watch(shell: &'static Shell) {
    shell.keep(on(shell.page.window(), "storage", move |told| {
        let told: &StorageEvent = told.unchecked_ref();
        if told.key().is_some_and(|key| key == SHARED)
            && let Some(text) = told.new_value()
        {
            shell.dispatch(Event::Shared { text });
        }
    }));
}
