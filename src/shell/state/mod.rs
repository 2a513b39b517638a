//! What the shell holds, and the little that every job asks of it. It knows no job: jobs import it, and nothing in here imports them.

pub mod asks;
pub mod drafts;
pub mod inbox;
pub mod kept;
pub mod key_actions;
pub mod listeners;
pub mod look;
pub mod queues;
pub mod renewals;
pub mod requests;
pub mod typed;

use super::boot::Boot;
use super::caches::query::is_question;
use super::options::Settings;
use super::page::Page;
use super::prompt::stand::Stand;
use super::timer::Timer;
use super::watch::Watch;
use crate::core::action::Action;
use crate::core::address;
use crate::core::config::RetryPolicy;
use crate::core::engine::Engine;
use crate::core::freshness::data::Data;
use asks::Asks;
use drafts::Drafts;
use inbox::Inbox;
use kept::Kept;
use key_actions::KeyActions;
use listeners::Listeners;
use look::Look;
use queues::Queues;
use renewals::Renewals;
use requests::Requests;
use std::cell::{Cell, RefCell};
use typed::Typed;
use wasm_bindgen::JsValue;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Life {
    Running,
    Stopped,
    /// The engine trapped: from here on the page goes on as if there were no guard.
    Broken,
}

/// What the gate calls and every job stands behind. Handed in at the start, as functions, because the gate stands below the jobs: each of them
/// comes in through it. A method of `Shell` in mod.rs would do the same, and hide that the gate leads back up.
pub struct Above {
    /// Takes one more step of the beginning.
    pub begin: fn(&'static Shell),
    /// Does what the engine asks for.
    pub perform: fn(&'static Shell, Action),
    /// Ends all that the guard does in the page.
    pub leave: fn(&'static Shell, Life),
}

pub struct Shell {
    pub(super) above: Above,
    pub(super) engine: RefCell<Engine>,
    pub(super) inbox: Inbox,
    pub(super) beginning: Cell<bool>,
    pub(super) told_endpoint: Cell<bool>,
    pub(super) step: Cell<u8>,
    /// Addresses whose hosts were asked whether they are there.
    pub(super) reached: RefCell<Vec<String>>,
    pub(super) life: Cell<Life>,
    next_id: Cell<u32>,
    pub(super) look: Look,
    pub(super) page: Page,
    pub(super) settings: Settings,
    /// How imports are tried again.
    pub(super) retry: Cell<RetryPolicy>,
    pub(super) boot: Boot,
    pub(super) timer: Timer,
    pub(super) asks: Asks,
    pub(super) requests: Requests,
    pub(super) keys: KeyActions,
    pub(super) listeners: Listeners,
    pub(super) renewals: Renewals,
    /// Last known values of `guard.data`.
    pub(super) data: RefCell<Data<JsValue>>,
    pub(super) prompt: Stand,
    pub(super) queues: Queues,
    pub(super) typed: Typed,
    pub(super) kept: Kept,
    pub(super) drafts: Drafts,
    pub(super) watches: RefCell<Vec<Watch>>,
}

impl Shell {
    /// Of a guard that has not begun.
    pub(super) fn new(
        above: Above,
        engine: Engine,
        page: Page,
        settings: Settings,
        boot: Boot,
        queues: Queues,
    ) -> Shell {
        Shell {
            above,
            engine: RefCell::new(engine),
            inbox: Inbox::default(),
            beginning: Cell::new(true),
            told_endpoint: Cell::new(false),
            step: Cell::new(0),
            reached: RefCell::default(),
            life: Cell::new(Life::Running),
            next_id: Cell::new(0),
            look: Look::default(),
            page,
            settings,
            retry: Cell::default(),
            boot,
            timer: Timer::default(),
            asks: Asks::default(),
            requests: Requests::default(),
            keys: KeyActions::default(),
            listeners: Listeners::default(),
            renewals: Renewals::default(),
            data: RefCell::default(),
            prompt: Stand::default(),
            queues,
            typed: Typed::default(),
            kept: Kept::default(),
            drafts: Drafts::default(),
            watches: RefCell::default(),
        }
    }

    /// Keeps a listener or observer until the guard ends.
    pub(super) fn keep(&self, watch: Option<Watch>) {
        if let (Some(watch), Ok(mut kept)) = (watch, self.watches.try_borrow_mut()) {
            kept.push(watch);
        }
    }

    /// Whether the guard itself asks for it.
    pub(super) fn is_own(&self, url: &str) -> bool {
        // Whether the page itself can be had.
        url == self.page.address().0
            || self.settings.own_urls.iter().any(|own| address::without_query(url).ends_with(own.as_str()))
            || is_question(url)
    }

    /// A number that no request and no question of this page had before.
    pub(super) fn fresh_id(&self) -> u32 {
        let id = self.next_id.get().wrapping_add(1);
        self.next_id.set(id);
        id
    }

    /// Whether the tasks in which it begins are still to come.
    pub fn is_beginning(&self) -> bool {
        self.beginning.get()
    }

    pub(super) fn running(&self) -> bool {
        self.life.get() == Life::Running
    }
}
