//! Scripts that failed, resources that did, came from elsewhere, or stayed away, and the cases that this opens.

use super::case::{Dead, Family, MAX_DEAD, State};
use super::evidence;
use super::record::Stage;
use super::signal::Signal;
use super::state::Room;
use crate::core::event::ResourceKind;
use crate::core::telemetry::redact;

impl Room {
    pub(super) fn resource_failed(&mut self, url: &str, kind: ResourceKind, critical: bool, html: bool, status: u16) {
        if matches!(kind, ResourceKind::Frame | ResourceKind::Other) {
            self.clue(evidence::part_failed(url, status));
        } else {
            self.clue(evidence::resource_failed(url, html, status));
        }
        if critical && matches!(kind, ResourceKind::Classic | ResourceKind::Module) && self.is_own(url) {
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
        let dead = Dead { url: url.into(), kind, entry: self.entries.iter().any(|e| e == url), own: self.is_own(url) };
        let Some(case) = self.case(id) else { return };
        case.suspect(url);
        case.healed |= healed;
        case.retried |= tries > 0;
        if healed {
            case.dead.retain(|d| d.url != url);
        } else {
            case.add_dead(dead);
        }
        // What was found out of the page before, or while it had all its parts, says nothing of one that is lost now.
        let anew = !healed && kind == ResourceKind::Chunk && matches!(case.state, State::Looking | State::Dismissed);
        if anew || (case.outstanding == 0 && case.rung == 0 && matches!(case.state, State::Requests)) {
            self.diagnose(id);
        }
        if healed {
            self.tell(Signal::LookSoon);
        } else {
            self.tell(Signal::LookNow);
        }
    }

    /// An uncaught error or an unhandled rejection.
    pub(super) fn script_failed(&mut self, text: &str, source: &str, rejection: bool) {
        let altered = self.altered && evidence::misses_its_nodes(text);
        let found = if altered { evidence::altered(text) } else { evidence::script_error(text, source, rejection) };
        self.clue(found);
        self.tell(Signal::LookSoon);
    }

    pub(super) fn import_failed(&mut self, url: &str, text: &str) {
        let found = evidence::import_failed(url, text);
        let own = self.is_own(url);
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
        self.tell(Signal::LookSoon);
    }
}
