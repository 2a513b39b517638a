//! The room alone, in virtual time.

use super::*;

fn config() -> Config {
    Config { origins: vec!["https://a".into()], fallbacks: vec!["https://b".into()], ..Config::default() }
}

/// A page that has loaded, at time 0.
fn room() -> Room<&'static str> {
    let mut room = Room::new(&config());
    room.handle_event(Millis(0), Event::Started { loaded: true, visible: true });
    room
}

fn shows(inks: &[Ink]) -> RenderFacts {
    let patch = |ink: &Ink| Patch { ink: *ink, region: Region::Main, sight: Sight::Seen, amount: 300 };
    RenderFacts {
        visibility: Visibility::Visible,
        viewport: (375, 812),
        loaded: true,
        painted: true,
        root_found: true,
        seen: Tally::of(&inks.iter().map(patch).collect::<Vec<_>>()),
        hanging: String::new(),
        took_us: 300,
        trouble: String::new(),
    }
}

fn signals<A>(room: &mut Room<A>) -> Vec<Signal<A>> {
    std::iter::from_fn(|| room.poll_signal()).collect()
}

/// Lets time pass up to `until` on a page that looks like this; when it was looked at, and what each look came to.
fn pass(room: &mut Room<&'static str>, until: u64, facts: &RenderFacts) -> Vec<(u64, String)> {
    let mut looks = Vec::new();
    while let Some(due) = room.poll_timeout().filter(|due| due.0 <= until) {
        room.handle_timeout(due);
        for signal in signals(room) {
            assert!(matches!(signal, Signal::Sample { .. }), "{signal:?}");
            looks.push((due.0, look(room, due.0, facts)));
        }
    }
    looks
}

fn look(room: &mut Room<&'static str>, now: u64, facts: &RenderFacts) -> String {
    room.handle_event(Millis(now), Event::Sampled(Some(facts.clone())));
    let mut told = Vec::new();
    for signal in signals(room) {
        match signal {
            Signal::Judged { verdict, confirmed, .. } => {
                let overdue = if verdict.overdue { ", overdue" } else { "" };
                let confirmed = if confirmed { ", confirmed" } else { "" };
                told.push(format!("{}{overdue}{confirmed}", verdict.state.code()));
            }
            Signal::Replace { to, .. } => told.push(format!("replaced by {to}")),
            Signal::PicturesLost => told.push("pictures lost".into()),
            Signal::Hangs { url } => told.push(format!("{url} hangs")),
            signal => panic!("{signal:?}"),
        }
    }
    told.join("; ")
}

/// When the first verdict was told that says so.
fn first(looks: &[(u64, String)], told: &str) -> Option<u64> {
    looks.iter().find(|(_, what)| what == told).map(|(at, _)| *at)
}

#[test]
fn an_empty_page_fails_when_its_time_is_over_and_a_second_look_says_the_same() {
    let settle = config().deadlines.settle.0;
    let mut room = room();
    let looks = pass(&mut room, 60_000, &shows(&[]));
    let blank = first(&looks, "blank").unwrap_or_default();
    assert_eq!(blank, settle * 3, "it may be waiting for its data");
    assert_eq!(first(&looks, "blank, confirmed"), Some(blank + CONFIRM.0));

    let mut troubled = self::room();
    troubled.handle_event(Millis(0), Event::Trouble(Trouble::Known));
    assert_eq!(first(&pass(&mut troubled, 60_000, &shows(&[])), "blank"), Some(settle));
}

#[test]
fn after_a_remedy_what_is_empty_is_not_early() {
    let mut room = room();
    room.handle_event(Millis(0), Event::LookNow);
    let looks = pass(&mut room, 1_000, &shows(&[]));
    assert_eq!(looks[..2], [(50, "blank".into()), (300, "blank, confirmed".into())]);
    room.handle_event(Millis(400), Event::BeginAgain);
    room.handle_event(Millis(400), Event::LookSoon);
    assert_eq!(pass(&mut room, 700, &shows(&[])), [(700, "pending".into())]);
}

#[test]
fn a_blank_moment_between_two_views_is_no_failure() {
    let mut room = room();
    room.handle_event(Millis(0), Event::LookNow);
    assert_eq!(pass(&mut room, 50, &shows(&[])), [(50, "blank".into())]);
    assert_eq!(pass(&mut room, 300, &shows(&[Ink::Text])), [(300, "content".into())]);
    room.handle_event(Millis(400), Event::LookNow);
    assert_eq!(pass(&mut room, 450, &shows(&[])), [(450, "blank".into())], "the first in a row again");
}

#[test]
fn placeholders_are_overdue_when_they_have_stood_too_long() {
    let mut room = room();
    let loading = config().deadlines.loading.0;
    let looks = pass(&mut room, 60_000, &shows(&[Ink::Placeholder]));
    assert_eq!(looks[0], (50, "loading".into()));
    let overdue = first(&looks, "loading, overdue").unwrap_or_default();
    assert_eq!(overdue, 50 + loading);
    assert_eq!(first(&looks, "loading, overdue, confirmed"), Some(overdue + CONFIRM.0));
}

#[test]
fn progress_stretches_the_time_of_placeholders_up_to_a_limit() {
    let mut room = room();
    let mut looks = Vec::new();
    for now in (0..60_000).step_by(100) {
        room.handle_event(Millis(now), Event::Progress);
        looks.extend(pass(&mut room, now, &shows(&[Ink::Placeholder])));
    }
    let overdue = first(&looks, "loading, overdue").unwrap_or_default();
    let loading = config().deadlines.loading.0;
    assert!((loading * 4..loading * 4 + 1_100).contains(&overdue), "{overdue}");
}

