//! The rules of the page's style sheets.

use wasm_bindgen::prelude::*;
use web_sys::{CssRule, CssRuleList, CssStyleDeclaration, CssStyleSheet, Document};

#[wasm_bindgen]
extern "C" {
    /// A rule, a sheet, or an element: which of these there are depends on what it is.
    pub type Styled;
    /// Throws for a sheet of another origin.
    #[wasm_bindgen(method, getter, catch, js_name = cssRules)]
    fn rules(this: &Styled) -> Result<Option<CssRuleList>, JsValue>;
    /// Of an `@import`.
    #[wasm_bindgen(method, getter, js_name = styleSheet)]
    fn imported(this: &Styled) -> Option<CssStyleSheet>;
    #[wasm_bindgen(method, getter)]
    pub fn style(this: &Styled) -> Option<CssStyleDeclaration>;
}

/// Shows each rule of the sheets that can be read, and what its addresses are relative to.
pub fn each_rule(document: &Document, mut show: impl FnMut(&CssRule, &str)) {
    let base = document.base_uri().ok().flatten().unwrap_or_default();
    let sheets = document.style_sheets();
    for sheet in (0..sheets.length()).filter_map(|index| sheets.get(index)) {
        let own = sheet.href().ok().flatten();
        walk(sheet.unchecked_ref(), own.as_deref().unwrap_or(&base), &mut show);
    }
}

fn walk(holder: &Styled, base: &str, show: &mut dyn FnMut(&CssRule, &str)) {
    let Ok(Some(rules)) = holder.rules() else { return };
    for rule in (0..rules.length()).filter_map(|index| rules.get(index)) {
        show(&rule, base);
        let inner = rule.unchecked_ref::<Styled>();
        match inner.imported() {
            Some(sheet) => {
                let own = sheet.href().ok().flatten();
                walk(sheet.unchecked_ref(), own.as_deref().unwrap_or(base), show);
            }
            None => walk(inner, base, show),
        }
    }
}
