//! The page is seen, hidden, shown and left: who is told, and in which order.

use super::state::Engine;
use crate::core::action::{Notice, Reply};
use crate::core::freshness::{self, expiry};
use crate::core::id::AskId;
use crate::core::incident;
use crate::core::playbook;
use crate::core::render::{self, RenderState, RenderVerdict, Trouble};
use crate::core::telemetry::redact;
use crate::core::time::Millis;
use crate::core::{storage, telemetry};
use std::rc::Rc;

impl Engine {
    pub(super) fn visibility(&mut self, visible: bool) {
        self.visible = visible;
        self.tell_playbook(playbook::Event::Visibility { visible });
        self.tell_render(render::Event::Visibility { visible });
        self.tell_expiry(expiry::Event::Seen { visible });
        self.tell_freshness(freshness::Event::Visibility { visible });
        if visible {
            self.wait_for_network();
        } else {
            // Nothing polls while the page is hidden.
            self.network.due = Millis::NEVER;
            self.remember_dead();
            self.tell_hidden();
        }
    }

    pub(super) fn route_changed(&mut self, path: &str) {
        self.path = redact::url(path);
        self.tell_playbook_place(Some(path));
        self.tell_place();
        self.tell_render(render::Event::ViewChanged);
    }

    pub(super) fn stepped(&mut self, step: &str) {
        self.config.step = redact::text(step);
        self.tell_playbook_place(None);
        self.tell_place();
    }

    pub(super) fn page_shown(&mut self, restored: bool) {
        if restored {
            self.tell_telemetry(telemetry::Event::Restored);
            self.tell_incident(incident::Event::Restored);
            self.visible = true;
            self.tell_playbook(playbook::Event::Visibility { visible: true });
            self.tell_render(render::Event::Restored);
            self.tell_expiry(expiry::Event::Seen { visible: true });
            self.tell_freshness(freshness::Event::Restored);
        }
    }

    pub(super) fn page_hiding(&mut self) {
        self.tell_incident(incident::Event::Hiding);
        self.tell_render(render::Event::Hiding);
        self.remember_dead();
        self.tell_left();
    }

    /// What is known of trouble in the page.
    pub(super) fn trouble(&self) -> Trouble {
        if self.in_trouble() {
            Trouble::Open
        } else if self.incident.knows_of_trouble() {
            Trouble::Known
        } else {
            Trouble::None
        }
    }

    pub(super) fn in_trouble(&self) -> bool {
        self.incident.open().next().is_some()
    }

    pub(super) fn page_judged(&mut self, mut verdict: RenderVerdict, confirmed: bool, askers: Vec<AskId>) {
        self.incident.explain_verdict(&mut verdict);
        let verdict = Rc::new(verdict);
        for ask in askers {
            self.reply(ask, Reply::Render(verdict.clone()));
        }
        self.notify(Notice::Verdict(verdict.clone()));
        let hanging = self.retry.hanging(self.now).map(|(request, url)| (request, url.to_owned()));
        let awaits_resource = self.render.awaits_resource();
        self.tell_incident(incident::Event::Judged { verdict: &verdict, confirmed, awaits_resource, hanging });
        if verdict.state == RenderState::Content {
            // One after the other: what ends the first may take the dialog away that stands before the second.
            for case in self.incident.case_ids() {
                self.tell_incident(incident::Event::ContentSeen(case));
            }
            let in_trouble = self.in_trouble();
            self.tell_storage(storage::Event::ContentSeen { in_trouble });
        }
        let well = verdict.state == RenderState::Content && !self.in_trouble();
        self.tell_playbook(playbook::Event::Seen { well });
    }
}
