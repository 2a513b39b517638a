//! Is the whole viewport under one opaque layer? Then only what that layer holds can be seen.

use super::js;
use super::sight::{Colour, Rect, opacity};
use wasm_bindgen::prelude::*;

/// Layers above a point that are looked at.
const DEEPEST: u32 = 20;
const OPAQUE: f64 = 0.95;

/// The innermost such layer, or undefined. Asked at the middle and at four points around it.
pub fn find(window: &JsValue, document: &JsValue, viewport: Rect) -> JsValue {
    let top = |x: f64, y: f64| {
        let mut stack = stack(document, viewport.right * x, viewport.bottom * y);
        stack.retain(|element| !is_ours(element));
        stack.into_iter().next().unwrap_or_default()
    };
    let cover = layer(window, top(0.5, 0.5), viewport);
    // Whatever lies on top elsewhere belongs to it too.
    let whole = |(x, y)| js::run(&cover, "contains", &[&top(x, y)]).is_truthy();
    if [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)].into_iter().all(whole) {
        cover
    } else {
        JsValue::UNDEFINED
    }
}

/// Elements at a point, topmost first.
pub fn stack(document: &JsValue, x: f64, y: f64) -> Vec<JsValue> {
    js::list(&js::run(document, "elementsFromPoint", &[&x.into(), &y.into()]), DEEPEST)
}

pub fn is_ours(element: &JsValue) -> bool {
    js::is(element, "localName", super::prompt::TAG) || js::is(element, "id", "pagemend-last-resort")
}

fn layer(window: &JsValue, top: JsValue, viewport: Rect) -> JsValue {
    let mut element = top;
    while element.is_object() && !matches!(js::word(&element, "localName").as_str(), "body" | "html") {
        let style = js::run(window, "getComputedStyle", &[&element]);
        // Laid over others, not among them.
        if matches!(js::word(&style, "position").as_str(), "fixed" | "absolute")
            && Rect::of(&element).is_some_and(|rect| rect.covers(viewport))
            && Colour::of(&style, "backgroundColor").is_some_and(|colour| colour.alpha() >= OPAQUE)
            && opacity(&style) >= OPAQUE
        {
            return element;
        }
        element = js::get(&element, "parentElement");
    }
    JsValue::UNDEFINED
}
