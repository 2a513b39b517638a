//! A sample of the page's ink: what the reader in `sample.js` tells, judged mark by mark until the verdict is clear.

use super::js::J;
use super::{Shell, clock, js, resources};
use crate::core::action::ActionId;
use crate::core::event::Answer;
use crate::core::render::{Heard, Mark, RenderFacts, Tally, Visibility};
use crate::wire::options::Settings;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/shell/sample.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = sample)]
    fn read_page(
        put: &mut dyn FnMut(f64, f64, f64, f64, f64, f64, f64, f64) -> u32,
        window: J,
        sure: bool,
    ) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(catch)]
    fn circumstances(window: J) -> Result<f64, JsValue>;
    #[wasm_bindgen(js_name = settle)]
    fn settle_reader(root: &str, furniture: &str, ours: &str);
    #[wasm_bindgen(catch, js_name = afterFrame)]
    fn after_frame(window: J, step: J) -> Result<(), JsValue>;
}

/// Once, before the first look: texts are dear to hand over.
pub fn settle(settings: &Settings) {
    settle_reader(&settings.root, &settings.furniture, super::prompt::TAG);
}

/// Looks when the browser has drawn its next frame, in as many tasks as it takes, and answers.
pub fn soon(shell: &'static Shell, id: ActionId, sure: bool) {
    let sample = RefCell::new(None);
    let mine = shell.fresh_id();
    shell.looking.set(mine);
    let step = js::function(move |_, _| {
        // Another look has begun: this one took too long, and nobody waits for it.
        let current = shell.looking.get() == mine;
        let more = current
            && sample.try_borrow_mut().is_ok_and(|mut sample| {
                let first = sample.is_none();
                go_on(shell, sample.get_or_insert_with(|| begin(shell)), first, sure)
            });
        if !more && let Some(facts) = sample.take() {
            shell.answer(id, Answer::Rendered(facts));
        }
        JsValue::from_bool(more)
    });
    if after_frame(shell.page.window(), step).is_err() {
        js::fulfil(&step.own(), js::undefined());
    }
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
    let page = &shell.page;
    let mut more = false;
    // Where nothing was painted yet nothing is read: Firefox would lay out, and show, a page whose style sheets are still to come.
    if facts.painted && facts.visibility == Visibility::Visible && facts.viewport.0 > 0 && facts.viewport.1 > 0 {
        let tally = &mut facts.seen;
        let mut put = |kind, amount, left, top, right, bottom, colour, ground| {
            if kind < 0.0 {
                *tally = Tally::default();
                return Heard::Unseen as u32;
            }
            tally.hear(&Mark { kind: kind as u32, amount, shown: [left, top, right, bottom], colour, ground }) as u32
        };
        let window = if first { page.window() } else { js::undefined() };
        let read = read_page(&mut put, window, sure);
        let told = read.unwrap_or_else(|_| Some("the page could not be read".into()));
        more = told.is_none();
        facts.trouble = told.unwrap_or_default();
    }
    if !more && !facts.loaded {
        facts.hanging = resources::hanging(page.document());
    }
    facts.took_us += ((clock::precise() - started) * 1000.0) as u32;
    more
}

fn begin(shell: &Shell) -> RenderFacts {
    // An untouchable page is one that cannot be seen.
    let told = circumstances(shell.page.window()).unwrap_or(0.0) as u64;
    let is = |bit: u64| told & bit > 0;
    RenderFacts {
        visibility: match () {
            _ if is(1) => Visibility::Prerendered,
            _ if is(2) => Visibility::Hidden,
            _ => Visibility::Visible,
        },
        viewport: ((told >> 5) as u32 & 0xffff, (told >> 21) as u32 & 0xffff),
        loaded: !is(4),
        painted: !is(8),
        root_found: !is(16),
        seen: Tally::default(),
        hanging: String::new(),
        took_us: 0,
        trouble: String::new(),
    }
}
