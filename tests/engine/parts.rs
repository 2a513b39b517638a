//! Stories of pictures, fonts and films that failed: asked of other origins, once for all who use them, within the page's budget.

use crate::page::{Page, config};
use pagemend::core::action::Command;
use pagemend::core::config::Config;
use pagemend::core::event::{Event, ResourceKind};

fn page() -> Page {
    let origins = vec!["https://a".into(), "https://cdn".into()];
    Page::with(Config { origins, fallbacks: vec!["https://b".into()], ..config() }, Some(String::new()))
}

fn fail(page: &mut Page, url: &str) {
    failed(page, url, false);
}

fn failed(page: &mut Page, url: &str, critical: bool) {
    page.tell(Event::ResourceFailed { url: url.into(), kind: ResourceKind::Other, critical, html: false, status: 404 });
}

/// Where it was asked for, in order; "" where who uses it was told that it is lost.
fn asked(page: &Page) -> Vec<&str> {
    page.did.iter().filter_map(|d| if let Command::Mend { to, .. } = d { Some(to.as_str()) } else { None }).collect()
}

#[test]
fn a_picture_is_asked_of_the_fallback_once_for_all_who_use_it() {
    let mut page = page();
    page.serves = "https://b/";
    for _ in 0..3 {
        fail(&mut page, "https://cdn/img/card.png?v=2#x");
    }
    page.pass(60_000);
    // The second and third are newly put in: they get what the first one got.
    assert_eq!(asked(&page), ["https://b/img/card.png?v=2#x"; 3]);
    assert_eq!(page.reloads(), 0);
}

#[test]
fn a_picture_that_is_nowhere_is_lost_after_three_tries_with_the_pages_own() {
    let mut page = page();
    fail(&mut page, "https://a/card.png");
    page.pass(60_000);
    assert_eq!(asked(&page), ["https://b/card.png", "https://a/card.png", ""]);
    fail(&mut page, "https://a/card.png");
    page.pass(60_000);
    assert_eq!(asked(&page)[3..], [""], "who puts it in again hears of the failure at once");
}

#[test]
fn thirty_dead_pictures_cost_no_more_than_the_budget() {
    let mut page = page();
    for n in 0..30 {
        fail(&mut page, &format!("https://a/{n}.png"));
    }
    page.pass(600_000);
    let requests = asked(&page).iter().filter(|to| !to.is_empty()).count();
    assert!(requests <= 14, "{requests}: ten, and one each two minutes");
    assert_eq!(asked(&page).len() - requests, 30, "each is told in the end");
}

#[test]
fn thirty_pictures_come_from_a_fallback_that_lives() {
    let mut page = page();
    page.serves = "https://b/";
    for n in 0..30 {
        fail(&mut page, &format!("https://a/{n}.png"));
    }
    page.pass(10_000);
    assert_eq!(asked(&page).len(), 30);
    assert!(asked(&page).iter().all(|to| to.starts_with("https://b/")));
}

#[test]
fn what_the_screen_shows_goes_before_what_nobody_sees() {
    let mut page = page();
    page.silent = true;
    for n in 0..8 {
        fail(&mut page, &format!("https://a/below-{n}.png"));
    }
    failed(&mut page, "https://a/seen.png", true);
    // The browser tells twice: by an entry, which knows no place, and by the element.
    failed(&mut page, "https://a/below-7.png", true);
    page.serves = "https://b/";
    page.silent = false;
    page.pass(60_000);
    let all = asked(&page);
    assert_eq!(all[..4], [0, 1, 2, 3].map(|n| format!("https://b/below-{n}.png")), "on their way already");
    assert_eq!(all[4..6], ["https://b/below-7.png", "https://b/seen.png"], "{all:?}");
}

#[test]
fn what_is_not_the_pages_own_is_not_asked_for() {
    let mut page = page();
    for url in
        ["https://maps.example/tile.png", "data:image/png,x", "blob:https://a/1", "javascript:1", "file:///a.png", ""]
    {
        fail(&mut page, url);
    }
    page.pass(60_000);
    assert_eq!(asked(&page), [""; 6], "whose failure was kept hears of it");
}

#[test]
fn nothing_is_asked_for_without_a_network() {
    let mut page = page();
    page.serves = "https://b/";
    page.tell(Event::Connection { online: false });
    fail(&mut page, "https://a/card.png");
    page.pass(60_000);
    assert_eq!(asked(&page), [""], "the page need not wait for the network");
    page.tell(Event::Connection { online: true });
    page.pass(1_000);
    assert_eq!(asked(&page), ["", "https://b/card.png"]);
}

#[test]
fn addresses_that_are_followed_are_bounded() {
    let mut page = page();
    page.tell(Event::Connection { online: false });
    for n in 0..1000 {
        fail(&mut page, &format!("https://a/{n}.png"));
    }
    page.tell(Event::Connection { online: true });
    page.pass(1_000_000);
    let all: std::collections::BTreeSet<_> = asked(&page).into_iter().filter(|to| !to.is_empty()).collect();
    assert!(all.len() <= 2 * 64, "{}", all.len());
}

#[test]
fn the_guards_own_tries_are_no_new_failures() {
    let mut page = page();
    fail(&mut page, "https://a/card.png");
    fail(&mut page, "https://b/card.png");
    page.pass(60_000);
    assert_eq!(asked(&page).iter().filter(|to| !to.is_empty()).count(), 2, "{:?}", asked(&page));
}

#[test]
fn a_guard_that_stops_leaves_nobody_waiting() {
    let mut page = page();
    page.silent = true;
    fail(&mut page, "https://a/card.png");
    page.engine.stop(pagemend::core::time::Millis(page.now));
    page.drain();
    assert_eq!(asked(&page), ["https://b/card.png", ""]);
}

#[test]
fn what_nobody_uses_any_more_costs_nothing() {
    let mut page = page();
    page.unused = true;
    for n in 0..50 {
        fail(&mut page, &format!("https://a/{n}.png"));
    }
    page.unused = false;
    page.serves = "https://b/";
    fail(&mut page, "https://a/0.png");
    page.pass(10_000);
    assert_eq!(asked(&page).len(), 51);
}

#[test]
fn pictures_that_are_not_there_do_not_hold_up_the_pages_calls() {
    let mut page = Page::with(Config { origins: vec!["https://a".into()], ..config() }, Some(String::new()));
    for n in 0..4 {
        fail(&mut page, &format!("https://a/{n}.png"));
    }
    page.pass(5_000);
    let id = page.request("https://a/api/home", true, false);
    page.answer(id, 0, 503);
    page.pass(400);
    assert_eq!(page.sent(id), 1);
}
