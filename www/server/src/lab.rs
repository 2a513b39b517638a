//! The in-process handle: what a test does to the server, and what it reads from it.

use std::sync::Arc;

use crate::faults::Fault;
use crate::incidents::{PageView, Retries, StoredIncident};
use crate::state::{LabState, Shared, UnknownBuild};

/// Works while the network is "offline", too. Cheap to clone.
#[derive(Clone)]
pub struct LabHandle {
    shared: Arc<Shared>,
}

impl LabHandle {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// This fault alone is on from now; its counts start anew.
    pub fn set_fault(&self, fault: Fault) {
        self.shared.set_faults(Some(fault), false);
    }

    /// This fault, too.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.set_faults(Some(fault), true);
    }

    /// No fault is on, the network is there, and whatever hung is answered. The live build stays.
    pub fn heal(&self) {
        self.shared.set_faults(None, false);
        self.shared.set_offline(false);
    }

    /// Makes build `a` or `b` the live one: from now on the other's hashed assets are 404.
    ///
    /// # Errors
    /// Any other name.
    pub fn deploy(&self, build: &str) -> Result<(), UnknownBuild> {
        self.shared.lock().build = build.parse()?;
        Ok(())
    }

    /// Whether the HTML carries boot.js.
    pub fn set_guard(&self, on: bool) {
        self.shared.lock().guard_off = !on;
    }

    /// `true` resets every open connection of both origins, and each new one, until `false`.
    pub fn offline(&self, offline: bool) {
        self.shared.set_offline(offline);
    }

    /// As freshly started.
    pub fn reset(&self) {
        self.shared.reset();
    }

    pub fn snapshot(&self) -> LabState {
        self.shared.snapshot()
    }

    /// By first arrival; of each the highest revision.
    pub fn incidents(&self) -> Vec<StoredIncident> {
        self.shared.lock().incidents.all().to_vec()
    }

    /// The page views that were reported, by arrival.
    pub fn page_views(&self) -> Vec<PageView> {
        self.shared.lock().incidents.page_views().to_vec()
    }

    pub fn retries(&self) -> Retries {
        self.shared.lock().incidents.retries()
    }

    /// Every body that reached the receiver, refused ones included: whatever left the page counts.
    pub fn raw_bodies(&self) -> Vec<Vec<u8>> {
        self.shared.lock().incidents.raw_bodies().to_vec()
    }
}
