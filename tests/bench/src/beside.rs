//! The retry suite walked by Pagemend and by two retry libraries, as they ship, in Chromium: rows that hold, time from a failure to the script
//! that runs, and what a page of dead pictures asks of a dead server.
use anyhow::Result;
use pagemend_lab::drivers::Engine;
use pagemend_lab::retry::{Done, Judge, Plan, STAYS, known, run};
use serde_json::{Value, json};
use std::time::Duration;

/// Thirty pictures of the page's own, and a burst of ten.
const MOST_REQUESTS: usize = 40;
const STORM: &str = "images-storm";

/// So many times, in all, are taken of each of the two, in rounds over the rows that both heal; alternately and one row at a time, so that what
/// else the machine does meets both. A single time varies by half of itself: the median of so many varies by a twentieth.
const TIMES: usize = 300;
/// Of a few rows that were asked for by name: enough to see a difference.
const MOST_ROUNDS: usize = 25;

pub struct Walk {
    judge: Judge,
    done: Vec<Done>,
    /// Milliseconds from a failure to the running script in rows that ours and this one heal, of ours and of this one.
    times: Vec<(f64, f64)>,
    /// Rows of ours that did not hold while they were timed beside this one.
    lapsed: Vec<&'static str>,
}

pub async fn walk(names: &[String], jobs: usize) -> Result<Vec<Walk>> {
    known(names)?;
    known(&[STORM.into()])?;
    let mut walks: Vec<Walk> = Vec::new();
    for judge in [Judge::Pagemend, Judge::AssetsRetry, Judge::Rsbuild] {
        eprintln!("▸ the retry suite in Chromium: {}", judge.name());
        let plan =
            Plan { engines: vec![Engine::Chromium], names: names.to_vec(), judge, repeat: 1, jobs, stays: STAYS };
        let done = run(&plan).await?;
        let (times, lapsed) = match walks.first() {
            Some(ours) => timed(&ours.done, &done, judge).await?,
            None => Default::default(),
        };
        walks.push(Walk { judge, done, times, lapsed });
    }
    Ok(walks)
}

type Times = (Vec<(f64, f64)>, Vec<&'static str>);

/// The rows in which both bring a script to run, timed in rounds; and those of ours that did not hold then.
async fn timed(ours: &[Done], theirs: &[Done], judge: Judge) -> Result<Times> {
    let heals =
        |all: &[Done], name: &str| all.iter().any(|one| one.name() == name && one.right() && one.healed_ms.is_some());
    let names: Vec<String> =
        ours.iter().map(|one| one.name().to_string()).filter(|name| heals(ours, name) && heals(theirs, name)).collect();
    if names.is_empty() {
        return Ok(Times::default());
    }
    let rounds = TIMES.div_ceil(names.len()).min(MOST_ROUNDS);
    eprintln!("▸ {} rows that {} heals, too, timed {rounds} times each", names.len(), judge.name());
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let mut turns = [(Judge::Pagemend, &mut our_times), (judge, &mut their_times)];
        // Neither is always the one that finds the browser cold.
        turns.rotate_left(round % 2);
        for (judge, times) in turns {
            let (engines, names) = (vec![Engine::Chromium], names.clone());
            // They were seen to stay healed before.
            let plan = Plan { engines, names, judge, repeat: 1, jobs: 1, stays: Duration::ZERO };
            times.extend(run(&plan).await?);
        }
    }
    let typical = |all: &[Done], name: &str| {
        median(all.iter().filter(|one| one.name() == name && one.right()).filter_map(|one| one.healed_ms).collect())
    };
    let lapsed = our_times.iter().filter(|one| !one.right()).map(Done::name).collect();
    let times = names.iter().filter_map(|name| Some((typical(&our_times, name)?, typical(&their_times, name)?)));
    Ok((times.collect(), lapsed))
}

fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

impl Walk {
    fn right(&self) -> usize {
        self.done.iter().filter(|done| done.right()).count()
    }

    /// Medians of ours and of this one.
    fn medians(&self) -> Option<(f64, f64)> {
        let of = |pick: fn(&(f64, f64)) -> f64| median(self.times.iter().map(pick).collect());
        Some((of(|(ours, _)| *ours)?, of(|(_, theirs)| *theirs)?))
    }

    fn storm(&self) -> Option<usize> {
        self.done.iter().find(|done| done.name() == STORM).map(|done| done.requests)
    }
}

/// All that is ours holds, no slower than a peer where both heal, and the storm stays small.
pub fn ok(walks: &[Walk]) -> bool {
    let Some((ours, peers)) = walks.split_first() else { return false };
    let in_time = peers.iter().all(|peer| peer.medians().is_none_or(|(ours, theirs)| ours <= theirs));
    let always = ours.right() == ours.done.len() && peers.iter().all(|peer| peer.lapsed.is_empty());
    always && in_time && ours.storm().is_none_or(|requests| requests <= MOST_REQUESTS)
}

pub fn json(walks: &[Walk]) -> Vec<Value> {
    let row = |walk: &Walk| {
        let round = |ms: f64| (ms * 10.0).round() / 10.0;
        let medians = walk.medians();
        json!({
            "judge": walk.judge.name(),
            "rows": walk.done.len(),
            "right": walk.right(),
            "timedRows": walk.times.len(),
            "healedMs": medians.map(|(_, theirs)| round(theirs)),
            "oursThereMs": medians.map(|(ours, _)| round(ours)),
            "stormRequests": walk.storm(),
            "oursLapsed": walk.lapsed,
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
        if !walk.lapsed.is_empty() {
            println!("  did not hold while they were timed: {}", walk.lapsed.join(", "));
        }
    }
}
