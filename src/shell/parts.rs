//! Parts of the page that failed: what `resources.js` is asked, and its answers as facts.

use super::js::J;
use super::watch::listen;
use super::{Shell, js, listeners};
use crate::core::event::{Answer, Event, ResourceKind};
use crate::core::id::ActionId;
use crate::core::number;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/shell/resources.js")]
extern "C" {
    #[wasm_bindgen(js_name = mend)]
    fn mend_part(document: J, fetch: J, kept: J, url: &str, to: &str) -> JsValue;
    #[wasm_bindgen(js_name = isLost)]
    fn is_lost(url: &str) -> JsValue;
    #[wasm_bindgen(catch, js_name = deadFonts)]
    fn dead_fonts(document: J) -> Result<JsValue, JsValue>;
}

/// More fonts than that are not asked for again.
const MOST_FONTS: usize = 20;

pub fn watch(shell: &'static Shell) {
    fonts(shell);
    shell.keep(listen(js::get(shell.page.document_j(), "fonts"), "loadingerror", move |_| fonts(shell)));
}

fn fonts(shell: &'static Shell) {
    let Ok(dead) = dead_fonts(shell.page.document_j()) else { return };
    for url in &js::list(js::hold(dead), MOST_FONTS) {
        // Text waits for it.
        failed(shell, js::shown(*url), true);
    }
}

fn failed(shell: &'static Shell, url: String, critical: bool) {
    shell.dispatch(Event::ResourceFailed { url, kind: ResourceKind::Other, critical, html: false, status: 0 });
}

/// Where the browser tells neither status nor event: asks whether it is there.
pub fn check(shell: &'static Shell, url: String) {
    js::then(Ok(js::hold(is_lost(&url))), move |lost| {
        if js::ok(lost).is_truthy() {
            failed(shell, url, false);
        }
    });
}

pub fn mend(shell: &'static Shell, id: ActionId, url: &str, to: &str) {
    let kept = js::get(J::of(&shell.boot), "kept");
    let asked = if to.is_empty() { None } else { listeners::before_retry(shell, to, url) };
    let refused = asked.is_none();
    let to = asked.unwrap_or_default();
    let ended = js::hold(mend_part(shell.page.document_j(), shell.page.native_fetch_j(), kept, url, &to));
    js::then(Ok(ended), move |came| {
        let answer = match number::to_u32(js::number_of(js::ok(came))) {
            _ if refused => Answer::Done,
            2 => Answer::Done,
            came => Answer::Probed { ok: came == 1 },
        };
        shell.answer(id, answer);
    });
}
