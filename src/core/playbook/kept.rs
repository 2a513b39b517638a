//! The last good playbook, as local storage keeps it for the next page.

use crate::core::json;
use serde::{Deserialize, Serialize};

/// Announcements that were shown; older ones go first.
const MOST_TOLD: usize = 50;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kept {
    /// When it came, in epoch milliseconds.
    pub at: u64,
    /// The public key by which it was found good; empty: none was asked for.
    pub key: String,
    /// Ids of the announcements that were shown.
    pub told: Vec<String>,
    /// The document.
    pub text: String,
}

impl Kept {
    pub fn read(text: &str) -> Option<Kept> {
        json::read(text)
    }

    pub fn write(&self) -> String {
        json::write(self)
    }

    pub fn was_told(&self, id: &str) -> bool {
        self.told.iter().any(|told| told == id)
    }

    pub fn tell(&mut self, id: &str) {
        if self.told.len() >= MOST_TOLD {
            self.told.remove(0);
        }
        self.told.push(id.into());
    }

    pub fn take_back(&mut self, id: &str) {
        self.told.retain(|told| told != id);
    }
}
