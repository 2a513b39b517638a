//! Damage on the device: which entries are set aside, what is compared with the network, and what is left alone.

use crate::{begun, config, get, js, sleep, stage, start_with, text, truth, wait};
use js_sys::Array;
use pagemend::core::action::Command;
use pagemend::core::event::Event;
use pagemend::core::storage::{DamagedEntry, Repair, checksum};
use pagemend::shell::Shell;
use wasm_bindgen_test::*;

const OPTIONS: &str = r##"{"root":"#stage","build":"1","freshness":{"url":"/no-such-manifest"}}"##;

/// Values that no program meant, and how many bytes a copy must have.
const UNMEANT: &str = r#"["undefined", "", "[object Object]", '{"a":"\ud83d', '{"a":1}x']"#;

async fn repaired(shell: &'static Shell, scope: &str, list: &str) -> Vec<String> {
    let report = wait(shell.repair(&scope.into())).await.unwrap();
    let mut found: Vec<String> = Array::from(&get(&report, list)).iter().filter_map(|text| text.as_string()).collect();
    found.sort();
    found
}

/// A guard that boot.js tells of an error which `JSON.parse` threw over this value.
async fn after_error_over(value: &str) -> &'static Shell {
    js(&format!(
        "window.__boot = {{ events: [], dropped: 0, stop() {{}} }};
         try {{ JSON.parse({value}) }} catch (e) {{
           window.__boot.events.push({{ kind: 'error', at: 1, name: e.name, message: e.message, stack: e.stack, source: '', line: 1 }}) }}"
    ));
    begun(Shell::start(config(OPTIONS), js("return window.__boot")).unwrap()).await
}

#[wasm_bindgen_test]
async fn the_value_that_the_pages_json_error_names_is_set_aside_and_no_other() {
    js(
        r#"window.__texts = ["{name}, hello", "[INFO] started", "[not json, but mine]", "a=b", "2024-01-01 8:00", "<b>x</b>", "'{}'"]"#,
    );
    for store in ["localStorage", "sessionStorage"] {
        for n in 0..5 {
            js(&format!(
                "localStorage.clear(); sessionStorage.clear(); window.__bad = {UNMEANT}[{n}];
                 for (let i = 0; i < 200; i++) {{ (i % 2 ? localStorage : sessionStorage).setItem('text ' + i, __texts[i % __texts.length]) }}
                 localStorage.setItem('json', '[1]'); {store}.setItem('bad', __bad)"
            ));
            let shell = after_error_over("window.__bad").await;
            assert_eq!(repaired(shell, "storage", "damagedKeys").await, ["bad"], "{} in {store}", text("__bad"));
            assert!(truth(&format!("{store}.getItem('pagemend:quarantine:bad') === __bad")), "the copy is exact");
            assert_eq!(text(&format!("{store}.getItem('bad')")), "null");
            assert_eq!(text("Object.keys(localStorage).length + Object.keys(sessionStorage).length - 203"), "0");
            shell.stop();
        }
    }
    js("localStorage.clear(); sessionStorage.clear()");
}

/// A guard with these options, and what it told of such a repair.
async fn asked(shell: &'static Shell, what: &str) -> String {
    let report = wait(shell.repair(&js(&format!("return {what}")))).await.unwrap();
    js_sys::Reflect::set(&js("return window"), &"__report".into(), &report).unwrap();
    text(
        "(({ damagedKeys, copied, removed, failed, restored, steps }) => [damagedKeys.sort(), copied, removed, failed, restored, steps.map((s) => s.action)].join('|'))(__report)",
    )
}

const DECLARED: &str =
    r##"{"root":"#stage","build":"1","freshness":{"url":"/no-such-manifest"},"storage":{"json":["cart","plan"]}}"##;

