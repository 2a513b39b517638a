//! How a prompt ends: by a choice, or because the engine or the guard takes it away.

use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::shell::state::Shell;

pub fn choose(shell: &'static Shell, id: ActionId, chosen: &str) {
    if let Some(shown) = shell.prompt.take(id) {
        shown.take_away();
        // Its listeners go before the page's own code hears of the answer.
        drop(shown);
        shell.answer(id, Answer::Choice(chosen.into()));
    }
}

pub fn close(shell: &Shell, id: ActionId) {
    if let Some(shown) = shell.prompt.take(id) {
        shown.take_away();
    }
}

/// Whichever stands goes.
pub fn remove(shell: &Shell) {
    if let Some(shown) = shell.prompt.shown.take() {
        shown.take_away();
    }
}
