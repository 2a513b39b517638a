//! What the guard must not do to a page: reload it over and over, call it recovered when it is not, say what it does not know.

use super::page::{Page, config};
use super::{chunk_lost, dead_script, script_threw};
use pagemend::core::action::Command;
use pagemend::core::config::Config;
use pagemend::core::event::*;
use pagemend::core::id::AskId;
use pagemend::core::prompt::PromptKind;
use pagemend::core::render::Ink;

/// The page's own origin is known, as it is in a browser.
fn own() -> Config {
    Config { origins: vec!["https://a".into()], ..config() }
}

/// A blank page that threw.
fn blank(config: Config, memory: Option<&str>, mark: Option<&str>) -> Page {
    let mut page = Page::after(config, memory.map(Into::into), mark.map(Into::into), true);
    page.shows = None;
    page.tell(script_threw());
    page
}

#[test]
fn either_witness_of_a_reload_is_enough_to_keep_from_a_second_one() {
    let mut first = blank(own(), Some(""), Some(""));
    first.pass(5_000);
    assert_eq!(first.reloads(), 1);
    for (memory, mark) in [(first.memory.as_deref(), Some("")), (Some(""), first.mark.as_deref())] {
        let mut next = blank(own(), memory, mark);
        next.pass(60_000);
        assert_eq!((next.reloads(), next.shown()), (0, Some(PromptKind::Script)), "{memory:?} {mark:?}");
    }
}

#[test]
fn a_fault_that_comes_back_later_is_reloaded_for_again_only_by_another_build() {
    let mut first = blank(own(), Some(""), Some(""));
    first.pass(5_000);
    let mut fine = first.reloaded(own());
    fine.pass(10_000);
    fine.ended("script", "recovered");
    for (build, reloads) in [("1.0", 0), ("1.1", 1)] {
        let mut later = fine.reloaded(Config { build: build.into(), ..own() });
        later.pass(60_000);
        later.shows = None;
        later.tell(script_threw());
        later.pass(20_000);
        assert_eq!(later.reloads(), reloads, "{build}: {:?}", later.outcomes);
    }
}

#[test]
fn without_both_witnesses_nothing_is_reloaded() {
    for (memory, mark) in [(None, Some("")), (Some(""), None), (None, None)] {
        let mut page = blank(own(), memory, mark);
        page.pass(60_000);
        assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::Script)), "{memory:?} {mark:?}");
    }
}

#[test]
fn a_fault_that_changes_its_looks_does_not_send_the_page_round() {
    let mut page = blank(own(), Some(""), Some(""));
    page.pass(5_000);
    let mut next = Page::after(own(), Some(String::new()), page.mark.clone(), true);
    next.shows = None;
    next.now = 5_000;
    next.pass(20_000);
    assert_eq!((next.reloads(), next.shown()), (0, Some(PromptKind::Script)), "blank without a known cause");
}

#[test]
fn an_address_that_gives_no_page_to_a_get_is_not_gone_to() {
    for status in [405, 404, 503] {
        let mut page = blank(own(), Some(""), Some(""));
        page.readiness = Readiness::NoPage { status };
        page.pass(5_000);
        assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::Script)), "{status}");
        page.choose("reload");
        assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::Script)), "{status}, by the user");
    }
    let landing = Config { landing: Some("/loan".into()), ..own() };
    let mut page = blank(landing, Some(""), Some(""));
    page.readiness = Readiness::NoPage { status: 405 };
    page.pass(5_000);
    assert_eq!(page.count(|d| matches!(d, Command::Navigate { url } if url == "/loan")), 1);
}

#[test]
fn the_page_may_forbid_a_reload() {
    let mut page = blank(own(), Some(""), Some(""));
    page.readiness = Readiness::Forbidden;
    page.pass(5_000);
    assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::Script)));
}

