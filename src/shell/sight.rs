//! Geometry and colour: what of a patch can be seen through clips, and against its ground.

use super::js::J;
use super::{js, look};
use crate::wire::among;

/// In CSS px, relative to the viewport.
#[derive(Clone, Copy)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub const ALL: Rect =
        Rect { left: f64::NEG_INFINITY, top: f64::NEG_INFINITY, right: f64::INFINITY, bottom: f64::INFINITY };
    pub const NONE: Rect = Rect { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 };

    /// Of an element or a range.
    pub fn of(target: J) -> Option<Rect> {
        let rect = js::run0(target, "getBoundingClientRect");
        let side = |key| js::number(rect, key);
        rect.is_object().then(|| Rect {
            left: side("left"),
            top: side("top"),
            right: side("right"),
            bottom: side("bottom"),
        })
    }

    pub fn and(self, other: Rect) -> Rect {
        Rect {
            left: greater(self.left, other.left),
            top: greater(self.top, other.top),
            right: less(self.right, other.right),
            bottom: less(self.bottom, other.bottom),
        }
    }

    /// Thinner than a hair is nothing.
    pub fn is_empty(self) -> bool {
        self.right - self.left < 0.5 || self.bottom - self.top < 0.5
    }

    pub fn area(self) -> u32 {
        if self.is_empty() { 0 } else { ((self.right - self.left) * (self.bottom - self.top)) as u32 + 1 }
    }

    /// Reaches every edge of the other, but for rounding.
    pub fn covers(self, other: Rect) -> bool {
        self.left <= other.left + 1.0
            && self.top <= other.top + 1.0
            && self.right >= other.right - 1.0
            && self.bottom >= other.bottom - 1.0
    }
}

/// Without the library's care for what is no number.
pub fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

pub fn less(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// Red, green, blue from 0 to 255, and opacity.
#[derive(Clone, Copy)]
pub struct Colour(pub [f64; 4]);

impl Colour {
    pub const WHITE: Colour = Colour([255.0, 255.0, 255.0, 1.0]);

    /// Computed colours are `rgb(r, g, b)` or `rgba(r, g, b, a)`; of other colour spaces nothing is claimed.
    pub fn of(style: J, key: &str) -> Option<Colour> {
        let text = js::text(style, key)?;
        let space = look::before(&text, b"(");
        if !among(space, "rgb,rgba") {
            return None;
        }
        let mut parts = [0.0, 0.0, 0.0, 1.0];
        let mut rest = look::after(&text, space);
        for part in &mut parts {
            let number = look::before(rest, b",)");
            if !number.is_empty() {
                *part = js::numeric(js::s(number));
            }
            rest = look::after(rest, number);
        }
        Some(Colour(parts))
    }

    pub fn alpha(self) -> f64 {
        self.0[3]
    }

    /// This colour laid over an opaque ground.
    pub fn over(self, ground: Colour) -> Colour {
        let [red, green, blue, alpha] = self.0;
        let [under_red, under_green, under_blue, _] = ground.0;
        let mix = |top: f64, under: f64| top * alpha + under * (1.0 - alpha);
        Colour([mix(red, under_red), mix(green, under_green), mix(blue, under_blue), 1.0])
    }

    /// Relative luminance after WCAG 2, with its curve approximated by a square: thresholds here are coarse.
    fn luminance(self) -> f64 {
        let [red, green, blue, _] = self.0;
        (0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue) / (255.0 * 255.0)
    }

    /// A contrast ratio under this is one colour to the eye, unless the hues differ.
    const SAME: f64 = 1.1;
    const SAME_PART: f64 = 40.0;

    pub fn same_as(self, other: Colour) -> bool {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        let near = |(a, b): (&f64, &f64)| (a - b).abs() < Self::SAME_PART;
        a < b * Self::SAME && b < a * Self::SAME && self.0.iter().zip(&other.0).all(near)
    }
}

/// Opacity of this element alone.
pub fn opacity(style: J) -> f64 {
    let opacity = js::word(style, "opacity");
    if opacity == "1" || opacity.is_empty() { 1.0 } else { js::numeric(js::s(&opacity)) }
}

/// Ways of cutting an element down to nothing.
pub fn cut_to_nothing(style: J) -> bool {
    let path = js::word(style, "clipPath");
    let nothing = ["inset(50%", "inset(100%", "circle(0", "ellipse(0", "polygon(0px 0px, 0px 0px"];
    let clip = js::word(style, "clip");
    nothing.iter().any(|cut| path.starts_with(cut))
        || ["rect(0px, 0px, 0px, 0px", "rect(1px, 1px, 1px, 1px"].iter().any(|cut| clip.starts_with(cut))
}

/// Characters that leave a mark.
pub fn marks(text: &str) -> u32 {
    let mut marks = 0;
    for c in text.chars() {
        let invisible = matches!(c, '\0'..=' ' | '\u{7f}'..='\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
            | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{feff}');
        marks += u32::from(!invisible);
    }
    marks
}
