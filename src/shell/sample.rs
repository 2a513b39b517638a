//! A sample of the page's ink: what the reader in `sample.js` tells, judged mark by mark until the verdict is clear.

use super::js::J;
use super::{Shell, clock, js};
use crate::core::action::ActionId;
use crate::core::event::Answer;
use crate::core::render::{Heard, Mark, RenderFacts, Tally, Visibility};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/shell/sample.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = sample)]
    fn read_page(
        window: J,
        put: &mut dyn FnMut(f64, f64, f64, f64, f64, f64, f64, f64) -> u32,
        root: &str,
        furniture: &str,
        ours: &str,
        sure: bool,
    ) -> Result<String, JsValue>;
    fn hanging(window: J) -> String;
    #[wasm_bindgen(catch, js_name = afterFrame)]
    fn after_frame(window: J, next: J) -> Result<(), JsValue>;
}

/// Looks when the browser has drawn its next frame, and answers.
pub fn soon(shell: &'static Shell, id: ActionId, sure: bool) {
    let look = js::function(move |_, _| {
        shell.answer(id, Answer::Rendered(sample(shell, sure)));
        JsValue::UNDEFINED
    });
    if after_frame(shell.page.window(), look).is_err() {
        js::fulfil(&look.own(), js::undefined());
    }
}

/// `sure`: the page is in trouble, so that a look which could disturb a sound page is allowed.
pub fn sample(shell: &Shell, sure: bool) -> RenderFacts {
    let started = clock::precise();
    let page = &shell.page;
    let side = |key| js::number(page.window(), key) as u32;
    let mut facts = RenderFacts {
        visibility: match page.visible() {
            true => Visibility::Visible,
            false if page.prerendered() => Visibility::Prerendered,
            false => Visibility::Hidden,
        },
        viewport: (side("innerWidth"), side("innerHeight")),
        loaded: page.loaded(),
        painted: js::flag(js::run(js::get(page.window(), "performance"), "getEntriesByType", "paint"), "length"),
        root_found: js::run(page.document(), "querySelector", &shell.settings.root).is_object(),
        seen: Tally::default(),
        hanging: String::new(),
        took_us: 0,
        trouble: String::new(),
    };
    if facts.visibility == Visibility::Visible && facts.viewport.0 > 0 && facts.viewport.1 > 0 {
        let tally = &mut facts.seen;
        let mut put = |kind, amount, left, top, right, bottom, colour, ground| {
            if kind < 0.0 {
                *tally = Tally::default();
                return Heard::Unseen as u32;
            }
            tally.hear(&Mark { kind: kind as u32, amount, shown: [left, top, right, bottom], colour, ground }) as u32
        };
        let settings = &shell.settings;
        let read = read_page(page.window(), &mut put, &settings.root, &settings.furniture, super::prompt::TAG, sure);
        facts.trouble = read.unwrap_or_else(|_| "the page could not be read".into());
    }
    if !facts.loaded {
        facts.hanging = hanging(page.window());
    }
    facts.took_us = ((clock::precise() - started) * 1000.0) as u32;
    facts
}
