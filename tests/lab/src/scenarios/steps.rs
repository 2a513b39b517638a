//! Steps and checks that several scenarios share.
use crate::world::World;
use anyhow::{Result, ensure};

/// Without the guard, an application that never starts leaves a white page.
pub async fn white(w: &World) -> Result<String> {
    w.open("/").await?;
    w.stays("a white page", |look| look.white() && look.complete()).await?;
    w.picture().await;
    Ok("white page".into())
}

/// Opens the page and waits for the home page's figures.
pub async fn home(w: &World) -> Result<()> {
    w.open("/").await?;
    w.see("the home page with its figures", |look| look.credit()).await?;
    Ok(())
}

/// The three entry scripts ran once each, in the order of the document.
pub async fn ran_in_order(w: &World) -> Result<()> {
    let look = w.look().await?;
    ensure!(look.ran() == ["env", "sdk", "app"], "entry scripts ran as {:?}", look.ran());
    Ok(())
}

pub fn loads(w: &World, expected: usize) -> Result<()> {
    let loads = w.loads();
    ensure!(loads == expected, "the page was loaded {loads} times, not {expected}");
    Ok(())
}

pub async fn no_prompt(w: &World) -> Result<()> {
    let prompts = w.look().await?.prompts();
    ensure!(prompts.is_empty(), "there is a prompt: {prompts:?}");
    Ok(())
}
