//! Which presses a prompt takes: never one that was meant for what it came to stand over.

use super::super::time::Millis;

/// Who types or taps quickly has seen by then what came in the way: reaction times to something unexpected end at about
/// half a second, and a key that is pressed anyway takes a little longer.
pub const SETTLE: Millis = Millis(800);
/// A button that sends something or leaves the page does so once in this time, however often its prompt comes back: a
/// server in trouble is not helped by somebody who keeps pressing.
pub const COOL_DOWN: Millis = Millis(3_000);
/// Browsers tell of the click at once, or after this at most where a second tap would zoom.
const CLICK_AFTER: Millis = Millis(1_000);

/// What the browser tells of a key, a pointer or a finger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Down,
    /// The key is held down.
    Repeat,
    Up,
    /// What comes of it: a click, or a wish to close.
    Click,
}

/// The presses while one prompt stands. Times are those of the events: when it was pressed, not when it was told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presses {
    shown: Millis,
    /// A field had the focus when the prompt came.
    typing: bool,
    /// When the press under way began.
    began: Option<Millis>,
    ended: Option<Millis>,
}

impl Presses {
    pub fn new(shown: Millis, typing: bool) -> Presses {
        Presses { shown, typing, began: None, ended: None }
    }

    /// The prompt was drawn only now: nobody could see it before.
    pub fn drawn(&mut self, at: Millis) {
        self.shown = self.shown.max(at);
    }

    /// Is this part of a press to be obeyed?
    pub fn takes(&mut self, part: Part, at: Millis) -> bool {
        match part {
            Part::Down => (self.began, self.ended) = (Some(at), None),
            // Nobody saw it begin, so that was before the prompt came.
            Part::Repeat | Part::Up => {
                self.began.get_or_insert_default();
            }
            Part::Click => {}
        }
        let began = match self.began {
            Some(began) if part != Part::Click || self.ended.is_none_or(|ended| at - ended <= CLICK_AFTER) => began,
            // Assistive technology clicks without any key or pointer.
            _ => at,
        };
        if part == Part::Up {
            self.ended = Some(at);
        }
        began >= if self.typing { self.shown + SETTLE } else { self.shown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Part::*;

    const SHOWN: u64 = 10_000;

    /// Name, whether somebody was typing, and what is told when, with whether it is obeyed.
    type Case = (&'static str, bool, &'static [(Part, u64, bool)]);

    #[test]
    fn a_press_that_began_too_early_does_nothing() {
        let cases: &[Case] = &[
            ("a key pressed in the middle of typing", true, &[(Down, 10_300, false), (Click, 10_300, false)]),
            (
                "a key pressed too early and let go late",
                true,
                &[(Down, 10_700, false), (Up, 11_500, false), (Click, 11_500, false)],
            ),
            ("a key held since before", true, &[(Repeat, 12_000, false), (Click, 12_000, false), (Up, 13_000, false)]),
            (
                "a key held since too early",
                true,
                &[(Down, 10_100, false), (Repeat, 14_000, false), (Click, 14_000, false)],
            ),
            ("a tap that began before", false, &[(Up, 10_050, false), (Click, 10_350, false)]),
            ("a tap that was told late", false, &[(Down, 9_990, false), (Up, 10_050, false), (Click, 10_050, false)]),
            ("a tap within the time", true, &[(Down, 10_799, false), (Up, 10_850, false), (Click, 10_850, false)]),
            ("a click within the time", true, &[(Click, 10_400, false)]),
        ];
        check(cases);
    }

    #[test]
    fn a_press_that_was_meant_is_obeyed() {
        let cases: &[Case] = &[
            ("a tap after the time", true, &[(Down, 10_800, true), (Up, 10_900, true), (Click, 10_900, true)]),
            (
                "a tap at once where nobody types",
                false,
                &[(Down, 10_050, true), (Up, 10_060, true), (Click, 10_060, true)],
            ),
            (
                "a key after one too early",
                true,
                &[(Down, 10_100, false), (Up, 10_200, false), (Down, 11_000, true), (Click, 11_000, true)],
            ),
            ("a click of assistive technology", true, &[(Click, 11_000, true)]),
            ("the same after a key from before", true, &[(Up, 10_050, false), (Click, 12_000, true)]),
        ];
        check(cases);
    }

    #[test]
    fn a_prompt_counts_from_when_it_is_drawn() {
        let mut presses = Presses::new(Millis(SHOWN), true);
        presses.drawn(Millis(SHOWN + 2_000));
        assert!(!presses.takes(Down, Millis(SHOWN + 2_500)));
        assert!(presses.takes(Down, Millis(SHOWN + 2_800)));
    }

    fn check(cases: &[Case]) {
        for (name, typing, parts) in cases {
            let mut presses = Presses::new(Millis(SHOWN), *typing);
            for (part, at, taken) in *parts {
                assert_eq!(presses.takes(*part, Millis(*at)), *taken, "{name}: {part:?} at {at}");
            }
        }
    }
}
