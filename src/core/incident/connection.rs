//! What the loss of the network means for incidents, and its return.

use super::case::{Family, State};
use super::evidence;
use super::record::Stage;
use super::signal::Signal;
use super::state::Room;

impl Room {
    pub(super) fn network_lost(&mut self) {
        self.away = true;
        if let Some(id) = self.open_case_for(Family::Connection, "", evidence::offline()) {
            self.climb(id);
        }
    }

    pub(super) fn network_back(&mut self) {
        self.away = false;
        if let Some(id) = self.find_case(Family::Connection, "") {
            self.note(id, Stage::Retried, "the connection is back");
            self.retry_case_requests(id);
            if self.case(id).is_some_and(|c| c.requests.is_empty()) {
                self.look(id);
            }
        }
        // What did not come without a network does not come by itself.
        if let Some(id) = self.page_case().filter(|c| c.state == State::Offline).map(|c| c.id)
            && !self.start_reload(id)
        {
            self.look(id);
        }
        self.tell(Signal::LookSoon);
    }
}
