//! The host simulation of the retry policy: a thousand clients, each with the real engine, behind a server that fails for a while;
//! beside them the same clients with retry as it is often written. Seeded: the same run every time.
use crate::chart::{self, Load};
use anyhow::Result;
use pagemend::core::action::{Action, Command};
use pagemend::core::config::{Config, FreshnessSource};
use pagemend::core::dice::Dice;
use pagemend::core::engine::Engine;
use pagemend::core::event::{Answer, AttemptOutcome, Event, Start};
use pagemend::core::id::RequestId;
use pagemend::core::render::{Ink, Patch, Region, RenderFacts, Sight, Tally, Visibility};
use pagemend::core::time::Millis;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;

const CLIENTS: usize = 1_000;
/// Of the whole run.
const MS: u64 = 240_000;
/// Every request fails from here…
const FAILS_FROM_MS: u64 = 20_000;
/// …for so long: the storm that is drawn.
const FAILS_FOR_MS: u64 = 60_000;
/// The same with a longer trouble: what the load is while it lasts, when the bursts are used up.
const LONG_MS: u64 = 180_000;
/// Mean time between two requests that a client makes for its own sake.
const EVERY_MS: u64 = 5_000;
/// What the server takes to answer, well or ill.
const ANSWER_MS: u64 = 40;
/// Shares are taken over so long: requests of a thousand clients in one second vary by chance alone.
const WINDOW_MS: u64 = 5_000;
/// Once the first minute of the trouble is over, load with retries is at most this many times the load without.
pub const MOST: f64 = 1.1;
/// From the repository's root.
const CHART: &str = "target/bench/retry-storm.svg";

/// How clients go on after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
    /// Pagemend's engine decides.
    Engine,
    /// So many tries at once, this many milliseconds apart: what retry libraries do as they are shipped.
    Quick { tries: u32, gap_ms: u64 },
    /// Again and again until it works, as loops by hand do.
    Stubborn { gap_ms: u64 },
}

/// Requests that reach the server, by window.
#[derive(Clone, Default)]
struct Arrived {
    fresh: Vec<u32>,
    retries: Vec<u32>,
}

impl Arrived {
    fn new() -> Self {
        let windows = (MS / WINDOW_MS) as usize;
        Self { fresh: vec![0; windows], retries: vec![0; windows] }
    }

    fn count(&mut self, now: u64, retry: bool) {
        let counts = if retry { &mut self.retries } else { &mut self.fresh };
        if let Some(count) = counts.get_mut((now / WINDOW_MS) as usize) {
            *count += 1;
        }
    }

    /// Load with retries by load without, over the windows from `from` to `to`: the highest.
    fn worst(&self, from: u64, to: u64) -> f64 {
        let (first, end) = ((from / WINDOW_MS) as usize, (to / WINDOW_MS) as usize);
        let shares = self.fresh.iter().zip(&self.retries).take(end).skip(first);
        shares.map(|(fresh, retries)| f64::from(fresh + retries) / f64::from((*fresh).max(1))).fold(0.0, f64::max)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// The client wants something.
    Fresh,
    /// The answer to this attempt arrives.
    Answer { request: u32, attempt: u32, ok: bool },
    /// The engine's timer.
    Due,
    /// A retry without an engine.
    Again { attempt: u32 },
}

struct Client {
    engine: Option<Engine>,
    dice: Dice,
    next: u32,
    /// When its timer is set to fire.
    armed: u64,
}

struct World {
    policy: Policy,
    fails_for: u64,
    clients: Vec<Client>,
    queue: BinaryHeap<Reverse<(u64, u64, usize, What)>>,
    /// Makes the order of simultaneous events certain.
    ticket: u64,
    arrived: Arrived,
}

impl World {
    fn new(policy: Policy, fails_for: u64) -> Self {
        let mut world = Self {
            policy,
            fails_for,
            clients: Vec::new(),
            queue: BinaryHeap::new(),
            ticket: 0,
            arrived: Arrived::new(),
        };
        for n in 0..CLIENTS {
            let mut dice = Dice::new([n as u64, 0x5_70a3]);
            let config =
                Config { freshness: FreshnessSource { url: None, ..FreshnessSource::default() }, ..Config::default() };
            let engine = (policy == Policy::Engine).then(|| Engine::new(config, [dice.draw(), dice.draw()]));
            let first = dice.up_to(EVERY_MS);
            world.clients.push(Client { engine, dice, next: 1, armed: u64::MAX });
            let start = Start { path: "/home".into(), loaded: true, visible: true, online: true, ..Start::default() };
            world.tell(n, 0, Event::Started(start));
            world.plan(first, n, What::Fresh);
        }
        world
    }

