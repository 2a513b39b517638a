//! When the page is looked at, and what a look leads to.

use super::page::{Page, config};
use pagemend::core::action::{Command, Notice};
use pagemend::core::event::*;
use pagemend::core::id::AskId;
use pagemend::core::incident::{Cause, evidence};
use pagemend::core::render::{Ink, RenderState};
use pagemend::core::time::Millis;

fn looks(page: &Page) -> usize {
    page.count(|d| matches!(d, Command::SampleRender { .. }))
}

fn open(page: &Page) -> usize {
    page.engine.open_incidents().count()
}

#[test]
fn an_empty_page_without_any_sign_of_trouble_is_given_time_for_its_data() {
    let mut page = Page::new();
    page.shows = None;
    page.pass(5_500);
    assert_eq!(open(&page), 0);
    page.pass(2_000);
    assert_eq!(open(&page), 1);
}

#[test]
fn a_clue_makes_an_empty_page_a_fault_as_soon_as_it_has_settled() {
    let clues = [
        Event::CallFailed { url: "/api/home".into(), status: 500 },
        Event::Unreachable { url: "https://cdn/app.js".into() },
        Event::ScriptFailed { rejection: true, text: "Error: x".into(), source: String::new() },
    ];
    for clue in clues {
        let mut page = Page::new();
        page.shows = None;
        page.tell(clue);
        page.pass(3_500);
        assert_eq!(open(&page), 1);
    }
}

#[test]
fn a_picture_that_failed_is_no_clue_to_an_empty_page() {
    let mut page = Page::new();
    page.shows = None;
    let (url, kind) = ("/logo.png".into(), ResourceKind::Other);
    page.tell(Event::ResourceFailed { url, kind, critical: false, html: false, status: 404 });
    page.pass(5_500);
    assert_eq!(open(&page), 0);
}

#[test]
fn a_change_of_style_leads_to_a_look_and_what_it_hid_is_told() {
    let mut page = Page::new();
    page.pass(60_000);
    let before = looks(&page);
    page.shows = None;
    page.tell(Event::Changed { grew: false });
    page.pass(9_000);
    assert!(looks(&page) > before);
    assert_eq!(open(&page), 1);
}

#[test]
fn what_changes_without_a_sign_soon_after_the_first_look_is_seen_all_the_same() {
    let mut page = Page::new();
    page.pass(2_000);
    page.shows = None;
    page.pass(12_000);
    assert_eq!(open(&page), 1);
}

#[test]
fn a_page_that_changes_all_the_time_is_looked_at_ever_less_often() {
    let mut page = Page::new();
    for _ in 0..600 {
        page.tell(Event::Changed { grew: true });
        page.pass(100);
    }
    let minute = looks(&page);
    assert!((8..=16).contains(&minute), "{minute}");
}

#[test]
fn a_document_that_waits_for_a_script_for_ever_is_told() {
    let mut page = Page::coming_up(config(), Some(String::new()), false);
    page.shows = None;
    page.pass(7_500);
    assert_eq!(open(&page), 0);
    page.pass(2_000);
    assert_eq!(open(&page), 1);
}

#[test]
fn a_dead_script_makes_nobody_impatient_while_the_document_is_loading() {
    let mut page = Page::coming_up(config(), Some(String::new()), false);
    page.shows = None;
    let (url, kind) = (String::from("https://cdn/chat.js"), ResourceKind::Classic);
    page.tell(Event::ResourceFailed { url: url.clone(), kind, critical: true, html: false, status: 0 });
    page.tell(Event::ResourceSettled { url, kind, healed: false, from: String::new(), tries: 0 });
    page.pass(3_000);
    let failing = |d: &Command| matches!(d, Command::Notify(Notice::Verdict(v)) if v.state == RenderState::Blank);
    assert_eq!(page.count(failing), 0);
    page.shows = Some(Ink::Text);
    page.loaded = true;
    page.tell(Event::PageLoaded);
    page.pass(20_000);
    assert_eq!((page.shown(), page.reloads()), (None, 0));
}

#[test]
fn a_toast_over_an_empty_page_does_not_make_it_content_for_long() {
    let mut page = Page::new();
    page.shows = Some(Ink::Text);
    page.pass(3_000);
    page.shows = None;
    page.tell(Event::Changed { grew: true });
    page.pass(10_000);
    assert_eq!(open(&page), 1);
}

#[test]
fn a_hint_of_the_pages_own_explains_but_does_not_hurry() {
    let hints = [
        (Event::CallHangs { url: "/api/home".into() }, Cause::Api),
        (Event::Complained { text: "TypeError: no items".into() }, Cause::Script),
    ];
    for (hint, cause) in hints {
        let mut page = Page::new();
        page.shows = None;
        page.tell(hint);
        page.pass(5_500);
        assert_eq!(open(&page), 0);
        page.pass(2_000);
        assert_eq!(page.engine.open_incidents().map(|i| i.cause).collect::<Vec<_>>(), [cause]);
    }
}

#[test]
fn what_was_said_tells_the_cause() {
    let cases = [
        (evidence::script_error("ReferenceError: IntersectionObserver is not defined", "", false), Cause::Unsupported),
        (evidence::script_error("ReferenceError: Can't find variable: ResizeObserver", "", false), Cause::Unsupported),
        (evidence::script_error("ReferenceError: account is not defined", "", false), Cause::Script),
        (evidence::script_error("SyntaxError: Unexpected token '|'", "", true), Cause::Script),
        (evidence::unsupported_syntax("SyntaxError: Unexpected token '|'", ""), Cause::Unsupported),
        (evidence::stale_file("https://a/app.js"), Cause::CacheDamaged),
        (evidence::script_error("Error: Request failed with status code 503", "", true), Cause::Overload),
        (evidence::script_error("Error: payments 500", "", true), Cause::Api),
        (evidence::call_failed("/api", 500), Cause::Api),
        (evidence::call_failed("/api", 200), Cause::Api),
        (evidence::call_failed("/api", 429), Cause::Overload),
        (evidence::call_failed("/api", 0), Cause::Network),
        (evidence::unreachable("https://cdn/app.js"), Cause::Network),
        (evidence::blocked_by_policy("connect-src", "https://api"), Cause::BlockedByPolicy),
    ];
    for (found, cause) in cases {
        assert_eq!(found.cause, cause, "{found:?}");
    }
}

#[test]
fn a_guard_that_stops_answers_who_asked_for_a_look() {
    let mut page = Page::new();
    let now = Millis(page.now);
    page.engine.handle_event(now, Event::RenderAsked { ask: AskId(1) });
    page.engine.stop(now);
    let actions = std::iter::from_fn(|| page.engine.poll_action());
    assert_eq!(actions.filter(|action| matches!(action.what, Command::Reply { ask: AskId(1), .. })).count(), 1);
}
