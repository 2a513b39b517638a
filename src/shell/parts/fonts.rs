//! Fonts that failed. Browsers tell no more of one than what it is called and for.

use super::failed;
use super::sheets::{Styled, each_rule};
use crate::core::address::embedded::first_in_css;
use crate::shell::state::Shell;
use crate::shell::watch::on;
use js_sys::WeakSet;
use wasm_bindgen::prelude::*;
use web_sys::{CssRule, CssStyleDeclaration, Document, FontFace, FontFaceLoadStatus, Url};

/// More fonts than that are not asked for again.
const MOST: usize = 20;

pub fn watch(shell: &'static Shell) {
    let known = WeakSet::new();
    tell(shell, &known);
    let fonts = shell.page.document().fonts();
    shell.keep(on(&fonts, "loadingerror", move |_| tell(shell, &known)));
}

fn tell(shell: &'static Shell, known: &WeakSet) {
    let document = shell.page.document();
    let dead = newly_dead(document, known);
    if dead.is_empty() {
        return;
    }
    let mut urls = Vec::new();
    each_rule(document, |rule, base| urls.extend(address_in(rule, base, &dead)));
    for url in urls.into_iter().take(MOST) {
        // Text waits for it.
        failed::tell(shell, url, true);
    }
}

/// Those that have failed since the last time, by what they are called and for.
fn newly_dead(document: &Document, known: &WeakSet) -> Vec<String> {
    let fonts = js_sys::try_iter(&document.fonts()).ok().flatten();
    let faces = fonts.into_iter().flatten().map_while(Result::ok).map(JsCast::unchecked_into::<FontFace>);
    let mut dead = Vec::new();
    for face in faces {
        if face.status() == FontFaceLoadStatus::Error && !known.has(&face) {
            known.add(&face);
            dead.push(key(&face.family(), &face.unicode_range()));
        }
    }
    dead
}

/// The address of a font, where a rule declares one of these.
fn address_in(rule: &CssRule, base: &str, dead: &[String]) -> Option<String> {
    let style = Some(rule).filter(|rule| rule.type_() == CssRule::FONT_FACE_RULE)?.unchecked_ref::<Styled>().style()?;
    let key = key(&value(&style, "font-family"), &value(&style, "unicode-range"));
    if !dead.contains(&key) {
        return None;
    }
    Url::new_with_base(first_in_css(&value(&style, "src"))?, base).ok().map(|url| url.href())
}

fn value(style: &CssStyleDeclaration, property: &str) -> String {
    style.get_property_value(property).unwrap_or_default()
}

/// Browsers differ in how they write either.
fn key(family: &str, range: &str) -> String {
    let range = if range.is_empty() { "U+0-10FFFF" } else { range };
    let range: String = range.chars().filter(|c| !c.is_whitespace()).collect();
    bare(family) + &range.to_ascii_uppercase()
}

/// Without quotes.
pub fn bare(family: &str) -> String {
    family.replace(['"', '\''], "")
}
