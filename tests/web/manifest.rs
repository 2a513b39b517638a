//! The build manifest: what is served in its place is refused, and no more of it is read than is needed to say so.
use super::{begun, get, js, real_fetch, sleep, stage, start_with, text, wait};
use wasm_bindgen_test::*;

/// The verdict's state and reason where the manifest's address answers with this, called with a request's address and options.
async fn told(answer: &str) -> [String; 2] {
    js(&format!("window.__fetch ??= window.fetch; window.__asked = []; window.__read = 0; const ok = '{{\"build\":\"1\",\"builtAt\":10,\"number\":7,\"assets\":{{}}}}';
        const json = (body, headers, status = 200) => new Response(body, {{ status, headers }});
        window.fetch = async (url, init) => {{ __asked.push([url, init.cache]); return ({answer})(url, init) }}"));
    let options =
        r#"{"build":"1","builtAt":10,"buildNumber":7,"service":"loan","freshness":{"url":"/build.json?of=loan"}}"#;
    let shell = begun(start_with(options)).await;
    let verdict = wait(shell.check_freshness()).await.unwrap();
    shell.stop();
    real_fetch();
    ["state", "reason"].map(|key| get(&verdict, key).as_string().unwrap_or_default())
}

/// A body that never ends, in pieces of 64 KB.
const ENDLESS: &str =
    "new ReadableStream({ pull(to) { __read++; to.enqueue(new Uint8Array(65536).fill(32)) } }, { highWaterMark: 0 })";

#[wasm_bindgen_test]
async fn what_is_no_manifest_is_refused_and_the_reason_says_why() {
    let fresh = "the served build is the running one";
    for (answer, state, reason) in [
        ("() => json(ok)", "fresh", fresh),
        ("() => json('\u{feff} ' + ok)", "fresh", fresh),
        ("() => json(ok, { age: '5' })", "fresh", fresh),
        ("() => json(ok, { age: '61' })", "unknown", "a cache or a service worker answered in the server's place"),
        ("() => json(ok, {}, 500)", "unknown", "the build manifest is answered with an error status"),
        ("() => json(' <!doctype html>')", "unknown", "HTML is served in place of the build manifest"),
        ("() => json('1')", "unknown", "what is served as the build manifest is none"),
        ("() => json('{\"build\":1}')", "unknown", "what is served as the build manifest is none"),
        ("() => json('{\"build\":\"1\",\"number\":\"7\"}')", "unknown", "what is served as the build manifest is none"),
        (
            "() => json('{\"build\":\"1\",\"service\":\"cards\"}')",
            "unknown",
            "the build manifest is that of another service",
        ),
        ("() => Promise.reject(new TypeError('no'))", "unknown", "the build manifest could not be read"),
        ("() => ({})", "unknown", "the build manifest could not be read"),
    ] {
        assert_eq!(told(answer).await, [state, reason], "{answer}");
    }
}

#[wasm_bindgen_test]
async fn each_question_is_past_every_cache() {
    told("() => json(ok)").await;
    assert_eq!(text("__asked.length"), "1");
    assert_eq!(text("/\\/build\\.json\\?of=loan&pagemend-bytes=\\d+$/.test(__asked[0][0])"), "true");
    assert_eq!(text("__asked[0][1]"), "no-store");
}

#[wasm_bindgen_test]
async fn a_manifest_that_is_too_long_is_not_read_to_its_end() {
    let too_long = ["unknown", "what is served as the build manifest is too long"];
    assert_eq!(told(&format!("() => json({ENDLESS})")).await, too_long);
    assert_eq!(text("__read <= 4"), "true", "it is read until it is too long");
    assert_eq!(told(&format!("() => json({ENDLESS}, {{ 'content-length': '10000000' }})")).await, too_long);
    assert_eq!(text("__read"), "0", "it says itself how long it is");
}

#[wasm_bindgen_test]
async fn what_does_not_come_in_time_is_given_up() {
    let ends = "signal.addEventListener('abort', () => { __ended = signal.reason.name";
    let silent = format!("new Promise((_, no) => {{ {ends}; no(signal.reason) }}) }})");
    // The answer is there, and its body does not end.
    let half = format!("new Response(new ReadableStream({{ start(to) {{ {ends}; to.error(signal.reason) }}) }} }}))");
    for answer in [silent, half] {
        js(&format!(
            "window.__fetch ??= window.fetch; window.__ended = ''; window.fetch = async (url, {{ signal }}) => {answer}"
        ));
        let shell = begun(start_with(r#"{"build":"1","freshness":{"url":"/build.json"}}"#)).await;
        let verdict = wait(shell.check_freshness()).await.unwrap();
        assert_eq!(get(&verdict, "reason").as_string().unwrap_or_default(), "the build manifest could not be read");
        // The engine's own timer may have come first.
        while text("__ended").is_empty() {
            sleep(20).await;
        }
        assert_eq!(text("__ended"), "AbortError", "{answer}");
        shell.stop();
        real_fetch();
    }
}

#[wasm_bindgen_test]
async fn a_worker_that_answers_out_of_its_cache_makes_no_page_fresh() {
    js("Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: { controller: {} } })");
    let kept = ["unknown", "a cache or a service worker answered in the server's place"];
    let at = |url: &str, kind: &str, headers: &str| {
        format!(
            "(url) => Object.defineProperties(json(ok, {headers}), {{ url: {{ value: {url} }}, type: {{ value: '{kind}' }} }})"
        )
    };
    let dated = "{ date: 'x' }";
    // The address of the entry in its cache; one that it made itself.
    assert_eq!(told(&at("'/build.json?of=loan'", "basic", dated)).await, kept);
    assert_eq!(told(&at("url", "basic", "{}")).await, kept);
    for passed_on in [at("url", "basic", dated), at("url", "cors", "{}")] {
        assert_eq!(told(&passed_on).await[0], "fresh", "{passed_on}");
    }
    js("delete navigator.serviceWorker");
}

#[wasm_bindgen_test]
async fn tabs_tell_each_other_what_was_answered() {
    stage("<h1>Your credit line</h1><p>You may borrow up to 50,000 yuan for at most twelve months.</p>");
    js("localStorage.removeItem('pagemend:shared')");
    told("() => json(ok)").await;
    assert_eq!(text("JSON.parse(localStorage.getItem('pagemend:shared'))[0].served.number"), "7");

    let shell =
        begun(start_with(r##"{"root":"#stage","build":"1","buildNumber":7,"freshness":{"url":"/build.json"}}"##)).await;
    for _ in 0..2 {
        js("const known = { url: '/build.json', at: Date.now(), served: { build: '2', number: 9 } };
            dispatchEvent(new StorageEvent('storage', { key: 'pagemend:shared', newValue: JSON.stringify([known]) }))");
        sleep(3_200).await;
    }
    assert_eq!(text("document.querySelector('pagemend-prompt').dataset.kind"), "new-version");
    js("document.querySelector('pagemend-prompt').shadowRoot.querySelector('[data-choice=later]').click()");
    let left = "JSON.parse(localStorage.getItem('pagemend:shared'))[0].until - Date.now()";
    assert_eq!(text(&format!("{left} > 3500000 && {left} <= 3600000")), "true");
    assert_eq!(text("document.querySelector('pagemend-prompt')"), "null");
    shell.stop();
    js("localStorage.removeItem('pagemend:shared')");
}
