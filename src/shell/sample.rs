//! A sample of the page's ink: one read of the layout, from the top, until the verdict cannot change any more.

use super::js::J;
use super::sight::{Colour, Rect, cut_to_nothing, greater, less, marks, opacity};
use super::{Shell, clock, cover, js};
use crate::core::render::{Ink, Patch, Region, RenderFacts, Sight, Tally, Visibility};
use crate::core::text::cat;
use crate::wire::among;

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

const NEVER_INK: &str = "script,style,template,noscript,head,link,meta,title,br,option";
/// Elements that are ink by themselves.
static REPLACED: [(&str, Ink); 6] = [
    ("img", Ink::Image),
    ("canvas", Ink::Canvas),
    ("video", Ink::Video),
    ("svg", Ink::Vector),
    ("input,select,textarea", Ink::Control),
    ("iframe,frame,object,embed", Ink::ForeignFrame),
];

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
#[derive(Clone, Copy)]
struct Place<'a> {
    window: J<'a>,
    document: J<'a>,
    range: J<'a>,
    viewport: Rect,
}

struct Walk<'a> {
    root: J<'a>,
    furniture: J<'a>,
    placeholder: J<'a>,
    place: Place<'a>,
    /// The layer that covers the page, or undefined.
    cover: J<'a>,
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
    let viewport = viewport(page.window());
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

fn viewport(window: J) -> Rect {
    Rect { right: js::number(window, "innerWidth"), bottom: js::number(window, "innerHeight"), ..Rect::NONE }
}

fn walk_page(shell: &Shell, viewport: Rect, facts: &mut RenderFacts) {
    let page = &shell.page;
    facts.root_found = js::run(page.document(), "querySelector", &shell.settings.root).is_object();
    let element = js::get(page.document(), "documentElement");
    let place = Place::new(page.window(), page.document());
    // The one forced layout; the time that it takes is the page's, not the sample's.
    let reach = place.reach(element);
    let cover = cover::find(page.window(), page.document(), viewport);
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
        ground: place.canvas(element),
        depth: 0,
    };
    let mut walk = Walk {
        root: js::s(&shell.settings.root),
        furniture: js::s(&shell.settings.furniture),
        placeholder: js::s(PLACEHOLDER),
        place,
        cover,
        patches: Vec::new(),
        tally: Tally::default(),
        nodes: 0,
        until: clock::precise() + MOST_MS,
        trouble: String::new(),
    };
    walk.element(element, &inside);
    facts.patches = walk.patches;
    facts.trouble = walk.trouble;
}

impl<'a> Place<'a> {
    fn new(window: J<'a>, document: J<'a>) -> Place<'a> {
        Place { window, document, range: js::run0(document, "createRange"), viewport: viewport(window) }
    }

    fn style(&self, element: J<'a>) -> js::Ended<'a> {
        js::call1(self.window, "getComputedStyle", element)
    }

    fn reach(&self, element: J<'a>) -> Rect {
        let at = Rect::of(element).unwrap_or(Rect::NONE);
        // The overflow of the body counts for the viewport unless that of the root element does.
        let mut style = js::ok(self.style(element));
        if js::is(style, "overflowY", "visible") {
            style = js::ok(self.style(js::get(self.document, "body")));
        }
        let fixed = |key| js::is_one(style, key, "hidden,clip");
        let mut reach = self.viewport;
        if !fixed("overflowX") {
            reach.left = less(at.left, 0.0);
            reach.right = greater(reach.right, at.left + js::number(element, "scrollWidth"));
        }
        if !fixed("overflowY") {
            reach.top = less(at.top, 0.0);
            reach.bottom = greater(reach.bottom, at.top + js::number(element, "scrollHeight"));
        }
        reach
    }

    /// What shows where nothing is painted: white, unless the page asks for a dark scheme.
    fn canvas(&self, element: J<'a>) -> Option<Colour> {
        let style = js::ok(self.style(element));
        (!js::is_one(style, "colorScheme", "dark,light dark,dark light")).then_some(Colour::WHITE)
    }
}

fn matches(element: J, selector: J) -> bool {
    js::run1(element, "matches", selector).is_truthy()
}

impl<'a> Walk<'a> {
    fn done(&mut self) -> bool {
        if self.trouble.is_empty()
            && (self.nodes > MOST_NODES || (self.nodes & 31 == 0 && clock::precise() > self.until))
        {
            self.trouble.push_str("the page is too large to be looked at in one go");
        }
        !self.trouble.is_empty() || self.tally.proved()
    }

