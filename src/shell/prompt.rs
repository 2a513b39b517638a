//! The prompt in the page: one element with an open shadow root, built without any markup, styled without any style
//! element, so that neither Trusted Types nor a strict policy stands in its way.

use super::js::J;
use super::prompt_style::{self, PARTS};
use super::watch::{Watch, listen, observe};
use super::{Shell, clock, js, page, storage, typed, unsaved};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::prompt::press::{COOL_DOWN, Part, Presses};
use crate::core::prompt::{Button, PromptSpec, choice};
use crate::core::time::Millis;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

pub const TAG: &str = "pagemend-prompt";

/// The one prompt that stands, if any.
#[derive(Default)]
pub struct Stand {
    shown: RefCell<Option<Shown>>,
    /// Until when a button that sends or leaves is not pressed again.
    cool_at: Cell<Millis>,
}

struct Shown {
    id: ActionId,
    host: JsValue,
    /// The dialog, or the notice.
    sheet: JsValue,
    focus: Focus,
    _watches: Vec<Option<Watch>>,
}

impl Stand {
    fn take(&self, id: Option<ActionId>) -> Option<Shown> {
        let mut shown = self.shown.try_borrow_mut().ok()?;
        let ours = shown.as_ref().is_some_and(|shown| id.is_none_or(|id| shown.id == id));
        if ours { shown.take() } else { None }
    }
}

