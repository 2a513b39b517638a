//! A sample of the page's ink: one read of the layout, from the top, until the verdict cannot change any more.

use super::sight::{Colour, Rect, cut_to_nothing, marks, opacity};
use super::{Shell, clock, cover, js};
use crate::core::render::{Ink, Patch, Region, RenderFacts, Sight, Tally, Visibility};
use crate::core::text::cat;
use wasm_bindgen::prelude::*;

const MOST_NODES: u32 = 3000;
const DEEPEST: u32 = 200;
/// A sample is one task of the page's main thread; after this it is cut short.
const MOST_MS: f64 = 30.0;
/// Less than this of an element is not seen.
const FAINT: f64 = 0.05;
/// A caption of the waiting is shorter than this; what holds more text is content, whatever its class says.
const CAPTION: u32 = 24;

const PLACEHOLDER: &str = "[aria-busy=true],[role=progressbar],progress,[class*=skeleton i],[class*=spinner i],\
    [class*=placeholder i],[class*=loading i],[class*=shimmer i]";
/// Outside of the root these are still what the user is to look at.
const DIALOG: &str = "dialog,[role=dialog],[role=alertdialog],[aria-modal=true]";

const UNREADABLE: &str = "the page could not be read: ";

/// What an element hands down to what it contains.
#[derive(Clone)]
struct Inside {
    region: Region,
    /// In a section of its own: a header in it is content, not the page's furniture.
    sectioned: bool,
    placeholder: bool,
    hidden: bool,
    covered: bool,
    opacity: f64,
    /// Where children in the flow, and where absolutely placed ones, can be seen.
    clip: Rect,
    absolute_clip: Rect,
    /// What scrolling can bring into view.
    reach: Rect,
    /// `None`: something that is not of one colour.
    ground: Option<Colour>,
    depth: u32,
}

/// The document that is being walked: the page's, or that of a frame.
struct Scope {
    window: JsValue,
    document: JsValue,
    range: JsValue,
    viewport: Rect,
}

struct Walk<'a> {
    root: &'a JsValue,
    furniture: &'a JsValue,
    placeholder: &'a JsValue,
    scope: Scope,
    /// The layer that covers the page, or undefined.
    cover: JsValue,
    patches: Vec<Patch>,
    tally: Tally,
    nodes: u32,
    until: f64,
    /// Why the walk ended early.
    trouble: String,
}

pub fn sample(shell: &Shell) -> RenderFacts {
    let started = clock::precise();
    let page = &shell.page;
    let viewport = viewport(&page.window);
    let mut facts = RenderFacts {
        visibility: match page.visible() {
            true => Visibility::Visible,
            false if page.prerendered() => Visibility::Prerendered,
            false => Visibility::Hidden,
        },
        viewport: (viewport.right as u32, viewport.bottom as u32),
        loaded: page.loaded(),
        root_found: false,
        patches: Vec::new(),
        took_us: 0,
        trouble: String::new(),
    };
    if facts.visibility == Visibility::Visible && !viewport.is_empty() {
        walk_page(shell, viewport, &mut facts);
    }
    facts.took_us = ((clock::precise() - started) * 1000.0) as u32;
    facts
}

fn viewport(window: &JsValue) -> Rect {
    Rect { right: js::number(window, "innerWidth"), bottom: js::number(window, "innerHeight"), ..Rect::NONE }
}

