//! Remedies at work: probes, repair, the guarded reload, renewed links, dialogs.

use super::case::{Case, CaseId, Dead, Family, State};
use super::leave::Leave;
use super::record::{Cause, Incident, Kind, Outcome, Stage};
use super::signal::{Otherwise, Resource, Signal, Speech};
use super::state::Room;
use crate::core::event::ResourceKind;
use crate::core::playbook::ladder::Remedy;
use crate::core::prompt::words::{PromptKind, choice};
use crate::core::storage::facts::{Repair, RepairDone, RepairReport, Stuck};
use crate::core::time::Millis;

impl Room {
    /// Starts a remedy; `false` when it does not apply.
    pub(super) fn start_remedy(&mut self, id: CaseId, remedy: Remedy) -> bool {
        match remedy {
            Remedy::Retry => self.start_retry(id),
            Remedy::Repair => self.start_repair(id),
            Remedy::Renew => self.start_renew(id),
            Remedy::Reload => self.start_reload(id),
            Remedy::Reset => self.start_reset(id),
            Remedy::WaitOnline => {
                if let Some(case) = self.case(id) {
                    case.state = State::Offline;
                }
                self.say(id, PromptKind::Offline, Otherwise::Wait);
                true
            }
            Remedy::Dialog => {
                self.say_why(id, Otherwise::Climb);
                true
            }
        }
    }

    // ---- retry of dead resources ----

    fn start_retry(&mut self, id: CaseId) -> bool {
        let Some(case) = self.case(id) else {
            return false;
        };
        if case.is_about_requests() {
            case.state = State::Requests;
            return !case.requests.is_empty();
        }
        if case.dead.is_empty() {
            return false;
        }
        self.schedule_probe(id);
        true
    }

    pub(super) fn schedule_probe(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        case.state = State::Probing;
        let attempt = case.probes + 1;
        self.tell(Signal::ProbeLater { case: id, attempt });
    }

    pub(super) fn probe_at(&mut self, id: CaseId, due: Millis) {
        if let Some(case) = self.case(id) {
            case.due = due;
        }
    }

    pub(super) fn probe(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        case.probes += 1;
        case.retried = true;
        let resource = |dead: &Dead| Resource { url: dead.url.clone(), script: dead.kind != ResourceKind::Style };
        let resources = case.probed().map(resource).collect();
        self.tell(Signal::Probe { case: id, resources });
    }

    pub(super) fn probed(&mut self, id: CaseId, alive: usize) {
        let limit = self.plan.retry.limit;
        let Some(case) = self.case(id).filter(|case| case.state == State::Probing) else { return };
        let all = case.probed().count();
        let detail = format!("{alive} of {all} dead resources can be had again");
        self.note(id, Stage::Retried, &detail);
        let Some(case) = self.case(id) else { return };
        if alive < all {
            if case.probes + 1 < limit {
                self.schedule_probe(id);
            } else {
                case.dead_known = true;
                self.release_known(id, true);
                self.climb(id);
            }
            return;
        }
        case.dead_known = false;
        self.release_known(id, false);
        let Some(case) = self.case(id) else { return };
        // A stylesheet can be put in late; a script that others waited for cannot: its page starts anew.
        if case.dead.iter().any(|d| d.kind != ResourceKind::Style) {
            self.climb(id);
            return;
        }
        case.outstanding = case.dead.len();
        case.state = State::Acting;
        for n in 0..case.dead.len() {
            let Some(case) = self.case(id) else { return };
            let url = case.dead[n].url.clone();
            self.tell(Signal::Reinsert { case: id, url });
        }
    }

    pub(super) fn reinserted(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        case.outstanding = case.outstanding.saturating_sub(1);
        if case.outstanding == 0 {
            self.look(id);
        }
    }

    /// The next verdict decides on this case.
    pub(super) fn look(&mut self, id: CaseId) {
        if let Some(case) = self.case(id) {
            case.state = State::Looking;
            case.due = Millis::NEVER;
        }
        self.tell(Signal::LookNow);
    }

    // ---- repair ----

    pub(super) fn start_repair(&mut self, id: CaseId) -> bool {
        let Some(case) = self.case(id) else {
            return false;
        };
        let mut what = std::mem::take(&mut case.damage);
        // What can be mended is not made room for: a copy that finds none goes elsewhere.
        if case.incident.cause != Cause::StorageStuck {
            what.evict.clear();
        }
        if what == Repair::default() {
            return false;
        }
        case.state = State::Acting;
        self.tell(Signal::Repair { case: id, what });
        true
    }

    pub(super) fn repaired(&mut self, id: CaseId, report: RepairReport, ok: bool) {
        if self.case(id).is_none() {
            return;
        }
        let keys = report.keys.iter().map(|entry| entry.key.clone()).collect();
        if !ok {
            self.note(id, Stage::Repaired, "failed");
            if !self.reset_lost(id, keys) {
                self.climb(id);
            }
            return;
        }
        let RepairDone { copied, removed, failed, freed, restored } = report.done;
        if let Some(case) = self.case(id) {
            case.freed = freed;
        }
        let detail = match restored {
            0 => format!("{copied} copied, {removed} removed, {failed} failed"),
            _ => format!("{restored} put back, {failed} failed"),
        };
        self.tell(Signal::Repaired(report));
        self.note(id, Stage::Repaired, &detail);
        if self.reset_done(id, keys, removed > 0) {
            return;
        }
        // A page that broke over damaged data does not come up by itself: the next rung starts it anew, unless it is up.
        self.climb(id);
    }

    // ---- prompts ----

    /// Shows the dialog of a case without waiting for its ladder; its requests go on being tried behind it.
    pub(super) fn explain(&mut self, id: CaseId) {
        self.say_why(id, Otherwise::Dismiss);
    }