#[wasm_bindgen_test]
async fn a_plan_touches_nothing_a_part_is_a_part_and_all_can_be_put_back() {
    js(
        "localStorage.clear(); sessionStorage.clear(); localStorage.cart = '{\"items\":[\"\\ud83d'; localStorage.plan = '[1'",
    );
    let shell = begun(start_with(DECLARED)).await;
    assert_eq!(asked(shell, "{ dryRun: true, scope: 'storage' }").await, "cart,plan|0|0|0|0|remove-entry,remove-entry");
    assert_eq!(text("[localStorage.cart.length, localStorage.plan, localStorage.length]"), "12,[1,2");
    assert_eq!(asked(shell, "{ keys: ['cart'], scope: 'storage' }").await, "cart|1|1|0|0|remove-entry");
    assert_eq!(text("[localStorage.getItem('cart'), localStorage.plan]"), ",[1");
    // The page has written it anew since.
    js("localStorage.cart = '{}'");
    assert_eq!(asked(shell, "{ undo: true, keys: ['plan'] }").await, "|0|0|0|0|");
    assert_eq!(asked(shell, "{ undo: true }").await, "|0|0|0|1|");
    assert!(truth("localStorage.cart === '{\"items\":[\"\\ud83d'"));
    assert_eq!(asked(shell, "{ undo: true }").await, "|0|0|0|1|");
    assert_eq!(text("localStorage.cart"), "{}", "what stood in its place was set aside in turn");
    assert_eq!(asked(shell, "{ keys: [] }").await, "|0|0|0|0|");
    assert_eq!(text("localStorage.plan"), "[1");
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn half_a_copy_and_an_old_one_are_dropped_and_never_put_back() {
    js("localStorage.clear(); localStorage.cart = '[1'");
    let shell = begun(start_with(DECLARED)).await;
    assert_eq!(asked(shell, "'storage'").await, "cart|1|1|0|0|remove-entry");
    js("localStorage['pagemend:quarantine:cart'] = '['");
    assert_eq!(asked(shell, "{ undo: true }").await, "|0|0|0|0|");
    assert_eq!(text("localStorage.length"), "0");
    js("localStorage.plan = '[1'");
    assert_eq!(asked(shell, "'storage'").await, "plan|1|1|0|0|remove-entry");
    js("localStorage['pagemend:copied:plan'] = localStorage['pagemend:copied:plan'].replace(/^\\d+/, Date.now() - 1)");
    assert_eq!(asked(shell, "{ undo: true }").await, "|0|0|0|0|");
    assert_eq!(text("localStorage.length"), "0");
    shell.stop();
}

#[wasm_bindgen_test]
async fn where_a_store_is_full_the_copy_goes_elsewhere_and_comes_back_from_there() {
    js("localStorage.clear(); localStorage.cart = '{\"items\":[\"\\ud83d' + 'y'.repeat(1 << 20);
        for (let n = 1 << 22; n >= 1; n >>= 1) try { for (;;) localStorage.setItem(`fill${n}.${localStorage.length}`, 'x'.repeat(n)) } catch {}");
    let shell = begun(start_with(DECLARED)).await;
    assert_eq!(asked(shell, "'storage'").await, "cart|1|1|0|0|remove-entry");
    assert_eq!(text("localStorage.getItem('cart')"), "null");
    assert_eq!(asked(shell, "{ undo: true }").await, "|0|0|0|1|");
    assert!(truth("localStorage.cart === '{\"items\":[\"\\ud83d' + 'y'.repeat(1 << 20)"));
    shell.stop();
    js("localStorage.clear()");
    wait(js("return caches.delete('pagemend:quarantine')")).await.unwrap();
}

#[wasm_bindgen_test]
async fn what_another_tab_has_repaired_by_now_is_left_alone() {
    js("localStorage.clear(); localStorage.cart = '[1'");
    let shell = begun(start_with(DECLARED)).await;
    let keys = vec![DamagedEntry { key: "cart".into(), sum: checksum("[1"), ..DamagedEntry::default() }];
    js("localStorage.cart = '[2]'");
    shell.act(Command::Repair(Repair { keys, ..Repair::default() }));
    sleep(200).await;
    assert_eq!(text("[localStorage.cart, localStorage.length]"), "[2],1");
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn what_breaks_its_declared_shape_is_set_aside_and_what_is_not_declared_stays() {
    let shape = r#"{"key":"cart","kind":"object","members":[{"key":"items","kind":"array"}],"version":"v","versions":["2"],"maxLength":40}"#;
    let options = DECLARED.replace(r#""json":["cart","plan"]"#, &format!(r#""shapes":[{shape}]"#));
    for (value, broken) in [
        (r#"{"v":2,"items":[]}"#, false),
        (r#"{"v":"2","items":[],"more":null}"#, false),
        (r#"{"v":2,"items":{}}"#, true),
        (r#"{"v":2}"#, true),
        (r#"{"v":1,"items":[]}"#, true),
        (r#"{"items":[]}"#, true),
        ("[2]", true),
        ("null", true),
        ("7", true),
        (r#"{"v":2,"items":["#, true),
        (r#"{"v":2,"items":["too long for the page"]}"#, true),
    ] {
        js(&format!(
            r#"localStorage.clear(); localStorage.cart = '{value}';
               localStorage.setItem('persist:root', '{{"_persist":"{{\"version\":1}}"}}'); localStorage.zustand = '{{"state":{{}},"version":1}}'"#
        ));
        let shell = begun(start_with(&options)).await;
        let wanted = if broken { "cart|1|1|0|0|remove-entry" } else { "|0|0|0|0|" };
        assert_eq!(asked(shell, "'storage'").await, wanted, "{value}");
        assert_eq!(truth("localStorage.getItem('cart') === null"), broken, "{value}");
        assert!(truth("localStorage.getItem('persist:root') && localStorage.zustand"), "{value}");
        shell.stop();
    }
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn texts_that_never_were_json_stay_where_they_are() {
    js(r#"localStorage.clear(); sessionStorage.clear();
          for (const text of ["{name}, hello", "[INFO] started", "[not json, but mine]", ""]) {
            localStorage.setItem(text + "!", text); sessionStorage.setItem(text + "!", text) }"#);
    // The error is of other JSON than any of theirs.
    let shell = after_error_over(r#"'{"half":tru'"#).await;
    assert_eq!(repaired(shell, "storage", "damagedKeys").await, [""; 0]);
    assert_eq!(text("localStorage.length + sessionStorage.length >= 8"), "true");
    shell.stop();
    js("localStorage.clear(); sessionStorage.clear()");
}

#[wasm_bindgen_test]
async fn an_error_of_an_answer_of_the_network_names_nothing_on_the_device() {
    js("localStorage.clear(); localStorage.setItem('template', '<!doctype html>');
        window.__boot = { events: [], dropped: 0, stop() {} }");
    let thrown = wait(js("return new Response('<!doctype html>').json().catch(e => [e.name, e.message, e.stack])"));
    let thrown = Array::from(&thrown.await.unwrap());
    js_sys::Reflect::set(&js("return window"), &"__thrown".into(), &thrown).unwrap();
    js(
        "const [name, message, stack] = __thrown; window.__boot.events.push({ kind: 'reject', at: 1, name, message, stack })",
    );
    let shell = begun(Shell::start(config(OPTIONS), js("return window.__boot")).unwrap()).await;
    assert_eq!(repaired(shell, "storage", "damagedKeys").await, [""; 0]);
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn what_was_json_while_the_page_was_fine_is_a_suspect_when_it_is_not() {
    js(r#"localStorage.clear(); sessionStorage.clear();
          localStorage.setItem("cart", '{"a":1}'); sessionStorage.setItem("view", "[1]");
          localStorage.setItem("count", "12"); localStorage.setItem("text", "{name}, hello");
          localStorage.setItem("big", "[" + "1,".repeat(200000) + "1]")"#);
    let shell = begun(start_with(OPTIONS)).await;
    shell.act(Command::NoteStorage);
    for _ in 0..100 {
        if truth("localStorage.getItem('pagemend:seen')") {
            break;
        }
        sleep(20).await;
    }
    assert_eq!(text("localStorage.getItem('pagemend:seen').split(' ').length"), "3");
    assert!(!truth("localStorage.getItem('pagemend:seen').includes('hello')"));
    js(r#"localStorage.setItem("cart", '{"a":'); sessionStorage.setItem("view", "undefined");
          localStorage.setItem("count", "1.2.3"); localStorage.setItem("text", "{name}, bye")"#);
    assert_eq!(repaired(shell, "storage", "damagedKeys").await, ["cart", "view"]);
    assert_eq!(text("localStorage.getItem('count') + localStorage.getItem('text')"), "1.2.3{name}, bye");
    assert_eq!(text("sessionStorage.getItem('pagemend:quarantine:view')"), "undefined");
    shell.stop();
    js("localStorage.clear(); sessionStorage.clear()");
}

/// A network that has these files, by path, and answers everything else with 404; a worker that answers out of Cache Storage, by the whole
/// address, stands before it. Each file is a function of how often it was asked.
fn network(files: &str) {
    js(&format!(
        "window.__fetch ??= window.fetch; window.__asked = []; const files = {files};
         window.fetch = async (input, init) => {{
           const url = new URL(input, location.href), cache = init?.cache ?? 'default';
           window.__asked.push(url.pathname + (url.search && '?') + ' ' + cache);
           const kept = await caches.match(url.href);
           if (kept) return kept;
           const file = files[url.pathname];
           if (file === undefined) return new Response('no', {{ status: 404 }});
           if (file === 'down') throw new TypeError('Failed to fetch');
           const body = typeof file == 'function' ? file(cache, url.search) : file;
           return new Response(body, {{ headers: {{ 'content-type': 'text/javascript', date: new Date().toUTCString() }} }});
         }}"
    ));
}

#[wasm_bindgen_test]
async fn an_entry_of_cache_storage_is_poisoned_when_the_network_has_other_bytes() {
    let put = "return (async () => {
        await caches.delete('pagemend:quarantine');
        const cache = await caches.open('app'), js = { 'content-type': 'text/javascript' };
        const put = (name, body, init = { headers: js }) => cache.put('/t/' + name + '.js', new Response(body, init));
        await put('half', 'start({ a: 1,'); await put('error', '{\"error\":\"busy\"}'); await put('empty', '');
        await put('gone', 'no', { status: 404 }); await put('old', 'start(1)'); await put('page', '<p>busy');
        await put('page-and-down', '<p>busy'); await put('typed', 'start(2)', { headers: { 'content-type': 'text/html' } });
        await put('same', 'start(2)'); await put('dynamic', 'at(0)'); await put('down', 'start(1)'); await put('only-here', 'start(1)');
        await put('big', 'x'.repeat(1.1e6));
      })()";
    wait(js(put)).await.unwrap();
    network(
        "{ '/t/half.js': 'start({ a: 1 })', '/t/error.js': 'start(2)', '/t/empty.js': 'start(2)', '/t/gone.js': 'start(2)', '/t/old.js': 'start(2)',
           '/t/page.js': 'start(2)', '/t/page-and-down.js': 'down', '/t/typed.js': 'start(2)', '/t/same.js': 'start(2)',
           '/t/dynamic.js': () => `at(${Math.random()})`, '/t/down.js': 'down', '/t/big.js': 'start(2)' }",
    );
    let names = "half error empty gone old page page-and-down typed same dynamic down only-here big";
    let scripts = names.split(' ').map(|name| format!("<script type='x' src='/t/{name}.js'></script>"));
    let scripts = scripts.collect::<Vec<_>>().concat();
    let bad = ["empty", "error", "gone", "half", "old", "page", "page-and-down", "typed"];
    let mut found = Vec::new();
    // One scan asks for twelve files at most.
    for _ in 0..2 {
        stage(&scripts);
        let shell = begun(start_with(OPTIONS)).await;
        found.extend(repaired(shell, "caches", "poisonedUrls").await);
        shell.stop();
    }
    let mut names: Vec<String> =
        found.iter().filter_map(|url| Some(url.rsplit_once('/')?.1.trim_end_matches(".js").into())).collect();
    names.sort();
    assert_eq!(names, bad);
    let left = wait(js("return (async () => {
        const of = async name => (await (await caches.open(name)).keys()).map(({ url }) => decodeURIComponent(url).slice(0, -3).replace(/.*\\//, '')).sort().join();
        return [await of('app'), await of('pagemend:quarantine')].join(' ') })()"))
    .await
    .unwrap();
    let aside = bad.join(",");
    assert_eq!(left.as_string(), Some(format!("big,down,dynamic,only-here,same {aside}")));
    js("window.fetch = window.__fetch");
    stage("");
    wait(js("return Promise.all([caches.delete('app'), caches.delete('pagemend:quarantine')])")).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_network_that_never_answers_holds_up_neither_scan_nor_repair() {
    wait(js("return (async () => {
        await caches.delete('pagemend:quarantine');
        const cache = await caches.open('app');
        await cache.put('/t/page.js', new Response('<p>busy')); await cache.put('/t/old.js', new Response('start(1)')) })()"))
    .await
    .unwrap();
    // It answers nothing, and a worker keeps what it was asked. Time passes twenty times as fast.
    js("window.__fetch ??= window.fetch; window.__timeout = window.setTimeout; window.__waits = [];
        window.fetch = (input, init) => new Promise((_, refuse) => {
          init?.signal?.addEventListener('abort', () => refuse(new TypeError('aborted')));
          if (String(input).includes('pagemend-bytes=')) caches.open('app').then(cache => cache.put(input, new Response('kept')));
        });
        window.setTimeout = (f, ms, ...rest) => { __waits.push(ms); return __timeout(f, ms / 20, ...rest) }");
    stage("<script type='x' src='/t/page.js'></script><script type='x' src='/t/old.js'></script>");
    let shell = begun(start_with(OPTIONS)).await;
    let found = repaired(shell, "caches", "poisonedUrls").await;
    let names: Vec<&str> = found.iter().filter_map(|url| url.rsplit('/').next()).collect();
    assert_eq!(names, ["page.js"], "only HTML is certain");
    assert!(truth("__waits.some(ms => ms > 6500 && ms <= 7000)"), "the scan has seven seconds: {}", text("__waits"));
    assert!(truth("__waits.includes(3000)"), "a file that is asked for again has three: {}", text("__waits"));
    let left = wait(js(
        "return (async () => (await (await caches.open('app')).keys()).map(({ url }) => new URL(url).pathname).join())()",
    ));
    assert_eq!(left.await.unwrap().as_string().as_deref(), Some("/t/old.js"), "the questions are forgotten, too");
    shell.stop();
    js("window.fetch = window.__fetch; window.setTimeout = window.__timeout");
    stage("");
    wait(js("return Promise.all([caches.delete('app'), caches.delete('pagemend:quarantine')])")).await.unwrap();
}

/// The last cause of the incident of a blank page, one of whose scripts could not be parsed.
async fn cause_of(error: &str, source: &str) -> String {
    stage("");
    // What other tests asked for is no failure of this page.
    js("performance.clearResourceTimings()");
    let options = OPTIONS.replace("}}", r#"},"deadlines":{"settleMs":100}}"#);
    let shell = begun(start_with(&options)).await;
    shell.on("incident", &js("window.__cause = ''; return notice => window.__cause = notice.cause"));
    let source = text(&format!("new URL('{source}', location.href).href"));
    shell.dispatch(Event::ScriptFailed { rejection: false, text: format!("SyntaxError: {error}"), source });
    let asked = "__asked.filter(url => /default|force/.test(url)).length";
    for _ in 0..60 {
        // Without a failure to be seen nothing is diagnosed; with it the dialog or the reload comes last.
        if truth("document.querySelector('pagemend-prompt')") || (truth("window.__cause") && truth(asked)) {
            break;
        }
        sleep(50).await;
    }
    sleep(200).await;
    shell.stop();
    text("window.__cause")
}

#[wasm_bindgen_test]
async fn a_script_that_cannot_be_parsed_is_compared_wherever_it_came_from() {
    network(
        "{ '/t/modern.js': 'a |> b', '/t/cut.js': 'start({ a: \"x',
           '/t/stale.js': cache => cache == 'force-cache' ? 'start({' : 'start({})' }",
    );
    // No reload: this is the test's own page.
    js("localStorage.clear(); sessionStorage.clear(); window.__set = Storage.prototype.setItem;
        Storage.prototype.setItem = function (key, value) {
            if (key == 'pagemend:memory') throw new Error('full');
            __set.call(this, key, value);
        }");
    let cases = [
        ("Unexpected token '>'", "/t/modern.js", "unsupported"),
        ("Invalid or unexpected token", "/t/cut.js", "script"),
        ("Unexpected end of input", "/t/stale.js", "cache-damaged"),
        ("Unexpected token '>'", "/t/not-there.js", "script"),
    ];
    for (error, source, cause) in cases {
        js("window.__asked = []");
        assert_eq!(cause_of(error, source).await, cause, "{error}, {source}; asked: {}", text("window.__asked"));
    }
    js("Storage.prototype.setItem = window.__set; window.fetch = window.__fetch");
    stage("");
}

#[wasm_bindgen_test]
async fn a_page_that_is_fine_is_asked_for_nothing() {
    network("{}");
    stage("<p>Content of the page, long enough to be content by itself, and then some more of it.</p>");
    let shell = begun(start_with(OPTIONS)).await;
    sleep(5_000).await;
    assert_eq!(text("window.__asked"), "");
    shell.stop();
    js("window.fetch = window.__fetch");
    stage("");
}
