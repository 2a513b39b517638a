//! The corridor: hands facts to the rooms, and what a room signals to those whom it concerns. No rule of its own.

use super::case_id::CaseId;
use super::{Engine, Role};
use crate::core::action::{Command, Reply};
use crate::core::event::AskId;
use crate::core::freshness::{Event, Signal};

/// Who wants to know how fresh the page is.
#[derive(Debug)]
pub(super) enum Asker {
    /// The page's own code.
    Page(AskId),
    /// A key action, by its name.
    KeyAction(AskId, String),
    /// An incident that looks for its cause.
    Incident(CaseId),
}

impl Engine {
    pub(super) fn ask_freshness(&mut self, by: Asker) {
        let user_waits = matches!(by, Asker::KeyAction(..));
        self.tell_freshness(Event::Asked { by, user_waits });
    }

    pub(super) fn tell_freshness(&mut self, event: Event<Asker>) {
        self.freshness.handle_event(self.now, event);
        self.pass_on_freshness();
    }

    pub(super) fn freshness_due(&mut self) {
        self.freshness.handle_timeout(self.now);
        self.pass_on_freshness();
    }

    pub(super) fn stop_freshness(&mut self) {
        self.freshness.stop();
        self.pass_on_freshness();
    }

    fn pass_on_freshness(&mut self) {
        while let Some(signal) = self.freshness.poll_signal() {
            match signal {
                Signal::FetchManifest { url, within } => {
                    self.ask(within, Role::Manifest, Command::FetchManifest { url });
                }
                Signal::Told { to: Asker::Page(ask), verdict } => self.reply(ask, Reply::Freshness(verdict)),
                Signal::Told { to: Asker::KeyAction(ask, name), verdict } => {
                    self.key_freshness_told(ask, name, &verdict);
                }
                Signal::Told { to: Asker::Incident(case), verdict } => self.freshness_diagnosed(case, &verdict),
            }
        }
    }
}
