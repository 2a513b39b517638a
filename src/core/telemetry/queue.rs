//! The queue of log records that no collector has taken yet; bounded, and what is dropped is counted.

use super::log::Log;
use super::otlp;
use crate::core::json;
use serde::{Deserialize, Serialize};

/// One log record, and what became of it so far. What is kept of it for another page is one line of JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// POSTs whose answer nobody could read: the collector may have it, so many times.
    copies: u32,
    log: Log,
    /// Of the log record in a POST.
    #[serde(skip)]
    bytes: usize,
    /// Kept at once, for a page that dies. All are kept when the page is left.
    #[serde(skip)]
    keep: bool,
    /// Local storage holds it.
    #[serde(skip)]
    written: bool,
    /// There was no room for it.
    #[serde(skip)]
    unwritten: bool,
    /// The page was left, and this with it.
    #[serde(skip)]
    left: bool,
}

impl Record {
    pub fn log(&self) -> &Log {
        &self.log
    }
}

#[derive(Clone, Debug, Default)]
pub struct Queue {
    records: Vec<Record>,
    bytes: usize,
    pub dropped: u32,
    /// Records at the front that are in a POST now.
    in_flight: usize,
}

/// How a POST ended for the records in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// An answer was read, and it is final.
    Gone,
    /// An answer was read, or there was nobody to answer: the collector does not have them.
    Waits,
    /// The collector was there, and its answer is kept from the page by CORS, every time: it may have them.
    Unreadable,
    /// No answer in time: it may have them.
    Unanswered,
}

/// Browsers allow 65,536 bytes of keepalive requests in flight, shared with the page; the guard takes half.
pub const MAX_BATCH_BYTES: usize = 32 * 1024;
const MAX_BYTES: usize = 96 * 1024;
const MAX_RECORDS: usize = 64;
/// Copies of a record for a collector whose answers can never be read: the second, because the first try may have failed for another reason.
const MAX_UNREADABLE: u32 = 2;
/// Copies of a record whose POSTs were cut off, by the end of the page or of patience.
const MAX_COPIES: u32 = 4;

impl Queue {
    pub fn push(&mut self, log: Log, keep: bool) {
        self.add(Record { copies: 0, log, bytes: 0, keep, written: false, unwritten: false, left: false });
    }

    fn add(&mut self, mut record: Record) {
        record.bytes = otlp::size(&record.log);
        if record.bytes > MAX_BATCH_BYTES || record.copies >= MAX_COPIES {
            self.dropped += 1;
            return;
        }
        self.bytes += record.bytes;
        self.records.push(record);
        // The oldest goes first, but never what a POST holds: its answer removes from the front.
        while (self.records.len() > MAX_RECORDS || self.bytes > MAX_BYTES) && self.records.len() > self.in_flight {
            self.remove(self.in_flight);
            self.dropped += 1;
        }
    }

