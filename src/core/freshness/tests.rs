//! The room alone, in virtual time: who is told what, and when the manifest is asked for.

use super::*;
use crate::core::config::FreshnessSource;

const URL: &str = "/build.json";
const MINUTE: u64 = 60_000;
const POLL: u64 = 10 * MINUTE;

fn config(number: u64) -> Config {
    let freshness = FreshnessSource { url: Some(URL.into()), poll: Millis(POLL) };
    Config { build: number.to_string(), build_number: number, freshness, ..Config::default() }
}

fn build(number: u64) -> Manifest {
    Manifest { build: number.to_string(), number, ..Manifest::default() }
}

fn served(number: u64) -> Served {
    Served { status: 200, manifest: Some(build(number)), ..Served::default() }
}

/// A tab in which build 5 runs, and what it said and asked by `seconds: what`.
struct Tab {
    room: Room<&'static str>,
    now: u64,
    log: Vec<String>,
    shares: Vec<String>,
}

impl Tab {
    fn of(config: &Config, seed: u64) -> Tab {
        let mut tab = Tab { room: Room::new(config, Dice::new([seed, 9])), now: 0, log: vec![], shares: vec![] };
        tab.tell(Event::Started { epoch: 1_000_000, visible: true, shared: String::new() });
        tab
    }

    fn new() -> Tab {
        Tab::of(&config(5), 7)
    }

    fn tell(&mut self, event: Event<&'static str>) {
        self.room.handle_event(Millis(self.now), event);
        self.drain();
    }

    fn ask(&mut self, by: &'static str, need: Need) {
        self.tell(Event::Asked { by, need });
    }

    fn drain(&mut self) {
        while let Some(signal) = self.room.poll_signal() {
            self.log.push(match signal {
                Signal::FetchManifest { url, .. } => {
                    assert_eq!(url, URL);
                    "fetch".into()
                }
                Signal::Told { to, verdict } => {
                    format!("{to}: {}{}", verdict.state.code(), if verdict.required { " required" } else { "" })
                }
                Signal::Outdated => "outdated".into(),
                Signal::Share { text } => {
                    self.shares.push(text);
                    continue;
                }
            });
        }
    }

    /// Lets time pass, timer by timer; what is asked for is answered at once.
    fn pass(&mut self, ms: u64, serves: impl Fn(u64) -> Served) {
        let end = self.now + ms;
        loop {
            while self.room.fetching.is_some() {
                self.tell(Event::Served(serves(self.now)));
            }
            let Some(due) = self.room.poll_timeout().filter(|due| due.0 <= end) else { break };
            self.now = self.now.max(due.0);
            self.room.handle_timeout(Millis(self.now));
            self.drain();
        }
        self.now = end;
    }

    fn heard(&mut self) -> Vec<String> {
        take(&mut self.log)
    }

    fn fetches(&mut self) -> usize {
        self.heard().iter().filter(|what| *what == "fetch").count()
    }
}

#[test]
fn one_fetch_answers_everybody_who_asks_meanwhile() {
    let mut tab = Tab::new();
    tab.ask("a", Need::Agreement);
    tab.ask("b", Need::Haste);
    tab.ask("c", Need::Hint);
    tab.tell(Event::Served(served(5)));
    assert_eq!(tab.heard(), ["fetch", "a: fresh", "b: fresh", "c: fresh"]);
    tab.ask("d", Need::Agreement);
    assert_eq!(tab.heard(), ["fetch"], "what was asked later is asked anew");
}

#[test]
fn each_is_told_within_the_time_that_it_can_wait() {
    let mut tab = Tab::new();
    tab.ask("page", Need::Agreement);
    tab.now = 100;
    tab.ask("user", Need::Haste);
    assert_eq!(tab.room.poll_timeout(), Some(Millis(100) + PATIENCE_OF_A_USER));
    tab.now = 1_600;
    tab.room.handle_timeout(Millis(1_600));
    tab.drain();
    assert_eq!(tab.heard(), ["fetch", "user: unknown"]);
    tab.tell(Event::Served(served(5)));
    assert_eq!(tab.heard(), ["page: fresh"]);
}

#[test]
fn what_was_found_keeps_no_user_waiting_for_a_minute() {
    let mut tab = Tab::new();
    tab.ask("a", Need::Haste);
    tab.pass(50, |_| served(5));
    tab.ask("b", Need::Haste);
    assert_eq!(tab.heard(), ["fetch", "a: fresh", "b: fresh"]);
    tab.ask("c", Need::Agreement);
    tab.pass(50, |_| Served::default());
    assert_eq!(tab.heard(), ["fetch", "c: unknown"], "where nobody waits it is asked again");
    tab.now = MINUTE + 100;
    tab.ask("d", Need::Haste);
    assert_eq!(tab.heard(), ["fetch"]);
}