pub fn show(shell: &'static Shell, id: ActionId, spec: &PromptSpec) {
    if let Some(old) = shell.prompt.take(None) {
        take_away(&old);
        shell.answer(old.id, Answer::Choice(choice::NONE.into()));
    }
    let focus = Focus::of(shell);
    let presses = Rc::new(Cell::new(Presses::new(clock::now(), focus.is_typing())));
    let built = build(shell, spec);
    if !insert(shell, J::of(&built.host), J::of(&built.sheet), spec.modal) {
        return shell.answer(id, Answer::Failed);
    }
    if spec.modal {
        // Not a button: who is typing would press it. What comes is read to who cannot see it all the same.
        js::run0(J::of(&built.title), "focus");
    }
    let drawn = presses.clone();
    let frame = js::function(move |_, _| {
        let mut presses = drawn.get();
        presses.drawn(clock::now());
        drawn.set(presses);
        JsValue::UNDEFINED
    });
    js::run1(shell.page.window_j(), "requestAnimationFrame", frame);
    let watches = watch(shell, id, spec, &built, &presses);
    if let Ok(mut stand) = shell.prompt.shown.try_borrow_mut() {
        *stand = Some(Shown { id, host: built.host, sheet: built.sheet, focus, _watches: watches });
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
    if js::is(J::of(&shown.sheet), "className", "dialog") {
        shown.focus.give_back();
    }
}

fn insert(shell: &Shell, host: J, sheet: J, modal: bool) -> bool {
    if js::call1(shell.page.ground_j(), "appendChild", host).is_err() {
        return false;
    }
    if !modal {
        // Over the page's own layers, without taking anything from them.
        attribute(sheet, "popover", "manual");
        if js::call0(sheet, "showPopover").is_err() {
            js::run(sheet, "removeAttribute", "popover");
        }
    } else if js::call0(sheet, "showModal").is_err() {
        // Too old for modal dialogs: a layer of our own, as far as it goes.
        attribute(sheet, "open", "");
        attribute(sheet, "role", "dialog");
        attribute(sheet, "aria-modal", "true");
        js::set(js::get(sheet, "style"), "cssText", js::s(prompt_style::PLAIN_DIALOG));
    }
    true
}

// ---- the focus ----

/// Where the focus was when the prompt came.
struct Focus {
    element: JsValue,
    /// Of the text in it: start, end, direction.
    caret: [JsValue; 3],
    /// The same where any element can be edited.
    range: JsValue,
}

impl Focus {
    fn of(shell: &Shell) -> Focus {
        let element = unsaved::focused(shell.page.document_j());
        let caret = ["selectionStart", "selectionEnd", "selectionDirection"].map(|key| js::get(element, key).own());
        let range = if js::flag(element, "isContentEditable") {
            js::run1(js::run0(shell.page.document_j(), "getSelection"), "getRangeAt", js::n(0.0)).own()
        } else {
            JsValue::UNDEFINED
        };
        Focus { element: element.own(), caret, range }
    }

    /// Somebody types, or could at any moment. A frame keeps to itself what happens in it.
    fn is_typing(&self) -> bool {
        let element = J::of(&self.element);
        js::is_one(element, "localName", "input,textarea,select,iframe") || js::flag(element, "isContentEditable")
    }

    fn give_back(&self) {
        let element = J::of(&self.element);
        if !js::flag(element, "isConnected") {
            return;
        }
        js::run1(element, "focus", js::json(r#"{"preventScroll":true}"#));
        if J::of(&self.caret[0]).as_f64().is_some() {
            let caret = [J::of(&self.caret[0]), J::of(&self.caret[1]), J::of(&self.caret[2])];
            js::ok(js::call(element, "setSelectionRange", &caret));
        }
        if J::of(&self.range).is_object() {
            let selection = js::run0(js::get(element, "ownerDocument"), "getSelection");
            js::run0(selection, "removeAllRanges");
            js::run1(selection, "addRange", J::of(&self.range));
        }
    }
}

// ---- presses ----

/// What a listener of a prompt needs to know.
#[derive(Clone)]
struct Context {
    shell: &'static Shell,
    id: ActionId,
    modal: bool,
    /// Escape chooses `close` where that is offered; a page that is of no use without an answer keeps asking.
    closable: bool,
    sheet: JsValue,
    presses: Rc<Cell<Presses>>,
    buttons: Rc<Vec<Button>>,
}

impl Context {
    fn takes(&self, part: Part, event: J) -> bool {
        let mut presses = self.presses.get();
        let taken = presses.takes(part, Millis(number::to_u64(js::number(event, "timeStamp"))));
        self.presses.set(presses);
        // A script that clicks is nobody's slip.
        taken || !js::flag(event, "isTrusted")
    }

    /// Whether an event happens in the prompt, or nowhere else while a dialog stands.
    fn is_ours(&self, event: J) -> bool {
        let target = js::at(js::run0(event, "composedPath"), 0);
        js::run1(J::of(&self.sheet), "contains", target).is_truthy()
            || (self.modal && js::is_one(target, "localName", "body,html"))
    }

    fn key(&self, event: J) {
        let kind = js::word(event, "type");
        let part = match kind.as_str() {
            "keydown" if js::flag(event, "repeat") => Part::Repeat,
            "keydown" => Part::Down,
            _ => Part::Up,
        };
        let taken = self.takes(part, event);
        if !self.is_ours(event) {
            return;
        }
        if self.modal {
            // The page's own shortcuts were out of reach of who was typing into its field, too.
            js::run0(event, "stopImmediatePropagation");
        }
        if !taken && !["ctrlKey", "metaKey", "altKey"].iter().any(|key| js::flag(event, key)) {
            js::run0(event, "preventDefault");
        }
        // Where there is no modal dialog there is no `cancel`.
        let native = js::get(J::of(&self.sheet), "showModal").is_function();
        if taken && part == Part::Down && self.modal && !native && js::is(event, "key", "Escape") {
            self.wish_to_close(event);
        }
    }

    fn wish_to_close(&self, event: J) {
        js::run0(event, "preventDefault");
        if self.closable && self.takes(Part::Click, event) {
            choose(self.shell, self.id, choice::CLOSE.into());
        }
    }

    fn click(&self, event: J) {
        let element = js::run(js::get(event, "target"), "closest", "[data-choice]");
        let Some(chosen) = js::text(js::get(element, "dataset"), "choice") else { return };
        let taken = self.takes(Part::Click, event);
        let now = clock::now();
        let Some(button) = self.buttons.iter().find(|button| button.choice == chosen) else { return };
        if !taken || (button.sends && now < self.shell.prompt.cool_at.get()) {
            return;
        }
        let asked = js::is(element, "textContent", &button.sure);
        if !button.sure.is_empty() && !typed::keep_for_now(self.shell) && unsaved::ask(self.shell) && !asked {
            js::set(element, "textContent", js::s(&button.sure));
            // The press that asked is not the one that answers.
            self.presses.set(Presses::new(now, true));
            return;
        }
        if button.sends {
            self.shell.prompt.cool_at.set(now + COOL_DOWN);
        }
        choose(self.shell, self.id, chosen);
    }
}

fn watch(
    shell: &'static Shell,
    id: ActionId,
    spec: &PromptSpec,
    built: &Built,
    presses: &Rc<Cell<Presses>>,
) -> Vec<Option<Watch>> {
    let context = Context {
        shell,
        id,
        modal: spec.modal,
        closable: spec.buttons.iter().any(|button| button.choice == choice::CLOSE),
        sheet: built.sheet.clone(),
        presses: presses.clone(),
        buttons: Rc::new(spec.buttons.clone()),
    };
    let on = |target: J, kind: &'static str, heard: fn(&Context, J)| {
        let context = context.clone();
        listen(target, kind, move |event| heard(&context, event))
    };
    let back = Cell::new(false);
    let (modal, host, sheet, title) = (spec.modal, built.host.clone(), built.sheet.clone(), built.title.clone());
    let options = js::json(r#"{"childList":true,"subtree":true}"#);
    let removal = observe("MutationObserver", &[shell.page.document_j(), options], move |_| {
        if js::flag(J::of(&host), "isConnected") {
            return;
        }
        // An application that renders itself anew takes the prompt along once. One that does so again means it.
        js::run(J::of(&sheet), "removeAttribute", "open");
        if back.replace(true) || !insert(shell, J::of(&host), J::of(&sheet), modal) {
            choose(shell, id, choice::NONE.into());
        } else if modal {
            js::run0(J::of(&title), "focus");
        }
    });
    let (window, sheet) = (shell.page.window_j(), J::of(&built.sheet));
    vec![
        on(sheet, "click", Context::click),
        on(sheet, "cancel", Context::wish_to_close),
        // Browsers let nobody prevent a second Escape.
        on(sheet, "close", |context, _| choose(context.shell, context.id, choice::CLOSE.into())),
        on(window, "keydown", Context::key),
        on(window, "keyup", Context::key),
        on(window, "pointerdown", |context, event| _ = context.takes(Part::Down, event)),
        on(window, "pointerup", |context, event| _ = context.takes(Part::Up, event)),
        on(window, "pointercancel", |context, event| _ = context.takes(Part::Up, event)),
        removal,
    ]
}

// ---- the element ----

struct Built {
    host: JsValue,
    sheet: JsValue,
    title: JsValue,
}

fn build(shell: &'static Shell, spec: &PromptSpec) -> Built {
    let host = js::run(shell.page.document_j(), "createElement", TAG);
    attribute(host, "data-kind", spec.kind.code());
    attribute(host, "data-incident", &spec.incident);
    attribute(host, "data-modal", if spec.modal { "dialog" } else { "notice" });
    attribute(host, "lang", spec.lang);
    // A translation of the page must not take these texts apart as well.
    attribute(host, "translate", "no");
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
        attribute(sheet, "data-edge", if spec.buttons.is_empty() { "top" } else { "bottom" });
        if !builder.styled {
            prompt_style::place_notice(sheet, spec.buttons.is_empty());
        }
    }
    let title = builder.part(sheet, "h2", "title", &spec.title);
    attribute(title, "id", "title");
    if spec.modal {
        attribute(title, "tabindex", "-1");
        attribute(title, "autofocus", "");
    }
    let asked = !spec.typed.lost.is_empty() && unsaved::ask(shell);
    let kept = asked && storage::can_remember(shell);
    let typed = if kept { &spec.typed.kept } else { &spec.typed.lost };
    // Whether something is typed may have changed since the engine asked.
    let safe = !spec.safe.is_empty() && spec.safe != spec.typed.lost;
    for (class, text, said) in [("body", &spec.body, true), ("safe", &spec.safe, safe), ("typed", typed, asked)] {
        if said {
            attribute(builder.part(sheet, "p", class, text), "id", class);
        }
    }
    if !spec.buttons.is_empty() {
        let row = builder.part(sheet, "div", "buttons", "");
        for button in &spec.buttons {
            let element = builder.part(row, "button", if button.primary { "primary" } else { "button" }, &button.label);
            attribute(element, "type", "button");
            attribute(element, "data-choice", &button.choice);
            if button.sends {
                cool_down(shell, element);
            }
        }
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
    Built { host: host.own(), sheet: sheet.own(), title: title.own() }
}

/// A button that was pressed a moment ago, in a prompt before this one, looks as it is: not to be pressed.
fn cool_down(shell: &'static Shell, button: J) {
    let left = shell.prompt.cool_at.get() - clock::now();
    if left == Millis(0) {
        return;
    }
    attribute(button, "aria-disabled", "true");
    js::set(js::get(button, "style"), "opacity", js::s(".5"));
    let button = button.own();
    clock::after(shell, number::from_u64(left.0), move || {
        js::run(J::of(&button), "removeAttribute", "aria-disabled");
        js::set(js::get(J::of(&button), "style"), "opacity", js::s(""));
    });
}

struct Builder<'a> {
    shell: &'a Shell,
    /// A style sheet is adopted; else each element carries its own style.
    styled: bool,
}

impl Builder<'_> {
    fn part<'s>(&self, parent: J<'s>, tag: &str, class: &str, text: &str) -> J<'s> {
        let element = js::hold(js::run(self.shell.page.document_j(), "createElement", tag).own());
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
        let web = !href.is_empty() && self.shell.page.resolve_j(href).is_some_and(|url| page::is_http_j(url));
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
