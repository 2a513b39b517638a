//! The one prompt that stands: shown, answered, taken away.

mod build;
mod ending;
mod focus;
mod layer;
mod presses;
pub mod stand;
mod style;

pub use ending::{close, remove};
pub use layer::{OURS, only_ours};

use super::clock;
use super::state::Shell;
use super::watch::{self, Watch};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::prompt::press::Presses;
use crate::core::prompt::{PromptSpec, choice};
use focus::Focus;
use layer::Layer;
use stand::Shown;
use std::cell::Cell;
use web_sys::MutationObserverInit;

pub fn show(shell: &'static Shell, id: ActionId, spec: &PromptSpec) {
    if let Some(old) = shell.prompt.shown.take() {
        old.take_away();
        shell.answer(old.id, Answer::Choice(choice::NONE.into()));
    }
    let focus = Focus::of(&shell.page);
    let presses = Presses::new(clock::now(), focus.is_typing());
    let Ok(layer) = build::build(shell, spec) else {
        return shell.answer(id, Answer::Failed);
    };
    // Before it is put there: none stands in the page that nobody listens to.
    let mut watches = presses::watch(shell, id, spec, &layer, presses);
    watches.extend(watch_removal(shell, id, &layer));
    if layer.put(&shell.page).is_err() {
        layer.remove();
        return shell.answer(id, Answer::Failed);
    }
    shell.prompt.shown.set(Some(Shown::new(id, layer, focus, watches)));
}

/// An application that renders itself anew takes the prompt along once. One that does so again means it.
fn watch_removal(shell: &'static Shell, id: ActionId, layer: &Layer) -> Option<Watch> {
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    let (layer, came_back) = (layer.clone(), Cell::new(false));
    watch::mutations(shell.page.document(), &options, move |_| {
        if !layer.host.is_connected() && (came_back.replace(true) || layer.put_again(&shell.page).is_err()) {
            ending::choose(shell, id, choice::NONE);
        }
    })
}
