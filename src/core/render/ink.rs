//! Ink: one mark on the screen as the reader tells it, whether a person sees it, and what all marks together show.

use crate::core::number;
use crate::core::vocabulary::vocabulary;
use std::array;

vocabulary! {
    /// What leaves a mark on the screen. The reader counts in this order (`shell/reader/screen.js`).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Ink {
        Text = "text",
        Image = "image",
        Canvas = "canvas",
        Video = "video",
        /// SVG.
        Vector = "vector",
        /// Form control.
        Control = "control",
        /// An element's background image.
        Background = "background",
        /// A frame or component whose inside cannot be read; readable frames are walked themselves.
        Foreign = "foreign",
        /// Skeletons, spinners, progress bars, and texts that say "loading".
        Placeholder = "placeholder",
        /// A box of plain colour with nothing in it.
        Block = "block",
    }
}

/// Whether a person sees it, and if not, why. In the reader's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    Seen,
    /// `visibility`, `display: none`, `content-visibility`.
    Hidden,
    /// Opacity of the chain, or of the colour, is (nearly) zero.
    Transparent,
    /// Clipped away or of no size.
    Clipped,
    /// Laid out outside of the viewport and out of reach by scrolling.
    OffScreen,
    /// Same colour as the ground under it.
    SameColour,
    /// Under something opaque.
    Covered,
    /// An image that did not load, a canvas that nothing was drawn on.
    Empty,
    /// Hidden with the whole page, or with its root.
    HiddenWhole,
}

impl Sight {
    pub fn word(self) -> &'static str {
        match self {
            Sight::Seen => "seen",
            Sight::Hidden | Sight::HiddenWhole => "hidden",
            Sight::Transparent => "transparent",
            Sight::Clipped => "clipped",
            Sight::OffScreen => "off-screen",
            Sight::SameColour => "same-colour",
            Sight::Covered => "covered",
            Sight::Empty => "empty",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Inside the configured root and outside furniture.
    Main,
    /// Title bar, tab bar, toast, float and the like.
    Furniture,
}

/// A mark as it was read: numbers, because thousands of them may cross the boundary.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Ink + 16 × sight + 256 for furniture + 512 for the page itself or its root.
    pub kind: u32,
    /// Visible characters for text, CSS px² of what shows for everything else.
    pub amount: f64,
    /// Left, top, right, bottom in CSS px.
    pub shown: [f64; 4],
    /// `0xRRGGBBAA`; opacity of the chain is in the alpha. Negative: not one colour.
    pub colour: f64,
    /// What it is painted on, opaque; negative: not one colour, or not known.
    pub ground: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    pub ink: Ink,
    pub region: Region,
    pub sight: Sight,
    pub amount: u32,
}

/// Less than this alpha (of 255) is not seen.
const FAINT: u32 = 13;
/// Lower letters are no letters any more, in CSS px.
const MIN_LETTER: f64 = 3.0;
/// A contrast ratio (WCAG 2) under this is one colour to the eye, unless the hues differ.
const SAME: f64 = 1.1;
const SAME_PART: f64 = 40.0;
/// A box of plain colour stands out from here on; paler ones are cards and skeletons.
const STRONG: f64 = 1.5;
const STRONG_PART: f64 = 60.0;

/// Red, green, blue of `0xRRGGBBAA`, and alpha.
fn parts(colour: f64) -> ([f64; 3], u32) {
    let [red, green, blue, alpha] = number::to_u32(colour).to_be_bytes();
    ([red.into(), green.into(), blue.into()], alpha.into())
}

/// Relative luminance after WCAG 2, with its curve approximated by a square: thresholds here are coarse.
fn luminance([red, green, blue]: [f64; 3]) -> f64 {
    (0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue) / (255.0 * 255.0)
}

/// Whether a colour, laid over its ground, stands out from it: by contrast ratio, or by a part of its hue.
fn stands_out(colour: f64, ground: f64, ratio: f64, part: f64) -> bool {
    let ((top, alpha), (under, _)) = (parts(colour), parts(ground));
    let share = f64::from(alpha) / 255.0;
    let mixed: [f64; 3] = array::from_fn(|i| top[i] * share + under[i] * (1.0 - share));
    let apart = mixed.iter().zip(under).any(|(mixed, under)| (mixed - under).abs() > part);
    let (a, b) = (luminance(mixed) + 0.05, luminance(under) + 0.05);
    apart || a > b * ratio || b > a * ratio
}

