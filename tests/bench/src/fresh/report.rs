//! The benchmark of freshness for reading, and as JSON.
use crate::checker::{Checker, POLL_MS, TIMES};
use crate::scenario::Scenario;
use crate::visit::Done;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// Its version: the guard's own, or the one that the peers' package.json pins.
fn version(checker: Checker, manifest: &Value) -> &str {
    match checker.package() {
        None => env!("CARGO_PKG_VERSION"),
        Some(package) => manifest["devDependencies"][package].as_str().unwrap_or("?"),
    }
}

fn right(all: &[Done], checker: Checker) -> usize {
    all.iter().filter(|done| done.checker == checker && done.outcome.right).count()
}

/// Of the peers nothing is promised.
pub fn ok(all: &[Done]) -> bool {
    let mut ours = all.iter().filter(|done| done.checker == Checker::Pagemend).peekable();
    ours.peek().is_some() && ours.all(|done| done.outcome.right)
}

pub fn table(all: &[Done], scenarios: &[&Scenario], checkers: &[Checker], manifest: &Value) -> String {
    let mut out = format!(
        "The same servers before each, in Chromium, on a profile and an origin of its own. Asked every {} seconds, by clocks that run {TIMES} times as fast.\n",
        POLL_MS / 1000
    );
    for scenario in scenarios {
        let _ = writeln!(out, "\n{}: {}", scenario.name, scenario.right);
        for done in all.iter().filter(|done| done.scenario.name == scenario.name) {
            let mark = if done.outcome.right { "right" } else { "WRONG" };
            let _ = writeln!(out, "  {mark}  {:<32} {}", done.checker.name(), done.outcome.seen);
        }
    }
    out.push('\n');
    for checker in checkers {
        let name = format!("{} {}", checker.name(), version(*checker, manifest));
        let _ = writeln!(out, "{name:<40} right in {} of {}", right(all, *checker), scenarios.len());
    }
    out
}

pub fn json(all: &[Done], scenarios: usize, checkers: &[Checker], manifest: &Value, seconds: f64) -> Value {
    let figures: Map<String, Value> = checkers
        .iter()
        .map(|checker| {
            let figure = json!({"version": version(*checker, manifest), "right": right(all, *checker)});
            (checker.name().into(), figure)
        })
        .collect();
    let row = |done: &Done| {
        json!({
            "scenario": done.scenario.name,
            "rightOutcome": done.scenario.right,
            "checker": done.checker.name(),
            "right": done.outcome.right,
            "seen": done.outcome.seen,
            "seconds": (done.seconds * 10.0).round() / 10.0,
        })
    };
    json!({
        "ok": ok(all),
        "summary": {"scenarios": scenarios, "pollMs": POLL_MS, "checkers": figures, "seconds": seconds.round()},
        "rows": all.iter().map(row).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ALL;
    use crate::visit::Outcome;

    fn done(checker: Checker, right: bool) -> Done {
        Done { scenario: &ALL[0], checker, outcome: Outcome { right, seen: "silent".into() }, seconds: 1.0 }
    }

    #[test]
    fn only_pagemend_is_held_to_what_is_right() {
        assert!(ok(&[done(Checker::Pagemend, true), done(Checker::VersionRocket, false)]));
        assert!(!ok(&[done(Checker::Pagemend, false), done(Checker::VersionRocket, true)]));
        assert!(!ok(&[done(Checker::VersionRocket, true)]), "nothing was walked");
    }

    #[test]
    fn a_peer_that_is_right_is_shown_as_right() {
        let manifest = json!({"devDependencies": {"version-rocket": "1.2.3"}});
        let all = [done(Checker::Pagemend, true), done(Checker::VersionRocket, true)];
        let checkers = [Checker::Pagemend, Checker::VersionRocket];
        let table = table(&all, &[&ALL[0]], &checkers, &manifest);
        assert!(table.contains("right  version-rocket"), "{table}");
        assert!(table.contains("version-rocket 1.2.3") && table.ends_with("right in 1 of 1\n"), "{table}");
        let told = json(&all, 1, &checkers, &manifest, 2.0);
        assert_eq!((&told["ok"], &told["summary"]["checkers"]["version-rocket"]["right"]), (&json!(true), &json!(1)));
        assert_eq!(told["rows"].as_array().map(Vec::len), Some(2));
    }
}
