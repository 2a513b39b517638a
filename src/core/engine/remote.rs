//! The remote playbook between the rooms: what it comes to is told to each of them, and what it announces is said where nothing else has to be.

use super::state::{Engine, Role};
use super::tokens::{Asker, Speaker};
use crate::core::action::Command;
use crate::core::event::{Answer, Start};
use crate::core::playbook::ladder::Remedy;
use crate::core::playbook::plan::{Announcement, Plan};
use crate::core::playbook::{Event, Served, Signal};
use crate::core::prompt::{self, PromptKind, Subject};
use crate::core::{incident, render, retry, storage, telemetry};
use std::rc::Rc;

/// So many that no two rules draw the same sessions.
const LOTS: u64 = u32::MAX as u64;

impl Engine {
    /// Before any other room. Whether the guard is to begin.
    pub(super) fn start_playbook(&mut self, start: &mut Start) -> bool {
        if self.config.playbook.url.is_none() {
            return true;
        }
        let Start { epoch, visible, .. } = *start;
        let lot = self.lot();
        self.tell_playbook_place(Some(&start.path));
        self.tell_playbook(Event::Started { epoch, visible, lot, kept: start.playbook.take() });
        !self.playbook.plan().off
    }

    /// What percentages of a playbook are drawn by: chance, the same on all pages of a session where anything can be kept. It is sent nowhere.
    fn lot(&mut self) -> u64 {
        let drawn = self.dice.up_to(LOTS);
        let Some(memory) = &mut self.memory else { return drawn };
        if let Some(lot) = memory.lot {
            return lot;
        }
        memory.lot = Some(drawn);
        self.remember();
        drawn
    }

    pub(super) fn tell_playbook(&mut self, event: Event) {
        self.playbook.handle_event(self.now, event);
        self.pass_on_playbook();
    }

    pub(super) fn playbook_due(&mut self) {
        self.playbook.handle_timeout(self.now);
        self.pass_on_playbook();
    }

    pub(super) fn tell_playbook_place(&mut self, path: Option<&str>) {
        let step = self.step();
        self.tell_playbook(Event::Place { path, step: &step });
    }

    pub(super) fn playbook_came(&mut self, answer: &mut Answer) {
        let served =
            if let Answer::Playbook(served) = answer { std::mem::take(&mut **served) } else { Served::default() };
        self.tell_playbook(Event::Came(served));
    }

    /// What came at a further try was poisoned where it was kept, perhaps.
    pub(super) fn import_healed(&mut self, url: String) {
        if self.playbook.plan().allows(Remedy::Repair) {
            self.tell_storage(storage::Event::PoisonSought { by: Asker::Nobody, suspect: url });
        }
    }

    fn pass_on_playbook(&mut self) {
        while let Some(signal) = self.playbook.poll_signal() {
            match signal {
                Signal::Fetch { source } => {
                    self.ask(source.timeout, Role::Playbook, Command::FetchPlaybook(source));
                }
                Signal::Keep { text } => self.tell(Command::KeepPlaybook { text }),
                // What came to a guard that is off is for the next page.
                _ if self.stopped => {}
                Signal::Plan(plan) => self.follow(plan),
                Signal::Refused { why } => self.playbook_refused(&why),
                Signal::Announce(announcement) => self.announce(&announcement),
            }
        }
    }

    fn follow(&mut self, plan: Rc<Plan>) {
        if plan.off {
            return self.tell(Command::SwitchOff);
        }
        let Plan { version, silent, mute, deadlines, retry, .. } = *plan;
        self.tell_telemetry(telemetry::Event::Playbook { version, muted: mute });
        self.tell_render(render::Event::Deadlines(deadlines));
        self.tell_retry(retry::Event::Policy { policy: retry, patience: deadlines.request });
        self.tell(Command::RetryBy(retry));
        self.prompt.handle_event(prompt::Event::Told { silent, wordings: plan.wordings.clone() });
        self.pass_on_prompt();
        self.tell_incident(incident::Event::Plan(plan));
    }

    fn playbook_refused(&mut self, why: &str) {
        let url = self.config.playbook.url.as_deref().unwrap_or_default();
        let line = format!("pagemend: the playbook at {url} is refused: {why}");
        self.tell(Command::Warn { line });
        self.tell_playbook_refused(why);
    }

    fn announce(&mut self, announcement: &Announcement) {
        let busy = self.prompt.is_by(|_| true) || self.in_trouble() || self.playbook.plan().silent;
        if !busy {
            let (by, kind) = (Speaker::Playbook, PromptKind::Announcement);
            let subject = Subject { announcement: Some(announcement), ..Subject::default() };
            self.prompt.handle_event(prompt::Event::Said { by, waits: false, kind, subject: &subject });
            self.pass_on_prompt();
        }
        let shown = !busy && self.prompt.is_by(|by| matches!(by, Speaker::Playbook));
        self.tell_playbook(Event::Announced { shown });
    }
}
