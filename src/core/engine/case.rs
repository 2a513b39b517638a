//! Cases: open incidents, from detection through diagnosis to their end.

pub(super) use super::case_id::CaseId;
use super::corridor::Asker;
use super::{Engine, evidence};
use crate::core::action::{Command, Notice};
use crate::core::event::ResourceKind;
use crate::core::freshness::{Freshness, FreshnessVerdict};
use crate::core::id::RequestId;
use crate::core::incident::{Finding, Incident, Outcome, Stage};
use crate::core::playbook::{self, Remedy};
use crate::core::render::RenderState;
use crate::core::retry;
use crate::core::storage::{self, Damage, PoisonedEntry, StoredKey};
use crate::core::telemetry::redact;
use crate::core::time::Millis;

/// Said in the timeline of a reload that nobody asked for.
pub(super) const BY_GUARD: &str = "by the guard";

/// What a case is about; failures of one family become one incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// What the page shows, and the resources it is made of.
    Page,
    /// Requests to one service; [`Case::service`] says which.
    Service,
    Connection,
    Link,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Diagnosing,
    /// A probe of dead resources is due or on its way.
    Probing,
    /// An action was asked for; its answer goes on.
    Acting,
    /// A remedy is done; the next verdict decides.
    Looking,
    /// Before the next rung a look is to say how the page is.
    Unseen,
    /// Requests are being sent again.
    Requests,
    /// A request failed for good; the page's own code gets a moment to ask for a prompt of its own.
    Grace,
    Offline,
    Prompted,
    /// Nothing more is done; only a later verdict can still end it well.
    Dismissed,
}

#[derive(Clone, Debug)]
pub(super) struct Dead {
    pub url: String,
    pub kind: ResourceKind,
    /// A script of the page's own that the document waited for: without it nothing works, whatever can be seen.
    pub entry: bool,
    pub own: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub id: CaseId,
    pub incident: Incident,
    pub family: Family,
    /// The address of the service without query; empty for other families.
    pub service: String,
    pub state: State,
    pub rung: usize,
    pub due: Millis,
    pub expires: Millis,
    pub opened: Millis,
    pub diagnosed: bool,
    /// A failing verdict was confirmed, or the user was stuck: somebody missed what failed.
    pub missed: bool,
    /// Something was had again, repaired or loaded anew.
    pub healed: bool,
    /// A prompt about it was shown in this document.
    pub prompted: bool,
    /// Since when every look has seen content.
    pub held: Option<Millis>,
    /// What is there lies under something else. A dialog of the guard's makes the page inert, and looks then find no cover.
    pub covered: bool,
    pub dead: Vec<Dead>,
    /// Addresses that failed, healed or not: what Cache Storage is searched for.
    pub suspects: Vec<String>,
    pub damaged: Vec<StoredKey>,
    pub poisoned: Vec<PoisonedEntry>,
    /// Answers of the present step that are still to come.
    pub outstanding: usize,
    pub answered_well: u32,
    pub probes: u32,
    /// The last probe found a resource still dead: a reload would only show the same.
    pub dead_known: bool,
    /// The user is stuck although the page shows content: content alone is no recovery.
    pub must_act: bool,
    /// A part of the application could not be loaded.
    pub chunk_lost: bool,
    pub unsaved: bool,
    /// Another document than the one in which the incident began, because the guard loaded the page anew.
    pub reloaded: bool,
    /// What failed was tried again.
    pub retried: bool,
    /// Something that changes the user's affairs was sent and its result is not known.
    pub submitting: bool,
    /// Requests whose failure this is, still failing.
    pub requests: Vec<RequestId>,
}

/// At most this many incidents are open at a time; failures beyond are part of the first.
const MAX_CASES: usize = 4;
/// Content must hold for so long before an incident is over: faults come back, most often within a second or two.
const HOLD: Millis = Millis(3_000);
/// An incident that is still open after this is abandoned: nobody looks at it any more.
const LIFETIME: Millis = Millis(600_000);
const MAX_DEAD: usize = 8;
/// Lines on the console for one incident.
const MAX_LINES: usize = 4;

