//! A collector that is down while incidents happen.
use super::steps::home;
use crate::world::World;
use anyhow::{Result, bail, ensure};
use pagemend_server::{LabState, StoredIncident};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Backoff towards a dead collector may have grown before it heals.
const DELIVERED_WITHIN: Duration = Duration::from_secs(45);

fn posts(state: &LabState) -> usize {
    state.requests.iter().filter(|request| request.path.starts_with("/v1/logs")).count()
}

pub async fn delivered_once(w: &World) -> Result<String> {
    home(w).await?;
    let refused = w.until_server("the first report, refused", |state| posts(state) > 0).await?;
    ensure!(w.server.lab.incidents().is_empty(), "a report was accepted by a collector that is down");
    // The page goes away with the report undelivered.
    home(w).await?;
    w.until_server("another try after the reload", |state| posts(state) > posts(&refused)).await?;
    ensure!(w.server.lab.incidents().is_empty(), "a report was accepted by a collector that is down");
    w.server.lab.heal();
    let give_up = Instant::now() + DELIVERED_WITHIN;
    while w.server.lab.incidents().is_empty() {
        if Instant::now() > give_up {
            bail!("nothing was delivered within {DELIVERED_WITHIN:?} after the collector healed");
        }
        sleep(Duration::from_millis(50)).await;
    }
    w.picture().await;
    w.incident(&["overload"], &["recovered"]).await?;
    // One more page view flushes whatever the guard still believes undelivered.
    home(w).await?;
    w.stays("the page", |look| look.credit()).await?;
    for incident in w.server.lab.incidents() {
        ensure!(delivered_exactly_once(&incident), "incident {} was delivered {:?}", incident.id, incident.deliveries);
    }
    Ok("delivered after the collector healed, each once".into())
}

fn delivered_exactly_once(incident: &StoredIncident) -> bool {
    incident.deliveries.values().all(|count| *count == 1)
}

pub async fn nothing_reported(w: &World) -> Result<String> {
    w.open("/").await?;
    w.stays("the skeleton", |look| look.skeleton()).await?;
    w.picture().await;
    w.server.lab.heal();
    ensure!(posts(&w.server.lab.snapshot()) == 0, "somebody reported");
    Ok("skeleton; nobody ever learns of it".into())
}
