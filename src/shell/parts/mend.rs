//! Has another address in place of one that failed, wherever the page uses it, once it is sure that it comes.

use super::fonts::bare;
use super::pictures::is_picture;
use super::users::{Use, users};
use crate::core::event::Answer;
use crate::core::id::ActionId;
use crate::shell::listeners;
use crate::shell::promise::settled;
use crate::shell::state::Shell;
use crate::shell::task;
use crate::shell::watch::came;
use crate::shell::web::{PageTimes, ResourceTiming};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{
    CssStyleDeclaration, Document, Element, Event, EventTarget, FontFace, FontFaceDescriptors, HtmlIFrameElement,
    RequestCache, RequestInit, RequestMode, ResponseType,
};

/// Without `to` there is no more to try.
pub fn mend(shell: &'static Shell, id: ActionId, url: &str, to: &str) {
    let to = if to.is_empty() { None } else { listeners::before_retry(shell, to, url) };
    let Some(to) = to else {
        take_waiting(shell, url).iter().for_each(tell);
        return shell.answer(id, Answer::Done);
    };
    let url = String::from(url);
    task::spawn(shell, async move {
        // A browser that keeps a failure under an address does not keep it under another.
        let put = if to == url && !to.contains('#') { format!("{to}#pagemend=1") } else { to.clone() };
        let uses = users(shell.page.document(), &url, &put);
        if uses.is_empty() {
            take_waiting(shell, &url).iter().for_each(tell);
            return shell.answer(id, Answer::Done);
        }
        let ok = put_in(shell, uses, &url, &to, &put).await.unwrap_or(false);
        shell.answer(id, Answer::Probed { ok });
    });
}

/// Whether it came. What is used in different ways is tried as it is used first.
async fn put_in(shell: &'static Shell, mut uses: Vec<Use>, url: &str, to: &str, put: &str) -> Result<bool, JsValue> {
    let document = shell.page.document();
    let Some(first) = uses.first() else { return Ok(false) };
    let is = |name| first.element().filter(|element| element.local_name() == name);
    if let Some(frame) = is("iframe") {
        return Ok(frame_comes(shell, frame.unchecked_ref(), to).await);
    }
    if to == url && !is_there(shell, url).await? {
        return Ok(false);
    }
    if is("link").is_some() {
        // A manifest was of no use where it was: an address that may be no better is no loss, and asking there would need the page's policy
        // to allow it.
        uses.iter().for_each(Use::change);
    } else if let Use::Font { style, src } = first {
        add_font(document, style, src).await?;
    } else if let (Some(player), Some(element)) = (first.player(), first.element()) {
        if !plays(&uses, [&player, element]).await {
            return Ok(false);
        }
    } else {
        if !is_picture(put, first.element()).await? {
            return Ok(false);
        }
        // The page may have changed meanwhile.
        uses = users(document, url, put);
        uses.iter().for_each(Use::change);
    }
    let others = take_waiting(shell, url);
    let uses_it = |element: &&Element| uses.iter().any(|one| one.element() == Some(*element));
    others.iter().filter(|element| !uses_it(element)).for_each(tell);
    Ok(true)
}

/// The elements whose failure the page has not heard of.
fn take_waiting(shell: &Shell, url: &str) -> Vec<Element> {
    let Some(kept) = shell.boot.kept() else { return Vec::new() };
    let url = JsValue::from(url);
    let elements = kept.get(&url);
    kept.delete(&url);
    let elements = js_sys::try_iter(&elements).ok().flatten();
    elements.into_iter().flatten().map_while(Result::ok).map(JsCast::unchecked_into).collect()
}

/// The page hears of it now.
fn tell(element: &Element) {
    if let Ok(error) = Event::new("error") {
        let _ = element.dispatch_event(&error);
    }
}

/// Newly asked for, not from the cache, which may hold the failure.
async fn is_there(shell: &Shell, url: &str) -> Result<bool, JsValue> {
    let init = RequestInit::new();
    init.set_cache(RequestCache::Reload);
    init.set_mode(RequestMode::NoCors);
    let answer = shell.page.fetch(&url.into(), &init).await?;
    if !answer.is_object() {
        // A `fetch` of the page's own may answer with nothing.
        return Ok(false);
    }
    Ok(answer.ok() || answer.type_() == ResponseType::Opaque)
}

async fn frame_comes(shell: &'static Shell, frame: &HtmlIFrameElement, to: &str) -> bool {
    let before = times(shell, to).length();
    let ended = came(&[frame], "load");
    frame.set_src(to);
    ended.await;
    let answers = times(shell, to);
    // Where nothing is told any more, the browser's memory for it is full.
    let told = answers.iter().skip(before as usize).last().map(JsCast::unchecked_into::<ResourceTiming>);
    told.and_then(|told| told.response_status()).is_none_or(|status| status < 400.0)
}

/// What the browser tells of the answers for an address.
fn times(shell: &Shell, url: &str) -> Array {
    let times = shell.page.window().performance();
    times.and_then(|times| times.unchecked_ref::<PageTimes>().entries_by_name(url).ok()).unwrap_or_default()
}

async fn add_font(document: &Document, style: &CssStyleDeclaration, src: &str) -> Result<(), JsValue> {
    let of = |property| style.get_property_value(property).ok().filter(|value| !value.is_empty());
    let descriptors = FontFaceDescriptors::new();
    descriptors.set_weight(of("font-weight").as_deref().unwrap_or("normal"));
    descriptors.set_style(of("font-style").as_deref().unwrap_or("normal"));
    descriptors.set_stretch(of("font-stretch").as_deref().unwrap_or("normal"));
    descriptors.set_unicode_range(of("unicode-range").as_deref().unwrap_or("U+0-10FFFF"));
    let family = bare(&of("font-family").unwrap_or_default());
    let font = FontFace::new_with_str_and_descriptors(&family, src, &descriptors)?;
    settled(font.load()?.as_ref()).await?;
    document.fonts().add(&font)
}

/// Changed at once: what streams is not asked for twice.
async fn plays(uses: &[Use], first: [&EventTarget; 2]) -> bool {
    let ended = came(&first, "loadedmetadata");
    uses.iter().for_each(Use::change);
    for player in uses.iter().filter_map(Use::player) {
        if player.preload() == "none" {
            player.set_preload("metadata");
        }
        player.load();
    }
    let plays = ended.await;
    if !plays {
        uses.iter().for_each(Use::undo);
    }
    plays
}