impl Case {
    pub fn is_about_requests(&self) -> bool {
        matches!(self.family, Family::Service | Family::Connection)
    }

    pub fn add_dead(&mut self, dead: Dead) {
        if self.dead.len() < MAX_DEAD && !self.dead.iter().any(|d| d.url == dead.url) {
            self.dead.push(dead);
        }
    }

    pub fn entry_lost(&self) -> bool {
        self.dead.iter().any(|d| d.entry)
    }

    pub fn forget_request(&mut self, id: RequestId) {
        while let Some(at) = self.requests.iter().position(|r| *r == id) {
            self.requests.remove(at);
        }
    }

    pub fn suspect(&mut self, url: &str) {
        if self.suspects.len() < MAX_DEAD && !url.is_empty() && !self.suspects.iter().any(|s| s == url) {
            self.suspects.push(url.into());
        }
    }
}

impl Engine {
    pub(super) fn case(&mut self, id: CaseId) -> Option<&mut Case> {
        self.cases.iter_mut().find(|c| c.id == id).map(|c| &mut **c)
    }

    pub(super) fn case_ids(&self) -> Vec<CaseId> {
        let mut ids = Vec::new();
        for case in &self.cases {
            ids.push(case.id);
        }
        ids
    }

    pub(super) fn find_case(&self, family: Family, service: &str) -> Option<CaseId> {
        self.cases.iter().find(|c| c.family == family && c.service == service).map(|c| c.id)
    }

    pub(super) fn page_case(&mut self) -> Option<&mut Case> {
        self.cases.iter_mut().find(|c| c.family == Family::Page).map(|c| &mut **c)
    }

    /// Opens an incident, or feeds the one of the same family. `None`: there are too many open; what was found is part
    /// of the first.
    pub(super) fn open_case(&mut self, family: Family, service: &str, found: Vec<Finding>) -> Option<CaseId> {
        let full = self.cases.len() >= MAX_CASES;
        let known = self.find_case(family, service);
        if known.is_some() || full {
            let id = known.or(self.cases.first().map(|c| c.id))?;
            self.case(id)?.incident.add_all(found);
            return known;
        }
        let first = found.first()?.clone();
        let mut incident = Incident {
            id: self.dice.hex32(),
            reference: self.dice.reference(),
            revision: 0,
            cause: first.cause,
            evidence: Vec::new(),
            step: self.step(),
            build: self.config.build.clone(),
            page: self.path.clone(),
            detected: self.epoch(),
            timeline: Vec::new(),
            dropped: 0,
            outcome: Outcome::Open,
        };
        incident.note(self.epoch(), Stage::Detected, &format!("{}: {}", first.kind.code(), first.detail));
        incident.add_all(found);
        Some(self.add_case(family, service, incident, State::Requests))
    }

    pub(super) fn open_case_for(&mut self, family: Family, service: &str, found: Finding) -> Option<CaseId> {
        self.open_case(family, service, vec![found])
    }

    fn add_case(&mut self, family: Family, service: &str, incident: Incident, state: State) -> CaseId {
        let id = CaseId(self.next_case);
        self.next_case = self.next_case.saturating_add(1);
        self.cases.push(Box::new(Case {
            id,
            incident,
            family,
            service: service.into(),
            state,
            rung: 0,
            due: Millis::NEVER,
            expires: self.now + LIFETIME,
            opened: self.now,
            diagnosed: false,
            missed: false,
            healed: false,
            prompted: false,
            held: None,
            covered: false,
            dead: Vec::new(),
            suspects: Vec::new(),
            damaged: Vec::new(),
            poisoned: Vec::new(),
            outstanding: 0,
            answered_well: 0,
            probes: 0,
            dead_known: false,
            must_act: false,
            chunk_lost: false,
            unsaved: false,
            reloaded: false,
            retried: false,
            submitting: false,
            requests: Vec::new(),
        }));
        self.notify_case(id);
        id
    }

