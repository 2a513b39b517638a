//! What is the user's in the page: what stands in its fields, and names in its address. Errors of the page's own quote both.

use super::state::Shell;
use super::web::elements;
use super::{field, unsaved};
use crate::core::telemetry::names;

/// Fields and parts of the address that are looked at.
const MOST: usize = 64;

/// A text of the page's without them. Done here, because values of fields never enter the core.
pub fn without(shell: &Shell, mut text: String) -> String {
    if text.is_empty() {
        return text;
    }
    for word in values(shell).into_iter().chain(names_in_address(shell)) {
        let word = word.trim();
        // Shorter ones stand in any text by chance; a name in Chinese has two characters.
        if word.chars().count() > if word.is_ascii() { 3 } else { 1 } {
            text = text.replace(word, "…");
        }
    }
    text
}

fn values(shell: &Shell) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(fields) = shell.page.document().query_selector_all("input,textarea") {
        found.extend(elements(&fields).take(MOST).filter_map(|field| field::text(&field)));
    }
    // A page that broke may have taken the field out.
    unsaved::each(shell, |typed| found.extend(field::text(&typed.element)));
    found
}

/// Parts of path, query and fragment that are no words which everybody uses, as they stand there and decoded.
fn names_in_address(shell: &Shell) -> Vec<String> {
    let address = [shell.page.pathname(), shell.page.search(), shell.page.hash()].concat();
    let mut found = Vec::new();
    for part in address.split(['/', '?', '#', '&', '=', ';']).take(MOST) {
        let decoded = js_sys::decode_uri_component(part).ok().map(String::from);
        for word in decoded.into_iter().chain([part.into()]) {
            if names::part(&word) != word {
                found.push(word);
            }
        }
    }
    found
}
