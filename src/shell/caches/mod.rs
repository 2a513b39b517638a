//! The caches of the browser: what the engine asks about them, and the answers as facts.

mod compare;
mod evict;
mod files;
mod network;
pub mod query;
mod refresh;
mod repair;
mod scan;
pub mod store;

pub use refresh::has_worker;
pub use refresh::make_way;
pub use scan::Question;

use super::state::Shell;
use super::{aside, clock, task};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::storage::{Repair, RepairDone};
use crate::core::time::Millis;
use network::Network;

/// The scan ends by itself so long before the engine goes on without it: what was found by then counts.
const SPARE: Millis = Millis(1_000);
/// A worker puts a file into its cache some moments after the page has it.
const KEPT_WITHIN_MS: f64 = 500.0;

/// Compares what the caches hold with the network's own bytes.
pub fn scan(shell: &'static Shell, id: ActionId, deadline: Millis, question: Question) {
    let within = deadline - SPARE - clock::now();
    task::spawn(shell, async move {
        let Ok(network) = Network::new(shell) else { return shell.answer(id, Answer::Failed) };
        clock::after(shell, number::from_u64(within.0), network.end());
        let found = scan::run(shell, &network, &question).await;
        shell.answer(id, found.map_or(Answer::Failed, Answer::Caches));
        clock::pause(shell, KEPT_WITHIN_MS).await;
        // Without caches there is nothing to forget.
        let _ = network.forget().await;
    });
}

/// The address at which no cache has anything to answer with. What the page's worker, if there is one, keeps of it is taken away.
pub fn past_all(shell: &'static Shell, url: &str) -> String {
    let asked = network::past_caches(url);
    if has_worker(shell) {
        let kept = [asked.clone()];
        task::spawn(shell, async move {
            clock::pause(shell, KEPT_WITHIN_MS * 10.0).await;
            let _ = network::forget(shell, &kept).await;
        });
    }
    asked
}

/// Sets copies of what is damaged aside and removes it; then caches go for room.
pub fn repair(shell: &'static Shell, id: ActionId, what: Repair) {
    task::spawn(shell, async move {
        let mut done = RepairDone::default();
        aside::set_aside(shell, &what.keys, &mut done).await;
        repair::run(shell, &what.entries, &mut done).await;
        if !what.evict.is_empty() {
            evict::run(shell, what.evict, &mut done).await;
        }
        shell.answer(id, Answer::Repaired(done));
    });
}
