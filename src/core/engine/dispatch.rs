//! Which rule a fact, an answer or the timer concerns. No rule of its own.

use super::state::{Engine, Role};
use super::tokens::Asker;
use crate::core::action::Action;
use crate::core::event::{Answer, Event, ResourceKind, Served, Start};
use crate::core::freshness::{self, Need, expiry};
use crate::core::incident::{self, evidence};
use crate::core::prompt::choice;
use crate::core::render;
use crate::core::retry;
use crate::core::snapshot::Timer;
use crate::core::storage;
use crate::core::telemetry::{self, redact};
use crate::core::time::Millis;
use std::mem::take;

impl Engine {
    /// Takes in one fact. Read `poll_action` until it is empty, then `poll_timeout`, after every call.
    pub fn handle_event(&mut self, now: Millis, mut event: Event) {
        self.now = self.now.max(now);
        // What a guard that was switched off at its start has asked for is for the next page.
        let late = matches!(&event, Event::Answered { answer: Answer::Playbook(_), .. });
        if (self.stopped && !late) || (!self.started && !matches!(event, Event::Started(_))) {
            return;
        }
        // Looked at in place, so that it is dropped in one place.
        match &mut event {
            Event::Started(start) => self.start(start),
            Event::ScriptFailed { rejection, text, source } => {
                self.tell_incident(incident::Event::ScriptFailed { text, source, rejection: *rejection });
                self.tell_storage(storage::Event::ScriptFailed { text: take(text), source: take(source) });
            }
            Event::JsonRefused { text } => self.tell_storage(storage::Event::JsonRefused(take(text))),
            Event::ResourceFailed { url, kind, critical, html, status } => {
                let (kind, critical, html, status) = (*kind, *critical, *html, *status);
                self.tell_incident(incident::Event::ResourceFailed { url, kind, critical, html, status });
                let frame = kind == ResourceKind::Frame;
                if frame || kind == ResourceKind::Other {
                    self.tell_retry(retry::Event::PartFailed { url: take(url), status, frame, seen: critical });
                }
            }
            Event::ResourceSettled { url, kind, healed, from, tries } => {
                let (kind, healed, tries) = (*kind, *healed, *tries);
                self.tell_retry(retry::Event::TriedElsewhere { url: url.clone(), tries, recovered: healed });
                self.tell_incident(incident::Event::ResourceSettled { url, kind, healed, from, tries });
            }
            Event::ImportFailed { url, text } => self.tell_incident(incident::Event::ImportFailed { url, text }),
            Event::ImportHealed { url } => self.import_healed(take(url)),
            Event::PolicyViolated { directive, blocked } => {
                self.found(evidence::blocked_by_policy(directive, blocked));
            }
            Event::EngineOriginFailed { url, why } => self.found(evidence::engine_origin(url, why)),
            Event::Connection { online } => self.connection(*online),
            Event::Looping { documents } => self.tell_incident(incident::Event::Looping { documents: *documents }),
            Event::WayMade(way) => self.tell_incident(incident::Event::WayMade(*way)),
            Event::Altered => self.tell_incident(incident::Event::Altered),
            Event::Visibility { visible } => self.visibility(*visible),
            Event::PageLoaded => self.tell_render(render::Event::Loaded),
            Event::PageHiding => self.page_hiding(),
            Event::PageShown { restored } => self.page_shown(*restored),
            Event::ContentRemoved => self.tell_render(render::Event::ViewChanged),
            Event::RouteChanged { path } => self.route_changed(path),
            Event::Progress => self.tell_render(render::Event::Progress),
            Event::Changed { grew } => self.tell_render(render::Event::Changed { grew: *grew }),
            Event::CallFailed { url, status } => {
                self.found(evidence::call_failed(url, *status));
                // HTML with status 200 is no good answer.
                if *status > 200 {
                    self.call_answered(url, *status, "");
                }
            }
            Event::CallHangs { url } => self.found(evidence::call_hangs(url)),
            Event::Complained { text } => self.found(evidence::complaint(text)),
            Event::GuardFailed { message, place } => {
                let (message, place) = (take(message), take(place));
                self.tell_guard_failed(&message, &place);
            }
            Event::Unreachable { url } => self.found(evidence::unreachable(url)),
            Event::Step(step) => self.stepped(step),
            Event::Consent(consent) => self.tell_telemetry(telemetry::Event::Consent(*consent)),
            Event::RequestStarted { id: request, url, safe, keyed } => {
                let (url, safe, keyed) = (take(url), *safe, *keyed);
                self.tell_retry(retry::Event::Started { request: *request, url, safe, keyed });
            }
            Event::RequestEnded { id: request, attempt, outcome } => {
                self.request_answered(*request, outcome);
                let outcome = outcome.clone();
                self.tell_retry(retry::Event::Ended { request: *request, attempt: *attempt, outcome });
            }
            Event::ExpiryDeclared(declared) => self.tell_expiry(expiry::Event::Declared(declared.clone())),
            Event::ExpiryTakenBack { id } => self.tell_expiry(expiry::Event::TakenBack(*id)),
            Event::Dated { dated, epoch } => self.tell_expiry(expiry::Event::Dated { dated: *dated, epoch: *epoch }),
            Event::Clock { epoch } => self.tell_expiry(expiry::Event::Clock { epoch: *epoch }),
            Event::KeyActionAsked { ask, name } => self.key_action_asked(*ask, take(name)),
            Event::KeyActionEnded { name, settled } => self.key_action_ended(name, *settled),
            Event::RenderAsked { ask } => self.tell_render(render::Event::Asked { by: *ask }),
            Event::FreshnessAsked { ask } => self.ask_freshness(Asker::Page(*ask), Need::Agreement),
            Event::RepairAsked { ask, wish } => {
                let by = Asker::Page(*ask);
                self.tell_storage(storage::Event::RepairAsked { by, wish: take(wish) });
            }
            Event::Shared { text } => self.tell_freshness(freshness::Event::Heard { shared: take(text) }),
            Event::StoryAsked { ask, incident } => self.story_asked(*ask, incident),
            Event::StateAsked { ask } => self.state_asked(*ask),
            Event::PromptAsked { ask, kind, detail } => self.prompt_asked(*ask, *kind, detail),
            Event::Answered { id, answer } => {
                if let Some(at) = self.waiting.iter().position(|w| w.id == *id) {
                    let role = self.waiting.remove(at).role;
                    self.answered(role, answer);
                }
            }
        }
    }

