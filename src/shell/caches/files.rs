//! The page's own files of code: which there are, and how the page asks for them.

use super::query::is_question;
use crate::core::storage::is_comparable;
use crate::shell::state::Shell;
use crate::shell::web::{self, PageTimes, ResourceTiming};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// A file that is looked for.
pub struct File {
    pub url: String,
    /// It failed, or could not be parsed.
    pub suspect: bool,
    /// It is the very file that could not be parsed.
    pub unparsed: bool,
}

/// Scripts, style sheets and modules of the page, in the document or not.
pub fn of_page(shell: &Shell) -> Vec<String> {
    let elements = web::select(shell.page.document(), "script[src],link[rel~=stylesheet],link[rel~=modulepreload]");
    elements.iter().filter_map(address).chain(loaded(shell)).collect()
}

/// Those that came, the latest first.
pub fn loaded(shell: &Shell) -> Vec<String> {
    let mut names: Vec<String> = entries(shell, "resource")
        .filter(|entry| {
            let by = web::property(entry, "initiatorType").as_string().unwrap_or_default();
            !by.contains("fetch") && !by.contains("xml")
        })
        .filter_map(|entry| web::property(&entry, "name").as_string())
        .filter(|name| is_comparable(name) && !is_question(name))
        .collect();
    names.reverse();
    names
}

/// Whether an opaque answer cannot be what the page asked for: its element, or the import that failed, asks by CORS.
pub fn needs_cors(shell: &Shell, file: &File) -> bool {
    let mut elements = web::select(shell.page.document(), "script[src],link[href]");
    elements.retain(|element| address(element).as_ref() == Some(&file.url));
    let is = |element: &Element, name, value| element.get_attribute(name).is_some_and(|is| is == value);
    let by_cors = |element: &Element| {
        element.has_attribute("crossorigin") || is(element, "type", "module") || is(element, "rel", "modulepreload")
    };
    if elements.is_empty() { file.suspect } else { elements.iter().any(by_cors) }
}

/// Whether the document, whose inline scripts came with it, came from the network: more was transferred than its body is long.
pub fn document_is_fresh(shell: &Shell) -> bool {
    entries(shell, "navigation").next().is_some_and(|entry| {
        let by_worker = entry.worker_start().is_some_and(|at| at > 0.0);
        let length = entry.encoded_body_size().unwrap_or_default();
        !by_worker && length > 0.0 && entry.transfer_size().is_some_and(|transferred| transferred > length)
    })
}

/// What it asks for, absolute. A script of SVG has no text there.
fn address(element: &Element) -> Option<String> {
    let text = |key| web::property(element, key).as_string().filter(|url| !url.is_empty());
    text("src").or_else(|| text("href"))
}

fn entries(shell: &Shell, kind: &str) -> impl DoubleEndedIterator<Item = ResourceTiming> + use<> {
    let times = shell.page.window().performance();
    let entries = times.and_then(|times| times.unchecked_ref::<PageTimes>().entries_by_type(kind).ok());
    entries.unwrap_or_default().to_vec().into_iter().map(JsCast::unchecked_into)
}
