//! The room alone, in virtual time, with a device whose clock is wrong by years.

use super::*;
use crate::core::freshness::server_time::Dated;

const NOON: u64 = 1_760_000_000_000;
const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const YEARS: u64 = 10 * 365 * 24 * HOUR;

/// A page and its surroundings in virtual time: opened when it was noon for the server.
struct Page {
    expiry: Expiry<&'static str>,
    now: u64,
    /// Since the page was opened, the device has slept for so long.
    slept: u64,
    /// What the device's clock said then.
    clock: u64,
    /// A server answers with its date; without one it is away.
    server: bool,
    /// What the page's code makes of a renewal; `Err`: it hangs.
    renews: Result<Option<Renewal>, ()>,
    heard: Vec<String>,
}

impl Page {
    fn on(clock: u64) -> Page {
        let mut page = Page {
            expiry: Expiry::default(),
            now: 0,
            slept: 0,
            clock,
            server: true,
            renews: Ok(None),
            heard: Vec::new(),
        };
        page.tell(Event::Started { epoch: clock });
        page
    }

    fn device(&self) -> u64 {
        self.clock + self.now + self.slept
    }

    fn tell(&mut self, event: Event<&'static str>) {
        self.expiry.handle_event(Millis(self.now), event);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(signal) = self.expiry.poll_signal() {
            let said = match signal {
                Signal::ReadClock => {
                    let epoch = self.device();
                    self.tell(Event::Clock { epoch });
                    continue;
                }
                Signal::AskServer => {
                    self.heard.push("asked".into());
                    if self.server {
                        self.server_answers(self.now);
                    }
                    self.tell(Event::ServerAsked { answered: self.server });
                    continue;
                }
                Signal::Renew { id, .. } => {
                    self.heard.push(format!("renew {id}"));
                    if let Ok(renewal) = self.renews.clone() {
                        self.tell(Event::Renewed { id, renewal });
                    }
                    continue;
                }
                Signal::Told { what, state, left } => format!("{what} {} {}", state.code(), left.0.div_ceil(1_000)),
                Signal::Warn { id, minutes, renews, .. } => {
                    format!("warn {id} {minutes}{}", if renews { " renewable" } else { "" })
                }
                Signal::Wait { id, .. } => format!("wait {id}"),
                Signal::Unsay { id } => format!("unsay {id}"),
                Signal::LinkEnded { renewed } => format!("link ended {}", renewed.unwrap_or_default()),
                Signal::SessionEnded { url } => format!("session ended {url}"),
                Signal::SessionBack => "session back".into(),
                Signal::MaySend { by, may } => format!("{by} {may}"),
            };
            self.heard.push(said);
        }
    }

    /// Exactly at a second, so that what is known of the server's time is known within one.
    fn server_answers(&mut self, sent: u64) {
        let date = (NOON + self.now + self.slept) / 1_000 * 1_000;
        let dated = Dated { date, age: Millis(0), sent: Millis(sent), heard: Millis(self.now), fresh: true };
        let epoch = self.device();
        self.expiry.handle_event(Millis(self.now), Event::Dated { dated, epoch });
        self.drain();
    }

    fn declare(&mut self, id: u32, what: &str, end: End, renews: bool) {
        let warn = Millis(2 * MINUTE);
        self.tell(Event::Declared(Declared { id, what: what.into(), end, warn, renews }));
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        while let Some(due) = self.expiry.poll_timeout().filter(|due| due.0 <= end) {
            self.now = self.now.max(due.0);
            self.expiry.handle_timeout(Millis(self.now));
            self.drain();
        }
        self.now = end;
    }

    fn heard(&mut self) -> Vec<String> {
        take(&mut self.heard)
    }
}

fn at(after: u64) -> End {
    End::At(Millis(NOON + after))
}

fn until(after: u64) -> Renewal {
    Renewal { at: Some(Millis(NOON + after)), link: None }
}

#[test]
fn what_ends_is_told_before_whatever_the_devices_clock_says() {
    for clock in [NOON, NOON - YEARS, NOON + YEARS] {
        let mut page = Page::on(clock);
        page.declare(7, "link", at(10 * MINUTE), false);
        assert_eq!(page.heard(), ["asked"], "{clock}");
        page.pass(8 * MINUTE - 1_000);
        assert_eq!(page.heard(), [""; 0], "{clock}");
        page.pass(2_000);
        assert_eq!(page.heard(), ["link expiring 120", "warn 7 2"], "{clock}");
        page.pass(2 * MINUTE);
        assert_eq!(page.heard(), ["link expired 0", "unsay 7", "link ended "], "{clock}");
        page.pass(HOUR);
        assert_eq!(page.heard(), [""; 0], "told once");
    }
}

