//! What the benchmarks share, and the simulation that needs no browser.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and ranks are small and not negative"
)]

pub mod chart;
pub mod figures;
pub mod program;
pub mod storm;
