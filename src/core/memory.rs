//! Session memory: what must survive a reload, as text that only this file reads. A line a fact, fields between tabs.

use super::incident::{Cause, Entry, Evidence, Fate, Incident};
use super::text::{num, read_num};
use super::time::Millis;

/// Reload records and incidents kept; older ones go first.
const MAX_RELOADS: usize = 16;
const MAX_INCIDENTS: usize = 4;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The page was reloaded by the guard for this build and cause.
    pub reloads: Vec<(String, Cause)>,
    /// Incidents that were open when the guard reloaded the page.
    pub incidents: Vec<Incident>,
    /// Session id, made when the user consented.
    pub session: String,
}

fn escape(out: &mut String, field: &str) {
    for c in field.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
}

fn unescape(field: &str) -> String {
    let mut out = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some(c) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

fn line(out: &mut String, fields: &[&str]) {
    for (n, field) in fields.iter().enumerate() {
        if n > 0 {
            out.push('\t');
        }
        escape(out, field);
    }
    out.push('\n');
}

/// Kinds of evidence are static in memory; what is read back must be one that is known.
fn known_kind(kind: &str) -> &'static str {
    super::engine::evidence::KINDS.iter().find(|k| **k == kind).copied().unwrap_or("remembered")
}

fn read_u32(text: &str) -> Option<u32> {
    read_num(text).and_then(|n| u32::try_from(n).ok())
}

impl Memory {
    pub fn reloaded(&self, build: &str, cause: Cause) -> bool {
        self.reloads.iter().any(|(b, c)| b == build && *c == cause)
    }

    pub fn record_reload(&mut self, build: &str, cause: Cause) {
        if self.reloads.len() >= MAX_RELOADS {
            self.reloads.remove(0);
        }
        self.reloads.push((build.into(), cause));
    }

    pub fn write(&self) -> String {
        let mut out = String::new();
        if !self.session.is_empty() {
            line(&mut out, &["s", &self.session]);
        }
        for (build, cause) in &self.reloads {
            line(&mut out, &["r", build, cause.code()]);
        }
        for i in self.incidents.iter().take(MAX_INCIDENTS) {
            let (revision, detected, dropped) = (num(i.revision), num(i.detected), num(i.dropped));
            line(
                &mut out,
                &["i", &i.id, &i.reference, &revision, &i.step, &i.build, &i.page, &detected, i.cause.code(), &dropped],
            );
            for e in &i.evidence {
                line(&mut out, &["e", e.cause.code(), &num(e.weight), e.kind, &e.detail]);
            }
            for t in &i.timeline {
                line(&mut out, &["t", &num(t.at.0), &t.stage, &t.detail]);
            }
        }
        out
    }

    /// Reads what `write` wrote; a line that makes no sense is passed over, since storage may be damaged.
    pub fn read(text: &str) -> Memory {
        let mut memory = Memory::default();
        for line in text.lines().take(400) {
            let fields: Vec<String> = line.split('\t').map(unescape).collect();
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            match fields[..] {
                ["s", session] => memory.session = session.into(),
                ["r", build, cause] => {
                    if let Some(cause) = Cause::from_code(cause) {
                        memory.record_reload(build, cause);
                    }
                }
                ["i", id, reference, revision, step, build, page, detected, cause, dropped] => {
                    let (Some(revision), Some(detected), Some(cause)) =
                        (read_u32(revision), read_num(detected), Cause::from_code(cause))
                    else {
                        continue;
                    };
                    if memory.incidents.len() < MAX_INCIDENTS {
                        memory.incidents.push(Incident {
                            id: id.into(),
                            reference: reference.into(),
                            revision,
                            cause,
                            evidence: Vec::new(),
                            step: step.into(),
                            build: build.into(),
                            page: page.into(),
                            detected,
                            timeline: Vec::new(),
                            dropped: read_u32(dropped).unwrap_or(0),
                            fate: Fate::Open,
                        });
                    }
                }
                ["e", cause, weight, kind, detail] => {
                    if let (Some(i), Some(cause), Some(weight)) =
                        (memory.incidents.last_mut(), Cause::from_code(cause), read_num(weight))
                        && i.evidence.len() < Incident::MAX_EVIDENCE
                    {
                        let kind = known_kind(kind);
                        let weight = weight.min(100) as u8;
                        i.evidence.push(Evidence { cause, weight, kind, detail: detail.into() });
                    }
                }
                ["t", at, stage, detail] => {
                    if let (Some(i), Some(at)) = (memory.incidents.last_mut(), read_num(at))
                        && i.timeline.len() < Incident::MAX_TIMELINE
                    {
                        i.timeline.push(Entry { at: Millis(at), stage: stage.into(), detail: detail.into() });
                    }
                }
                _ => {}
            }
        }
        memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Memory {
        Memory {
            reloads: vec![("1.0\t\\".into(), Cause::Script), ("1.1".into(), Cause::StaleDeploy)],
            incidents: vec![Incident {
                id: "ab".into(),
                reference: "ABCD-EFGH".into(),
                revision: 2,
                cause: Cause::Script,
                evidence: vec![Evidence {
                    cause: Cause::Script,
                    weight: 50,
                    kind: super::super::engine::evidence::KINDS[0],
                    detail: "line one\nline\ttwo".into(),
                }],
                step: "申请".into(),
                build: "1.0".into(),
                page: "/apply".into(),
                detected: 1_760_000_000_000,
                timeline: vec![Entry { at: Millis(3), stage: "detected".into(), detail: String::new() }],
                dropped: 1,
                fate: Fate::Open,
            }],
            session: "0f".into(),
        }
    }

    #[test]
    fn memory_survives_a_reload() {
        assert_eq!(Memory::read(&full().write()), full());
    }

    #[test]
    fn damaged_memory_loses_only_the_damaged_lines() {
        let text = full().write();
        for cut in 0..text.len() {
            if text.is_char_boundary(cut) {
                let _ = Memory::read(&text[..cut]);
            }
        }
        let memory = Memory::read(&format!("r\tonly\nr\t9\tno-such-cause\n?\t\n{text}"));
        assert_eq!(memory, full());
    }
}
