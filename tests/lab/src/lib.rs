//! What any test in real browsers needs: drivers, and child processes that leave nothing behind.
pub mod drivers;
pub mod process;
