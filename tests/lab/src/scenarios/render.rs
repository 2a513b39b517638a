//! An application that throws while rendering and takes its whole tree down.
use super::steps::loads;
use crate::world::World;
use anyhow::{Result, ensure};

pub async fn reloaded_once(w: &World) -> Result<String> {
    w.open("/").await?;
    w.see("the home page after one reload", |look| look.credit()).await?;
    w.picture().await;
    w.incident(&["script"], &["recovered"]).await?;
    loads(w, 2)?;
    Ok("blank seen; reloaded once, recovered".into())
}

pub async fn prompted(w: &World) -> Result<String> {
    w.open("/").await?;
    let prompt = w.prompt(&["load-failed", "script"]).await?;
    w.picture().await;
    let incident = w.incident(&["script"], &["prompted"]).await?;
    ensure!(
        !incident.reference.is_empty() && prompt.text.contains(&incident.reference),
        "the prompt does not show the reference code {:?}: {}",
        incident.reference,
        prompt.text
    );
    w.stays("the prompt", |look| !look.prompts().is_empty()).await?;
    loads(w, 2)?;
    Ok("prompt with reference code; no second reload".into())
}