fn walk_page(shell: &Shell, viewport: Rect, facts: &mut RenderFacts) {
    let page = &shell.page;
    facts.root_found = js::run1(&page.document, "querySelector", &shell.settings.root).is_object();
    let element = js::get(&page.document, "documentElement");
    let scope = Scope::new(&page.window, &page.document);
    // The one forced layout; the time that it takes is the page's, not the sample's.
    let reach = scope.reach(&element);
    let cover = cover::find(&page.window, &page.document, viewport);
    let inside = Inside {
        // Without the root there is nothing that could be beside it.
        region: if facts.root_found { Region::Furniture } else { Region::Main },
        sectioned: false,
        placeholder: false,
        hidden: false,
        covered: cover.is_object(),
        opacity: 1.0,
        clip: Rect::ALL,
        absolute_clip: Rect::ALL,
        reach,
        ground: scope.canvas(&element),
        depth: 0,
    };
    let mut walk = Walk {
        root: &shell.settings.root.as_str().into(),
        furniture: &shell.settings.furniture.as_str().into(),
        placeholder: &PLACEHOLDER.into(),
        scope,
        cover,
        patches: Vec::new(),
        tally: Tally::default(),
        nodes: 0,
        until: clock::precise() + MOST_MS,
        trouble: String::new(),
    };
    walk.element(&element, &inside);
    facts.patches = walk.patches;
    facts.trouble = walk.trouble;
}

impl Scope {
    fn new(window: &JsValue, document: &JsValue) -> Scope {
        Scope {
            window: window.clone(),
            document: document.clone(),
            range: js::run0(document, "createRange"),
            viewport: viewport(window),
        }
    }

    fn style(&self, element: &JsValue) -> Result<JsValue, JsValue> {
        js::call(&self.window, "getComputedStyle", &[element])
    }

    fn reach(&self, element: &JsValue) -> Rect {
        let at = Rect::of(element).unwrap_or(Rect::NONE);
        // The overflow of the body counts for the viewport unless that of the root element does.
        let mut style = self.style(element).unwrap_or_default();
        if js::is(&style, "overflowY", "visible") {
            style = self.style(&js::get(&self.document, "body")).unwrap_or_default();
        }
        let fixed = |key| matches!(js::word(&style, key).as_str(), "hidden" | "clip");
        let mut reach = self.viewport;
        if !fixed("overflowX") {
            reach.left = at.left.min(0.0);
            reach.right = reach.right.max(at.left + js::number(element, "scrollWidth"));
        }
        if !fixed("overflowY") {
            reach.top = at.top.min(0.0);
            reach.bottom = reach.bottom.max(at.top + js::number(element, "scrollHeight"));
        }
        reach
    }

    /// What shows where nothing is painted: white, unless the page asks for a dark scheme.
    fn canvas(&self, element: &JsValue) -> Option<Colour> {
        let style = self.style(element).unwrap_or_default();
        (!matches!(js::word(&style, "colorScheme").as_str(), "dark" | "light dark" | "dark light"))
            .then_some(Colour::WHITE)
    }
}

fn matches(element: &JsValue, selector: &JsValue) -> bool {
    js::run(element, "matches", &[selector]).is_truthy()
}