#[test]
fn without_an_answer_of_the_server_its_time_is_not_guessed() {
    let mut page = Page::on(NOON + YEARS);
    page.server = false;
    page.declare(7, "link", at(10 * MINUTE), false);
    page.pass(3 * MINUTE);
    assert!(page.heard().iter().all(|heard| heard == "asked"));
    page.server = true;
    page.pass(MINUTE);
    assert_eq!(page.heard(), ["asked"]);
    page.pass(4 * MINUTE + 1_000);
    assert_eq!(page.heard(), ["link expiring 120", "warn 7 2"]);
}

#[test]
fn a_server_that_tells_no_date_leaves_it_to_the_device() {
    let mut page = Page::on(NOON);
    page.server = false;
    page.declare(7, "link", at(10 * MINUTE), false);
    page.tell(Event::ServerAsked { answered: true });
    page.pass(8 * MINUTE + 1);
    assert_eq!(page.heard(), ["asked", "link expiring 120", "warn 7 2"]);
}

#[test]
fn what_the_pages_code_renews_disturbs_nobody() {
    let mut page = Page::on(NOON);
    page.renews = Ok(Some(until(20 * MINUTE)));
    page.declare(3, "session", at(10 * MINUTE), true);
    page.pass(8 * MINUTE + 1_000);
    assert_eq!(page.heard(), ["asked", "session expiring 120", "renew 3", "session renewed 720", "unsay 3"]);
    page.renews = Ok(Some(until(HOUR)));
    page.pass(10 * MINUTE);
    assert_eq!(page.heard(), ["session expiring 120", "renew 3", "session renewed 2520", "unsay 3"]);
}

#[test]
fn a_renewal_that_says_nothing_is_good_for_as_long_as_before() {
    let mut page = Page::on(NOON);
    page.renews = Ok(Some(Renewal::default()));
    page.declare(3, "session", End::In(Millis(10 * MINUTE)), true);
    page.pass(8 * MINUTE + 1);
    assert_eq!(page.heard(), ["session expiring 120", "renew 3", "session renewed 600", "unsay 3"]);
    page.pass(8 * MINUTE + 1);
    assert_eq!(page.heard().len(), 4, "and again");
}

#[test]
fn one_that_fails_is_tried_again_within_bounds_and_then_explained() {
    let mut page = Page::on(NOON);
    page.declare(3, "session", End::In(Millis(10 * MINUTE)), true);
    page.pass(9 * MINUTE + 50_000);
    let tries = ["renew 3", "warn 3 2 renewable", "renew 3", "renew 3"];
    assert_eq!(page.heard(), [&["session expiring 120"][..], &tries].concat());
    page.pass(20_000);
    assert_eq!(page.heard(), ["renew 3", "session expired 0", "unsay 3", "session ended "]);
    page.pass(HOUR);
    assert_eq!(page.heard(), [""; 0]);
}

#[test]
fn one_that_hangs_ends_with_its_time_limit() {
    let mut page = Page::on(NOON);
    page.renews = Err(());
    page.declare(3, "session", End::In(Millis(10 * MINUTE)), true);
    page.pass(8 * MINUTE + 10_000);
    assert_eq!(page.heard(), ["session expiring 120", "renew 3"]);
    page.tell(Event::Renewed { id: 3, renewal: None });
    assert_eq!(page.heard(), ["warn 3 2 renewable"]);
    page.tell(Event::Renewed { id: 3, renewal: Some(until(HOUR)) });
    assert_eq!(page.heard(), [""; 0], "too late, nobody waits for it");
}

#[test]
fn the_user_may_have_it_renewed() {
    let mut page = Page::on(NOON);
    page.declare(3, "session", End::In(Millis(10 * MINUTE)), true);
    page.pass(9 * MINUTE);
    page.heard();
    page.tell(Event::RenewalChosen(3));
    assert_eq!(page.heard(), ["renew 3", "warn 3 1 renewable"], "and hears that it failed");
    page.renews = Ok(Some(Renewal::default()));
    page.tell(Event::RenewalChosen(3));
    assert_eq!(page.heard(), ["renew 3", "session renewed 600", "unsay 3"]);
}

