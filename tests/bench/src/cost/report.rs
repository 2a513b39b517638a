//! The cost benchmark's figures, for reading and as JSON.
use super::kinds::Group;
use super::{CHART, Cost, ELEMENTS, Growth, Row};
use pagemend_bench::figures::Spread;
use serde_json::{Value, json};

const COLUMNS: &str = "Milliseconds; medians where nothing else is said.
  check     what a check keeps the main thread busy with, after a change of the page; with p95 and the longest
  clean     a check without a change
  whole     a check for which nothing is as it was, so that the page is walked
  layout    that layout alone
  hit-test  a single one after the same change and its layout
  layouts   how many a check
  4x        at a quarter of the speed: the longest check with the page's layout, and the guard's own longest task from 50 on";

/// A line on standard error as soon as the row is known.
pub fn progress(row: &Row) {
    let problems = row.problems();
    let mark = if problems.is_empty() { "ok  " } else { "FAIL" };
    eprintln!("  {mark} cost {:<20} {:>8.3} ms  {}", row.kind.name, row.check().median, problems.join(", "));
}

pub fn progress_growth(growth: &Growth) {
    let points: Vec<String> = growth.points.iter().map(|(elements, ms)| format!("{elements}: {ms:.3}")).collect();
    eprintln!("       growth {:<18} {}", growth.kind.name, points.join("  "));
}

impl Cost {
    pub fn table(&self) {
        println!("A render check of a page with {ELEMENTS} elements in Chromium. {COLUMNS}");
        println!(
            "{:<20} {:<8} {:<8} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8} {:>7}  holds",
            "page",
            "group",
            "verdict",
            "check",
            "p95",
            "max",
            "clean",
            "whole",
            "layout",
            "hit-test",
            "layouts",
            "4x check",
            "4x task"
        );
        for row in &self.rows {
            let (check, clean) = (row.check(), Spread::of(row.timed.clean.clone()));
            let problems = row.problems();
            println!(
                "{:<20} {:<8} {:<8} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>9.3} {:>8.2} {:>8.1} {:>7.0}  {}",
                row.kind.name,
                row.kind.group.name(),
                row.throttled.state,
                check.median,
                check.p95,
                check.max,
                clean.median,
                row.whole().median,
                Spread::of(row.timed.layout.clone()).median,
                Spread::of(row.timed.hit.clone()).median,
                row.timed.layouts,
                Spread::of(row.throttled.checks.clone()).max,
                row.task(),
                if problems.is_empty() { "yes".into() } else { format!("NO: {}", problems.join(", ")) },
            );
        }
        println!("Median of a check by elements of the page, as drawn in {CHART}:");
        for growth in &self.growth {
            let points: Vec<String> =
                growth.points.iter().map(|(elements, ms)| format!("{elements}: {ms:.3}")).collect();
            println!("{:<20} {}", growth.kind.name, points.join("  "));
        }
    }

    fn worst(&self, healthy: bool) -> Option<&Row> {
        let rows = self.rows.iter().filter(|row| (row.kind.group == Group::Healthy) == healthy);
        rows.max_by(|a, b| a.check().median.total_cmp(&b.check().median))
    }

    pub fn json(&self) -> Value {
        let worst = |healthy| self.worst(healthy).map(|row| (row.kind.name, round(row.check().median)));
        let (healthy, blank) = (worst(true), worst(false));
        let most = |of: fn(&Row) -> f64| self.rows.iter().map(of).fold(0.0, f64::max);
        json!({
            "ok": self.ok,
            "elements": ELEMENTS,
            "healthyMedianMs": healthy.map(|worst| worst.1),
            "healthyWholeMs": round(self.rows.iter().filter(|row| row.kind.group == Group::Healthy).map(|row| row.whole().median).fold(0.0, f64::max)),
            "healthyWorst": healthy.map(|worst| worst.0),
            "blankWorstMedianMs": blank.map(|worst| worst.1),
            "blankWorst": blank.map(|worst| worst.0),
            "layoutsPerCheck": round(most(|row| row.timed.layouts)),
            // 0: there was no long task.
            "longestTaskMs4x": round(most(Row::task)),
            "longestCheckMs4x": round(most(|row| Spread::of(row.throttled.checks.clone()).max)),
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
            "growth": self.growth.iter().map(growth).collect::<Vec<_>>(),
        })
    }
}

fn row(row: &Row) -> Value {
    let problems = row.problems();
    json!({
        "page": row.kind.name,
        "group": row.kind.group.name(),
        "elements": row.elements,
        "ok": problems.is_empty(),
        "problems": problems,
        "verdict": row.throttled.state,
        "check": spread(row.check()),
        "clean": spread(Spread::of(row.timed.clean.clone())),
        "whole": spread(row.whole()),
        "layout": spread(Spread::of(row.timed.layout.clone())),
        "hitTest": spread(Spread::of(row.timed.hit.clone())),
        "layoutsPerCheck": round(row.timed.layouts),
        "layoutMsPerCheck": round(row.timed.layout_ms),
        "checkMs4x": spread(Spread::of(row.throttled.checks.clone())),
        "longestTaskMs4x": round(row.task()),
    })
}

fn growth(growth: &Growth) -> Value {
    json!({
        "page": growth.kind.name,
        "group": growth.kind.group.name(),
        "points": growth.points.iter().map(|(elements, ms)| json!({"elements": elements, "medianMs": round(*ms)})).collect::<Vec<_>>(),
    })
}

fn spread(spread: Spread) -> Value {
    json!({"medianMs": round(spread.median), "p95Ms": round(spread.p95), "maxMs": round(spread.max)})
}

fn round(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0
}
