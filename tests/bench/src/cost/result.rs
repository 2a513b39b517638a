//! What was measured of each kind of page, and the limits that it is held to.
use super::kinds::{Group, Kind};
use super::page::{Throttled, Timed};
use pagemend_bench::figures::{Spread, longest};

/// Elements of the pages that the limits are about: more than nine of ten mobile pages have fewer by far.
pub const ELEMENTS: usize = 10_000;

/// Of a healthy page, median: a frame at 60 Hz has 16.7 ms, and a guest may take a small part of it.
pub const HEALTHY_MS: f64 = 1.0;
/// Of a healthy page of which nothing is as it was at the check before, median: these are the first check of a view, and one of twenty.
const WHOLE_MS: f64 = 2.0;
/// Of a blank page, median: nobody scrolls it, but what would heal it runs on the same thread.
pub const BLANK_MS: f64 = 8.0;
/// A check reads after the page has written: one layout that was due anyway, and none of the check's own making.
const LAYOUTS: f64 = 1.0;
/// The Long Tasks specification's limit, at four-fold CPU throttling.
pub const TASK_MS: f64 = 50.0;

/// One kind of page at [`ELEMENTS`] elements.
pub struct Row {
    pub kind: &'static Kind,
    pub elements: usize,
    pub timed: Timed,
    pub throttled: Throttled,
}

impl Row {
    /// A check that is asked for after a change of the page.
    pub fn check(&self) -> Spread {
        Spread::of(self.timed.dirty.clone())
    }

    /// A check for which nothing is as it was.
    pub fn whole(&self) -> Spread {
        Spread::of(self.timed.whole.clone())
    }

    pub fn limit(&self) -> f64 {
        match self.kind.group {
            Group::Healthy => HEALTHY_MS,
            Group::Blank | Group::Loading => BLANK_MS,
        }
    }

    /// Longest part that the guard had in a long task, 0 when none was long.
    pub fn task(&self) -> f64 {
        longest(&self.throttled.tasks)
    }

    /// Why the row does not hold; empty when it does.
    pub fn problems(&self) -> Vec<String> {
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
    pub kind: &'static Kind,
    pub points: Vec<(usize, f64)>,
}

pub struct Cost {
    pub ok: bool,
    pub rows: Vec<Row>,
    pub growth: Vec<Growth>,
}