impl Mark {
    /// What a person makes of it. A kind that is not known is a placeholder's: it proves nothing.
    pub fn patch(&self) -> Patch {
        const SIGHTS: [Sight; 8] = [
            Sight::Seen,
            Sight::Hidden,
            Sight::Transparent,
            Sight::Clipped,
            Sight::OffScreen,
            Sight::SameColour,
            Sight::Covered,
            Sight::Empty,
        ];
        let ink = *Ink::ALL.get((self.kind & 15) as usize).unwrap_or(&Ink::Placeholder);
        let mut sight = *SIGHTS.get((self.kind >> 4 & 15) as usize).unwrap_or(&Sight::Hidden);
        let region = if self.kind & 256 == 0 { Region::Main } else { Region::Furniture };
        if sight == Sight::Seen {
            let (ratio, part) = if ink == Ink::Block { (STRONG, STRONG_PART) } else { (SAME, SAME_PART) };
            if self.colour >= 0.0 && parts(self.colour).1 < FAINT {
                sight = Sight::Transparent;
            } else if ink == Ink::Text && self.shown[3] - self.shown[1] < MIN_LETTER {
                sight = Sight::Clipped;
            } else if self.colour >= 0.0
                && self.ground >= 0.0
                && matches!(ink, Ink::Text | Ink::Block)
                && !stands_out(self.colour, self.ground, ratio, part)
            {
                sight = Sight::SameColour;
            }
        }
        // Templates and other views are hidden on purpose; the whole page is not.
        if sight == Sight::Hidden && self.kind & 512 != 0 {
            sight = Sight::HiddenWhole;
        }
        Patch { ink, region, sight, amount: number::to_u32(self.amount) }
    }
}

/// What the reader is told about a mark, as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Unseen,
    Seen,
    /// Nothing that is still unread can change the verdict from `Content`.
    Enough,
}

/// Fewer characters than this beside placeholders are a caption of the waiting, not content; so many are content, whatever else is there.
pub const MIN_TEXT_BESIDE_PLACEHOLDERS: u32 = 8;
/// Beside placeholders a picture is a brand's mark unless it takes this part of the viewport: 1 of so many.
const BRAND: u32 = 10;
/// Smaller pictures are icons and tracking pixels: one alone is not content.
pub const MIN_PICTURE_AREA: u32 = 24 * 24;
/// So many boxes of plain colour are a chart or a pattern.
pub const MIN_BLOCKS: u32 = 3;

/// More of them are counted only.
const MOST_KEPT: usize = 100;

/// What became of a mark, and where it is: left, top, right, bottom in CSS px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    pub patch: Patch,
    pub shown: [f64; 4],
}

/// The marks of one look one by one, for whoever asks what its verdict stands on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    pub judged: Vec<Judged>,
    /// Marks that did not fit.
    pub dropped: u32,
}

impl Marks {
    fn push(&mut self, judged: Judged) {
        if self.judged.len() < MOST_KEPT {
            self.judged.push(judged);
        } else {
            self.dropped += 1;
        }
    }
}

/// Everything that was seen, added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Characters.
    pub text: u32,
    /// CSS px².
    pub picture: u32,
    pub control: u32,
    pub placeholder: u32,
    pub furniture: u32,
    pub foreign: u32,
    pub block: u32,
    /// Marks of the main region that cannot be seen.
    pub unseen: u32,
    pub unseen_by_style: u32,
    /// Hidden parts: templates, other views.
    pub hidden: u32,
    /// Pictures that did not come.
    pub lost: u32,
    /// Why the last of them cannot be.
    pub why: Option<Sight>,
    /// `None`: nobody has asked for them.
    pub marks: Option<Marks>,
}

impl Tally {
    /// `keep`: the marks themselves, too.
    pub fn new(keep: bool) -> Tally {
        Tally { marks: keep.then(Marks::default), ..Tally::default() }
    }

    pub fn of(patches: &[Patch]) -> Tally {
        let mut tally = Tally::default();
        for patch in patches {
            tally.add(*patch);
        }
        tally
    }

    /// Everything heard before is void.
    pub fn forget(&mut self) {
        *self = Tally::new(self.marks.is_some());
    }

    pub fn hear(&mut self, mark: &Mark) -> Heard {
        let patch = mark.patch();
        self.add(patch);
        if let Some(marks) = &mut self.marks {
            marks.push(Judged { patch, shown: mark.shown });
        }
        match patch.sight {
            Sight::Seen if self.proved() => Heard::Enough,
            Sight::Seen => Heard::Seen,
            _ => Heard::Unseen,
        }
    }

    pub fn add(&mut self, patch: Patch) {
        let Patch { ink, region, sight, amount } = patch;
        if amount == 0 {
            return;
        }
        if sight != Sight::Seen {
            if region == Region::Main && !matches!(ink, Ink::Placeholder | Ink::Block) {
                self.unseen += 1;
                self.hidden += u32::from(sight == Sight::Hidden);
                self.lost += u32::from(sight == Sight::Empty && matches!(ink, Ink::Image | Ink::Background));
                if sight != Sight::Empty && sight != Sight::Hidden {
                    self.unseen_by_style += 1;
                    self.why = Some(sight);
                }
            }
            return;
        }
        match (ink, region) {
            (Ink::Placeholder, _) => self.placeholder += 1,
            (_, Region::Furniture) => self.furniture += 1,
            (Ink::Text, _) => self.text = self.text.saturating_add(amount),
            (Ink::Control, _) => self.control += 1,
            (Ink::Foreign, _) => self.foreign += 1,
            (Ink::Block, _) => self.block += 1,
            (Ink::Image | Ink::Canvas | Ink::Video | Ink::Vector | Ink::Background, _) => {
                self.picture = self.picture.saturating_add(amount);
            }
        }
    }

