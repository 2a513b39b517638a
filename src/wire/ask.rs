//! The words with which the page's code asks.

use crate::core::vocabulary::vocabulary;

vocabulary! {
    /// What a repair may touch.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RepairScope {
        All = "all",
        Storage = "storage",
        Caches = "caches",
    }
}

vocabulary! {
    /// What a step of a repair does, the mildest first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RepairAction {
        RemoveEntry = "remove-entry",
        EvictFile = "evict-file",
        DropCache = "drop-cache",
    }
}

vocabulary! {
    /// What the page's code can listen to with `guard.on`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum GuardEvent {
        Incident = "incident",
        Verdict = "verdict",
        Retry = "retry",
        /// A question: whether, and where, something is tried again.
        BeforeRetry = "before-retry",
        /// A question: whether the page is loaded anew.
        BeforeReload = "before-reload",
        Repair = "repair",
        Prompt = "prompt",
        Telemetry = "telemetry",
        Expiry = "expiry",
    }
}
