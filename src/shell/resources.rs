//! Dead scripts and stylesheets: can they be had now, and putting them into the page again.

use super::caches::starts_like_html;
use super::js::J;
use super::{Shell, js, look};
use crate::core::action::ActionId;
use crate::core::event::Answer;
use crate::core::text::cat;
use wasm_bindgen::prelude::*;

pub fn probe(shell: &'static Shell, id: ActionId, url: &str, script: bool) {
    // `reload` also replaces a failure that the HTTP cache kept.
    let init = js::json(r#"{"cache":"reload"}"#);
    js::then(shell.page.fetch(js::s(url), init), move |answer| {
        let answer = js::ok(answer);
        let fine = js::flag(answer, "ok");
        js::then(js::call0(answer, "text"), move |body| {
            let body = js::ok(body).as_string();
            let html = script && body.as_deref().is_some_and(starts_like_html);
            shell.answer(id, Answer::Probed { ok: body.is_some() && fine && !html });
        });
    });
}

pub fn reinsert(shell: &'static Shell, id: ActionId, url: String) {
    let old = find(shell, &url).own();
    load(shell, &url.clone(), J::of(&old.clone()), move |loaded| {
        // Firefox keeps a module that failed under its address; a fragment makes it another one.
        if loaded || is_link(J::of(&old)) || look::holds(&url, "#") {
            return shell.answer(id, if loaded { Answer::Done } else { Answer::Failed });
        }
        load(shell, &cat(&[&url, "#pm-r=1"]), J::of(&old), move |loaded| {
            shell.answer(id, if loaded { Answer::Done } else { Answer::Failed });
        });
    });
}

fn is_link(element: J) -> bool {
    js::is(element, "localName", "link")
}

/// The last element of the page that asked for that address, or undefined.
fn find<'s>(shell: &'s Shell, url: &str) -> J<'s> {
    let url = js::word(shell.page.resolve(url).unwrap_or(js::undefined()), "href");
    let all = js::list(js::run(shell.page.document(), "querySelectorAll", "script[src],link[rel~=stylesheet]"), 1000);
    let asked = |element: &&J| js::is(**element, if is_link(**element) { "href" } else { "src" }, &url);
    all.iter().rfind(asked).copied().unwrap_or(js::undefined())
}

/// Inserts the element once more with that address, and goes on at `load` (true) or `error`.
fn load(shell: &Shell, url: &str, old: J, next: impl Fn(bool) + 'static) {
    let element = element(shell, url, old);
    let next = js::function(move |event, _| {
        next(js::is(event, "type", "load"));
        JsValue::UNDEFINED
    });
    for kind in &["load", "error"] {
        js::run2(element, "addEventListener", js::s(kind), next);
    }
    let beside = js::get(old, "parentNode");
    let parent = if beside.is_object() { beside } else { js::get(shell.page.document(), "head") };
    let place = js::get(old, "nextSibling");
    let place = if place.is_object() { place } else { js::null() };
    if js::call2(parent, "insertBefore", element, place).is_err() {
        js::fulfil(&next.own(), js::undefined());
    }
}

/// A clone of a script does not run: the element is made anew, with every attribute of the old one.
fn element<'s>(shell: &'s Shell, url: &str, old: J<'s>) -> J<'s> {
    let document = shell.page.document();
    let known = old.is_object();
    let style = if known { is_link(old) } else { look::path(url).ends_with(".css") };
    let element = js::run(document, "createElement", if style { "link" } else { "script" });
    let put = |name, value| js::run2(element, "setAttribute", name, value);
    for &attribute in &js::list(js::get(old, "attributes"), 50) {
        put(js::get(attribute, "name"), js::get(attribute, "value"));
    }
    if !known {
        let (name, value) = if style { ("rel", "stylesheet") } else { ("type", "module") };
        put(js::s(name), js::s(value));
    }
    // The attribute is hidden by a policy in a header; the property is not.
    let model = if known { old } else { js::run(document, "querySelector", "script[nonce]") };
    js::set(element, "nonce", js::s(&js::word(model, "nonce")));
    put(js::s(if style { "href" } else { "src" }), js::s(url));
    element
}