    fn remove(&mut self, at: usize) {
        self.bytes -= self.records.remove(at).bytes;
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether an incident waits, as opposed to page views that can wait for company.
    pub fn urgent(&self) -> bool {
        self.records.iter().any(|r| r.keep)
    }

    /// Whether the next page has been left all of it.
    pub fn is_left(&self) -> bool {
        self.records.iter().all(|r| r.left)
    }

    /// Chooses the records of the next POST, from the front; remembered as in flight until `settle`. They count as copies from now on, so that a
    /// page that dies meanwhile has counted them.
    pub fn load(&mut self) {
        self.in_flight = self.fitting(0);
        for record in &mut self.records[..self.in_flight] {
            record.copies += 1;
        }
    }

    /// How many records from this one on fit into one POST.
    fn fitting(&self, from: usize) -> usize {
        let mut size = 0;
        let fits = |record: &&Record| {
            size += record.bytes + 1;
            size <= MAX_BATCH_BYTES
        };
        self.records[from..].iter().take_while(fits).count()
    }

    pub fn in_flight(&self) -> &[Record] {
        &self.records[..self.in_flight]
    }

    /// The POST ended: what was in it is gone, or waits again. Returns how many the collector has.
    pub fn settle(&mut self, how: Settled) -> u32 {
        let sent = std::mem::take(&mut self.in_flight);
        for at in (0..sent).rev() {
            let record = &mut self.records[at];
            let given_up = match how {
                Settled::Gone => true,
                Settled::Waits => {
                    record.copies -= 1;
                    false
                }
                Settled::Unreadable => record.copies >= MAX_UNREADABLE,
                Settled::Unanswered => record.copies >= MAX_COPIES,
            };
            if given_up {
                self.remove(at);
                self.dropped += u32::from(how != Settled::Gone);
            }
        }
        if how == Settled::Gone { u32::try_from(sent).unwrap_or(u32::MAX) } else { 0 }
    }

    /// What to keep for a page that dies: JSON Lines, a record a line.
    pub fn write(&mut self) -> String {
        self.lines(0, |r| r.keep && !r.unwritten)
    }

    /// There was no room: the older half of what was to be kept is not, the next time. Returns whether anything is left to try.
    pub fn no_room(&mut self) -> bool {
        let mut kept: Vec<&mut Record> = self.records.iter_mut().filter(|r| r.keep && !r.unwritten).collect();
        let half = kept.len().div_ceil(2);
        kept.iter_mut().take(half).for_each(|r| r.unwritten = true);
        let left = kept.len() > half;
        self.records.iter_mut().for_each(|r| r.written = false);
        left
    }

    /// Somebody took what was kept: it is no longer this page's to send.
    pub fn taken(&mut self) {
        for at in (0..self.records.len()).rev() {
            if self.records[at].written {
                self.remove(at);
                self.in_flight -= usize::from(at < self.in_flight);
            }
        }
    }

    /// All of it, for the next page.
    pub fn write_all(&mut self) -> String {
        self.records.iter_mut().for_each(|r| r.left = true);
        self.lines(0, |_| true)
    }

    /// Where nothing can be kept: what is sent while leaving, and what does not fit and is kept if there is room for that. Not what is under way.
    pub fn last_batch(&mut self) -> (&[Record], String) {
        let from = self.in_flight;
        let end = from + self.fitting(from);
        let rest = self.lines(end, |_| true);
        (&self.records[from..end], rest)
    }

    fn lines(&mut self, from: usize, keeps: impl Fn(&Record) -> bool) -> String {
        let mut out = String::new();
        for record in &mut self.records[from..] {
            record.written = keeps(record);
            if record.written {
                out.push_str(&json::write(record));
                out.push('\n');
            }
        }
        out
    }

    /// Takes up what was written; a line that was cut off is dropped and counted.
    pub fn read(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.is_empty()) {
            match json::read::<Record>(line) {
                Some(record) => self.add(Record { keep: true, ..record }),
                None => self.dropped += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::telemetry::log;

    fn log(body: &str) -> Log {
        log::record("pagemend.page", 0, 9, body.into())
    }

    /// As it is kept.
    fn line(copies: u32, body: &str) -> String {
        format!("{{\"copies\":{copies},\"log\":{}}}\n", json::write(&log(body)))
    }

    /// The bodies of the records that are sent.
    fn batch(queue: &mut Queue) -> Vec<String> {
        queue.load();
        queue.in_flight().iter().map(|r| r.log.body.clone()).collect()
    }

    #[test]
    fn what_was_sent_leaves_and_what_failed_stays_in_order() {
        let mut queue = Queue::default();
        queue.push(log("1"), true);
        queue.push(log("2"), true);
        assert_eq!(batch(&mut queue), ["1", "2"]);
        queue.push(log("3"), true);
        assert_eq!(queue.settle(Settled::Waits), 0);
        assert_eq!(batch(&mut queue), ["1", "2", "3"]);
        assert_eq!(queue.settle(Settled::Gone), 3);
        assert!(queue.is_empty() && queue.bytes == 0);
    }

    #[test]
    fn the_queue_is_bounded_and_counts_what_it_drops() {
        let mut queue = Queue::default();
        for n in 0..1000 {
            queue.push(log(&format!("{n}: {}", "x".repeat(1000))), true);
        }
        assert!(queue.len() <= MAX_RECORDS && queue.bytes <= MAX_BYTES);
        assert_eq!(queue.dropped as usize + queue.len(), 1000);
        assert!(batch(&mut queue).last().is_some_and(|r| r.starts_with('9')));
        queue.push(log(&"x".repeat(MAX_BATCH_BYTES)), true);
        assert_eq!(queue.dropped as usize + queue.len(), 1001);
    }

    #[test]
    fn a_full_queue_never_drops_what_is_in_flight() {
        let mut queue = Queue::default();
        queue.push(log("first"), true);
        assert_eq!(batch(&mut queue).len(), 1);
        for _ in 0..200 {
            queue.push(log("later"), true);
        }
        assert_eq!(queue.settle(Settled::Gone), 1);
        assert!(!queue.write().contains("first"));
    }

    #[test]
    fn incidents_survive_a_page_that_dies_and_page_views_one_that_is_left() {
        let mut queue = Queue::default();
        queue.push(log("incident"), true);
        queue.push(log("page"), false);
        let mut next = Queue::default();
        // A line that was cut off, too many copies, and two lines as version 0.1 wrote them.
        let cut = &line(0, "cut off")[..40];
        let many = line(0, "copies").replacen('0', "99999999999", 1);
        let others = [cut, many.trim_end(), &json::write(&log("old")), "1 {\"body\":{}}"];
        next.read(&(queue.write() + &others.join("\n")));
        assert_eq!(batch(&mut next), ["incident"]);
        assert_eq!(next.dropped, 4);
        let mut next = Queue::default();
        next.read(&queue.write_all());
        assert_eq!(batch(&mut next), ["incident", "page"]);
    }

    #[test]
    fn copies_that_may_have_arrived_are_few_and_counted_across_pages() {
        for (how, most) in [(Settled::Unreadable, MAX_UNREADABLE), (Settled::Unanswered, MAX_COPIES)] {
            let (mut queue, mut sent) = (Queue::default(), 0);
            queue.push(log("a"), true);
            for _ in 0..20 {
                sent += batch(&mut queue).len();
                queue.settle(how);
                let (kept, dropped) = (queue.write_all(), queue.dropped);
                queue = Queue { dropped, ..Queue::default() };
                queue.read(&kept);
            }
            assert_eq!((sent, queue.len(), queue.dropped), (most as usize, 0, 1), "{how:?}");
        }
    }

    #[test]
    fn a_collector_that_is_down_costs_no_copies() {
        let mut queue = Queue::default();
        queue.push(log("1"), true);
        for _ in 0..20 {
            assert_eq!(batch(&mut queue).len(), 1);
            queue.settle(Settled::Waits);
        }
        assert_eq!(queue.write(), line(0, "1"));
    }

    #[test]
    fn a_page_that_dies_while_it_sends_has_counted_it() {
        let mut queue = Queue::default();
        queue.push(log("1"), true);
        queue.load();
        assert_eq!(queue.write(), line(1, "1"));
    }

    #[test]
    fn without_room_the_oldest_are_not_kept_but_still_sent() {
        let mut queue = Queue::default();
        for n in 0..5 {
            queue.push(log(&n.to_string()), true);
        }
        let mut tries = vec![queue.write()];
        while queue.no_room() {
            tries.push(queue.write());
        }
        let lines = |from: u32| (from..5).map(|n| line(0, &n.to_string())).collect::<String>();
        assert_eq!(tries, [lines(0), lines(3), lines(4)]);
        assert_eq!(queue.len(), 5);
        assert_eq!(queue.last_batch().0.len(), 5);
    }

    #[test]
    fn what_another_page_took_is_not_sent_twice() {
        let mut queue = Queue::default();
        queue.push(log("1"), true);
        queue.load();
        queue.write();
        queue.push(log("2"), true);
        queue.taken();
        assert_eq!(queue.in_flight().len(), 0);
        assert_eq!(batch(&mut queue), ["2"]);
    }
}
