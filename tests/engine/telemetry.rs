//! Telemetry: what is sent when, and what is left for the next page.

use crate::page::{Page, config};
use pagemend::core::action::Command;
use pagemend::core::config::{Config, Consent};
use pagemend::core::engine::Engine;
use pagemend::core::event::*;
use pagemend::core::telemetry::kept;

const DOWN: PostOutcome = PostOutcome::Later { retry_after: None };

/// The next page on the same device, with what the one before left there.
pub fn after(page: &Page, config: Config) -> Page {
    starting(page, config, false)
}

fn starting(page: &Page, config: Config, denied: bool) -> Page {
    let mut next = Page::new();
    next.engine = Engine::new(config, [1, 1]);
    next.did.clear();
    next.left = vec![KeptQueue { key: kept::key("before"), text: kept::free(&page.queue) }];
    next.tell(Event::Started(Start {
        queues: !page.queue.is_empty(),
        denied,
        path: "/apply".into(),
        visible: true,
        online: true,
        loaded: true,
        ..Start::default()
    }));
    next
}

fn trouble(page: &mut Page) {
    page.tell(Event::Connection { online: false });
    page.tell(Event::Connection { online: true });
}

fn posts(page: &Page) -> usize {
    page.count(|d| matches!(d, Command::Post { .. }))
}

/// In what is posted, or in what is kept.
fn records(text: &str) -> usize {
    text.matches("\"eventName\":").count() + text.matches("\"log\":{").count()
}

#[test]
fn a_page_that_is_left_sends_nothing_and_the_next_one_sends_it_once() {
    let mut page = Page::new();
    page.pass(5_000);
    trouble(&mut page);
    page.tell(Event::PageHiding);
    page.tell(Event::Visibility { visible: false });
    page.pass(60_000);
    assert_eq!((posts(&page), records(&page.queue)), (0, 3), "{}", page.queue);

    let mut next = after(&page, config());
    next.pass(1_400);
    assert_eq!(posts(&next), 0, "not while the page loads");
    next.pass(5_000);
    assert_eq!((posts(&next), records(&next.posted.concat())), (1, 3 + 1), "with its own page view");
    assert_eq!((next.queue.as_str(), next.left.len()), ("", 0));
}

#[test]
fn a_hidden_page_sends_while_it_can_still_read_the_answer() {
    let mut page = Page::new();
    page.pass(5_000);
    page.tell(Event::Visibility { visible: false });
    page.pass(1_000);
    assert_eq!(records(&page.posted.concat()), 1, "the page view");
    page.tell(Event::PageHiding);
    assert_eq!(page.queue, "");
}

#[test]
fn a_page_that_is_hidden_because_it_is_left_sends_nothing() {
    let mut page = Page::new();
    page.pass(5_000);
    page.tell(Event::Visibility { visible: false });
    page.tell(Event::PageHiding);
    page.pass(60_000);
    assert_eq!((posts(&page), records(&page.queue)), (0, 1));
}

#[test]
fn what_was_under_way_when_the_page_went_stays_kept_and_is_counted() {
    let mut page = Page::new();
    page.hangs = true;
    trouble(&mut page);
    page.pass(1_000);
    assert_eq!(posts(&page), 1);
    page.tell(Event::PageHiding);
    assert!(page.queue.starts_with("{\"copies\":1,"), "{}", page.queue);
}

#[test]
fn a_page_that_comes_back_leaves_to_others_what_they_took() {
    let mut page = Page::new();
    page.collector = DOWN;
    trouble(&mut page);
    page.pass(5_000);
    page.tell(Event::PageHiding);
    // Another page takes it and sends it.
    page.queue.clear();
    page.collector = PostOutcome::Done { accepted: true };
    page.tell(Event::PageShown { restored: true });
    page.pass(120_000);
    assert_eq!(records(&page.posted.concat()), 0);
    trouble(&mut page);
    page.pass(5_000);
    assert_eq!(records(&page.posted.concat()), 2, "what happens from then on");
}

#[test]
fn a_page_that_comes_back_takes_up_again_what_nobody_took() {
    let mut page = Page::new();
    page.collector = DOWN;
    trouble(&mut page);
    page.pass(5_000);
    page.tell(Event::PageHiding);
    let kept = records(&page.queue);
    page.left = vec![KeptQueue { key: kept::key("me"), text: kept::free(&page.queue) }];
    page.queue.clear();
    page.collector = PostOutcome::Done { accepted: true };
    page.tell(Event::PageShown { restored: true });
    page.pass(5_000);
    assert_eq!(records(&page.posted.concat()), kept);
}

#[test]
fn who_died_without_a_word_is_found_out_a_little_later() {
    let mut page = Page::new();
    page.collector = DOWN;
    trouble(&mut page);
    page.pass(5_000);
    let mut next = after(&page, config());
    let dead = std::mem::take(&mut next.left);
    next.pass(3_000);
    assert_eq!(next.count(|d| matches!(d, Command::AdoptQueues)), 1);
    next.left = dead;
    next.pass(600_000);
    assert_eq!(next.count(|d| matches!(d, Command::AdoptQueues)), 2, "and nothing is asked over and over");
    assert_eq!(next.posted.concat().matches("pagemend.incident.id").count(), 2);
}