#[test]
fn a_device_that_slept_is_told_at_once() {
    for clock in [NOON, NOON - YEARS] {
        let mut page = Page::on(clock);
        page.declare(7, "link", at(30 * MINUTE), false);
        page.declare(8, "offer", End::In(Millis(30 * MINUTE)), false);
        page.pass(MINUTE);
        page.heard();
        page.tell(Event::Seen { visible: false });
        page.slept = HOUR;
        page.now += 1_000;
        page.tell(Event::Seen { visible: true });
        let want = ["asked", "link expired 0", "unsay 7", "link ended ", "offer expired 0", "warn 8 0"];
        assert_eq!(page.heard(), want, "{clock}");
    }
}

#[test]
fn a_clock_that_is_set_ends_nothing() {
    let mut page = Page::on(NOON - YEARS);
    page.declare(7, "link", at(30 * MINUTE), false);
    page.declare(8, "offer", End::In(Millis(30 * MINUTE)), false);
    page.pass(MINUTE);
    page.heard();
    page.clock = NOON;
    page.pass(10 * MINUTE);
    assert_eq!(page.heard(), ["asked"]);
}

#[test]
fn nothing_is_looked_at_while_the_page_is_hidden() {
    let mut page = Page::on(NOON);
    page.declare(7, "link", at(10 * MINUTE), false);
    page.tell(Event::Seen { visible: false });
    page.heard();
    assert_eq!(page.expiry.poll_timeout(), None);
    page.pass(HOUR);
    assert_eq!(page.heard(), [""; 0]);
    page.tell(Event::Seen { visible: true });
    assert_eq!(page.heard(), ["link expired 0", "unsay 7", "link ended "]);
}

#[test]
fn what_is_taken_back_ends_no_more() {
    let mut page = Page::on(NOON);
    page.declare(7, "link", at(10 * MINUTE), false);
    page.tell(Event::TakenBack(7));
    page.heard();
    page.pass(HOUR);
    assert_eq!(page.heard(), [""; 0]);
    assert_eq!(page.expiry.poll_timeout(), None);
}

#[test]
fn a_new_link_is_followed_when_the_old_one_ends_and_not_before() {
    let mut page = Page::on(NOON);
    page.renews = Ok(Some(Renewal { at: None, link: Some("/?ticket=2".into()) }));
    page.declare(PAGE_LINK, "link", at(HOUR), false);
    page.declare(7, "link", at(10 * MINUTE), true);
    page.pass(9 * MINUTE);
    assert_eq!(page.heard(), ["asked", "unsay 0", "link expiring 120", "renew 7", "link renewed 120", "unsay 7"]);
    page.pass(MINUTE + 1_000);
    assert_eq!(page.heard(), ["link expired 0", "unsay 7", "link ended /?ticket=2"]);
}

#[test]
fn a_key_action_waits_for_the_renewal_and_says_why() {
    let mut page = Page::on(NOON + YEARS);
    page.declare(3, "session", at(10 * MINUTE), true);
    page.tell(Event::KeyAction("repay"));
    assert_eq!(page.heard(), ["asked", "repay true"]);
    page.renews = Err(());
    page.pass(11 * MINUTE);
    page.tell(Event::Renewed { id: 3, renewal: None });
    page.tell(Event::KeyAction("repay"));
    page.tell(Event::KeyAction("sign"));
    let heard = page.heard();
    assert_eq!(heard[heard.len() - 1], "wait 3", "{heard:?}");
    assert_eq!(heard.iter().filter(|heard| *heard == "wait 3").count(), 1, "{heard:?}");
    page.tell(Event::Renewed { id: 3, renewal: Some(until(HOUR)) });
    assert_eq!(page.heard(), ["session renewed 2940", "unsay 3", "repay true", "sign true"]);
}

#[test]
fn a_key_action_is_not_sent_where_nothing_can_be_renewed() {
    let mut page = Page::on(NOON);
    page.declare(7, "link", at(10 * MINUTE), false);
    page.pass(11 * MINUTE);
    page.heard();
    page.tell(Event::KeyAction("repay"));
    assert_eq!(page.heard(), ["unsay 7", "link ended ", "repay false"]);

    let mut page = Page::on(NOON);
    page.declare(3, "session", at(10 * MINUTE), true);
    page.pass(11 * MINUTE);
    page.heard();
    page.tell(Event::KeyAction("repay"));
    assert_eq!(page.heard(), ["renew 3", "wait 3", "unsay 3", "session ended ", "repay false"]);

    let mut page = Page::on(NOON);
    page.declare(8, "offer", at(MINUTE), false);
    page.pass(2 * MINUTE);
    page.heard();
    page.tell(Event::KeyAction("repay"));
    assert_eq!(page.heard(), ["repay true"], "an offer that has ended is the page's business");
}