#[test]
fn a_page_that_shows_content_and_works_is_not_reloaded() {
    let mut page = Page::after(own(), Some(String::new()), Some(String::new()), true);
    page.tell(chunk_lost());
    page.pass(30_000);
    assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::LoadFailed)), "a dead lazy chunk");
    let mut page = Page::after(own(), Some(String::new()), Some(String::new()), true);
    page.tell(script_threw());
    page.pass(30_000);
    assert_eq!((page.reloads(), page.shown()), (0, None), "an error that nobody notices");
}

#[test]
fn a_page_whose_entry_script_is_lost_does_not_work_whatever_it_shows() {
    let dead = |page: &mut Page| {
        for event in dead_script() {
            page.tell(event);
        }
    };
    let mut page = Page::after(own(), Some(String::new()), Some(String::new()), true);
    dead(&mut page);
    page.pass(20_000);
    assert_eq!(page.reloads(), 1);
    let mut next = page.reloaded(own());
    dead(&mut next);
    next.pass(20_000);
    assert_eq!((next.reloads(), next.shown()), (0, Some(PromptKind::Unusable)));
    assert_eq!(next.prompt.as_ref().map(|(_, spec)| spec.modal), Some(false), "the text stays to be read");
    next.pass(60_000);
    assert!(next.outcomes.iter().all(|(_, outcome)| outcome != "recovered"), "{:?}", next.outcomes);
    // It comes after all.
    let url = String::from("https://a/assets/index.js");
    let kind = ResourceKind::Module;
    next.tell(Event::ResourceSettled { url, kind, healed: true, from: "https://a/".into(), tries: 1 });
    next.pass(10_000);
    next.ended("resource", "recovered");
    assert_eq!(next.shown(), None);
}

#[test]
fn a_fault_that_comes_back_within_seconds_was_not_healed() {
    let mut page = blank(own(), Some(""), Some(""));
    page.pass(5_000);
    let mut next = page.reloaded(own());
    next.pass(1_500);
    next.shows = None;
    next.tell(Event::Altered);
    next.tell(Event::ScriptFailed {
        rejection: false,
        text: "NotFoundError: Failed to execute 'removeChild' on 'Node'".into(),
        source: "https://a/app.js".into(),
    });
    next.tell(Event::ContentRemoved);
    next.pass(10_000);
    assert!(next.outcomes.iter().all(|(_, outcome)| outcome != "recovered"), "{:?}", next.outcomes);
    next.ended("translated", "prompted");
    assert_eq!((next.reloads(), next.shown()), (0, Some(PromptKind::Translated)));
}

#[test]
fn a_dialog_of_the_guard_s_own_does_not_end_an_incident() {
    let mut page = Page::after(own(), None, None, true);
    page.covered = true;
    for _ in 0..80 {
        page.pass(1_000);
        // A counter that ticks.
        page.tell(Event::Changed { grew: true });
    }
    let prompts = page.count(|d| matches!(d, Command::Prompt(_)));
    assert!(prompts <= 2, "{prompts} prompts");
    assert!(page.outcomes.iter().all(|(_, outcome)| outcome != "recovered"), "{:?}", page.outcomes);
    // What lay over it is gone, and the user closes the dialog.
    page.covered = false;
    page.choose("close");
    page.pass(20_000);
    page.ended("hidden-by-style", "recovered");
}

#[test]
fn a_page_that_comes_up_behind_its_dialog_is_over_when_it_holds_without_it() {
    let mut page = blank(own(), None, None);
    page.pass(5_000);
    assert_eq!(page.shown(), Some(PromptKind::Script));
    page.shows = Some(Ink::Text);
    page.tell(Event::Changed { grew: true });
    page.pass(20_000);
    assert_eq!(page.shown(), None);
    page.ended("script", "recovered");
}

#[test]
fn what_the_browser_says_of_the_network_is_checked() {
    let mut page = Page::after(own(), None, None, true);
    page.reachable = true;
    page.tell(Event::Connection { online: false });
    page.pass(60_000);
    assert_eq!((page.shown(), page.outcomes.len()), (None, 0), "an answer overrules it");
}

