//! What the receiver must hold: incidents with cause, evidence, step and outcome, and nothing that was typed.
use crate::person;
use crate::world::World;
use anyhow::{Result, bail, ensure};
use pagemend_server::StoredIncident;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// An incident may have to wait for the collector or for the next page.
const ARRIVES_WITHIN: Duration = Duration::from_secs(45);

impl World {
    /// Waits for an incident with one of these causes and outcomes, and holds it to what every incident must carry.
    pub async fn incident(&self, causes: &[&str], outcomes: &[&str]) -> Result<StoredIncident> {
        let give_up = Instant::now() + ARRIVES_WITHIN;
        let found = loop {
            let all = self.server.lab.incidents();
            let wanted = |one: &&StoredIncident| {
                causes.contains(&one.cause.as_str()) && outcomes.contains(&one.outcome.as_str())
            };
            if let Some(one) = all.iter().find(wanted) {
                break one.clone();
            }
            if Instant::now() > give_up {
                let arrived: Vec<_> = all.iter().map(|one| format!("{}/{}", one.cause, one.outcome)).collect();
                bail!(
                    "no incident {}/{} arrived; there are [{}]",
                    causes.join("|"),
                    outcomes.join("|"),
                    arrived.join(", ")
                );
            }
            sleep(Duration::from_millis(50)).await;
        };
        ensure!(!found.evidence.is_empty(), "incident {} carries no evidence", found.id);
        ensure!(!found.step.is_empty(), "incident {} does not say at which step", found.id);
        // Told by boot.js alone, without an engine, an incident has no bytes for a timeline; its id is short.
        let by_engine = found.id.len() == 32;
        ensure!(!by_engine || !found.timeline.is_empty(), "incident {} has no timeline", found.id);
        *self.incident.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(found.clone());
        Ok(found)
    }

    /// Nothing was reported, and nothing is about to be.
    pub fn no_incident(&self) -> Result<()> {
        let incidents = self.server.lab.incidents();
        ensure!(incidents.is_empty(), "an incident was reported: {:?}", incidents[0]);
        Ok(())
    }

    /// Nothing that was typed has left the page towards the receiver, in whatever spelling.
    pub fn nothing_typed_was_sent(&self) -> Result<()> {
        for body in self.server.lab.raw_bodies() {
            let raw = String::from_utf8_lossy(&body).into_owned();
            // JSON may spell the same text with \u escapes.
            let plain =
                serde_json::from_slice::<serde_json::Value>(&body).map(|json| json.to_string()).unwrap_or_default();
            for typed in person::TYPED {
                ensure!(
                    !contains(&raw, typed) && !contains(&plain, typed),
                    "what was typed ({typed}) was sent to the receiver: {raw}"
                );
            }
        }
        Ok(())
    }
}

/// Digits must stand alone: a code of six digits is found by chance inside nanoseconds.
fn contains(text: &str, typed: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    text.match_indices(typed).any(|(at, _)| {
        let number = typed.bytes().all(|byte| byte.is_ascii_digit());
        !number || !(digit(text[..at].chars().next_back()) || digit(text[at + typed.len()..].chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn a_typed_number_counts_alone_and_not_inside_a_longer_one() {
        assert!(contains("{\"code\":\"493817\"}", "493817"));
        assert!(!contains("1764938170000", "493817"));
        assert!(contains("王小明", "小明"));
    }
}
