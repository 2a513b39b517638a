//! What any test in real browsers needs: drivers, and child processes that leave nothing behind; and the retry suite, which the benchmark walks too.
pub mod drivers;
pub mod process;
pub mod retry;
