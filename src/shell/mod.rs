//! The shell: hands the browser's facts to the engine and does what the engine asks. It decides nothing, and nothing
//! that happens in it reaches the page as an exception.

mod api;
mod asks;
mod boot;
mod caches;
pub mod callback;
mod clock;
mod consent;
pub mod console;
mod dom_watch;
mod error;
mod fetch;
mod field;
mod gate;
mod import;
mod key_action;
mod listeners;
mod navigate;
mod net;
mod options;
mod page;
mod panics;
mod parts;
mod private;
mod prompt;
mod queue;
mod resources;
mod sample;
mod storage;
mod task;
mod timer;
mod typed;
mod unsaved;
pub mod watch;
pub mod web;
mod witness;

use crate::core::action::{Action, Command};
use crate::core::address;
use crate::core::config::Config;
use crate::core::engine::Engine;
use crate::core::event::{Answer, Event, Start};
use crate::core::id::ActionId;
use asks::Asks;
use boot::Boot;
use options::Settings;
use page::Page;
use std::cell::{Cell, RefCell};
use wasm_bindgen::prelude::*;
use watch::Watch;

pub use options::read as read_options;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Running,
    Stopped,
    /// The engine trapped: from here on the page goes on as if there were no guard.
    Broken,
}

/// The page's own.
const MOST_ORIGINS: usize = 20;

pub struct Shell {
    engine: RefCell<Engine>,
    gate: gate::Gate,
    beginning: Cell<bool>,
    told_endpoint: Cell<bool>,
    step: Cell<u8>,
    /// Addresses whose hosts were asked whether they are there.
    reached: RefCell<Vec<String>>,
    life: Cell<Life>,
    next_id: Cell<u32>,
    look: sample::Look,
    page: Page,
    settings: Settings,
    boot: Boot,
    timer: timer::Timer,
    asks: Asks,
    requests: fetch::Requests,
    keys: key_action::Running,
    listeners: listeners::Listeners,
    prompt: prompt::stand::Stand,
    queues: queue::Queues,
    typed: unsaved::Typed,
    kept: typed::Kept,
    watches: RefCell<Vec<Watch>>,
}