    fn say_why(&mut self, id: CaseId, otherwise: Otherwise) {
        let Some(case) = self.cases.iter().find(|c| c.id == id) else { return };
        // Placeholders that stand for too long point to an interface; that it is one is said only where one is known to have failed.
        let known = |cause| case.incident.evidence.iter().any(|e| e.cause == cause && e.kind != Kind::Render);
        // It can be read, and is not covered for something that a dialog would not change.
        let unusable = self.content_since(case.opened) && (case.entry_lost() || (self.looping && !case.chunk_lost));
        let kind = match case.incident.cause {
            _ if unusable => PromptKind::Unusable,
            Cause::Offline => PromptKind::Offline,
            Cause::StaleLink if case.is_about_session() => PromptKind::Expired,
            Cause::StaleLink => PromptKind::LinkExpired,
            Cause::Refused => PromptKind::Refused,
            Cause::StaleDeploy => PromptKind::Update,
            Cause::Unsupported => PromptKind::Unsupported,
            Cause::Translated => PromptKind::Translated,
            Cause::Overload => PromptKind::Overload,
            Cause::Network => PromptKind::Network,
            Cause::Api if known(Cause::Api) => PromptKind::Service,
            Cause::Resource => PromptKind::LoadFailed,
            Cause::StorageStuck => match case.incident.stuck() {
                Some(Stuck::Full) => PromptKind::StorageFull,
                Some(Stuck::Denied) => PromptKind::StorageDenied,
                Some(Stuck::Framed) => PromptKind::StorageFramed,
                Some(Stuck::Blocked) => PromptKind::OtherTabs,
                Some(Stuck::Newer) => PromptKind::Update,
                Some(Stuck::Silent | Stuck::Lost) | None => PromptKind::StorageLost,
            },
            _ => PromptKind::Script,
        };
        self.say(id, kind, otherwise);
    }

    pub(super) fn say(&mut self, id: CaseId, kind: PromptKind, otherwise: Otherwise) {
        let Some(case) = self.cases.iter().find(|c| c.id == id) else { return };
        let service = match case.family {
            Family::Service => self.service_name(&case.service).to_owned(),
            _ => String::new(),
        };
        let speech = Speech {
            incident: case.incident.id.clone(),
            reference: case.incident.reference.clone(),
            service,
            explanation: String::new(),
            submitting: case.submitting,
            unsaved: case.unsaved,
            reloaded: case.reloaded,
            retried: case.retried,
            in_place: case.is_about_requests(),
            requests: case.requests.clone(),
        };
        self.tell(Signal::Say { case: id, kind, speech: Box::new(speech), otherwise });
    }

    /// Whether the user sees what the case had to say.
    pub(super) fn said(&mut self, id: CaseId, kind: PromptKind, shown: bool, otherwise: Otherwise) {
        let Some(case) = self.case(id) else { return };
        match otherwise {
            Otherwise::End => {
                if shown {
                    self.note(id, Stage::Prompted, kind.code());
                }
                self.end(id, Outcome::Refused, "explained");
            }
            _ if shown => {
                if case.state != State::Offline {
                    case.state = State::Prompted;
                }
                case.prompted = true;
                case.incident.outcome = Outcome::Prompted;
                self.note(id, Stage::Prompted, kind.code());
                self.revised(id);
            }
            Otherwise::Climb => self.climb_on(id),
            Otherwise::Dismiss if case.state == State::Grace => case.state = State::Dismissed,
            Otherwise::Dismiss | Otherwise::Wait => {}
        }
    }

    pub(super) fn chosen(&mut self, id: CaseId, chosen: &str) {
        let Some(case) = self.case(id) else { return };
        let about_requests = case.is_about_requests();
        self.note(id, Stage::Answered, chosen);
        match chosen {
            choice::RETRY if about_requests => self.retry_case_requests(id),
            choice::RETRY | choice::RELOAD => self.ask_leave(id, true),
            choice::RESET => self.reset_chosen(id),
            choice::OPEN => {
                self.tell(Signal::OpenWindow);
                self.dismissed(id);
            }
            choice::HOME => self.remember_and_leave(id, Leave { to: Some("/".into()), by_user: true }),
            _ => self.dismissed(id),
        }
    }

    /// The failure that the page's own code explains is most likely the one that is open.
    pub fn explained_by_page(&self) -> Option<(CaseId, &Incident)> {
        let waits = |case: &Case| matches!(case.state, State::Grace | State::Prompted | State::Dismissed);
        let case = self.cases.iter().rev().find(|case| waits(case) && case.is_about_requests())?;
        Some((case.id, &case.incident))
    }

    pub(super) fn page_explains(&mut self, id: CaseId, kind: PromptKind) {
        let Some(case) = self.case(id) else { return };
        case.state = State::Prompted;
        case.due = Millis::NEVER;
        case.incident.outcome = Outcome::Prompted;
        self.note(id, Stage::Prompted, kind.code());
        self.revised(id);
    }

    pub(super) fn page_heard(&mut self, id: CaseId, chosen: &str) {
        self.note(id, Stage::Answered, chosen);
        if matches!(chosen, choice::CLOSE | choice::NONE) {
            self.dismissed(id);
            return;
        }
        // The user goes on another way; whether that works is seen on the page.
        if let Some(case) = self.case(id) {
            case.incident.outcome = Outcome::Open;
        }
        self.look(id);
    }

    /// The user closed the dialog: what is held goes back to the page, and nothing more is done.
    pub(super) fn dismissed(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        if case.family == Family::Page && !case.must_act {
            case.state = State::Dismissed;
            self.tell(Signal::LookSoon);
        } else {
            self.abandon(id, "the user closed the prompt");
        }
    }
}
