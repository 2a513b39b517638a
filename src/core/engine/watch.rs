//! What is known from the looks at the page so far, and when it is looked at next.

use crate::core::id::AskId;
use crate::core::render::RenderState;
use crate::core::time::Millis;

/// After an event that may have changed what can be seen.
pub(super) const SOON: Millis = Millis(300);
/// A clue of this weight explains an empty page.
pub(super) const TROUBLE: u8 = 40;

#[derive(Debug)]
pub(super) struct Watch {
    pub due: Millis,
    pub sampling: bool,
    pub loaded: bool,
    /// When this view of the page began: navigation, route change, or removal of its content.
    pub opened: Millis,
    pub last_progress: Millis,
    /// Since when placeholders stand.
    pub loading_since: Option<Millis>,
    /// Failing looks in a row.
    pub suspect: u32,
    pub blind: u32,
    /// Known trouble: an empty page needs no grace.
    pub impatient: bool,
    /// How long after a look at content a mere change of the document leads to the next one.
    pub calm: Millis,
    /// When content was last seen.
    pub content: Millis,
    /// State of the last look, and when it was.
    pub last: Option<(Millis, RenderState)>,
    /// When a failing verdict was last confirmed.
    pub failed: Option<Millis>,
    /// A script or sheet that the document waits for has not come yet.
    pub awaits: bool,
    pub askers: Vec<AskId>,
    /// What hangs, since when, and whether it was asked of a fallback.
    pub hanging: (String, Millis, bool),
}

impl Watch {
    pub fn new() -> Watch {
        Watch {
            due: Millis::NEVER,
            sampling: false,
            loaded: false,
            opened: Millis(0),
            last_progress: Millis(0),
            loading_since: None,
            suspect: 0,
            blind: 0,
            impatient: false,
            calm: SOON,
            content: Millis(0),
            last: None,
            failed: None,
            awaits: false,
            askers: Vec::new(),
            hanging: Default::default(),
        }
    }
}