    /// Incidents that were carried over: this page decides how they end.
    pub(super) fn resume(&mut self) {
        let Some(memory) = &mut self.memory else {
            return;
        };
        let carried = std::mem::take(&mut memory.incidents);
        if carried.is_empty() {
            return;
        }
        // At once, so that a reload by the user does not take them up again.
        self.remember();
        for mut incident in carried {
            if !self.goes_on(&mut incident) {
                continue;
            }
            let family = match incident.cause {
                crate::core::incident::Cause::StaleLink => Family::Link,
                _ => Family::Page,
            };
            let rungs = playbook::ladder(incident.cause);
            let reload = rungs.iter().position(|r| matches!(r, Remedy::Reload | Remedy::Renew));
            let rung = if incident.has_been(Stage::Reloaded) { reload.map_or(rungs.len(), |n| n + 1) } else { 0 };
            if self.find_case(family, "").is_some() {
                continue;
            }
            let reloaded = incident.timeline.iter().any(|e| e.stage == Stage::Reloaded && e.detail == BY_GUARD);
            let id = self.add_case(family, "", incident, State::Looking);
            if let Some(case) = self.case(id) {
                case.rung = rung;
                case.missed = true;
                case.healed = rung > 0;
                case.reloaded = reloaded;
            }
        }
    }

    pub(super) fn note(&mut self, id: CaseId, stage: Stage, detail: &str) {
        let epoch = self.epoch();
        if let Some(case) = self.case(id) {
            case.incident.note(epoch, stage, detail);
            self.notify_case(id);
        }
    }

    pub(super) fn notify_case(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        let incident = &case.incident;
        let notice = Notice::Incident {
            id: incident.id.clone(),
            cause: incident.cause,
            stage: incident.timeline.last().map_or(Stage::Detected, |e| e.stage),
            outcome: incident.outcome,
            reference: incident.reference.clone(),
        };
        self.notify(notice);
    }

    // ---- detection: resources ----

    pub(super) fn resource_failed(&mut self, url: &str, kind: ResourceKind, critical: bool, html: bool, status: u16) {
        let frame = kind == ResourceKind::Frame;
        if frame || kind == ResourceKind::Other {
            self.clue(evidence::part_failed(url, status));
            // A document that is not there, or not for this user, is the server's decision.
            if !frame || retry::worth_retrying(status) {
                self.part_failed(url, status, frame, critical);
            }
        } else {
            self.clue(evidence::resource_failed(url, html, status));
        }
        if critical && matches!(kind, ResourceKind::Classic | ResourceKind::Module) && self.config.is_own(url) {
            if self.entries.len() >= MAX_DEAD {
                self.entries.remove(0);
            }
            self.entries.push(url.into());
        }
        if let Some(case) = self.page_case() {
            case.suspect(url);
        }
    }

    pub(super) fn resource_settled(&mut self, url: &str, kind: ResourceKind, healed: bool, from: &str, tries: u32) {
        if tries > 0 {
            self.retries.asked += tries;
            self.retried(url, tries, healed);
        }
        let mut found = Vec::new();
        for (_, clue) in &self.clues {
            found.push(clue.clone());
        }
        if found.is_empty() {
            found.push(evidence::resource_failed(url, false, 0));
        }
        let Some(id) = self.open_case(Family::Page, "", found) else {
            return;
        };
        let detail = if healed {
            format!("{} from {} at try {tries}", redact::url(url), redact::url(from))
        } else {
            format!("{} failed at all {tries} fallbacks", redact::url(url))
        };
        self.note(id, Stage::Retried, &detail);
        let dead =
            Dead { url: url.into(), kind, entry: self.entries.iter().any(|e| e == url), own: self.config.is_own(url) };
        let Some(case) = self.case(id) else { return };
        case.suspect(url);
        case.healed |= healed;
        case.retried |= tries > 0;
        if healed {
            case.dead.retain(|d| d.url != url);
        } else {
            case.add_dead(dead);
        }
        if case.outstanding == 0 && case.rung == 0 && matches!(case.state, State::Requests) {
            self.diagnose(id);
        }
        if healed {
            self.look_again_soon();
        } else {
            self.look_now();
        }
    }

