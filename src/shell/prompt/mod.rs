//! The one prompt that stands: shown, answered, taken away.

mod build;
mod focus;
mod layer;
mod presses;
mod style;

use super::watch::{self, Watch};
use super::{Shell, clock, web};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::prompt::press::Presses;
use crate::core::prompt::{PromptSpec, choice};
use crate::core::time::Millis;
use focus::Focus;
use js_sys::Array;
use layer::Layer;
use std::cell::Cell;
use web_sys::{MutationObserverInit, MutationRecord, NodeList};

pub const TAG: &str = "pagemend-prompt";

/// Of a batch of mutations, and of each one's nodes: a prompt makes one or two.
const MOST_LOOKED_AT: u32 = 10;

/// The one prompt that stands, if any.
#[derive(Default)]
pub struct Stand {
    shown: Cell<Option<Shown>>,
    /// Until when a button that sends or leaves is not pressed again.
    cool_at: Cell<Millis>,
}

struct Shown {
    id: ActionId,
    layer: Layer,
    focus: Focus,
    _watches: Vec<Watch>,
}

impl Stand {
    fn take(&self, id: ActionId) -> Option<Shown> {
        let shown = self.shown.take()?;
        if shown.id == id {
            return Some(shown);
        }
        self.shown.set(Some(shown));
        None
    }
}

impl Shown {
    fn take_away(&self) {
        self.layer.remove();
        if self.layer.modal {
            self.focus.give_back();
        }
    }
}

pub fn show(shell: &'static Shell, id: ActionId, spec: &PromptSpec) {
    if let Some(old) = shell.prompt.shown.take() {
        old.take_away();
        shell.answer(old.id, Answer::Choice(choice::NONE.into()));
    }
    let focus = Focus::of(shell);
    let presses = Presses::new(clock::now(), focus.is_typing());
    let Ok(layer) = build::build(shell, spec) else {
        return shell.answer(id, Answer::Failed);
    };
    if layer.put(shell).is_err() {
        layer.remove();
        return shell.answer(id, Answer::Failed);
    }
    let mut watches = presses::watch(shell, id, spec, &layer, presses);
    watches.extend(watch_removal(shell, id, &layer));
    shell.prompt.shown.set(Some(Shown { id, layer, focus, _watches: watches }));
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

/// Whether a batch of mutations is nothing but the prompt coming or going.
pub fn only_ours(records: &Array<MutationRecord>) -> bool {
    let ours = |nodes: &NodeList| {
        (0..nodes.length().min(MOST_LOOKED_AT))
            .all(|index| nodes.get(index).and_then(|node| web::local_name(&node)).is_some_and(|name| name == TAG))
    };
    (0..records.length().min(MOST_LOOKED_AT))
        .map(|index| records.get(index))
        .all(|record| ours(&record.added_nodes()) && ours(&record.removed_nodes()))
}

fn choose(shell: &'static Shell, id: ActionId, chosen: &str) {
    if let Some(shown) = shell.prompt.take(id) {
        shown.take_away();
        // Its listeners go before the page's own code hears of the answer.
        drop(shown);
        shell.answer(id, Answer::Choice(chosen.into()));
    }
}

/// An application that renders itself anew takes the prompt along once. One that does so again means it.
fn watch_removal(shell: &'static Shell, id: ActionId, layer: &Layer) -> Option<Watch> {
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    let (layer, came_back) = (layer.clone(), Cell::new(false));
    watch::mutations(shell.page.document(), &options, move |_| {
        if !layer.host.is_connected() && (came_back.replace(true) || layer.put_again(shell).is_err()) {
            choose(shell, id, choice::NONE);
        }
    })
}
