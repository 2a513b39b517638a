//! The render verdict: what a person can see of the page, judged from a sample of its ink.

use super::incident::Finding;
use super::text::code_at;
use super::time::Millis;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    Visible,
    Hidden,
    Prerendered,
}

/// What leaves a mark on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Text,
    Image,
    Canvas,
    Video,
    /// SVG.
    Vector,
    /// Form control.
    Control,
    /// An element's background image.
    Background,
    /// A frame whose inside cannot be read (another origin); readable frames are sampled themselves.
    ForeignFrame,
    /// Skeletons, spinners, progress bars and what they contain.
    Placeholder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Inside the configured root and outside furniture.
    Main,
    /// Title bar, tab bar and the like.
    Furniture,
}

/// Whether a person sees it, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    Seen,
    /// `visibility`, `display: none`, `content-visibility`.
    Hidden,
    /// Opacity of the chain is (nearly) zero.
    Transparent,
    /// Clipped away or of no size.
    Clipped,
    /// Laid out outside of the viewport and unreachable by scrolling.
    OffScreen,
    /// Same colour as the ground under it.
    SameColour,
    /// Under something opaque that is not itself content.
    Covered,
    /// An image that did not load, a canvas that nothing was drawn on.
    Empty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    pub ink: Ink,
    pub region: Region,
    pub sight: Sight,
    /// Visible characters for text, CSS px² for everything else.
    pub amount: u32,
}

#[derive(Clone, Debug)]
pub struct RenderFacts {
    pub visibility: Visibility,
    /// CSS px.
    pub viewport: (u32, u32),
    /// `document.readyState` is `complete`.
    pub loaded: bool,
    pub root_found: bool,
    pub patches: Vec<Patch>,
    /// How long the sample took, in microseconds, by the shell's clock.
    pub took_us: u32,
    /// Why the page could not be sampled whole; empty when it was.
    pub trouble: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenderState {
    Content,
    Blank,
    Partial,
    Loading,
    Pending,
    Unknown,
}

impl RenderState {
    pub fn code(self) -> &'static str {
        code_at("content blank partial loading pending unknown", self as usize)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderVerdict {
    pub state: RenderState,
    /// Only with `Loading`: the placeholders have been there for too long.
    pub overdue: bool,
    /// Only with `Blank` and `Partial`: something is there, but style keeps it from being seen.
    pub hidden_by_style: bool,
    pub cause: Option<&'static str>,
    pub evidence: Vec<Finding>,
    pub took: Millis,
    /// In words, for developers.
    pub reason: String,
}

/// Fewer characters than this beside placeholders are a caption of the waiting, not content.
pub const MIN_TEXT_BESIDE_PLACEHOLDERS: u32 = 24;
/// Smaller pictures are icons and tracking pixels: one alone is not content.
pub const MIN_PICTURE_AREA: u32 = 24 * 24;

/// Adds up patches; the sampler asks it when it may stop early.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    text: u32,
    picture: u32,
    control: u32,
    placeholder: u32,
    furniture: u32,
    foreign_frame: u32,
    unseen: u32,
    unseen_by_style: u32,
}

impl Tally {
    pub fn add(&mut self, patch: Patch) {
        let Patch { ink, region, sight, amount } = patch;
        if amount == 0 {
            return;
        }
        if sight != Sight::Seen {
            if region == Region::Main && ink != Ink::Placeholder {
                self.unseen += 1;
                self.unseen_by_style += u32::from(sight != Sight::Empty && sight != Sight::Hidden);
            }
            return;
        }
        match (ink, region) {
            (Ink::Placeholder, _) => self.placeholder += 1,
            (_, Region::Furniture) => self.furniture += 1,
            (Ink::Text, _) => self.text = self.text.saturating_add(amount),
            (Ink::Control, _) => self.control += 1,
            (Ink::ForeignFrame, _) => self.foreign_frame += 1,
            (Ink::Image | Ink::Canvas | Ink::Video | Ink::Vector | Ink::Background, _) => {
                self.picture = self.picture.saturating_add(amount);
            }
        }
    }

    /// Nothing that is still unsampled can change the verdict from `Content`.
    pub fn proved(&self) -> bool {
        self.text >= MIN_TEXT_BESIDE_PLACEHOLDERS * 4
    }