    pub(super) fn import_failed(&mut self, url: &str, text: &str) {
        let found = evidence::import_failed(url, text);
        let own = self.config.is_own(url);
        let fresh = self.find_case(Family::Page, "").is_none();
        let Some(id) = self.open_case_for(Family::Page, "", found) else {
            return;
        };
        let Some(case) = self.case(id) else { return };
        case.chunk_lost = true;
        case.must_act = true;
        case.missed = true;
        case.suspect(url);
        if !url.is_empty() {
            case.add_dead(Dead { url: url.into(), kind: ResourceKind::Chunk, entry: false, own });
        }
        if fresh || matches!(case.state, State::Looking | State::Dismissed) {
            self.diagnose(id);
        }
        self.look_again_soon();
    }

    // ---- diagnosis ----

    pub(super) fn diagnose(&mut self, id: CaseId) {
        let offline = self.network.away;
        let Some(case) = self.case(id) else { return };
        case.state = State::Diagnosing;
        case.diagnosed = true;
        let suspects = case.suspects.clone();
        // What is stored, and the manifest.
        case.outstanding = 2;
        if offline {
            case.incident.add_evidence(evidence::offline());
        }
        self.tell_storage(storage::Event::Asked { by: Asker::Incident(id), suspects });
        self.ask_freshness(Asker::Incident(id));
    }

    pub(super) fn freshness_diagnosed(&mut self, id: CaseId, verdict: &FreshnessVerdict) {
        if let Some(case) = self.case(id)
            && verdict.state == Freshness::Stale
        {
            let lost = case.chunk_lost || !case.dead.is_empty();
            case.incident.add_evidence(evidence::newer_build(&verdict.running, &verdict.latest, lost));
        }
        self.part_diagnosed(id);
    }

    pub(super) fn damage_diagnosed(&mut self, id: CaseId, damage: Damage) {
        if let Some(case) = self.case(id) {
            for file in &damage.renewed {
                case.incident.add_evidence(evidence::stale_file(file));
            }
            for script in &damage.unsupported {
                case.incident.add_evidence(evidence::unsupported_syntax(&script.error, &script.source));
            }
            case.damaged = damage.keys;
            case.poisoned = damage.entries;
        }
        self.part_diagnosed(id);
    }

    /// One of the two that were asked has answered, or never will.
    fn part_diagnosed(&mut self, id: CaseId) {
        if let Some(case) = self.case(id) {
            case.outstanding = case.outstanding.saturating_sub(1);
        }
        let content = self.shows_content(id);
        let Some(case) = self.case(id) else { return };
        if case.outstanding > 0 || case.state != State::Diagnosing {
            return;
        }
        for entry in &case.poisoned {
            case.incident.add_evidence(evidence::poisoned_cache(&entry.url, &entry.why));
        }
        // A damaged entry explains a page that does not come up; on a page that does, it is nobody's complaint.
        if content {
            case.damaged.clear();
        }
        for entry in &case.damaged {
            case.incident.add_evidence(evidence::damaged_entry(&entry.key));
        }
        let cause = case.incident.cause.code();
        self.note(id, Stage::Diagnosed, cause);
        self.climb(id);
    }

    /// The last look saw content, and was made after that time.
    pub(super) fn content_since(&self, at: Millis) -> bool {
        self.watch.last.is_some_and(|(looked, state)| looked >= at && state == RenderState::Content)
    }

