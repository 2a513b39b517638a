//! The corridor: hands facts to the rooms, and what a room signals to those whom it concerns. No rule of its own.
//!
//! What `render`, `retry` and `incident` signal is taken out before the first of it is passed on: a room that is told something in answer to one
//! signal is heard at once, before the next one. So things happen in the order in which they follow from each other.

use super::state::{Engine, Role, limit};
use super::tokens::{Asker, Speaker};
use crate::core::action::{Command, Notice, Reply, RetryOutcome};
use crate::core::event::Answer;
use crate::core::freshness::{self, Need};
use crate::core::id::AskId;
use crate::core::incident::{self, CaseId, Fate, Finding, evidence};
use crate::core::playbook;
use crate::core::prompt::{self, choice};
use crate::core::render;
use crate::core::retry::{self, Failure, Mended, Next};
use crate::core::storage;
use crate::core::telemetry::log::Retries;
use crate::core::telemetry::{self, Scene};
use crate::core::time::Millis;
use std::iter::from_fn;
use std::mem::take;
use std::rc::Rc;

impl Engine {
    pub(super) fn stop_retry(&mut self) {
        self.retry.stop();
        self.pass_on_retry();
    }

    pub(super) fn stop_rooms(&mut self) {
        self.playbook.stop();
        self.freshness.stop();
        self.pass_on_freshness();
        self.storage.stop();
        self.pass_on_storage();
        self.render.stop();
        self.pass_on_render();
    }

    // ---- freshness ----

    pub(super) fn ask_freshness(&mut self, by: Asker, need: Need) {
        self.tell_freshness(freshness::Event::Asked { by, need });
    }

    pub(super) fn tell_freshness(&mut self, event: freshness::Event<Asker>) {
        self.freshness.handle_event(self.now, event);
        self.pass_on_freshness();
    }

    pub(super) fn freshness_due(&mut self) {
        self.freshness.handle_timeout(self.now);
        self.pass_on_freshness();
    }

    fn pass_on_freshness(&mut self) {
        while let Some(signal) = self.freshness.poll_signal() {
            match signal {
                freshness::Signal::FetchManifest { url, within } => {
                    self.ask(within, Role::Manifest, Command::FetchManifest { url });
                }
                freshness::Signal::Told { to: Asker::Page(ask), verdict } => {
                    self.reply(ask, Reply::Freshness(verdict));
                }
                freshness::Signal::Told { to: Asker::KeyAction { ask, name, insists }, verdict } => {
                    self.key_freshness_told(ask, name, insists, &verdict);
                }
                freshness::Signal::Told { to: Asker::Nobody, .. } => {}
                freshness::Signal::Told { to: Asker::Incident(case), verdict } => {
                    self.tell_incident(incident::Event::Freshness { case, verdict: &verdict });
                }
                freshness::Signal::Outdated => self.say_outdated(),
                freshness::Signal::Share { text } => self.tell(Command::Share { text }),
            }
        }
    }

    // ---- storage ----

    pub(super) fn tell_storage(&mut self, event: storage::Event<Asker>) {
        self.storage.handle_event(self.now, event);
        self.pass_on_storage();
    }

    pub(super) fn storage_scanned(&mut self, ticket: storage::Ticket, answer: &mut Answer) {
        let entries = if let Answer::Storage(entries) = answer { Some(take(entries)) } else { None };
        self.tell_storage(storage::Event::StorageScanned { ticket, entries });
    }

    pub(super) fn caches_scanned(&mut self, ticket: storage::Ticket, answer: &mut Answer) {
        let facts = if let Answer::Caches(facts) = answer { Some(take(facts)) } else { None };
        self.tell_storage(storage::Event::CachesScanned { ticket, facts });
    }

    pub(super) fn stores_probed(&mut self, ticket: storage::Ticket, answer: &mut Answer) {
        let stuck = if let Answer::Stores(stuck) = answer { Some(take(stuck)) } else { None };
        self.tell_storage(storage::Event::StoresProbed { ticket, stuck });
    }

    pub(super) fn repair_ended(&mut self, ticket: storage::Ticket, answer: &Answer) {
        let done = if let Answer::Repaired(done) = answer { Some(*done) } else { None };
        self.tell_storage(storage::Event::RepairEnded { ticket, done });
    }

