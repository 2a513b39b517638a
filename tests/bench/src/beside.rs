//! The retry suite walked by Pagemend and by two retry libraries, as they ship, in Chromium: rows that hold, time from a failure to the script
//! that runs, and what a page of dead pictures asks of a dead server.
use anyhow::Result;
use pagemend_lab::drivers::Engine;
use pagemend_lab::retry::{Done, Judge, Plan, run};
use serde_json::{Value, json};

/// Thirty pictures of the page's own, and a burst of ten.
const MOST_REQUESTS: usize = 40;
const STORM: &str = "images-storm";

pub struct Walk {
    judge: Judge,
    done: Vec<Done>,
}

pub async fn walk(jobs: usize) -> Result<Vec<Walk>> {
    let mut walks = Vec::new();
    for judge in [Judge::Pagemend, Judge::AssetsRetry, Judge::Rsbuild] {
        eprintln!("▸ the retry suite in Chromium: {}", judge.name());
        let plan = Plan { engines: vec![Engine::Chromium], names: Vec::new(), judge, repeat: 1, jobs };
        walks.push(Walk { judge, done: run(&plan).await? });
    }
    Ok(walks)
}

fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

impl Walk {
    fn right(&self) -> usize {
        self.done.iter().filter(|done| done.right()).count()
    }

    /// Milliseconds from a failure to the running script, in the rows that held for both.
    fn healed_with(&self, other: &Walk) -> Option<f64> {
        let both = |done: &&Done| {
            done.right() && other.done.iter().any(|o| o.name() == done.name() && o.right() && o.healed_ms.is_some())
        };
        median(self.done.iter().filter(both).filter_map(|done| done.healed_ms).collect())
    }

    fn storm(&self) -> Option<usize> {
        self.done.iter().find(|done| done.name() == STORM).map(|done| done.requests)
    }
}

/// All that is ours holds, no slower than a peer where both heal, and the storm stays small.
pub fn ok(walks: &[Walk]) -> bool {
    let Some((ours, peers)) = walks.split_first() else { return false };
    let in_time = peers.iter().all(|peer| match (ours.healed_with(peer), peer.healed_with(ours)) {
        (Some(ours), Some(theirs)) => ours <= theirs,
        _ => true,
    });
    ours.right() == ours.done.len() && in_time && ours.storm().is_some_and(|requests| requests <= MOST_REQUESTS)
}

pub fn json(walks: &[Walk]) -> Vec<Value> {
    let ours = walks.first();
    let row = |walk: &Walk| {
        let round = |ms: Option<f64>| ms.map(|ms| (ms * 10.0).round() / 10.0);
        json!({
            "judge": walk.judge.name(),
            "rows": walk.done.len(),
            "right": walk.right(),
            "healedMs": round(ours.and_then(|ours| walk.healed_with(ours))),
            "oursThereMs": round(ours.and_then(|ours| ours.healed_with(walk))),
            "stormRequests": walk.storm(),
            "wrong": walk.done.iter().filter(|done| !done.right()).map(Done::name).collect::<Vec<_>>(),
        })
    };
    walks.iter().map(row).collect()
}

pub fn table(walks: &[Walk]) {
    println!("\nThe retry suite in Chromium (rows without calls through the guard), side by side:");
    println!(
        "{:<30} {:>9} {:>26} {:>18} {:>22}",
        "", "right", "failure to running script", "ours, same rows", "30 dead pictures ask"
    );
    for (walk, row) in walks.iter().zip(json(walks)) {
        let ms = |key: &str| row[key].as_f64().map_or("-".into(), |ms| format!("{ms} ms"));
        let right = format!("{} / {}", walk.right(), walk.done.len());
        let storm = walk.storm().map_or("-".into(), |n| format!("{n} times"));
        println!("{:<30} {right:>9} {:>26} {:>18} {storm:>22}", walk.judge.name(), ms("healedMs"), ms("oursThereMs"));
    }
}
