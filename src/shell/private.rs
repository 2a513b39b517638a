//! What is the user's in the page: what stands in its fields, and names in its address. Errors of the page's own quote both.

use super::js::J;
use super::{Shell, js, unsaved};
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
    let fields = js::run(shell.page.document_j(), "querySelectorAll", "input,textarea");
    let mut found: Vec<String> = js::list(fields, MOST).iter().filter_map(|field| js::text(*field, "value")).collect();
    // A page that broke may have taken the field out.
    unsaved::each(shell, &mut |field| found.extend(js::text(J::of(&field.element), "value")));
    found
}

/// Parts of path, query and fragment that are no words which everybody uses, as they stand there and decoded.
fn names_in_address(shell: &Shell) -> Vec<String> {
    let address = [shell.page.pathname(), shell.page.search(), shell.page.hash()].concat();
    let mut found = Vec::new();
    for part in address.split(['/', '?', '#', '&', '=', ';']).take(MOST) {
        let decoded = js::run(shell.page.window_j(), "decodeURIComponent", part).as_string();
        for word in decoded.into_iter().chain([part.into()]) {
            if names::part(&word) != word {
                found.push(word);
            }
        }
    }
    found
}
