//! Session memory: what must survive a reload, as text that only this file reads. A line a fact, fields between tabs.

use super::incident::{Cause, Entry, Evidence, Fate, Incident, Stage};
use super::text::{num, piece, read_num};
use super::time::Millis;
use std::rc::Rc;

/// Reload records and incidents kept; older ones go first.
const MAX_RELOADS: usize = 16;
const MAX_INCIDENTS: usize = 4;

/// A reload by the guard: of which build, for which cause, and when, in epoch milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reload {
    pub build: String,
    pub cause: Cause,
    pub at: u64,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The reloads by the guard.
    pub reloads: Vec<Reload>,
    /// Incidents that were open when the guard reloaded the page.
    pub incidents: Vec<Incident>,
    /// Session id, made when the user consented.
    pub session: String,
    /// Origins that were left alone when a page was left, and until when: epoch milliseconds.
    pub dead: Vec<Box<(String, u64)>>,
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

fn field(out: &mut String, field: &str) {
    out.push('\t');
    escape(out, field);
}

fn number(out: &mut String, n: u64) {
    field(out, &num(n));
}

impl Reload {
    /// Adds it to a memory that was written.
    pub fn write(&self, out: &mut String) {
        out.push('r');
        field(out, &self.build);
        field(out, self.cause.code());
        number(out, self.at);
        out.push('\n');
    }
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
        self.reloads.iter().any(|r| r.build == build && r.cause == cause)
    }

    /// The last one, in epoch milliseconds; 0 when there was none.
    pub fn last_reload(&self) -> u64 {
        self.reloads.iter().map(|r| r.at).max().unwrap_or(0)
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
        let mut out = String::new();
        for reload in &self.reloads {
            reload.write(&mut out);
        }
        out
    }

    pub fn write(&self) -> String {
        let mut out = String::new();
        if !self.session.is_empty() {
            out.push('s');
            field(&mut out, &self.session);
            out.push('\n');
        }
        out.push_str(&self.mark());
        for dead in &self.dead {
            out.push('d');
            field(&mut out, &dead.0);
            number(&mut out, dead.1);
            out.push('\n');
        }
        for i in &self.incidents {
            i.remember(&mut out);
        }
        out
    }

    /// Reads what `write` wrote; a line that makes no sense is passed over, since storage may be damaged.
    pub fn read(text: &str) -> Memory {
        let mut memory = Memory::default();
        let mut rest = text;
        for _ in 0..400 {
            if rest.is_empty() {
                break;
            }
            let line = piece(&mut rest, b'\n');
            memory.read_line(line);
        }
        memory
    }

    fn read_line(&mut self, line: &str) -> Option<()> {
        let fields = line.bytes().filter(|b| *b == b'\t').count();
        let rest = &mut &*line;
        match (piece(rest, b'\t'), fields) {
            ("s", 1) => self.session = next(rest),
            ("r", 3) => {
                let (build, cause) = (next(rest), Cause::from_code(&next(rest))?);
                self.record_reload(Reload { build, cause, at: read_num(&next(rest))? });
            }
            ("d", 2) => {
                let origin = next(rest);
                self.dead.push(Box::new((origin, read_num(&next(rest))?)));
            }
            ("i", 9) if self.incidents.len() < MAX_INCIDENTS => {
                let (id, reference, revision) = (next(rest), next(rest), read_u32(&next(rest)));
                let (step, build, page) = (next(rest), next(rest), next(rest));
                let (detected, cause) = (read_num(&next(rest)), Cause::from_code(&next(rest)));
                let incident = Incident {
                    id,
                    reference,
                    revision: revision.unwrap_or(0),
                    evidence: Vec::new(),
                    step,
                    build,
                    page,
                    detected: detected.unwrap_or(0),
                    cause: cause.unwrap_or(Cause::Unknown),
                    timeline: Vec::new(),
                    dropped: read_u32(&next(rest)).unwrap_or(0),
                    fate: Fate::Open,
                };
                if revision.is_some() && detected.is_some() && cause.is_some() {
                    self.incidents.push(incident);
                }
            }
            ("e", 4) => {
                let incident = self.incidents.last_mut()?;
                let cause = Cause::from_code(&next(rest))?;
                let weight = read_num(&next(rest))?.min(100) as u8;
                if incident.evidence.len() < Incident::MAX_EVIDENCE {
                    let kind = known_kind(&next(rest));
                    incident.evidence.push(Rc::new(Evidence { cause, weight, kind, detail: next(rest) }));
                }
            }
            ("t", 3) => {
                let incident = self.incidents.last_mut()?;
                let at = Millis(read_num(&next(rest))?);
                if incident.timeline.len() < Incident::MAX_TIMELINE {
                    let stage = Stage::from_code(&next(rest))?;
                    incident.timeline.push(Box::new(Entry { at, stage, detail: next(rest) }));
                }
            }
            _ => {}
        }
        Some(())
    }
}

/// The next field of a line. One function, since it is asked for in many places.
#[inline(never)]
fn next(rest: &mut &str) -> String {
    unescape(piece(rest, b'\t'))
}

impl Incident {
    /// Adds the lines of this incident to a memory that was written.
    pub fn remember(&self, out: &mut String) {
        out.push('i');
        field(out, &self.id);
        field(out, &self.reference);
        number(out, u64::from(self.revision));
        field(out, &self.step);
        field(out, &self.build);
        field(out, &self.page);
        number(out, self.detected);
        field(out, self.cause.code());
        number(out, u64::from(self.dropped));
        out.push('\n');
        for e in &self.evidence {
            out.push('e');
            field(out, e.cause.code());
            number(out, u64::from(e.weight));
            field(out, e.kind);
            field(out, &e.detail);
            out.push('\n');
        }
        for t in &self.timeline {
            out.push('t');
            number(out, t.at.0);
            field(out, t.stage.code());
            field(out, &t.detail);
            out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
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
                        kind: super::super::engine::evidence::KINDS[0],
                        detail: "line one\nline\ttwo".into(),
                    }
                    .into(),
                ],
                step: "申请".into(),
                build: "1.0".into(),
                page: "/apply".into(),
                detected: 1_760_000_000_000,
                timeline: vec![Entry { at: Millis(3), stage: Stage::Detected, detail: String::new() }.into()],
                dropped: 1,
                fate: Fate::Open,
            }],
            session: "0f".into(),
            dead: vec![Box::new(("https://cdn.example".into(), 1_760_000_090_000))],
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
    fn damaged_memory_loses_only_the_damaged_lines() {
        let text = full().write();
        for cut in 0..text.len() {
            if text.is_char_boundary(cut) {
                let _ = Memory::read(&text[..cut]);
            }
        }
        let memory = Memory::read(&format!("r\tonly\nr\t9\tno-such-cause\t7\n?\t\n{text}"));
        assert_eq!(memory, full());
    }
}
