//! The queue of unsent telemetry that is this document's.

use crate::core::telemetry::kept;
use crate::shell::page::Page;
use crate::shell::page_store::PageStore;
use crate::shell::promise::Ends;
use std::cell::{Cell, RefCell};

pub struct Queues {
    /// Of this document, eight hexadecimal digits.
    id: RefCell<String>,
    /// When this document's entry was last written, epoch milliseconds; 0: there is none.
    pub wrote: Cell<u64>,
    /// Lets go of the lock.
    pub release: Cell<Option<Ends>>,
    /// Local storage. Taken once: a tab that is being closed need not give it out any more.
    pub storage: PageStore,
}

impl Queues {
    pub fn of(page: &Page, id: String) -> Queues {
        let storage = PageStore::local(page.window());
        Queues { id: RefCell::new(id), wrote: Cell::new(0), release: Cell::default(), storage }
    }

    pub fn id(&self) -> String {
        self.id.try_borrow().map(|id| id.clone()).unwrap_or_default()
    }

    pub fn rename(&self, fresh: String) {
        if let Ok(mut id) = self.id.try_borrow_mut() {
            *id = fresh;
        }
    }

    pub fn key(&self) -> String {
        kept::key(&self.id())
    }
}