#[test]
fn held_calls_are_tried_again_without_a_word_of_the_browser_s() {
    let mut page = Page::after(own(), None, None, true);
    let id = page.request("/api/plan", true, false);
    for attempt in 0..3 {
        page.tell(Event::RequestEnded { id, attempt, outcome: AttemptOutcome::NetworkError });
        page.pass(3_000);
    }
    assert_eq!((page.shown(), page.settled(id)), (Some(PromptKind::Network), false));
    let before = page.sent(id);
    page.reachable = true;
    for _ in 0..60 {
        if page.sent(id) == before {
            page.pass(500);
        }
    }
    assert_eq!(page.sent(id), before + 1);
    page.answer(id, before + 1, 200);
    page.pass(1_000);
    assert_eq!((page.settled(id), page.shown()), (true, None));
    page.ended("network", "recovered");
}

#[test]
fn placeholders_that_stand_too_long_do_not_prove_that_a_service_is_to_blame() {
    let mut page = Page::after(own(), None, None, true);
    page.shows = Some(Ink::Placeholder);
    page.pass(60_000);
    assert_eq!(page.shown(), Some(PromptKind::Script));
}

#[test]
fn an_incident_goes_on_where_the_same_page_comes_again_at_once() {
    let mut page = blank(own(), Some(""), Some(""));
    page.readiness = Readiness::Forbidden;
    page.pass(5_000);
    page.tell(Event::PageHiding);
    let mut next = page.reloaded(own());
    next.pass(10_000);
    next.ended("script", "recovered");
    let id = |page: &Page| page.posted.concat().split("incident.id").nth(1).map(|text| text[..60].to_string());
    assert_eq!(id(&page), id(&next), "one incident");

    let mut elsewhere = Page::after(own(), page.memory.clone(), page.mark.clone(), true);
    elsewhere.tell(Event::RouteChanged { path: "/other".into() });
    elsewhere.pass(60_000);
    let late = Page::after(own(), page.memory.clone(), page.mark.clone(), true);
    assert!(late.outcomes.len() <= 1);
}

#[test]
fn a_page_that_reloads_itself_is_told_and_not_reloaded_once_more() {
    let mut page = Page::after(own(), Some(String::new()), Some(String::new()), true);
    page.shows = None;
    page.tell(Event::Looping { documents: 5 });
    page.pass(20_000);
    assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::Script)));
    let mut works = Page::after(own(), Some(String::new()), Some(String::new()), true);
    works.tell(Event::Looping { documents: 5 });
    works.tell(chunk_lost());
    works.pass(20_000);
    assert_eq!((works.reloads(), works.shown()), (0, Some(PromptKind::LoadFailed)));
}

#[test]
fn the_console_tells_what_was_done_and_nothing_on_a_healthy_page() {
    let lines = |page: &Page| page.count(|d| matches!(d, Command::Log { .. }));
    let mut page = blank(own(), Some(""), Some(""));
    page.pass(5_000);
    let mut next = page.reloaded(own());
    next.pass(10_000);
    assert_eq!(lines(&next), 1, "{:?}", next.did);
    let mut healthy = Page::after(own(), Some(String::new()), Some(String::new()), true);
    healthy.pass(60_000);
    assert_eq!(lines(&healthy), 0);
}

#[test]
fn the_reload_button_of_a_prompt_that_the_page_asked_for_reloads() {
    for (readiness, reloads) in [(Readiness::Ready, 1), (Readiness::NoPage { status: 405 }, 0)] {
        let mut page = Page::after(own(), None, None, true);
        page.readiness = readiness;
        page.tell(Event::PromptAsked { ask: AskId(1), kind: PromptKind::LoadFailed, detail: String::new() });
        page.choose("reload");
        assert_eq!(page.reloads(), reloads, "{readiness:?}");
        assert_eq!(page.count(|d| matches!(d, Command::Reply { ask: AskId(1), .. })), 1);
    }
}

#[test]
fn what_is_still_on_its_way_is_not_begun_anew() {
    let mut page = Page::coming_up(own(), Some(String::new()), false);
    page.shows = None;
    page.hanging = "https://a/entry.js";
    page.tell(script_threw());
    page.pass(60_000);
    assert_eq!(page.reloads(), 0);
}
