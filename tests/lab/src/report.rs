//! What a run has to say: progress while it runs, a table at its end, and the same as JSON.
use crate::scenarios::Scenario;
use pagemend_lab::drivers::Engine;
use serde_json::{Value, json};

pub struct Row {
    engine: Engine,
    scenario: &'static Scenario,
    guarded: bool,
    /// What a person saw.
    pub seen: String,
    pub cause: String,
    pub outcome: String,
    pub seconds: f64,
    /// Whether the page was white at the end.
    pub white: bool,
    /// Why the row does not hold.
    pub error: Option<String>,
    /// The state of page and server at the failure.
    pub details: String,
}

impl Row {
    pub fn new(engine: Engine, scenario: &'static Scenario, guarded: bool) -> Self {
        Self {
            engine,
            scenario,
            guarded,
            seen: String::new(),
            cause: String::new(),
            outcome: String::new(),
            seconds: 0.0,
            white: false,
            error: None,
            details: String::new(),
        }
    }

    pub fn ok(&self) -> bool {
        self.error.is_none()
    }

    /// One line on standard error as soon as the row is known; a failure with all that explains it.
    pub fn progress(&self) {
        let mark = if self.ok() { "ok  " } else { "FAIL" };
        let text = self.error.as_deref().unwrap_or(&self.seen);
        eprintln!("  {mark} {:<8} {:<26} {:>5.1} s  {text}", self.engine.name(), self.scenario.name, self.seconds);
        if !self.details.is_empty() {
            eprintln!("    {}", self.details);
        }
    }

    fn json(&self) -> Value {
        json!({
            "engine": self.engine.name(),
            "fault": self.scenario.name,
            "title": self.scenario.title,
            "guard": if self.guarded { "pagemend" } else { "none" },
            "ok": self.ok(),
            "seen": self.error.as_ref().unwrap_or(&self.seen),
            "cause": self.cause,
            "outcome": self.outcome,
            "seconds": (self.seconds * 10.0).round() / 10.0,
            "white": self.white,
        })
    }
}

pub fn table(rows: &[Row]) {
    println!("{:<9} {:<26} {:<5} {:>7}  {:<10} {:<18} seen", "engine", "fault", "holds", "seconds", "outcome", "cause");
    for row in rows {
        let holds = if row.ok() { "yes" } else { "NO" };
        let seen = row.error.as_deref().unwrap_or(&row.seen).lines().next().unwrap_or_default();
        println!(
            "{:<9} {:<26} {holds:<5} {:>7.1}  {:<10} {:<18} {seen}",
            row.engine.name(),
            row.scenario.name,
            row.seconds,
            row.outcome,
            row.cause
        );
    }
    let failed = rows.iter().filter(|row| !row.ok()).count();
    println!("{} passed, {failed} failed", rows.len() - failed);
}

pub fn json(rows: &[Row], seconds: f64) -> Value {
    let failed = rows.iter().filter(|row| !row.ok()).count();
    let white = rows.iter().filter(|row| row.white).count();
    json!({
        "ok": failed == 0 && !rows.is_empty(),
        "summary": {"passed": rows.len() - failed, "failed": failed, "whitePages": white, "seconds": seconds.round()},
        "rows": rows.iter().map(Row::json).collect::<Vec<_>>(),
    })
}