    fn pass_on_storage(&mut self) {
        while let Some(signal) = self.storage.poll_signal() {
            match signal {
                storage::Signal::ScanStorage { ticket, errors } => {
                    self.ask(limit::SCAN, Role::StorageScan(ticket), Command::ScanStorage { errors });
                }
                storage::Signal::ScanCaches { ticket, urls, unparsed, own } => {
                    self.ask(limit::COMPARE, Role::CacheScan(ticket), Command::ScanCaches { urls, unparsed, own });
                }
                storage::Signal::ProbeStores { ticket } => {
                    self.ask(limit::STORES, Role::StoreProbe(ticket), Command::ProbeStores);
                }
                storage::Signal::Repair { ticket, what } => {
                    self.ask(limit::REPAIR, Role::Repair(ticket), Command::Repair(what));
                }
                storage::Signal::PutBack { ticket, keys } => {
                    self.ask(limit::REPAIR, Role::Repair(ticket), Command::PutBack { keys });
                }
                storage::Signal::Note => self.tell(Command::NoteStorage),
                storage::Signal::Found { to, damage } => {
                    if let Asker::Incident(case) = to {
                        let storage::Damage { keys, entries, renewed, unsupported, stuck, evict } = damage;
                        let unsupported = unsupported.into_iter().map(|script| (script.error, script.source)).collect();
                        let repair = storage::Repair { keys, entries, evict };
                        let damage = incident::Damage { repair, renewed, unsupported, stuck };
                        self.tell_incident(incident::Event::Damage { case, damage });
                    }
                }
                storage::Signal::Suspected { to, entries } => {
                    if let Asker::Incident(case) = to {
                        self.tell_incident(incident::Event::Suspects { case, entries });
                    }
                }
                storage::Signal::Repaired { to: Asker::Incident(case), report, ok } => {
                    self.tell_incident(incident::Event::Repaired { case, report, ok });
                }
                storage::Signal::Repaired { to: Asker::Page(ask) | Asker::KeyAction { ask, .. }, report, .. } => {
                    self.notify(Notice::Repair(report.clone()));
                    self.reply(ask, Reply::Repair(report));
                }
                storage::Signal::Repaired { to: Asker::Nobody, report, .. } => {
                    if !report.entries.is_empty() {
                        self.notify(Notice::Repair(report));
                    }
                }
            }
        }
    }

    // ---- render ----

    pub(super) fn tell_render(&mut self, event: render::Event<AskId>) {
        let trouble = self.trouble();
        self.render.handle_event(self.now, render::Event::Trouble(trouble));
        self.render.handle_event(self.now, event);
        self.pass_on_render();
    }

    pub(super) fn render_due(&mut self) {
        let trouble = self.trouble();
        self.render.handle_event(self.now, render::Event::Trouble(trouble));
        self.render.handle_timeout(self.now);
        self.pass_on_render();
    }

    pub(super) fn sampled(&mut self, answer: &Answer) {
        let facts = if let Answer::Rendered(facts) = answer { Some(facts.clone()) } else { None };
        self.tell_render(render::Event::Sampled(facts));
    }

    fn pass_on_render(&mut self) {
        let signals: Vec<_> = from_fn(|| self.render.poll_signal()).collect();
        for signal in signals {
            match signal {
                render::Signal::Sample { sure, marks } => {
                    self.ask(limit::SAMPLE, Role::Sample, Command::SampleRender { sure, marks });
                }
                render::Signal::Replace { url, to } => self.tell(Command::Replace { url, to }),
                render::Signal::PicturesLost => self.found(evidence::pictures_lost()),
                render::Signal::Hangs { url } => self.found(evidence::resource_hangs(&url)),
                render::Signal::Judged { verdict, confirmed, to } => self.page_judged(*verdict, confirmed, to),
                render::Signal::Told { to, verdict } => self.reply(to, Reply::Render(Rc::new(*verdict))),
            }
        }
    }

    // ---- retry ----

    pub(super) fn tell_retry(&mut self, event: retry::Event<CaseId>) {
        self.retry.handle_event(self.now, event);
        self.pass_on_retry();
    }

    pub(super) fn retry_due(&mut self) {
        while self.retry.poll_timeout().is_some_and(|due| due <= self.now) {
            self.retry.handle_timeout(self.now);
            self.pass_on_retry();
        }
    }

    pub(super) fn mended(&mut self, url: String, answer: &Answer) {
        let mended = match answer {
            Answer::Probed { ok: true } => Mended::Came,
            Answer::Done => Mended::Unused,
            _ => Mended::Failed,
        };
        self.tell_retry(retry::Event::Mended { url, mended });
    }

    pub(super) fn probe_ended(&mut self, ticket: retry::Ticket, answer: &Answer) {
        let ok = matches!(answer, Answer::Probed { ok: true });
        self.tell_retry(retry::Event::ProbeEnded { ticket, ok });
    }

