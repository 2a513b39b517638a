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
        // Nearest rank: a value that was measured, never one between two.
        let at = |share: f64| {
            let rank = (times.len() as f64 * share).ceil() as usize;
            times.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        Self { median: at(0.5), p95: at(0.95), max: at(1.0) }
    }
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
}