    fn fails(&self, now: u64) -> bool {
        (FAILS_FROM_MS..FAILS_FROM_MS + self.fails_for).contains(&now)
    }

    fn plan(&mut self, at: u64, client: usize, what: What) {
        self.ticket += 1;
        self.queue.push(Reverse((at, self.ticket, client, what)));
    }

    /// A request reaches the server.
    fn arrive(&mut self, now: u64, client: usize, request: u32, attempt: u32) {
        self.arrived.count(now, attempt > 0);
        self.plan(now + ANSWER_MS, client, What::Answer { request, attempt, ok: !self.fails(now) });
    }

    fn run(mut self) -> Arrived {
        while let Some(Reverse((now, _, client, what))) = self.queue.pop() {
            if now >= MS {
                break;
            }
            match what {
                What::Fresh => {
                    let request = self.clients[client].next;
                    self.clients[client].next += 1;
                    // Any time in twice the mean: clients that were started together do not stay together.
                    let pause = 1 + self.clients[client].dice.up_to(2 * EVERY_MS);
                    self.plan(now + pause, client, What::Fresh);
                    self.arrive(now, client, request, 0);
                    let id = RequestId(request);
                    let url = "https://lender.example/api/plan".into();
                    self.tell(client, now, Event::RequestStarted { id, url, safe: true, keyed: false });
                }
                What::Answer { request, attempt, ok } => self.answered(client, now, request, attempt, ok),
                What::Again { attempt } => self.arrive(now, client, 0, attempt),
                // A timer that was set anew meanwhile.
                What::Due if self.clients[client].armed != now => {}
                What::Due => {
                    self.clients[client].armed = u64::MAX;
                    if let Some(engine) = &mut self.clients[client].engine {
                        engine.handle_timeout(Millis(now));
                    }
                    self.perform(client, now);
                }
            }
        }
        self.arrived
    }

    fn answered(&mut self, client: usize, now: u64, request: u32, attempt: u32, ok: bool) {
        match self.policy {
            Policy::Engine => {
                let status = if ok { 200 } else { 503 };
                let outcome = AttemptOutcome::Answer { status, retry_after: None, code: None };
                self.tell(client, now, Event::RequestEnded { id: RequestId(request), attempt, outcome });
            }
            Policy::Quick { tries, gap_ms } if !ok && attempt < tries => {
                self.plan(now + gap_ms, client, What::Again { attempt: attempt + 1 });
            }
            Policy::Stubborn { gap_ms } if !ok => self.plan(now + gap_ms, client, What::Again { attempt: attempt + 1 }),
            _ => {}
        }
    }

    fn tell(&mut self, client: usize, now: u64, event: Event) {
        if let Some(engine) = &mut self.clients[client].engine {
            engine.handle_event(Millis(now), event);
            self.perform(client, now);
        }
    }

    /// Does what the engine asks: requests go to the server, the page shows content, nobody presses a button.
    fn perform(&mut self, client: usize, now: u64) {
        loop {
            let Some(engine) = &mut self.clients[client].engine else { return };
            let Some(Action { id, what, .. }) = engine.poll_action() else { break };
            match what {
                Command::Send { request, attempt } => self.arrive(now, client, request.0, attempt),
                Command::SampleRender { .. } => {
                    let answer = Answer::Rendered(content());
                    engine.handle_event(Millis(now), Event::Answered { id, answer });
                }
                _ => {}
            }
        }
        let due = self.clients[client].engine.as_ref().and_then(Engine::poll_timeout);
        let due = due.map_or(u64::MAX, |due| due.0.max(now + 1));
        if due != std::mem::replace(&mut self.clients[client].armed, due) && due < u64::MAX {
            self.plan(due, client, What::Due);
        }
    }
}

fn content() -> RenderFacts {
    RenderFacts {
        visibility: Visibility::Visible,
        viewport: (375, 812),
        loaded: true,
        painted: true,
        root_found: true,
        seen: Tally::of(&[Patch { ink: Ink::Text, region: Region::Main, sight: Sight::Seen, amount: 400 }]),
        hanging: String::new(),
        took_us: 500,
        trouble: String::new(),
    }
}

/// One policy's load, and what is said of it.
struct Course {
    name: &'static str,
    arrived: Arrived,
    /// With [`LONG_MS`].
    long: Arrived,
}

impl Course {
    fn at_worst(&self) -> f64 {
        self.arrived.worst(0, MS)
    }

