//! What the page declares an end of, its own code that renews it, and the server's time out of the dates of its answers.
use super::{js, real_fetch, sleep, stage, start, text, truth};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

/// Notes what the page hears, as `what state`.
fn hears(shell: &'static pagemend::shell::Shell) {
    shell
        .on("expiry", &js("window.__heard = []; return told => { window.__heard.push(told.what + ' ' + told.state) }"));
}

#[wasm_bindgen_test]
async fn the_pages_own_code_renews_and_may_do_as_it_likes_in_there() {
    stage("<p>There is something to see here, and enough of it.</p>");
    let shell = start().await;
    hears(shell);
    js_sys::Reflect::set(&js("return window"), &"__expires".into(), &{
        let expires = Closure::<dyn Fn() -> JsValue>::new(move || {
            shell.expires("other".into(), &js("return { in: 3600 }")).into()
        });
        expires.into_js_value()
    })
    .unwrap();
    let renew = "async () => { __expires()(); window.__renewed = (window.__renewed ?? 0) + 1; return { at: Date.now() + 3600e3 } }";
    let take_back = shell.expires("session".into(), &js(&format!("return {{ in: 0.05, warnMs: 0, renew: {renew} }}")));
    sleep(300).await;
    assert_eq!(text("__heard"), "session renewed");
    assert_eq!(text("__renewed"), "1");
    take_back.call0(&JsValue::NULL).unwrap();
    shell.stop();
}

#[wasm_bindgen_test]
async fn what_the_pages_code_throws_is_its_own_error() {
    stage("<p>There is something to see here, and enough of it.</p>");
    js(
        "window.__said = []; window.__error ??= console.error; console.error = (...said) => window.__said.push(said.map(String).join(' '))",
    );
    let shell = start().await;
    hears(shell);
    for (what, renew) in [("a", "() => { throw new Error('mine') }"), ("b", "async () => { throw new Error('mine') }")]
    {
        shell.expires(what.into(), &js(&format!("return {{ in: 0.05, warnMs: 0, renew: {renew} }}")));
    }
    sleep(300).await;
    assert_eq!(text("__heard"), "a expired,b expired");
    assert!(truth("__said.filter(said => said.includes('mine')).length === 2"), "{}", text("__said"));
    shell.expires("link".into(), &js("return {}"));
    shell.expires("link".into(), &JsValue::NULL);
    // In seconds.
    shell.expires("link".into(), &js("return { at: 1760000000 }"));
    sleep(50).await;
    assert_eq!(text("__heard"), "a expired,b expired");
    assert!(truth("__said.at(-1).includes('options must hold `at`')"), "{}", text("__said"));
    js("console.error = window.__error");
    shell.stop();
}

#[wasm_bindgen_test]
async fn the_servers_time_is_learnt_from_its_answers() {
    stage("<p>There is something to see here, and enough of it.</p>");
    // Ten years ahead of this device.
    js("window.__fetch ??= window.fetch; window.__server = () => Date.now() + 3652 * 864e5;
        window.fetch = async () => new Response('', { headers: { date: new Date(__server()).toUTCString() } })");
    let shell = start().await;
    hears(shell);
    shell.expires("good".into(), &js("return { at: __server() + 3600e3 }"));
    shell.expires("ended".into(), &js("return { at: __server() - 60e3 }"));
    sleep(300).await;
    assert_eq!(text("__heard"), "ended expired");
    shell.stop();
    real_fetch();
}