#[test]
fn a_key_action_after_a_sleep_waits_for_the_servers_time() {
    let mut page = Page::on(NOON);
    page.declare(7, "link", at(30 * MINUTE), false);
    page.pass(MINUTE);
    page.heard();
    (page.slept, page.server) = (HOUR, false);
    let epoch = page.device();
    page.expiry.handle_event(Millis(page.now), Event::Clock { epoch });
    page.expiry.handle_event(Millis(page.now), Event::KeyAction("repay"));
    assert_eq!(page.expiry.poll_signal(), Some(Signal::AskServer));
    assert_eq!(page.expiry.poll_signal(), None);
    page.server_answers(page.now);
    page.tell(Event::ServerAsked { answered: true });
    assert_eq!(page.heard(), ["link expired 0", "unsay 7", "link ended ", "unsay 7", "link ended ", "repay false"]);
}

fn unauthorized(url: &str) -> Event<&'static str> {
    Event::Unauthorized { url: url.into(), surely: false }
}

#[test]
fn calls_that_are_refused_one_after_the_other_end_the_session() {
    let mut page = Page::on(NOON);
    for url in ["/home", "/plan", "/offer"] {
        page.tell(unauthorized(url));
    }
    assert_eq!(page.heard(), [""; 0], "there was no session before");
    for url in ["/login", "/plan", "/offer", "/home"] {
        page.tell(Event::Authorized { url: url.into() });
    }
    for _ in 0..5 {
        page.tell(unauthorized("/login"));
    }
    assert_eq!(page.heard(), [""; 0], "a password that was wrong");
    page.tell(Event::Authorized { url: "/home".into() });
    page.tell(unauthorized("/plan"));
    assert_eq!(page.heard(), [""; 0]);
    page.tell(unauthorized("/home"));
    page.tell(unauthorized("/offer"));
    assert_eq!(page.heard(), ["session ended /home"], "once");
    page.tell(Event::Authorized { url: "/public".into() });
    assert_eq!(page.heard(), [""; 0]);
    page.tell(Event::Authorized { url: "/home".into() });
    assert_eq!(page.heard(), ["session back"]);
    page.tell(Event::Unauthorized { url: "/home".into(), surely: true });
    assert_eq!(page.heard(), ["session ended /home"]);
}

#[test]
fn a_session_that_the_server_ends_is_renewed_where_the_page_can() {
    let mut page = Page::on(NOON);
    page.renews = Ok(Some(until(HOUR)));
    page.declare(3, "session", at(30 * MINUTE), true);
    page.heard();
    page.tell(unauthorized("/home"));
    page.tell(unauthorized("/plan"));
    assert_eq!(page.heard(), ["renew 3", "session renewed 3600", "unsay 3"]);
    page.renews = Ok(None);
    page.tell(unauthorized("/home"));
    page.tell(unauthorized("/plan"));
    assert_eq!(page.heard(), ["renew 3", "session expired 0", "unsay 3", "session ended /plan"]);
}

#[test]
fn declarations_and_waiting_actions_are_bounded_and_none_is_left_at_the_end() {
    let mut page = Page::on(NOON);
    page.renews = Err(());
    page.declare(1, "session", End::In(Millis(0)), true);
    for id in 2..100 {
        page.declare(id, &id.to_string(), End::In(Millis(0)), true);
    }
    page.declare(100, "session", End::In(Millis(0)), true);
    assert_eq!(page.expiry.terms.len(), MOST);
    page.heard();
    for _ in 0..=MOST {
        page.tell(Event::KeyAction("repay"));
    }
    assert_eq!(page.heard().iter().filter(|heard| *heard == "repay true").count(), 1);
    page.expiry.stop();
    page.drain();
    assert_eq!(page.heard().iter().filter(|heard| *heard == "repay true").count(), MOST);
}

#[test]
fn what_is_declared_last_of_a_name_holds() {
    let mut page = Page::on(NOON);
    page.declare(3, "session", End::In(Millis(MINUTE)), false);
    page.pass(2 * MINUTE);
    page.heard();
    page.declare(4, "session", End::In(Millis(HOUR)), false);
    assert_eq!(page.heard(), ["unsay 3", "session back"], "the user has signed in again");
    page.tell(Event::KeyAction("repay"));
    assert_eq!(page.heard(), ["repay true"]);
    page.tell(Event::TakenBack(3));
    page.pass(HOUR);
    assert_eq!(page.heard(), ["session expiring 120", "warn 4 2", "session expired 0", "unsay 4", "session ended "]);
}
