//! What the rounds say: differences against the plain page of the same round, what the guard costs beside the cheaper peer, and the limits.
use crate::site::Guest;
use pagemend_bench::figures::Quartiles;

/// What one load of the page cost, within the time that is watched.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Load {
    /// All tasks of the main thread, and what scripts had of them.
    pub task_ms: f64,
    pub script_ms: f64,
    /// What each long task had beyond 50 ms, added up.
    pub blocking_ms: f64,
    /// Largest contentful paint.
    pub lcp_ms: f64,
    /// JavaScript's heap after a collection.
    pub heap_kib: f64,
}

/// One load with each guest, in the order of [`Guest::ALL`].
pub type Round = [Load; Guest::ALL.len()];

pub struct Figure {
    /// Its name in JSON.
    pub key: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub of: fn(&Load) -> f64,
}

pub const TASK: Figure = Figure { key: "taskMs", title: "main thread", unit: "ms", of: |load| load.task_ms };
pub const LCP: Figure = Figure { key: "lcpMs", title: "LCP", unit: "ms", of: |load| load.lcp_ms };
pub const FIGURES: [Figure; 5] = [
    TASK,
    Figure { key: "scriptMs", title: "script", unit: "ms", of: |load| load.script_ms },
    Figure { key: "blockingMs", title: "blocking", unit: "ms", of: |load| load.blocking_ms },
    LCP,
    Figure { key: "heapKib", title: "heap", unit: "KiB", of: |load| load.heap_kib },
];

/// Of what the cheaper peer adds to the main thread's time.
pub const TASK_SHARE: f64 = 0.8;
/// Not a limit.
pub const TASK_AIM: f64 = 0.5;
/// Of the plain page's.
pub const LCP_SHARE: f64 = 1.02;

/// Loads whose entry scripts failed.
pub struct Failure {
    pub guest: Guest,
    /// Milliseconds from the first failure to the running page; `None`: it did not run as long as it was watched.
    pub times: Vec<Option<f64>>,
}

impl Failure {
    pub fn came_back(&self) -> usize {
        self.times.iter().flatten().count()
    }

    pub fn quartiles(&self) -> Option<Quartiles> {
        let times: Vec<f64> = self.times.iter().copied().flatten().collect();
        (!times.is_empty()).then(|| Quartiles::of(times))
    }
}

/// Everything that was measured.
pub struct Measured {
    pub rounds: Vec<Round>,
    pub failures: Vec<Failure>,
}

impl Measured {
    pub fn values(&self, guest: Guest, figure: &Figure) -> Vec<f64> {
        self.rounds.iter().map(|round| (figure.of)(&round[guest as usize])).collect()
    }

    pub fn median(&self, guest: Guest, figure: &Figure) -> f64 {
        Quartiles::of(self.values(guest, figure)).median
    }

    /// Against the plain page of the same round: what disturbs a round for long disturbs both.
    pub fn differences(&self, guest: Guest, figure: &Figure) -> Vec<f64> {
        self.values(guest, figure)
            .iter()
            .zip(self.values(Guest::None, figure))
            .map(|(with, plain)| with - plain)
            .collect()
    }

    pub fn added(&self, guest: Guest, figure: &Figure) -> f64 {
        Quartiles::of(self.differences(guest, figure)).median
    }

    /// What the cheaper of the peers adds; `None` when that is nothing that could be told from noise.
    fn cheaper(&self, figure: &Figure) -> Option<f64> {
        let cheaper = self.added(Guest::Sentry, figure).min(self.added(Guest::Faro, figure));
        (cheaper > 0.0).then_some(cheaper)
    }

    /// What the guard adds, as a share of what the cheaper peer adds.
    pub fn share(&self, figure: &Figure) -> Option<f64> {
        Some(self.added(Guest::Pagemend, figure) / self.cheaper(figure)?)
    }

    /// What the guard may add to a figure at most, in the figure's unit; `None` where there is no limit.
    pub fn limit(&self, figure: &Figure) -> Option<f64> {
        match figure.key {
            key if key == TASK.key => Some(TASK_SHARE * self.cheaper(figure)?),
            key if key == LCP.key => Some((LCP_SHARE - 1.0) * self.median(Guest::None, figure)),
            _ => None,
        }
    }

    /// Largest contentful paint with the guard, as a share of the plain page's.
    pub fn lcp_share(&self) -> Option<f64> {
        let plain = self.median(Guest::None, &LCP);
        (plain > 0.0).then(|| self.median(Guest::Pagemend, &LCP) / plain)
    }

    pub fn failure(&self, guest: Guest) -> Option<&Failure> {
        self.failures.iter().find(|failure| failure.guest == guest)
    }

