//! A failure of the engine's own: the developer reads what it was, the page goes on, and what the page's code throws is none of it.
use super::{begun, fake_fetch, js, real_fetch, sleep, start, text, truth};
use js_sys::JSON;
use pagemend::core::event::Event;
use pagemend::shell::callback::function;
use pagemend::shell::watch::on;
use pagemend::shell::web::caught;
use pagemend::shell::{Shell, read_options};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

/// A gate that only counts, as gate.ts is for the package.
const BOOT: &str = "window.__failed = []; return { gate: {
    around: (f) => (...given) => { try { return f(...given) } catch (e) { window.__failed.push(e) } },
    failed: (e, lost) => window.__failed.push(e, lost) } }";

fn heard(what: impl FnOnce()) {
    js("window.__error = console.error; window.__told = []; console.error = (...line) => window.__told.push(line)");
    what();
    js("console.error = window.__error");
}

#[wasm_bindgen_test]
async fn a_panic_says_message_and_place_and_goes_no_further() {
    let shell = start().await;
    heard(|| assert!(caught(|| panic!("a fault of the engine's own")).is_err()));
    assert!(truth("window.__told[0][0].startsWith(\"pagemend: internal error: a fault of the engine's own (\")"));
    assert!(text("window.__told[0]").contains("panics.rs:"), "{}", text("window.__told"));
    shell.stop();
}

#[wasm_bindgen_test]
fn an_event_that_comes_again_while_it_is_heard_is_heard_again() {
    js("window.__thrown = []; window.onerror = (message) => window.__thrown.push(message)");
    let heard = Rc::new(Cell::new(0));
    let counted = heard.clone();
    let watch = on(&web_sys::window().unwrap(), "again", move |_| {
        counted.set(counted.get() + 1);
        if counted.get() == 1 {
            js("dispatchEvent(new Event('again'))");
        }
    });
    js("dispatchEvent(new Event('again'))");
    drop(watch);
    js("dispatchEvent(new Event('again')); window.onerror = null");
    assert_eq!((heard.get(), text("window.__thrown")), (2, String::new()));
}

#[wasm_bindgen_test]
async fn a_panic_behind_the_gate_is_counted_and_told_in_one_record() {
    fake_fetch("[200]");
    let options = r#"{"endpoint":"/api/logs","consent":"granted","deadlines":{"settleMs":60000,"loadingMs":60000}}"#;
    let options = read_options(&JSON::parse(options).unwrap()).unwrap();
    let shell = begun(Shell::start(options, js(BOOT)).unwrap()).await;
    let fails = function(|_| panic!("a fault behind the gate"));
    heard(|| assert!(fails.call0(&JsValue::NULL).unwrap().is_undefined()));
    assert_eq!(text("[window.__failed.length, window.__told.length]"), "1,1");
    shell.dispatch(Event::Step("apply".into()));
    while !truth("window.__sent.length") {
        sleep(20).await;
    }
    assert!(truth("window.__sent[0].body.includes('pagemend.guard.failed')"), "{}", text("window.__sent[0].body"));
    assert!(truth(
        "window.__sent[0].body.includes('a fault behind the gate') && window.__sent[0].body.includes('panics.rs:')"
    ));
    shell.stop();
    real_fetch();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn what_a_listener_of_the_page_throws_is_the_pages_own_and_not_counted() {
    let options = read_options(&JSON::parse("{}").unwrap()).unwrap();
    let shell = begun(Shell::start(options, js(BOOT)).unwrap()).await;
    shell.on(
        "verdict",
        &js("window.__mine = new Error('mine'); return () => { window.__inside = true; throw window.__mine }"),
    );
    js("window.__error = console.error; window.__told = []; console.error = (...line) => window.__told.push(line)");
    super::wait(shell.check_render()).await.unwrap();
    js("console.error = window.__error");
    assert!(
        truth("window.__inside && window.__told.some((line) => line[1] === window.__mine)"),
        "{}",
        text("window.__told")
    );
    assert_eq!(text("window.__failed.length"), "0");
    shell.stop();
}

#[wasm_bindgen_test]
async fn who_stands_down_leaves_boot_in_place_and_answers_neutrally() {
    let boot = js(&format!(
        "window.__stopped = 0; return Object.assign((() => {{ {BOOT} }})(), {{ events: [], stop: () => window.__stopped++ }})"
    ));
    let options = read_options(&JSON::parse("{}").unwrap()).unwrap();
    let shell = begun(Shell::start(options, boot.clone()).unwrap()).await;
    let waits = shell.check_render();
    shell.stand_down();
    assert_eq!(super::get(&super::wait(waits).await.unwrap(), "state").as_string().unwrap(), "unknown");
    assert_eq!(super::get(&super::wait(shell.check_render()).await.unwrap(), "state").as_string().unwrap(), "unknown");
    assert!(super::get(&boot, "on").is_undefined());
    assert_eq!(text("window.__stopped"), "0");
}
