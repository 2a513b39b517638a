//! Tokens: who asks a room, and who speaks through one. The room hands them back with its answer.

use crate::core::id::AskId;
use crate::core::incident::CaseId;

/// Who is told what a room found.
#[derive(Debug)]
pub(super) enum Asker {
    /// The page's own code.
    Page(AskId),
    /// A key action, by its name; `insists`: the user wants to go on with a build that is not the live one.
    KeyAction { ask: AskId, name: String, insists: bool },
    /// An incident that looks for its cause, or takes a remedy.
    Incident(CaseId),
    /// It is done, and nobody waits for it.
    Nobody,
}

/// Who hears how a prompt was answered.
#[derive(Debug)]
pub(super) enum Speaker {
    /// The page's own code, and the incident that its prompt is about.
    Page(AskId, Option<CaseId>),
    /// A key action, by its name, and whether it must wait for another build.
    KeyAction(AskId, String, bool),
    /// The news that another build is live.
    Freshness,
    Incident(CaseId),
    /// What the page has declared, by its id, ends.
    Expiry(u32),
    /// What the team announces.
    Playbook,
}
