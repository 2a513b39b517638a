//! What any test in real browsers needs: drivers, child processes that leave nothing behind, scripted servers; and the suites that walk one page a row.

#![allow(clippy::enum_glob_use, reason = "rows are tables in words of their own")]

pub mod answer;
pub mod drivers;
pub mod harm;
pub mod lanes;
pub mod process;
pub mod retry;
pub mod site;
