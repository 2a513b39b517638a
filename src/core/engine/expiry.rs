//! What ends, between the rooms: whose answers tell of the time and of a session, what is said to the user, and key actions that wait.

use super::state::{Engine, Role, limit};
use super::tokens::{Asker, Speaker};
use crate::core::action::{Command, Notice, Reply};
use crate::core::address::without_query;
use crate::core::event::{Answer, AttemptOutcome, says_session_over};
use crate::core::freshness::Need;
use crate::core::freshness::expiry::{Declared, End, Event, LINK, PAGE_LINK, Signal};
use crate::core::id::{AskId, RequestId};
use crate::core::incident;
use crate::core::prompt::{self, PromptKind, Subject, choice};
use crate::core::time::Millis;

/// Before the end of the page's link, as the options declare it.
const WARN: Millis = Millis(120_000);

impl Engine {
    pub(super) fn start_expiry(&mut self, epoch: u64, visible: bool) {
        self.tell_expiry(Event::Started { epoch });
        self.tell_expiry(Event::Seen { visible });
        let at = self.config.expires_at;
        if at > 0 {
            let (id, what, end) = (PAGE_LINK, LINK.into(), End::At(Millis(at)));
            self.tell_expiry(Event::Declared(Declared { id, what, end, warn: WARN, renews: false }));
        }
    }

    /// Time that has passed in this page, sleep included, and the server's time as far as it is known, in epoch milliseconds.
    pub fn server_time(&self, now: Millis) -> (Millis, u64) {
        self.expiry.time(now)
    }

    pub(super) fn tell_expiry(&mut self, event: Event<(AskId, String)>) {
        self.expiry.handle_event(self.now, event);
        self.pass_on_expiry();
    }

    pub(super) fn expiry_due(&mut self) {
        self.expiry.handle_timeout(self.now);
        self.pass_on_expiry();
    }

    pub(super) fn stop_expiry(&mut self) {
        self.expiry.stop();
        self.pass_on_expiry();
    }

    pub(super) fn renewal_told(&mut self, id: u32, answer: &mut Answer) {
        let renewal = if let Answer::Renewed(renewal) = answer { renewal.take() } else { None };
        self.tell_expiry(Event::Renewed { id, renewal });
    }

    /// What an answer to a call of the page's says of its session.
    pub(super) fn request_answered(&mut self, request: RequestId, outcome: &AttemptOutcome) {
        let AttemptOutcome::Answer { status, code, .. } = outcome else { return };
        if let Some(url) = self.retry.address(request).map(ToOwned::to_owned) {
            self.call_answered(&url, *status, code.as_deref().unwrap_or_default());
        }
    }

    pub(super) fn call_answered(&mut self, url: &str, status: u16, code: &str) {
        let url = without_query(url).into();
        if let Some(surely) = says_session_over(status, code) {
            self.tell_expiry(Event::Unauthorized { url, surely });
        } else if (200..300).contains(&status) {
            self.tell_expiry(Event::Authorized { url });
        }
    }

    pub(super) fn expiry_prompt_answered(&mut self, id: u32, chosen: &str) {
        match chosen {
            choice::RETRY => self.tell_expiry(Event::RenewalChosen(id)),
            choice::RELOAD => {
                self.ask(limit::LEAVE, Role::AskedReload, Command::AskLeave { by_user: true });
            }
            _ => {}
        }
    }

    fn pass_on_expiry(&mut self) {
        while let Some(signal) = self.expiry.poll_signal() {
            match signal {
                Signal::ReadClock => self.tell(Command::ReadClock),
                Signal::AskServer => self.ask_network(),
                Signal::Renew { id, within } => {
                    self.ask(within, Role::Renewal(id), Command::RenewDeclared { id });
                }
                Signal::Told { what, state, left } => self.notify(Notice::Expiry { what, state, left }),
                Signal::Warn { id, what, minutes, renews } => {
                    let kind = if minutes > 0 { PromptKind::Expiring } else { PromptKind::Expired };
                    self.say_expiry(id, kind, &what, minutes, renews);
                }
                Signal::Wait { id, what } => self.say_expiry(id, PromptKind::Renewing, &what, 0, true),
                Signal::Unsay { id } => {
                    if self.prompt.is_by(|by| matches!(by, Speaker::Expiry(known) if *known == id)) {
                        self.prompt.handle_event(prompt::Event::Over);
                        self.pass_on_prompt();
                    }
                }
                Signal::LinkEnded { renewed } => {
                    self.tell_incident(incident::Event::LinkExpired { url: "", renewed });
                }
                Signal::SessionEnded { url } => self.tell_incident(incident::Event::SessionEnded { url: &url }),
                Signal::SessionBack => self.tell_incident(incident::Event::SessionBack),
                Signal::MaySend { by: (ask, name), may: true } => {
                    self.ask_freshness(Asker::KeyAction { ask, name, insists: false }, Need::Haste);
                }
                Signal::MaySend { by: (ask, _), may: false } => self.reply(ask, Reply::Key(None)),
            }
        }
    }

    fn say_expiry(&mut self, id: u32, kind: PromptKind, what: &str, minutes: u64, renews: bool) {
        let subject = Subject { service: what, minutes, in_place: renews, ..Subject::default() };
        let by = Speaker::Expiry(id);
        self.prompt.handle_event(prompt::Event::Said { by, waits: false, kind, subject: &subject });
        self.pass_on_prompt();
    }
}
