//! When an empty page is too late, and placeholders have stood for too long: the deadlines of what the page is to show.

use crate::core::config::Deadlines;
use crate::core::time::Millis;

/// What the others know of trouble in the page. The more there is, the sooner an empty page is a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trouble {
    /// The page may be waiting for its data, which nobody can see from outside.
    #[default]
    None,
    /// Something failed that explains an empty page.
    Known,
    /// There is an incident.
    Open,
}

#[derive(Debug)]
pub struct Watch {
    pub deadlines: Deadlines,
    pub trouble: Trouble,
    /// The document is.
    pub loaded: bool,
    /// When this view of the page began: navigation, route change, or removal of its content.
    pub opened: Millis,
    pub last_progress: Millis,
    /// Since when placeholders stand.
    pub loading_since: Option<Millis>,
    /// Trouble is certain: an empty page needs no grace.
    pub impatient: bool,
}

impl Watch {
    pub fn new(deadlines: Deadlines) -> Watch {
        Watch {
            deadlines,
            trouble: Trouble::None,
            loaded: false,
            opened: Millis(0),
            last_progress: Millis(0),
            loading_since: None,
            impatient: false,
        }
    }

    /// All deadlines begin again.
    pub fn begin(&mut self, now: Millis) {
        self.opened = now;
        self.last_progress = now;
    }

    /// From when on an empty page is a fault.
    pub fn blank_due(&self) -> Millis {
        // While the document is loading, what is not there may still come.
        if self.impatient && self.loaded {
            return self.opened;
        }
        let Deadlines { settle, loading, .. } = self.deadlines;
        if !self.loaded {
            let cap = self.opened + Millis(loading.0 * Deadlines::CAP);
            return (self.last_progress + settle).max(self.opened + loading).min(cap);
        }
        let patience = if self.trouble == Trouble::None { Deadlines::PATIENCE } else { 1 };
        let settle = Millis(settle.0 * patience);
        let cap = self.opened + Millis(settle.0 * Deadlines::CAP);
        (self.last_progress.max(self.opened) + settle).min(cap)
    }

    /// From when on placeholders have stood for too long.
    pub fn loading_due(&self, now: Millis) -> Millis {
        let Deadlines { settle, loading, .. } = self.deadlines;
        let since = self.loading_since.unwrap_or(now);
        let cap = since + Millis(loading.0 * Deadlines::CAP);
        (self.last_progress + settle).max(since + loading).min(cap)
    }
}
