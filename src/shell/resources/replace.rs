//! Has boot.js fetch what hangs from a fallback, as if it had failed.

use super::body::is_page;
use super::code::{self, Code};
use crate::shell::state::Shell;
use crate::shell::watch::came;
use crate::shell::{callback, task};
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlScriptElement, XmlHttpRequest};

/// When `to` can be had. What cannot be had, or changed, stays as it is.
pub fn replace(shell: &'static Shell, url: &str, to: &str) {
    let (url, to) = (String::from(url), String::from(to));
    task::spawn(shell, async move {
        if late(shell, &url).is_empty() || !comes(&to).await.unwrap_or(false) {
            return;
        }
        for code in late(shell, &url) {
            let _ = give_up(shell, &code);
        }
    });
}

/// The elements that wait for an address and that boot.js can replace. One that the parser waits for cannot be got round.
fn late(shell: &Shell, url: &str) -> Vec<Code> {
    let (page, boot) = (&shell.page, &shell.boot);
    let has_fallback = boot.config().and_then(|config| config.fallback()).is_some_and(|all| all.length() > 0);
    let Some(seen) = boot.seen().filter(|_| has_fallback && !code::is_answered(page.window(), url)) else {
        return Vec::new();
    };
    let waits = |code: &Code| {
        let passable = code.is_sheet() || code.unchecked_ref::<HtmlScriptElement>().r#async();
        code.url() == url && passable && code.counts() && !seen.has(code)
    };
    code::all(page.document()).filter(waits).collect()
}

/// Whether it can be had, and is no page. Not by `fetch`, which Firefox holds back while a style sheet of the head hangs.
async fn comes(url: &str) -> Result<bool, JsValue> {
    let request = XmlHttpRequest::new()?;
    request.open("GET", url)?;
    let ended = came(&[&request], "loadend");
    request.send()?;
    Ok(ended.await && request.status()? == 200 && !is_page(&request.response()?))
}

/// A sheet is given the other address, a script gets another one beside it. The old one goes into another document: a script that is in
/// there when it comes does not run (HTML, "execute the script element").
fn give_up(shell: &Shell, code: &Code) -> Result<(), JsValue> {
    let (parent, next) = (code.parent_node(), code.next_sibling());
    // A handler in an attribute becomes a function now: in a document without a window it would not.
    code.set_onload(code.onload().as_ref());
    code.set_onerror(code.onerror().as_ref());
    code.dispatch_event(&Event::new("error")?)?;
    let Some(parent) = parent.filter(|_| !code.is_sheet()) else { return Ok(()) };
    // Once it has failed for good it stands again where it stood.
    let back = callback::listener(move |told| {
        let next = next.as_ref().filter(|next| next.parent_node().as_ref() == Some(&parent));
        if let Some(script) = told.unchecked_into::<Event>().current_target() {
            let _ = parent.insert_before(script.unchecked_ref(), next);
        }
    });
    code.add_event_listener_with_callback("error", &back)?;
    shell.page.document().implementation()?.create_html_document_with_title("")?.adopt_node(code)?;
    Ok(())
}