    fn proved(&self) -> bool {
        self.text >= MIN_TEXT_BESIDE_PLACEHOLDERS
    }

    /// Something that is more than a caption of the waiting; `viewport` is its area in CSS px².
    pub fn solid(&self, viewport: u32) -> bool {
        let picture = if self.placeholder > 0 { viewport / BRAND } else { MIN_PICTURE_AREA };
        self.text >= MIN_TEXT_BESIDE_PLACEHOLDERS
            || self.picture >= picture.max(MIN_PICTURE_AREA)
            || self.control > 0
            || self.block >= MIN_BLOCKS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: f64 = 0xff as f64;
    const WHITE: f64 = 0xffff_ffff_u32 as f64;

    fn text(colour: f64, ground: f64) -> Mark {
        Mark { kind: 0, amount: 9.0, shown: [0.0, 0.0, 90.0, 16.0], colour, ground }
    }

    #[test]
    fn letters_are_seen_when_they_stand_out_from_their_ground() {
        let cases: &[(&str, f64, f64, Sight)] = &[
            ("black on white", BLACK, WHITE, Sight::Seen),
            ("white on white", WHITE, WHITE, Sight::SameColour),
            ("nearly white on white", 0xf8f8_f8ff_u32.into(), WHITE, Sight::SameColour),
            ("#bbb on white", 0xbbbb_bbff_u32.into(), WHITE, Sight::Seen),
            ("#111 on black", 0x1111_11ff_u32.into(), BLACK, Sight::SameColour),
            ("yellow on white", 0xffff_00ff_u32.into(), WHITE, Sight::Seen),
            ("transparent", 0.0, WHITE, Sight::Transparent),
            ("on a picture", WHITE, -1.0, Sight::Seen),
            ("a gradient cut out", -1.0, -1.0, Sight::Seen),
            ("black of three percent", 0x08.into(), WHITE, Sight::Transparent),
            ("black of a tenth", 0x1a.into(), WHITE, Sight::Seen),
        ];
        for (name, colour, ground, sight) in cases {
            assert_eq!(text(*colour, *ground).patch().sight, *sight, "{name}");
        }
        let flat = Mark { shown: [0.0, 0.0, 90.0, 1.0], ..text(BLACK, WHITE) };
        assert_eq!(flat.patch().sight, Sight::Clipped);
    }

    #[test]
    fn marks_are_kept_where_somebody_wants_them_and_only_so_many() {
        let mut tally = Tally::new(false);
        assert_eq!(tally.hear(&text(BLACK, WHITE)), Heard::Enough);
        assert_eq!(tally.marks, None);

        let mut tally = Tally::new(true);
        tally.hear(&text(BLACK, BLACK));
        tally.forget();
        assert_eq!(tally, Tally::new(true));
        for _ in 0..101 {
            tally.hear(&text(WHITE, WHITE));
        }
        let Marks { judged, dropped } = tally.marks.unwrap_or_default();
        assert_eq!((judged.len(), dropped), (100, 1));
        assert_eq!((judged[0].patch.sight, judged[0].shown), (Sight::SameColour, [0.0, 0.0, 90.0, 16.0]));
    }

    #[test]
    fn a_kind_names_ink_sight_and_region_in_the_order_of_the_reader() {
        let patch = |kind| Mark { kind, ..text(-1.0, -1.0) }.patch();
        for (n, ink) in (0..).zip([Ink::Text, Ink::Image, Ink::Canvas, Ink::Video, Ink::Vector, Ink::Control]) {
            assert_eq!((patch(n).ink, ink as u32), (ink, n));
        }
        assert_eq!((patch(9).ink, Ink::Block as u32), (Ink::Block, 9));
        assert_eq!((patch(6 * 16).sight, Sight::Covered as u32), (Sight::Covered, 6));
        assert_eq!((patch(7 * 16 + 1).sight, patch(7 * 16 + 1).ink), (Sight::Empty, Ink::Image));
        assert_eq!(patch(256).region, Region::Furniture);
        assert_eq!((patch(15).ink, patch(9 * 16).sight), (Ink::Placeholder, Sight::Hidden));
        assert_eq!((Sight::Covered.word(), Sight::SameColour.word()), ("covered", "same-colour"));
    }

    #[test]
    fn a_pale_box_is_a_card_and_a_strong_one_is_a_bar_of_a_chart() {
        let block = |colour: u32| Mark { kind: 9, ..text(colour.into(), WHITE) }.patch().sight;
        assert_eq!(block(0xf2f3_f5ff), Sight::SameColour);
        assert_eq!(block(0xeeee_eeff), Sight::SameColour);
        assert_eq!(block(0x1989_faff), Sight::Seen);
    }
}
