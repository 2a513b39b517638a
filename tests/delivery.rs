//! Several documents of one device, which open, are left and die, and a collector that comes and goes: each record arrives once.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::cast_possible_truncation, reason = "small numbers, of dice that give 64 bits and of lists")]

use pagemend::core::action::{Action, Command};
use pagemend::core::config::{Config, FreshnessSource};
use pagemend::core::dice::Dice;
use pagemend::core::engine::Engine;
use pagemend::core::event::*;
use pagemend::core::id::ActionId;
use pagemend::core::render::{Ink, Patch, Region, RenderFacts, Sight, Tally, Visibility};
use pagemend::core::telemetry::queue::{Queue, Record};
use pagemend::core::telemetry::{kept, otlp};
use pagemend::core::time::Millis;
use std::collections::{BTreeMap, BTreeSet};

const DEVICES: u64 = 200;
const EPOCH: u64 = 1_760_000_000_000;
/// Longer than anybody waits for a collector or takes a silent document for living.
const LONG: u64 = 400_000;

/// One browser profile: local storage, locks, and the documents that are open.
struct Device {
    dice: Dice,
    now: u64,
    locks: bool,
    /// Documents may go while they wait for the collector's answer.
    cut_off: bool,
    storage: BTreeMap<String, String>,
    documents: Vec<Document>,
    opened: u64,
    collector_up: bool,
    /// Every record that a document was answerable for.
    written: BTreeSet<String>,
    arrived: Vec<String>,
}

struct Document {
    id: String,
    engine: Engine,
    /// When, and what the browser tells it then.
    pending: Vec<(u64, Event)>,
    /// POSTs without an answer so far.
    posts: u32,
}

impl Device {
    fn new(seed: u64, locks: bool, cut_off: bool) -> Device {
        Device {
            dice: Dice::new([seed, 0xde71]),
            now: 0,
            locks,
            cut_off,
            storage: BTreeMap::new(),
            documents: Vec::new(),
            opened: 0,
            collector_up: true,
            written: BTreeSet::new(),
            arrived: Vec::new(),
        }
    }

    fn open(&mut self) {
        self.opened += 1;
        let freshness = FreshnessSource { url: None, ..FreshnessSource::default() };
        let config = Config { endpoint: Some("/v1/logs".into()), freshness, ..Config::default() };
        let id = format!("{:08x}", self.opened);
        let engine = Engine::new(config, [self.opened, self.dice.draw()]);
        self.documents.push(Document { id, engine, pending: Vec::new(), posts: 0 });
        let start = Start {
            epoch: EPOCH + self.now,
            queues: !self.storage.is_empty(),
            path: format!("/loan/{}", self.opened),
            loaded: true,
            visible: true,
            online: true,
            ..Start::default()
        };
        self.tell(self.documents.len() - 1, Event::Started(start));
    }

    fn tell(&mut self, n: usize, event: Event) {
        let now = Millis(self.now);
        if let Event::Answered { answer: Answer::Posted(_), .. } = &event {
            self.documents[n].posts -= 1;
        }
        self.documents[n].engine.handle_event(now, event);
        self.act(n);
    }

    fn act(&mut self, n: usize) {
        while let Some(Action { id, what, .. }) = self.documents[n].engine.poll_action() {
            match what {
                Command::SampleRender { .. } => self.answer(n, id, 0, Answer::Rendered(content())),
                Command::SaveQueue { text, gone } => {
                    let saved = self.save(n, &text, &gone);
                    self.tell(n, Event::Answered { id, answer: Answer::Saved(saved) });
                }
                Command::LeaveQueue { text, .. } => {
                    self.note(&text);
                    self.storage.insert(kept::key(&self.documents[n].id), kept::free(&text));
                }
                Command::AdoptQueues => {
                    let claims = self.claim(n);
                    let wait = if self.locks { 0 } else { 50 + self.dice.up_to(200) };
                    self.answer(n, id, wait, Answer::Adopted(claims));
                }
                Command::Post { body, .. } => {
                    self.documents[n].posts += 1;
                    let wait = 10 + self.dice.up_to(2_000);
                    let outcome = if self.collector_up {
                        self.arrived.push(body);
                        PostOutcome::Done { accepted: true }
                    } else {
                        PostOutcome::Later { retry_after: None }
                    };
                    self.answer(n, id, wait, Answer::Posted(outcome));
                }
                // A lost network is what there is to tell of.
                Command::AskNetwork => self.answer(n, id, 0, Answer::Probed { ok: false }),
                _ => {}
            }
        }
    }

    fn answer(&mut self, n: usize, id: ActionId, wait: u64, answer: Answer) {
        self.documents[n].pending.push((self.now + wait, Event::Answered { id, answer }));
    }

    fn note(&mut self, text: &str) {
        self.written.extend(text.lines().map(String::from));
    }

    fn save(&mut self, n: usize, text: &str, gone: &[String]) -> Saved {
        let id = self.documents[n].id.clone();
        let key = kept::key(&id);
        if self.storage.get(&key).is_some_and(|entry| !kept::is_owned(entry, &id)) {
            return Saved::Taken;
        }
        self.note(text);
        if text.is_empty() {
            self.storage.remove(&key);
        } else {
            self.storage.insert(key, kept::owned(&id, EPOCH + self.now, text));
        }
        for key in gone {
            self.storage.remove(key);
        }
        Saved::Kept
    }

