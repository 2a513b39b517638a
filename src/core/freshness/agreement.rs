//! When answers agree. One answer of the manifest is what one server has: during a roll-out others have another build, and a release may be taken back.

use super::manifest::Manifest;
use super::verdict::Standing;
use crate::core::dice::Dice;
use crate::core::time::Millis;

/// Two answers of a newer build, so far apart that another server had its turn. Somebody may wait for the second.
const NEWER: Needed = Needed { answers: 2, span: Millis(3_000) };
/// The servers of a roll-out lag behind for a while: an older build is believed later.
const OLDER: Needed = Needed { answers: 3, span: Millis(30_000) };
/// Where servers told of different builds, two may agree by chance.
const FLAPPING: Needed = Needed { answers: 4, span: Millis(60_000) };
/// A roll-out is over by then.
const FLAPS_FOR: Millis = Millis(600_000);
/// Answers that come sooner after each other are likely those of one server, and count as one.
const APART: Millis = Millis(2_500);

struct Needed {
    answers: u64,
    /// From the first of them to the last.
    span: Millis,
}

/// What answers agree on.
#[derive(Debug, Default)]
pub struct Agreement {
    claim: Option<Claim>,
    /// When an answer last contradicted those before it.
    flapped: Option<Millis>,
}

/// Another build than the running one is live.
#[derive(Debug)]
pub struct Claim {
    pub served: Manifest,
    pub newer: bool,
    /// The running build must not submit anything any more.
    required: bool,
    first: Millis,
    last: Millis,
    answers: u64,
}

impl Agreement {
    /// Takes in what one answer says. `required`: also that the running build is too old.
    pub fn note(&mut self, now: Millis, standing: Standing, required: bool, served: &Manifest) {
        let newer = match standing {
            Standing::Newer => true,
            Standing::Older => false,
            Standing::Same | Standing::Unknown => {
                if self.claim.take().is_some() {
                    self.flapped = Some(now);
                }
                return;
            }
        };
        if let Some(claim) = &mut self.claim {
            // Whichever build it is, the running one is too old for it.
            let both_require = claim.required && required;
            if claim.served.is_same(served) || both_require {
                if !both_require || claim.served.number <= served.number {
                    // The oldest usable build may have changed since.
                    claim.served.clone_from(served);
                }
                claim.required = required;
                if now - claim.last >= APART {
                    (claim.last, claim.answers) = (now, claim.answers + 1);
                }
                return;
            }
            // One release after the other is no contradiction.
            if !(newer && claim.newer && claim.served.number < served.number) {
                self.flapped = Some(now);
            }
        }
        self.claim = Some(Claim { served: served.clone(), newer, required, first: now, last: now, answers: 1 });
    }

    /// The build that enough answers agree on, so that the running one is stale or withdrawn.
    pub fn confirmed(&self, now: Millis) -> Option<&Claim> {
        self.claim.as_ref().filter(|claim| {
            let needed = self.needed(now, claim);
            claim.answers >= needed.answers && claim.last - claim.first >= needed.span
        })
    }

    /// Another build is told of that too few answers agree on.
    pub fn unconfirmed(&self, now: Millis) -> Option<&Claim> {
        self.claim.as_ref().filter(|_| self.confirmed(now).is_none())
    }

    /// A newer build is told of that too few answers agree on.
    pub fn is_pending(&self, now: Millis) -> bool {
        self.unconfirmed(now).is_some_and(|claim| claim.newer)
    }

    /// How long to wait before the next answer, where more are needed.
    pub fn next_in(&self, now: Millis, dice: &mut Dice) -> Option<Millis> {
        let claim = self.unconfirmed(now)?;
        let needed = self.needed(now, claim);
        let gap = needed.span.0 / (needed.answers - 1);
        Some(Millis(gap + dice.up_to(gap * 2 / 3)))
    }

    fn needed(&self, now: Millis, claim: &Claim) -> Needed {
        // What is too old to submit does not wait for the end of a roll-out.
        if claim.required {
            NEWER
        } else if self.flapped.is_some_and(|at| now - at < FLAPS_FOR) {
            FLAPPING
        } else if claim.newer {
            NEWER
        } else {
            OLDER
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers as `seconds:number of the served build`, with 5 running and, after `!`, too old to submit; hands back the build that is confirmed at the end, if any.
    fn confirmed(answers: &str) -> Option<u64> {
        let mut agreement = Agreement::default();
        let mut now = Millis(0);
        for answer in answers.split_whitespace() {
            let (seconds, number) = answer.split_once(':').unwrap();
            now = Millis(seconds.parse::<u64>().unwrap() * 1_000);
            let required = number.ends_with('!');
            let number = number.trim_end_matches('!').parse().unwrap();
            let standing = match number {
                5 => Standing::Same,
                6.. => Standing::Newer,
                _ => Standing::Older,
            };
            agreement.note(now, standing, required, &Manifest { number, ..Manifest::default() });
        }
        agreement.confirmed(now).map(|claim| claim.served.number)
    }

    #[test]
    fn a_page_is_stale_after_two_agreeing_answers_and_withdrawn_after_three() {
        for (answers, expected) in [
            ("0:6", None),
            ("0:6 1:6 2:6", None),
            ("0:6 4:6", Some(6)),
            ("0:6 700:6", Some(6)),
            ("0:6 4:7", None),
            ("0:6 4:7 8:7", Some(7)),
            ("0:4 4:4 8:4", None),
            ("0:4 15:4 29:4", None),
            ("0:4 15:4 30:4", Some(4)),
            ("0:4 31:4", None),
            // The release was rolled back while its pages were open, and then made anew.
            ("0:6 4:6 8:5", None),
        ] {
            assert_eq!(confirmed(answers), expected, "{answers}");
        }
    }

    #[test]
    fn servers_that_contradict_each_other_must_agree_for_longer() {
        for (answers, expected) in [
            ("0:6 4:5 8:6 12:6", None),
            ("0:6 4:5 8:6 12:5 16:6 20:5 24:6", None),
            ("0:4 15:5 30:4 45:4 60:4", None),
            ("0:6 4:4 8:6 12:6", None),
            ("0:7 4:6 8:6", None),
            ("0:6 4:5 10:6 30:6 50:6", None),
            ("0:6 4:5 10:6 30:6 50:6 70:6", Some(6)),
            ("0:6 4:5 700:6 704:6", Some(6)),
            // What must not submit is not let through until a roll-out has ended.
            ("0:6! 4:5 8:6!", None),
            ("0:6! 4:5 8:6! 12:6!", Some(6)),
            ("0:7! 4:6!", Some(7)),
        ] {
            assert_eq!(confirmed(answers), expected, "{answers}");
        }
    }

    #[test]
    fn the_next_answer_is_due_when_it_can_settle_the_matter() {
        let mut dice = Dice::new([1, 2]);
        let served = Manifest { number: 6, ..Manifest::default() };
        for (standing, from, to) in [(Standing::Newer, 3_000, 5_000), (Standing::Older, 15_000, 25_000)] {
            let mut agreement = Agreement::default();
            assert_eq!(agreement.next_in(Millis(0), &mut dice), None);
            let mut now = Millis(0);
            agreement.note(now, standing, false, &served);
            while let Some(wait) = agreement.next_in(now, &mut dice) {
                assert!((from..=to).contains(&wait.0), "{standing:?} {wait:?}");
                now = now + wait;
                agreement.note(now, standing, false, &served);
            }
            assert!(agreement.confirmed(now).is_some());
        }
    }
}
