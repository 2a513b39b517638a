//! Session memory: what must survive a reload, as JSON that only this file reads.

use super::incident::record::{Cause, Incident, Reload};
use super::json;
use serde::{Deserialize, Serialize};

/// Reload records and incidents kept; older ones go first.
const MAX_RELOADS: usize = 16;
const MAX_INCIDENTS: usize = 4;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Memory {
    /// The reloads by the guard.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reloads: Vec<Reload>,
    /// Incidents that were open when the guard reloaded the page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<Incident>,
    /// Session id, made when the user consented.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// Origins that were left alone when a page was left, and until when: epoch milliseconds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dead: Vec<(String, u64)>,
    /// Drawn by chance for the session: which sessions a percentage of the playbook is about. It is sent nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot: Option<u64>,
}

impl Memory {
    pub fn reloaded(&self, build: &str, cause: Cause) -> bool {
        Reload::count(&self.reloads, build, cause) > 0
    }

    /// The last one, in epoch milliseconds; 0 when there was none.
    pub fn last_reload(&self) -> u64 {
        Reload::last(&self.reloads)
    }

    pub fn record_reload(&mut self, reload: Reload) {
        if self.reloads.contains(&reload) {
            return;
        }
        if self.reloads.len() >= MAX_RELOADS {
            self.reloads.remove(0);
        }
        self.reloads.push(reload);
    }

    /// What the second witness knows of reloads counts as if it had been remembered here.
    pub fn believe(&mut self, mark: &str) {
        for reload in Memory::read(mark).reloads {
            self.record_reload(reload);
        }
    }

    /// What the second witness is told: the reloads alone.
    pub fn mark(&self) -> String {
        Memory { reloads: self.reloads.clone(), ..Memory::default() }.write()
    }

    /// Nothing is no text at all.
    pub fn write(&self) -> String {
        if *self == Memory::default() {
            return String::new();
        }
        json::write(self)
    }

    /// Reads what `write` wrote. Text that makes no sense is no memory, since storage may be damaged: of reloads the other witness knows.
    pub fn read(text: &str) -> Memory {
        let mut memory: Memory = json::read(text).unwrap_or_default();
        memory.reloads.drain(..memory.reloads.len().saturating_sub(MAX_RELOADS));
        memory.incidents.truncate(MAX_INCIDENTS);
        for incident in &mut memory.incidents {
            incident.evidence.truncate(Incident::MAX_EVIDENCE);
            incident.timeline.truncate(Incident::MAX_TIMELINE);
        }
        memory
    }
}

#[cfg(test)]
mod tests {
    use super::super::dice::Dice;
    use super::super::incident::record::{Entry, Evidence, Kind, Outcome, Stage};
    use super::super::time::Millis;
    use super::*;

    fn full() -> Memory {
        Memory {
            reloads: vec![
                Reload { build: "1.0\t\\".into(), cause: Cause::Script, at: 1_760_000_000_000 },
                Reload { build: "1.1".into(), cause: Cause::StaleDeploy, at: 1_760_000_100_000 },
            ],
            incidents: vec![Incident {
                id: "ab".into(),
                reference: "ABCD-EFGH".into(),
                revision: 2,
                cause: Cause::Script,
                evidence: vec![
                    Evidence {
                        cause: Cause::Script,
                        weight: 50,
                        kind: Kind::ApiHang,
                        detail: "line one\nline\ttwo".into(),
                    }
                    .into(),
                ],
                step: "申请".into(),
                build: "1.0".into(),
                page: "/apply".into(),
                detected: 1_760_000_000_000,
                timeline: vec![Entry { at: Millis(3), stage: Stage::Detected, detail: String::new() }],
                dropped: 1,
                aside: vec!["persist:root".into()],
                outcome: Outcome::Open,
            }],
            session: "0f".into(),
            dead: vec![("https://cdn.example".into(), 1_760_000_090_000)],
            lot: Some(7),
        }
    }

    #[test]
    fn memory_survives_a_reload() {
        assert_eq!(Memory::read(&full().write()), full());
    }

    #[test]
    fn the_second_witness_knows_the_reloads_and_nothing_else() {
        let mut wiped = Memory::default();
        wiped.believe(&full().mark());
        assert_eq!((wiped.reloads, wiped.incidents.len(), wiped.session.as_str()), (full().reloads, 0, ""));
        let mut both = full();
        both.believe(&full().mark());
        assert_eq!(both, full(), "what both know counts once");
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "the dice give what was asked of them, in 64 bits")]
    fn damage_of_one_witness_never_hides_a_reload() {
        let (memory, mark) = (full().write(), full().mark());
        let mut dice = Dice::new([15, 3]);
        for _ in 0..20_000 {
            let mut damaged = [memory.as_bytes(), mark.as_bytes()];
            let hurt = dice.up_to(1) as usize;
            let mut bytes = damaged[hurt].to_vec();
            let at = dice.up_to(bytes.len() as u64 - 1) as usize;
            match dice.up_to(2) {
                0 => bytes.truncate(at),
                1 => bytes[at] = dice.up_to(255) as u8,
                _ => drop(bytes.remove(at)),
            }
            damaged[hurt] = &bytes;
            let [memory, mark] = damaged.map(String::from_utf8_lossy);
            let mut known = Memory::read(&memory);
            known.believe(&mark);
            for reload in full().reloads {
                assert!(known.reloaded(&reload.build, reload.cause), "{memory} {mark}");
            }
        }
    }

    #[test]
    fn codes_of_another_version_are_read_and_other_formats_are_no_memory() {
        let later = full().write().replacen("\"stale-deploy\"", "\"a-cause-of-later\"", 1);
        let memory = Memory::read(&later.replacen("api-hang", "a-kind-of-later", 1));
        assert_eq!(memory.reloads[0], full().reloads[0]);
        assert_eq!((memory.reloads[1].cause, memory.last_reload()), (Cause::Unknown, full().last_reload()));
        assert_eq!(memory.incidents[0].evidence[0].kind, Kind::Remembered);
        assert_eq!(memory.session, full().session);

        // As version 0.1 wrote it, a line a fact and fields between tabs.
        let old = "s\t0f\nr\t1.0\tscript\t1760000000000\n".into();
        let deep = format!("{{\"x\":{}", "[".repeat(1_000_000));
        let others = ["", "null", "[]", "{}", "{\"reloads\":7}", "{\"session\":\"\\ud800\"}"].map(String::from);
        for text in others.into_iter().chain([old, deep, "[".repeat(1_000_000)]) {
            assert_eq!(Memory::read(&text), Memory::default(), "{}", &text[..text.len().min(50)]);
        }
    }

    #[test]
    fn memory_is_bounded_whoever_wrote_it() {
        let mut much = full();
        much.reloads = (0..99).map(|at| Reload { at, ..full().reloads[0].clone() }).collect();
        much.incidents = vec![full().incidents[0].clone(); 99];
        much.incidents[0].timeline = vec![full().incidents[0].timeline[0].clone(); 999];
        much.incidents[0].evidence = vec![full().incidents[0].evidence[0].clone(); 999];
        let read = Memory::read(&much.write());
        assert_eq!((read.reloads.len(), read.incidents.len(), read.last_reload()), (MAX_RELOADS, MAX_INCIDENTS, 98));
        let Incident { evidence, timeline, .. } = &read.incidents[0];
        assert_eq!((evidence.len(), timeline.len()), (Incident::MAX_EVIDENCE, Incident::MAX_TIMELINE));
    }
}