    fn pass_on_retry(&mut self) {
        let signals: Vec<_> = from_fn(|| self.retry.poll_signal()).collect();
        for signal in signals {
            match signal {
                retry::Signal::Send { request, attempt, of } => {
                    self.tell(Command::Send { request, attempt });
                    if let Some(of) = of {
                        self.tell_incident(incident::Event::RequestSent { of, attempt });
                    }
                }
                retry::Signal::Abort { request, attempt } => self.tell(Command::Abort { request, attempt }),
                retry::Signal::Settle { request } => self.tell(Command::Settle { request }),
                retry::Signal::Answered => self.answered_at_all(),
                retry::Signal::Failed { request, of, url, failure, submitting, next } => {
                    let (found, fate) = (finding(&url, failure), fate(next));
                    let url = &url;
                    self.tell_incident(incident::Event::RequestFailed { request, of, url, found, submitting, fate });
                }
                retry::Signal::GivenUp { request, of, next } => {
                    self.tell_incident(incident::Event::RequestGivenUp { request, of, fate: fate(next) });
                }
                retry::Signal::Offline { request } => self.tell_incident(incident::Event::RequestOffline(request)),
                retry::Signal::Over { request, of, answered } => {
                    self.tell_incident(incident::Event::RequestOver { request, of, answered });
                }
                retry::Signal::Expired { url } => {
                    self.tell_incident(incident::Event::LinkExpired { url: &url, renewed: None });
                }
                retry::Signal::Refused { url, code, status } => {
                    self.tell_incident(incident::Event::Refused { url: &url, code: &code, status });
                }
                retry::Signal::Mend { url, to, within } => {
                    self.ask(within, Role::Mend(url.clone()), Command::Mend { url, to });
                }
                retry::Signal::Lost { url } => self.tell(Command::Mend { url, to: String::new() }),
                retry::Signal::Probe { ticket, url, script, within } => {
                    self.ask(within, Role::Probe(ticket), Command::Probe { url, script });
                }
                retry::Signal::Probed { to: case, alive } => {
                    self.tell_incident(incident::Event::Probed { case, alive });
                }
                retry::Signal::Retrying { url, attempt, wait } => {
                    let url = self.telemetry.address(&url);
                    self.notify(Notice::Retry { url, attempt, wait, outcome: RetryOutcome::Waiting });
                }
                retry::Signal::Retried { url, attempt, recovered } => {
                    let url = self.telemetry.address(&url);
                    let outcome = if recovered { RetryOutcome::Recovered } else { RetryOutcome::Lost };
                    self.notify(Notice::Retry { url, attempt, wait: Millis(0), outcome });
                }
                retry::Signal::Dropped => self.dropped += 1,
            }
        }
    }

    // ---- prompt ----

    pub(super) fn stop_prompt(&mut self) {
        self.prompt.stop();
        self.pass_on_prompt();
    }

    pub(super) fn prompt_answered(&mut self, ticket: prompt::Ticket, answer: &mut Answer) {
        self.prompt.handle_event(match answer {
            Answer::Choice(choice) => prompt::Event::Answered { ticket, choice: take(choice) },
            _ => prompt::Event::NotShown { ticket },
        });
        self.pass_on_prompt();
    }

    pub(super) fn pass_on_prompt(&mut self) {
        while let Some(signal) = self.prompt.poll_signal() {
            match signal {
                prompt::Signal::Show { ticket, spec } => {
                    let kind = spec.kind;
                    self.prompting = self.ask(limit::PROMPT, Role::Prompt(ticket), Command::Prompt(spec));
                    self.notify(Notice::Prompt { kind });
                }
                prompt::Signal::Close => {
                    let prompt = self.prompting;
                    if let Some(at) = self.waiting.iter().position(|waiting| waiting.id == prompt) {
                        self.waiting.remove(at);
                    }
                    self.tell(Command::ClosePrompt { prompt });
                }
                prompt::Signal::LastResort => self.tell(Command::LastResort),
                prompt::Signal::Answered { to: Speaker::Incident(case), choice } => {
                    self.tell_incident(incident::Event::Chosen { case, choice: &choice });
                }
                prompt::Signal::Answered { to: Speaker::Page(ask, about), choice } => {
                    self.asked_prompt_answered(ask, about, choice);
                }
                prompt::Signal::Answered { to: Speaker::KeyAction(ask, name, required), choice } => {
                    self.key_prompt_answered(ask, name, required, &choice);
                }
                prompt::Signal::Answered { to: Speaker::Freshness, choice } => self.outdated_answered(&choice),
                prompt::Signal::GivenUp { to: Speaker::Page(ask, _) } => {
                    self.reply(ask, Reply::Choice(choice::NONE.into()));
                }
                prompt::Signal::Answered { to: Speaker::Expiry(id), choice } => {
                    self.expiry_prompt_answered(id, &choice);
                }
                prompt::Signal::GivenUp { to: Speaker::KeyAction(ask, name, required) } => {
                    self.key_prompt_answered(ask, name, required, choice::NONE);
                }
                prompt::Signal::GivenUp { to: Speaker::Freshness } => self.tell_freshness(freshness::Event::Unsaid),
                prompt::Signal::Answered { to: Speaker::Playbook, .. } => {
                    self.tell_playbook(playbook::Event::Over { displaced: false });
                }
                prompt::Signal::GivenUp { to: Speaker::Playbook } => {
                    self.tell_playbook(playbook::Event::Over { displaced: true });
                }
                prompt::Signal::GivenUp { to: Speaker::Incident(_) | Speaker::Expiry(_) } => {}
            }
        }
    }