    fn state(&self) -> RenderState {
        let picture = self.picture >= MIN_PICTURE_AREA;
        let solid = self.text >= MIN_TEXT_BESIDE_PLACEHOLDERS || picture || self.control > 0;
        if self.placeholder > 0 && !solid {
            RenderState::Loading
        } else if solid || self.text > 0 {
            RenderState::Content
        } else if self.foreign_frame > 0 {
            RenderState::Unknown
        } else if self.furniture > 0 {
            RenderState::Partial
        } else {
            RenderState::Blank
        }
    }
}

impl RenderVerdict {
    pub fn new(state: RenderState, reason: &str) -> RenderVerdict {
        RenderVerdict {
            state,
            overdue: false,
            hidden_by_style: false,
            cause: None,
            evidence: Vec::new(),
            took: Millis(0),
            reason: reason.into(),
        }
    }
}

/// The verdict on one sample, before deadlines: the engine turns an early `Blank` into `Pending`.
pub fn judge(facts: &RenderFacts) -> RenderVerdict {
    let mut tally = Tally::default();
    for patch in &facts.patches {
        tally.add(*patch);
    }
    let seen = tally.state();
    let unseeable = match facts.visibility {
        Visibility::Hidden => "the page is hidden",
        Visibility::Prerendered => "the page is prerendered",
        Visibility::Visible if facts.viewport.0 == 0 || facts.viewport.1 == 0 => "the viewport has no size",
        Visibility::Visible if seen == RenderState::Blank => &facts.trouble,
        Visibility::Visible => "",
    };
    let state = if unseeable.is_empty() { seen } else { RenderState::Unknown };
    let reason = match state {
        _ if !unseeable.is_empty() => unseeable,
        RenderState::Content => "the main region shows content",
        RenderState::Loading => "only placeholders can be seen",
        RenderState::Partial => "only furniture can be seen; the main region is empty",
        RenderState::Unknown => "only a frame of another origin is there",
        _ if !facts.root_found => "the root element is not there",
        _ if tally.unseen > 0 => "there is content, but none of it can be seen",
        _ => "nothing can be seen",
    };
    let mut verdict = RenderVerdict::new(state, reason);
    verdict.took = Millis(u64::from(facts.took_us / 1000));
    verdict.hidden_by_style = tally.unseen_by_style > 0 && matches!(state, RenderState::Blank | RenderState::Partial);
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(ink: Ink, region: Region, sight: Sight, amount: u32) -> Patch {
        Patch { ink, region, sight, amount }
    }

    fn sample(patches: &[Patch]) -> RenderFacts {
        RenderFacts {
            visibility: Visibility::Visible,
            viewport: (375, 812),
            loaded: true,
            root_found: true,
            patches: patches.to_vec(),
            took_us: 1500,
            trouble: String::new(),
        }
    }

    #[test]
    fn a_sample_is_judged_by_what_a_person_sees() {
        use Ink::*;
        use Region::{Furniture, Main};
        use Sight::*;
        let cases: &[(&str, &[Patch], RenderState, bool)] = &[
            ("nothing at all", &[], RenderState::Blank, false),
            ("a short text directly in the body", &[patch(Text, Main, Seen, 4)], RenderState::Content, false),
            ("a search box alone", &[patch(Control, Main, Seen, 3000)], RenderState::Content, false),
            ("a title bar only", &[patch(Text, Furniture, Seen, 8)], RenderState::Partial, false),
            (
                "a skeleton with a caption",
                &[patch(Placeholder, Main, Seen, 9000), patch(Text, Main, Seen, 5)],
                RenderState::Loading,
                false,
            ),
            (
                "a skeleton beside an article",
                &[patch(Placeholder, Main, Seen, 9000), patch(Text, Main, Seen, 300)],
                RenderState::Content,
                false,
            ),
            (
                "a skeleton under a title bar",
                &[patch(Placeholder, Main, Seen, 9), patch(Text, Furniture, Seen, 8)],
                RenderState::Loading,
                false,
            ),
            ("text of opacity 0", &[patch(Text, Main, Transparent, 300)], RenderState::Blank, true),
            ("text that is display: none", &[patch(Text, Main, Hidden, 300)], RenderState::Blank, false),
            ("an image that did not load", &[patch(Image, Main, Empty, 90_000)], RenderState::Blank, false),
            ("a tracking pixel", &[patch(Image, Main, Seen, 1)], RenderState::Blank, false),
            ("a drawn canvas", &[patch(Canvas, Main, Seen, 90_000)], RenderState::Content, false),
            ("a foreign frame", &[patch(ForeignFrame, Main, Seen, 90_000)], RenderState::Unknown, false),
        ];
        for (name, patches, state, by_style) in cases {
            let verdict = judge(&sample(patches));
            assert_eq!((verdict.state, verdict.hidden_by_style), (*state, *by_style), "{name}");
        }
    }

    #[test]
    fn a_page_that_nobody_can_see_has_no_verdict() {
        let hidden = RenderFacts { visibility: Visibility::Hidden, ..sample(&[]) };
        let prerendered = RenderFacts { visibility: Visibility::Prerendered, ..sample(&[]) };
        let no_size = RenderFacts { viewport: (0, 812), ..sample(&[]) };
        let unreadable = RenderFacts { trouble: "getComputedStyle threw".into(), ..sample(&[]) };
        for facts in [hidden, prerendered, no_size, unreadable] {
            assert_eq!(judge(&facts).state, RenderState::Unknown, "{facts:?}");
        }
    }
}
