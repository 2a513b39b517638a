//! What the page's code asks for and is told: plain objects, real errors, requests that go out at once.
use super::{OPTIONS, begun, config, fake_fetch, get, js, real_fetch, start, text, truth, wait};
use pagemend::core::action::Command;
use pagemend::core::id::RequestId;
use pagemend::shell::Shell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

/// Under this name for the scripts of the test page.
fn expose(name: &str, value: &JsValue) {
    js_sys::Reflect::set(&js("return window"), &name.into(), value).unwrap();
}

#[wasm_bindgen_test]
async fn what_is_heard_and_answered_is_a_plain_object_of_plain_values() {
    fake_fetch("[503, 200]");
    let shell = start().await;
    let plain = "Object.getPrototypeOf(window.__told) === Object.prototype";
    shell.on("retry", &js("window.__told = undefined; return notice => { window.__told ??= notice }"));
    wait(shell.fetch(&"/api/home".into(), &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(text("Object.keys(__told).sort()"), "attempt,outcome,type,url,waitMs");
    assert!(truth(&format!("{plain} && __told.type === 'retry' && typeof __told.waitMs === 'number'")));
    expose("__told", &wait(shell.check_render()).await.unwrap());
    assert!(truth(&format!("{plain} && Array.isArray(__told.evidence) && typeof __told.tookMs === 'number'")));
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn an_error_of_the_guards_own_has_a_name_and_a_code() {
    let shell = start().await;
    for promise in [shell.import(&JsValue::NULL), shell.key_action("pay", &"not a function".into())] {
        expose("__error", &wait(promise).await.unwrap_err());
        assert_eq!(text("[__error instanceof TypeError, __error.name, __error.code]"), "true,TypeError,not-a-function");
    }
    shell.stop();
}

/// Starts a request that is sent once, to this function in the place of `fetch`.
fn sent_to(shell: &'static Shell, fetch: &str) -> js_sys::Promise {
    js(&format!("window.__fetch ??= window.fetch; window.__calls = 0; window.fetch = {fetch}"));
    shell.fetch(&"/api/apply".into(), &js("return { method: 'POST', body: 'a=1' }"))
}

#[wasm_bindgen_test]
async fn the_first_attempt_is_on_its_way_when_the_call_returns() {
    let shell = start().await;
    let answer = sent_to(
        shell,
        "(_, init) => { window.__calls += init.pagemend === true; return Promise.resolve(new Response('1')) }",
    );
    assert_eq!(text("window.__calls"), "1");
    assert_eq!(get(&wait(answer).await.unwrap(), "status").as_f64(), Some(200.0));
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn what_is_given_back_while_it_is_in_flight_still_gets_its_answer() {
    let shell = start().await;
    let answer = sent_to(shell, "() => new Promise(done => window.__done = done)");
    // Of a page, ids are counted from one; what is not a request is passed over.
    for id in 0..20 {
        shell.act(Command::Settle { request: RequestId(id) });
    }
    js("window.__done(new Response('late', { status: 202 }))");
    assert_eq!(get(&wait(answer).await.unwrap(), "status").as_f64(), Some(202.0));
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn a_class_of_the_pages_that_is_called_request_leaves_the_request_to_the_browser() {
    let shell = start().await;
    js(
        "window.__request = window.Request; window.Request = class { constructor(url) { this.url = url; this.method = 'POST' } }",
    );
    let answer = sent_to(shell, "(to) => { window.__calls++; return Promise.resolve(new Response('1')) }");
    assert_eq!(get(&wait(answer).await.unwrap(), "status").as_f64(), Some(200.0));
    assert_eq!(text("window.__calls"), "1");
    js("window.Request = window.__request");
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn a_name_of_the_window_that_is_no_text_of_ours_keeps_nothing_from_starting() {
    for mark in ["{ text: ['x'] }", "{ text: { length: 4e9 } }", "{}", "{ text: null }"] {
        let boot = js(&format!("return {{ mark: {mark}, keep: () => true, events: [] }}"));
        let shell = begun(Shell::start(config(OPTIONS), boot).unwrap()).await;
        assert!(get(&wait(shell.check_render()).await.unwrap(), "tookMs").as_f64().is_some_and(|took| took > 0.0));
        shell.stop();
    }
}

#[wasm_bindgen_test]
async fn whatever_stands_in_the_place_of_fetch_its_outcome_is_the_pages() {
    let shell = start().await;
    assert!(wait(sent_to(shell, "() => undefined")).await.unwrap().is_undefined());
    let answer = wait(sent_to(shell, "() => ({ status: 200, text: 'mine' })")).await.unwrap();
    assert_eq!(get(&answer, "text").as_string().as_deref(), Some("mine"));
    let thrown = sent_to(shell, "() => { throw new Error('thrown, not rejected') }");
    assert_eq!(get(&wait(thrown).await.unwrap_err(), "message").as_string().as_deref(), Some("thrown, not rejected"));
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn a_signal_of_the_page_is_followed_where_signals_cannot_be_joined() {
    js("window.__any = AbortSignal.any; AbortSignal.any = undefined;
        window.__fetch ??= window.fetch; window.__gaveUp = false; window.fetch = (input, init) => new Promise((_, no) => {
          init.signal.addEventListener('abort', () => { window.__gaveUp = true; no(init.signal.reason) }) })");
    let shell = start().await;
    let init = js("window.__controller = new AbortController(); return { signal: window.__controller.signal }");
    let answer = shell.fetch(&"/api/slow".into(), &init);
    js("window.__controller.abort('enough')");
    assert_eq!(wait(answer).await.unwrap_err().as_string().as_deref(), Some("enough"));
    assert!(truth("window.__gaveUp"));
    shell.stop();
    js("AbortSignal.any = window.__any");
    real_fetch();
}