    // ---- telemetry ----

    pub(super) fn tell_telemetry(&mut self, event: telemetry::Event) {
        self.telemetry.handle_event(self.now, event);
        self.pass_on_telemetry();
    }

    pub(super) fn telemetry_due(&mut self) {
        self.telemetry.handle_timeout(self.now);
        self.pass_on_telemetry();
    }

    fn scene(&self) -> Scene {
        Scene { path: self.path.clone(), step: self.step(), epoch: self.epoch() }
    }

    pub(super) fn tell_page_seen(&mut self, verdict: &str) {
        let scene = self.scene();
        self.tell_telemetry(telemetry::Event::PageSeen { verdict, scene });
    }

    pub(super) fn tell_guard_failed(&mut self, message: &str, place: &str) {
        let scene = self.scene();
        self.tell_telemetry(telemetry::Event::GuardFailed { message, place, scene });
    }

    pub(super) fn tell_playbook_refused(&mut self, why: &str) {
        let scene = self.scene();
        self.tell_telemetry(telemetry::Event::PlaybookRefused { why, scene });
    }

    fn sum_of_retries(&mut self) -> Retries {
        let retry::Sum { asked, recovered, lost } = self.retry.take_sum();
        Retries { asked, recovered, lost }
    }

    pub(super) fn tell_hidden(&mut self) {
        let scene = self.scene();
        let retries = self.sum_of_retries();
        self.tell_telemetry(telemetry::Event::Hidden { retries, scene });
    }

    pub(super) fn tell_left(&mut self) {
        let scene = self.scene();
        let retries = self.sum_of_retries();
        self.tell_telemetry(telemetry::Event::Left { retries, scene });
    }

    pub(super) fn posted(&mut self, ticket: telemetry::Ticket, answer: &Answer) {
        let outcome = if let Answer::Posted(outcome) = answer { Some(*outcome) } else { None };
        self.tell_telemetry(telemetry::Event::Posted { ticket, outcome });
    }

    pub(super) fn saved(&mut self, ticket: telemetry::Ticket, answer: &Answer) {
        let saved = if let Answer::Saved(saved) = answer { Some(*saved) } else { None };
        self.tell_telemetry(telemetry::Event::Saved { ticket, saved });
    }

    pub(super) fn adopted(&mut self, ticket: telemetry::Ticket, answer: &mut Answer) {
        if let Answer::Adopted(queues) = answer {
            self.tell_telemetry(telemetry::Event::Adopted { ticket, queues: take(queues) });
        }
    }

    fn pass_on_telemetry(&mut self) {
        while let Some(signal) = self.telemetry.poll_signal() {
            match signal {
                telemetry::Signal::Save { ticket, text, gone } => {
                    self.ask(limit::MEMORY, Role::Saved(ticket), Command::SaveQueue { text, gone });
                }
                telemetry::Signal::Post { ticket, url, body } => {
                    self.ask(limit::POST, Role::Post(ticket), Command::Post { url, body });
                }
                telemetry::Signal::Adopt { ticket } => {
                    self.ask(limit::ADOPT, Role::Adopt(ticket), Command::AdoptQueues);
                }
                telemetry::Signal::Leave { text, url, body, rest } => {
                    self.tell(Command::LeaveQueue { text, url, body, rest });
                }
                telemetry::Signal::DropQueues => self.tell(Command::DropQueues),
                telemetry::Signal::RememberConsent { granted } => self.tell(Command::RememberConsent { granted }),
                telemetry::Signal::RememberSession(session) => {
                    if let Some(memory) = &mut self.memory {
                        memory.session = session;
                        self.remember();
                    }
                }
                telemetry::Signal::Told { sent, kept, dropped } => {
                    let dropped = dropped + take(&mut self.dropped);
                    self.notify(Notice::Telemetry { sent, kept, dropped });
                }
            }
        }
    }
}

/// What the failure of a request proves.
fn finding(url: &str, failure: Failure) -> Finding {
    match failure {
        Failure::Unanswered => evidence::network_error(url),
        Failure::TimedOut => evidence::api_hang(url),
        Failure::Overloaded(status) => evidence::overloaded(url, status),
        Failure::Broken(status) => evidence::api_error(url, status),
    }
}

fn fate(next: Next) -> Fate {
    match next {
        Next::Again => Fate::SentAgain,
        Next::Held => Fate::Held,
        Next::GivenBack => Fate::GivenBack,
    }
}
