//! Session memory: what is written for the next page, and when.

use super::state::{Engine, Role, limit};
use crate::core::action::Command;
use crate::core::incident::{CaseId, Incident, Leave, Reload};
use crate::core::memory::Memory;

impl Engine {
    /// As it was kept, and what the second witness knows besides.
    pub(super) fn restore(kept: &str, mark: Option<&str>) -> Memory {
        let mut memory = Memory::read(kept);
        memory.believe(mark.unwrap_or_default());
        memory
    }

    /// Origins that are left alone now are left alone by the next page, too.
    pub(super) fn remember_dead(&mut self) {
        // What goes on in the next page has been written already.
        if self.note_dead() && !self.incident.carries() {
            self.remember();
        }
    }

    /// Whether that is news.
    fn note_dead(&mut self) -> bool {
        let dead = self.retry.dead(self.now, self.epoch());
        let Some(memory) = self.memory.as_mut().filter(|memory| memory.dead != dead) else { return false };
        memory.dead = dead;
        true
    }

    /// Session memory as it is now, for the next page.
    pub(super) fn remember(&mut self) {
        if let Some(memory) = &self.memory {
            let (text, mark) = (memory.write(), memory.mark());
            self.tell(Command::Remember { text, mark, leaving: false });
        }
    }

    /// Writes down what must survive, and has it read back, before the page is left.
    pub(super) fn remember_and_leave(
        &mut self,
        case: CaseId,
        leave: Leave,
        reload: Option<Reload>,
        incident: Incident,
    ) {
        if self.note_dead() {
            self.remember();
        }
        let mut next = self.memory.clone().unwrap_or_default();
        if let Some(reload) = reload {
            next.record_reload(reload);
        }
        next.incidents.push(incident);
        let (text, mark) = (next.write(), next.mark());
        self.ask(limit::MEMORY, Role::Remember(case, leave), Command::Remember { text, mark, leaving: true });
    }

    /// This may go on in the next page.
    pub(super) fn keep_for_next_page(&mut self, incident: Incident) {
        if let Some(mut next) = self.memory.clone() {
            next.incidents.push(incident);
            let (text, mark) = (next.write(), next.mark());
            self.tell(Command::Remember { text, mark, leaving: false });
        }
    }
}
