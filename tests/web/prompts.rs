//! Prompts before somebody who types, and what becomes of the typed text.

use crate::{OPTIONS, begun, get, in_prompt, js, sleep, stage, start, start_with, text, truth, wait};
use pagemend::core::prompt::PromptKind;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

fn press(choice: &str) {
    js(&format!(
        "document.querySelector('pagemend-prompt').shadowRoot.querySelector('[data-choice={choice}]').click()"
    ));
}

fn type_into(id: &str, value: &str) {
    js(&format!(
        "const field = document.getElementById('{id}'); field.value = '{value}';
         field.dispatchEvent(new InputEvent('input', {{bubbles: true, composed: true}}))"
    ));
}

#[wasm_bindgen_test]
async fn the_focus_and_the_caret_come_back() {
    stage("<input id='name' value='abcdef'><div id='host'></div>");
    js("const field = document.getElementById('name'); field.focus(); field.setSelectionRange(1, 3)");
    let shell = start().await;
    let answer = shell.prompt(PromptKind::Script, &JsValue::UNDEFINED);
    assert_eq!(in_prompt("root.activeElement.id"), "title");
    assert_eq!(in_prompt("root.querySelectorAll('button[autofocus]').length"), "0");
    press("close");
    wait(answer).await.unwrap();
    let caret = "(e => [e.id, e.selectionStart, e.selectionEnd])(document.activeElement)";
    assert_eq!(text(caret), "name,1,3");
    js("const shadow = document.getElementById('host').attachShadow({mode: 'open'});
        shadow.append(document.createElement('textarea')); shadow.firstChild.value = 'abc';
        shadow.firstChild.focus(); shadow.firstChild.setSelectionRange(2, 2)");
    let answer = shell.prompt(PromptKind::Script, &JsValue::UNDEFINED);
    let other = shell.prompt(PromptKind::Service, &JsValue::UNDEFINED);
    wait(answer).await.unwrap();
    press("close");
    wait(other).await.unwrap();
    assert_eq!(
        text("(e => [e.localName, e.selectionStart])(document.activeElement.shadowRoot.activeElement)"),
        "textarea,2"
    );
    shell.stop();
}

#[wasm_bindgen_test]
async fn what_was_selected_in_an_editable_element_is_selected_again() {
    stage("<div id='note' contenteditable>abcdef</div>");
    js("const note = document.getElementById('note'); note.focus();
        getSelection().setBaseAndExtent(note.firstChild, 1, note.firstChild, 4)");
    let shell = start().await;
    let answer = shell.prompt(PromptKind::Script, &JsValue::UNDEFINED);
    assert_eq!(in_prompt("root.activeElement.id"), "title");
    js("getSelection().removeAllRanges()");
    press("close");
    wait(answer).await.unwrap();
    assert_eq!(text("document.activeElement.id"), "note");
    assert_eq!(text("getSelection().toString()"), "bcd");
    shell.stop();
}

#[wasm_bindgen_test]
async fn keys_while_a_dialog_stands_are_the_prompts_own() {
    stage("<input id='name'>");
    js("window.__heard = 0; window.__count = () => window.__heard++");
    let press_key = |event: &str| {
        js(&format!(
            "const sheet = document.querySelector('pagemend-prompt').shadowRoot.firstElementChild;
             sheet.dispatchEvent(Object.assign(new Event('keydown', {{bubbles: true, composed: true, cancelable: true}}), {event}))"
        ));
    };
    let shell = start().await;
    js("window.__modal = HTMLDialogElement.prototype.showModal; delete HTMLDialogElement.prototype.showModal");
    let answer = shell.prompt(PromptKind::Script, &JsValue::UNDEFINED);
    js("addEventListener('keydown', window.__count, true)");
    // Autofill tells of a key that has no name.
    press_key("{}");
    // The window is no element that could be inside of the prompt.
    js("dispatchEvent(new Event('keydown'))");
    assert_eq!(text("window.__heard"), "1", "only the one outside of the prompt");
    press_key("{key: 'Escape'}");
    assert_eq!(get(&wait(answer).await.unwrap(), "choice").as_string().as_deref(), Some("close"));
    js("HTMLDialogElement.prototype.showModal = window.__modal; removeEventListener('keydown', window.__count, true)");
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_notice_takes_neither_focus_nor_room_nor_taps_beside_it() {
    stage("<input id='name'><p>A page that shows something.</p>");
    js(
        "document.getElementById('name').focus(); document.body.style.display = 'grid'; document.body.style.gap = '50px'",
    );
    let height = || text("document.documentElement.scrollHeight + ' ' + document.body.getBoundingClientRect().height");
    let before = height();
    let shell = start().await;
    let answer = shell.prompt(PromptKind::Unusable, &JsValue::UNDEFINED);
    assert_eq!(text("document.activeElement.id"), "name");
    assert_eq!(height(), before);
    assert_eq!(in_prompt("[...root.querySelectorAll('button')].map(b => b.dataset.choice)"), "reload,close");
    assert_eq!(
        in_prompt("root.querySelector('[role=status]').getBoundingClientRect().bottom > innerHeight - 20"),
        "true"
    );
    let hit = "(e => document.elementFromPoint(e.left + 5, e.top + 5).id)(document.getElementById('name').getBoundingClientRect())";
    assert_eq!(text(hit), "name");
    let key = "(() => { const key = new KeyboardEvent('keydown', {key: ' ', bubbles: true, cancelable: true});
        return document.getElementById('name').dispatchEvent(key) })()";
    assert!(truth(key));
    press("close");
    assert_eq!(get(&wait(answer).await.unwrap(), "choice").as_string().as_deref(), Some("close"));
    let answer = shell.prompt(PromptKind::Offline, &JsValue::UNDEFINED);
    assert_eq!(text(hit), "name", "what has nothing to press lets taps through");
    shell.stop();
    wait(answer).await.unwrap();
    js("document.body.style = ''");
}

#[wasm_bindgen_test]
async fn a_button_that_sends_is_not_pressed_again_at_once() {
    stage("");
    let shell = start().await;
    let first = shell.prompt(PromptKind::Service, &JsValue::UNDEFINED);
    press("retry");
    wait(first).await.unwrap();
    let second = shell.prompt(PromptKind::Overload, &JsValue::UNDEFINED);
    assert_eq!(in_prompt("root.querySelector('[data-choice=retry]').getAttribute('aria-disabled')"), "true");
    assert_eq!(in_prompt("root.querySelector('[data-choice=close]').getAttribute('aria-disabled')"), "null");
    press("retry");
    assert!(truth("document.querySelector('pagemend-prompt')"), "too early");
    sleep(3_100).await;
    assert_eq!(in_prompt("root.querySelector('[data-choice=retry]').getAttribute('aria-disabled')"), "null");
    press("retry");
    assert_eq!(get(&wait(second).await.unwrap(), "choice").as_string().as_deref(), Some("retry"));
    shell.stop();
}

const FORM: &str =
    "<form><input id='name' name='name'><input id='code' name='smsCode'><input id='secret' type='password'>
    <input id='card' autocomplete='cc-number'><textarea id='why'></textarea><input id='plain'>
    <select id='term'><option>6<option>12<option>24</select><input type='checkbox' id='agree'>
    <input type='radio' name='sex' id='m' value='m'><input type='radio' name='sex' id='f' value='f'>
    <div id='note' contenteditable></div><input id='given' value='page'></form><x-field></x-field>";

/// A field in an open shadow root, and one whose framework keeps a setter of its own on it, as React does.
const BUILD: &str = "const shadow = document.querySelector('x-field').attachShadow({mode: 'open'});
    shadow.append(Object.assign(document.createElement('input'), {name: 'inner'}));
    const field = document.getElementById('name');
    const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
    window.__known = ''; window.__heard = [];
    Object.defineProperty(field, 'value', {configurable: true, get: () => own.get.call(field), set: v => { window.__known = v; own.set.call(field, v) }});
    field.addEventListener('input', () => field.value !== window.__known && window.__heard.push(field.value));
    document.getElementById('term').addEventListener('change', e => window.__heard.push(e.target.value))";

fn shown() -> String {
    text("JSON.stringify(['name','code','secret','card','why','term','given'].map(id => document.getElementById(id).value)
        .concat(['agree','m','f'].map(id => document.getElementById(id).checked),
        document.getElementById('note').innerText, document.querySelector('x-field').shadowRoot.firstChild.value))")
}

#[wasm_bindgen_test]
async fn what_was_typed_is_put_back_by_the_next_document() {
    stage(FORM);
    js(BUILD);
    js("sessionStorage.clear(); localStorage.clear()");
    let shell = start().await;
    for id in ["name", "code", "secret", "card", "why", "given"] {
        type_into(id, "typed \"12\"");
    }
    js("const told = e => e.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}));
        const of = id => document.getElementById(id);
        of('term').value = '24'; told(of('term')); of('agree').click(); of('f').click();
        of('note').innerText = 'two\\nlines'; told(of('note'));
        const inner = document.querySelector('x-field').shadowRoot.firstChild; inner.value = 'inside'; told(inner)");
    // An application that broke takes its form out.
    js("window.__form = document.querySelector('form'); window.__form.remove()");
    assert!(shell.keep_typed());
    let kept = text("sessionStorage.getItem('pagemend:typed')");
    assert_eq!(kept.matches("typed \\\"12").count(), 3, "{kept}");
    shell.stop();

    stage("");
    let shell = start().await;
    sleep(100).await;
    assert!(truth("sessionStorage.getItem('pagemend:typed')"), "not forgotten before it is put back");
    js(&format!(
        "document.getElementById('stage').innerHTML = `{FORM}`; document.getElementById('why').value = 'mine'; {BUILD}"
    ));
    sleep(100).await;
    let typed = r#"typed \"12\""#;
    let all = format!(r#"["{typed}","","","","mine","24","{typed}",true,false,true,"two\nlines","inside"]"#);
    assert_eq!(shown(), all);
    assert_eq!(text("JSON.stringify(window.__heard)"), format!(r#"["{typed}","24"]"#));
    assert!(shell.has_unsaved(), "it is as unsaved as it was");
    assert_eq!(text("sessionStorage.getItem('pagemend:typed')"), "null");
    // A framework that makes its elements anew.
    js(&format!("document.getElementById('stage').innerHTML = `{FORM}`; {BUILD}"));
    sleep(100).await;
    assert_eq!(text("document.getElementById('name').value"), "typed \"12\"");
    shell.stop();
}

/// A list of which several are chosen, and elements whose properties are no texts, or throw.
const ODD: &str =
    "<select id='many' multiple><option>a<option>b<option>c</select><x-odd id='odd'></x-odd><x-own id='own'></x-own>
    <form id='clobbered'><input name='type'><input name='value'></form><div contenteditable><input id='inside'></div>";
const BUILD_ODD: &str = "const odd = document.getElementById('odd');
    for (const name of ['type', 'value', 'defaultValue', 'click'])
      Object.defineProperty(odd, name, {get() { throw new Error('odd') }});
    document.getElementById('own').value = ''";

#[wasm_bindgen_test]
async fn fields_of_any_kind_are_kept_and_odd_ones_harm_nobody() {
    stage(ODD);
    js(BUILD_ODD);
    js("sessionStorage.clear(); localStorage.clear()");
    let shell = start().await;
    js("const told = e => e.dispatchEvent(new InputEvent('input', {bubbles: true, composed: true}));
        const of = id => document.getElementById(id);
        of('many').options[0].selected = of('many').options[2].selected = true; of('own').value = 'mine';
        of('inside').value = 'within'; [window, document, ...['many', 'odd', 'own', 'clobbered', 'inside'].map(of)].forEach(told)");
    assert!(shell.keep_typed());
    let kept = text("sessionStorage.getItem('pagemend:typed')");
    // Another version of the guard may read it.
    let fields = [
        r#"[[[["select[id=\"many\"]",0]]],{"chosen":["a","c"]}]"#,
        r#"[[[["x-own[id=\"own\"]",0]]],{"text":"mine"}]"#,
        r#"[[[["input[id=\"inside\"]",0]]],{"text":"within"}]"#,
    ];
    assert!(kept.ends_with(&format!(r#","fields":[{}]}}"#, fields.join(","))), "{kept}");
    shell.stop();

    stage(ODD);
    js(BUILD_ODD);
    let shell = start().await;
    sleep(100).await;
    let now = "[...document.getElementById('many').selectedOptions].map(o => o.value) + ' ' + document.getElementById('own').value \
               + ' ' + document.getElementById('inside').value";
    assert_eq!(text(now), "a,c mine within");
    shell.stop();
    js("sessionStorage.clear()");
}

#[wasm_bindgen_test]
async fn nothing_is_put_back_into_another_page_or_much_later() {
    js("sessionStorage.clear(); localStorage.clear()");
    let record = |path: &str, age: u32| {
        js(&format!(
            "sessionStorage.setItem('pagemend:typed', JSON.stringify({{path: {path}, at: Date.now() - {age},
             fields: [[[[['input[name=\"name\"]', 0]]], {{text: 'old'}}]]}}))"
        ));
    };
    for (path, age, value) in
        [("location.pathname", 0, "old"), ("'/another'", 0, ""), ("location.pathname", 700_000, "")]
    {
        record(path, age);
        stage("<input name='name'>");
        let shell = start().await;
        sleep(50).await;
        assert_eq!(text("document.querySelector('[name=name]').value"), value, "{path}, {age} ms ago");
        shell.stop();
    }
    js("sessionStorage.setItem('pagemend:typed', '{\"path\":1,\"fields\":[3,[],[[[7]]]]}')");
    begun(start_with(OPTIONS)).await.stop();
    js("sessionStorage.clear()");
}

#[wasm_bindgen_test]
async fn what_cannot_be_kept_is_asked_about_before_it_is_lost() {
    stage("<input id='name'>");
    js("sessionStorage.clear(); localStorage.clear()");
    let shell = start().await;
    type_into("name", "typed");
    let answer = shell.prompt(PromptKind::Script, &JsValue::UNDEFINED);
    assert!(in_prompt("root.querySelector('.typed').textContent").contains("stays on this device"));
    press("close");
    wait(answer).await.unwrap();
    js(
        "window.__set = Storage.prototype.setItem; Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
    );
    let answer = shell.prompt(PromptKind::Script, &JsValue::UNDEFINED);
    assert!(in_prompt("root.querySelector('.typed').textContent").contains("Copy it before"));
    press("reload");
    assert_eq!(
        in_prompt("root.querySelector('[data-choice=reload]').textContent"),
        "Reload anyway, typed text is lost"
    );
    press("reload");
    assert_eq!(get(&wait(answer).await.unwrap(), "choice").as_string().as_deref(), Some("reload"));
    js("Storage.prototype.setItem = window.__set; sessionStorage.clear()");
    shell.stop();
}
