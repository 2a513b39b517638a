//! The rows of the harm suite, by kind of harm. In a row's page `ran`, `heard` and `said` are for notes: what ran, what the page's own
//! listeners heard, what was written to the console.
mod cached;
mod consent;
mod delivery;
mod half;
mod healing;
mod loops;
mod network;
mod options;
mod posts;
mod reloads;
mod resort;
mod returning;
mod storage;
mod typing;
mod working;

use super::row::Row;

pub fn all() -> impl Iterator<Item = &'static Row> + Clone {
    [
        reloads::ROWS,
        loops::ROWS,
        posts::ROWS,
        typing::ROWS,
        storage::ROWS,
        cached::ROWS,
        consent::ROWS,
        half::ROWS,
        returning::ROWS,
        network::ROWS,
        options::ROWS,
        delivery::ROWS,
        resort::ROWS,
        healing::ROWS,
        working::ROWS,
    ]
    .into_iter()
    .flatten()
}
