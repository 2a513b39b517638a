//! Stories of what retries come to: told to listeners, summed up for the collector, and origins that are dead to this page and the next.

use crate::page::{Page, config};
use pagemend::core::action::{Command, Notice};
use pagemend::core::config::Config;
use pagemend::core::event::{Event, PostOutcome, ResourceKind};

const TWO: [&str; 2] = ["https://dead", "https://b"];

fn settings() -> Config {
    let fallbacks = TWO.map(String::from).into();
    Config { origins: vec!["https://a".into()], fallbacks, ..config() }
}

fn fail(page: &mut Page, url: &str, status: u16) {
    let url = url.into();
    page.tell(Event::ResourceFailed { url, kind: ResourceKind::Other, critical: false, html: false, status });
}

/// Where parts were asked for, in order.
fn asked(page: &Page) -> Vec<&str> {
    let asked = page.did.iter().filter_map(|d| if let Command::Mend { to, .. } = d { Some(to.as_str()) } else { None });
    asked.filter(|to| !to.is_empty()).collect()
}

fn heard(page: &Page) -> Vec<(&'static str, u32)> {
    let retry = |d: &Command| {
        if let Command::Notify(Notice::Retry { outcome, attempt, .. }) = d {
            Some((outcome.code(), *attempt))
        } else {
            None
        }
    };
    page.did.iter().filter_map(retry).collect()
}

/// Five failures in a row: nobody asks there for a while.
fn with_a_dead_fallback() -> Page {
    let mut page = Page::with(settings(), Some(String::new()));
    page.serves = "https://b/";
    for n in 0..5 {
        fail(&mut page, &format!("https://a/{n}.png"), 404);
        page.pass(1_000);
    }
    assert_eq!(asked(&page).iter().filter(|to| to.starts_with("https://dead/")).count(), 5);
    page.did.clear();
    page
}

#[test]
fn listeners_hear_of_each_try_and_of_the_end() {
    let mut page = Page::with(settings(), Some(String::new()));
    page.serves = "https://b/";
    fail(&mut page, "https://a/card.png", 404);
    page.pass(10_000);
    assert_eq!(heard(&page), [("waiting", 1), ("waiting", 2), ("recovered", 2)]);
    page.did.clear();

    let id = page.request("https://a/api/home", true, false);
    page.answer(id, 0, 503);
    page.pass(400);
    page.answer(id, 1, 200);
    assert_eq!(heard(&page), [("waiting", 1), ("recovered", 1)]);
    page.did.clear();

    page.serves = "nobody";
    fail(&mut page, "https://a/other.png", 404);
    page.pass(10_000);
    assert_eq!(heard(&page), [("waiting", 1), ("waiting", 2), ("lost", 2)]);
}

