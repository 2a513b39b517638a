//! A panic says on the console what happened and where, and is kept for one record. It ends in a trap, which the gate survives.

use super::{callback, console};
use std::cell::Cell;
use std::panic;

thread_local! {
    /// Message and place of the last one, until somebody takes them.
    static SAID: Cell<Option<(String, String)>> = const { Cell::new(None) };
}

pub fn tell() {
    // A trap ends no panic: after one the thread counts as panicking for good, and the hook, which is set then, can no longer be changed.
    if std::thread::panicking() {
        return;
    }
    panic::set_hook(Box::new(|panicked| {
        let message = panicked.payload_as_str().unwrap_or("no message");
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        console::complain(&format!("pagemend: internal error: {message} ({place})"));
        // The gate need not say it again.
        if let Some(gate) = callback::gate() {
            let _ = gate.set_place(&place);
        }
        SAID.set(Some((message.into(), place)));
    }));
}

pub fn take() -> Option<(String, String)> {
    SAID.take()
}
