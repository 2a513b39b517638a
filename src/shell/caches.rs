//! Cache Storage: what `caches.js` is asked, and its answers as facts.

use super::js::J;
use super::{Shell, clock, js, look};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::storage::{Bytes, CacheFacts, Compared, PoisonedEntry, RepairDone};
use crate::core::time::Millis;
use wasm_bindgen::prelude::*;

const MOST: usize = 3000;
/// The scan ends by itself so long before the engine goes on without it: what was found by then counts.
const SPARE: Millis = Millis(1_000);
/// Begins the query by which `caches.js` passes a worker that answers out of a cache.
const QUESTION: &str = "pagemend-bytes=";

#[wasm_bindgen(module = "/src/shell/caches.js")]
extern "C" {
    #[wasm_bindgen(js_name = scan)]
    fn scan_caches(window: J, fetch: J, question: &str, urls: J, unparsed: J, own: J, within_ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = repair)]
    fn repair_caches(window: J, fetch: J, places: J) -> JsValue;
}

/// Whether the guard asked for this address to compare bytes; what comes of it says nothing of the page.
pub fn is_question(url: &str) -> bool {
    look::holds(url, QUESTION)
}

fn texts<'s, T: AsRef<str>>(texts: &[T]) -> J<'s> {
    let mut all = Vec::new();
    for text in texts {
        all.push(js::s(text.as_ref()));
    }
    js::array(&all)
}

pub fn scan(shell: &'static Shell, id: ActionId, deadline: Millis, [urls, unparsed, own]: [&[String]; 3]) {
    let within = number::from_u64((deadline - SPARE - clock::now()).0);
    let (window, fetch) = (shell.page.window_j(), shell.page.native_fetch_j());
    let promise = scan_caches(window, fetch, QUESTION, texts(urls), texts(unparsed), texts(own), within);
    js::then(Ok(js::hold(promise)), move |found| {
        let Ok(found) = found else { return shell.answer(id, Answer::Failed) };
        let mut facts = CacheFacts::default();
        for row in js::list(js::get(found, "poisoned"), MOST).chunks_exact(3) {
            let text = |at: usize| row.get(at).and_then(|text| text.as_string()).unwrap_or_default();
            facts.poisoned.push(PoisonedEntry { cache: text(0), url: text(1), why: text(2) });
        }
        for row in js::list(js::get(found, "compared"), MOST).chunks_exact(2) {
            let text = |at: usize| row.get(at).and_then(|text| text.as_string()).unwrap_or_default();
            let bytes = match text(1).as_str() {
                "renewed" => Bytes::Renewed,
                "cut" => Bytes::SameButCut,
                _ => Bytes::Same,
            };
            facts.compared.push(Compared { url: text(0), bytes });
        }
        shell.answer(id, Answer::Caches(facts));
    });
}

pub fn repair(shell: &'static Shell, id: ActionId, mut done: RepairDone, entries: &[PoisonedEntry]) {
    let mut places = Vec::new();
    for entry in entries {
        places.extend([entry.cache.as_str(), entry.url.as_str()]);
    }
    let promise = js::hold(repair_caches(shell.page.window_j(), shell.page.native_fetch_j(), texts(&places)));
    js::then(Ok(promise), move |counts| {
        let counts = js::ok(counts);
        let count = |at| number::to_u32(js::number_of(js::at(counts, at)));
        done.copied += count(0);
        done.removed += count(1);
        done.failed += count(2);
        shell.answer(id, Answer::Repaired(done));
    });
}