    fn claim(&mut self, n: usize) -> Vec<KeptQueue> {
        let entries: Vec<KeptQueue> =
            self.storage.iter().map(|(key, text)| KeptQueue { key: key.clone(), text: text.clone() }).collect();
        let alive: Vec<String> = self.documents.iter().map(|document| document.id.clone()).collect();
        let alive = self.locks.then_some(alive.as_slice());
        let claims = kept::claims(&entries, &self.documents[n].id, alive, EPOCH + self.now);
        for claim in &claims {
            self.storage.insert(claim.key.clone(), claim.text.clone());
        }
        claims
    }

    /// Lets time pass: answers and timers of all documents in their order.
    fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        loop {
            let due = |document: &Document| {
                let told = document.pending.iter().map(|(at, _)| *at).min();
                told.into_iter().chain(document.engine.poll_timeout().map(|due| due.0)).min()
            };
            let next = self.documents.iter().enumerate().filter_map(|(n, d)| due(d).map(|at| (at, n))).min();
            let Some((at, n)) = next.filter(|(at, _)| *at <= end) else { break };
            self.now = self.now.max(at);
            let document = &mut self.documents[n];
            if let Some(first) = document.pending.iter().position(|(at, _)| *at <= self.now) {
                let (_, event) = document.pending.remove(first);
                self.tell(n, event);
            } else {
                document.engine.handle_timeout(Millis(self.now));
                self.act(n);
            }
        }
        self.now = end;
    }

    /// A document goes: by being left, or without another word.
    fn close(&mut self, n: usize, dies: bool) {
        while !self.cut_off && self.documents[n].posts > 0 {
            self.pass(100);
        }
        if !dies {
            self.tell(n, Event::PageHiding);
            self.tell(n, Event::Visibility { visible: false });
        }
        self.documents.remove(n);
    }

    fn something_happens(&mut self) {
        let n = self.dice.up_to(self.documents.len().max(1) as u64 - 1) as usize;
        match self.dice.up_to(9) {
            _ if self.documents.is_empty() => self.open(),
            0 | 1 if self.documents.len() < 5 => self.open(),
            2 => self.close(n, false),
            3 => self.close(n, true),
            4 | 5 if self.written.len() < 60 => {
                self.tell(n, Event::Connection { online: false });
                self.pass(100);
                let n = n.min(self.documents.len() - 1);
                self.tell(n, Event::Connection { online: true });
            }
            6 => self.collector_up = !self.collector_up,
            7 => {
                self.tell(n, Event::Visibility { visible: false });
                self.pass(200);
                self.tell(n, Event::Visibility { visible: true });
            }
            _ => {}
        }
        let pause = [50, 500, 5_000, 60_000][self.dice.up_to(3) as usize];
        self.pass(self.dice.clone().up_to(pause));
    }

    /// The collector is back, all documents go, and two more pages come.
    fn come_to_rest(&mut self) {
        self.collector_up = true;
        self.pass(LONG);
        while !self.documents.is_empty() {
            self.close(0, false);
        }
        for _ in 0..2 {
            self.pass(LONG);
            self.open();
            self.pass(LONG);
        }
    }

    fn copies(&self, record: &str) -> usize {
        self.arrived.iter().map(|body| body.matches(record).count()).sum()
    }
}

fn content() -> RenderFacts {
    let text = Patch { ink: Ink::Text, region: Region::Main, sight: Sight::Seen, amount: 300 };
    RenderFacts {
        visibility: Visibility::Visible,
        viewport: (375, 812),
        loaded: true,
        painted: true,
        root_found: true,
        seen: Tally::of(&[text]),
        hanging: String::new(),
        took_us: 200,
        trouble: String::new(),
    }
}

fn live(seed: u64, locks: bool, cut_off: bool) -> Device {
    let mut device = Device::new(seed, locks, cut_off);
    for _ in 0..40 {
        device.something_happens();
    }
    device.come_to_rest();
    device
}

/// What is posted of a line that is kept.
fn posted(line: &str) -> String {
    let mut queue = Queue::default();
    queue.read(line);
    queue.load();
    let body = otlp::request("", "", queue.in_flight().iter().map(Record::log));
    let (_, records) = body.split_once("\"logRecords\":[").expect("records");
    records.strip_suffix("]}]}]}").expect("the end of a request").into()
}

fn check(cut_off: bool, most: usize) -> (usize, usize) {
    let (mut records, mut twice) = (0, 0);
    for seed in 0..DEVICES {
        for locks in [true, false] {
            let device = live(seed, locks, cut_off);
            // A line is written again when the number of its copies grows.
            let logs: BTreeSet<String> = device.written.iter().map(|line| posted(line)).collect();
            for record in &logs {
                let copies = device.copies(record);
                assert!((1..=most).contains(&copies), "seed {seed}, locks {locks}: {copies} times {record}");
                records += 1;
                twice += usize::from(copies > 1);
            }
            assert!(device.storage.values().all(|entry| kept::records(entry).is_empty()), "{:?}", device.storage);
        }
    }
    (records, twice)
}

#[test]
fn each_record_arrives_exactly_once_whoever_dies() {
    let (records, _) = check(false, 1);
    // They must really have had something to send.
    assert!(records as u64 > DEVICES * 10, "{records}");
}

#[test]
fn a_post_that_is_cut_off_by_the_end_of_its_page_loses_nothing_and_repeats_little() {
    let (records, twice) = check(true, 4);
    assert!(twice > 0 && twice * 10 < records, "{twice} of {records}");
}