impl Shell {
    /// Starts the guard on this page. `boot` is what listened so far, or undefined.
    ///
    /// # Errors
    /// Where there is no page.
    pub fn start(mut config: Config, boot: JsValue) -> Result<&'static Shell, JsValue> {
        let boot = Boot::of(boot);
        callback::set_gate(boot.gate());
        panics::tell();
        let settings = Settings::of(&config);
        let page = Page::here(boot.fetch())?;
        config.origins.push(page.origin());
        let declared = boot.config().and_then(|boot| boot.origins()).unwrap_or_default();
        for origin in declared.iter().take(MOST_ORIGINS) {
            config.origins.extend(origin.as_string().map(|origin| origin.trim_end_matches('/').into()));
        }
        let queues = queue::Queues::of(&page);
        // For the life of the page, as the module itself: everything that hears of the page refers to it.
        let shell: &'static Shell = Box::leak(Box::new(Shell {
            engine: RefCell::new(Engine::new(config, clock::seed())),
            gate: gate::Gate::default(),
            beginning: Cell::new(true),
            told_endpoint: Cell::new(false),
            step: Cell::new(0),
            reached: RefCell::default(),
            life: Cell::new(Life::Running),
            next_id: Cell::new(0),
            look: sample::Look::default(),
            page,
            settings,
            boot,
            timer: timer::Timer::default(),
            asks: Asks::default(),
            requests: fetch::Requests::default(),
            keys: key_action::Running::default(),
            listeners: listeners::Listeners::default(),
            prompt: prompt::stand::Stand::default(),
            queues,
            typed: unsaved::Typed::default(),
            kept: typed::Kept::default(),
            watches: RefCell::default(),
        }));
        sample::settle(shell);
        shell.timer.arm(shell, Some(clock::now()));
        Ok(shell)
    }

    /// The timer fired.
    fn tick(&'static self) {
        if self.beginning.get() {
            self.begin();
        } else {
            self.due();
        }
    }

    /// Begins to work in a few short tasks: browsers compile a function when it is first called, and all of them in one
    /// would be a long task on a slow phone. What happens meanwhile waits its turn.
    fn begin(&'static self) {
        if !self.running() {
            return;
        }
        // First: a step that fails is taken once more.
        self.timer.arm(self, Some(clock::now()));
        let step = self.step.get();
        match step {
            0 => {
                for watch in [
                    page::watch,
                    dom_watch::watch,
                    unsaved::watch,
                    typed::watch,
                    parts::watch,
                    queue::watch,
                    consent::watch,
                ] {
                    self.pass(|| watch(self));
                }
            }
            1 => {
                self.first(Start {
                    epoch: clock::epoch(),
                    memory: storage::memory(self).map(|kept| witness::memory(self).unwrap_or(kept)),
                    mark: witness::read(self),
                    queues: queue::any(self),
                    denied: consent::denied(self),
                    path: self.page.path(),
                    loaded: self.page.loaded(),
                    visible: self.page.visible(),
                    online: self.page.online(),
                    dropped: self.boot.dropped_events(),
                });
            }
            2 => _ = self.pass(|| self.next_turn()),
            _ => {
                boot::attach(self);
                self.beginning.set(false);
                self.due();
            }
        }
        self.step.set(step + 1);
    }

    fn perform(&'static self, action: Action) {
        let id = action.id;
        if let Some(deed) = action.what.deed()
            && self.boot.only_watches()
        {
            console::complain(&format!("pagemend: watching only, in development; otherwise it would {deed}"));
            return self.answer(id, Answer::Failed);
        }
        match action.what {
            Command::SampleRender { sure } => sample::soon(self, id, sure),
            Command::FetchManifest { url } => net::fetch_manifest(self, id, &url),
            Command::ScanStorage { errors } => self.answer(id, storage::scan(self, &errors)),
            Command::NoteStorage => storage::note_when_idle(self),
            Command::ScanCaches { urls, unparsed, own } => {
                caches::scan(self, id, action.deadline, caches::Question { urls, unparsed, own });
            }
            Command::Repair { keys, entries } => caches::repair(self, id, storage::quarantine(self, &keys), entries),
            Command::Probe { url, script } => resources::probe(self, id, &url, script),
            Command::Reinsert { url } => resources::reinsert(self, id, &url),
            Command::Replace { url, to } => resources::replace(self, &url, &to),
            Command::Mend { url, to } => parts::mend(self, id, &url, &to),
            Command::AskLeave { by_user } => navigate::ask_leave(self, id, by_user),
            Command::Remember { text, mark, leaving } => {
                let ok = storage::remember(self, &text) && witness::keep(self, &mark, leaving);
                self.answer(id, Answer::Remembered { ok });
            }
            Command::Reload => navigate::again(self, id),
            Command::AskNetwork => navigate::ask_network(self, id),
            Command::Log { line } => console::tell(&line),
            Command::Navigate { url } => navigate::leave_for(self, id, &url),
            Command::RenewLink { url } => net::renew_link(self, id, &url),
            Command::Prompt(spec) => prompt::show(self, id, &spec),
            Command::ClosePrompt { prompt } => prompt::close(self, prompt),
            Command::Send { request, attempt } => fetch::send(self, request, attempt),
            Command::Abort { request, attempt } => fetch::abort(self, request, attempt),
            Command::Settle { request } => fetch::settle(self, request),
            Command::Post { url, body } => net::post(self, id, &url, &body),
            Command::SaveQueue { text, gone } => self.answer(id, Answer::Saved(queue::save(self, &text, &gone))),
            Command::LeaveQueue { text, url, body, rest } => queue::leave(self, &text, &url, [&body, &rest]),
            Command::AdoptQueues => queue::adopt(self, id),
            Command::DropQueues => queue::drop_all(self),
            Command::RememberConsent { granted } => consent::remember(self, granted),
            Command::Reply { ask, reply } => asks::reply(self, ask, reply),
            Command::Notify(notice) => listeners::notify(self, &notice),
        }
    }

    pub fn answer(&'static self, id: ActionId, answer: Answer) {
        self.dispatch(Event::Answered { id, answer });
    }

    /// Keeps a listener or observer until the guard ends.
    fn keep(&self, watch: Option<Watch>) {
        if let (Some(watch), Ok(mut kept)) = (watch, self.watches.try_borrow_mut()) {
            kept.push(watch);
        }
    }

    /// Whether the guard itself asks for it.
    fn is_own(&self, url: &str) -> bool {
        // Whether the page itself can be had.
        url == navigate::address(self).0
            || self.settings.own_urls.iter().any(|own| address::without_query(url).ends_with(own.as_str()))
            || caches::query::is_question(url)
    }

    /// A number that no request and no question of this page had before.
    fn fresh_id(&self) -> u32 {
        let id = self.next_id.get().wrapping_add(1);
        self.next_id.set(id);
        id
    }

    /// Whether the tasks in which it begins are still to come.
    pub fn is_beginning(&self) -> bool {
        self.beginning.get()
    }

    fn running(&self) -> bool {
        self.life.get() == Life::Running
    }

    fn leave(&'static self, life: Life) {
        if !self.running() {
            return;
        }
        self.life.set(life);
        // One by one: what cannot be done keeps nothing else from going.
        let steps: [&dyn Fn(); 8] = [
            &|| self.timer.clear(),
            &|| drop(self.watches.try_borrow_mut().map(|mut kept| std::mem::take(&mut *kept))),
            &|| boot::detach(&self.boot, life),
            &|| prompt::remove(self),
            &|| typed::end(self),
            &|| queue::release(self),
            &|| fetch::release(self),
            &|| asks::release(self),
        ];
        for step in steps {
            self.pass(step);
        }
        self.listeners.clear();
    }
}
