//! Stories of what retries come to: told to listeners, summed up for the collector, and origins that are dead to this page and the next.

use crate::page::{Page, config};
use pagemend::core::action::{Do, Notice};
use pagemend::core::config::Config;
use pagemend::core::event::{Event, ResourceKind};

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
    let asked = page.did.iter().filter_map(|d| if let Do::Mend { to, .. } = d { Some(to.as_str()) } else { None });
    asked.filter(|to| !to.is_empty()).collect()
}

fn heard(page: &Page) -> Vec<(&'static str, u32)> {
    let retry = |d: &Do| {
        if let Do::Notify(Notice::Retry { outcome, attempt, .. }) = d { Some((*outcome, *attempt)) } else { None }
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
    let memory = format!("d\thttps://dead\t{}\n", u64::MAX);
    let mut page = Page::with(settings(), Some(memory));
    page.serves = "https://dead/";
    fail(&mut page, "https://a/card.png", 404);
    page.pass(1_000);
    assert_eq!(asked(&page), ["https://dead/card.png"]);
}

#[test]
fn a_healthy_page_writes_nothing_when_it_is_left() {
    let mut page = Page::with(settings(), Some(String::new()));
    page.pass(20_000);
    page.tell(Event::PageHiding);
    assert_eq!(page.count(|d| matches!(d, Do::Remember { .. })), 0);
    assert!(!page.posted.concat().contains("pagemend.retries"));
}
