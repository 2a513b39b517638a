//! The form that a borrower fills in, and what the device holds of it: saved as `src/shell/draft` does it, a moment after a key, to one store
//! after the other. Whatever happens in between, what was saved is there again, and what was sent is not.

use pagemend::core::dice::Dice;
use pagemend::core::storage::draft::{Copy, KEPT_FOR_MS, Standing, next_seq};
use std::collections::VecDeque;

/// From the first key that is in no draft to its save.
const SOON: u64 = 400;
/// A database answers after this.
const DATABASE: u64 = 100;
/// A key that is older than this must be there again: one save may have to wait for the end of another.
const SAVED_BY_THEN: u64 = 2 * SOON + DATABASE;
const VERSION: &str = "1";

/// Two stores, and what the borrower knows of one form.
#[derive(Debug, Default)]
pub struct Device {
    local: Option<String>,
    database: Option<String>,
    /// When each key was pressed. A form holds the keys after those that were sent.
    keys: Vec<u64>,
    /// So many keys had been pressed when the form was sent.
    sent: usize,
    /// How often a document found a draft.
    pub restored: usize,
}

#[derive(Debug)]
enum Write {
    Put(String),
    /// What was put aside for good, with the number of the copy in local storage that says so.
    Remove(u64),
}

/// The form in one document.
#[derive(Debug, Default)]
pub struct Form {
    seq: u64,
    due: Option<u64>,
    /// To the database, and when each is done.
    writes: VecDeque<(u64, Write)>,
}

impl Device {
    /// The page empties local storage.
    pub fn clear_local(&mut self) {
        self.local = None;
    }

    /// Keys that must be there in a document that is opened now.
    fn promised(&self, now: u64) -> usize {
        self.keys.iter().filter(|at| *at + SAVED_BY_THEN <= now).count()
    }

    fn copies(&self) -> Vec<Copy> {
        Copy::latest_first([&self.database, &self.local].into_iter().flatten().cloned())
    }
}

impl Form {
    /// `all`: the document before was left by the guard, which saves before it goes.
    pub fn open(device: &mut Device, now: u64, all: bool) -> Form {
        let copies = device.copies();
        let newest = copies.iter().filter_map(|copy| copy.body.parse().ok()).max().unwrap_or(0);
        let copy = copies.into_iter().next();
        let mut form = Form { seq: copy.as_ref().map_or(0, |copy| copy.seq), ..Form::default() };
        let there = match copy {
            Some(copy) if copy.standing(now, KEPT_FOR_MS, VERSION) == Standing::Good => {
                let text = copy.write();
                if [&device.local, &device.database].into_iter().any(|held| held.as_ref() != Some(&text)) {
                    form.put(device, now, text);
                }
                device.restored += 1;
                copy.body.parse().expect("a number of keys")
            }
            Some(_) => {
                form.remove(device, now);
                device.sent
            }
            None => device.sent,
        };
        let promised = if all { device.keys.len() } else { device.promised(now).max(newest) };
        assert!(there >= promised.max(device.sent), "{there} keys are there of {promised}, {} were sent", device.sent);
        device.keys.truncate(there);
        form
    }

    pub fn press(&mut self, device: &mut Device, now: u64) {
        device.keys.push(now);
        self.due.get_or_insert(now + SOON);
    }

    /// When there is something to do.
    pub fn next(&self) -> Option<u64> {
        self.writes.front().map(|(at, _)| *at).into_iter().chain(self.due).min()
    }

    pub fn handle_timeout(&mut self, device: &mut Device, now: u64) {
        if let Some((_, write)) = self.writes.pop_front_if(|(at, _)| *at <= now) {
            match write {
                Write::Put(text) => device.database = Some(text),
                Write::Remove(seq) => {
                    device.database = None;
                    if self.seq == seq {
                        device.local = None;
                    }
                }
            }
        }
        if self.due.take_if(|due| *due <= now).is_some() {
            if self.writes.is_empty() {
                self.save(device, now);
            } else {
                self.due = Some(now + SOON);
            }
        }
    }

    fn save(&mut self, device: &mut Device, now: u64) {
        self.seq = next_seq(self.seq, now);
        let copy =
            Copy { seq: self.seq, at: now, version: VERSION.into(), sealed: true, body: device.keys.len().to_string() };
        self.put(device, now, copy.write());
    }

    fn put(&mut self, device: &mut Device, now: u64, text: String) {
        device.local = Some(text.clone());
        self.writes.push_back((now + DATABASE, Write::Put(text)));
    }

    /// The form was sent.
    pub fn send(&mut self, device: &mut Device, now: u64) {
        device.sent = device.keys.len();
        self.due = None;
        self.remove(device, now);
    }

    fn remove(&mut self, device: &mut Device, now: u64) {
        self.seq = next_seq(self.seq, now);
        device.local = Some(Copy { seq: self.seq, ..Copy::default() }.write());
        self.writes.push_back((now + DATABASE, Write::Remove(self.seq)));
    }

    /// Before the guard leaves the page: it waits until the stores have it all.
    pub fn save_all(&mut self, device: &mut Device, now: u64) {
        if self.due.take().is_some() {
            self.save(device, now);
        }
        while let Some(at) = self.next() {
            self.handle_timeout(device, at);
        }
    }

    /// The system ends the tab's process. What was being written to the database is there, or not, or cut off.
    pub fn killed(mut self, device: &mut Device, dice: &mut Dice) {
        if let Some((_, Write::Put(text))) = self.writes.pop_front() {
            match dice.up_to(2) {
                0 => device.database = Some(text),
                1 => device.database = Some(text[..text.len() / 2].into()),
                _ => {}
            }
        }
    }
}
