//! Questions of the page's own code: prompts, key actions.

use super::state::{Engine, Role, limit};
use super::tokens::{Asker, Speaker};
use crate::core::action::{Command, Notice, Reply};
use crate::core::event::{Answer, Readiness};
use crate::core::freshness::{self, Freshness, FreshnessVerdict, Need, expiry};
use crate::core::id::AskId;
use crate::core::incident::{self, CaseId};
use crate::core::prompt::{self, PromptKind, Subject, choice};
use crate::core::refresh::Refresh;
use crate::core::render;
use crate::core::snapshot::{InForce, Snapshot};

const MAX_KEYS: usize = 16;

impl Engine {
    // ---- prompts ----

    pub(super) fn prompt_asked(&mut self, ask: AskId, kind: PromptKind, detail: &str) {
        if self.playbook.plan().silent {
            return self.reply(ask, Reply::Choice(choice::NONE.into()));
        }
        let about = self.incident.explained_by_page();
        let mut subject = Subject { explanation: detail, in_place: true, ..Subject::default() };
        let case = about.map(|(case, incident)| {
            (subject.incident, subject.reference) = (&incident.id, &incident.reference);
            case
        });
        let by = Speaker::Page(ask, case);
        self.prompt.handle_event(prompt::Event::Said { by, waits: true, kind, subject: &subject });
        self.pass_on_prompt();
        if let Some(case) = case {
            self.tell_incident(incident::Event::PageExplains { case, kind });
        }
    }

    pub(super) fn asked_prompt_answered(&mut self, ask: AskId, about: Option<CaseId>, chosen: String) {
        self.notify(Notice::Answered { choice: chosen.clone() });
        if let Some(case) = about {
            self.tell_incident(incident::Event::PageHeard { case, choice: &chosen });
        }
        let reload = chosen == choice::RELOAD;
        self.reply(ask, Reply::Choice(chosen));
        // The button says so, and the page need not know how a page is left without harm.
        if reload {
            self.ask(limit::LEAVE, Role::AskedReload, Command::AskLeave { by_user: true });
        }
    }

    pub(super) fn asked_reload_told(&mut self, answer: &Answer) {
        match answer {
            Answer::Leave(Readiness::Forbidden) => {}
            Answer::Leave(Readiness::NoPage { .. }) => {
                if let Some(url) = self.config.landing.clone() {
                    self.tell(Command::Navigate { url });
                }
            }
            _ => self.tell(Command::Reload(Refresh { by_user: true, ..Refresh::default() })),
        }
    }

    pub(super) fn story_asked(&mut self, ask: AskId, incident: &str) {
        let story = self.incident.story(incident).map(|incident| Box::new(self.telemetry.named(incident)));
        self.reply(ask, Reply::Story(story));
    }

    /// From now on the marks of each look are kept, too.
    pub(super) fn state_asked(&mut self, ask: AskId) {
        self.tell_render(render::Event::Watched);
        self.reply(ask, Reply::State(Box::new(self.snapshot())));
    }

    fn snapshot(&self) -> Snapshot {
        let (retries_left, retries_most) = self.retry.left();
        let plan = self.playbook.plan();
        let playbook = self.playbook.version().map(|version| InForce {
            version,
            silent: plan.silent,
            mute: plan.mute,
            without: plan.without.clone(),
        });
        Snapshot {
            build: self.freshness.known(),
            retries_left,
            retries_most,
            timers: self.dues().map(|(timer, due)| (timer, due - self.now)).collect(),
            consent: self.telemetry.consented(),
            queued: self.telemetry.waiting(),
            playbook,
            incidents: self.incident.known().map(|incident| incident.id.clone()).collect(),
            marks: self.render.marks().cloned().unwrap_or_default(),
            dropped: self.dropped,
        }
    }

    // ---- key actions ----

    pub(super) fn key_action_ended(&mut self, name: &str, settled: bool) {
        if settled && let Some(at) = self.keys.iter().position(|key| key.0 == name) {
            self.keys.remove(at);
        }
    }

    pub(super) fn key_action_asked(&mut self, ask: AskId, name: String) {
        // A second try of an action whose outcome is not known must not be kept waiting by anything.
        if self.keys.iter().any(|k| k.0 == name) {
            self.grant_key(ask, name);
        } else {
            self.tell_expiry(expiry::Event::KeyAction((ask, name)));
        }
    }

    /// `insists`: the user was asked before, and wants to go on.
    pub(super) fn key_freshness_told(&mut self, ask: AskId, name: String, insists: bool, verdict: &FreshnessVerdict) {
        let outdated = matches!(verdict.state, Freshness::Stale | Freshness::Withdrawn);
        if !outdated || (insists && !verdict.required) {
            self.grant_key(ask, name);
            return;
        }
        let kind = if verdict.required { PromptKind::TooOld } else { PromptKind::Update };
        self.say(Speaker::KeyAction(ask, name, verdict.required), true, kind);
    }

    /// `required`: the running build must not submit anything any more.
    pub(super) fn key_prompt_answered(&mut self, ask: AskId, name: String, required: bool, chosen: &str) {
        match chosen {
            choice::RELOAD => {
                self.reply(ask, Reply::Key(None));
                self.tell_incident(incident::Event::UpdateChosen);
            }
            _ if required => self.reply(ask, Reply::Key(None)),
            // The build may have become too old while the user was asked.
            _ => {
                self.ask_freshness(Asker::KeyAction { ask, name, insists: true }, Need::Haste);
                // Who has just said "not now" is not told again in a minute.
                if chosen == choice::CONTINUE {
                    self.tell_freshness(freshness::Event::PutOff);
                }
            }
        }
    }

    fn say(&mut self, by: Speaker, waits: bool, kind: PromptKind) {
        let subject = Subject::default();
        self.prompt.handle_event(prompt::Event::Said { by, waits, kind, subject: &subject });
        self.pass_on_prompt();
    }

    // ---- news ----

    /// Another build is live. Where a dialog stands, or something is wrong, that has the word.
    pub(super) fn say_outdated(&mut self) {
        if self.prompt.is_by(|by| matches!(by, Speaker::Freshness)) {
            // The user is being told already, in words that are good for each build.
            return;
        }
        if self.prompt.dialog().is_some() || self.in_trouble() {
            self.tell_freshness(freshness::Event::Unsaid);
        } else {
            self.say(Speaker::Freshness, false, PromptKind::NewVersion);
        }
    }

    pub(super) fn outdated_answered(&mut self, chosen: &str) {
        match chosen {
            choice::RELOAD => self.tell_incident(incident::Event::UpdateChosen),
            choice::LATER => self.tell_freshness(freshness::Event::PutOff),
            _ => {}
        }
    }

    /// One key for all tries of a key action, until its outcome is known.
    pub(super) fn grant_key(&mut self, ask: AskId, name: String) {
        let known = self.keys.iter().find(|k| k.0 == name).map(|k| k.1.clone());
        let key = known.unwrap_or_else(|| {
            let key = self.dice.hex32();
            if self.keys.len() >= MAX_KEYS {
                self.keys.remove(0);
            }
            self.keys.push((name, key.clone()));
            key
        });
        self.reply(ask, Reply::Key(Some(key)));
    }
}
