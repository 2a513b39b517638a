//! What the benchmarks share, and the simulation that needs no browser.
pub mod chart;
pub mod figures;
pub mod storm;
