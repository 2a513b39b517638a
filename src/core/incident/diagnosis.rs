//! Diagnosis: what is stored and which build is served are asked for, and what comes back is evidence.

use super::case::{CaseId, State};
use super::evidence;
use super::record::Stage;
use super::signal::{Damage, Signal};
use super::state::Room;
use crate::core::event::ResourceKind;
use crate::core::freshness::verdict::{Freshness, FreshnessVerdict};

impl Room {
    pub(super) fn diagnose(&mut self, id: CaseId) {
        let offline = self.away;
        let Some(case) = self.case(id) else { return };
        case.state = State::Diagnosing;
        case.diagnosed = true;
        let suspects = case.suspects.clone();
        // A page that was loaded anew for a newer build has met it before.
        let lost = case.misses_files() || case.served_again;
        // What is stored, and the manifest.
        case.outstanding = 2;
        if offline {
            case.incident.add_evidence(evidence::offline());
        }
        self.tell(Signal::Diagnose { case: id, suspects, lost });
    }

    pub(super) fn freshness_diagnosed(&mut self, id: CaseId, verdict: &FreshnessVerdict) {
        if let Some(case) = self.case(id) {
            let stale = matches!(verdict.state, Freshness::Stale | Freshness::Withdrawn);
            case.served_again &= stale;
            if stale {
                let lost = case.misses_files();
                case.incident.add_evidence(evidence::newer_build(&verdict.running, &verdict.latest, lost));
                // What the deployment has replaced is gone for good, whoever hears of it.
                let gone = case.dead.iter().any(|d| d.kind == ResourceKind::Chunk && d.own);
                if gone || case.served_again {
                    (case.must_act, case.missed) = (true, true);
                    case.chunk_lost |= gone;
                }
            }
            if case.served_again {
                case.rung = 0;
                case.incident.add_evidence(evidence::served_again(&verdict.running, &verdict.latest));
            }
        }
        self.part_diagnosed(id);
    }

    pub(super) fn damage_diagnosed(&mut self, id: CaseId, damage: Damage) {
        if let Some(case) = self.case(id) {
            for file in &damage.renewed {
                case.incident.add_evidence(evidence::stale_file(file));
            }
            for (error, source) in &damage.unsupported {
                case.incident.add_evidence(evidence::unsupported_syntax(error, source));
            }
            for store in &damage.stuck {
                let told = case.incident.evidence.iter().any(|e| e.tells_of(store.stuck));
                case.incident.add_evidence(evidence::store_stuck(store, told));
            }
            case.damage = damage.repair;
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
        for entry in &case.damage.entries {
            case.incident.add_evidence(evidence::poisoned_cache(&entry.url, &entry.why));
        }
        // A damaged entry explains a page that does not come up; on a page that does, it is nobody's complaint.
        if content {
            case.damage.keys.clear();
        }
        for entry in &case.damage.keys {
            case.incident.add_evidence(evidence::damaged_entry(&entry.key, entry.fault));
        }
        let cause = case.incident.cause.code();
        self.note(id, Stage::Diagnosed, cause);
        self.climb(id);
    }
}
