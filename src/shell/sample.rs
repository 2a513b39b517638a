//! A sample of the page's ink: what the reader in `reader/walk.js` tells, judged mark by mark until the verdict is clear.

use super::callback::function;
use super::options::Settings;
use super::state::Shell;
use super::state::look::Reader;
use super::{clock, resources};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::render::{Heard, Mark, RenderFacts, Tally, Visibility};
use wasm_bindgen::prelude::*;

/// Once, before the first look.
pub fn settle(shell: &'static Shell) {
    let Settings { root, furniture, .. } = &shell.settings;
    let step = function(move |_| JsValue::from_bool(step(shell)));
    if let Ok(reader) = Reader::new(root, furniture, super::prompt::OURS, &step) {
        // It is not there yet.
        let _ = shell.look.reader.set(reader);
    }
}

/// Looks when the browser has drawn its next frame, in as many tasks as it takes, and answers. One that is still under way took too long:
/// nobody waits for it any more.
pub fn soon(shell: &'static Shell, id: ActionId, sure: bool, marks: bool) {
    shell.look.marks.set(marks);
    shell.look.under_way.set(Some((id, sure, None)));
    let window = shell.page.window();
    if shell.look.reader.get().is_none_or(|reader| reader.after_frame(window).is_err()) {
        while step(shell) {}
    }
}

/// One step of the look under way; whether there is more to do.
fn step(shell: &'static Shell) -> bool {
    let Some((id, sure, facts)) = shell.look.under_way.take() else { return false };
    let first = facts.is_none();
    let mut facts = facts.unwrap_or_else(|| begin(shell));
    if go_on(shell, &mut facts, first, sure) {
        shell.look.under_way.set(Some((id, sure, Some(facts))));
        return true;
    }
    shell.answer(id, Answer::Rendered(facts));
    false
}

/// In one go. `sure`: the page is in trouble, so that a look which could disturb a sound page is allowed.
pub fn sample(shell: &Shell, sure: bool) -> RenderFacts {
    let mut facts = begin(shell);
    let mut first = true;
    while go_on(shell, &mut facts, first, sure) {
        first = false;
    }
    facts
}

/// One step of a look; whether there is more to do.
fn go_on(shell: &Shell, facts: &mut RenderFacts, first: bool, sure: bool) -> bool {
    let started = clock::precise();
    let mut more = false;
    // Where nothing was painted yet nothing is read: Firefox would lay out, and show, a page whose style sheets are still to come.
    if let Some(reader) = shell.look.reader.get()
        && facts.painted
        && facts.visibility == Visibility::Visible
        && facts.viewport.0 > 0
        && facts.viewport.1 > 0
    {
        let tally = &mut facts.seen;
        let mut put = |kind, amount, left, top, right, bottom, colour, ground| {
            if kind < 0.0 {
                tally.forget();
                return Heard::Unseen as u32;
            }
            tally.hear(&Mark { kind: number::to_u32(kind), amount, shown: [left, top, right, bottom], colour, ground })
                as u32
        };
        let window = first.then(|| shell.page.window());
        match reader.sample(&mut put, window, sure) {
            // A text is dear to hand over, and most looks end without trouble.
            Ok(told) => match told.as_bool() {
                Some(unfinished) => more = unfinished,
                None => facts.trouble = told.as_string().unwrap_or_default(),
            },
            Err(_) => facts.trouble = "the page could not be read".into(),
        }
    }
    if !more && !facts.loaded {
        facts.hanging = resources::hanging(shell).unwrap_or_default();
    }
    facts.took_us += number::to_u32((clock::precise() - started) * 1000.0);
    more
}

fn begin(shell: &Shell) -> RenderFacts {
    // An untouchable page is one that cannot be seen.
    let window = shell.page.window();
    let told = shell.look.reader.get().and_then(|reader| reader.circumstances(window).ok()).unwrap_or(0.0);
    let told = number::to_u64(told);
    let is = |bit: u64| told & bit > 0;
    RenderFacts {
        visibility: if is(1) {
            Visibility::Prerendered
        } else if is(2) {
            Visibility::Hidden
        } else {
            Visibility::Visible
        },
        viewport: ((told >> 5 & 0xffff) as u32, (told >> 21 & 0xffff) as u32),
        loaded: !is(4),
        painted: !is(8),
        root_found: !is(16),
        seen: Tally::new(shell.look.marks.get()),
        hanging: String::new(),
        took_us: 0,
        trouble: String::new(),
    }
}