#[test]
fn who_asked_during_a_fetch_that_failed_has_a_try_of_its_own() {
    let mut tab = Tab::new();
    tab.ask("a", Need::Agreement);
    tab.now = 1_000;
    tab.ask("b", Need::Agreement);
    tab.tell(Event::Served(Served::default()));
    assert_eq!(tab.heard(), ["fetch", "a: unknown", "fetch"]);
    tab.tell(Event::Served(served(5)));
    assert_eq!(tab.heard(), ["b: fresh"]);
}

#[test]
fn without_a_manifest_nobody_waits_and_nothing_is_asked() {
    let mut nowhere = config(5);
    nowhere.freshness.url = None;
    let mut tab = Tab::of(&nowhere, 7);
    tab.ask("a", Need::Haste);
    tab.pass(9 * POLL, |_| served(6));
    assert_eq!(tab.heard(), ["a: unknown"]);
}

#[test]
fn a_page_that_does_not_know_its_build_asks_only_when_it_is_asked() {
    let mut unnamed = config(5);
    (unnamed.build, unnamed.build_number) = (String::new(), 0);
    let mut tab = Tab::of(&unnamed, 7);
    tab.pass(9 * POLL, |_| served(6));
    assert_eq!(tab.fetches(), 0);
    tab.ask("a", Need::Agreement);
    tab.pass(0, |_| served(6));
    assert_eq!(tab.heard(), ["fetch", "a: unknown"]);
}

#[test]
fn an_answer_that_nobody_waits_for_is_ignored() {
    let mut tab = Tab::new();
    tab.tell(Event::Served(served(6)));
    assert_eq!((tab.heard(), tab.shares.len()), (vec![], 0));
}

#[test]
fn questions_are_bounded_and_none_is_left_at_the_end() {
    let mut tab = Tab::new();
    for at in 0..=MAX_QUESTIONS as u64 {
        tab.now = at;
        tab.ask("many", Need::Agreement);
    }
    assert_eq!(tab.heard(), ["fetch", "many: unknown"]);
    tab.room.stop();
    tab.drain();
    assert_eq!(tab.heard().len(), MAX_QUESTIONS);
}

#[test]
fn a_newer_build_is_agreed_on_before_anybody_is_told_that_the_page_is_stale() {
    let mut tab = Tab::new();
    tab.ask("page", Need::Agreement);
    tab.ask("user", Need::Haste);
    tab.ask("incident", Need::Hint);
    tab.ask("lost file", Need::Witnessed);
    tab.pass(2_999, |_| served(6));
    assert_eq!(tab.heard(), ["fetch", "user: unknown", "incident: unknown", "lost file: stale"]);
    tab.pass(2_001, |_| served(6));
    assert_eq!(tab.heard(), ["fetch", "page: stale"]);
    tab.ask("user", Need::Haste);
    assert_eq!(tab.heard(), ["user: stale"], "known by now");
}

#[test]
fn files_that_are_gone_agree_with_the_first_answer_of_an_older_build_too() {
    let mut tab = Tab::new();
    tab.ask("page", Need::Agreement);
    tab.ask("incident", Need::Hint);
    tab.ask("lost file", Need::Witnessed);
    tab.tell(Event::Served(served(4)));
    assert_eq!(tab.heard(), ["fetch", "page: fresh", "incident: fresh", "lost file: withdrawn"]);
    tab.ask("lost file", Need::Witnessed);
    tab.tell(Event::Served(Served::default()));
    assert_eq!(tab.heard(), ["fetch", "lost file: unknown"], "there is no answer to agree with");
    tab.ask("lost file", Need::Witnessed);
    tab.tell(Event::Served(served(5)));
    assert_eq!(tab.heard(), ["fetch", "lost file: fresh"]);
}

#[test]
fn what_another_tab_was_answered_is_worth_as_much_to_who_misses_files() {
    let mut other = Tab::new();
    other.ask("page", Need::Hint);
    other.tell(Event::Served(served(4)));
    let shared = other.shares.pop().expect("it was shared");
    let mut tab = Tab::new();
    tab.ask("page", Need::Agreement);
    tab.ask("lost file", Need::Witnessed);
    tab.tell(Event::Heard { shared });
    assert_eq!(tab.heard(), ["fetch", "page: fresh", "lost file: withdrawn"]);
}

