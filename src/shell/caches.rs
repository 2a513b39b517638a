//! Cache Storage: what `caches.js` is asked, and its answers as facts.

use super::js::J;
use super::{Shell, js};
use crate::core::action::ActionId;
use crate::core::event::{Answer, PoisonedEntry, RepairDone};
use wasm_bindgen::prelude::*;

const MOST: u32 = 3000;

#[wasm_bindgen(module = "/src/shell/caches.js")]
extern "C" {
    #[wasm_bindgen(js_name = scan)]
    fn scan_caches(window: J, urls: J) -> JsValue;
    #[wasm_bindgen(js_name = repair)]
    fn repair_caches(window: J, places: J) -> JsValue;
}

fn texts<'s>(texts: &[&str]) -> J<'s> {
    let mut all = Vec::new();
    for text in texts {
        all.push(js::s(text));
    }
    js::array(&all)
}

pub fn scan(shell: &'static Shell, id: ActionId, urls: Vec<String>) {
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let promise = js::hold(scan_caches(shell.page.window(), texts(&urls)));
    js::then(Ok(promise), move |found| {
        let Ok(found) = found else { return shell.answer(id, Answer::Failed) };
        let mut entries = Vec::new();
        for entry in js::list(found, MOST).chunks_exact(3) {
            let text = |at: usize| entry.get(at).and_then(|text| text.as_string()).unwrap_or_default();
            entries.push(PoisonedEntry { cache: text(0), url: text(1), why: text(2) });
        }
        shell.answer(id, Answer::Caches(entries));
    });
}

pub fn repair(shell: &'static Shell, id: ActionId, mut done: RepairDone, entries: Vec<PoisonedEntry>) {
    let mut places = Vec::new();
    for entry in &entries {
        places.extend([entry.cache.as_str(), entry.url.as_str()]);
    }
    let promise = js::hold(repair_caches(shell.page.window(), texts(&places)));
    js::then(Ok(promise), move |counts| {
        let counts = js::ok(counts);
        let count = |at| js::number_of(js::at(counts, at)) as u32;
        done.copied += count(0);
        done.removed += count(1);
        done.failed += count(2);
        shell.answer(id, Answer::Repaired(done));
    });
}
