//! Dead scripts and stylesheets: what `resources.js` is asked, and its answers as facts.

use super::js::J;
use super::{Shell, js};
use crate::core::event::{Answer, Event, ResourceKind};
use crate::core::id::ActionId;
use crate::core::number;
use wasm_bindgen::prelude::*;

/// One page asks no more than so many addresses whether anybody is there.
const MOST_REACHED: usize = 3;

#[wasm_bindgen(module = "/src/shell/resources.js")]
extern "C" {
    #[wasm_bindgen(js_name = probe)]
    fn probe_url(fetch: J, url: &str, script: bool) -> JsValue;
    #[wasm_bindgen(js_name = reach)]
    fn reach_url(fetch: J, url: &str) -> JsValue;
    #[wasm_bindgen(js_name = reinsert)]
    fn reinsert_url(document: J, url: &str) -> JsValue;
    pub fn hanging(document: J) -> String;
    #[wasm_bindgen(js_name = replace)]
    fn replace_hanging(document: J, boot: J, url: &str, to: &str) -> JsValue;
}

pub fn probe(shell: &'static Shell, id: ActionId, url: &str, script: bool) {
    let fine = js::hold(probe_url(shell.page.native_fetch_j(), url, script));
    js::then(Ok(fine), move |fine| shell.answer(id, Answer::Probed { ok: js::ok(fine).is_truthy() }));
}

/// Asks a few of the addresses whose failure the browser does not explain once more: is there anybody at all?
pub fn reach(shell: &'static Shell, url: &str) {
    if !is_next(shell, url) {
        return;
    }
    let answer = js::hold(reach_url(shell.page.native_fetch_j(), url));
    let url = String::from(url);
    js::then(Ok(answer), move |answer| {
        let Ok(answer) = answer else { return shell.dispatch(Event::Unreachable { url }) };
        let status = number::to_u16(js::number_of(answer));
        if status >= 400 {
            let kind = ResourceKind::Classic;
            shell.dispatch(Event::ResourceFailed { url, kind, critical: false, html: false, status });
        }
    });
}

fn is_next(shell: &Shell, url: &str) -> bool {
    let Ok(mut asked) = shell.reached.try_borrow_mut() else { return false };
    let next = asked.len() < MOST_REACHED && !asked.iter().any(|known| known == url);
    if next {
        asked.push(url.into());
    }
    next
}

/// What cannot be had, or changed, stays as it is.
pub fn replace(shell: &Shell, url: &str, to: &str) {
    let done = replace_hanging(shell.page.document_j(), J::of(&shell.boot), url, to);
    js::then(Ok(js::hold(done)), |_| ());
}

pub fn reinsert(shell: &'static Shell, id: ActionId, url: &str) {
    let loaded = js::hold(reinsert_url(shell.page.document_j(), url));
    js::then(Ok(loaded), move |loaded| {
        shell.answer(id, if js::ok(loaded).is_truthy() { Answer::Done } else { Answer::Failed });
    });
}
