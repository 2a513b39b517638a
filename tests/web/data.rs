//! `guard.data`: what the page loads, and the last that is known in its place, never without its mark.
use super::{OPTIONS, begun, js, start, start_with, text, wait};
use pagemend::shell::Shell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

/// What the page is told, as `value fresh young`.
async fn told(shell: &'static Shell, name: &str, load: &str, options: &str) -> Result<String, JsValue> {
    let told = wait(shell.data(name.into(), &js(&format!("return {load}")), &js(&format!("return {options}")))).await?;
    js_sys::Reflect::set(&js("return window"), &"__data".into(), &told).unwrap();
    Ok(text(
        "[__data.value, __data.fresh, __data.age < 5000 && Math.abs(Date.now() - __data.age - __data.at) < 1000].join(' ')",
    ))
}

const FAILS: &str = "async () => { throw new TypeError('Failed to fetch') }";
const THROWS: &str = "() => { throw new TypeError('Failed to fetch') }";
const HANGS: &str = "() => new Promise(() => {})";

#[wasm_bindgen_test]
async fn the_last_known_value_stands_in_with_its_mark() {
    let shell = start().await;
    for fails in [FAILS, THROWS] {
        let thrown = told(shell, "plan", fails, "undefined").await.unwrap_err();
        assert_eq!(text(&format!("{}", thrown.is_object())), "true", "the page's own failure where nothing is known");
    }
    assert_eq!(told(shell, "plan", "async () => 'A'", "undefined").await.unwrap(), "A true true");
    for fails in [FAILS, THROWS, HANGS] {
        assert_eq!(told(shell, "plan", fails, "{ timeoutMs: 50 }").await.unwrap(), "A false true", "{fails}");
    }
    assert!(told(shell, "plan", FAILS, "{ maxAgeMs: 0 }").await.is_err(), "too old");
    assert_eq!(told(shell, "plan", HANGS, "{ ttlMs: 60000 }").await.unwrap(), "A true true", "not loaded again");
    assert!(told(shell, "home", FAILS, "undefined").await.is_err(), "of another name");
    assert_eq!(told(shell, "plan", "async () => 'B'", "undefined").await.unwrap(), "B true true");
    shell.stop();
}

#[wasm_bindgen_test]
async fn only_what_the_page_says_is_kept_for_the_next_page_of_the_same_build() {
    js("localStorage.clear()");
    let shell = start().await;
    assert_eq!(
        told(shell, "plan", "async () => ({ months: 12, toString() { return this.months } })", "{ keep: true }")
            .await
            .unwrap(),
        "12 true true"
    );
    told(shell, "home", "async () => 1", "undefined").await.unwrap();
    told(shell, "long", "async () => 'x'.repeat(70000)", "{ keep: true }").await.unwrap();
    told(shell, "none", "async () => undefined", "{ keep: true }").await.unwrap();
    assert_eq!(text("Object.keys(localStorage).filter(key => key.startsWith('pagemend:data:'))"), "pagemend:data:plan");
    shell.stop();

    let next = start().await;
    assert_eq!(told(next, "plan", FAILS, "{ keep: true }").await.unwrap(), "[object Object] false true");
    assert_eq!(text("__data.value.months"), "12");
    assert!(told(next, "home", FAILS, "{ keep: true }").await.is_err());
    next.stop();

    let other = begun(start_with(&OPTIONS.replace("\"build\":\"1\"", "\"build\":\"2\""))).await;
    assert!(told(other, "plan", FAILS, "{ keep: true }").await.is_err(), "another build may have another idea of it");
    for n in 0..20 {
        told(other, &format!("n{n}"), "async () => 1", "{ keep: true }").await.unwrap();
    }
    assert_eq!(text("Object.keys(localStorage).filter(key => key.startsWith('pagemend:data:')).length"), "16");
    js("localStorage['pagemend:data:torn'] = '{\"build\":'");
    assert!(told(other, "torn", FAILS, "{ keep: true }").await.is_err());
    other.stop();
    js("localStorage.clear()");
}
