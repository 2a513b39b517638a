//! What a look at the page means for incidents: what is empty is explained, a failing page is an incident, content may end one.

use super::case::{Family, State};
use super::evidence;
use super::record::{Cause, Finding, rank};
use super::signal::Signal;
use super::state::Room;
use crate::core::id::RequestId;
use crate::core::render::verdict::{RenderState, RenderVerdict};

/// Findings that are told with a verdict.
const MAX_TOLD: usize = 8;

impl Room {
    /// Why nothing can be seen: puts what is known into the verdict, strongest first.
    pub fn explain_verdict(&self, verdict: &mut RenderVerdict) {
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

    /// The page was looked at.
    pub(super) fn judged(&mut self, verdict: &RenderVerdict, confirmed: bool, hanging: Option<(RequestId, String)>) {
        self.looked = Some((self.now, verdict.state));
        if !matches!(verdict.state, RenderState::Content | RenderState::Unknown)
            && let Some(case) = self.page_case()
        {
            case.held = None;
        }
        if verdict.state == RenderState::Content {
            self.tell(Signal::PageSeen("content"));
        } else if confirmed {
            self.failed = Some(self.now);
            self.page_failed(verdict, hanging);
        }
    }

    /// A failing verdict was confirmed.
    fn page_failed(&mut self, verdict: &RenderVerdict, hanging: Option<(RequestId, String)>) {
        self.tell(Signal::PageSeen(verdict.state.code()));
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
        if verdict.overdue
            && let Some((request, url)) = hanging
            && self.blame_hanging_request(request, &url, found[0].clone())
        {
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