    /// Does whatever is due by `now`.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.now = self.now.max(now);
        if self.stopped || !self.started {
            return;
        }
        while let Some(at) = self.waiting.iter().position(|w| w.deadline <= self.now) {
            let role = self.waiting.remove(at).role;
            let mut late = match role {
                // One that nobody answers was shown all the same.
                Role::Prompt(_) => Answer::Choice(choice::NONE.into()),
                _ => Answer::Failed,
            };
            self.answered(role, &mut late);
        }
        self.render_due();
        self.retry_due();
        self.freshness_due();
        self.expiry_due();
        self.incident_due();
        self.network_due();
        self.playbook_due();
        self.telemetry_due();
    }

    pub fn poll_action(&mut self) -> Option<Action> {
        (!self.out.is_empty()).then(|| self.out.remove(0))
    }

    /// The one timer to arm. Read it again after every `handle_*`.
    pub fn poll_timeout(&self) -> Option<Millis> {
        if self.stopped {
            return None;
        }
        self.dues().map(|(_, due)| due).min()
    }

    /// What the one timer is for: who waits for it, and until when.
    pub(super) fn dues(&self) -> impl Iterator<Item = (Timer, Millis)> {
        let dues = [
            (Timer::Network, Some(self.network.due)),
            (Timer::Render, self.render.poll_timeout()),
            (Timer::Retry, self.retry.poll_timeout()),
            (Timer::Freshness, self.freshness.poll_timeout()),
            (Timer::Expiry, self.expiry.poll_timeout()),
            (Timer::Incident, self.incident.poll_timeout()),
            (Timer::Playbook, self.playbook.poll_timeout()),
            (Timer::Telemetry, self.telemetry.poll_timeout()),
            (Timer::Answer, self.waiting.iter().map(|waiting| waiting.deadline).min()),
        ];
        dues.into_iter().filter_map(|(timer, due)| Some((timer, due?))).filter(|(_, due)| *due < Millis::NEVER)
    }

    /// Ends everything: open incidents are abandoned, held requests are given back, prompts go.
    pub fn stop(&mut self, now: Millis) {
        self.now = self.now.max(now);
        if self.stopped || !self.started {
            self.stopped = true;
            return;
        }
        self.page_hiding();
        self.stop_prompt();
        self.stop_retry();
        self.stop_expiry();
        for waiting in take(&mut self.waiting) {
            self.answer_for_nobody(waiting.role);
        }
        self.stop_rooms();
        self.stopped = true;
    }

    fn start(&mut self, start: &mut Start) {
        if self.started {
            return;
        }
        self.started = true;
        self.epoch_at_zero = start.epoch.saturating_sub(self.now.0);
        self.path = redact::url(&start.path);
        self.visible = start.visible;
        self.dropped = start.dropped;
        self.memory = start.memory.as_deref().map(|kept| Engine::restore(kept, start.mark.as_deref()));
        if !self.start_playbook(start) {
            self.stopped = true;
            return;
        }
        if let Some(memory) = &self.memory {
            let dead = memory.dead.clone();
            self.tell_retry(retry::Event::Remembered { epoch: start.epoch, dead });
        }
        let session = self.memory.as_ref().map_or_else(String::new, |memory| memory.session.clone());
        let Start { queues, denied, .. } = *start;
        self.tell_telemetry(telemetry::Event::Started { queues, denied, session });
        self.tell_render(render::Event::Started { loaded: start.loaded, visible: start.visible });
        self.start_incident(start);
        let Start { epoch, visible, .. } = *start;
        self.start_expiry(epoch, visible);
        self.tell_freshness(freshness::Event::Started { epoch, visible, shared: start.shared.clone() });
        if !start.online {
            self.connection(false);
        }
    }

    fn answered(&mut self, role: Role, answer: &mut Answer) {
        match role {
            Role::Sample => self.sampled(answer),
            Role::Probe(ticket) => self.probe_ended(ticket, answer),
            Role::Reinsert(case) => self.tell_incident(incident::Event::Reinserted(case)),
            Role::AskedLeave(case, by_user) => self.leave_told(case, by_user, answer),
            Role::Remember(case, leave) => {
                let ok = matches!(answer, Answer::Remembered { ok: true });
                self.tell_incident(incident::Event::Remembered { case, leave, ok });
            }
            Role::Leaving(case) => self.tell_incident(incident::Event::StillHere(case)),
            Role::Link(case) => self.link_told(case, answer),
            Role::Renewal(id) => self.renewal_told(id, answer),
            Role::Prompt(ticket) => self.prompt_answered(ticket, answer),
            Role::Playbook => self.playbook_came(answer),
            Role::AskedReload => self.asked_reload_told(answer),
            Role::Manifest => self.tell_freshness(freshness::Event::Served(served(answer))),
            Role::StorageScan(ticket) => self.storage_scanned(ticket, answer),
            Role::CacheScan(ticket) => self.caches_scanned(ticket, answer),
            Role::StoreProbe(ticket) => self.stores_probed(ticket, answer),
            Role::Repair(ticket) => self.repair_ended(ticket, answer),
            Role::Mend(url) => self.mended(url, answer),
            Role::Network => self.network_told(matches!(answer, Answer::Probed { ok: true })),
            Role::Post(ticket) => self.posted(ticket, answer),
            Role::Saved(ticket) => self.saved(ticket, answer),
            Role::Adopt(ticket) => self.adopted(ticket, answer),
        }
    }

    /// Who waits for the page's own code must never wait for ever.
    pub(super) fn answer_for_nobody(&mut self, role: Role) {
        match role {
            Role::Prompt(ticket) => self.prompt_answered(ticket, &mut Answer::Choice(choice::NONE.into())),
            Role::Manifest => self.tell_freshness(freshness::Event::Served(Served::default())),
            Role::StorageScan(ticket) => self.storage_scanned(ticket, &mut Answer::Failed),
            Role::CacheScan(ticket) => self.caches_scanned(ticket, &mut Answer::Failed),
            Role::StoreProbe(ticket) => self.stores_probed(ticket, &mut Answer::Failed),
            Role::Repair(ticket) => self.repair_ended(ticket, &Answer::Failed),
            Role::Probe(ticket) => self.probe_ended(ticket, &Answer::Failed),
            Role::Mend(url) => self.mended(url, &Answer::Failed),
            Role::Renewal(id) => self.renewal_told(id, &mut Answer::Failed),
            // Else nothing would ever be sent again.
            Role::Post(ticket) => self.posted(ticket, &Answer::Failed),
            Role::Saved(ticket) => self.saved(ticket, &Answer::Failed),
            _ => {}
        }
    }
}

fn served(answer: &mut Answer) -> Served {
    if let Answer::Manifest(served) = answer { take(served) } else { Served::default() }
}
