//! When the page is looked at, and what a verdict leads to.

use super::case::{Family, State};
use super::evidence;
use super::state::{Engine, Role, limit};
use super::watch::{SOON, TROUBLE};
use crate::core::action::{Command, Notice, Reply};
use crate::core::address::{after_origin, origin_of};
use crate::core::config::Deadlines;
use crate::core::event::Answer;
use crate::core::id::AskId;
use crate::core::incident::{Cause, Finding, rank};
use crate::core::render::{self, RenderFacts, RenderState, RenderVerdict};
use crate::core::time::Millis;
use crate::core::{storage, telemetry};
use std::rc::Rc;

/// A first look while the page is still loading; healthy pages are done with it.
const FIRST_LOOK: Millis = Millis(300);
/// Between two looks at a page that is still coming up.
const PACE: Millis = Millis(500);
/// A failing verdict counts when a second look, this much later, says the same: frames between two routes are blank too.
const CONFIRM: Millis = Millis(250);
/// The longest time that a change of the document is not followed by a look.
const CALM: Millis = Millis(8_000);
/// Looks without any verdict (`unknown`) before the guard waits for an event instead.
const MAX_BLIND: u32 = 20;

impl Engine {
    pub(super) fn watch_start(&mut self, loaded: bool) {
        self.watch.loaded = loaded;
        self.watch.opened = self.now;
        self.watch.last_progress = self.now;
        self.look_at(self.now + if loaded { Millis(50) } else { FIRST_LOOK });
    }

    pub(super) fn look_at(&mut self, at: Millis) {
        if self.visible {
            self.watch.due = self.watch.due.min(at);
        }
    }

    pub(super) fn look_again_soon(&mut self) {
        self.look_at(self.now + SOON);
    }

    /// A remedy is done, or trouble is certain: what is empty now is blank, not early.
    pub(super) fn look_now(&mut self) {
        self.watch.impatient = true;
        self.look_at(self.now + Millis(50));
    }

    pub(super) fn page_loaded(&mut self) {
        self.watch.loaded = true;
        self.progress();
        self.look_at(self.now + Millis(100));
    }

    pub(super) fn progress(&mut self) {
        self.watch.last_progress = self.now;
        // Nothing is looked at for its own sake: only when something was wrong or still open.
        if !self.cases.is_empty() {
            self.look_again_if_idle();
        }
    }

    /// The document changed: what could be seen may be gone. A page that changes all the time is looked at ever less often.
    pub(super) fn changed(&mut self, grew: bool) {
        if grew {
            self.progress();
        }
        self.look_again_if_idle();
    }

    fn look_again_if_idle(&mut self) {
        if self.watch.due == Millis::NEVER {
            self.look_at((self.now + SOON).max(self.watch.content + self.watch.calm));
        }
    }

    pub(super) fn content_changed(&mut self) {
        self.look_anew();
        self.look_again_soon();
    }

    /// All deadlines begin again.
    pub(super) fn look_anew(&mut self) {
        self.watch.opened = self.now;
        self.watch.last_progress = self.now;
        self.watch.loading_since = None;
        self.watch.suspect = 0;
        self.watch.impatient = false;
        self.watch.calm = SOON;
    }

    pub(super) fn visibility(&mut self, visible: bool) {
        self.visible = visible;
        if visible {
            self.watch.blind = 0;
            self.watch.opened = self.now;
            self.watch.last_progress = self.now;
            self.look_again_soon();
            self.wait_for_network();
        } else {
            // Nothing polls while the page is hidden.
            self.watch.due = Millis::NEVER;
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
            self.content_changed();
        }
    }

    pub(super) fn page_hiding(&mut self) {
        if !self.leaving && self.carried.is_some() {
            // The user was faster than the guard's own reload.
            self.forget_carried();
        }
        self.left();
        self.watch.due = Millis::NEVER;
        self.remember_dead();
        self.tell_left();
    }

    pub(super) fn render_asked(&mut self, ask: AskId) {
        if self.watch.askers.len() >= 16 {
            let early = unknown("too many questions at once");
            self.reply(ask, Reply::Render(early.into()));
            return;
        }
        self.watch.askers.push(ask);
        self.sample();
    }

    pub(super) fn watch_due(&mut self) {
        if self.watch.due <= self.now {
            self.watch.due = Millis::NEVER;
            self.sample();
        }
    }

    fn sample(&mut self) {
        if !self.watch.sampling {
            self.watch.sampling = true;
            let content = self.watch.last.is_some_and(|(_, state)| state == RenderState::Content);
            let sure = self.watch.suspect > 0 || (!content && self.now >= self.blank_due());
            self.ask(limit::SAMPLE, Role::Sample, Command::SampleRender { sure });
        }
    }

    pub(super) fn sampled(&mut self, answer: &Answer) {
        self.watch.sampling = false;
        let verdict = match answer {
            Answer::Rendered(facts) => {
                self.watch.awaits = !facts.hanging.is_empty();
                self.replace_hanging(&facts.hanging);
                self.judge(facts)
            }
            _ => unknown("the page could not be looked at"),
        };
        let verdict = Rc::new(verdict);
        self.watch.last = Some((self.now, verdict.state));
        for ask in std::mem::take(&mut self.watch.askers) {
            self.reply(ask, Reply::Render(verdict.clone()));
        }
        self.notify(Notice::Verdict(verdict.clone()));
        self.act_on(&verdict);
    }