#[test]
fn a_second_answer_that_does_not_come_leaves_it_unknown() {
    let mut tab = Tab::new();
    tab.ask("page", Need::Agreement);
    tab.pass(MINUTE, |now| if now < 1_000 { served(6) } else { Served::default() });
    assert_eq!(tab.heard(), ["fetch", "fetch", "page: unknown"]);
}

#[test]
fn a_user_of_a_build_that_is_too_old_waits_until_that_is_certain() {
    let too_old = |_| {
        let mut served = served(6);
        if let Some(manifest) = &mut served.manifest {
            manifest.minimum = 6;
        }
        served
    };
    let mut tab = Tab::new();
    tab.ask("user", Need::Haste);
    tab.pass(2_000, too_old);
    assert_eq!(tab.heard(), ["fetch"]);
    tab.pass(3_000, too_old);
    assert_eq!(tab.heard(), ["fetch", "user: stale required"]);

    let mut tab = Tab::new();
    tab.ask("user", Need::Haste);
    tab.pass(20_000, |now| if now < 1_000 { too_old(now) } else { served(5) });
    assert_eq!(tab.heard(), ["fetch", "fetch", "user: fresh"], "one server alone locks nobody out");
}

#[test]
fn two_servers_of_a_roll_out_do_not_make_the_page_flap() {
    let mut tab = Tab::new();
    tab.ask("page", Need::Agreement);
    // They take turns, then both have the newer build.
    let asked = std::cell::Cell::new(0);
    let rolls_out = |now: u64| {
        asked.set(asked.get() + 1);
        served(if now > 30 * MINUTE || asked.get() % 2 == 1 { 6 } else { 5 })
    };
    for _ in 0..30 {
        tab.pass(MINUTE, rolls_out);
        tab.ask("page", Need::Agreement);
    }
    let heard = tab.heard();
    assert!(!heard.iter().any(|what| what.contains("stale") || what == "outdated"), "{heard:?}");
    assert!(heard.len() < 300, "{}", heard.len());
    tab.pass(2 * POLL, rolls_out);
    assert_eq!(tab.heard().iter().filter(|what| *what == "outdated").count(), 1);
}

#[test]
fn a_release_that_was_taken_back_is_withdrawn_when_three_answers_agree() {
    let mut tab = Tab::new();
    tab.ask("page", Need::Agreement);
    tab.pass(29_000, |_| served(4));
    assert_eq!(tab.heard().last().map(String::as_str), Some("fetch"));
    tab.pass(MINUTE, |_| served(4));
    assert_eq!(tab.heard(), ["fetch", "outdated"]);
    tab.ask("page", Need::Haste);
    assert_eq!(tab.heard(), ["page: withdrawn"]);
}

#[test]
fn a_server_that_lags_behind_is_no_other_version() {
    let mut tab = Tab::new();
    tab.ask("page", Need::Agreement);
    tab.pass(POLL, |now| served(if now < 20_000 { 4 } else { 5 }));
    let heard = tab.heard();
    assert_eq!(heard[..2], ["fetch", "page: fresh"]);
    assert!(!heard.contains(&"outdated".into()), "{heard:?}");
}

#[test]
fn what_is_not_believed_is_neither_fresh_nor_stale_and_asked_for_less_and_less() {
    for refused in [
        Served { status: 500, ..served(6) },
        Served { kept: true, ..served(6) },
        Served { html: true, manifest: None, ..served(6) },
    ] {
        let mut tab = Tab::new();
        tab.ask("page", Need::Agreement);
        tab.pass(12 * 16 * POLL, |_| refused.clone());
        let heard = tab.heard();
        assert_eq!(heard[1], "page: unknown");
        assert!(!heard.contains(&"outdated".into()) && (10..25).contains(&heard.len()), "{heard:?}");
    }
}

#[test]
fn the_page_polls_slowly_and_says_once_of_each_version_that_it_is_live() {
    let mut tab = Tab::new();
    tab.pass(POLL * 6 / 5, |_| served(5));
    assert_eq!(tab.heard(), ["fetch"]);
    tab.pass(6 * POLL, |_| served(6));
    let heard = tab.heard();
    assert_eq!(heard.iter().filter(|what| *what == "outdated").count(), 1);
    assert!((5..=9).contains(&heard.len()), "{heard:?}");
    tab.pass(2 * POLL, |_| served(7));
    assert_eq!(tab.heard().iter().filter(|what| *what == "outdated").count(), 1, "the next version");
}

