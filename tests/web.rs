//! In a real browser: the shell does what it is told, survives what pages do, and leaves nothing behind.
#![cfg(target_arch = "wasm32")]

#[path = "web/calls.rs"]
mod calls;
#[path = "web/damage.rs"]
mod damage;
#[path = "web/data.rs"]
mod data;
#[path = "web/drafts.rs"]
mod drafts;
#[path = "web/expiry.rs"]
mod expiry;
#[path = "web/looks.rs"]
mod looks;
#[path = "web/manifest.rs"]
mod manifest;
#[path = "web/options.rs"]
mod options;
#[path = "web/panics.rs"]
mod panics;
#[path = "web/parts.rs"]
mod parts;
#[path = "web/prompts.rs"]
mod prompts;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use pagemend::core::action::Command;
use pagemend::core::config::{Config, Consent};
use pagemend::core::event::{AttemptOutcome, Event};
use pagemend::core::id::RequestId;
use pagemend::core::prompt::PromptKind;
use pagemend::core::storage::{PoisonedEntry, Repair};
use pagemend::shell::{Shell, read_options};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

/// Runs a script of the test page and hands back its value.
fn js(body: &str) -> JsValue {
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap_or_else(|thrown| panic!("{body}: {thrown:?}"))
}

fn truth(expression: &str) -> bool {
    js(&format!("return !!({expression})")).as_bool() == Some(true)
}

fn text(expression: &str) -> String {
    js(&format!("return String({expression})")).as_string().unwrap_or_default()
}

async fn wait(promise: impl Into<JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&promise.into())).await
}

async fn sleep(ms: u32) {
    wait(js(&format!("return new Promise(done => setTimeout(done, {ms}))"))).await.unwrap();
}

fn get(target: &JsValue, key: &str) -> JsValue {
    Reflect::get(target, &key.into()).unwrap()
}

fn start_with(options: &str) -> &'static Shell {
    Shell::start(config(options), JsValue::UNDEFINED).unwrap()
}

fn config(options: &str) -> Config {
    read_options(&JSON::parse(options).unwrap()).unwrap()
}

const OPTIONS: &str = r##"{"root":"#stage","build":"1","locale":"en","freshness":{"url":"/no-such-manifest"},
    "storage":{"drafts":["t:draft"],"json":["t:json"]},"retry":{"baseMs":10,"capMs":20},
    "deadlines":{"settleMs":60000,"loadingMs":60000}}"##;

async fn start() -> &'static Shell {
    begun(start_with(OPTIONS)).await
}

