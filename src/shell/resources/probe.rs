//! Asks for an address: can it be had now, is anybody there at all?

use super::body::is_page;
use crate::core::event::{Answer, Event, ResourceKind};
use crate::core::id::ActionId;
use crate::shell::promise::settled;
use crate::shell::state::Shell;
use crate::shell::{task, web};
use wasm_bindgen::prelude::*;
use web_sys::{RequestCache, RequestInit, RequestMode};

/// One page asks no more than so many addresses whether anybody is there.
const MOST_REACHED: usize = 3;

pub fn probe(shell: &'static Shell, id: ActionId, url: &str, script: bool) {
    let url = String::from(url);
    task::spawn(shell, async move {
        let ok = can_be_had(shell, &url, script).await.unwrap_or(false);
        shell.answer(id, Answer::Probed { ok });
    });
}

/// With a status of success, whole, and no page where a script was asked for.
async fn can_be_had(shell: &Shell, url: &str, script: bool) -> Result<bool, JsValue> {
    let init = RequestInit::new();
    // Replaces a failure that the HTTP cache kept.
    init.set_cache(RequestCache::Reload);
    let answer = shell.page.fetch(&url.into(), &init).await?;
    let body = settled(answer.text()?.as_ref()).await?;
    Ok(answer.ok() && !(script && is_page(&body)))
}

/// Asks a few of the addresses whose failure the browser does not explain once more: is there anybody at all?
pub fn reach(shell: &'static Shell, url: &str) {
    if !is_next(shell, url) {
        return;
    }
    let url = String::from(url);
    task::spawn(shell, async move {
        match status(shell, &url).await {
            Err(_) => shell.dispatch(Event::Unreachable { url }),
            Ok(status) if status >= 400 => {
                let kind = ResourceKind::Classic;
                shell.dispatch(Event::ResourceFailed { url, kind, critical: false, html: false, status });
            }
            Ok(_) => (),
        }
    });
}

fn is_next(shell: &Shell, url: &str) -> bool {
    let Ok(mut asked) = shell.reached.try_borrow_mut() else { return false };
    let next = asked.len() < MOST_REACHED && !asked.iter().any(|known| known == url);
    if next {
        asked.push(url.into());
    }
    next
}

/// What it is answered with now, 0 where the browser does not tell.
async fn status(shell: &Shell, url: &str) -> Result<u16, JsValue> {
    let own = url.starts_with(&format!("{}/", shell.page.origin()));
    let init = RequestInit::new();
    init.set_mode(if own { RequestMode::Cors } else { RequestMode::NoCors });
    init.set_method("HEAD");
    init.set_cache(RequestCache::NoStore);
    Ok(web::status(&shell.page.fetch(&url.into(), &init).await?))
}