    fn children(&mut self, parent: J<'a>, inside: &Inside) {
        let mut node = js::get(parent, "firstChild");
        while node.is_object() && !self.done() {
            self.node(node, inside);
            node = js::get(node, "nextSibling");
        }
    }

    fn node(&mut self, node: J<'a>, inside: &Inside) {
        let _scope = js::Scope::open();
        match js::number(node, "nodeType") as u32 {
            1 => self.element(node, inside),
            3 => self.text(node, inside),
            _ => {}
        }
    }

    fn rect(&mut self, target: J<'a>) -> Rect {
        let rect = Rect::of(target);
        if rect.is_none() {
            self.trouble.push_str(UNREADABLE);
        }
        rect.unwrap_or(Rect::NONE)
    }

    fn element(&mut self, element: J<'a>, outside: &Inside) {
        self.nodes += 1;
        let name = js::word(element, "localName");
        if outside.depth >= DEEPEST || among(&name, NEVER_INK) || cover::is_ours(element) {
            return;
        }
        let style = match self.place.style(element) {
            Ok(style) => style,
            Err(thrown) => {
                self.trouble = cat(&[UNREADABLE, &js::shown(thrown)]);
                return;
            }
        };
        let mut inside = outside.clone();
        inside.depth += 1;
        if js::is(style, "display", "none") {
            inside.hidden = true;
            return self.put_hidden(element, &inside);
        }
        inside.hidden = !js::is(style, "visibility", "visible");
        inside.opacity *= opacity(style);
        inside.covered &= !self.cover.same(element);
        let page = among(&name, "html,body");
        if page {
            if matches(element, self.root) {
                inside.region = Region::Main;
            }
        } else {
            self.place(element, &name, &mut inside);
            self.clip(element, style, &mut inside);
        }
        let image = js::word(style, "backgroundImage");
        if image != "none" {
            inside.ground = None;
        } else if let Some(colour) = Colour::of(style, "backgroundColor") {
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
        if js::is(style, "contentVisibility", "hidden") {
            inside.hidden = true;
            return self.put_hidden(element, &inside);
        }
        let shadow = js::get(element, "shadowRoot");
        if shadow.is_object() {
            return self.children(shadow, &inside);
        }
        if name == "slot" {
            for &node in &js::list(js::run1(element, "assignedNodes", js::json(r#"{"flatten":true}"#)), MOST_NODES) {
                if !self.done() {
                    self.node(node, &inside);
                }
            }
            return;
        }
        self.children(element, &inside);
    }

    /// Main region, furniture or placeholder.
    fn place(&mut self, element: J<'a>, name: &str, inside: &mut Inside) {
        if inside.region == Region::Furniture {
            if matches(element, self.root) || matches(element, js::s(DIALOG)) {
                inside.region = Region::Main;
            }
        } else if !(inside.sectioned && among(name, "header,footer")) && matches(element, self.furniture) {
            inside.region = Region::Furniture;
        }
        inside.sectioned |= among(name, "article,section,main,dialog");
        if !inside.placeholder && matches(element, self.placeholder) {
            inside.placeholder = marks(&js::word(element, "textContent")) < CAPTION;
        }
    }

    fn clip(&mut self, element: J<'a>, style: J, inside: &mut Inside) {
        let position = js::word(style, "position");
        match position.as_str() {
            "fixed" => {
                inside.clip = Rect::ALL;
                inside.reach = self.place.viewport;
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
            let scrolls = |overflow: &str| among(overflow, "auto,scroll");
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
    fn replaced(&mut self, element: J<'a>, name: &str, inside: &Inside) -> bool {
        let Some((_, ink)) = REPLACED.iter().find(|(names, _)| among(name, names)) else { return false };
        let ink = *ink;
        let rect = self.rect(element);
        let sight = self.sight(rect, inside);
        if sight != Sight::Seen {
            self.put(ink, rect, inside);
            return true;
        }
        let document = js::get(element, "contentDocument");
        if ink == Ink::ForeignFrame && document.is_object() {
            self.frame(element, document, inside);
        } else if is_drawn(element, ink) {
            self.put(ink, rect, inside);
        } else {
            self.put_as(ink, Sight::Empty, rect.area(), inside);
        }
        true
    }

    /// A frame that can be read is walked like the page, in its own coordinates.
    fn frame(&mut self, element: J<'a>, document: J<'a>, inside: &Inside) {
        let root = js::get(document, "documentElement");
        if !root.is_object() {
            return;
        }
        let place = Place::new(js::get(element, "contentWindow"), document);
        let mut within = inside.clone();
        within.clip = Rect::ALL;
        within.absolute_clip = Rect::ALL;
        within.reach = place.reach(root);
        within.ground = place.canvas(root);
        let outer = std::mem::replace(&mut self.place, place);
        self.element(root, &within);
        self.place = outer;
    }

    fn text(&mut self, node: J<'a>, inside: &Inside) {
        let amount = marks(&js::word(node, "data"));
        if amount == 0 {
            return;
        }
        self.nodes += 1;
        js::run1(self.place.range, "selectNodeContents", node);
        let rect = self.rect(self.place.range);
        let mut sight = self.sight(rect, inside);
        let parent = js::get(node, "parentElement");
        if sight == Sight::Seen && parent.is_object() {
            sight = self.text_sight(parent, rect, inside);
        }
        self.put_as(Ink::Text, sight, amount, inside);
    }

    fn text_sight(&self, parent: J<'a>, rect: Rect, inside: &Inside) -> Sight {
        let style = js::ok(self.place.style(parent));
        if js::is(style, "webkitBackgroundClip", "text") || !js::is(style, "textShadow", "none") {
            return Sight::Seen;
        }
        let fill = Colour::of(style, "webkitTextFillColor").or_else(|| Colour::of(style, "color"));
        let Some(colour) = fill else { return Sight::Seen };
        if colour.alpha() * inside.opacity < FAINT {
            return Sight::Transparent;
        }
        let lost = |ground: Option<Colour>| ground.is_some_and(|ground| colour.over(ground).same_as(ground));
        // Its ground may be painted by something that does not contain it.
        if lost(inside.ground) && (rect.and(self.place.viewport).is_empty() || lost(self.ground_at(rect))) {
            Sight::SameColour
        } else {
            Sight::Seen
        }
    }

    /// The colour under the middle of a patch, where it is one colour.
    fn ground_at(&self, rect: Rect) -> Option<Colour> {
        let shown = rect.and(self.place.viewport);
        let (x, y) = ((shown.left + shown.right) / 2.0, (shown.top + shown.bottom) / 2.0);
        for &element in &cover::stack(self.place.document, x, y) {
            let style = js::ok(self.place.style(element));
            let picture = js::is_one(element, "localName", "img,canvas,video,svg,iframe");
            if picture || !js::is(style, "backgroundImage", "none") {
                return None;
            }
            let colour = Colour::of(style, "backgroundColor")?;
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

    fn put_hidden(&mut self, element: J<'a>, inside: &Inside) {
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

/// Whether something was drawn on it, as far as that can be told.
fn is_drawn(element: J, ink: Ink) -> bool {
    match ink {
        Ink::Image => js::flag(element, "complete") && js::flag(element, "naturalWidth"),
        // 2: HAVE_CURRENT_DATA
        Ink::Video => {
            js::number(element, "readyState") >= 2.0 || js::flag(element, "poster") || js::flag(element, "controls")
        }
        Ink::Canvas => canvas_is_drawn(element).unwrap_or(true),
        Ink::Vector => {
            let area = js::run0(element, "getBBox");
            !area.is_object() || (js::flag(area, "width") && js::flag(area, "height"))
        }
        _ => true,
    }
}

/// Copied small onto a canvas of our own: asking the page's canvas for a context would give it one. One that may not be
/// read counts as drawn.
fn canvas_is_drawn<'s>(element: J<'s>) -> Result<bool, J<'s>> {
    const SIDE: u32 = 32;
    let copy = js::run(js::global("document"), "createElement", "canvas");
    let (zero, side) = (js::n(0.0), js::n(SIDE.into()));
    js::set(copy, "width", side);
    js::set(copy, "height", side);
    let context = js::run(copy, "getContext", "2d");
    js::call(context, "drawImage", &[element, zero, zero, side, side])?;
    let data = js::get(js::call(context, "getImageData", &[zero, zero, side, side])?, "data");
    Ok((0..SIDE * SIDE).any(|pixel| js::at(data, pixel * 4 + 3).is_truthy()))
}
