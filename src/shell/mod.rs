//! The shell: hands the browser's facts to the engine and does what the engine asks. It decides nothing, and nothing
//! that happens in it reaches the page as an exception.

mod api;
mod asks;
mod boot;
mod caches;
mod clock;
mod dom_watch;
mod fetch;
mod import;
pub mod js;
mod key_action;
mod listeners;
mod look;
mod navigate;
mod net;
mod options;
mod page;
mod panics;
mod parts;
mod private;
mod prompt;
mod prompt_style;
mod queue;
mod resources;
mod sample;
mod storage;
mod timer;
mod typed;
mod unsaved;
mod watch;
mod witness;

use crate::core::action::{Action, Command};
use crate::core::config::Config;
use crate::core::engine::Engine;
use crate::core::event::{Answer, Event, Start};
use crate::core::id::ActionId;
use crate::core::time::Millis;
use asks::Asks;
use js::J;
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

/// What the engine is called for.
enum Input {
    Event(Event),
    /// The timer fired.
    Due,
    /// The last one.
    Stop,
}

/// After this the rest of the inbox waits for the next task: on a slow phone a few turns would be a long one.
const SLICE_MS: f64 = 6.0;

/// The page's own.
const MOST_ORIGINS: u32 = 20;

/// Events that wait while another is handled. More than a page can cause in one turn.
const MAX_INBOX: usize = 1000;

pub struct Shell {
    engine: RefCell<Engine>,
    inbox: RefCell<Vec<Input>>,
    busy: Cell<bool>,
    beginning: Cell<bool>,
    told_endpoint: Cell<bool>,
    step: Cell<u8>,
    /// Addresses whose hosts were asked whether they are there.
    reached: RefCell<Vec<String>>,
    hurry: Cell<bool>,
    life: Cell<Life>,
    next_id: Cell<u32>,
    look: sample::Look,
    page: Page,
    settings: Settings,
    boot: JsValue,
    timer: timer::Timer,
    asks: Asks,
    requests: fetch::Requests,
    keys: key_action::Running,
    listeners: listeners::Listeners,
    prompt: prompt::Stand,
    queues: queue::Queues,
    typed: unsaved::Typed,
    kept: typed::Kept,
    watches: RefCell<Vec<Watch>>,
}

