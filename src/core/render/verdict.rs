//! The render verdict: what a person can see of the page, judged from a sample of its ink.

use super::ink::{Sight, Tally};
use crate::core::incident::record::{Cause, Finding};
use crate::core::vocabulary::vocabulary;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    Visible,
    Hidden,
    Prerendered,
}

#[derive(Clone, Debug)]
pub struct RenderFacts {
    pub visibility: Visibility,
    /// CSS px.
    pub viewport: (u32, u32),
    /// `document.readyState` is `complete`.
    pub loaded: bool,
    /// The browser painted something, or has nothing to wait for. Until its style sheets are there it paints nothing, whatever the layout says.
    pub painted: bool,
    pub root_found: bool,
    pub seen: Tally,
    /// While the document is loading: the address of a script or style sheet that has not come; raw.
    pub hanging: String,
    /// How long the sample took, in microseconds, by the shell's clock.
    pub took_us: u32,
    /// Why the page could not be sampled whole; empty when it was.
    pub trouble: String,
}

vocabulary! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RenderState {
        /// Something of the page's own can be seen.
        Content = "content",
        /// Nothing can: empty, hidden, covered, out of the screen, or of one colour with its ground.
        Blank = "blank",
        /// Only furniture can: a title bar, a tab bar, a side menu, a toast, a float.
        Partial = "partial",
        /// Only placeholders can; overdue once they have stood too long.
        Loading = "loading",
        /// Too early to tell.
        Pending = "pending",
        /// It cannot be told; the reason says why.
        Unknown = "unknown",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderVerdict {
    pub state: RenderState,
    /// Only with `Loading`: the placeholders have been there for too long.
    pub overdue: bool,
    /// Only with `Blank` and `Partial`: something is there, but style keeps it from being seen.
    pub hidden_by_style: bool,
    /// Something that is there lies under something else.
    pub covered: bool,
    pub cause: Option<Cause>,
    pub evidence: Vec<Finding>,
    /// Of the look, in microseconds.
    pub took_us: u32,
    /// In words, for developers.
    pub reason: String,
}

/// The state that all marks together show.
fn state(seen: &Tally, viewport: (u32, u32)) -> RenderState {
    let solid = seen.solid(viewport.0.saturating_mul(viewport.1));
    if seen.placeholder > 0 && !solid {
        RenderState::Loading
    } else if solid || seen.text > 0 {
        RenderState::Content
    } else if seen.foreign > 0 {
        RenderState::Unknown
    } else if seen.furniture > 0 {
        RenderState::Partial
    } else {
        RenderState::Blank
    }
}

impl RenderVerdict {
    pub fn new(state: RenderState, reason: &str) -> RenderVerdict {
        RenderVerdict {
            state,
            overdue: false,
            hidden_by_style: false,
            covered: false,
            cause: None,
            evidence: Vec::new(),
            took_us: 0,
            reason: reason.into(),
        }
    }
}

/// The verdict on one sample, before deadlines: the room turns an early `Blank` into `Pending`.
pub fn judge(facts: &RenderFacts) -> RenderVerdict {
    let tally = &facts.seen;
    let seen = if facts.painted { state(tally, facts.viewport) } else { RenderState::Blank };
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
        RenderState::Unknown => "only a frame or component is there that cannot be looked into",
        _ if !facts.painted => "nothing has been painted yet",
        _ if !facts.root_found && tally.unseen == 0 => "nothing can be seen, and the root element is not there",
        _ if tally.unseen > 0 => "there is content, but none of it can be seen",
        _ => "nothing can be seen",
    };
    let mut verdict = RenderVerdict::new(state, reason);
    if let (Some(why), true) = (tally.why, tally.unseen > 0) {
        verdict.reason = format!("{reason}: {}", why.word());
    }
    verdict.took_us = facts.took_us;
    verdict.covered = tally.why == Some(Sight::Covered);
    verdict.hidden_by_style = tally.unseen_by_style > 0 && matches!(state, RenderState::Blank | RenderState::Partial);
    verdict
}

#[cfg(test)]
mod tests {
    use super::super::ink::{Ink, Patch, Region};
    use super::*;

    fn patch(ink: Ink, region: Region, sight: Sight, amount: u32) -> Patch {
        Patch { ink, region, sight, amount }
    }

    fn sample(patches: &[Patch]) -> RenderFacts {
        RenderFacts {
            visibility: Visibility::Visible,
            viewport: (375, 812),
            loaded: true,
            painted: true,
            root_found: true,
            seen: Tally::of(patches),
            hanging: String::new(),
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
            ("one box of colour", &[patch(Block, Main, Seen, 900)], RenderState::Blank, false),
            ("a chart of boxes", &[patch(Block, Main, Seen, 900); 3], RenderState::Content, false),
            ("a drawn canvas", &[patch(Canvas, Main, Seen, 90_000)], RenderState::Content, false),
            ("a foreign frame", &[patch(Foreign, Main, Seen, 90_000)], RenderState::Unknown, false),
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
