//! Another build is live: who is told, when, and what a key action does.

use crate::page::{Page, config};
use crate::{chunk_lost, script_threw};
use pagemend::core::action::{Command, Reply};
use pagemend::core::event::*;
use pagemend::core::id::AskId;
use pagemend::core::prompt::PromptKind;

const MINUTE: u64 = 60_000;

fn build(name: &str, built_at: u64) -> Manifest {
    Manifest { build: name.into(), built_at, ..Manifest::default() }
}

/// Goes away for so long, and is back for a while.
fn away(page: &mut Page, ms: u64) {
    page.tell(Event::Visibility { visible: false });
    page.pass(ms);
    page.tell(Event::Visibility { visible: true });
    page.pass(6_000);
}

fn fetches(page: &Page) -> usize {
    page.count(|d| matches!(d, Command::FetchManifest { .. }))
}

fn press(page: &mut Page, ask: u32) {
    page.tell(Event::KeyActionAsked { ask: AskId(ask), name: "submit".into() });
}

/// How many key actions went on, and how many were given up.
fn keys(page: &Page) -> (usize, usize) {
    let [on, up] = [true, false].map(|some| {
        page.count(|d| matches!(d, Command::Reply { reply: Reply::Key(key), .. } if key.is_some() == some))
    });
    (on, up)
}

#[test]
fn a_user_who_comes_back_to_a_stale_page_is_told_once() {
    let mut page = Page::new();
    page.manifest = Some(build("1.1", 20));
    away(&mut page, 30_000);
    assert_eq!((fetches(&page), page.shown()), (0, None), "a short look elsewhere");
    away(&mut page, MINUTE);
    assert_eq!((fetches(&page), page.shown()), (2, Some(PromptKind::NewVersion)));
    page.choose("later");
    away(&mut page, 30 * MINUTE);
    assert_eq!(page.shown(), None, "it was put off");
    away(&mut page, 40 * MINUTE);
    assert_eq!(page.shown(), Some(PromptKind::NewVersion), "and for an hour only");
    page.choose("reload");
    assert_eq!(page.reloads(), 1);
}

#[test]
fn the_slow_poll_finds_a_new_version_and_stops_while_the_page_is_hidden() {
    let mut page = Page::new();
    page.tell(Event::Visibility { visible: false });
    page.pass(60 * MINUTE);
    assert_eq!(fetches(&page), 0);
    page.tell(Event::Visibility { visible: true });
    page.pass(1_000);
    let before = fetches(&page);
    page.manifest = Some(build("1.1", 20));
    page.pass(13 * MINUTE);
    assert_eq!((fetches(&page) - before, page.shown()), (2, Some(PromptKind::NewVersion)));

    let mut config = config();
    config.freshness.poll.0 = 0;
    let mut page = Page::with(config, None);
    page.pass(60 * MINUTE);
    assert_eq!(fetches(&page), 0, "without polls");
}

#[test]
fn a_release_that_was_taken_back_is_told_like_a_new_one() {
    let mut page = Page::new();
    page.manifest = Some(build("0.9", 5));
    away(&mut page, MINUTE);
    assert_eq!(page.shown(), None, "one server that lags behind");
    page.pass(MINUTE);
    assert_eq!(page.shown(), Some(PromptKind::NewVersion));
}

#[test]
fn news_of_a_version_wait_for_what_is_wrong() {
    let mut page = Page::new();
    page.tell(Event::PromptAsked { ask: AskId(9), kind: PromptKind::Verification, detail: String::new() });
    page.manifest = Some(build("1.1", 20));
    away(&mut page, MINUTE);
    assert_eq!(page.shown(), Some(PromptKind::Verification));
    page.choose("close");
    page.pass(13 * MINUTE);
    assert_eq!(page.shown(), Some(PromptKind::NewVersion));
}

#[test]
fn a_stale_page_asks_before_a_key_action() {
    let mut page = Page::new();
    page.manifest = Some(build("1.1", 20));
    press(&mut page, 1);
    assert_eq!((page.shown(), keys(&page)), (None, (1, 0)), "one answer holds nobody up");
    page.tell(Event::KeyActionEnded { name: "submit".into(), settled: true });
    page.pass(6_000);
    assert_eq!(page.shown(), Some(PromptKind::NewVersion));
    press(&mut page, 2);
    assert_eq!(page.shown(), Some(PromptKind::Update));
    page.choose("continue");
    assert_eq!(keys(&page), (2, 0));
    page.pass(30 * MINUTE);
    assert_eq!(page.shown(), None, "who said so is left alone for a while");
}

#[test]
fn a_build_that_is_too_old_submits_nothing_and_says_why() {
    for choice in ["reload", "close"] {
        let mut page = Page::new();
        page.manifest = Some(Manifest { minimum: 15, ..build("1.1", 20) });
        press(&mut page, 1);
        page.pass(2_000);
        assert_eq!((page.shown(), keys(&page)), (None, (0, 0)), "it waits for the second answer");
        page.pass(4_000);
        assert_eq!(page.shown(), Some(PromptKind::TooOld));
        page.choose(choice);
        assert_eq!((keys(&page), page.reloads()), ((0, 1), usize::from(choice == "reload")));
    }
    let mut page = Page::new();
    page.manifest = Some(Manifest { minimum: 15, ..build("1.1", 20) });
    press(&mut page, 1);
    page.manifest = None;
    page.pass(11_000);
    assert_eq!((page.shown(), keys(&page)), (None, (1, 0)), "one answer locks nobody out");
}

#[test]
fn a_failure_that_has_another_cause_takes_more_than_one_answer_to_be_stale() {
    let told = |page: &Page| page.posted.concat().contains("newer-build");
    let mut page = Page::new();
    page.shows = None;
    page.manifest = Some(build("1.1", 20));
    page.tell(script_threw());
    page.pass(5_000);
    assert!(!told(&page));

    let mut page = Page::new();
    page.manifest = Some(build("1.1", 20));
    page.tell(chunk_lost());
    page.pass(5_000);
    assert_eq!(page.reloads(), 1, "a lost file is the other witness");
}

#[test]
fn what_another_tab_was_answered_is_not_asked_again() {
    let [mut one, mut other] = [Page::new(), Page::new()];
    other.tell(Event::Visibility { visible: false });
    let shared = loop {
        one.pass(1_000);
        let found =
            one.did.iter().find_map(|d| if let Command::Share { text } = d { Some(text.clone()) } else { None });
        if let Some(text) = found {
            break text;
        }
    };
    other.pass(one.now);
    other.tell(Event::Shared { text: shared });
    other.tell(Event::Visibility { visible: true });
    other.pass(MINUTE);
    assert_eq!((fetches(&one), fetches(&other)), (1, 0));
}

#[test]
fn a_build_that_became_too_old_while_the_user_was_asked_submits_nothing() {
    let mut page = Page::new();
    page.manifest = Some(build("1.1", 20));
    away(&mut page, MINUTE);
    press(&mut page, 1);
    assert_eq!(page.shown(), Some(PromptKind::Update));
    page.manifest = Some(Manifest { minimum: 25, ..build("1.2", 30) });
    page.pass(2 * MINUTE);
    page.choose("continue");
    page.pass(6_000);
    assert_eq!((page.shown(), keys(&page)), (Some(PromptKind::TooOld), (0, 0)));
}
