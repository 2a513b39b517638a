//! Who uses an address in the document: attributes of elements, and properties in style sheets and style attributes.

use super::sheets::{Styled, each_rule};
use crate::core::address::embedded::{replace_in_css, replace_in_srcset};
use crate::shell::web;
use wasm_bindgen::prelude::*;
use web_sys::{CssStyleDeclaration, Document, Element, HtmlMediaElement, Url};

const ELEMENTS: &str = "img,input,source,video,audio,image,iframe,link[rel=manifest]";
const ATTRIBUTES: [&str; 4] = ["src", "srcset", "poster", "href"];

/// One use, with another address in its place.
pub enum Use {
    Attribute {
        element: Element,
        name: &'static str,
        before: String,
        after: String,
    },
    Property {
        style: CssStyleDeclaration,
        name: String,
        after: String,
    },
    /// What an `@font-face` is made of. The rule itself stays: what it declares has failed for good.
    Font {
        style: CssStyleDeclaration,
        src: String,
    },
}

impl Use {
    pub fn change(&self) {
        // What the page does not let be changed stays as it is.
        let _ = match self {
            Use::Attribute { element, name, after, .. } => element.set_attribute(name, after),
            Use::Property { style, name, after } => {
                style.set_property_with_priority(name, after, &style.get_property_priority(name))
            }
            Use::Font { .. } => Ok(()),
        };
    }

    /// Attributes only: nothing else is changed before it is sure that it comes.
    pub fn undo(&self) {
        // What the page has put there meanwhile stays.
        if let Use::Attribute { element, name, before, after } = self
            && element.get_attribute(name).as_ref() == Some(after)
        {
            let _ = element.set_attribute(name, before);
        }
    }

    pub fn element(&self) -> Option<&Element> {
        match self {
            Use::Attribute { element, .. } => Some(element),
            _ => None,
        }
    }

    /// The film or sound whose file it is.
    pub fn player(&self) -> Option<HtmlMediaElement> {
        match self {
            Use::Attribute { element, name: "src", .. } => {
                element.closest("video,audio").ok().flatten().map(JsCast::unchecked_into)
            }
            _ => None,
        }
    }
}

/// Each use of an address in the document, to have `put` in its place.
pub fn users(document: &Document, url: &str, put: &str) -> Vec<Use> {
    let swap = Swap { url, put };
    let base = document.base_uri().ok().flatten().unwrap_or_default();
    let mut found = Vec::new();
    for element in web::select(document, ELEMENTS) {
        found.extend(ATTRIBUTES.iter().filter_map(|name| swap.in_attribute(&element, name, &base)));
    }
    each_rule(document, |rule, base| swap.in_style(rule.unchecked_ref(), base, &mut found));
    for element in web::select(document, "[style*=url]") {
        swap.in_style(element.unchecked_ref(), &base, &mut found);
    }
    found
}

struct Swap<'a> {
    url: &'a str,
    put: &'a str,
}

impl Swap<'_> {
    /// The other address, where this is the one that is looked for.
    fn other(&self, address: &str, base: &str) -> Option<String> {
        absolute(address, base).filter(|found| found == self.url).map(|_| self.put.into())
    }

    fn in_attribute(&self, element: &Element, name: &'static str, base: &str) -> Option<Use> {
        let before = element.get_attribute(name).filter(|text| !text.is_empty())?;
        let after = if name == "srcset" {
            replace_in_srcset(&before, |address| self.other(address, base))
        } else {
            self.other(&before, base)?
        };
        (after != before).then(|| Use::Attribute { element: element.clone(), name, before, after })
    }

    fn in_style(&self, styled: &Styled, base: &str, found: &mut Vec<Use>) {
        let Some(style) = styled.style().filter(has_url) else { return };
        for name in (0..style.length()).map(|index| style.item(index)) {
            let is_font = name == "src";
            let mut used = false;
            let before = style.get_property_value(&name).unwrap_or_default();
            let after = replace_in_css(&before, |address| match self.other(address, base) {
                Some(other) => {
                    used = true;
                    Some(other)
                }
                // A font that is made anew belongs to no sheet that its other addresses could be relative to.
                None if is_font => absolute(address, base),
                None => None,
            });
            let style = style.clone();
            match (used, is_font) {
                (true, true) => found.push(Use::Font { style, src: after }),
                (true, false) => found.push(Use::Property { style, name, after }),
                (false, _) => (),
            }
        }
    }
}

fn absolute(address: &str, base: &str) -> Option<String> {
    Url::new_with_base(address, base).ok().map(|url| url.href())
}

/// The style of a form may be a field of that name.
fn has_url(style: &CssStyleDeclaration) -> bool {
    web::property(style, "cssText").as_string().is_some_and(|css| css.contains("url("))
}
