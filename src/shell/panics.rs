//! A panic says on the console what happened and where. It ends in a trap, which whoever called into the guard survives.

use super::js;
use std::panic;

pub fn tell() {
    // A trap ends no panic: after one the thread counts as panicking for good, and the hook, which is set then, can no longer be changed.
    if std::thread::panicking() {
        return;
    }
    panic::set_hook(Box::new(|panicked| {
        let message = panicked.payload_as_str().unwrap_or("no message");
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        js::complain(&format!("pagemend: internal error: {message} ({place})"));
    }));
}
