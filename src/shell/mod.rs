//! The shell: hands the browser's facts to the engine and does what the engine asks. It decides nothing, and nothing
//! that happens in it reaches the page as an exception.

mod api;
mod aside;
mod asks;
mod boot;
mod boot_events;
mod bounded;
mod caches;
pub mod callback;
mod clock;
mod consent;
pub mod console;
mod data;
mod dom_watch;
mod draft;
mod error;
mod expiry;
mod fetch;
mod field;
mod gate;
mod import;
mod key_action;
mod listeners;
mod manifest;
mod navigate;
mod net;
mod options;
mod page;
mod page_store;
mod page_watch;
mod panics;
mod parts;
mod private;
mod promise;
mod prompt;
mod queue;
mod remote;
mod resources;
mod sample;
mod state;
mod storage;
mod stuck;
mod tabs;
mod task;
mod timer;
mod typed;
mod unsaved;
pub mod watch;
pub mod web;
mod witness;

use crate::core::action::{Action, Command};
use crate::core::config::Config;
use crate::core::engine::Engine;
use crate::core::event::{Answer, Start};
use crate::core::storage::RepairDone;
use boot::Boot;
use options::Settings;
use page::Page;
use state::queues::Queues;
use state::{Above, Life};
use wasm_bindgen::prelude::*;

pub use options::read as read_options;
pub use state::Shell;

/// Of the page's own, as boot.js was told of them.
const MOST_ORIGINS: usize = 20;

impl Shell {
    /// Starts the guard on this page. `boot` is what listened so far, or undefined.
    ///
    /// # Errors
    /// Where there is no page.
    pub fn start(mut config: Config, boot: JsValue) -> Result<&'static Shell, JsValue> {
        let boot = Boot::of(boot);
        callback::set_gate(boot.gate());
        panics::tell();
        let (settings, retry) = (Settings::of(&config), config.retry);
        let page = Page::here(boot.fetch())?;
        config.origins.push(page.origin());
        let declared = boot.config().and_then(|boot| boot.origins()).unwrap_or_default();
        for origin in declared.iter().take(MOST_ORIGINS) {
            config.origins.extend(origin.as_string().map(|origin| origin.trim_end_matches('/').into()));
        }
        let queues = Queues::of(&page, queue::new_id());
        let engine = Engine::new(config, clock::seed());
        let above = Above { begin, perform, leave };
        // For the life of the page, as the module itself: everything that hears of the page refers to it.
        let shell: &'static Shell = Box::leak(Box::new(Shell::new(above, engine, page, settings, boot, queues)));
        shell.retry.set(retry);
        sample::settle(shell);
        shell.wake(Some(clock::now()));
        Ok(shell)
    }
}

/// Begins to work in a few short tasks: browsers compile a function when it is first called, and all of them in one
/// would be a long task on a slow phone. What happens meanwhile waits its turn.
fn begin(shell: &'static Shell) {
    if !shell.running() {
        return;
    }
    // First: a step that fails is taken once more.
    shell.wake(Some(clock::now()));
    let step = shell.step.get();
    match step {
        0 => {
            for watch in [
                page_watch::watch,
                dom_watch::watch,
                unsaved::watch,
                typed::watch,
                parts::watch,
                queue::watch,
                consent::watch,
                tabs::watch,
            ] {
                shell.pass(|| watch(shell));
            }
        }
        1 => {
            shell.first(Start {
                epoch: clock::epoch(),
                memory: storage::memory(shell).map(|kept| witness::memory(shell).unwrap_or(kept)),
                mark: witness::read(shell),
                queues: queue::any(shell),
                denied: consent::denied(shell),
                shared: tabs::shared(shell),
                playbook: remote::kept(shell),
                path: shell.page.path(),
                loaded: shell.page.loaded(),
                visible: shell.page.visible(),
                online: shell.page.online(),
                dropped: shell.boot.dropped_events(),
            });
        }
        2 => _ = shell.pass(|| shell.next_turn()),
        _ => {
            boot_events::attach(shell);
            shell.beginning.set(false);
            shell.due();
        }
    }
    shell.step.set(step + 1);
}

