//! What the room does: when it sends, what it leaves to the next page, and what consent keeps back.

use super::super::incident::record::{Cause, Outcome};
use super::*;

const EPOCH: u64 = 1_760_000_000_000;

fn scene() -> Scene {
    Scene { path: "/apply".into(), step: "apply".into(), epoch: EPOCH }
}

fn room(consent: Consent) -> Room {
    let endpoint = Some("/otlp".into());
    let mut room =
        Room::new(&Config { service: "s".into(), endpoint, consent, ..Config::default() }, Dice::new([1, 2]));
    tell(&mut room, 0, Event::Started { queues: false, denied: false, session: String::new() });
    room
}

fn incident() -> Incident {
    Incident {
        id: "ab".into(),
        reference: "ABCD-EFGH".into(),
        revision: 1,
        cause: Cause::Script,
        evidence: Vec::new(),
        step: "apply".into(),
        build: "1".into(),
        page: "/apply".into(),
        detected: EPOCH,
        timeline: Vec::new(),
        dropped: 0,
        aside: Vec::new(),
        outcome: Outcome::Open,
    }
}

fn signals(room: &mut Room) -> Vec<Signal> {
    std::iter::from_fn(|| room.poll_signal()).collect()
}

fn tell(room: &mut Room, now: u64, event: Event) -> Vec<Signal> {
    room.handle_event(Millis(now), event);
    signals(room)
}

fn revise(room: &mut Room, now: u64) -> Vec<Signal> {
    tell(room, now, Event::Revised { incident: &incident(), epoch: EPOCH })
}

/// Time goes on to what is due; whatever is to be kept is kept.
fn due(room: &mut Room) -> (u64, Vec<Signal>) {
    let now = room.poll_timeout().expect("something is due");
    room.handle_timeout(now);
    let mut told = Vec::new();
    loop {
        let new = signals(room);
        if new.is_empty() {
            return (now.0, told);
        }
        for signal in new {
            if let Signal::Save { ticket, .. } = signal {
                room.handle_event(now, Event::Saved { ticket, saved: Some(Saved::Kept) });
            }
            told.push(signal);
        }
    }
}

/// The ticket of the POST among them, and its body.
fn post(signals: &[Signal]) -> Option<(Ticket, &str)> {
    signals.iter().find_map(|signal| match signal {
        Signal::Post { ticket, body, .. } => Some((*ticket, body.as_str())),
        _ => None,
    })
}

/// How many log records of this name are in a body.
fn events(body: &str, name: &str) -> usize {
    body.matches(&format!("\"eventName\":\"{name}\"")).count()
}

fn posted(ticket: Ticket, outcome: PostOutcome) -> Event<'static> {
    Event::Posted { ticket, outcome: Some(outcome) }
}

#[test]
fn incidents_of_a_moment_are_one_post_and_are_kept_before_it() {
    let mut room = room(Consent::Pending);
    assert!(matches!(&revise(&mut room, 0)[..], [Signal::Save { text, .. }] if text.contains("pagemend.incident")));
    revise(&mut room, 100);
    let (now, told) = due(&mut room);
    assert_eq!(now, 100 + GATHER.0);
    let (ticket, body) = post(&told).expect("a POST");
    assert_eq!(events(body, "pagemend.incident"), 2, "{body}");
    let told = tell(&mut room, now, posted(ticket, PostOutcome::Done { accepted: true }));
    assert_eq!(told[0], Signal::Told { sent: 2, kept: 0, dropped: 0 });
    assert_eq!(room.poll_timeout(), None);
}

