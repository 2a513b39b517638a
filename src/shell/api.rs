//! What the page's own code can ask of the guard.

use super::asks::ask;
use super::fetch::First;
use super::state::Shell;
use super::web::{property, shown};
use super::{asks, boot_events, console, data, draft, expiry, fetch, import, key_action, listeners};
use crate::core::event::Event;
use crate::core::prompt::PromptKind;
use crate::core::storage::{RepairMode, RepairWish};
use crate::wire::ask::RepairScope;
use crate::wire::out::{self, Question};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

/// Keys under which a prompt's details may hold the one text that a prompt can show.
const DETAIL_KEYS: [&str; 4] = ["detail", "service", "code", "reason"];

impl Shell {
    pub fn check_render(&'static self) -> Promise {
        ask(self, Question::Render, |ask| Event::RenderAsked { ask })
    }

    pub fn check_freshness(&'static self) -> Promise {
        ask(self, Question::Freshness, |ask| Event::FreshnessAsked { ask })
    }

    /// Repairs what is damaged there; without a scope, all, and so does an unknown one, which is a line on the console.
    pub fn repair(&'static self, asked: &JsValue) -> Promise {
        let of = |key| property(asked, key);
        let scope = if asked.is_object() { of("scope") } else { asked.clone() };
        let named = scope.as_string().and_then(|named| RepairScope::from_code(&named));
        if named.is_none() && !scope.is_null_or_undefined() {
            let (known, shown) = (RepairScope::CODES.join(", "), shown(&scope));
            console::complain(&format!("pagemend: repair(scope): expected {known}; got {shown}; repairing all"));
        }
        let mode = if of("dryRun").is_truthy() {
            RepairMode::Plan
        } else if of("undo").is_truthy() {
            RepairMode::Undo
        } else {
            RepairMode::Repair
        };
        let listed = Some(of("keys")).filter(Array::is_array).map(|keys| keys.unchecked_into::<Array>());
        let all = listed.as_ref().map(Array::to_vec).unwrap_or_default();
        let keys: Vec<String> = all.iter().filter_map(JsValue::as_string).collect();
        // A list without a key in it names nothing, and must not stand for all.
        let nothing = listed.is_some() && keys.is_empty();
        let (storage, caches) = (named != Some(RepairScope::Caches), named != Some(RepairScope::Storage));
        let wish = RepairWish { mode, storage: storage && !nothing, caches: caches && !nothing, keys };
        ask(self, Question::Repair, |ask| Event::RepairAsked { ask, wish })
    }

    /// Of its id or its reference; without one, of the latest.
    pub fn story(&'static self, incident: &JsValue) -> Promise {
        let incident = incident.as_string().unwrap_or_default();
        ask(self, Question::Story, |ask| Event::StoryAsked { ask, incident })
    }

    pub fn state(&'static self) -> Promise {
        ask(self, Question::State, |ask| Event::StateAsked { ask })
    }

    pub fn prompt(&'static self, kind: PromptKind, details: &JsValue) -> Promise {
        let named = || DETAIL_KEYS.iter().find_map(|key| property(details, key).as_string());
        let detail = details.as_string().or_else(named).unwrap_or_default();
        ask(self, Question::Choice, |ask| Event::PromptAsked { ask, kind, detail })
    }

    pub fn no_prompt(&self) -> Promise {
        Promise::resolve(&asks::value(&out::neutral(Question::Choice)))
    }

    pub fn fetch(&'static self, input: &JsValue, init: &JsValue) -> Promise {
        fetch::fetch(self, input, init, None, None)
    }

    /// `first` is the attempt that was sent without the engine, and `abort`, where it is a function, gives it up.
    pub fn adopt(&'static self, input: &JsValue, init: &JsValue, first: Promise, abort: &JsValue) -> Promise {
        let first = First { sent: first, abort: abort.dyn_ref::<Function>().cloned() };
        fetch::fetch(self, input, init, None, Some(first))
    }

    pub fn import(&'static self, loader: &JsValue) -> Promise {
        import::import(self, loader)
    }

    pub fn key_action(&'static self, name: &str, run: &JsValue) -> Promise {
        key_action::key_action(self, name, run)
    }

    pub fn data(&'static self, name: String, load: &JsValue, options: &JsValue) -> Promise {
        data::data(self, name, load, options)
    }

    pub fn expires(&'static self, what: String, options: &JsValue) -> Function {
        expiry::expires(self, what, options)
    }

    pub fn draft(&'static self, form: &JsValue, options: &JsValue) -> Option<Function> {
        draft::draft(self, form, options)
    }

    pub fn report(&'static self, caught: &JsValue) {
        boot_events::report(self, caught);
    }

    pub fn on(&'static self, kind: &str, listener: &JsValue) -> Function {
        listeners::on(self, kind, listener)
    }
}

/// For tests in a browser, which look at single facts.
#[doc(hidden)]
impl Shell {
    pub fn look(&'static self) -> crate::core::render::RenderFacts {
        super::sample::sample(self, true)
    }

    /// As a page is looked at that is in no trouble: what proved it the last time comes first.
    pub fn look_again(&'static self) -> crate::core::render::RenderFacts {
        super::sample::sample(self, false)
    }

    pub fn has_unsaved(&self) -> bool {
        super::unsaved::ask(self)
    }

    /// As before the page is left.
    pub fn keep_typed(&self) -> bool {
        super::typed::keep(self)
    }

    /// Does what the engine could ask for. The answer goes to the engine, which knows of no question.
    pub fn act(&'static self, what: crate::core::action::Command) {
        let action = crate::core::action::Action {
            id: crate::core::id::ActionId(u32::MAX),
            deadline: crate::core::time::Millis::NEVER,
            what,
        };
        (self.above.perform)(self, action);
    }
}
