//! The build manifest: asked for past every cache, and read no further than it may be long.

use super::state::Shell;
use super::web::{self, property, status};
use super::{bounded, caches, net, task};
use crate::core::event::{Answer, Manifest, Served};
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::time::Millis;
use wasm_bindgen::prelude::*;
use web_sys::Response;

/// Room for the hashes of a thousand files.
const MOST_BYTES: usize = 1 << 17;
/// What a cache on the way may hold back for so many seconds is still what is live.
const MOST_AGE: u32 = 60;

pub fn fetch(shell: &'static Shell, id: ActionId, deadline: Millis, url: &str) {
    let url = String::from(url);
    task::spawn(shell, async move {
        // What is not answered whole is no answer.
        let served = ask(shell, &url, deadline).await.unwrap_or_default();
        shell.answer(id, Answer::Manifest(served));
    });
}

async fn ask(shell: &'static Shell, url: &str, deadline: Millis) -> Result<Served, JsValue> {
    let url = caches::past_all(shell, url);
    // The number by chance at its end.
    let once = url.rsplit('=').next().unwrap_or_default();
    let answer = net::ask(shell, &url, deadline).await?;
    let text = bounded::text(&answer, MOST_BYTES).await?;
    let mut served = Served { status: status(&answer), kept: is_kept(shell, &answer, once), ..Served::default() };
    let Some(text) = text else {
        served.too_long = true;
        return Ok(served);
    };
    // Editors begin a file with a mark of their own.
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    served.html = text.starts_with('<');
    served.manifest = web::parse_json(&text.into()).ok().and_then(|json| read(&json));
    Ok(served)
}

/// Whether a cache has answered. An answer out of Cache Storage has the address that it was kept under, which is without this query, in all
/// browsers; one that a worker made of something that it kept has no date. Sizes and times tell a worker that passes an answer on from one
/// that kept it in WebKit only.
fn is_kept(shell: &Shell, answer: &Response, once: &str) -> bool {
    let text = |key| property(answer, key).as_string().unwrap_or_default();
    // Another origin shows neither its date nor its age.
    let dated = !web::header(answer, "date").is_empty() || text("type") != "basic";
    caches::has_worker(shell) && !(text("url").contains(once) && dated)
        || web::header(answer, "age").parse().is_ok_and(|age: u32| age > MOST_AGE)
}

/// `None` where something in it is of another type.
fn read(json: &JsValue) -> Option<Manifest> {
    let text = |key| {
        let value = property(json, key);
        if value.is_undefined() { Some(String::new()) } else { value.as_string() }
    };
    let whole = |key| {
        let value = property(json, key);
        if value.is_undefined() {
            return Some(0);
        }
        let number = value.as_f64().filter(|number| *number >= 0.0)?;
        Some(number::to_u64(number))
    };
    let manifest = Manifest {
        build: text("build")?,
        service: text("service")?,
        built_at: whole("builtAt")?,
        number: whole("number")?,
        minimum: whole("minimum")?,
    };
    // By one of them at least it is told from others.
    (!manifest.build.is_empty() || manifest.number > 0).then_some(manifest)
}