#[test]
fn a_page_that_shows_content_is_looked_at_ever_less_often() {
    let mut room = room();
    let content = shows(&[Ink::Text]);
    let looks = pass(&mut room, 600_000, &content);
    assert_eq!(looks.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [50, 650, 1_850, 4_250, 9_050]);
    assert_eq!(room.poll_timeout(), None);

    let mut busy = Vec::new();
    for now in (600_000..640_000).step_by(100) {
        room.handle_event(Millis(now), Event::Changed { grew: true });
        busy.extend(pass(&mut room, now, &content));
    }
    assert!((4..=6).contains(&busy.len()), "one each eight seconds: {busy:?}");
}

#[test]
fn progress_alone_is_looked_at_only_while_an_incident_is_open() {
    let mut room = room();
    pass(&mut room, 600_000, &shows(&[Ink::Text]));
    room.handle_event(Millis(600_000), Event::Trouble(Trouble::Known));
    room.handle_event(Millis(600_000), Event::Progress);
    assert_eq!(room.poll_timeout(), None);
    room.handle_event(Millis(600_000), Event::Trouble(Trouble::Open));
    room.handle_event(Millis(600_000), Event::Progress);
    assert_eq!(room.poll_timeout(), Some(Millis(600_300)));
}

#[test]
fn a_page_that_nobody_sees_is_not_looked_at() {
    let mut room = room();
    room.handle_event(Millis(10), Event::Visibility { visible: false });
    room.handle_event(Millis(20), Event::LookSoon);
    room.handle_event(Millis(20), Event::Loaded);
    assert_eq!(room.poll_timeout(), None);
    room.handle_event(Millis(90_000), Event::Visibility { visible: true });
    assert_eq!(pass(&mut room, 90_300, &shows(&[])), [(90_300, "pending".into())], "its time begins now");
}

#[test]
fn a_page_that_cannot_be_judged_is_left_alone_after_a_while() {
    let mut room = room();
    let looks = pass(&mut room, 600_000, &shows(&[Ink::Foreign]));
    assert_eq!(looks.len(), MAX_BLIND as usize);
    assert!(looks.iter().all(|(_, told)| told == "unknown"));
}

#[test]
fn one_look_answers_all_who_ask_meanwhile_and_none_is_left_at_the_end() {
    let mut room = room();
    for by in ["one", "two"] {
        room.handle_event(Millis(10), Event::Asked { by });
    }
    assert_eq!(signals(&mut room), [Signal::Sample { sure: false, marks: false }]);
    room.handle_event(Millis(20), Event::Sampled(None));
    let told = signals(&mut room);
    assert!(matches!(&told[..], [Signal::Judged { to, .. }] if to == &["one", "two"]), "{told:?}");

    for _ in 0..=MAX_ASKERS {
        room.handle_event(Millis(30), Event::Asked { by: "many" });
    }
    let told = signals(&mut room);
    assert!(matches!(&told[..], [Signal::Sample { .. }, Signal::Told { to: "many", .. }]), "{told:?}");
    room.stop();
    assert_eq!(signals(&mut room).len(), MAX_ASKERS);
}

#[test]
fn a_closer_look_is_taken_only_where_the_page_may_be_failing() {
    let mut room = room();
    let sure = |room: &mut Room<_>, now| {
        room.handle_timeout(Millis(now));
        matches!(signals(room)[..], [Signal::Sample { sure: true, .. }])
    };
    assert!(!sure(&mut room, 50));
    look(&mut room, 60, &shows(&[]));
    room.handle_event(Millis(5_950), Event::LookAt(Millis(6_000)));
    assert!(sure(&mut room, 6_000), "it is late");
}

#[test]
fn what_hangs_is_asked_of_the_fallback_once_when_its_time_is_over() {
    let url = String::from("https://a/app.css");
    let hanging = RenderFacts { hanging: url.clone(), ..shows(&[Ink::Text]) };
    let mut room = room();
    assert_eq!(look(&mut room, 0, &hanging), "content");
    assert!(room.awaits_resource());
    let due = config().deadlines.request;
    pass(&mut room, due.0 - 1, &shows(&[Ink::Text]));
    assert_eq!(room.poll_timeout(), None);
    assert_eq!(look(&mut room, due.0, &hanging), "replaced by https://b/app.css; content");
    assert_eq!(look(&mut room, due.0 + 1, &hanging), "content");

    let foreign = RenderFacts { hanging: "https://maps.example/map.js".into(), ..hanging };
    assert_eq!(look(&mut room, 90_000, &foreign), "content");
    assert_eq!(look(&mut room, 180_000, &foreign), "content", "what is not the page's own");
}

#[test]
fn why_nothing_can_be_seen_is_told_when_it_is_late() {
    let mut facts = RenderFacts { hanging: "https://maps.example/map.js".into(), ..shows(&[]) };
    facts.seen.lost = 1;
    let mut room = room();
    assert_eq!(look(&mut room, 100, &facts), "pending");
    assert_eq!(look(&mut room, 6_000, &facts), "pictures lost; https://maps.example/map.js hangs; blank");
}

#[test]
fn what_was_seen_and_is_hidden_now_is_hidden_by_style() {
    let mut hidden = shows(&[]);
    hidden.seen.hidden = 1;
    for (was_seen, by_style) in [(true, true), (false, false)] {
        let mut room = room();
        if was_seen {
            look(&mut room, 100, &shows(&[Ink::Text]));
        }
        room.handle_event(Millis(9_000), Event::Sampled(Some(hidden.clone())));
        let told = signals(&mut room);
        let [Signal::Judged { verdict, .. }] = &told[..] else { panic!("{told:?}") };
        assert_eq!((verdict.state, verdict.hidden_by_style), (RenderState::Blank, by_style));
    }
}