    /// Why a limit does not hold; empty when all do.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        match self.share(&TASK) {
            Some(share) if share <= TASK_SHARE => {}
            Some(share) => problems.push(format!(
                "the guard adds {share:.2} times what the cheaper peer adds to the main thread's time; at most {TASK_SHARE}"
            )),
            None => problems.push("what the cheaper peer adds to the main thread's time cannot be told from noise".into()),
        }
        match self.lcp_share() {
            Some(share) if share <= LCP_SHARE => {}
            Some(share) => problems.push(format!("LCP is {share:.3} times the plain page's; at most {LCP_SHARE}")),
            None => problems.push("the plain page had no LCP".into()),
        }
        match self.failure(Guest::Pagemend) {
            Some(guard) if guard.came_back() == guard.times.len() => {}
            Some(guard) => problems.push(format!(
                "with the guard the page ran in {} of {} loads with failed entry scripts",
                guard.came_back(),
                guard.times.len()
            )),
            None => problems.push("no load with failed entry scripts was measured with the guard".into()),
        }
        problems
    }
}

/// Who goes when in a round: each is first as often as the others.
pub fn turns(round: usize) -> [Guest; Guest::ALL.len()] {
    let mut turns = Guest::ALL;
    turns.rotate_left(round % Guest::ALL.len());
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounds in which the machine gets slower, the guard adds `guard` ms, Sentry 100 and Faro 120.
    fn drifting(guard: f64, lcp: f64) -> Measured {
        let load = |task_ms, lcp_ms| Load { task_ms, lcp_ms, ..Load::default() };
        let round = |drift: f64| {
            let plain = 500.0 + drift;
            [load(plain, 400.0), load(plain + guard, lcp), load(plain + 100.0, 450.0), load(plain + 120.0, 460.0)]
        };
        let rounds = (0..15).map(|at| round(f64::from(at) * 70.0)).collect();
        let failures = vec![Failure { guest: Guest::Pagemend, times: vec![Some(900.0), Some(1100.0), Some(1000.0)] }];
        Measured { rounds, failures }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "whole numbers")]
    fn a_machine_that_gets_slower_changes_no_difference() {
        let measured = drifting(40.0, 400.0);
        assert_eq!(measured.differences(Guest::Faro, &TASK), [120.0; 15]);
        assert_eq!(measured.added(Guest::Pagemend, &TASK), 40.0);
        assert_eq!(measured.added(Guest::None, &TASK), 0.0);
    }

    #[test]
    fn the_guard_is_compared_with_the_cheaper_peer() {
        assert_eq!(drifting(40.0, 400.0).share(&TASK), Some(0.4));
        assert_eq!(drifting(0.0, 400.0).share(&TASK), Some(0.0));
    }

    #[test]
    fn limits_hold_up_to_their_value_and_not_beyond() {
        for (guard, lcp, problems) in [(80.0, 408.0, 0), (81.0, 408.0, 1), (80.0, 409.0, 1), (300.0, 900.0, 2)] {
            let found = drifting(guard, lcp).problems();
            assert_eq!(found.len(), problems, "{guard} ms, LCP {lcp}: {found:?}");
        }
    }

    #[test]
    fn limits_are_known_in_the_figures_units() {
        let measured = drifting(40.0, 400.0);
        assert_eq!(measured.limit(&TASK), Some(80.0));
        assert_eq!(measured.limit(&LCP).map(f64::round), Some(8.0));
        assert_eq!(FIGURES.iter().filter_map(|figure| measured.limit(figure)).count(), 2);
    }

    #[test]
    fn noise_holds_no_limit() {
        let mut measured = drifting(-5.0, 400.0);
        for round in &mut measured.rounds {
            round[Guest::Sentry as usize].task_ms = round[Guest::None as usize].task_ms - 1.0;
        }
        assert_eq!((measured.share(&TASK), measured.limit(&TASK)), (None, None));
        assert_eq!(measured.problems().len(), 1);
    }

    #[test]
    fn nothing_measured_holds_nothing() {
        assert_eq!(Measured { rounds: Vec::new(), failures: Vec::new() }.problems().len(), 3);
    }

    #[test]
    fn a_page_that_once_did_not_come_back_with_the_guard_is_a_problem() {
        let mut measured = drifting(40.0, 400.0);
        measured.failures[0].times.push(None);
        assert_eq!(measured.failures[0].quartiles().map(|times| times.median), Some(1000.0));
        assert_eq!(measured.problems(), ["with the guard the page ran in 3 of 4 loads with failed entry scripts"]);
    }

    #[test]
    fn each_guest_is_first_in_turn_and_all_have_one_in_a_round() {
        let firsts: Vec<_> = (0..4).map(|round| turns(round)[0]).collect();
        assert_eq!(firsts, Guest::ALL);
        for round in 0..9 {
            assert!(Guest::ALL.iter().all(|guest| turns(round).contains(guest)));
        }
    }
}
