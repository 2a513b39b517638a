//! What is known of the network.

use crate::core::time::Millis;

#[derive(Debug)]
pub(super) struct Network {
    /// The browser says that there is none.
    pub said_away: bool,
    /// The browser says so, and the page's own server does not answer.
    pub away: bool,
    pub asking: bool,
    /// Of the next question.
    pub due: Millis,
    /// Questions since anything was answered.
    pub rounds: u32,
}

impl Default for Network {
    fn default() -> Network {
        Network { said_away: false, away: false, asking: false, due: Millis::NEVER, rounds: 0 }
    }
}