#[test]
fn a_page_that_is_left_tells_the_sum_once() {
    let mut page = Page::with(settings(), Some(String::new()));
    page.serves = "https://b/";
    fail(&mut page, "https://a/card.png", 404);
    page.pass(10_000);
    page.tell(Event::Visibility { visible: false });
    page.pass(100);
    let sum = |page: &Page| page.posted.iter().filter(|body| body.contains("pagemend.retries.asked")).count();
    assert_eq!(sum(&page), 1);
    let body = page.posted.iter().find(|body| body.contains("pagemend.retries\"")).cloned().unwrap_or_default();
    for (key, value) in [("asked", "2"), ("recovered", "1"), ("lost", "0")] {
        let told = format!(r#"{{"key":"pagemend.retries.{key}","value":{{"intValue":"{value}"}}}}"#);
        assert!(body.contains(&told), "{told} in {body}");
    }
    page.tell(Event::Visibility { visible: true });
    page.tell(Event::PageHiding);
    assert_eq!(sum(&page), 1, "nothing came on top");
}

#[test]
fn a_fallback_that_is_dead_is_passed_over() {
    let mut page = with_a_dead_fallback();
    fail(&mut page, "https://a/next.png", 404);
    page.pass(1_000);
    assert_eq!(asked(&page), ["https://b/next.png"]);
}

#[test]
fn the_next_page_knows_the_dead_ones_for_a_while() {
    let mut page = with_a_dead_fallback();
    page.tell(Event::PageHiding);
    let mut next = page.reloaded(settings());
    next.serves = "https://b/";
    fail(&mut next, "https://a/next.png", 404);
    next.pass(1_000);
    assert_eq!(asked(&next), ["https://b/next.png"]);

    // Then it is asked again, as everybody is.
    next.pass(200_000);
    next.did.clear();
    fail(&mut next, "https://a/later.png", 404);
    next.pass(10_000);
    assert_eq!(asked(&next)[0], "https://dead/later.png");
    next.tell(Event::PageHiding);
}

#[test]
fn memory_that_says_for_ever_is_not_believed() {
    let memory = format!(r#"{{"dead":[["https://dead",{}]]}}"#, u64::MAX);
    let mut page = Page::with(settings(), Some(memory));
    page.serves = "https://dead/";
    fail(&mut page, "https://a/card.png", 404);
    page.pass(1_000);
    assert_eq!(asked(&page), ["https://dead/card.png"]);
}

#[test]
fn a_file_that_hangs_is_asked_of_the_first_fallback_once_when_its_time_is_over() {
    let mut page = Page::coming_up(settings(), Some(String::new()), false);
    page.pass(5_000);
    page.hanging = "https://a/app.css?v=1";
    page.tell(Event::Changed { grew: true });
    let replaced = |page: &Page| {
        let to = |d: &Command| if let Command::Replace { to, .. } = d { Some(to.clone()) } else { None };
        page.did.iter().filter_map(to).collect::<Vec<_>>()
    };
    page.pass(9_000);
    assert!(replaced(&page).is_empty(), "not before the time of a request, from when it was first seen");
    page.pass(60_000);
    assert_eq!(replaced(&page), ["https://dead/app.css?v=1"]);

    let mut other = Page::coming_up(settings(), Some(String::new()), false);
    other.hanging = "https://maps.example/map.js";
    other.pass(60_000);
    assert!(replaced(&other).is_empty(), "what is not the page's own");
}

#[test]
fn a_frame_is_asked_for_where_it_came_from_and_only_in_an_overload() {
    let mut page = Page::with(settings(), Some(String::new()));
    page.serves = "https://a/";
    for (url, status) in [("https://a/terms.html", 503), ("https://a/gone.html", 404)] {
        let url = url.into();
        page.tell(Event::ResourceFailed { url, kind: ResourceKind::Frame, critical: false, html: true, status });
    }
    page.pass(10_000);
    assert_eq!(asked(&page), ["https://a/terms.html"]);
}

#[test]
fn a_sum_that_cannot_be_sent_now_is_sent_by_the_next_page() {
    let mut page = Page::with(settings(), Some(String::new()));
    page.collector = PostOutcome::Later { retry_after: None };
    let id = page.request("https://a/api/home", true, false);
    page.answer(id, 0, 503);
    page.pass(400);
    page.answer(id, 1, 200);
    page.pass(30_000);
    page.posted.clear();
    page.tell(Event::PageHiding);
    assert!(page.queue.contains("pagemend.retries.recovered"), "{}", page.queue);
}

#[test]
fn a_call_that_is_refused_in_the_end_did_not_recover() {
    let mut page = Page::with(settings(), Some(String::new()));
    let id = page.request("https://a/api/home", true, false);
    page.answer(id, 0, 503);
    page.pass(400);
    page.answer(id, 1, 404);
    assert_eq!(heard(&page), [("waiting", 1), ("lost", 1)]);
}

#[test]
fn a_healthy_page_writes_nothing_when_it_is_left() {
    let mut page = Page::with(settings(), Some(String::new()));
    page.pass(20_000);
    page.tell(Event::PageHiding);
    assert_eq!(page.count(|d| matches!(d, Command::Remember { .. })), 0);
    assert!(!page.posted.concat().contains("pagemend.retries"));
}
