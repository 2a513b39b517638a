//! How the guard stands, for a developer who watches it: told when it is asked for, and nothing is done about it.

use super::page::{Page, config};
use super::*;
use pagemend::core::freshness::Freshness;
use pagemend::core::snapshot::{Snapshot, Timer};

fn state(page: &mut Page) -> Snapshot {
    page.tell(Event::StateAsked { ask: AskId(7) });
    let told = page.did.iter().rev().find_map(|command| match command {
        Command::Reply { reply: Reply::State(snapshot), .. } => Some((**snapshot).clone()),
        _ => None,
    });
    told.expect("it is answered at once")
}

fn keeps_marks(page: &Page) -> Option<bool> {
    page.did.iter().rev().find_map(|command| match command {
        Command::SampleRender { marks, .. } => Some(*marks),
        _ => None,
    })
}

#[test]
fn the_state_tells_what_is_known_and_what_comes_next() {
    let mut page = Page::with(Config { consent: Consent::Granted, ..config() }, None);
    page.pass(20_000);
    let told = state(&mut page);
    assert_eq!(told.build.state, Freshness::Unknown, "the manifest is asked for later");
    assert_eq!((told.retries_left, told.retries_most), (10, 10));
    assert_eq!((told.consent, told.playbook, told.dropped), (Consent::Granted, None, 0));
    assert!(told.incidents.is_empty());
    let soonest = told.timers.iter().map(|(_, left)| Millis(page.now) + *left).min();
    assert_eq!(page.engine.poll_timeout(), soonest, "{:?}", told.timers);
}

#[test]
fn an_incident_and_the_retries_that_it_took_are_in_the_state() {
    let mut page = Page::new();
    page.pass(5_000);
    let id = page.request("https://a/api/offer", true, false);
    page.answer(id, 0, 503);
    page.pass(3_000);
    let told = state(&mut page);
    assert_eq!(told.incidents.len(), 1);
    assert!(told.retries_left < told.retries_most, "{told:?}");
    assert!(told.timers.iter().any(|(timer, _)| *timer == Timer::Incident), "{:?}", told.timers);
}

#[test]
fn marks_are_kept_from_the_first_question_on() {
    let mut page = Page::new();
    page.pass(5_000);
    assert_eq!(keeps_marks(&page), Some(false));
    let looks = page.count(|d| matches!(d, Command::SampleRender { .. }));
    state(&mut page);
    assert_eq!(page.count(|d| matches!(d, Command::SampleRender { .. })), looks, "it is a question, and no look");
    page.tell(Event::RenderAsked { ask: AskId(8) });
    assert_eq!(keeps_marks(&page), Some(true));
}
