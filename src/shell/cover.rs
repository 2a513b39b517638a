//! Is the whole viewport under one opaque layer? Then only what that layer holds can be seen.

use super::js::{self, J};
use super::sight::{Colour, Rect, opacity};

/// Layers above a point that are looked at.
const DEEPEST: u32 = 20;
const OPAQUE: f64 = 0.95;

/// The innermost such layer, or undefined. Asked at the middle and at four points around it.
pub fn find<'s>(window: J<'s>, document: J<'s>, viewport: Rect) -> J<'s> {
    let top = |x: f64, y: f64| {
        let stack = stack(document, viewport.right * x, viewport.bottom * y);
        stack.iter().find(|element| !is_ours(**element)).copied().unwrap_or(js::undefined())
    };
    let cover = layer(window, top(0.5, 0.5), viewport);
    // Whatever lies on top elsewhere belongs to it too.
    let whole = |(x, y): &(f64, f64)| js::run1(cover, "contains", top(*x, *y)).is_truthy();
    if [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)].iter().all(whole) { cover } else { js::undefined() }
}

/// Elements at a point, topmost first.
pub fn stack<'s>(document: J<'s>, x: f64, y: f64) -> Vec<J<'s>> {
    js::list(js::run2(document, "elementsFromPoint", js::n(x), js::n(y)), DEEPEST)
}

pub fn is_ours(element: J) -> bool {
    js::is(element, "localName", super::prompt::TAG) || js::is(element, "id", "pagemend-last-resort")
}

fn layer<'s>(window: J<'s>, top: J<'s>, viewport: Rect) -> J<'s> {
    let mut element = top;
    while element.is_object() && !js::is_one(element, "localName", "body,html") {
        let style = js::run1(window, "getComputedStyle", element);
        // Laid over others, not among them.
        if js::is_one(style, "position", "fixed,absolute")
            && Rect::of(element).is_some_and(|rect| rect.covers(viewport))
            && Colour::of(style, "backgroundColor").is_some_and(|colour| colour.alpha() >= OPAQUE)
            && opacity(style) >= OPAQUE
        {
            return element;
        }
        element = js::get(element, "parentElement");
    }
    js::undefined()
}
