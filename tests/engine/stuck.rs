//! Stores that do not do what they should: full, denied, held by another tab, lost.

use super::page::{Page, config};
use pagemend::core::action::Command;
use pagemend::core::event::Event;
use pagemend::core::prompt::{PromptKind, choice};
use pagemend::core::render::Ink;
use pagemend::core::storage::{Repair, Stuck, StuckStore};

const QUOTA: &str =
    "QuotaExceededError: Failed to execute 'setItem' on 'Storage': Setting the value of 'x' exceeded the quota.";

/// A blank page with a store like that.
fn blank(stuck: Option<Stuck>) -> Page {
    let mut config = config();
    config.storage.caches = vec!["pictures".into()];
    let mut page = Page::with(config, Some(String::new()));
    page.shows = None;
    page.stuck = stuck.map(|stuck| StuckStore { stuck, name: "loans".into() }).into_iter().collect();
    page
}

fn threw(text: &str) -> Event {
    Event::ScriptFailed { rejection: false, text: text.into(), source: "https://a/app.js".into() }
}

fn cause(page: &Page) -> &str {
    page.outcomes.last().map_or("", |(cause, _)| cause)
}

#[test]
fn what_another_tab_holds_is_waited_for_and_the_page_goes_on_by_itself() {
    let mut page = blank(Some(Stuck::Blocked));
    page.pass(12_000);
    assert_eq!((cause(&page), page.shown(), page.reloads()), ("storage-stuck", Some(PromptKind::OtherTabs), 0));
    assert_eq!(page.count(|d| matches!(d, Command::Repair(_))), 0, "nothing is deleted");
    page.shows = Some(Ink::Text);
    page.tell(Event::Changed { grew: true });
    page.pass(20_000);
    assert_eq!(page.shown(), None);
    assert_eq!(page.outcomes.last().map(|(_, outcome)| outcome.as_str()), Some("recovered"));
}

#[test]
fn a_full_store_gets_room_from_the_declared_caches_and_the_page_is_loaded_anew() {
    let mut page = blank(Some(Stuck::Full));
    page.tell(threw(QUOTA));
    page.pass(6_000);
    let evicts = |d: &Command| matches!(d, Command::Repair(Repair { evict, .. }) if evict == &["pictures"]);
    assert_eq!((cause(&page), page.count(evicts), page.reloads()), ("storage-stuck", 1, 1));
}

#[test]
fn where_no_room_can_be_made_the_user_is_told_and_the_page_is_not_loaded_anew() {
    let mut page = blank(Some(Stuck::Full));
    page.frees = false;
    page.tell(threw(QUOTA));
    page.pass(6_000);
    assert_eq!((page.shown(), page.reloads()), (Some(PromptKind::StorageFull), 0));
}

#[test]
fn each_way_to_be_stuck_has_its_own_words_and_is_loaded_anew_only_where_that_helps() {
    for (stuck, reloads, kind) in [
        (Stuck::Denied, 0, PromptKind::StorageDenied),
        (Stuck::Framed, 0, PromptKind::StorageFramed),
        (Stuck::Blocked, 0, PromptKind::OtherTabs),
        (Stuck::Silent, 1, PromptKind::StorageLost),
        (Stuck::Lost, 1, PromptKind::StorageLost),
    ] {
        let mut page = blank(Some(stuck));
        page.pass(12_000);
        assert_eq!((cause(&page), page.reloads()), ("storage-stuck", reloads), "{stuck:?}");
        if reloads == 0 {
            assert_eq!(page.shown(), Some(kind), "{stuck:?}");
        }
    }
}

#[test]
fn a_page_in_a_frame_is_opened_in_a_window_of_its_own_when_the_user_says_so() {
    let mut page = blank(Some(Stuck::Framed));
    page.pass(12_000);
    page.choose(choice::OPEN);
    assert_eq!(page.count(|d| matches!(d, Command::OpenWindow)), 1);
    page.pass(20_000);
    assert_eq!((page.shown(), page.reloads()), (None, 0));
}

#[test]
fn what_is_denied_is_known_by_the_error_and_by_the_store_together() {
    let (of_storage, bare) = (
        "SecurityError: Failed to read the 'localStorage' property from 'Window': The document is sandboxed.",
        "SecurityError: The operation is insecure.",
    );
    for (text, stuck, kind) in [
        (of_storage, Some(Stuck::Framed), PromptKind::StorageFramed),
        (of_storage, Some(Stuck::Denied), PromptKind::StorageDenied),
        (bare, Some(Stuck::Denied), PromptKind::StorageDenied),
        (bare, Some(Stuck::Framed), PromptKind::StorageFramed),
    ] {
        let mut page = blank(stuck);
        page.tell(threw(text));
        page.pass(6_000);
        assert_eq!((page.shown(), page.reloads()), (Some(kind), 0), "{text} {stuck:?}");
    }
    let mut page = blank(None);
    page.tell(threw(bare));
    page.pass(6_000);
    assert_eq!(cause(&page), "script", "it is about something else");
}

#[test]
fn a_newer_database_asks_for_the_newer_page() {
    let mut page = blank(None);
    page.tell(threw("VersionError: The requested version (1) is less than the existing version (2)."));
    page.pass(6_000);
    assert_eq!((cause(&page), page.reloads()), ("storage-stuck", 1));
}

#[test]
fn a_full_store_is_no_excuse_for_an_error_that_says_something_else() {
    let mut page = blank(Some(Stuck::Full));
    page.tell(threw("TypeError: x is undefined"));
    page.pass(6_000);
    assert_eq!((cause(&page), page.reloads()), ("script", 1));
    let evicts = |d: &Command| matches!(d, Command::Repair(_));
    assert_eq!(page.count(evicts), 0);
}
