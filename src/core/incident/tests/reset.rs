//! Whole entries that the user is asked about: they are set aside with a yes, put back where that has not helped, and the page is loaded anew twice at most.

use super::*;

/// A page that was loaded anew so often for its script.
fn reloaded(times: usize) -> Room {
    with_memory(Some(vec![Reload { build: "1".into(), cause: Cause::Script, at: 1 }; times]))
}

/// A page that threw, was loaded anew in vain, and asks about the state that it keeps.
fn asks_about_state() -> Room {
    let mut room = reloaded(1);
    assert_eq!(blank_page(&mut room), ["ask for suspects"]);
    assert_eq!(suspects(&mut room, 2_200, &["persist:root", "cart"]), ["say storage-reset"]);
    said(&mut room, 2_200, PromptKind::StorageReset, true, Otherwise::Climb);
    assert_eq!(cause(&room), "script", "that there is something to ask about is no cause");
    room
}

/// The user says yes; up to the moment in which what must survive is written. What is written comes back.
fn resets(room: &mut Room) -> Incident {
    let case = case(room);
    assert_eq!(tell(room, 9_000, Event::Chosen { case, choice: choice::RESET }), ["ask leave for the user"]);
    let ready = Event::LeaveTold { case, by_user: true, readiness: Readiness::Ready };
    assert_eq!(tell(room, 9_100, ready), ["repair 2"], "copies are set aside only when the page can be left");
    let keys = ["persist:root", "cart"];
    let done = RepairDone { copied: 2, removed: 2, ..RepairDone::default() };
    let report = RepairReport { keys: keys.map(entry).into(), done, ..RepairReport::default() };
    room.handle_event(Millis(9_200), Event::Repaired { case, report, ok: true });
    let mut written = None;
    while let Some(signal) = room.poll_signal() {
        if let Signal::Remember { leave, reload, incident, .. } = signal {
            assert!(leave.by_user && reload.is_some(), "the user wanted it, and it counts");
            written = Some(*incident);
        }
    }
    let written = written.expect("what must survive is written");
    assert_eq!(written.aside, keys);
    written
}

/// The page after the reset, which the user's answer has led to.
fn after_reset() -> Room {
    let mut room = asks_about_state();
    let carried = resets(&mut room);
    let case = case(&room);
    let written = Event::Remembered { case, leave: Leave::reload(true), ok: true };
    assert_eq!(tell(&mut room, 9_300, written), ["reloads for script", "leave for itself"]);
    let mut next = reloaded(2);
    tell(&mut next, 0, Event::Carried(vec![carried]));
    next
}

#[test]
fn a_reset_that_helps_is_a_recovery_and_stays() {
    let mut room = after_reset();
    look(&mut room, 1_000, RenderState::Content);
    assert_eq!(look(&mut room, 4_000, RenderState::Content), ["ended: recovered"]);
}

#[test]
fn a_reset_that_does_not_help_is_undone_and_offered_no_more() {
    let mut room = after_reset();
    script_threw(&mut room, 1_000);
    assert_eq!(look(&mut room, 2_000, RenderState::Blank), ["put back persist:root, cart"]);
    let done = RepairDone { restored: 2, ..RepairDone::default() };
    let (case, report) = (case(&room), RepairReport { done, ..RepairReport::default() });
    assert_eq!(tell(&mut room, 2_100, Event::Repaired { case, report, ok: true }), ["repaired", "say script"]);
    let detail = |room: &Room| room.open().last().map(|incident| incident.timeline.last().map(|e| e.detail.clone()));
    assert_eq!(detail(&room), Some(Some("2 put back, 0 failed".into())));

    let mut again = reloaded(2);
    assert_eq!(blank_page(&mut again), ["say script"], "once for a build and a cause");
}

/// What the next page is handed of this one, which is left: its reloads, and the incident that goes on.
struct Left {
    reloads: Vec<Reload>,
    carried: Option<Incident>,
}

/// A page that never comes up, and a user who says yes to all that a reset needs; `held`: something typed keeps the guard's own reload from it.
fn never_comes_up(before: Left, held: bool) -> (Left, usize) {
    let mut room = with_memory(Some(before.reloads.clone()));
    tell(&mut room, 0, Event::Carried(before.carried.into_iter().collect()));
    script_threw(&mut room, 1_000);
    let blank = RenderVerdict::new(RenderState::Blank, "");
    let judged = Event::Judged { verdict: &blank, confirmed: true, awaits_resource: false, hanging: None };
    room.handle_event(Millis(2_000), judged);
    let (mut left, mut offered) = (Left { reloads: before.reloads, carried: None }, 0);
    while let Some(signal) = room.poll_signal() {
        let (now, case) = (Millis(3_000), case(&room));
        let report = |keys: Vec<DamagedEntry>, done| RepairReport { keys, done, ..RepairReport::default() };
        match signal {
            Signal::Diagnose { case, .. } => {
                room.handle_event(now, Event::Damage { case, damage: Damage::default() });
                room.handle_event(now, Event::Freshness { case, verdict: &verdict(Freshness::Fresh) });
            }
            Signal::AskSuspects { case } => {
                room.handle_event(now, Event::Suspects { case, entries: vec![entry("cart")] });
            }
            Signal::Say { case, kind, otherwise, .. } => {
                room.handle_event(now, Event::Said { case, kind, shown: true, otherwise });
                if kind == PromptKind::StorageReset {
                    offered += 1;
                    room.handle_event(now, Event::Chosen { case, choice: choice::RESET });
                }
            }
            Signal::AskLeave { case, by_user } => {
                let readiness = if held && !by_user { Readiness::Unsaved } else { Readiness::Ready };
                room.handle_event(now, Event::LeaveTold { case, by_user, readiness });
            }
            Signal::Repair { case, what } => {
                let report = report(what.keys, RepairDone { removed: 1, ..RepairDone::default() });
                room.handle_event(now, Event::Repaired { case, report, ok: true });
            }
            Signal::PutBack { .. } => {
                let report = report(Vec::new(), RepairDone { restored: 1, ..RepairDone::default() });
                room.handle_event(now, Event::Repaired { case, report, ok: true });
            }
            Signal::Remember { case, leave, incident, .. } => {
                left.carried = Some(*incident);
                room.handle_event(now, Event::Remembered { case, leave, ok: true });
            }
            Signal::Reloads(reload) => left.reloads.push(reload),
            _ => {}
        }
    }
    (left, offered)
}

