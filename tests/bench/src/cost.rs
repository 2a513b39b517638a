//! What a render check costs the page that it looks at: milliseconds, forced layouts and long tasks, by kind of page and by size.
mod kinds;
mod page;
mod report;

use crate::server::Server;
use anyhow::{Context, Result};
use kinds::{Group, KINDS, Kind};
use page::{Bench, Throttled, Timed};
use pagemend_bench::chart::{self, Line};
use pagemend_bench::figures::{Spread, longest};
use std::path::Path;

/// Elements of the pages that the limits are about: more than nine of ten mobile pages have fewer by far.
const ELEMENTS: usize = 10_000;
/// Checks of one page; a median of so many is not moved by a few disturbed ones.
const CHECKS: usize = 60;
/// At throttled speed the longest one is asked for, and the first ones, with cold code, are the longest.
const THROTTLED_CHECKS: usize = 10;
const GROWTH: [usize; 7] = [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];
const GROWTH_CHECKS: usize = 20;
/// How many kinds of blank page are followed from 100 to 100,000 elements.
const GROWTH_WORST: usize = 3;
/// From the repository's root.
const CHART: &str = "target/bench/render-growth.svg";

/// Of a healthy page, median: a frame at 60 Hz has 16.7 ms, and a guest may take a small part of it.
const HEALTHY_MS: f64 = 1.0;
/// Of a healthy page of which nothing is as it was at the check before, median: these are the first check of a view, and one of twenty.
const WHOLE_MS: f64 = 2.0;
/// Of a blank page, median: nobody scrolls it, but what would heal it runs on the same thread.
const BLANK_MS: f64 = 8.0;
/// A check reads after the page has written: one layout that was due anyway, and none of the check's own making.
const LAYOUTS: f64 = 1.0;
/// The Long Tasks specification's limit, at four-fold CPU throttling.
const TASK_MS: f64 = 50.0;

/// What else runs on the machine can only lengthen a time: what is over its limit is measured again, so often in all, and the shortest
/// measurement counts.
const TRIES: usize = 3;

/// One kind of page at [`ELEMENTS`] elements.
pub struct Row {
    kind: &'static Kind,
    elements: usize,
    timed: Timed,
    throttled: Throttled,
}

impl Row {
    /// A check that is asked for after a change of the page.
    fn check(&self) -> Spread {
        Spread::of(self.timed.dirty.clone())
    }

    /// A check for which nothing is as it was.
    fn whole(&self) -> Spread {
        Spread::of(self.timed.whole.clone())
    }

    fn limit(&self) -> f64 {
        match self.kind.group {
            Group::Healthy => HEALTHY_MS,
            Group::Blank | Group::Loading => BLANK_MS,
        }
    }

    /// Longest part that the guard had in a long task, 0 when none was long.
    fn task(&self) -> f64 {
        longest(&self.throttled.tasks)
    }

    /// Why the row does not hold; empty when it does.
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let (median, limit) = (self.check().median, self.limit());
        if median > limit {
            problems.push(format!("median {median:.2} ms over {limit} ms"));
        }
        let whole = self.whole().median;
        if self.kind.group == Group::Healthy && whole > WHOLE_MS {
            problems.push(format!("a whole walk {whole:.2} ms over {WHOLE_MS} ms"));
        }
        if self.timed.layouts > LAYOUTS {
            problems.push(format!("{:.2} layouts a check", self.timed.layouts));
        }
        if self.task() > TASK_MS {
            problems.push(format!("a task of {:.0} ms", self.task()));
        }
        // A check that is fast because it is wrong is not fast.
        if self.throttled.state != self.kind.group.state() {
            problems.push(format!("verdict {} ({})", self.throttled.state, self.throttled.reason));
        }
        problems
    }
}

/// One kind of page at many sizes: elements, and the median in milliseconds.
pub struct Growth {
    kind: &'static Kind,
    points: Vec<(usize, f64)>,
}

pub struct Cost {
    pub ok: bool,
    rows: Vec<Row>,
    growth: Vec<Growth>,
}

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
