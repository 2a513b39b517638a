//! What failed to come, and what takes its place: scripts, style sheets, pictures, backgrounds, fonts.

use crate::{OPTIONS, begun, config, js, sleep, stage, start, text, truth};
use pagemend::core::action::Command;
use pagemend::shell::Shell;
use wasm_bindgen_test::*;

const PICTURE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E";

fn mend(url: &str, to: &str) -> Command {
    Command::Mend { url: text(&format!("new URL('{url}', document.baseURI)")), to: to.into() }
}

#[wasm_bindgen_test]
async fn a_picture_is_replaced_wherever_it_is_used_once_it_is_sure_that_it_comes() {
    stage(
        "<style>#back { color: red; background: url('/no-such.png?1') no-repeat !important } @media all { #deep { background-image: url(/no-such.png?2), url(/no-such.png?1) } }</style>
         <img id='img' src='no-such.png?1'><img id='set' srcset='/no-such.png?1 1x, /no-such.png?2 2x'>
         <video id='film' poster='/no-such.png?1'></video><i id='own' style='background: url(/no-such.png?1)'></i><i id='back'></i><i id='deep'></i>",
    );
    let shell = start().await;
    shell.act(mend("/no-such.png?1", "/no-such-either.png"));
    sleep(200).await;
    assert_eq!(text("document.getElementById('img').getAttribute('src')"), "no-such.png?1");
    shell.act(mend("/no-such.png?1", PICTURE));
    sleep(200).await;
    let put = |expression: &str| text(expression).replace(PICTURE, "PUT");
    assert_eq!(put("document.getElementById('img').getAttribute('src')"), "PUT");
    assert_eq!(put("document.getElementById('set').srcset"), "PUT 1x, /no-such.png?2 2x");
    assert_eq!(put("document.getElementById('film').poster"), "PUT");
    let background = |id: &str| put(&format!("getComputedStyle(document.getElementById('{id}')).backgroundImage"));
    assert_eq!((background("own"), background("back")), ("url(\"PUT\")".into(), "url(\"PUT\")".into()));
    assert!(background("deep").ends_with(", url(\"PUT\")"), "{}", background("deep"));
    assert!(truth("/important/.test(document.querySelector('#stage style').sheet.cssRules[0].cssText)"));
    shell.stop();
}

#[wasm_bindgen_test]
async fn who_waits_for_a_part_hears_of_its_failure_at_last() {
    stage("<img id='kept'>");
    js("window.__heard = 0; const kept = document.getElementById('kept'); kept.onerror = () => window.__heard++;
        window.__boot = { events: [], kept: new Map([[new URL('/gone.png', document.baseURI).href, new Set([kept])]]), stop() {} }");
    let shell = begun(Shell::start(config(OPTIONS), js("return window.__boot")).unwrap()).await;
    shell.act(mend("/gone.png", ""));
    assert_eq!(text("[window.__heard, window.__boot.kept.size]"), "1,0");
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_script_is_asked_for_again_with_its_attributes_and_one_that_fails_goes() {
    stage("");
    js("window.__ran = 0; const old = document.createElement('script'); old.type = 'text/plain'; old.dataset.mark = 'a'; old.id = 'old';
        old.src = 'data:text/javascript,window.__ran++'; old.setAttribute('onload', 'window.__ran += 10');
        document.getElementById('stage').append(old, document.createElement('i')); old.type = 'module'");
    let shell = start().await;
    shell.act(Command::Reinsert { url: "data:text/javascript,window.__ran++".into() });
    sleep(200).await;
    let children = "[...document.getElementById('stage').children].map(e => e.localName + (e.dataset.mark ?? ''))";
    assert_eq!(text(children), "scripta,scripta,i");
    assert_eq!(text("window.__ran"), "1");
    shell.act(Command::Reinsert { url: "/no-such-script.js".into() });
    sleep(300).await;
    assert!(!truth("document.querySelector('script[src*=no-such-script]')"));
    shell.stop();
}

#[wasm_bindgen_test]
async fn nothing_is_made_of_a_font_that_does_not_come() {
    stage(
        "<style>@font-face { font-family: 'Lost One'; src: url('/no-such.woff2') format('woff2') }</style><p style='font-family:Lost One'>x</p>",
    );
    let shell = start().await;
    let before = text("document.fonts.size");
    shell.act(mend("/no-such.woff2", "/no-such-either.woff2"));
    sleep(200).await;
    assert_eq!(text("document.fonts.size"), before);
    shell.stop();
}

#[wasm_bindgen_test]
async fn what_the_page_waits_for_is_told() {
    stage("");
    js("window.__entries = performance.getEntriesByName;
        const script = document.createElement('script'); script.type = 'text/javascript'; script.src = '/never-told.js'; script.id = 'never';
        document.getElementById('stage').append(script);
        performance.getEntriesByName = () => []");
    js("Object.defineProperty(document, 'readyState', { configurable: true, value: 'loading' })");
    let shell = start().await;
    let hanging = shell.look().hanging;
    js("performance.getEntriesByName = () => { throw new Error('broken') }");
    let broken = shell.look().hanging;
    js("performance.getEntriesByName = window.__entries; delete document.readyState");
    assert!(hanging.starts_with("http"), "{hanging}");
    assert_eq!(broken, "");
    shell.stop();
    stage("");
}
