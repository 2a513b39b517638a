//! Medians and the like.

/// Of a series of milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub p95: f64,
    pub max: f64,
}

impl Spread {
    pub fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share| ranked(&times, share);
        Self { median: at(0.5), p95: at(0.95), max: at(1.0) }
    }
}

/// What half of the values lie between, and their middle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quartiles {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Quartiles {
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |share| ranked(&values, share);
        Self { low: at(0.25), median: at(0.5), high: at(0.75) }
    }
}

/// Nearest rank: a value that was measured, never one between two.
fn ranked(sorted: &[f64], share: f64) -> f64 {
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

pub fn longest(times: &[f64]) -> f64 {
    times.iter().copied().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_names_values_that_were_measured() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(Spread::of(hundred), Spread { median: 50.0, p95: 95.0, max: 100.0 });
        assert_eq!(Spread::of(vec![3.0, 1.0, 2.0]), Spread { median: 2.0, p95: 3.0, max: 3.0 });
        assert_eq!(Spread::of(Vec::new()), Spread::default());
    }

    #[test]
    fn quartiles_are_measured_values_too_and_may_be_negative() {
        let fifteen: Vec<f64> = (-7..=7).rev().map(f64::from).collect();
        assert_eq!(Quartiles::of(fifteen), Quartiles { low: -4.0, median: 0.0, high: 4.0 });
        assert_eq!(Quartiles::of(Vec::new()), Quartiles::default());
    }
}
