//! Builds a prompt: one element with an open shadow root, made without any markup and styled without any style element,
//! so that neither Trusted Types nor a strict policy stands in its way.

use super::layer::{Layer, TAG};
use super::style::{self, PARTS};
use crate::core::number;
use crate::core::prompt::{Button, PromptSpec};
use crate::core::time::Millis;
use crate::shell::state::Shell;
use crate::shell::{clock, page, storage, unsaved};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, Node, ShadowRoot, ShadowRootInit, ShadowRootMode};

pub fn build(shell: &'static Shell, spec: &PromptSpec) -> Result<Layer, JsValue> {
    let host = element(shell, TAG)?;
    let kind = if spec.modal { "dialog" } else { "notice" };
    attributes(
        &host,
        &[
            ("data-kind", spec.kind.code()),
            ("data-incident", &spec.incident),
            ("data-modal", kind),
            ("lang", spec.lang),
            // A translation of the page must not take these texts apart as well.
            ("translate", "no"),
        ],
    )?;
    let shadow = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
    let builder = Builder { shell, styled: style::adopt(&shadow) };
    builder.style(&host, "host");
    let sheet = builder.sheet(&shadow, spec)?;
    let title = builder.title(&sheet, spec)?;
    builder.texts(&sheet, spec)?;
    builder.buttons(&sheet, &spec.buttons)?;
    builder.help(&sheet, &spec.help)?;
    if !spec.reference.is_empty() {
        builder.part(&sheet, "p", "reference", &spec.reference)?;
    }
    Ok(Layer { host, sheet, title, modal: spec.modal })
}

struct Builder {
    shell: &'static Shell,
    /// A style sheet is adopted; else each element carries its own style.
    styled: bool,
}

impl Builder {
    fn sheet(&self, shadow: &ShadowRoot, spec: &PromptSpec) -> Result<HtmlElement, JsValue> {
        if spec.modal {
            let dialog = self.part(shadow, "dialog", "dialog", "")?;
            attributes(&dialog, &[("aria-labelledby", "title"), ("aria-describedby", "body")])?;
            return Ok(dialog);
        }
        let notice = self.part(shadow, "div", "notice", "")?;
        let at_top = spec.buttons.is_empty();
        attributes(&notice, &[("role", "status"), ("data-edge", if at_top { "top" } else { "bottom" })])?;
        if !self.styled {
            style::place_notice(&notice, at_top)?;
        }
        Ok(notice)
    }

    fn title(&self, sheet: &Node, spec: &PromptSpec) -> Result<HtmlElement, JsValue> {
        let title = self.part(sheet, "h2", "title", &spec.title)?;
        attributes(&title, &[("id", "title")])?;
        if spec.modal {
            attributes(&title, &[("tabindex", "-1"), ("autofocus", "")])?;
        }
        Ok(title)
    }

    fn texts(&self, sheet: &Node, spec: &PromptSpec) -> Result<(), JsValue> {
        let asked = !spec.typed.lost.is_empty() && unsaved::ask(self.shell);
        let kept = asked && storage::can_remember(self.shell);
        let typed = if kept { &spec.typed.kept } else { &spec.typed.lost };
        // Whether something is typed may have changed since the engine asked.
        let safe = !spec.safe.is_empty() && spec.safe != spec.typed.lost;
        for (class, text, said) in [("body", &spec.body, true), ("safe", &spec.safe, safe), ("typed", typed, asked)] {
            if said {
                let paragraph = self.part(sheet, "p", class, text)?;
                attributes(&paragraph, &[("id", class)])?;
            }
        }
        Ok(())
    }

    fn buttons(&self, sheet: &Node, buttons: &[Button]) -> Result<(), JsValue> {
        if buttons.is_empty() {
            return Ok(());
        }
        let row = self.part(sheet, "div", "buttons", "")?;
        for button in buttons {
            let class = if button.primary { "primary" } else { "button" };
            let element = self.part(&row, "button", class, &button.label)?;
            attributes(&element, &[("type", "button"), ("data-choice", &button.choice)])?;
            if button.sends {
                cool_down(self.shell, element)?;
            }
        }
        Ok(())
    }

    fn help(&self, sheet: &Node, lines: &[(String, String)]) -> Result<(), JsValue> {
        if lines.is_empty() {
            return Ok(());
        }
        let help = self.part(sheet, "div", "help", "")?;
        for (text, href) in lines {
            self.help_line(&help, text, href)?;
        }
        Ok(())
    }

    /// Only telephone numbers, mail and web addresses are links.
    fn help_line(&self, help: &Node, text: &str, href: &str) -> Result<(), JsValue> {
        let web = !href.is_empty() && self.shell.page.resolve(href).is_some_and(|url| page::is_http(&url));
        if !web && !href.starts_with("tel:") && !href.starts_with("mailto:") {
            self.part(help, "div", "line", text)?;
            return Ok(());
        }
        let link = self.part(help, "a", "link", text)?;
        attributes(&link, &[("href", href)])?;
        if web {
            attributes(&link, &[("target", "_blank"), ("rel", "noopener")])?;
        }
        Ok(())
    }

    fn part(&self, parent: &Node, tag: &str, class: &str, text: &str) -> Result<HtmlElement, JsValue> {
        let part = element(self.shell, tag)?;
        attributes(&part, &[("class", class)])?;
        self.style(&part, class);
        if !text.is_empty() {
            part.set_text_content(Some(text));
        }
        parent.append_child(&part)?;
        Ok(part)
    }

    fn style(&self, element: &HtmlElement, class: &str) {
        if let Some((_, css)) = PARTS.iter().find(|(name, _)| *name == class && !self.styled) {
            element.style().set_css_text(css);
        }
    }
}

/// A button that was pressed a moment ago, in a prompt before this one, looks as it is: not to be pressed.
fn cool_down(shell: &'static Shell, button: HtmlElement) -> Result<(), JsValue> {
    let left = shell.prompt.cool_at.get() - clock::now();
    if left == Millis(0) {
        return Ok(());
    }
    attributes(&button, &[("aria-disabled", "true")])?;
    button.style().set_property("opacity", ".5")?;
    clock::after(shell, number::from_u64(left.0), move || {
        let _ = button.remove_attribute("aria-disabled");
        let _ = button.style().remove_property("opacity");
    });
    Ok(())
}

fn element(shell: &Shell, tag: &str) -> Result<HtmlElement, JsValue> {
    shell.page.document().create_element(tag).map(JsCast::unchecked_into)
}

fn attributes(element: &Element, attributes: &[(&str, &str)]) -> Result<(), JsValue> {
    attributes.iter().try_for_each(|(name, value)| element.set_attribute(name, value))
}