/// The guard begins in tasks of its own.
async fn begun(shell: &'static Shell) -> &'static Shell {
    while shell.is_beginning() {
        sleep(1).await;
    }
    shell
}

/// The test page's root with this in it.
fn stage(html: &str) {
    js("document.getElementById('stage')?.remove(); document.querySelector('pagemend-prompt')?.remove();
        const stage = document.createElement('div'); stage.id = 'stage'; document.body.prepend(stage); scrollTo(0, 0)");
    js(&format!("document.getElementById('stage').innerHTML = {}", JSON::stringify(&html.into()).unwrap()));
}

fn in_prompt(expression: &str) -> String {
    text(&format!(
        "(() => {{ const root = document.querySelector('pagemend-prompt')?.shadowRoot; return root && ({expression}) }})()"
    ))
}

#[wasm_bindgen_test]
async fn a_prompt_opens_answers_and_goes() {
    stage("<button id='before'>x</button>");
    js("document.getElementById('before').focus()");
    let shell = start().await;
    let answer = shell.prompt(PromptKind::Service, &"home".into());
    assert_eq!(text("document.querySelector('pagemend-prompt').dataset.kind"), "service");
    assert_eq!(in_prompt("root.querySelector('dialog').open"), "true");
    assert_eq!(in_prompt("root.activeElement.id"), "title", "a button would be pressed by who is typing");
    assert_eq!(in_prompt("root.querySelectorAll('script,style').length"), "0");
    // The rules arrived.
    assert_eq!(in_prompt("getComputedStyle(root.querySelector('dialog')).borderRadius"), "16px");
    assert_eq!(in_prompt("root.querySelector('button').getBoundingClientRect().height >= 44"), "true");
    let choice = in_prompt("root.querySelector('button').dataset.choice");
    js("document.querySelector('pagemend-prompt').shadowRoot.querySelector('button').click()");
    let answer = wait(answer).await.unwrap();
    assert_eq!(get(&answer, "choice").as_string(), Some(choice));
    assert!(!truth("document.querySelector('pagemend-prompt')"));
    assert_eq!(text("document.activeElement.id"), "before");
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_prompt_that_the_page_removes_comes_back_once() {
    stage("");
    let shell = start().await;
    let answer = shell.prompt(PromptKind::Verification, &JsValue::UNDEFINED);
    js("document.querySelector('pagemend-prompt').remove()");
    sleep(50).await;
    assert_eq!(in_prompt("root.querySelector('dialog').matches(':modal')"), "true");
    js("document.querySelector('pagemend-prompt').remove()");
    let answer = wait(answer).await.unwrap();
    assert_eq!(get(&answer, "choice").as_string().as_deref(), Some("none"));
    assert!(!truth("document.querySelector('pagemend-prompt')"));
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_prompt_is_styled_and_modal_without_the_newest_functions() {
    stage("");
    js("window.__sheet = CSSStyleSheet.prototype.replaceSync; delete CSSStyleSheet.prototype.replaceSync;
        window.__modal = HTMLDialogElement.prototype.showModal; delete HTMLDialogElement.prototype.showModal");
    let shell = start().await;
    let answer = shell.prompt(PromptKind::Network, &JsValue::UNDEFINED);
    js("CSSStyleSheet.prototype.replaceSync = window.__sheet; HTMLDialogElement.prototype.showModal = window.__modal");
    assert_eq!(in_prompt("root.querySelector('[role=dialog]').getAttribute('aria-modal')"), "true");
    assert_eq!(in_prompt("root.querySelector('button').getBoundingClientRect().height >= 44"), "true");
    assert_eq!(in_prompt("getComputedStyle(root.querySelector('[role=dialog]')).position"), "fixed");
    shell.stop();
    wait(answer).await.unwrap();
    assert!(!truth("document.querySelector('pagemend-prompt')"));
}

#[wasm_bindgen_test]
async fn a_damaged_entry_is_set_aside_and_removed_and_nothing_else() {
    js(r#"localStorage.clear(); localStorage.setItem("cut", '{"a":'); localStorage.setItem("t:json", "nope");
          localStorage.setItem("t:draft", '{"name":"x"}'); localStorage.setItem("plain", "hello")"#);
    let shell = start().await;
    let report = wait(shell.repair(&JsValue::UNDEFINED)).await.unwrap();
    let keys: Vec<String> = Array::from(&get(&report, "damagedKeys")).iter().filter_map(|k| k.as_string()).collect();
    assert_eq!(keys, ["t:json"], "only this one is declared");
    assert_eq!(get(&report, "copied").as_f64(), Some(1.0));
    assert_eq!(get(&report, "removed").as_f64(), Some(1.0));
    assert_eq!(text("localStorage.getItem('t:json')"), "null");
    assert_eq!(text("localStorage.getItem('pagemend:quarantine:t:json')"), "nope");
    assert_eq!(text("localStorage.getItem('cut')"), r#"{"a":"#);
    assert_eq!(text("localStorage.getItem('t:draft')"), r#"{"name":"x"}"#);
    assert_eq!(text("localStorage.getItem('plain')"), "hello");
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn nothing_is_removed_without_a_copy() {
    js(r#"localStorage.clear(); localStorage.setItem("t:json", '{"a":');
          window.__set = Storage.prototype.setItem; Storage.prototype.setItem = () => { throw new Error("full") };
          window.__put = Cache.prototype.put; Cache.prototype.put = () => Promise.reject(new Error("full"))"#);
    let shell = start().await;
    let report = wait(shell.repair(&JsValue::UNDEFINED)).await.unwrap();
    js("Storage.prototype.setItem = window.__set; Cache.prototype.put = window.__put");
    assert_eq!(get(&report, "removed").as_f64(), Some(0.0));
    assert_eq!(get(&report, "failed").as_f64(), Some(1.0));
    assert_eq!(text("localStorage.getItem('t:json')"), r#"{"a":"#);
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn a_poisoned_cache_entry_is_set_aside_and_evicted_alone() {
    wait(js(
        "return (async () => { await caches.delete('pagemend:quarantine'); const cache = await caches.open('app');
        await cache.put('/dead.js', new Response('<p>gone', {headers: {'content-type': 'text/html'}}));
        await cache.put('/good.js', new Response('1')) })()",
    ))
    .await
    .unwrap();
    let shell = start().await;
    let entry = |url: &str| PoisonedEntry { cache: "app".into(), url: url.into(), why: String::new() };
    shell
        .act(Command::Repair(Repair { entries: vec![entry("/dead.js"), entry("/not-there.js")], ..Repair::default() }));
    sleep(300).await;
    let left = wait(js("return (async () => [
        await (await (await caches.open('pagemend:quarantine')).match('/pagemend:quarantine/%2Fdead.js')).text(), !!await caches.match('/dead.js'),
        (await (await caches.open('app')).keys()).map(request => new URL(request.url).pathname).join()].join())()"))
    .await
    .unwrap();
    assert_eq!(left.as_string().as_deref(), Some("<p>gone,false,/good.js"));
    shell.stop();
    wait(js("return Promise.all([caches.delete('app'), caches.delete('pagemend:quarantine')])")).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_stylesheet_is_asked_for_again_by_its_own_element() {
    stage("<link rel='stylesheet' media='all' href='data:text/css,%23stage{color:red}'><i>x</i>");
    let shell = start().await;
    shell.act(Command::Reinsert { url: "data:text/css,%23stage{color:red}".into() });
    sleep(200).await;
    assert_eq!(
        text("[...document.getElementById('stage').children].map(e => e.localName + (e.media ?? ''))"),
        "linkall,i"
    );
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_link_leads_out_of_the_site_never() {
    let shell = start().await;
    for url in ["https://elsewhere.example/", "javascript:alert(1)", "data:text/html,x", "http://["] {
        shell.act(Command::Navigate { url: url.into() });
    }
    shell.stop();
}

#[wasm_bindgen_test]
async fn the_page_itself_is_asked_for_without_its_fragment_and_read_to_its_end() {
    js("window.__fetch ??= window.fetch; window.__asked = []; history.replaceState(null, '', '#part');
        window.fetch = async (input, init) => {
          const asked = [String(input), init.method ?? 'GET', init.cache];
          window.__asked.push(asked);
          const response = new Response('<p>', {headers: {'content-type': 'text/html'}});
          const whole = response.text.bind(response);
          response.text = () => { asked.push('read'); return whole() };
          return response;
        }");
    let shell = start().await;
    js("window.__asked.length = 0");
    shell.act(Command::AskLeave { by_user: true });
    shell.act(Command::AskNetwork);
    sleep(20).await;
    let own = "location.href.split('#')[0]";
    let wanted = format!("JSON.stringify([[{own}, 'GET', 'reload', 'read'], [{own}, 'HEAD', 'no-store']])");
    assert_eq!(text("JSON.stringify(window.__asked)"), text(&wanted));
    shell.stop();
    js("history.replaceState(null, '', location.pathname + location.search)");
    real_fetch();
}

/// Replaces `fetch` by one that answers with these statuses in turn (0: rejects) and keeps what it was asked.
fn fake_fetch(statuses: &str) {
    js(&format!(
        "window.__fetch ??= window.fetch; window.__sent = []; const statuses = {statuses};
         window.fetch = async (input, init) => {{
           const request = new Request(input, init);
           if (!request.url.includes('/api/')) return new Response('', {{status: 404}});
           window.__sent.push({{url: request.url, method: request.method, key: request.headers.get('idempotency-key'), body: await request.text()}});
           const status = statuses[Math.min(window.__sent.length, statuses.length) - 1];
           if (!status) throw new TypeError('Failed to fetch');
           return new Response(JSON.stringify({{code: 'X', n: window.__sent.length}}), {{status, headers: {{'content-type': 'application/json'}}}});
         }}"
    ));
}

fn real_fetch() {
    js("window.fetch = window.__fetch");
}

#[wasm_bindgen_test]
async fn a_safe_request_is_sent_again_until_it_is_answered() {
    stage("<p>Content of the page, long enough to be content by itself, and then some more of it.</p>");
    fake_fetch("[0, 503, 200]");
    let shell = start().await;
    let answer = wait(shell.fetch(&"/api/home".into(), &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(get(&answer, "status").as_f64(), Some(200.0));
    assert_eq!(text("window.__sent.length"), "3");
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn a_request_that_is_not_idempotent_is_sent_once_and_its_answer_handed_over() {
    fake_fetch("[503, 200]");
    let shell = start().await;
    let init = js("return { method: 'POST', body: 'a=1' }");
    let answer = wait(shell.fetch(&"/api/pay".into(), &init)).await.unwrap();
    assert_eq!(get(&answer, "status").as_f64(), Some(503.0));
    assert_eq!(text("window.__sent.length"), "1");
    assert_eq!(text("window.__sent[0].body"), "a=1");
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn a_key_action_runs_once_with_one_key_over_all_tries() {
    fake_fetch("[0, 200]");
    let shell = start().await;
    let run = js("window.__runs = 0; return async ({ key, fetch }) => { window.__runs++;
        return [key, (await fetch('/api/submit', { method: 'POST', body: 'b' })).status] }");
    let first = shell.key_action("submit", &run);
    let second = shell.key_action("submit", &run);
    assert!(Object::is(&first, &second), "a second tap gets the promise of the first");
    let result = Array::from(&wait(first).await.unwrap());
    assert_eq!(result.get(1).as_f64(), Some(200.0));
    assert_eq!(text("window.__runs"), "1");
    assert_eq!(text("window.__sent.length"), "2");
    assert_eq!(text("window.__sent[0].key"), result.get(0).as_string().unwrap());
    assert_eq!(text("window.__sent[1].key"), result.get(0).as_string().unwrap());
    assert_eq!(text("window.__sent[1].body"), "b");
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn a_request_that_the_page_gives_up_rejects_at_once() {
    js("window.__fetch ??= window.fetch; window.fetch = (input, init) => new Promise((_, no) => {
          init?.signal?.addEventListener('abort', () => { window.__gaveUp = true; no(init.signal.reason) }) })");
    let shell = start().await;
    let init = js("window.__controller = new AbortController(); return { signal: window.__controller.signal }");
    let answer = shell.fetch(&"/api/slow".into(), &init);
    js("window.__controller.abort()");
    let error = wait(answer).await.unwrap_err();
    assert_eq!(get(&error, "name").as_string().as_deref(), Some("AbortError"));
    assert!(truth("window.__gaveUp"));
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn what_the_guard_cannot_repeat_is_left_to_the_browser() {
    let shell = start().await;
    let answer = wait(shell.fetch(&"data:text/plain,hi".into(), &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(get(&answer, "status").as_f64(), Some(200.0));
    assert!(wait(shell.fetch(&"http://[".into(), &JsValue::UNDEFINED)).await.is_err());
    shell.stop();
    let answer = wait(shell.fetch(&"data:text/plain,hi".into(), &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(get(&answer, "status").as_f64(), Some(200.0));
}

#[wasm_bindgen_test]
async fn an_adopted_request_settles_with_its_first_answer_or_is_tried_again() {
    fake_fetch("[200]");
    let shell = start().await;
    let first = js("return Promise.resolve(new Response('first', {status: 201}))").unchecked_into();
    let answer = wait(shell.adopt(&"/api/a".into(), &JsValue::UNDEFINED, first, &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(get(&answer, "status").as_f64(), Some(201.0));
    let first = js("return Promise.reject(new TypeError('Failed to fetch'))").unchecked_into();
    let answer = wait(shell.adopt(&"/api/b".into(), &JsValue::UNDEFINED, first, &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(get(&answer, "status").as_f64(), Some(200.0));
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn an_import_is_tried_again_with_the_number_of_the_attempt() {
    let shell = start().await;
    let loader = js(
        "window.__tries = []; return async n => { window.__tries.push(n); if (n < 2) throw new TypeError('Failed to fetch dynamically imported module: http://x/a.js'); return { ok: n } }",
    );
    let module = wait(shell.import(&loader)).await.unwrap();
    assert_eq!(get(&module, "ok").as_f64(), Some(2.0));
    assert_eq!(text("window.__tries"), "0,1,2");
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_listener_that_throws_harms_nobody() {
    fake_fetch("[503, 503, 200]");
    let shell = start().await;
    let off = shell.on("retry", &js("return () => { throw new Error('listener') }"));
    shell.on("retry", &js("window.__heard = []; return notice => window.__heard.push(notice)"));
    wait(shell.fetch(&"/api/home".into(), &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(text("__heard.filter(n => /api/.test(n.url)).map(n => n.outcome[0] + n.attempt)"), "w1,w2,r2");
    off.unchecked_ref::<Function>().call0(&JsValue::NULL).unwrap();
    shell.stop();
    real_fetch();
}

#[wasm_bindgen_test]
async fn typed_text_is_safe_only_when_a_draft_holds_it() {
    stage("<input id='name'><input id='code' autocomplete='one-time-code'>");
    js("localStorage.clear()");
    let shell = start().await;
    let type_into = |id: &str, value: &str, save: &str| {
        js(&format!(
            "const field = document.getElementById('{id}'); field.value = '{value}';
             field.dispatchEvent(new InputEvent('input', {{bubbles: true}})); {save}"
        ));
    };
    assert!(!shell.has_unsaved());
    type_into("name", "张三", "");
    assert!(shell.has_unsaved());
    type_into("name", "张三", "localStorage.setItem('t:draft', JSON.stringify({name: '张三'}))");
    assert!(!shell.has_unsaved());
    type_into("name", "138 0000 0000", "localStorage.setItem('t:draft', '13800000000')");
    assert!(!shell.has_unsaved(), "kept in another form, but the draft changed with this input");
    type_into("code", "13800", "");
    assert!(shell.has_unsaved(), "a code is in no draft");
    js("document.getElementById('code').value = ''");
    type_into("name", "138", "");
    assert!(!shell.has_unsaved());
    stage("");
    assert!(!shell.has_unsaved());
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn stop_leaves_nothing_and_answers_everybody() {
    stage("");
    js("window.__listeners = new Set(); const add = EventTarget.prototype.addEventListener, remove = EventTarget.prototype.removeEventListener;
        window.__restore = () => { EventTarget.prototype.addEventListener = add; EventTarget.prototype.removeEventListener = remove };
        EventTarget.prototype.addEventListener = function (type, f, o) { if (this === window || this === document) window.__listeners.add(type); return add.call(this, type, f, o) };
        EventTarget.prototype.removeEventListener = function (type, f, o) { if (this === window || this === document) window.__listeners.delete(type); return remove.call(this, type, f, o) };
        window.__boot = { events: [{at: 1, kind: 'network', online: true}], dropped: 0, stop() { this.stopped = true } };
        window.__fetch ??= window.fetch; window.__answers = [];
        window.fetch = () => new Promise(done => window.__answers.push(done))");
    let shell = begun(Shell::start(config(OPTIONS), js("return window.__boot")).unwrap()).await;
    assert!(truth("window.__boot.events.length === 0 && typeof window.__boot.on === 'function'"));
    assert!(truth("window.__listeners.size > 4"));
    let request = shell.fetch(&"/api/home".into(), &JsValue::UNDEFINED);
    let prompt = shell.prompt(PromptKind::Update, &JsValue::UNDEFINED);
    let render = shell.check_render();
    shell.stop();
    shell.stop();
    assert_eq!(text("[...window.__listeners]"), "");
    assert!(truth("window.__boot.on === undefined && window.__boot.stopped"));
    assert!(!truth("document.querySelector('pagemend-prompt')"));
    assert_eq!(get(&wait(prompt).await.unwrap(), "choice").as_string().as_deref(), Some("none"));
    assert!(get(&wait(render).await.unwrap(), "state").is_string());
    js("window.__answers.forEach(done => done(new Response('late')))");
    assert_eq!(get(&wait(request).await.unwrap(), "status").as_f64(), Some(200.0));
    let verdict = wait(shell.check_freshness()).await.unwrap();
    assert_eq!(get(&verdict, "state").as_string().as_deref(), Some("unknown"));
    js("window.__restore()");
    real_fetch();
}

#[wasm_bindgen_test]
async fn an_endpoint_that_does_not_take_the_telemetry_is_one_line() {
    let cases = [
        ("Promise.resolve(new Response('', {status: 503}))", "answers 503; what is to be sent is kept and tried again"),
        ("Promise.reject(new TypeError('no'))", "gives no answer; what is to be sent is kept and tried again"),
        (
            "Promise.resolve(new Response('', {status: 404}))",
            "answers 404; what was sent is dropped: check the address",
        ),
    ];
    for (answer, said) in cases {
        stage("<p>A page that shows something.</p>");
        js("localStorage.clear(); window.__fetch ??= window.fetch; window.__error = console.error; window.__said = [];
            console.error = (...words) => window.__said.push(words.join(' '))");
        js(&format!("window.fetch = () => {answer}"));
        let shell = begun(start_with(r##"{"root":"#stage","endpoint":"/no-such-collector"}"##)).await;
        // A link that has expired, and is explained.
        let id = RequestId(1);
        shell.dispatch(Event::RequestStarted { id, url: "/api/home".into(), safe: true, keyed: false });
        let outcome = AttemptOutcome::Answer { status: 410, retry_after: None, code: None };
        shell.dispatch(Event::RequestEnded { id, attempt: 0, outcome });
        for _ in 0..100 {
            if truth("window.__said.length") {
                break;
            }
            sleep(50).await;
        }
        shell.stop();
        js("window.fetch = window.__fetch; console.error = window.__error; localStorage.clear()");
        assert_eq!(text("window.__said.join('|')"), format!("pagemend: the endpoint /no-such-collector {said}"));
    }
}

/// What local storage keeps of unsent telemetry, whoever's it is.
fn kept_records() -> String {
    text(
        "Object.keys(localStorage).filter(key => key.startsWith('pagemend:queue')).map(key => localStorage[key].split('\\n').slice(1).join('')).join('|')",
    )
}

#[wasm_bindgen_test]
async fn what_a_page_leaves_is_sent_while_it_goes_only_where_it_cannot_be_kept() {
    stage("<p>A page that shows something.</p>");
    js("localStorage.clear(); window.__fetch ??= window.fetch; window.__sent = [];
        window.fetch = (url, init) => (window.__sent.push([url, init]), Promise.resolve(new Response('{}')))");
    let shell = start().await;
    let leave = || Command::LeaveQueue {
        text: "{\"all\"}\n".into(),
        url: "/collector".into(),
        body: "batch".into(),
        rest: "{\"rest\"}\n".into(),
    };
    shell.act(leave());
    assert_eq!((kept_records().as_str(), text("window.__sent.length").as_str()), ("{\"all\"}", "0"));
    js("window.__set = Storage.prototype.setItem;
        Storage.prototype.setItem = function(key, value) { if (value.includes('all')) throw new DOMException('full', 'QuotaExceededError'); window.__set.call(this, key, value) }");
    shell.act(leave());
    js("Storage.prototype.setItem = window.__set");
    assert_eq!(kept_records(), "{\"rest\"}");
    let sent =
        "window.__sent.map(([url, init]) => [url, init.body, init.keepalive, init.credentials, init.referrerPolicy])";
    assert_eq!(text(sent), "/collector,batch,true,omit,no-referrer");
    shell.stop();
    js("window.fetch = window.__fetch; localStorage.clear()");
}

#[wasm_bindgen_test]
async fn a_page_that_clears_its_storage_does_not_take_the_queue_from_the_guard() {
    stage("<p>A page that shows something.</p>");
    js("localStorage.clear()");
    let shell = start().await;
    let save = |text: &str| shell.act(Command::SaveQueue { text: text.into(), gone: Vec::new() });
    save("{1}\n");
    js("localStorage.clear()");
    save("{1}\n{2}\n");
    assert_eq!(kept_records(), "{1}{2}");
    save("");
    assert_eq!(kept_records(), "");
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_no_in_another_tab_is_heard_here() {
    stage("<p>A page that shows something.</p>");
    js("localStorage.clear()");
    let shell = start().await;
    js("localStorage['pagemend:queue'] = '{old}';
        dispatchEvent(new StorageEvent('storage', { key: 'pagemend:consent', newValue: 'denied' }))");
    assert_eq!((text("localStorage['pagemend:consent']").as_str(), kept_records().as_str()), ("denied", ""));
    shell.dispatch(Event::Consent(Consent::Granted));
    assert_eq!(text("localStorage['pagemend:consent']"), "granted");
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn a_no_outlives_the_pages_storage_until_the_user_agrees() {
    stage("<p>A page that shows something.</p>");
    let wipe = "localStorage.clear(); sessionStorage.clear()";
    js(wipe);
    for (told, remembered) in [(Consent::Denied, "denied"), (Consent::Granted, "undefined")] {
        let shell = start().await;
        shell.dispatch(Event::Consent(told));
        shell.stop();
        js(wipe);
        let shell = start().await;
        assert_eq!(text("localStorage['pagemend:consent']"), remembered);
        shell.stop();
    }
}

#[wasm_bindgen_test]
async fn what_happens_while_the_guard_begins_is_heard() {
    stage("<p>A page that shows something.</p>");
    js("window.__boot = { events: [], dropped: 0, stop() {} };
        window.__fetch ??= window.fetch; window.fetch = () => Promise.reject(new TypeError('no'))");
    let shell = Shell::start(config(OPTIONS), js("return window.__boot")).unwrap();
    js("window.__boot.events.push({at: 1, kind: 'network', online: false})");
    begun(shell).await;
    for _ in 0..100 {
        if truth("document.querySelector('pagemend-prompt')") {
            break;
        }
        sleep(50).await;
    }
    assert_eq!(in_prompt("root.host.dataset.kind"), "offline");
    shell.stop();
    js("window.fetch = window.__fetch");
}