#[test]
fn with_resets_a_page_is_loaded_anew_twice_at_most_whatever_the_user_says_and_however_often_it_is_opened() {
    for (held, most) in [(false, 1), (true, 2)] {
        let (mut left, mut offered) = (Left { reloads: Vec::new(), carried: None }, 0);
        for _ in 0..9 {
            let (next, times) = never_comes_up(left, held);
            // Some time goes by until somebody opens it again.
            let long_ago = |reload: Reload| Reload { at: 1, ..reload };
            left = Left { reloads: next.reloads.into_iter().map(long_ago).collect(), ..next };
            offered += times;
        }
        assert_eq!((left.reloads.len(), offered), (2, most), "held: {held}");
    }
}

#[test]
fn a_page_that_goes_blank_again_within_seconds_has_its_entries_back() {
    let mut room = after_reset();
    look(&mut room, 1_000, RenderState::Content);
    assert_eq!(look(&mut room, 2_500, RenderState::Blank), ["put back persist:root, cart"]);
}

#[test]
fn nothing_is_set_aside_where_the_page_cannot_be_left_or_nothing_can_be_remembered() {
    let mut room = asks_about_state();
    let case = self::case(&room);
    tell(&mut room, 9_000, Event::Chosen { case, choice: choice::RESET });
    let unsaved = Event::LeaveTold { case, by_user: true, readiness: Readiness::Unsaved };
    assert_eq!(tell(&mut room, 9_100, unsaved), ["say script"]);
    // A reload that the user wants later is none of that.
    said(&mut room, 9_100, PromptKind::Script, true, Otherwise::Dismiss);
    tell(&mut room, 20_000, Event::Chosen { case, choice: choice::RELOAD });
    let ready = Event::LeaveTold { case, by_user: true, readiness: Readiness::Ready };
    assert_eq!(tell(&mut room, 20_100, ready), ["remember"]);

    let mut room = asks_about_state();
    resets(&mut room);
    let case = self::case(&room);
    let lost = Event::Remembered { case, leave: Leave::reload(true), ok: false };
    assert_eq!(tell(&mut room, 9_900, lost), ["forget", "put back persist:root, cart"]);

    assert_eq!(blank_page(&mut with_memory(None)), ["say script"], "it could not be undone");
}

#[test]
fn a_reset_of_which_nobody_knows_is_undone_and_one_that_removes_nothing_leads_nowhere() {
    for ok in [true, false] {
        let mut room = asks_about_state();
        let case = self::case(&room);
        tell(&mut room, 9_000, Event::Chosen { case, choice: choice::RESET });
        tell(&mut room, 9_100, Event::LeaveTold { case, by_user: true, readiness: Readiness::Ready });
        let report = RepairReport { keys: vec![entry("cart")], ..RepairReport::default() };
        let told = tell(&mut room, 9_200, Event::Repaired { case, report, ok });
        let wanted: &[&str] = if ok { &["repaired", "say script"] } else { &["put back cart"] };
        assert_eq!(told, wanted);
    }
}

#[test]
fn a_page_that_stays_all_the_same_has_its_entries_back() {
    let mut room = asks_about_state();
    resets(&mut room);
    let case = case(&room);
    tell(&mut room, 9_300, Event::Remembered { case, leave: Leave::reload(true), ok: true });
    assert_eq!(tell(&mut room, 25_000, Event::StillHere(case)), ["forget", "put back persist:root, cart"]);
}

#[test]
fn a_page_with_a_better_cause_or_one_that_came_up_is_asked_nothing() {
    let mut room = reloaded(1);
    script_threw(&mut room, 1_000);
    dead_script(&mut room, 1_100);
    look(&mut room, 2_000, RenderState::Blank);
    let told = diagnosed(&mut room, 2_100, Damage::default(), Freshness::Fresh);
    assert!(!told.contains(&"ask for suspects".into()), "{told:?}");

    let mut room = reloaded(1);
    assert_eq!(blank_page(&mut room), ["ask for suspects"]);
    look(&mut room, 2_150, RenderState::Content);
    assert!(suspects(&mut room, 2_200, &["cart"]).is_empty());
}
