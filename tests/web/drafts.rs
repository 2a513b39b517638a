//! Drafts: what is typed outlives the form, whatever stores there are.
use super::{js, sleep, stage, start, text, truth, wait};
use js_sys::{Function, Promise};
use pagemend::shell::Shell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

const FORM: &str = "<form id='form'><input name='sum'><label>Full name <input name='who'></label><textarea name='why'>as made</textarea>\
    <input type='radio' name='term' value='3' checked><input type='radio' name='term' value='6'><input type='password' name='pin'></form>";

fn draft(shell: &'static Shell, options: &str) -> Function {
    shell.draft(&js("return document.getElementById('form')"), &js(&format!("return {options}"))).unwrap()
}

async fn told(draft: &Function, what: &str) -> bool {
    let promise: Promise = draft.call1(&JsValue::NULL, &what.into()).unwrap().unchecked_into();
    wait(promise).await.unwrap().is_truthy()
}

fn enter(name: &str, value: &str) {
    js(&format!(
        "const field = document.querySelector('#form [name={name}]'); field.value = '{value}';
         field.dispatchEvent(new InputEvent('input', {{bubbles: true}}))"
    ));
}

fn fields() -> String {
    text(
        "['sum', 'who', 'why', 'pin'].map(name => document.querySelector(`#form [name=${name}]`).value) + ',' + document.querySelector('#form :checked').value",
    )
}

#[wasm_bindgen_test]
async fn what_was_typed_comes_back_encrypted_and_without_what_is_a_persons() {
    js("localStorage.clear(); sessionStorage.clear()");
    let shell = start().await;
    for (include, name) in [("[]", ""), ("['who', 'pin']", "Ada")] {
        stage(FORM);
        let kept = draft(shell, &format!("{{name: 'a', include: {include}}}"));
        assert!(!told(&kept, "restored").await);
        // So long that no time of day and no ciphertext holds it by chance.
        enter("sum", "42001742");
        enter("who", "Ada");
        enter("pin", "493817");
        enter("why", "");
        js("document.querySelector('#form [value=\"6\"]').click()");
        assert!(told(&kept, "save").await);
        let stored = "JSON.stringify([{...localStorage}, {...sessionStorage}])";
        assert!(!truth(&format!("{stored}.includes('42001742')")), "it is encrypted");
        assert!(truth(&format!("{stored}.includes('pagemend:draft:a')")));
        told(&kept, "stop").await;

        stage(FORM);
        js(
            "window.__heard = []; document.getElementById('form').addEventListener('input', e => window.__heard.push(e.target.name))",
        );
        let kept = draft(shell, &format!("{{name: 'a', include: {include}}}"));
        assert!(told(&kept, "restored").await);
        assert_eq!(fields(), format!("42001742,{name},as made,,6"));
        assert!(truth("window.__heard.includes('sum') && window.__heard.includes('term')"));
        assert!(told(&kept, "clear").await);
        assert!(!truth(&format!("{stored}.includes('pagemend:draft:a')")));
        told(&kept, "stop").await;
    }
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn typed_text_is_safe_once_its_draft_is_saved() {
    js("localStorage.clear()");
    stage(FORM);
    let shell = start().await;
    let kept = draft(shell, "{name: 'b'}");
    told(&kept, "restored").await;
    enter("sum", "4200");
    assert!(shell.has_unsaved());
    sleep(900).await;
    assert!(!shell.has_unsaved(), "it was saved by itself");
    enter("sum", "42000");
    assert!(shell.has_unsaved());
    assert!(told(&kept, "save").await);
    assert!(!shell.has_unsaved());
    enter("who", "Ada");
    told(&kept, "save").await;
    assert!(shell.has_unsaved(), "the page has not said that names are kept");
    told(&kept, "clear").await;
    js("document.querySelector('#form [name=who]').value = ''");
    assert!(shell.has_unsaved(), "what was cleared is kept nowhere");
    told(&kept, "stop").await;
    stage("");
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn either_store_is_enough_and_a_torn_copy_is_passed_over() {
    stage(FORM);
    let shell = start().await;
    let kept = draft(shell, "{name: 'c'}");
    told(&kept, "restored").await;
    enter("sum", "4200");
    assert!(told(&kept, "save").await);
    told(&kept, "stop").await;
    for damage in [
        "localStorage.clear()",
        "localStorage.setItem('pagemend:draft:c', localStorage.getItem('pagemend:draft:c').slice(0, -7))",
        "return new Promise(done => { const open = indexedDB.open('pagemend:drafts'); open.onsuccess = () => {
            const change = open.result.transaction('drafts', 'readwrite'); change.objectStore('drafts').delete('pagemend:draft:c');
            change.oncomplete = () => { open.result.close(); done() } } })",
    ] {
        wait(js(damage)).await.unwrap();
        stage(FORM);
        let kept = draft(shell, "{name: 'c'}");
        assert!(told(&kept, "restored").await, "{damage}");
        assert_eq!(fields(), "4200,,as made,,3", "{damage}");
        told(&kept, "stop").await;
    }
    let kept = draft(shell, "{name: 'c', version: 2}");
    assert!(!told(&kept, "restored").await, "of another form");
    told(&kept, "clear").await;
    told(&kept, "stop").await;
    stage("");
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn fields_of_another_step_stay_in_the_draft() {
    js("localStorage.clear()");
    stage("<form id='form'><input name='one'></form>");
    let shell = start().await;
    let kept = draft(shell, "{name: 'd'}");
    told(&kept, "restored").await;
    enter("one", "first");
    told(&kept, "save").await;
    js("document.getElementById('form').innerHTML = \"<input name='two'>\"");
    enter("two", "second");
    told(&kept, "save").await;
    told(&kept, "stop").await;
    stage("<form id='form'></form>");
    let kept = draft(shell, "{name: 'd'}");
    assert!(!told(&kept, "restored").await, "there is no field yet");
    js("document.getElementById('form').innerHTML = \"<input name='two'><input name='one'>\"");
    sleep(50).await;
    assert_eq!(text("[...document.querySelectorAll('#form input')].map(field => field.value)"), "second,first");
    told(&kept, "clear").await;
    told(&kept, "stop").await;
    stage("");
    shell.stop();
    js("localStorage.clear()");
}

#[wasm_bindgen_test]
async fn a_form_that_is_too_large_keeps_its_last_draft() {
    js(
        "localStorage.clear(); window.__said = []; window.__complain = console.error; console.error = line => window.__said.push(`${line}`)",
    );
    stage(FORM);
    let shell = start().await;
    let kept = draft(shell, "{name: 'e', include: 7}");
    told(&kept, "restored").await;
    enter("why", "short");
    assert!(told(&kept, "save").await);
    enter("why", &"long".repeat(20_000));
    assert!(!told(&kept, "save").await);
    assert!(shell.has_unsaved());
    assert!(shell.draft(&JsValue::NULL, &JsValue::UNDEFINED).is_none());
    told(&kept, "stop").await;
    stage("<form id='form'><textarea name='why'></textarea></form>");
    let kept = draft(shell, "{name: 'e'}");
    assert!(told(&kept, "restored").await);
    assert_eq!(text("document.querySelector('#form [name=why]').value"), "short");
    js("console.error = window.__complain");
    assert!(truth(
        "['include is not a list', 'more than 65536', 'not an element'].every(part => window.__said.some(line => line.includes(part)))"
    ));
    told(&kept, "clear").await;
    told(&kept, "stop").await;
    stage("");
    shell.stop();
    js("localStorage.clear()");
}