impl Walk<'_> {
    fn done(&mut self) -> bool {
        if self.trouble.is_empty()
            && (self.nodes > MOST_NODES || (self.nodes & 31 == 0 && clock::precise() > self.until))
        {
            self.trouble.push_str("the page is too large to be looked at in one go");
        }
        !self.trouble.is_empty() || self.tally.proved()
    }

    fn children(&mut self, parent: &JsValue, inside: &Inside) {
        let mut node = js::get(parent, "firstChild");
        while node.is_object() && !self.done() {
            self.node(&node, inside);
            node = js::get(&node, "nextSibling");
        }
    }

    fn node(&mut self, node: &JsValue, inside: &Inside) {
        match js::number(node, "nodeType") as u32 {
            1 => self.element(node, inside),
            3 => self.text(node, inside),
            _ => {}
        }
    }

    fn rect(&mut self, target: &JsValue) -> Rect {
        let rect = Rect::of(target);
        if rect.is_none() {
            self.trouble.push_str(UNREADABLE);
        }
        rect.unwrap_or(Rect::NONE)
    }

    fn element(&mut self, element: &JsValue, outside: &Inside) {
        self.nodes += 1;
        let name = js::word(element, "localName");
        if outside.depth >= DEEPEST || is_never_ink(&name) || cover::is_ours(element) {
            return;
        }
        let style = match self.scope.style(element) {
            Ok(style) => style,
            Err(thrown) => {
                self.trouble = cat(&[UNREADABLE, &js::shown(&thrown)]);
                return;
            }
        };
        let mut inside = outside.clone();
        inside.depth += 1;
        if js::is(&style, "display", "none") {
            inside.hidden = true;
            return self.put_hidden(element, &inside);
        }
        inside.hidden = !js::is(&style, "visibility", "visible");
        inside.opacity *= opacity(&style);
        inside.covered &= self.cover != *element;
        let page = matches!(name.as_str(), "html" | "body");
        if page {
            if matches(element, self.root) {
                inside.region = Region::Main;
            }
        } else {
            self.place(element, &name, &mut inside);
            self.clip(element, &style, &mut inside);
        }
        let image = js::word(&style, "backgroundImage");
        if image != "none" {
            inside.ground = None;
        } else if let Some(colour) = Colour::of(&style, "backgroundColor") {
            inside.ground = match inside.ground {
                Some(ground) => Some(colour.over(ground)),
                None => (colour.alpha() >= 1.0).then_some(colour),
            };
        }
        if self.replaced(element, &name, &inside) {
            return;
        }
        if inside.placeholder && !page {
            let rect = self.rect(element);
            if !rect.is_empty() {
                return self.put(Ink::Placeholder, rect, &inside);
            }
        }
        // A picture behind the whole page is its ground; gradients are grounds everywhere.
        if image.starts_with("url(") && !page && !matches(element, self.root) {
            let rect = self.rect(element);
            self.put(Ink::Background, rect, &inside);
        }
        if js::is(&style, "contentVisibility", "hidden") {
            inside.hidden = true;
            return self.put_hidden(element, &inside);
        }
        let shadow = js::get(element, "shadowRoot");
        if shadow.is_object() {
            return self.children(&shadow, &inside);
        }
        if name == "slot" {
            for node in js::list(&js::run(element, "assignedNodes", &[&js::json(r#"{"flatten":true}"#)]), MOST_NODES) {
                if !self.done() {
                    self.node(&node, &inside);
                }
            }
            return;
        }
        self.children(element, &inside);
    }

    /// Main region, furniture or placeholder.
    fn place(&mut self, element: &JsValue, name: &str, inside: &mut Inside) {
        if inside.region == Region::Furniture {
            if matches(element, self.root) || matches(element, &DIALOG.into()) {
                inside.region = Region::Main;
            }
        } else if !(inside.sectioned && matches!(name, "header" | "footer")) && matches(element, self.furniture) {
            inside.region = Region::Furniture;
        }
        inside.sectioned |= matches!(name, "article" | "section" | "main" | "dialog");
        if !inside.placeholder && matches(element, self.placeholder) {
            inside.placeholder = marks(&js::word(element, "textContent")) < CAPTION;
        }
    }

    fn clip(&mut self, element: &JsValue, style: &JsValue, inside: &mut Inside) {
        let position = js::word(style, "position");
        match position.as_str() {
            "fixed" => {
                inside.clip = Rect::ALL;
                inside.reach = self.scope.viewport;
            }
            "absolute" => inside.clip = inside.absolute_clip,
            _ => {}
        }
        if cut_to_nothing(style) {
            inside.clip = Rect::NONE;
            inside.absolute_clip = Rect::NONE;
            return;
        }
        let (x, y) = (js::word(style, "overflowX"), js::word(style, "overflowY"));
        if x != "visible" || y != "visible" {
            let rect = self.rect(element);
            let shown = inside.clip.and(rect);
            let scrolls = |overflow: &str| matches!(overflow, "auto" | "scroll");
            inside.clip = shown;
            if !shown.is_empty() {
                // What a scroller holds can be scrolled to, but for what lies before its start.
                if scrolls(&x) {
                    (inside.clip.left, inside.clip.right) = (f64::NEG_INFINITY, f64::INFINITY);
                    (inside.reach.left, inside.reach.right) =
                        (rect.left - js::number(element, "scrollLeft"), f64::INFINITY);
                }
                if scrolls(&y) {
                    (inside.clip.top, inside.clip.bottom) = (f64::NEG_INFINITY, f64::INFINITY);
                    (inside.reach.top, inside.reach.bottom) =
                        (rect.top - js::number(element, "scrollTop"), f64::INFINITY);
                }
            }
        }
        if position != "static" || !js::is(style, "transform", "none") {
            inside.absolute_clip = inside.clip;
        }
    }

    /// Elements that are ink by themselves. True when nothing inside of them is to be looked at.
    fn replaced(&mut self, element: &JsValue, name: &str, inside: &Inside) -> bool {
        let ink = match name {
            "img" => Ink::Image,
            "canvas" => Ink::Canvas,
            "video" => Ink::Video,
            "svg" => Ink::Vector,
            "input" | "select" | "textarea" => Ink::Control,
            "iframe" | "frame" | "object" | "embed" => Ink::ForeignFrame,
            _ => return false,
        };
        let rect = self.rect(element);
        let sight = self.sight(rect, inside);
        if sight != Sight::Seen {
            self.put(ink, rect, inside);
            return true;
        }
        let document = js::get(element, "contentDocument");
        if ink == Ink::ForeignFrame && document.is_object() {
            self.frame(element, &document, inside);
        } else if is_drawn(element, ink) {
            self.put(ink, rect, inside);
        } else {
            self.put_as(ink, Sight::Empty, rect.area(), inside);
        }
        true
    }

    /// A frame that can be read is walked like the page, in its own coordinates.
    fn frame(&mut self, element: &JsValue, document: &JsValue, inside: &Inside) {
        let root = js::get(document, "documentElement");
        if !root.is_object() {
            return;
        }
        let scope = Scope::new(&js::get(element, "contentWindow"), document);
        let mut within = inside.clone();
        within.clip = Rect::ALL;
        within.absolute_clip = Rect::ALL;
        within.reach = scope.reach(&root);
        within.ground = scope.canvas(&root);
        let outer = std::mem::replace(&mut self.scope, scope);
        self.element(&root, &within);
        self.scope = outer;
    }

    fn text(&mut self, node: &JsValue, inside: &Inside) {
        let amount = marks(&js::word(node, "data"));
        if amount == 0 {
            return;
        }
        self.nodes += 1;
        js::run(&self.scope.range, "selectNodeContents", &[node]);
        let range = self.scope.range.clone();
        let rect = self.rect(&range);
        let mut sight = self.sight(rect, inside);
        let parent = js::get(node, "parentElement");
        if sight == Sight::Seen && parent.is_object() {
            sight = self.text_sight(&parent, rect, inside);
        }
        self.put_as(Ink::Text, sight, amount, inside);
    }

    fn text_sight(&self, parent: &JsValue, rect: Rect, inside: &Inside) -> Sight {
        let style = self.scope.style(parent).unwrap_or_default();
        if js::is(&style, "webkitBackgroundClip", "text") || !js::is(&style, "textShadow", "none") {
            return Sight::Seen;
        }
        let fill = Colour::of(&style, "webkitTextFillColor").or_else(|| Colour::of(&style, "color"));
        let Some(colour) = fill else { return Sight::Seen };
        if colour.alpha() * inside.opacity < FAINT {
            return Sight::Transparent;
        }
        let lost = |ground: Option<Colour>| ground.is_some_and(|ground| colour.over(ground).same_as(ground));
        // Its ground may be painted by something that does not contain it.
        if lost(inside.ground) && (rect.and(self.scope.viewport).is_empty() || lost(self.ground_at(rect))) {
            Sight::SameColour
        } else {
            Sight::Seen
        }
    }

    /// The colour under the middle of a patch, where it is one colour.
    fn ground_at(&self, rect: Rect) -> Option<Colour> {
        let shown = rect.and(self.scope.viewport);
        let (x, y) = ((shown.left + shown.right) / 2.0, (shown.top + shown.bottom) / 2.0);
        for element in cover::stack(&self.scope.document, x, y) {
            let style = self.scope.style(&element).unwrap_or_default();
            let picture =
                matches!(js::word(&element, "localName").as_str(), "img" | "canvas" | "video" | "svg" | "iframe");
            if picture || !js::is(&style, "backgroundImage", "none") {
                return None;
            }
            let colour = Colour::of(&style, "backgroundColor")?;
            if colour.alpha() > 0.0 {
                return (colour.alpha() >= 1.0).then_some(colour);
            }
        }
        Some(Colour::WHITE)
    }

    fn sight(&self, rect: Rect, inside: &Inside) -> Sight {
        let shown = rect.and(inside.clip);
        match () {
            _ if inside.hidden => Sight::Hidden,
            _ if inside.opacity < FAINT => Sight::Transparent,
            _ if shown.is_empty() => Sight::Clipped,
            _ if shown.and(inside.reach).is_empty() => Sight::OffScreen,
            _ if inside.covered => Sight::Covered,
            _ => Sight::Seen,
        }
    }

    fn put(&mut self, ink: Ink, rect: Rect, inside: &Inside) {
        self.put_as(ink, self.sight(rect, inside), rect.area(), inside);
    }

    fn put_hidden(&mut self, element: &JsValue, inside: &Inside) {
        if js::get(element, "firstChild").is_object() {
            self.put_as(Ink::Text, Sight::Hidden, 1, inside);
        }
    }

    fn put_as(&mut self, ink: Ink, sight: Sight, amount: u32, inside: &Inside) {
        let ink = if inside.placeholder { Ink::Placeholder } else { ink };
        let patch = Patch { ink, region: inside.region, sight, amount };
        self.tally.add(patch);
        self.patches.push(patch);
    }
}

fn is_never_ink(name: &str) -> bool {
    matches!(name, "script" | "style" | "template" | "noscript" | "head" | "link" | "meta" | "title" | "br" | "option")
}

/// Whether something was drawn on it, as far as that can be told.
fn is_drawn(element: &JsValue, ink: Ink) -> bool {
    match ink {
        Ink::Image => js::flag(element, "complete") && js::flag(element, "naturalWidth"),
        // 2: HAVE_CURRENT_DATA
        Ink::Video => {
            js::number(element, "readyState") >= 2.0 || js::flag(element, "poster") || js::flag(element, "controls")
        }
        Ink::Canvas => canvas_is_drawn(element).unwrap_or(true),
        Ink::Vector => {
            let area = js::run0(element, "getBBox");
            !area.is_object() || (js::flag(&area, "width") && js::flag(&area, "height"))
        }
        _ => true,
    }
}

/// Copied small onto a canvas of our own: asking the page's canvas for a context would give it one. One that may not be
/// read counts as drawn.
fn canvas_is_drawn(element: &JsValue) -> Result<bool, JsValue> {
    const SIDE: u32 = 32;
    let copy = js::run1(&js::global("document"), "createElement", "canvas");
    js::set(&copy, "width", SIDE);
    js::set(&copy, "height", SIDE);
    let context = js::run1(&copy, "getContext", "2d");
    let (zero, side) = (JsValue::from(0), JsValue::from(SIDE));
    js::call(&context, "drawImage", &[element, &zero, &zero, &side, &side])?;
    let image = js::call(&context, "getImageData", &[&zero, &zero, &side, &side])?;
    let pixels = js_sys::Uint8Array::new(&js::get(&js::get(&image, "data"), "buffer")).to_vec();
    Ok(pixels.iter().skip(3).step_by(4).any(|alpha| *alpha > 0))
}
