//! Has an address that failed asked for once more: by the page's own style sheet, or by a script like the page's own.

use super::code::{self, Code};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::storage::is_style;
use crate::shell::state::Shell;
use crate::shell::watch::came;
use crate::shell::web::{Script, TrustingWindow};
use crate::shell::{task, web};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, HtmlLinkElement, HtmlScriptElement, Node};

/// A script has these from the new address, and what its failure led to in the page has happened.
const NOT_COPIED: [&str; 3] = ["src", "onload", "onerror"];

pub fn reinsert(shell: &'static Shell, id: ActionId, url: &str) {
    let url = String::from(url);
    task::spawn(shell, async move {
        let came = ask_again(shell, &url).await.unwrap_or(false);
        shell.answer(id, if came { Answer::Done } else { Answer::Failed });
    });
}

/// Whether it comes this time; `None` where it cannot be asked for.
async fn ask_again(shell: &'static Shell, url: &str) -> Option<bool> {
    let href = shell.page.resolve(url)?.href();
    // The last element of the page that asked for it.
    let old = code::all(shell.page.document()).rev().find(|code| code.url() == href);
    match old {
        Some(sheet) if sheet.is_sheet() => renew(&sheet, url).await,
        old => {
            let old = old.as_ref();
            if load(shell, url, old).await? {
                return Some(true);
            }
            // Firefox keeps a module that failed under its address; a fragment makes it another one.
            if url.contains('#') { Some(false) } else { load(shell, &format!("{url}#pm-r=1"), old).await }
        }
    }
}

async fn renew(sheet: &Code, url: &str) -> Option<bool> {
    let ended = came(&[sheet], "load");
    // Without an address in between, one that is the same is not asked for again.
    sheet.remove_attribute("href").ok()?;
    sheet.set_attribute("href", url).ok()?;
    Some(ended.await)
}

/// Puts a new element beside the old one, if there is one: a clone of a script does not run.
async fn load(shell: &'static Shell, url: &str, old: Option<&Code>) -> Option<bool> {
    let element = element_for(shell, url, old)?;
    let ended = came(&[&element], "load");
    let parent = old.and_then(|old| old.parent_node());
    let parent = parent.or_else(|| shell.page.document().head().map(Node::from))?;
    let next = old.and_then(|old| old.next_sibling());
    parent.insert_before(&element, next.as_ref()).ok()?;
    let came = ended.await;
    if !came {
        // Who finds it there would wait for it: webpack looks for an element with its mark.
        web::take_out(&element);
    }
    Some(came)
}

fn element_for(shell: &Shell, url: &str, old: Option<&Code>) -> Option<HtmlElement> {
    let document = shell.page.document();
    let element = if old.is_none() && is_style(url) { sheet(document, url)? } else { script(shell, url, old)? };
    element.set_nonce(&nonce(document, old));
    Some(element)
}

/// The attribute is hidden by a policy in a header; the property is not.
fn nonce(document: &Document, old: Option<&Code>) -> String {
    let other = || document.query_selector("script[nonce]").ok().flatten();
    let model = old.map(|old| Element::clone(old)).or_else(other);
    model.and_then(|model| web::property(&model, "nonce").as_string()).unwrap_or_default()
}

fn sheet(document: &Document, url: &str) -> Option<HtmlElement> {
    let link: HtmlLinkElement = document.create_element("link").ok()?.unchecked_into();
    link.set_rel("stylesheet");
    link.set_href(url);
    Some(link.into())
}

/// With every attribute of the old one; without one it is a module.
fn script(shell: &Shell, url: &str, old: Option<&Code>) -> Option<HtmlElement> {
    let script: HtmlScriptElement = shell.page.document().create_element("script").ok()?.unchecked_into();
    if let Some(old) = old {
        for name in old.get_attribute_names().iter().filter_map(|name| name.as_string()) {
            if !NOT_COPIED.contains(&name.as_str()) {
                script.set_attribute(&name, &old.get_attribute(&name).unwrap_or_default()).ok()?;
            }
        }
    } else {
        script.set_type("module");
    }
    // Under Trusted Types only what a policy made is an address of a script.
    let address = match shell.page.window().unchecked_ref::<TrustingWindow>().trust() {
        Some(trust) => trust.call1(&JsValue::UNDEFINED, &url.into()).ok()?,
        None => url.into(),
    };
    script.unchecked_ref::<Script>().try_set_src(&address).ok()?;
    Some(script.into())
}
