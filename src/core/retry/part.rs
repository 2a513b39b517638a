//! One part of the page that failed (a picture, a background, a font, a film, a frame), and its tries.

use crate::core::time::Millis;

#[derive(Clone, Debug)]
pub struct Part {
    pub url: String,
    /// Asked for only where it came from.
    pub frame: bool,
    /// The screen shows its place: it goes before those that nobody sees yet.
    pub seen: bool,
    /// Made so far.
    pub tries: u32,
    /// Of the next try; never while one is on its way, and after the last.
    pub due: Millis,
    /// Where it is being asked for.
    pub asked: Option<String>,
    pub healed: bool,
    /// The page knows that it is lost, for now at least.
    pub told: bool,
}