    /// What has not come within the time of a request is asked of the first fallback, too.
    fn replace_hanging(&mut self, url: &str) {
        let own = self.config.is_own(url);
        let Some(fallback) = self.config.fallbacks.first().filter(|fallback| own && **fallback != origin_of(url))
        else {
            return;
        };
        let to = format!("{fallback}{}", after_origin(url));
        if self.watch.hanging.0 != url {
            self.watch.hanging = (url.into(), self.now, false);
        }
        let due = self.watch.hanging.1 + self.config.deadlines.request;
        if self.now < due {
            self.look_at(due);
        } else if !std::mem::replace(&mut self.watch.hanging.2, true) {
            self.tell(Command::Replace { url: url.into(), to });
        }
    }

    /// The verdict on a sample, with deadlines: what is empty too early is `pending`, placeholders that stand too long
    /// are overdue.
    fn judge(&mut self, facts: &RenderFacts) -> RenderVerdict {
        let mut verdict = render::judge(facts);
        self.watch.loaded |= facts.loaded;
        match verdict.state {
            RenderState::Blank | RenderState::Partial => {
                self.watch.loading_since = None;
                if self.now < self.blank_due() {
                    verdict.state = RenderState::Pending;
                    verdict.reason = "too early to tell".into();
                    return verdict;
                }
                // What was seen before and is hidden now was not hidden on purpose.
                verdict.hidden_by_style |= facts.seen.hidden > 0 && self.watch.content > self.watch.opened;
                if facts.seen.lost > 0 {
                    self.clue(evidence::pictures_lost());
                }
                if verdict.hidden_by_style {
                    verdict.evidence.push(evidence::hidden_by_style());
                }
            }
            RenderState::Loading => {
                self.watch.loading_since.get_or_insert(self.now);
                verdict.overdue = self.now >= self.loading_due();
            }
            _ => self.watch.loading_since = None,
        }
        if matches!(verdict.state, RenderState::Blank | RenderState::Partial | RenderState::Loading) {
            if !facts.hanging.is_empty() {
                self.clue(evidence::resource_hangs(&facts.hanging));
            }
            let mut ranked = Vec::new();
            for e in &verdict.evidence {
                rank_once(&mut ranked, e);
            }
            for (_, e) in &self.clues {
                rank_once(&mut ranked, e);
            }
            for case in &self.cases {
                for e in &case.incident.evidence {
                    rank_once(&mut ranked, e);
                }
            }
            ranked.truncate(8);
            verdict.evidence = ranked;
            if verdict.state != RenderState::Loading || verdict.overdue {
                verdict.cause = Some(verdict.evidence.first().map_or(Cause::Unknown, |e| e.cause));
            }
        }
        verdict
    }

    fn blank_due(&self) -> Millis {
        // While the document is loading, what is not there may still come.
        if self.watch.impatient && self.watch.loaded {
            return self.watch.opened;
        }
        let Deadlines { settle, loading, .. } = self.config.deadlines;
        if !self.watch.loaded {
            let cap = self.watch.opened + Millis(loading.0 * Deadlines::CAP);
            return (self.watch.last_progress + settle).max(self.watch.opened + loading).min(cap);
        }
        // Without any sign of trouble the page may be waiting for its data, which nobody can see from outside.
        let trouble = !self.cases.is_empty() || self.clues.iter().any(|(_, e)| e.weight >= TROUBLE);
        let patience = if trouble { 1 } else { Deadlines::PATIENCE };
        let settle = Millis(settle.0 * patience);
        let cap = self.watch.opened + Millis(settle.0 * Deadlines::CAP);
        (self.watch.last_progress.max(self.watch.opened) + settle).min(cap)
    }

    fn loading_due(&self) -> Millis {
        let Deadlines { settle, loading, .. } = self.config.deadlines;
        let since = self.watch.loading_since.unwrap_or(self.now);
        let cap = since + Millis(loading.0 * Deadlines::CAP);
        (self.watch.last_progress + settle).max(since + loading).min(cap)
    }

    fn act_on(&mut self, verdict: &RenderVerdict) {
        if !matches!(verdict.state, RenderState::Content | RenderState::Unknown)
            && let Some(case) = self.page_case()
        {
            case.held = None;
        }
        match verdict.state {
            RenderState::Content => {
                self.watch.suspect = 0;
                self.watch.blind = 0;
                self.watch.impatient = false;
                self.watch.content = self.now;
                // A few more looks: style rules and animations hide a page without any change of the document.
                self.watch.calm = Millis(self.watch.calm.0 * 2).min(CALM);
                if self.watch.calm < CALM {
                    self.look_at(self.now + self.watch.calm);
                }
                self.content_seen();
                let in_trouble = !self.cases.is_empty();
                self.tell_storage(storage::Event::ContentSeen { in_trouble });
            }
            RenderState::Unknown => {
                self.watch.suspect = 0;
                self.watch.blind += 1;
                if self.watch.blind < MAX_BLIND {
                    self.look_at(self.now + PACE + PACE);
                }
            }
            RenderState::Pending => {
                self.watch.suspect = 0;
                self.look_at(self.blank_due().min(self.now + PACE));
            }
            RenderState::Loading if !verdict.overdue => {
                self.watch.suspect = 0;
                self.look_at(self.loading_due().min(self.now + PACE + PACE));
            }
            RenderState::Loading | RenderState::Blank | RenderState::Partial => {
                self.watch.suspect += 1;
                if self.watch.suspect < 2 {
                    self.look_at(self.now + CONFIRM);
                } else {
                    self.watch.suspect = 0;
                    self.failing(verdict);
                }
            }
        }
    }

    /// A failing verdict was confirmed.
    fn failing(&mut self, verdict: &RenderVerdict) {
        self.watch.failed = Some(self.now);
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

fn unknown(reason: &str) -> RenderVerdict {
    RenderVerdict::new(RenderState::Unknown, reason)
}

/// Strongest first, each once.
fn rank_once(ranked: &mut Vec<Finding>, found: &Finding) {
    if !ranked.contains(found) {
        rank(ranked, found.clone());
    }
}
