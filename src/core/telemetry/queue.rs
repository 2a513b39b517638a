//! The queue of log records that no collector has taken yet; bounded, and what is dropped is counted.

use crate::core::text::piece;

/// One rendered OTLP log record, and whether it must survive the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub json: String,
    /// Incidents are kept across pages; page views are not worth the space.
    pub keep: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Queue {
    records: Vec<Box<Record>>,
    bytes: usize,
    pub dropped: u32,
    /// Records at the front that are in a POST now.
    in_flight: usize,
}

/// Browsers allow 65,536 bytes of beacons and keepalive requests in flight, shared with the page; the guard takes half.
pub const MAX_BATCH_BYTES: usize = 32 * 1024;
const MAX_BYTES: usize = 96 * 1024;
const MAX_RECORDS: usize = 64;

impl Queue {
    pub fn push(&mut self, json: String, keep: bool) {
        if json.len() > MAX_BATCH_BYTES {
            self.dropped += 1;
            return;
        }
        self.bytes += json.len();
        self.records.push(Box::new(Record { json, keep }));
        // The oldest goes first, but never what a POST holds: its answer removes from the front.
        while (self.records.len() > MAX_RECORDS || self.bytes > MAX_BYTES) && self.records.len() > self.in_flight {
            let gone = self.records.remove(self.in_flight);
            self.bytes -= gone.json.len();
            self.dropped += 1;
        }
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Whether an incident waits, as opposed to page views that can wait for company.
    pub fn urgent(&self) -> bool {
        self.records.iter().any(|r| r.keep)
    }

    /// The records of the next POST, from the front; remembered as in flight until `settle`.
    pub fn batch(&mut self) -> &[Box<Record>] {
        let mut size = 0;
        self.in_flight = 0;
        for record in &self.records {
            size += record.json.len() + 1;
            if size > MAX_BATCH_BYTES {
                break;
            }
            self.in_flight += 1;
        }
        &self.records[..self.in_flight]
    }

    /// The POST was answered: what was in it is gone, or waits again. Returns how many left.
    pub fn settle(&mut self, gone: bool) -> u32 {
        let sent = std::mem::take(&mut self.in_flight);
        if !gone {
            return 0;
        }
        for _ in 0..sent {
            self.bytes -= self.records.remove(0).json.len();
        }
        sent as u32
    }

    /// What to keep across pages: a record a line. JSON as written here never holds a raw line break.
    pub fn write(&self) -> String {
        let mut out = String::new();
        for record in &self.records {
            if record.keep {
                out.push_str(&record.json);
                out.push('\n');
            }
        }
        out
    }

    /// Takes up what `write` kept; a line that was cut off is dropped and counted.
    pub fn read(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let line = piece(&mut rest, b'\n');
            if line.starts_with('{') && line.ends_with('}') {
                self.push(line.into(), true);
            } else if !line.is_empty() {
                self.dropped += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(queue: &mut Queue) -> Vec<&str> {
        queue.batch().iter().map(|r| r.json.as_str()).collect()
    }

    #[test]
    fn what_was_sent_leaves_and_what_failed_stays_in_order() {
        let mut queue = Queue::default();
        queue.push("{1}".into(), true);
        queue.push("{2}".into(), true);
        assert_eq!(batch(&mut queue), ["{1}", "{2}"]);
        queue.push("{3}".into(), true);
        assert_eq!(queue.settle(false), 0);
        assert_eq!(batch(&mut queue), ["{1}", "{2}", "{3}"]);
        assert_eq!(queue.settle(true), 3);
        assert!(queue.is_empty());
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
        let in_flight = queue.batch().len();
        assert_eq!(in_flight, 1);
        for _ in 0..200 {
            queue.push("{\"later\"}".into(), true);
        }
        assert_eq!(queue.settle(true), 1);
        assert!(!queue.write().contains("first"));
    }

    #[test]
    fn incidents_survive_the_page_and_page_views_do_not() {
        let mut queue = Queue::default();
        queue.push("{\"incident\"}".into(), true);
        queue.push("{\"page\"}".into(), false);
        let mut next = Queue::default();
        next.read(&(queue.write() + "{\"cut of"));
        assert_eq!(batch(&mut next), ["{\"incident\"}"]);
        assert_eq!(next.dropped, 1);
    }
}
