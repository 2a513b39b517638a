//! Room `prompt`: what is said to the user, one prompt at a time, and to whom the answer belongs.

pub mod press;
pub mod words;

pub use words::{Button, PromptKind, PromptSpec, Subject, Typed, choice};

use crate::core::config::Config;
use crate::core::playbook::plan::Wording;
use std::collections::VecDeque;
use words::{Voice, compose};

/// Which prompt an answer is about; of one that is gone it is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u32);

/// A fact for this room. `A` tells the caller who hears the answer; the room only hands it back.
#[derive(Debug)]
pub enum Event<'a, A> {
    /// There is something to say. It is left unsaid while a dialog about something else stands, unless `waits`: the page's own code waits for
    /// the answer.
    Said { by: A, waits: bool, kind: PromptKind, subject: &'a Subject<'a> },
    /// What the playbook wants otherwise from now on. `silent`: nobody is prompted.
    Told { silent: bool, wordings: Vec<Wording> },
    /// What is shown has nothing to say any more.
    Over,
    /// The answer to [`Signal::Show`]; [`choice::NONE`]: it went away without one.
    Answered { ticket: Ticket, choice: String },
    /// The browser, or the page, keeps it from being shown.
    NotShown { ticket: Ticket },
}

/// What this room wants of the others.
#[derive(Debug, PartialEq, Eq)]
pub enum Signal<A> {
    /// Answered by one [`Event::Answered`].
    Show {
        ticket: Ticket,
        spec: Box<PromptSpec>,
    },
    /// Takes the last one from the screen.
    Close,
    /// A dialog could not be shown: a page that shows nothing says so in the plainest way there is.
    LastResort,
    Answered {
        to: A,
        choice: String,
    },
    /// Their prompt had to go, and nobody has answered it.
    GivenUp {
        to: A,
    },
}

#[derive(Debug)]
struct Shown<A> {
    ticket: Ticket,
    by: A,
    modal: bool,
    /// Id of the incident that it is about, or empty.
    incident: String,
}

#[derive(Debug)]
pub struct Room<A> {
    voice: Voice,
    silent: bool,
    shown: Option<Shown<A>>,
    ticket: u32,
    signals: VecDeque<Signal<A>>,
}

impl<A> Room<A> {
    pub fn new(config: &mut Config) -> Room<A> {
        Room { voice: Voice::of(config), silent: false, shown: None, ticket: 0, signals: VecDeque::new() }
    }

    /// Takes in one fact. Read `poll_signal` until it is empty after it.
    pub fn handle_event(&mut self, event: Event<A>) {
        match event {
            Event::Said { by, waits, kind, subject } => self.said(by, waits, kind, subject),
            Event::Told { silent, wordings } => {
                self.silent = silent;
                self.voice.wordings = wordings;
                if silent {
                    self.over();
                }
            }
            Event::Over => self.over(),
            Event::Answered { ticket, choice } => self.answered(ticket, choice),
            Event::NotShown { ticket } => {
                if self.shown.as_ref().is_some_and(|shown| shown.ticket == ticket && shown.modal) {
                    self.signals.push_back(Signal::LastResort);
                }
                self.answered(ticket, choice::NONE.into());
            }
        }
    }

    pub fn poll_signal(&mut self) -> Option<Signal<A>> {
        self.signals.pop_front()
    }

