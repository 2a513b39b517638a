//! What a cache holds beside what the network has: whether it can be what was asked for.

use super::files::{self, File};
use super::network::{Body, Network};
use crate::core::storage::{Bytes, is_style};
use crate::shell::state::Shell;
use crate::shell::web::header;
use wasm_bindgen::JsValue;
use web_sys::{RequestCache, Response, ResponseType};

/// What a comparison came to.
pub enum Verdict {
    /// The entry cannot be what it was asked for; why, in words.
    Poisoned(String),
    /// Of a file that could not be parsed.
    Compared(Bytes),
    Nothing,
}

/// Of an entry of Cache Storage.
pub async fn entry(shell: &Shell, network: &Network, file: &File, entry: &Response) -> Result<Verdict, JsValue> {
    let opaque = entry.type_() == ResponseType::Opaque;
    if opaque && !files::needs_cors(shell, file) {
        return Ok(Verdict::Nothing);
    }
    // A body that was damaged on the disk is found only by reading it.
    let Ok(held) = Body::of(entry).await else { return Ok(poisoned("unreadable body")) };
    if held.is_long() || !network.may_compare() {
        return Ok(Verdict::Nothing);
    }
    let html = if is_style(&file.url) { "html for a style" } else { "html for a script" };
    let Some(answer) = network.own_answer(&file.url).await.ok().filter(|answer| answer.ok()) else {
        // Where the network has nothing to compare with, only HTML is certain.
        return Ok(if held.is_html() { poisoned(html) } else { Verdict::Nothing });
    };
    let Some(real) = Body::of_code(&answer).await? else { return Ok(Verdict::Nothing) };
    if opaque {
        return Ok(poisoned("an opaque answer"));
    }
    if !entry.ok() {
        return Ok(Verdict::Poisoned(format!("an answer with status {}", entry.status())));
    }
    if held.is_html() || (is_called_html(entry) && !is_called_html(&answer)) {
        return Ok(poisoned(html));
    }
    if held == real {
        // A worker that goes by the address without its query answers with the entry itself, which proves nothing.
        let passed = header(entry, "date") != header(&answer, "date");
        return Ok(if file.unparsed && passed { Verdict::Compared(same(&real)) } else { Verdict::Nothing });
    }
    // What differs from one question to the next proves nothing.
    let again = Body::of_code(&network.own_answer(&file.url).await?).await?;
    Ok(if again == Some(real) { poisoned("other bytes than the network's") } else { Verdict::Nothing })
}

/// Of what the HTTP cache holds of a file that could not be parsed. Other bytes than the network's are replaced.
pub async fn http_cache(network: &Network, url: &str) -> Result<Option<Bytes>, JsValue> {
    let Some(real) = Body::of_code(&network.own_answer(url).await?).await? else { return Ok(None) };
    let held = Body::of(&network.ask(url, RequestCache::ForceCache).await?).await?;
    if held == real {
        return Ok(Some(same(&held)));
    }
    let Some(renewed) = Body::of_code(&network.ask(url, RequestCache::Reload).await?).await? else { return Ok(None) };
    if held == renewed {
        return Ok(Some(same(&held)));
    }
    Ok((renewed == real).then_some(Bytes::Renewed))
}

fn poisoned(why: &str) -> Verdict {
    Verdict::Poisoned(why.into())
}

fn same(body: &Body) -> Bytes {
    if body.is_cut() { Bytes::SameButCut } else { Bytes::Same }
}

fn is_called_html(answer: &Response) -> bool {
    header(answer, "content-type").starts_with("text/html")
}