    /// From one minute after the beginning of the trouble, whether it is over then or goes on.
    fn after_first_minute(&self) -> f64 {
        self.arrived.worst(AFTER_MS, MS).max(self.long.worst(AFTER_MS, MS))
    }
}

pub struct Storm {
    courses: Vec<Course>,
}

/// The first minute of the trouble is over.
const AFTER_MS: u64 = FAILS_FROM_MS + 60_000;

fn course(name: &'static str, policy: Policy) -> Course {
    Course { name, arrived: World::new(policy, FAILS_FOR_MS).run(), long: World::new(policy, LONG_MS).run() }
}

pub fn run() -> Storm {
    let policies = [
        ("pagemend", Policy::Engine),
        ("3 tries, 5 ms apart", Policy::Quick { tries: 3, gap_ms: 5 }),
        ("every second until it works", Policy::Stubborn { gap_ms: 1_000 }),
    ];
    Storm { courses: policies.map(|(name, policy)| course(name, policy)).into() }
}

impl Storm {
    fn ours(&self) -> &Course {
        &self.courses[0]
    }

    pub fn ok(&self) -> bool {
        self.ours().after_first_minute() <= MOST
    }

    pub fn draw(&self, root: &Path) -> Result<()> {
        let per_second = |counts: &dyn Fn(usize) -> u32| -> Vec<(f64, f64)> {
            let windows = (MS / WINDOW_MS) as usize;
            let seconds = WINDOW_MS as f64 / 1000.0;
            (0..windows).map(|n| ((n as f64 + 0.5) * seconds, f64::from(counts(n)) / seconds)).collect()
        };
        let fresh = &self.ours().arrived.fresh;
        let mut lines = vec![("without retries", per_second(&|n| fresh[n]))];
        for Course { name, arrived, .. } in &self.courses {
            lines.push((name, per_second(&|n| arrived.fresh[n] + arrived.retries[n])));
        }
        let fails = (FAILS_FROM_MS as f64 / 1000.0, (FAILS_FROM_MS + FAILS_FOR_MS) as f64 / 1000.0);
        chart::load(
            &root.join(CHART),
            &Load { title: "Requests that reach a server which fails for a minute", lines, fails },
        )
    }

    pub fn table(&self) {
        println!(
            "{CLIENTS} clients, a request each {} s, a server that fails from second {} to {}. Load with retries by load without (highest of \
             {} s windows), drawn in {CHART}; after the first minute also while a trouble of {} s goes on:",
            EVERY_MS / 1000,
            FAILS_FROM_MS / 1000,
            (FAILS_FROM_MS + FAILS_FOR_MS) / 1000,
            WINDOW_MS / 1000,
            LONG_MS / 1000
        );
        println!("{:<30} {:>8} {:>24} {:>9}", "policy", "at worst", "after the first minute", "retries");
        for course in &self.courses {
            let (worst, after) = (course.at_worst(), course.after_first_minute());
            println!(
                "{:<30} {worst:>7.2}x {after:>23.2}x {:>9}",
                course.name,
                course.arrived.retries.iter().sum::<u32>()
            );
        }
    }

    pub fn json(&self) -> Value {
        let round = |share: f64| (share * 1000.0).round() / 1000.0;
        let rows = self.courses.iter().map(|course| {
            let (worst, after) = (round(course.at_worst()), round(course.after_first_minute()));
            let retries: u32 = course.arrived.retries.iter().sum();
            json!({"policy": course.name, "worst": worst, "afterFirstMinute": after, "retries": retries})
        });
        let ours = round(self.ours().after_first_minute());
        let summary = json!({"clients": CLIENTS, "loadAfterFirstMinute": ours, "limit": MOST});
        json!({"ok": self.ok(), "summary": summary, "rows": rows.collect::<Vec<_>>()})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_stay_within_the_budget_once_the_first_minute_is_over() {
        let ours = course("", Policy::Engine);
        assert!(ours.at_worst() > 1.5, "a policy that hardly tries again proves nothing");
        let share = ours.after_first_minute();
        assert!(share <= MOST, "{share}");
        assert!(course("", Policy::Quick { tries: 3, gap_ms: 5 }).after_first_minute() > MOST);
    }

    #[test]
    fn a_stubborn_client_makes_a_storm() {
        let naive = World::new(Policy::Stubborn { gap_ms: 1_000 }, FAILS_FOR_MS).run();
        assert!(naive.worst(0, MS) > 3.0);
    }

    #[test]
    fn the_same_seed_is_the_same_storm() {
        let (one, other) =
            (World::new(Policy::Engine, FAILS_FOR_MS).run(), World::new(Policy::Engine, FAILS_FOR_MS).run());
        assert_eq!((one.fresh, one.retries), (other.fresh, other.retries));
    }
}
