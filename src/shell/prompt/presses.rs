//! What is pressed while a prompt stands, and what comes of it.

use super::ending::choose;
use super::layer::Layer;
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::prompt::press::{COOL_DOWN, Part, Presses};
use crate::core::prompt::{Button, PromptSpec, choice};
use crate::core::time::Millis;
use crate::shell::callback::listener;
use crate::shell::state::Shell;
use crate::shell::watch::{Watch, on};
use crate::shell::web::KeyEvent;
use crate::shell::{clock, typed, unsaved, web};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, EventTarget};

/// What the listeners of a prompt know.
struct Context {
    shell: &'static Shell,
    id: ActionId,
    layer: Layer,
    /// Escape chooses `close` where that is offered; a page that is of no use without an answer keeps asking.
    closable: bool,
    presses: Cell<Presses>,
    buttons: Vec<Button>,
}

pub fn watch(shell: &'static Shell, id: ActionId, spec: &PromptSpec, layer: &Layer, presses: Presses) -> Vec<Watch> {
    let listening = Rc::new(Context {
        shell,
        id,
        layer: layer.clone(),
        closable: spec.buttons.iter().any(|button| button.choice == choice::CLOSE),
        presses: Cell::new(presses),
        buttons: spec.buttons.clone(),
    });
    let drawn = listening.clone();
    // Without frames the prompt counts as drawn when it was put there.
    let _ = shell.page.window().request_animation_frame(&listener(move |_| drawn.drawn()));
    let hear = |target: &EventTarget, kind, heard: fn(&Context, &Event)| {
        let listening = listening.clone();
        on(target, kind, move |event| heard(&listening, event))
    };
    let (window, sheet) = (shell.page.window(), &layer.sheet);
    [
        hear(sheet, "click", Context::click),
        hear(sheet, "cancel", Context::wish_to_close),
        // Browsers let nobody prevent a second Escape.
        hear(sheet, "close", |listening, _| choose(listening.shell, listening.id, choice::CLOSE)),
        hear(window, "keydown", Context::key),
        hear(window, "keyup", Context::key),
        hear(window, "pointerdown", |listening, event| _ = listening.takes(Part::Down, event)),
        hear(window, "pointerup", |listening, event| _ = listening.takes(Part::Up, event)),
        hear(window, "pointercancel", |listening, event| _ = listening.takes(Part::Up, event)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Context {
    fn drawn(&self) {
        let mut presses = self.presses.get();
        presses.drawn(clock::now());
        self.presses.set(presses);
    }

    fn takes(&self, part: Part, event: &Event) -> bool {
        let mut presses = self.presses.get();
        let taken = presses.takes(part, Millis(number::to_u64(event.time_stamp())));
        self.presses.set(presses);
        // A script that clicks is nobody's slip.
        taken || !event.is_trusted()
    }

    /// Whether an event happens in the prompt, or nowhere else while a dialog stands.
    fn is_ours(&self, event: &Event) -> bool {
        let path = event.composed_path();
        let nowhere = || matches!(web::local_name(&path.get(0)).as_deref(), Some("body" | "html"));
        path.includes(&self.layer.sheet, 0) || (self.layer.modal && nowhere())
    }

    fn key(&self, event: &Event) {
        let key: &KeyEvent = event.unchecked_ref();
        let part = match event.type_().as_str() {
            "keydown" if key.repeat() == Some(true) => Part::Repeat,
            "keydown" => Part::Down,
            _ => Part::Up,
        };
        let taken = self.takes(part, event);
        if !self.is_ours(event) {
            return;
        }
        if self.layer.modal {
            // The page's own shortcuts were out of reach of who was typing into its field, too.
            event.stop_immediate_propagation();
        }
        // A shortcut is the browser's.
        let shortcut = [key.ctrl_key(), key.meta_key(), key.alt_key()].contains(&Some(true));
        if !taken && !shortcut {
            event.prevent_default();
        }
        // Where there is no modal dialog there is no `cancel`.
        let dismisses = taken && part == Part::Down && self.layer.modal && !self.layer.has_dialogs();
        if dismisses && key.key().is_some_and(|key| key == "Escape") {
            self.wish_to_close(event);
        }
    }

    fn wish_to_close(&self, event: &Event) {
        event.prevent_default();
        if self.closable && self.takes(Part::Click, event) {
            choose(self.shell, self.id, choice::CLOSE);
        }
    }

    fn click(&self, event: &Event) {
        let Some((element, button)) = self.pressed(event) else { return };
        let now = clock::now();
        let cool_at = &self.shell.prompt.cool_at;
        if !self.takes(Part::Click, event) || (button.sends && now < cool_at.get()) {
            return;
        }
        let asked = element.text_content().is_some_and(|text| text == button.sure);
        if !button.sure.is_empty() && !typed::keep_for_now(self.shell) && unsaved::ask(self.shell) && !asked {
            element.set_text_content(Some(&button.sure));
            // The press that asked is not the one that answers.
            self.presses.set(Presses::new(now, true));
            return;
        }
        if button.sends {
            cool_at.set(now + COOL_DOWN);
        }
        choose(self.shell, self.id, &button.choice);
    }

    /// The button that was clicked, or something in it.
    fn pressed(&self, event: &Event) -> Option<(Element, &Button)> {
        let target: Element = event.target()?.unchecked_into();
        let element = target.closest("[data-choice]").ok()??;
        let choice = element.get_attribute("data-choice")?;
        Some((element, self.buttons.iter().find(|button| button.choice == choice)?))
    }
}
