//! The prompt in the page: one element with an open shadow root, built without any markup, styled without any style
//! element, so that neither Trusted Types nor a strict policy stands in its way.

use super::js::J;
use super::prompt_style::{self, PARTS};
use super::watch::{Watch, listen, observe};
use super::{Shell, js, page};
use crate::core::action::ActionId;
use crate::core::event::Answer;
use crate::core::prompt::{PromptSpec, choice};
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;

pub const TAG: &str = "pagemend-prompt";

/// The one prompt that stands, if any.
#[derive(Default)]
pub struct Stand(RefCell<Option<Shown>>);

struct Shown {
    id: ActionId,
    host: JsValue,
    /// The dialog, or the notice.
    sheet: JsValue,
    _watches: Vec<Option<Watch>>,
}

impl Stand {
    fn take(&self, id: Option<ActionId>) -> Option<Shown> {
        let mut shown = self.0.try_borrow_mut().ok()?;
        let ours = shown.as_ref().is_some_and(|shown| id.is_none_or(|id| shown.id == id));
        if ours { shown.take() } else { None }
    }
}

pub fn show(shell: &'static Shell, id: ActionId, spec: &PromptSpec) {
    if let Some(old) = shell.prompt.take(None) {
        take_away(&old);
        shell.answer(old.id, Answer::Choice(choice::NONE.into()));
    }
    let built = build(shell, spec);
    if !insert(shell, J::of(&built.host), J::of(&built.sheet), spec.modal) {
        return shell.answer(id, Answer::Failed);
    }
    let watches = watch(shell, id, spec, &built);
    if let Ok(mut stand) = shell.prompt.0.try_borrow_mut() {
        *stand = Some(Shown { id, host: built.host, sheet: built.sheet, _watches: watches });
    }
    if spec.modal {
        js::run0(J::of(&built.primary), "focus");
    }
}

pub fn close(shell: &Shell, id: ActionId) {
    if let Some(shown) = shell.prompt.take(Some(id)) {
        take_away(&shown);
    }
}

/// Whichever stands goes.
pub fn remove(shell: &Shell) {
    if let Some(shown) = shell.prompt.take(None) {
        take_away(&shown);
    }
}

/// Whether a batch of mutations is nothing but the prompt coming or going.
pub fn only_ours(records: J) -> bool {
    let ours = |record, key| js::list(js::get(record, key), 10).iter().all(|node| js::is(*node, "localName", TAG));
    js::list(records, 10).iter().all(|record| ours(*record, "addedNodes") && ours(*record, "removedNodes"))
}

fn choose(shell: &'static Shell, id: ActionId, chosen: String) {
    if let Some(shown) = shell.prompt.take(Some(id)) {
        take_away(&shown);
        shell.answer(id, Answer::Choice(chosen));
    }
}

fn take_away(shown: &Shown) {
    // Closing hands the focus back to where it was; removing alone would lose it.
    js::run0(J::of(&shown.sheet), "close");
    js::run0(J::of(&shown.host), "remove");
}

fn insert(shell: &Shell, host: J, sheet: J, modal: bool) -> bool {
    if js::call1(shell.page.ground(), "appendChild", host).is_err() {
        return false;
    }
    if modal && js::call0(sheet, "showModal").is_err() {
        // Too old for modal dialogs: a layer of our own, as far as it goes.
        attribute(sheet, "open", "");
        attribute(sheet, "role", "dialog");
        attribute(sheet, "aria-modal", "true");
        js::set(js::get(sheet, "style"), "cssText", js::s(prompt_style::PLAIN_DIALOG));
    }
    true
}

fn watch(shell: &'static Shell, id: ActionId, spec: &PromptSpec, built: &Built) -> Vec<Option<Watch>> {
    let on = |kind: &'static str, chosen: fn(J) -> Option<String>| {
        listen(J::of(&built.sheet), kind, move |event| {
            if let Some(chosen) = chosen(event) {
                choose(shell, id, chosen);
            }
        })
    };
    // Escape chooses `close` where that is offered; a page that is of no use without an answer keeps asking.
    let closable = spec.buttons.iter().any(|button| button.choice == choice::CLOSE);
    let (modal, back) = (spec.modal, Cell::new(false));
    let (host, sheet) = (built.host.clone(), built.sheet.clone());
    let options = js::json(r#"{"childList":true,"subtree":true}"#);
    let removal = observe("MutationObserver", &[shell.page.document(), options], move |_| {
        if js::flag(J::of(&host), "isConnected") {
            return;
        }
        // An application that renders itself anew takes the prompt along once. One that does so again means it.
        js::run(J::of(&sheet), "removeAttribute", "open");
        if back.replace(true) || !insert(shell, J::of(&host), J::of(&sheet), modal) {
            choose(shell, id, choice::NONE.into());
        }
    });
    vec![
        on("click", |event| {
            let button = js::run(js::get(event, "target"), "closest", "[data-choice]");
            js::text(js::get(button, "dataset"), "choice")
        }),
        on("cancel", if closable { closed } else { kept_open }),
        // Browsers let nobody prevent a second Escape.
        on("close", closed),
        // Where there is no modal dialog there is no `cancel`.
        on("keydown", |event| {
            let native = js::get(js::get(event, "currentTarget"), "showModal").is_function();
            if !native && js::is(event, "key", "Escape") { closed(event) } else { None }
        }),
        removal,
    ]
}