    /// Whether a prompt about this incident is shown.
    pub fn is_about(&self, incident: &str) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.incident == incident)
    }

    /// Whether what is shown was said by whom `by` means.
    pub fn is_by(&self, by: impl Fn(&A) -> bool) -> bool {
        self.shown.as_ref().is_some_and(|shown| by(&shown.by))
    }

    /// The incident that the dialog on the screen is about, or empty; `None`: there is no dialog.
    pub fn dialog(&self) -> Option<&str> {
        self.shown.as_ref().filter(|shown| shown.modal).map(|shown| shown.incident.as_str())
    }

    /// Nobody is left waiting.
    pub fn stop(&mut self) {
        self.over();
    }

    fn said(&mut self, by: A, waits: bool, kind: PromptKind, subject: &Subject) {
        if self.silent {
            self.signals.push_back(Signal::GivenUp { to: by });
            return;
        }
        if !waits && self.shown.as_ref().is_some_and(|shown| shown.modal && shown.incident != subject.incident) {
            return;
        }
        self.over();
        let spec = Box::new(compose(kind, subject, &self.voice));
        self.ticket = self.ticket.wrapping_add(1);
        let ticket = Ticket(self.ticket);
        self.shown = Some(Shown { ticket, by, modal: spec.modal, incident: spec.incident.clone() });
        self.signals.push_back(Signal::Show { ticket, spec });
    }

    fn answered(&mut self, ticket: Ticket, choice: String) {
        if let Some(shown) = self.shown.take_if(|shown| shown.ticket == ticket) {
            // After a dialog that nobody answered the element is still there.
            self.signals.push_back(Signal::Close);
            self.signals.push_back(Signal::Answered { to: shown.by, choice });
        }
    }

    fn over(&mut self) {
        if let Some(shown) = self.shown.take() {
            self.signals.push_back(Signal::Close);
            self.signals.push_back(Signal::GivenUp { to: shown.by });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Heard = Vec<Signal<&'static str>>;

    fn room() -> Room<&'static str> {
        Room::new(&mut Config::default())
    }

    fn tell(room: &mut Room<&'static str>, event: Event<&'static str>) -> Heard {
        room.handle_event(event);
        std::iter::from_fn(|| room.poll_signal()).collect()
    }

    fn say(room: &mut Room<&'static str>, by: &'static str, waits: bool, kind: PromptKind) -> Heard {
        let subject = Subject { incident: by, ..Subject::default() };
        tell(room, Event::Said { by, waits, kind, subject: &subject })
    }

    fn shown(heard: &Heard) -> Option<(Ticket, PromptKind)> {
        heard.iter().find_map(|signal| match signal {
            Signal::Show { ticket, spec } => Some((*ticket, spec.kind)),
            _ => None,
        })
    }

    #[test]
    fn a_dialog_is_not_displaced_by_another_incident() {
        let mut room = room();
        assert!(shown(&say(&mut room, "a", false, PromptKind::Script)).is_some());
        assert_eq!(say(&mut room, "b", false, PromptKind::Network), []);
        assert!(room.is_about("a") && !room.is_about("b"));
    }

    #[test]
    fn it_is_by_its_own_incident_and_by_code_that_waits() {
        for (by, waits) in [("a", false), ("b", true)] {
            let mut room = room();
            say(&mut room, "a", false, PromptKind::Script);
            let heard = say(&mut room, by, waits, PromptKind::Network);
            assert_eq!(heard[..2], [Signal::Close, Signal::GivenUp { to: "a" }]);
            assert_eq!(shown(&heard).map(|(_, kind)| kind), Some(PromptKind::Network));
            assert!(room.is_about(by));
        }
    }

    #[test]
    fn a_notice_gives_way() {
        let mut room = room();
        say(&mut room, "a", false, PromptKind::Offline);
        assert!(shown(&say(&mut room, "b", false, PromptKind::Offline)).is_some());
        assert!(room.is_about("b"));
    }

    #[test]
    fn the_answer_goes_to_who_said_it_once() {
        let mut room = room();
        let (ticket, _) = shown(&say(&mut room, "a", false, PromptKind::Script)).expect("a prompt");
        let answered = || Event::Answered { ticket, choice: choice::RELOAD.into() };
        let to_a = Signal::Answered { to: "a", choice: choice::RELOAD.into() };
        assert_eq!(tell(&mut room, answered()), [Signal::Close, to_a]);
        assert_eq!(tell(&mut room, answered()), []);
        assert!(!room.is_about("a"));
    }

    #[test]
    fn an_answer_to_a_prompt_that_is_gone_is_nobodys() {
        let mut room = room();
        let (ticket, _) = shown(&say(&mut room, "a", false, PromptKind::Script)).expect("a prompt");
        say(&mut room, "b", true, PromptKind::Script);
        assert_eq!(tell(&mut room, Event::Answered { ticket, choice: choice::RELOAD.into() }), []);
        assert!(room.is_about("b"));
    }

    #[test]
    fn nobody_waits_for_a_prompt_that_has_nothing_to_say() {
        let mut room = room();
        say(&mut room, "a", false, PromptKind::Script);
        assert_eq!(tell(&mut room, Event::Over), [Signal::Close, Signal::GivenUp { to: "a" }]);
        assert_eq!(tell(&mut room, Event::Over), []);
        say(&mut room, "b", false, PromptKind::Script);
        room.stop();
        assert_eq!(room.poll_signal(), Some(Signal::Close));
    }

    #[test]
    fn a_dialog_that_cannot_be_shown_leaves_it_to_the_last_resort() {
        let mut room = room();
        let heard = say(&mut room, "a", false, PromptKind::Script);
        let Some((ticket, _)) = shown(&heard) else { panic!("{heard:?}") };
        let nobody = Signal::Answered { to: "a", choice: choice::NONE.into() };
        assert_eq!(tell(&mut room, Event::NotShown { ticket }), [Signal::LastResort, Signal::Close, nobody]);
        assert_eq!(tell(&mut room, Event::NotShown { ticket }), [], "once");

        let heard = say(&mut room, "a", false, PromptKind::Offline);
        let Some((ticket, _)) = shown(&heard) else { panic!("{heard:?}") };
        let heard = tell(&mut room, Event::NotShown { ticket });
        assert!(!heard.contains(&Signal::LastResort), "a notice beside a page that works: {heard:?}");
    }
}
