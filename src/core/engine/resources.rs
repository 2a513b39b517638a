//! Resources that failed, came from elsewhere, or stayed away, and the cases that this opens.

use super::case::{Dead, Family, MAX_DEAD, State};
use super::evidence;
use super::state::Engine;
use crate::core::event::ResourceKind;
use crate::core::incident::Stage;
use crate::core::retry;
use crate::core::telemetry::redact;

impl Engine {
    pub(super) fn resource_failed(&mut self, url: &str, kind: ResourceKind, critical: bool, html: bool, status: u16) {
        let frame = kind == ResourceKind::Frame;
        if frame || kind == ResourceKind::Other {
            self.clue(evidence::part_failed(url, status));
            // A document that is not there, or not for this user, is the server's decision.
            if !frame || retry::worth_retrying(status) {
                self.tell_retry(retry::Event::PartFailed { url: url.into(), status, frame, seen: critical });
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
        self.tell_retry(retry::Event::TriedElsewhere { url: url.into(), tries, recovered: healed });
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
}
