//! Time as the core knows it: milliseconds on the page's own monotonic clock, given by the caller.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// A point on the page's monotonic clock, or a duration, in whole milliseconds. Zero is the page's time origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Millis(pub u64);

impl Millis {
    /// The far future: never due.
    pub const NEVER: Millis = Millis(u64::MAX);
}

impl Add for Millis {
    type Output = Millis;
    fn add(self, other: Millis) -> Millis {
        Millis(self.0.saturating_add(other.0))
    }
}

impl Sub for Millis {
    type Output = Millis;
    fn sub(self, other: Millis) -> Millis {
        Millis(self.0.saturating_sub(other.0))
    }
}
