//! The room alone: who asks is told, what is repaired, and what is noted.

use super::*;
use crate::core::config::JsonKind;

fn room() -> Room<&'static str> {
    Room::new(&Config {
        storage: DeclaredKeys {
            json: vec!["home".into()],
            drafts: vec!["draft".into()],
            caches: vec!["pictures".into()],
            ..DeclaredKeys::default()
        },
        origins: vec!["https://a".into()],
        ..Config::default()
    })
}

/// No store is stuck.
fn tell(room: &mut Room<&'static str>, event: Event<&'static str>) -> Vec<Signal<&'static str>> {
    tell_with(room, event, &[])
}

fn tell_with(
    room: &mut Room<&'static str>,
    event: Event<&'static str>,
    stuck: &[StuckStore],
) -> Vec<Signal<&'static str>> {
    room.handle_event(Millis(0), event);
    let mut signals = Vec::new();
    while let Some(signal) = room.poll_signal() {
        if let Signal::ProbeStores { ticket } = signal {
            room.handle_event(Millis(0), Event::StoresProbed { ticket, stuck: Some(stuck.to_vec()) });
        } else {
            signals.push(signal);
        }
    }
    signals
}

/// The tickets of the scans or repairs that are asked for.
fn tickets(signals: &[Signal<&'static str>]) -> Vec<Ticket> {
    let ticket = |signal: &Signal<_>| match signal {
        Signal::ScanStorage { ticket, .. } | Signal::ScanCaches { ticket, .. } | Signal::Repair { ticket, .. } => {
            Some(*ticket)
        }
        _ => None,
    };
    signals.iter().filter_map(ticket).collect()
}

fn wish(storage: bool, caches: bool) -> RepairWish {
    RepairWish { storage, caches, ..RepairWish::default() }
}

fn half(key: &str) -> StorageEntry {
    StorageEntry { key: key.into(), bytes: 9, ..StorageEntry::default() }
}

fn poisoned() -> PoisonedEntry {
    PoisonedEntry { cache: "app".into(), url: "https://a/app.js".into(), why: "html for a script".into() }
}

fn home() -> DamagedEntry {
    DamagedEntry { key: "home".into(), ..DamagedEntry::default() }
}

#[test]
fn who_asks_is_told_once_when_both_scans_are_in() {
    let mut room = room();
    let asked = tell(&mut room, Event::Asked { by: "incident", suspects: vec!["https://a/app.js".into()] });
    let [storage, caches] = tickets(&asked)[..] else { panic!("{asked:?}") };
    let entries = Some(vec![half("home"), half("nickname")]);
    assert!(tell(&mut room, Event::StorageScanned { ticket: storage, entries }).is_empty());
    let facts = Some(CacheFacts { poisoned: vec![poisoned()], ..CacheFacts::default() });
    let told = tell(&mut room, Event::CachesScanned { ticket: caches, facts: facts.clone() });
    let damage = Damage { keys: vec![home()], entries: vec![poisoned()], ..Damage::default() };
    assert_eq!(told, [Signal::Found { to: "incident", damage }]);
    assert!(tell(&mut room, Event::CachesScanned { ticket: caches, facts }).is_empty(), "a late answer");
}

#[test]
fn a_scan_that_fails_hides_nothing_of_the_other() {
    let mut room = room();
    let asked = tell(&mut room, Event::Asked { by: "incident", suspects: Vec::new() });
    let [storage, caches] = tickets(&asked)[..] else { panic!("{asked:?}") };
    tell(&mut room, Event::CachesScanned { ticket: caches, facts: None });
    let told = tell(&mut room, Event::StorageScanned { ticket: storage, entries: Some(vec![half("home")]) });
    assert!(matches!(&told[..], [Signal::Found { damage, .. }] if damage.keys.len() == 1), "{told:?}");
}

#[test]
fn whole_entries_that_the_user_may_be_asked_about_are_told_and_nothing_else_is_looked_at() {
    let mut room = room();
    let asked = tell(&mut room, Event::SuspectsAsked { by: "incident" });
    let [ticket] = tickets(&asked)[..] else { panic!("{asked:?}") };
    assert_eq!(asked.len(), 1, "neither caches nor stores");
    let old =
        |key: &str| StorageEntry { parses: true, kind: Some(JsonKind::Object), seen: Some(Form::Json), ..half(key) };
    let entries = Some(vec![old("state"), half("home"), old("draft")]);
    let told = tell(&mut room, Event::StorageScanned { ticket, entries });
    let state = DamagedEntry { key: "state".into(), fault: Fault::Unproven, ..DamagedEntry::default() };
    assert_eq!(told, [Signal::Suspected { to: "incident", entries: vec![state] }]);

    let asked = tell(&mut room, Event::SuspectsAsked { by: "incident" });
    let told = tell(&mut room, Event::StorageScanned { ticket: tickets(&asked)[0], entries: None });
    assert_eq!(told, [Signal::Suspected { to: "incident", entries: Vec::new() }], "nobody could tell");
}

#[test]
fn declared_caches_may_go_where_a_store_is_full_and_nowhere_else() {
    let of = |stuck| StuckStore { stuck, name: "local storage".into() };
    let quota = "QuotaExceededError: Failed to execute 'setItem' on 'Storage'";
    for (error, stuck, evict) in [
        ("TypeError: x is undefined", vec![], &[][..]),
        ("TypeError: x is undefined", vec![of(Stuck::Full)], &["pictures"]),
        ("TypeError: x is undefined", vec![of(Stuck::Blocked)], &[]),
        (quota, vec![], &["pictures"]),
    ] {
        let mut room = room();
        tell(&mut room, Event::ScriptFailed { text: error.into(), source: String::new() });
        let asked = tell_with(&mut room, Event::Asked { by: "incident", suspects: Vec::new() }, &stuck);
        let [storage, caches] = tickets(&asked)[..] else { panic!("{asked:?}") };
        tell(&mut room, Event::StorageScanned { ticket: storage, entries: None });
        let told = tell(&mut room, Event::CachesScanned { ticket: caches, facts: None });
        let [Signal::Found { damage, .. }] = &told[..] else { panic!("{told:?}") };
        assert_eq!(
            (&damage.stuck, &damage.evict[..]),
            (&stuck, &evict.iter().map(ToString::to_string).collect::<Vec<_>>()[..])
        );
    }
}

#[test]
fn what_the_page_wants_repaired_is_looked_for_and_repaired_where_it_says() {
    let mut room = room();
    let asked = tell(&mut room, Event::RepairAsked { by: "page", wish: wish(true, false) });
    assert!(matches!(&asked[..], [Signal::ScanStorage { .. }]), "{asked:?}");
    let ticket = tickets(&asked)[0];
    let repairs = tell(&mut room, Event::StorageScanned { ticket, entries: Some(vec![half("home")]) });
    assert!(matches!(&repairs[..], [Signal::Repair { what, .. }] if what.keys.len() == 1), "{repairs:?}");
    let done = RepairDone { copied: 1, removed: 1, ..RepairDone::default() };
    let told = tell(&mut room, Event::RepairEnded { ticket: tickets(&repairs)[0], done: Some(done) });
    let report = RepairReport { keys: vec![home()], done, ..RepairReport::default() };
    assert_eq!(told, [Signal::Repaired { to: "page", report, ok: true }]);

    let sought = tell(&mut room, Event::PoisonSought { by: "nobody", suspect: "https://a/app.js".into() });
    assert!(matches!(&sought[..], [Signal::ScanCaches { urls, .. }] if urls == &["https://a/app.js"]), "{sought:?}");
    let facts = Some(CacheFacts { poisoned: vec![poisoned()], ..CacheFacts::default() });
    let repairs = tell(&mut room, Event::CachesScanned { ticket: tickets(&sought)[0], facts });
    assert!(matches!(&repairs[..], [Signal::Repair { what, .. }] if what.entries == [poisoned()]), "{repairs:?}");

    let sound = tell(&mut room, Event::RepairAsked { by: "page", wish: wish(false, true) });
    assert!(matches!(&sound[..], [Signal::ScanCaches { .. }]), "{sound:?}");
    let told = tell(&mut room, Event::CachesScanned { ticket: tickets(&sound)[0], facts: None });
    assert_eq!(told, [Signal::Repaired { to: "page", report: RepairReport::default(), ok: true }]);
}

#[test]
fn a_plan_touches_nothing_and_a_part_is_a_part() {
    let asks = |mode, keys: &[&str]| {
        let keys = keys.iter().map(ToString::to_string).collect();
        let mut room = room();
        let wish = RepairWish { mode, keys, ..wish(true, true) };
        let stuck = StuckStore { stuck: Stuck::Full, name: String::new() };
        let asked = tell_with(&mut room, Event::RepairAsked { by: "page", wish }, &[stuck]);
        let [storage, caches] = tickets(&asked)[..] else { panic!("{asked:?}") };
        let facts = Some(CacheFacts { poisoned: vec![poisoned()], ..CacheFacts::default() });
        tell(&mut room, Event::CachesScanned { ticket: caches, facts });
        tell(&mut room, Event::StorageScanned { ticket: storage, entries: Some(vec![half("home")]) })
    };
    let all = RepairReport {
        keys: vec![home()],
        entries: vec![poisoned()],
        evict: vec!["pictures".into()],
        done: RepairDone::default(),
    };
    assert_eq!(asks(RepairMode::Plan, &[]), [Signal::Repaired { to: "page", report: all, ok: true }]);
    let part = asks(RepairMode::Repair, &["https://a/app.js"]);
    let [Signal::Repair { what, .. }] = &part[..] else { panic!("{part:?}") };
    assert_eq!(what, &Repair { entries: vec![poisoned()], ..Repair::default() });
    let none = asks(RepairMode::Repair, &["elsewhere"]);
    assert_eq!(none, [Signal::Repaired { to: "page", report: RepairReport::default(), ok: true }]);
}

#[test]
fn what_was_set_aside_is_put_back_without_a_look() {
    let mut room = room();
    let wish = RepairWish { mode: RepairMode::Undo, keys: vec!["home".into()], ..wish(true, true) };
    let asked = tell(&mut room, Event::RepairAsked { by: "page", wish });
    let [Signal::PutBack { ticket, keys }] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!(keys, &["home"]);
    let done = RepairDone { restored: 1, ..RepairDone::default() };
    let told = tell(&mut room, Event::RepairEnded { ticket: *ticket, done: Some(done) });
    let report = RepairReport { done, ..RepairReport::default() };
    assert_eq!(told, [Signal::Repaired { to: "page", report, ok: true }]);
}

#[test]
fn a_repair_that_nobody_can_vouch_for_names_what_it_was_about() {
    let mut room = room();
    let asked = tell(
        &mut room,
        Event::Repair { by: "incident", what: Repair { entries: vec![poisoned()], ..Repair::default() } },
    );
    let told = tell(&mut room, Event::RepairEnded { ticket: tickets(&asked)[0], done: None });
    let report = RepairReport { entries: vec![poisoned()], ..RepairReport::default() };
    assert_eq!(told, [Signal::Repaired { to: "incident", report, ok: false }]);
}

#[test]
fn a_script_is_beyond_the_browser_only_when_the_network_has_the_same_bytes() {
    let mut room = room();
    let threw =
        |source: &str| Event::ScriptFailed { text: "SyntaxError: Unexpected token '>'".into(), source: source.into() };
    for source in ["https://a/app.js", "https://elsewhere/sdk.js"] {
        tell(&mut room, threw(source));
    }
    for (bytes, renewed, unsupported) in [(Bytes::Same, 0, 1), (Bytes::SameButCut, 0, 1), (Bytes::Renewed, 1, 0)] {
        let asked = tell(&mut room, Event::Asked { by: "incident", suspects: Vec::new() });
        assert!(
            asked.iter().any(
                |signal| matches!(signal, Signal::ScanCaches { unparsed, .. } if unparsed == &["https://a/app.js"])
            ),
            "{asked:?}"
        );
        let [storage, caches] = tickets(&asked)[..] else { panic!("{asked:?}") };
        let compared = vec![Compared { url: "https://a/app.js".into(), bytes }];
        let facts = Some(CacheFacts { compared, ..CacheFacts::default() });
        tell(&mut room, Event::CachesScanned { ticket: caches, facts });
        let told = tell(&mut room, Event::StorageScanned { ticket: storage, entries: None });
        let [Signal::Found { damage, .. }] = &told[..] else { panic!("{told:?}") };
        assert_eq!((damage.renewed.len(), damage.unsupported.len()), (renewed, unsupported), "{bytes:?}");
    }
}

#[test]
fn entries_are_noted_once_and_only_while_the_page_is_fine() {
    let seen = |room: &mut Room<_>, at, in_trouble| {
        room.handle_event(Millis(at), Event::ContentSeen { in_trouble });
        std::iter::from_fn(|| room.poll_signal()).any(|signal| signal == Signal::Note)
    };
    let mut fine = room();
    let noted = [(0, false), (2_999, false), (3_000, false), (60_000, false)];
    assert_eq!(noted.map(|(at, trouble)| seen(&mut fine, at, trouble)), [false, false, true, false]);
    let mut shaky = room();
    let noted = [(0, false), (2_000, true), (4_000, false), (6_999, false), (7_000, false)];
    assert_eq!(noted.map(|(at, trouble)| seen(&mut shaky, at, trouble)), [false, false, false, false, true]);
    let mut failed = room();
    tell(&mut failed, Event::JsonRefused("Unexpected end of JSON input".into()));
    assert!(![0, 9_000].map(|at| seen(&mut failed, at, false)).contains(&true));
}

#[test]
fn jobs_are_bounded_and_none_is_left_at_the_end() {
    let mut room = room();
    let mut told = 0;
    for _ in 0..=MAX_JOBS {
        let signals = tell(&mut room, Event::Asked { by: "many", suspects: Vec::new() });
        told += signals.iter().filter(|signal| matches!(signal, Signal::Found { .. })).count();
    }
    assert_eq!(told, 1);
    room.stop();
    assert_eq!(std::iter::from_fn(|| room.poll_signal()).count(), MAX_JOBS);
}