impl Shell {
    /// Starts the guard on this page. `boot` is what listened so far, or undefined.
    pub fn start(mut config: Config, boot: JsValue) -> &'static Shell {
        let _scope = js::Scope::open();
        panics::tell();
        let settings = Settings::of(&config);
        let page = Page::here(J::of(&boot));
        config.origins.push(page.location("origin"));
        for origin in &js::list(js::get(js::get(J::of(&boot), "config"), "origins"), MOST_ORIGINS) {
            config.origins.extend(origin.as_string().map(|origin| origin.trim_end_matches('/').into()));
        }
        let queues = queue::Queues::of(&page);
        // For the life of the page, as the module itself: everything that hears of the page refers to it.
        let shell: &'static Shell = Box::leak(Box::new(Shell {
            engine: RefCell::new(Engine::new(config, clock::seed())),
            inbox: RefCell::default(),
            busy: Cell::new(true),
            beginning: Cell::new(true),
            told_endpoint: Cell::new(false),
            step: Cell::new(0),
            reached: RefCell::default(),
            hurry: Cell::new(false),
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
            prompt: prompt::Stand::default(),
            queues,
            typed: unsaved::Typed::default(),
            kept: typed::Kept::default(),
            watches: RefCell::default(),
        }));
        sample::settle(shell);
        shell.timer.start(move || {
            shell.timer.fired();
            if shell.beginning.get() {
                shell.begin();
            } else {
                shell.feed(Input::Due);
            }
        });
        shell.timer.arm(Some(clock::now()));
        shell
    }

    /// Begins to work in a few short tasks: browsers compile a function when it is first called, and all of them in one
    /// would be a long task on a slow phone. What happens meanwhile waits its turn.
    fn begin(&'static self) {
        let _scope = js::Scope::open();
        let step = self.step.get();
        self.step.set(step + 1);
        match step {
            0 => {
                page::watch(self);
                dom_watch::watch(self);
                unsaved::watch(self);
                typed::watch(self);
                parts::watch(self);
                queue::watch(self);
            }
            1 => {
                let start = Start {
                    epoch: clock::epoch(),
                    memory: storage::memory(self).map(|kept| witness::memory(self).unwrap_or(kept)),
                    mark: witness::read(self),
                    queues: queue::any(self),
                    denied: queue::denied(self),
                    path: self.page.path(),
                    loaded: self.page.loaded(),
                    visible: self.page.visible(),
                    online: self.page.online(),
                    dropped: boot::dropped(J::of(&self.boot)),
                };
                if let Ok(mut inbox) = self.inbox.try_borrow_mut() {
                    inbox.insert(0, Input::Event(Event::Started(start)));
                }
            }
            2 => {
                if let Some(started) = self.next_input() {
                    self.turn(started);
                }
            }
            _ => return self.begun(),
        }
        self.timer.arm(Some(clock::now()));
    }

    fn begun(&'static self) {
        self.beginning.set(false);
        boot::attach(self);
        self.busy.set(false);
        self.feed(Input::Due);
    }

    /// Hands a fact to the engine and does what it asks for. An event from inside of that waits for its turn.
    pub fn dispatch(&'static self, event: Event) {
        self.feed(Input::Event(event));
    }

    fn feed(&'static self, input: Input) {
        if !self.running() {
            return;
        }
        // What is not done when the page goes is not done at all.
        if matches!(input, Input::Stop | Input::Event(Event::PageHiding | Event::Visibility { visible: false })) {
            self.hurry.set(true);
        }
        if let Ok(mut inbox) = self.inbox.try_borrow_mut()
            && inbox.len() < MAX_INBOX
        {
            inbox.push(input);
        }
        if self.busy.replace(true) {
            return;
        }
        let until = clock::precise() + SLICE_MS;
        let mut due = None;
        while let Some(input) = self.next_input() {
            if self.running() {
                due = self.turn(input);
            }
            let more = self.inbox.try_borrow().is_ok_and(|inbox| !inbox.is_empty());
            if more && !self.hurry.get() && clock::precise() > until {
                due = Some(clock::now());
                break;
            }
        }
        self.hurry.set(false);
        self.busy.set(false);
        if self.running() {
            self.timer.arm(due);
        }
    }

    fn next_input(&self) -> Option<Input> {
        let mut inbox = self.inbox.try_borrow_mut().ok()?;
        if inbox.is_empty() { None } else { Some(inbox.remove(0)) }
    }

    /// One input into the engine, and what it asks for. When the engine traps the guard ends.
    fn turn(&'static self, input: Input) -> Option<Millis> {
        let last = matches!(input, Input::Stop);
        let mut input = Some(input);
        let mut done = false;
        js::caught(|| {
            let (Some(input), Ok(mut engine)) = (input.take(), self.engine.try_borrow_mut()) else { return };
            let now = clock::now();
            match input {
                Input::Event(event) => engine.handle_event(now, event),
                Input::Due => engine.handle_timeout(now),
                Input::Stop => engine.stop(now),
            }
            done = true;
        });
        if !done {
            js::complain("pagemend: the guard stopped itself after an internal error; the page goes on without it");
            self.leave(Life::Broken);
            return None;
        }
        while let Some(action) = self.engine.try_borrow_mut().ok().and_then(|mut engine| engine.poll_action()) {
            let _scope = js::Scope::open();
            self.perform(action);
        }
        if last {
            self.leave(Life::Stopped);
        }
        self.engine.try_borrow().ok()?.poll_timeout()
    }

    fn perform(&'static self, action: Action) {
        let id = action.id;
        if let Some(deed) = action.what.deed()
            && js::flag(js::get(J::of(&self.boot), "config"), "watch")
        {
            js::complain(&format!("pagemend: watching only, in development; otherwise it would {deed}"));
            return self.answer(id, Answer::Failed);
        }
        match action.what {
            Command::SampleRender { sure } => sample::soon(self, id, sure),
            Command::FetchManifest { url } => net::fetch_manifest(self, id, &url),
            Command::ScanStorage { errors } => self.answer(id, storage::scan(self, &errors)),
            Command::NoteStorage => storage::note_when_idle(self),
            Command::ScanCaches { urls, unparsed, own } => {
                caches::scan(self, id, action.deadline, [&urls, &unparsed, &own])
            }
            Command::Repair { keys, entries } => caches::repair(self, id, storage::quarantine(self, &keys), entries),
            Command::Probe { url, script } => resources::probe(self, id, &url, script),
            Command::Reinsert { url } => resources::reinsert(self, id, url),
            Command::Replace { url, to } => resources::replace(self, &url, &to),
            Command::Mend { url, to } => parts::mend(self, id, &url, &to),
            Command::AskLeave { by_user } => navigate::ask_leave(self, id, by_user),
            Command::Remember { text, mark, leaving } => {
                let ok = storage::remember(self, &text) && witness::keep(self, &mark, leaving);
                self.answer(id, Answer::Remembered { ok });
            }
            Command::Reload => navigate::again(self, id),
            Command::AskNetwork => navigate::ask_network(self, id),
            Command::Log { line } => js::tell(&line),
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
            Command::RememberConsent { granted } => queue::remember_consent(self, granted),
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
            || self.settings.own_urls.iter().any(|own| look::path(url).ends_with(own.as_str()))
            || caches::is_question(url)
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

    /// Ends the guard: the engine sends and answers what it still can, then nothing of it stays in the page. Asked for by
    /// a listener in the middle of a turn, it ends with that turn.
    pub fn stop(&'static self) {
        self.feed(Input::Stop);
    }

    fn leave(&'static self, life: Life) {
        let _scope = js::Scope::open();
        self.life.set(life);
        self.timer.stop();
        let watches = self.watches.try_borrow_mut().map(|mut kept| std::mem::take(&mut *kept));
        drop(watches);
        boot::detach(J::of(&self.boot));
        prompt::remove(self);
        typed::end(self);
        queue::release(self);
        fetch::release(self);
        asks::release(self);
        self.listeners.clear();
    }
}
