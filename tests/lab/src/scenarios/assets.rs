//! Scripts, styles and chunks that do not come, or are not what they should be.
use super::steps::{home, loads, no_prompt, ran_in_order};
use crate::person;
use crate::world::World;
use anyhow::{Context, Result, ensure};

/// The corner radius of the credit card in the site's own style sheet: without the sheet it is 0px.
const CARD_RADIUS: &str = "getComputedStyle(document.querySelector('[data-t=credit]')).borderTopLeftRadius";

pub async fn healed_from_backup(w: &World) -> Result<String> {
    home(w).await?;
    w.picture().await;
    ran_in_order(w).await?;
    loads(w, 1)?;
    no_prompt(w).await?;
    w.incident(&["resource"], &["recovered"]).await?;
    ran_in_order(w).await?;
    Ok("recovers by itself; scripts ran once, in order".into())
}

pub async fn dead(w: &World) -> Result<String> {
    w.open("/").await?;
    let prompt = w.prompt(&["load-failed", "script"]).await?;
    w.picture().await;
    w.incident(&["resource"], &["prompted"]).await?;
    let before = w.loads();
    w.server.lab.heal();
    let button = ["retry", "reload"].into_iter().find(|choice| prompt.choices.iter().any(|c| c == choice));
    w.choose(button.with_context(|| format!("the prompt has no button to try again: {prompt:?}"))?).await?;
    w.see("the home page after the button", |look| look.credit() && look.prompts().is_empty()).await?;
    ensure!(w.loads() <= before + 1, "the button reloaded more than once");
    w.incident(&["resource"], &["recovered"]).await?;
    Ok("prompt; after healing, its button recovers the page".into())
}

pub async fn styled(w: &World) -> Result<String> {
    home(w).await?;
    w.until("the card is styled", &format!("{CARD_RADIUS} === '14px'")).await?;
    w.picture().await;
    loads(w, 1)?;
    no_prompt(w).await?;
    w.incident(&["resource"], &["recovered"]).await?;
    Ok("recovers by itself, styled".into())
}

pub async fn unstyled(w: &World) -> Result<String> {
    home(w).await?;
    w.picture().await;
    let radius = w.script(&format!("return {CARD_RADIUS};")).await?;
    ensure!(radius == "0px", "the card is styled: {radius}");
    Ok("unstyled page".into())
}

/// The form is filled in, then a deployment takes the next page's chunk away.
async fn deployed_under_the_form(w: &World) -> Result<()> {
    w.fill_application().await?;
    let look = w.look().await?;
    ensure!(look.build() == "1.0.0", "the page starts with build {:?}", look.build());
    w.server.lab.deploy("b")?;
    w.tap("[data-t=next]").await
}

pub async fn refreshed(w: &World) -> Result<String> {
    deployed_under_the_form(w).await?;
    w.see("the new build", |look| look.build() == "1.1.0").await?;
    if w.look().await?.url().starts_with("/apply") {
        w.until("the form", "document.querySelector('[data-t=input-name]') !== null").await?;
        w.picture().await;
        for (mark, typed) in [
            ("input-name", person::NAME),
            ("input-idcard", person::ID_CARD),
            ("input-phone", person::PHONE),
            ("input-amount", person::AMOUNT),
        ] {
            let kept = w.field(mark).await?;
            ensure!(kept == typed, "{mark} holds {kept:?} after the refresh, not what was typed");
        }
        w.tap("[data-t=next]").await?;
    }
    w.see("the next page, of the new build", |look| look.url().starts_with("/verify") && look.build() == "1.1.0")
        .await?;
    w.until("the borrower's name on it", &format!("document.body.innerText.includes({:?})", surname())).await?;
    w.picture().await;
    loads(w, 2)?;
    no_prompt(w).await?;
    let incident = w.incident(&["stale-deploy"], &["recovered"]).await?;
    ensure!(incident.step == "apply", "the step is {:?}", incident.step);
    Ok("refreshed once into the new build; what was typed is there".into())
}

/// The verification page shows the name with all but its first character masked.
fn surname() -> String {
    person::NAME.chars().take(1).chain("**".chars()).collect()
}

pub async fn stuck_on_old_build(w: &World) -> Result<String> {
    deployed_under_the_form(w).await?;
    w.stays("still the form", |look| {
        look.url().starts_with("/apply") && look.build() == "1.0.0" && look.toast().is_empty()
    })
    .await?;
    w.picture().await;
    Ok("the button does nothing".into())
}
