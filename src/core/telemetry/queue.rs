//! The queue of log records that no collector has taken yet; bounded, and what is dropped is counted.

use crate::core::text::{piece, push_num, read_num};

/// One rendered OTLP log record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub json: String,
    /// Kept at once, for a page that dies. All are kept when the page is left.
    keep: bool,
    /// POSTs whose answer nobody could read: the collector may have it, so many times.
    copies: u32,
    /// Local storage holds it.
    written: bool,
    /// There was no room for it.
    unwritten: bool,
    /// The page was left, and this with it.
    left: bool,
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
    pub fn push(&mut self, json: String, keep: bool) {
        self.add(Record { json, keep, copies: 0, written: false, unwritten: false, left: false });
    }

    fn add(&mut self, record: Record) {
        if record.json.len() > MAX_BATCH_BYTES || record.copies >= MAX_COPIES {
            self.dropped += 1;
            return;
        }
        self.bytes += record.json.len();
        self.records.push(record);
        // The oldest goes first, but never what a POST holds: its answer removes from the front.
        while (self.records.len() > MAX_RECORDS || self.bytes > MAX_BYTES) && self.records.len() > self.in_flight {
            self.remove(self.in_flight);
            self.dropped += 1;
        }
    }

    fn remove(&mut self, at: usize) {
        self.bytes -= self.records.remove(at).json.len();
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
            size += record.json.len() + 1;
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
        if how == Settled::Gone { sent as u32 } else { 0 }
    }

    /// What to keep for a page that dies: a record a line, before it the number of copies unless there are none. JSON as written here never holds a
    /// raw line break.
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
                if record.copies > 0 {
                    push_num(&mut out, record.copies.into());
                    out.push(' ');
                }
                out.push_str(&record.json);
                out.push('\n');
            }
        }
        out
    }

    /// Takes up what was written; a line that was cut off is dropped and counted.
    pub fn read(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let line = piece(&mut rest, b'\n');
            let (copies, json) = match line.split_once(" {") {
                Some((copies, _)) if !line.starts_with('{') => (read_num(copies), &line[copies.len() + 1..]),
                _ => (Some(0), line),
            };
            match copies.and_then(|copies| u32::try_from(copies).ok()) {
                Some(copies) if json.starts_with('{') && json.ends_with('}') => {
                    self.add(Record {
                        json: json.into(),
                        keep: true,
                        copies,
                        written: false,
                        unwritten: false,
                        left: false,
                    });
                }
                _ => self.dropped += u32::from(!line.is_empty()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(queue: &mut Queue) -> Vec<String> {
        queue.load();
        queue.in_flight().iter().map(|r| r.json.clone()).collect()
    }

    #[test]
    fn what_was_sent_leaves_and_what_failed_stays_in_order() {
        let mut queue = Queue::default();
        queue.push("{1}".into(), true);
        queue.push("{2}".into(), true);
        assert_eq!(batch(&mut queue), ["{1}", "{2}"]);
        queue.push("{3}".into(), true);
        assert_eq!(queue.settle(Settled::Waits), 0);
        assert_eq!(batch(&mut queue), ["{1}", "{2}", "{3}"]);
        assert_eq!(queue.settle(Settled::Gone), 3);
        assert!(queue.is_empty() && queue.bytes == 0);
    }

    #[test]
    fn the_queue_is_bounded_and_counts_what_it_drops() {
        let mut queue = Queue::default();
        for n in 0..1000 {
            queue.push(format!("{{\"n\":{n},\"pad\":\"{}\"}}", "x".repeat(1000)), true);
        }
        assert!(queue.len() <= MAX_RECORDS && queue.bytes <= MAX_BYTES);
        assert_eq!(queue.dropped as usize + queue.len(), 1000);
        assert!(batch(&mut queue).last().is_some_and(|r| r.contains("\"n\":9")));
        queue.push("x".repeat(MAX_BATCH_BYTES + 1), true);
        assert_eq!(queue.dropped as usize + queue.len(), 1001);
    }

    #[test]
    fn a_full_queue_never_drops_what_is_in_flight() {
        let mut queue = Queue::default();
        queue.push("{\"first\"}".into(), true);
        assert_eq!(batch(&mut queue).len(), 1);
        for _ in 0..200 {
            queue.push("{\"later\"}".into(), true);
        }
        assert_eq!(queue.settle(Settled::Gone), 1);
        assert!(!queue.write().contains("first"));
    }

    #[test]
    fn incidents_survive_a_page_that_dies_and_page_views_one_that_is_left() {
        let mut queue = Queue::default();
        queue.push("{\"incident\"}".into(), true);
        queue.push("{\"page\"}".into(), false);
        let mut next = Queue::default();
        next.read(&(queue.write() + "{\"cut of\nx {}\n99999999999 {}\n"));
        assert_eq!(batch(&mut next), ["{\"incident\"}"]);
        assert_eq!(next.dropped, 3);
        let mut next = Queue::default();
        next.read(&queue.write_all());
        assert_eq!(batch(&mut next), ["{\"incident\"}", "{\"page\"}"]);
    }

    #[test]
    fn copies_that_may_have_arrived_are_few_and_counted_across_pages() {
        for (how, most) in [(Settled::Unreadable, MAX_UNREADABLE), (Settled::Unanswered, MAX_COPIES)] {
            let (mut queue, mut sent) = (Queue::default(), 0);
            queue.push("{\"a\": {\"b\":1}}".into(), true);
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
        queue.push("{1}".into(), true);
        for _ in 0..20 {
            assert_eq!(batch(&mut queue).len(), 1);
            queue.settle(Settled::Waits);
        }
        assert_eq!(queue.write(), "{1}\n");
    }

    #[test]
    fn a_page_that_dies_while_it_sends_has_counted_it() {
        let mut queue = Queue::default();
        queue.push("{1}".into(), true);
        queue.load();
        assert_eq!(queue.write(), "1 {1}\n");
    }

    #[test]
    fn without_room_the_oldest_are_not_kept_but_still_sent() {
        let mut queue = Queue::default();
        for n in 0..5 {
            queue.push(format!("{{{n}}}"), true);
        }
        let mut tries = vec![queue.write()];
        while queue.no_room() {
            tries.push(queue.write());
        }
        assert_eq!(tries, ["{0}\n{1}\n{2}\n{3}\n{4}\n", "{3}\n{4}\n", "{4}\n"]);
        assert_eq!(queue.len(), 5);
        assert_eq!(queue.last_batch().0.len(), 5);
    }

    #[test]
    fn what_another_page_took_is_not_sent_twice() {
        let mut queue = Queue::default();
        queue.push("{1}".into(), true);
        queue.load();
        queue.write();
        queue.push("{2}".into(), true);
        queue.taken();
        assert_eq!(queue.in_flight().len(), 0);
        assert_eq!(batch(&mut queue), ["{2}"]);
    }
}
