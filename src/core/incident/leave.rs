//! A way to leave the page.

/// Said in the timeline of a reload that nobody asked for.
pub(super) const BY_GUARD: &str = "by the guard";
/// And of one that somebody asked for.
pub(super) const BY_USER: &str = "by the user";
/// Of the one more that is at an address which nobody has kept.
pub(super) const BY_GUARD_AGAIN: &str = "by the guard, past what serves the old page";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// `None`: for the page's own address.
    pub to: Option<String>,
    /// The user asked for it, so it happens even when it cannot be remembered.
    pub by_user: bool,
}

impl Leave {
    pub fn reload(by_user: bool) -> Leave {
        Leave { to: None, by_user }
    }
}