#[test]
fn an_answer_that_cannot_be_read_ends_in_a_few_copies() {
    let mut page = Page::new();
    page.collector = PostOutcome::Unreadable;
    trouble(&mut page);
    page.pass(3_600_000);
    assert_eq!((posts(&page), page.queue.as_str()), (2, ""));
    let mut told = page.did.iter().filter_map(|d| match d {
        Command::Notify(pagemend::core::action::Notice::Telemetry { dropped, .. }) => Some(*dropped),
        _ => None,
    });
    assert_eq!(
        (told.next(), told.next()),
        (Some(0), Some(3)),
        "two revisions and a page view are given up, and counted"
    );
}

#[test]
fn where_nothing_can_be_kept_it_is_sent_by_this_page_and_while_it_leaves() {
    let mut page = Page::new();
    page.saved = Saved::NoRoom;
    trouble(&mut page);
    page.pass(5_000);
    assert_eq!(records(&page.posted.concat()), 3, "this page sends it all the same");
    page.collector = DOWN;
    trouble(&mut page);
    page.pass(5_000);
    page.tell(Event::PageHiding);
    let instead = page.did.iter().find_map(|d| match d {
        Command::LeaveQueue { body, .. } => Some(records(body)),
        _ => None,
    });
    assert_eq!(instead, Some(2));
}

#[test]
fn who_said_no_on_an_earlier_page_is_asked_nothing_and_sends_nothing() {
    let mut page = Page::new();
    page.collector = DOWN;
    trouble(&mut page);
    page.tell(Event::PageHiding);
    for consent in [Consent::Pending, Consent::Granted] {
        let mut next = starting(&page, Config { consent, ..config() }, true);
        trouble(&mut next);
        next.pass(5_000);
        next.tell(Event::PageHiding);
        assert_eq!((posts(&next), next.queue.as_str(), next.left.len()), (0, "", 0), "{consent:?}");
        next.tell(Event::PageShown { restored: true });
        next.tell(Event::Consent(Consent::Granted));
        assert_eq!(next.count(|d| matches!(d, Command::RememberConsent { granted: true })), 1);
        trouble(&mut next);
        next.pass(5_000);
        assert_eq!(posts(&next), 1, "who says yes now is heard");
    }
}

#[test]
fn who_says_no_has_nothing_left_on_the_device() {
    let mut page = Page::new();
    page.hangs = true;
    trouble(&mut page);
    page.pass(1_000);
    page.tell(Event::Consent(Consent::Denied));
    trouble(&mut page);
    page.pass(600_000);
    page.tell(Event::PageHiding);
    assert_eq!((posts(&page), page.queue.as_str()), (1, ""));
    assert_eq!(page.count(|d| matches!(d, Command::RememberConsent { granted: false })), 1);
}

#[test]
fn names_are_hashed_unless_they_are_declared() {
    let report = |names: &[&str]| {
        let names = names.iter().map(|name| String::from(*name)).collect();
        let mut page = Page::with(Config { names, step: String::new(), ..config() }, None);
        page.damaged = vec!["profile:kredit".into(), "profile:王小明".into()];
        page.shows = None;
        page.tell(Event::RouteChanged { path: "/kredit/王小明".into() });
        page.tell(Event::ScriptFailed {
            rejection: false,
            text: "SyntaxError: bad JSON".into(),
            source: String::new(),
        });
        page.pass(10_000);
        page.tell(Event::PageHiding);
        page.posted.concat() + &page.queue
    };
    let (known, unknown) = (report(&["kredit"]), report(&[]));
    assert!(
        known.contains("profile:kredit") && known.contains("/kredit/#") && known.contains(" at kredit: "),
        "{known}"
    );
    assert!(!unknown.contains("kredit") && unknown.contains("profile:#"), "{unknown}");
    assert!(!(known + &unknown).contains("王小明"));
}

#[test]
fn a_failure_of_the_guard_is_told_once_a_page_and_only_where_anything_is_sent() {
    let failed = |nth: u32| Event::GuardFailed {
        message: format!("byte index {nth} is not a char boundary; it is inside '张' of `张三 13812345678`"),
        place: "src/core/engine/mod.rs:12:5".into(),
    };
    let mut page = Page::new();
    page.tell(failed(1));
    page.tell(failed(2));
    page.pass(5_000);
    let sent = page.posted.concat();
    assert_eq!(sent.matches("pagemend.guard.failed").count(), 1, "{sent}");
    assert!(
        sent.contains("byte index 1 is not a char boundary") && sent.contains("src/core/engine/mod.rs:12:5"),
        "{sent}"
    );
    assert!(!sent.contains("张三") && !sent.contains("13812345678"), "{sent}");

    let mut denied = starting(&page, Config { consent: Consent::Denied, ..config() }, false);
    denied.tell(failed(1));
    denied.pass(5_000);
    assert_eq!((posts(&denied), denied.queue.as_str()), (0, ""));
}