fn closed(event: J) -> Option<String> {
    js::run0(event, "preventDefault");
    Some(choice::CLOSE.into())
}

fn kept_open(event: J) -> Option<String> {
    js::run0(event, "preventDefault");
    None
}

struct Built {
    host: JsValue,
    sheet: JsValue,
    primary: JsValue,
}

fn build(shell: &Shell, spec: &PromptSpec) -> Built {
    let host = js::run(shell.page.document(), "createElement", TAG);
    attribute(host, "data-kind", spec.kind.code());
    attribute(host, "data-incident", &spec.incident);
    attribute(host, "data-modal", if spec.modal { "dialog" } else { "notice" });
    attribute(host, "lang", spec.lang);
    let shadow = js::run1(host, "attachShadow", js::json(r#"{"mode":"open"}"#));
    let builder = Builder { shell, styled: prompt_style::adopt(shadow) };
    builder.style(host, "host");
    let (tag, class) = if spec.modal { ("dialog", "dialog") } else { ("div", "notice") };
    let sheet = builder.part(shadow, tag, class, "");
    if spec.modal {
        attribute(sheet, "aria-labelledby", "title");
        attribute(sheet, "aria-describedby", "body");
    } else {
        attribute(sheet, "role", "status");
    }
    for &(tag, class, text) in &[("h2", "title", &spec.title), ("p", "body", &spec.body), ("p", "safe", &spec.safe)] {
        if !text.is_empty() {
            attribute(builder.part(sheet, tag, class, text), "id", class);
        }
    }
    let mut primary = js::undefined();
    if !spec.buttons.is_empty() {
        let row = builder.part(sheet, "div", "buttons", "");
        for button in &spec.buttons {
            let element = builder.part(row, "button", if button.primary { "primary" } else { "button" }, &button.label);
            attribute(element, "type", "button");
            attribute(element, "data-choice", &button.choice);
            if primary.is_undefined() || button.primary {
                primary = element;
            }
        }
        attribute(primary, "autofocus", "");
    }
    if !spec.help.is_empty() {
        let help = builder.part(sheet, "div", "help", "");
        for (text, href) in &spec.help {
            builder.help_line(help, text, href);
        }
    }
    if !spec.reference.is_empty() {
        builder.part(sheet, "p", "reference", &spec.reference);
    }
    Built { host: host.own(), sheet: sheet.own(), primary: primary.own() }
}

struct Builder<'a> {
    shell: &'a Shell,
    /// A style sheet is adopted; else each element carries its own style.
    styled: bool,
}

impl Builder<'_> {
    fn part<'s>(&self, parent: J<'s>, tag: &str, class: &str, text: &str) -> J<'s> {
        let element = js::hold(js::run(self.shell.page.document(), "createElement", tag).own());
        attribute(element, "class", class);
        self.style(element, class);
        if !text.is_empty() {
            js::set(element, "textContent", js::s(text));
        }
        js::run1(parent, "appendChild", element);
        element
    }

    fn style(&self, element: J, class: &str) {
        for (name, css) in &PARTS {
            if *name == class && !self.styled {
                js::set(js::get(element, "style"), "cssText", js::s(css));
            }
        }
    }

    /// Only telephone numbers and web addresses are links.
    fn help_line(&self, parent: J, text: &str, href: &str) {
        let web = !href.is_empty() && self.shell.page.resolve(href).is_some_and(|url| page::is_http(url));
        if !web && !href.starts_with("tel:") {
            self.part(parent, "div", "line", text);
            return;
        }
        let link = self.part(parent, "a", "link", text);
        attribute(link, "href", href);
        if web {
            attribute(link, "target", "_blank");
            attribute(link, "rel", "noopener");
        }
    }
}

fn attribute(element: J, name: &str, value: &str) {
    js::run2(element, "setAttribute", js::s(name), js::s(value));
}