#[test]
fn without_polls_nothing_is_asked_and_hasty_ones_are_slowed_down() {
    for (every, most) in [(0, 0), (1, 15)] {
        let mut config = config(5);
        config.freshness.poll = Millis(every);
        let mut tab = Tab::of(&config, 7);
        tab.pass(5 * MINUTE, |_| served(5));
        let fetches = tab.fetches();
        assert!(fetches <= most && (most == 0 || fetches > 5), "{every}: {fetches}");
    }
}

#[test]
fn a_version_that_was_put_off_is_not_said_for_an_hour() {
    let mut tab = Tab::new();
    let said = |tab: &mut Tab| tab.heard().iter().any(|what| what == "outdated");
    tab.pass(2 * POLL, |_| served(6));
    assert!(said(&mut tab));
    tab.tell(Event::PutOff);
    let at = tab.now;
    tab.pass(59 * MINUTE, |_| served(6));
    assert!(!said(&mut tab));
    tab.pass(2 * POLL, |_| served(6));
    assert!(said(&mut tab), "and after it, it is");

    // Other tabs have heard of it, and so have later pages; another version is news.
    let shared = tab.shares.iter().find(|text| !text.contains("\"until\":0")).expect("it was shared").clone();
    for (number, expected) in [(6, false), (7, true)] {
        let mut next = Tab::new();
        next.room.epoch_at_zero += at;
        next.tell(Event::Heard { shared: shared.clone() });
        next.pass(3 * POLL, |_| served(number));
        assert_eq!(said(&mut next), expected, "{number}");
    }
}

#[test]
fn what_was_not_said_is_said_the_next_time() {
    let mut tab = Tab::new();
    tab.pass(2 * POLL, |_| served(6));
    tab.heard();
    tab.tell(Event::Unsaid);
    tab.pass(2 * POLL, |_| served(6));
    assert!(tab.heard().contains(&"outdated".into()));
}

#[test]
fn nothing_is_asked_while_the_page_is_hidden_and_a_return_after_a_minute_asks() {
    let mut tab = Tab::new();
    tab.tell(Event::Visibility { visible: false });
    tab.pass(59_000, |_| served(6));
    tab.tell(Event::Visibility { visible: true });
    assert_eq!(tab.heard(), [""; 0], "away for less");
    tab.tell(Event::Visibility { visible: false });
    assert_eq!(tab.room.poll_timeout(), None);
    tab.pass(9 * POLL, |_| served(6));
    assert_eq!(tab.heard(), [""; 0]);
    tab.tell(Event::Visibility { visible: true });
    tab.pass(5_000, |_| served(6));
    assert_eq!(tab.heard(), ["fetch", "fetch", "outdated"]);

    let mut tab = Tab::new();
    tab.tell(Event::Restored);
    tab.pass(0, |_| served(5));
    tab.tell(Event::Visibility { visible: true });
    assert_eq!(tab.heard(), ["fetch"], "as does a return by the back button");
}

#[test]
fn one_tab_asks_for_all_and_the_others_hear_what_was_answered() {
    let mut tabs: Vec<Tab> = (1..=4).map(|seed| Tab::of(&config(5), seed)).collect();
    let mut fetches = 0;
    let mut outdated = [0; 4];
    // A second at a time, so that each hears of the others when it happens.
    for second in 0..3_600 {
        let live = if second < 1_800 { 5 } else { 6 };
        for at in 0..tabs.len() {
            tabs[at].pass(1_000, |_| served(live));
            let heard = tabs[at].heard();
            fetches += heard.iter().filter(|what| *what == "fetch").count();
            outdated[at] += heard.iter().filter(|what| *what == "outdated").count();
            for shared in take(&mut tabs[at].shares) {
                for (other, tab) in tabs.iter_mut().enumerate() {
                    if other != at {
                        tab.tell(Event::Heard { shared: shared.clone() });
                    }
                }
            }
        }
    }
    assert!(fetches <= 12, "an hour of one tab, not of four: {fetches}");
    assert_eq!(outdated, [1; 4]);
}

#[test]
fn what_other_tabs_wrote_is_believed_only_if_it_makes_sense() {
    let mut tab = Tab::new();
    for shared in ["", "[", "[{\"url\":\"/other.json\",\"at\":1}]"] {
        tab.tell(Event::Heard { shared: shared.into() });
    }
    // By a clock that was wrong.
    let known = Known { url: URL.into(), at: u64::MAX, served: build(6), ..Known::default() };
    for _ in 0..3 {
        tab.now += 5_000;
        tab.tell(Event::Heard { shared: shared::written("", &known) });
    }
    assert_eq!(tab.heard(), [""; 0]);
    tab.now = 9 * POLL;
    tab.tell(Event::Restored);
    assert_eq!(tab.heard(), ["fetch"]);
}