    /// Content can be seen, and content is all that was missing.
    fn shows_content(&self, id: CaseId) -> bool {
        self.cases
            .iter()
            .find(|c| c.id == id)
            .is_some_and(|c| !c.must_act && !c.entry_lost() && self.content_since(c.opened))
    }

    // ---- the ladder ----

    /// Takes the next rung that applies.
    pub(super) fn climb(&mut self, id: CaseId) {
        let content = self.shows_content(id);
        let looked = self.watch.last.map(|(at, _)| at);
        let failed = self.watch.failed;
        let Some(case) = self.case(id) else { return };
        case.due = Millis::NEVER;
        let stuck = case.must_act || case.entry_lost();
        let told = if stuck { looked } else { failed };
        let unseen = case.family == Family::Page && told.is_none_or(|at| at < case.opened);
        if content && case.family == Family::Page {
            // What is left to do on a page that has come up is to take the poison out.
            case.rung = 0;
            if case.poisoned.is_empty() {
                case.state = State::Looking;
                self.hold_or_end(id);
            } else {
                case.state = State::Acting;
                self.start_repair(id);
            }
            return;
        }
        // The cause may have changed on the way up: nobody is left without a word.
        if !case.prompted {
            case.rung = case.rung.min(playbook::ladder(case.incident.cause).len() - 1);
        }
        loop {
            let Some(case) = self.case(id) else { return };
            let Some(remedy) = playbook::ladder(case.incident.cause).get(case.rung).copied() else {
                case.state = State::Dismissed;
                let requests = std::mem::take(&mut case.requests);
                self.settle_all(requests);
                return;
            };
            // Nothing that the user notices happens before a verdict said that the page failed: `pending` is none.
            if unseen && matches!(remedy, Remedy::Reload | Remedy::Dialog) {
                case.state = State::Unseen;
                self.look_again_soon();
                return;
            }
            case.rung += 1;
            if self.start_remedy(id, remedy) {
                return;
            }
        }
    }

    /// A verdict says that a person sees content.
    pub(super) fn content_seen(&mut self) {
        self.tell_page_seen("content");
        for id in self.case_ids() {
            let away = self.network.away;
            let dialog = self.prompt.dialog().map(|about| about.to_owned());
            let Some(case) = self.case(id) else { continue };
            let stuck = case.must_act || case.entry_lost();
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
    }

    /// Whether every look has seen content for long enough; otherwise there is one more to come.
    fn holds(&mut self, id: CaseId) -> bool {
        let now = self.now;
        let Some(case) = self.case(id) else { return false };
        let until = *case.held.get_or_insert(now) + HOLD;
        if now < until {
            self.look_at(until);
        }
        now >= until
    }

    fn hold_or_end(&mut self, id: CaseId) {
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
        self.close_prompt();
        if let Some(case) = self.case(id) {
            case.covered = true;
            case.held = None;
            case.state = State::Looking;
            case.prompted = false;
            case.rung = playbook::ladder(case.incident.cause).len() - 1;
            case.incident.outcome = Outcome::Open;
        }
        self.look_now();
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
        if outcome != Outcome::Refused && self.prompt_is_about(id) {
            self.close_prompt();
        }
        self.tell_revised(id);
        let requests = self.cases.remove(at).requests;
        self.settle_all(requests);
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
            self.tell(Command::Log { line });
        }
    }

    pub(super) fn cases_due(&mut self) {
        for id in self.case_ids() {
            let now = self.now;
            let Some(case) = self.case(id) else { continue };
            if case.expires <= now {
                self.abandon(id, "nothing changed for too long");
            } else if case.due <= now {
                case.due = Millis::NEVER;
                match case.state {
                    State::Probing => self.probe(id),
                    State::Grace => self.explain(id),
                    _ => {}
                }
            }
        }
    }
}
