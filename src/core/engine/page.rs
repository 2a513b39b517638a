//! What becomes of incidents as the page is looked at, hidden, shown and left.

use super::case::{Family, State};
use super::evidence;
use super::state::Engine;
use crate::core::action::{Notice, Reply};
use crate::core::id::AskId;
use crate::core::incident::{Cause, Finding, rank};
use crate::core::render::{self, RenderState, RenderVerdict, Trouble};
use crate::core::time::Millis;
use crate::core::{storage, telemetry};
use std::rc::Rc;

/// Findings that are told with a verdict.
const MAX_TOLD: usize = 8;

impl Engine {
    pub(super) fn visibility(&mut self, visible: bool) {
        self.visible = visible;
        self.tell_render(render::Event::Visibility { visible });
        if visible {
            self.wait_for_network();
        } else {
            // Nothing polls while the page is hidden.
            self.network.due = Millis::NEVER;
            self.remember_dead();
            self.tell_hidden();
        }
    }

    pub(super) fn page_shown(&mut self, restored: bool) {
        if restored {
            self.tell_telemetry(telemetry::Event::Restored);
            self.leaving = false;
            self.visible = true;
            self.tell_render(render::Event::Restored);
        }
    }

    pub(super) fn page_hiding(&mut self) {
        if !self.leaving && self.carried.is_some() {
            // The user was faster than the guard's own reload.
            self.forget_carried();
        }
        self.left();
        self.tell_render(render::Event::Hiding);
        self.remember_dead();
        self.tell_left();
    }

    /// What is known of trouble in the page.
    pub(super) fn trouble(&self) -> Trouble {
        if !self.cases.is_empty() {
            Trouble::Open
        } else if self.clues.iter().any(|(_, clue)| clue.weight >= evidence::TROUBLE) {
            Trouble::Known
        } else {
            Trouble::None
        }
    }

    pub(super) fn page_judged(&mut self, mut verdict: RenderVerdict, confirmed: bool, askers: Vec<AskId>) {
        self.explain_verdict(&mut verdict);
        let verdict = Rc::new(verdict);
        for ask in askers {
            self.reply(ask, Reply::Render(verdict.clone()));
        }
        self.notify(Notice::Verdict(verdict.clone()));
        if !matches!(verdict.state, RenderState::Content | RenderState::Unknown)
            && let Some(case) = self.page_case()
        {
            case.held = None;
        }
        if verdict.state == RenderState::Content {
            self.content_seen();
            let in_trouble = !self.cases.is_empty();
            self.tell_storage(storage::Event::ContentSeen { in_trouble });
        } else if confirmed {
            self.page_failed(&verdict);
        }
    }

    /// Why nothing can be seen: what is known, strongest first.
    fn explain_verdict(&self, verdict: &mut RenderVerdict) {
        if !matches!(verdict.state, RenderState::Blank | RenderState::Partial | RenderState::Loading) {
            return;
        }
        if verdict.hidden_by_style {
            verdict.evidence.push(evidence::hidden_by_style());
        }
        for (_, clue) in &self.clues {
            rank_once(&mut verdict.evidence, clue);
        }
        for case in &self.cases {
            for found in &case.incident.evidence {
                rank_once(&mut verdict.evidence, found);
            }
        }
        verdict.evidence.truncate(MAX_TOLD);
        if verdict.state != RenderState::Loading || verdict.overdue {
            verdict.cause = Some(verdict.evidence.first().map_or(Cause::Unknown, |found| found.cause));
        }
    }

    /// A failing verdict was confirmed.
    fn page_failed(&mut self, verdict: &RenderVerdict) {
        self.tell_page_seen(verdict.state.code());
        let what = format!("{}{}", verdict.state.code(), if verdict.overdue { ", overdue" } else { "" });
        let mut found: Vec<Finding> = vec![evidence::render(what, verdict.overdue)];
        if verdict.hidden_by_style {
            found.push(evidence::hidden_by_style());
        }
        let clues = std::mem::take(&mut self.clues);
        if let Some(case) = self.page_case() {
            case.incident.add_all(found);
            for (_, e) in clues {
                case.incident.add_evidence(e);
            }
            case.missed = true;
            case.held = None;
            case.covered |= verdict.covered;
            let id = case.id;
            match case.state {
                State::Looking if case.rung == 0 && !case.diagnosed => self.diagnose(id),
                State::Looking | State::Unseen => self.climb(id),
                _ => {}
            }
            return;
        }
        // An interface that does not answer explains the empty page: one incident, not two.
        if let Some(case) = self.cases.iter_mut().find(|c| c.is_about_requests()) {
            self.clues = clues;
            case.incident.add_all(found);
            let (id, state) = (case.id, case.state);
            match state {
                State::Requests => self.explain(id),
                State::Looking => self.climb(id),
                _ => {}
            }
            return;
        }
        if verdict.overdue && self.blame_hanging_request(found[0].clone()) {
            self.clues = clues;
            return;
        }
        for (_, e) in clues {
            found.push(e);
        }
        if let Some(id) = self.open_case(Family::Page, "", found) {
            if let Some(case) = self.case(id) {
                case.missed = true;
                case.covered = verdict.covered;
            }
            self.diagnose(id);
        }
    }
}

/// Strongest first, each once.
fn rank_once(ranked: &mut Vec<Finding>, found: &Finding) {
    if !ranked.contains(found) {
        rank(ranked, found.clone());
    }
}