fn perform(shell: &'static Shell, action: Action) {
    let id = action.id;
    if let Some(deed) = action.what.deed()
        && shell.boot.only_watches()
    {
        console::complain(&format!("pagemend: watching only, in development; otherwise it would {deed}"));
        return shell.answer(id, Answer::Failed);
    }
    match action.what {
        Command::SampleRender { sure, marks } => sample::soon(shell, id, sure, marks),
        Command::FetchManifest { url } => manifest::fetch(shell, id, action.deadline, &url),
        Command::ScanStorage { errors } => shell.answer(id, storage::scan(shell, &errors)),
        Command::NoteStorage => storage::note_when_idle(shell),
        Command::ScanCaches { urls, unparsed, own } => {
            caches::scan(shell, id, action.deadline, caches::Question { urls, unparsed, own });
        }
        Command::ProbeStores => stuck::probe(shell, id),
        Command::Repair(what) => caches::repair(shell, id, what),
        Command::PutBack { keys } => task::spawn(shell, async move {
            let mut done = RepairDone::default();
            aside::put_back(shell, &keys, &mut done).await;
            shell.answer(id, Answer::Repaired(done));
        }),
        Command::Probe { url, script } => resources::probe(shell, id, &url, script),
        Command::Reinsert { url } => resources::reinsert(shell, id, &url),
        Command::Replace { url, to } => resources::replace(shell, &url, &to),
        Command::Mend { url, to } => parts::mend(shell, id, &url, &to),
        Command::AskLeave { by_user } => navigate::ask_leave(shell, id, by_user),
        Command::Remember { text, mark, leaving } => {
            let ok = storage::remember(shell, &text) && witness::keep(shell, &mark, leaving);
            shell.answer(id, Answer::Remembered { ok });
        }
        Command::Reload(refresh) => navigate::again(shell, id, refresh),
        Command::OpenWindow => navigate::open_window(shell),
        Command::AskNetwork => navigate::ask_network(shell, id),
        Command::Log { line } => console::tell(&line),
        Command::Navigate { url } => navigate::leave_for(shell, id, &url),
        Command::RenewLink { url } => net::renew_link(shell, id, action.deadline, &url),
        Command::RenewDeclared { id: declared } => expiry::renew(shell, id, declared),
        Command::ReadClock => expiry::read_clock(shell),
        Command::Prompt(spec) => prompt::show(shell, id, &spec),
        Command::LastResort => shell.boot.last_resort(),
        Command::ClosePrompt { prompt } => prompt::close(shell, prompt),
        Command::Send { request, attempt } => fetch::send(shell, request, attempt),
        Command::Abort { request, attempt } => fetch::abort(shell, request, attempt),
        Command::Settle { request } => fetch::settle(shell, request),
        Command::Post { url, body } => net::post(shell, id, &url, &body),
        Command::SaveQueue { text, gone } => shell.answer(id, Answer::Saved(queue::save(shell, &text, &gone))),
        Command::LeaveQueue { text, url, body, rest } => queue::leave(shell, &text, &url, [&body, &rest]),
        Command::AdoptQueues => queue::adopt(shell, id),
        Command::DropQueues => queue::drop_all(shell),
        Command::RememberConsent { granted } => consent::remember(shell, granted),
        Command::Share { text } => tabs::share(shell, &text),
        Command::FetchPlaybook(source) => remote::fetch(shell, id, action.deadline, source),
        Command::KeepPlaybook { text } => remote::keep(shell, &text),
        Command::SwitchOff => remote::switch_off(shell),
        Command::RetryBy(policy) => shell.retry.set(policy),
        Command::Warn { line } => console::warn(&line),
        Command::Reply { ask, reply } => asks::reply(shell, ask, reply),
        Command::Notify(notice) => listeners::notify(shell, &notice),
    }
}

fn leave(shell: &'static Shell, life: Life) {
    if !shell.running() {
        return;
    }
    shell.life.set(life);
    // One by one: what cannot be done keeps nothing else from going.
    let steps: [&dyn Fn(); 9] = [
        &|| shell.timer.clear(),
        &|| drop(shell.watches.try_borrow_mut().map(|mut kept| std::mem::take(&mut *kept))),
        &|| boot_events::detach(shell, life),
        &|| prompt::remove(shell),
        &|| typed::end(shell),
        &|| draft::end(shell),
        &|| queue::release(shell),
        &|| fetch::release(shell),
        &|| asks::release(shell),
    ];
    for step in steps {
        shell.pass(step);
    }
    shell.listeners.clear();
    shell.renewals.clear();
}
