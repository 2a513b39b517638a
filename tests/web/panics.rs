//! A panic of the engine's own: the developer reads what it was, and the page goes on.
use super::{js, start, text, truth};
use pagemend::shell::js::caught;
use wasm_bindgen_test::*;

#[wasm_bindgen_test]
async fn a_panic_says_message_and_place_and_goes_no_further() {
    let shell = start().await;
    js("window.__error = console.error; window.__told = []; console.error = line => window.__told.push(line)");
    caught(|| panic!("a fault of the engine's own"));
    js("console.error = window.__error");
    assert!(truth("window.__told[0].startsWith(\"pagemend: internal error: a fault of the engine's own (\")"));
    assert!(text("window.__told[0]").contains("panics.rs:"), "{}", text("window.__told"));
    shell.stop();
}