#[test]
fn what_the_collector_puts_off_waits_ever_longer_and_goes_again() {
    let mut room = room(Consent::Pending);
    revise(&mut room, 0);
    let mut waits = Vec::new();
    for _ in 0..4 {
        let (now, told) = due(&mut room);
        let (ticket, _) = post(&told).expect("a POST");
        tell(&mut room, now, posted(ticket, PostOutcome::Later { retry_after: None }));
        waits.push(room.poll_timeout().expect("another try").0 - now);
    }
    assert!(waits.iter().all(|wait| *wait >= BACKOFF_BASE / 2 && *wait <= BACKOFF_CAP * 2), "{waits:?}");
    assert!(post(&due(&mut room).1).is_some());
}

#[test]
fn who_says_no_is_not_told_of_and_answers_of_before_are_about_nothing() {
    let mut room = room(Consent::Granted);
    assert!(revise(&mut room, 0).iter().any(|signal| matches!(signal, Signal::RememberSession(id) if !id.is_empty())));
    let (now, told) = due(&mut room);
    let (ticket, body) = post(&told).expect("a POST");
    assert!(body.contains("session.id"), "{body}");
    let told = tell(&mut room, now, Event::Consent(Consent::Denied));
    let denied =
        [Signal::RememberConsent { granted: false }, Signal::DropQueues, Signal::RememberSession(String::new())];
    assert_eq!(told, denied);
    assert!(revise(&mut room, now).is_empty());
    assert!(tell(&mut room, now, Event::PageSeen { verdict: "content", scene: scene() }).is_empty());
    let retries = Retries { asked: 1, ..Retries::default() };
    assert!(tell(&mut room, now, Event::Left { retries, scene: scene() }).is_empty());
    tell(&mut room, now, Event::Restored);
    assert!(tell(&mut room, now, posted(ticket, PostOutcome::Done { accepted: true })).is_empty());
    assert_eq!(room.poll_timeout(), None);
}

#[test]
fn a_no_of_an_earlier_page_holds_over_the_option() {
    let mut room = room(Consent::Granted);
    let told = tell(&mut room, 0, Event::Started { queues: true, denied: true, session: "0f".into() });
    assert_eq!(told, [Signal::RememberConsent { granted: false }, Signal::DropQueues]);
    assert!(revise(&mut room, 0).is_empty());
}

#[test]
fn a_page_that_goes_leaves_what_is_unanswered_to_the_next() {
    let mut room = room(Consent::Pending);
    revise(&mut room, 0);
    let (now, told) = due(&mut room);
    let (ticket, _) = post(&told).expect("a POST");
    let told = tell(&mut room, now, Event::Left { retries: Retries::default(), scene: scene() });
    assert!(
        matches!(&told[..], [Signal::Leave { text, body, .. }] if text.contains("pagemend.incident") && body.is_empty()),
        "{told:?}"
    );
    // Back out of the cache it looks for what it left, as any page does; the old answer is about nothing.
    tell(&mut room, now, Event::Restored);
    assert!(tell(&mut room, now, posted(ticket, PostOutcome::Done { accepted: true })).is_empty());
    let (_, told) = due(&mut room);
    let [Signal::Adopt { ticket }] = told[..] else { panic!("{told:?}") };
    let queues = vec![KeptQueue { key: "pagemend:queue:x".into(), text: String::new() }];
    let told = tell(&mut room, now, Event::Adopted { ticket, queues });
    assert!(matches!(&told[..], [Signal::Save { gone, .. }] if gone == &["pagemend:queue:x"]), "{told:?}");
}

#[test]
fn a_page_view_is_told_once_and_goes_when_the_page_is_hidden() {
    let mut room = room(Consent::Pending);
    for verdict in ["content", "blank"] {
        assert!(tell(&mut room, 0, Event::PageSeen { verdict, scene: scene() }).is_empty());
    }
    assert_eq!(room.poll_timeout(), None);
    tell(&mut room, 10, Event::Hidden { retries: Retries::default(), scene: scene() });
    let (now, told) = due(&mut room);
    let (_, body) = post(&told).expect("a POST");
    assert_eq!((now, events(body, "pagemend.page"), body.contains("blank")), (10 + STAYS.0, 1, false));
}
