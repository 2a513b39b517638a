//! Diagnosis: what is stored and which build is served are asked for, and what comes back is evidence.

use super::case::{Case, CaseId, State, TakenBack};
use super::evidence;
use super::record::Stage;
use super::signal::{Damage, Signal};
use super::state::Room;
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
            let taken_back = verdict.state == Freshness::Withdrawn;
            // Servers that lag behind tell of an older build as well: what came again may be the one that is live.
            case.served_again &= verdict.state == Freshness::Stale;
            if taken_back && !case.dead.is_empty() && !case.dead_known {
                let (running, latest) = (verdict.running.clone(), verdict.latest.clone());
                case.taken_back = Some(TakenBack { running, latest });
            } else if taken_back || verdict.state == Freshness::Stale {
                case.replaced(&verdict.running, &verdict.latest);
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
        let doubtful = case.taken_back.is_some() && !content;
        let cause = case.incident.cause.code();
        self.note(id, Stage::Diagnosed, cause);
        if doubtful {
            self.schedule_probe(id);
        } else {
            self.climb(id);
        }
    }

    /// A probe has found out whether what the page misses is gone for good, and with it whether the release was taken back.
    pub(super) fn release_known(&mut self, id: CaseId, gone: bool) {
        let Some(case) = self.case(id) else { return };
        if let Some(TakenBack { running, latest }) = case.taken_back.take().filter(|_| gone) {
            case.replaced(&running, &latest);
            case.rung = 0;
        }
    }
}

impl Case {
    /// Another build is served than the one that runs here.
    fn replaced(&mut self, running: &str, latest: &str) {
        let lost = self.misses_files();
        self.incident.add_evidence(evidence::newer_build(running, latest, lost));
        // What the deployment has replaced is gone for good, whoever hears of it.
        let gone = self.chunk_gone();
        if gone || self.served_again {
            (self.must_act, self.missed) = (true, true);
            self.chunk_lost |= gone;
        }
    }
}
