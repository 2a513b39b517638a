//! How a case ends: content that holds is a recovery, or shows that nothing was missed; the rest is abandoned.

use super::case::{Case, CaseId, Family, State};
use super::record::{Incident, Outcome, Stage};
use super::signal::Signal;
use super::state::Room;
use crate::core::event::ResourceKind;
use crate::core::render::verdict::RenderState;
use crate::core::time::Millis;

/// Content must hold for so long before an incident is over: faults come back, most often within a second or two.
const HOLD: Millis = Millis(3_000);
/// Lines on the console for one incident.
const MAX_LINES: usize = 4;

impl Room {
    /// The last look saw content, and was made after that time.
    pub(super) fn content_since(&self, at: Millis) -> bool {
        self.looked.is_some_and(|(looked, state)| looked >= at && state == RenderState::Content)
    }

    /// Content can be seen, and content is all that was missing.
    pub(super) fn shows_content(&self, id: CaseId) -> bool {
        self.cases
            .iter()
            .find(|c| c.id == id)
            .is_some_and(|c| !c.wants_more_than_content() && self.content_since(c.opened))
    }

    /// A verdict says that a person sees content: what that means for this case. The rest of what is on the screen is told before.
    pub(super) fn content_seen(&mut self, id: CaseId) {
        let away = self.away;
        let dialog = self.dialog.clone();
        let Some(case) = self.case(id) else { return };
        let stuck = case.wants_more_than_content();
        match (case.family, case.state) {
            (Family::Connection, _) if !away && case.requests.is_empty() => self.end_well(id),
            (Family::Connection, _) => {}
            (Family::Service, State::Looking) => self.end_well(id),
            (Family::Page, State::Unseen) => self.climb(id),
            (Family::Page, State::Looking) if case.entry_lost() => self.climb(id),
            (_, State::Looking) | (Family::Page, State::Prompted | State::Dismissed | State::Probing)
                if !(stuck && case.state != State::Looking) =>
            {
                match dialog {
                    None => self.hold_or_end(id),
                    Some(about) if about == case.incident.id && !case.covered => self.look_without_dialog(id),
                    // A look through a dialog proves nothing.
                    Some(_) => {}
                }
            }
            _ => {}
        }
    }

    /// Whether every look has seen content for long enough; otherwise there is one more to come.
    fn holds(&mut self, id: CaseId) -> bool {
        let now = self.now;
        let Some(case) = self.case(id) else { return false };
        let until = *case.held.get_or_insert(now) + HOLD;
        if now < until {
            self.tell(Signal::LookAt(until));
        }
        now >= until
    }

    pub(super) fn hold_or_end(&mut self, id: CaseId) {
        if self.holds(id) {
            self.end_well(id);
        }
    }

    /// The page seems to have come up behind its dialog, which goes. It is over when the page holds without it, too; if not, the dialog comes
    /// back and stays.
    fn look_without_dialog(&mut self, id: CaseId) {
        if !self.holds(id) {
            return;
        }
        self.unsay(id);
        let last = self.last_rung(id);
        if let Some(case) = self.case(id) {
            case.covered = true;
            case.held = None;
            case.state = State::Looking;
            case.prompted = false;
            case.rung = last;
            case.incident.outcome = Outcome::Open;
        }
        self.tell(Signal::LookNow);
    }

    /// How it ended depends on whether anybody missed what failed, and on whether anything of it is still lost.
    fn end_well(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        if case.missed || case.healed || case.family != Family::Page {
            self.recovered(id);
        } else if case.dead.iter().any(|d| d.kind == ResourceKind::Style && d.own) {
            self.abandon(id, "the page goes on without a style sheet");
        } else {
            self.end(id, Outcome::Harmless, "nobody missed it");
        }
    }

    pub(super) fn recovered(&mut self, id: CaseId) {
        self.end(id, Outcome::Recovered, "content can be seen");
    }

    pub(super) fn abandon(&mut self, id: CaseId, why: &str) {
        self.end(id, Outcome::Abandoned, why);
    }

    pub(super) fn end(&mut self, id: CaseId, outcome: Outcome, why: &str) {
        let epoch = self.epoch();
        let Some(at) = self.cases.iter().position(|c| c.id == id) else {
            return;
        };
        let incident = &mut self.cases[at].incident;
        incident.outcome = outcome;
        match outcome {
            Outcome::Recovered => incident.note(epoch, Stage::Ended, why),
            _ => incident.note(epoch, Stage::Ended, &format!("{}: {why}", outcome.code())),
        }
        self.notify_case(id);
        if outcome == Outcome::Recovered {
            self.say_what_was_done(at);
        }
        if self.carried == Some(id) {
            self.forget_carried();
        }
        if outcome != Outcome::Refused {
            self.unsay(id);
        }
        self.revised(id);
        let Case { incident, requests, .. } = self.cases.remove(at);
        self.file_away(incident);
        self.give_back(requests);
    }

    /// On the console: a line for each remedy, so that whoever looks there knows what the guard did to the page.
    fn say_what_was_done(&mut self, at: usize) {
        let Incident { cause, timeline, .. } = &self.cases[at].incident;
        let mut lines = Vec::new();
        for entry in timeline {
            if matches!(entry.stage, Stage::Retried | Stage::Repaired | Stage::Reloaded) {
                let line = format!("pagemend: {}: {}, {}", cause.code(), entry.stage.code(), entry.detail);
                lines.push(line);
            }
        }
        lines.truncate(MAX_LINES);
        for line in lines {
            self.tell(Signal::Log { line });
        }
    }
}
