//! What a prompt says was done, against what was done.

use crate::page::{Page, config};
use crate::{dead_script, script_threw};
use pagemend::core::event::*;
use pagemend::core::prompt::PromptKind;

const RELOADED: &str = "We reloaded the page once";
const RETRIED: &str = "We have tried again on our own";

#[track_caller]
fn says(page: &Page, kind: PromptKind, reloaded: bool, retried: bool) {
    let Some((_, spec)) = &page.prompt else { panic!("no prompt") };
    assert_eq!(spec.kind, kind);
    assert_eq!((spec.body.contains(RELOADED), spec.body.contains(RETRIED)), (reloaded, retried), "{}", spec.body);
}

#[test]
fn a_reload_is_told_only_where_there_was_one() {
    let broken = |memory| {
        let mut page = Page::with(config(), memory);
        page.shows = None;
        page.tell(script_threw());
        page.pass(5_000);
        page
    };
    says(&broken(None), PromptKind::Script, false, false);

    let first = broken(Some(String::new()));
    assert_eq!(first.reloads(), 1);
    let mut again = first.reloaded(config());
    again.shows = None;
    again.tell(script_threw());
    again.pass(10_000);
    says(&again, PromptKind::Script, true, false);

    // The user's own reload is none of the guard's.
    again.choose("reload");
    let mut third = again.reloaded(config());
    third.shows = None;
    third.tell(script_threw());
    third.pass(10_000);
    assert!(third.prompt.is_some());
}

#[test]
fn a_reload_that_did_not_happen_is_not_told() {
    let mut page = Page::new();
    page.shows = None;
    page.tell(script_threw());
    page.pass(5_000);
    assert_eq!(page.reloads(), 1);
    // The browser did not go: the page is still this one.
    page.pass(30_000);
    says(&page, PromptKind::Script, false, false);
}

#[test]
fn a_retry_is_told_only_where_there_was_one() {
    let mut page = Page::new();
    page.shows = None;
    for event in dead_script() {
        page.tell(event);
    }
    page.pass(20_000);
    says(&page, PromptKind::LoadFailed, false, true);

    let mut page = Page::new();
    let id = page.request("http://h/api/apply", false, false);
    page.answer(id, 0, 503);
    page.pass(2_000);
    says(&page, PromptKind::Overload, false, false);
}

#[test]
fn a_policy_that_blocks_is_not_blamed_on_the_browser() {
    let mut page = Page::new();
    page.shows = None;
    page.tell(Event::PolicyViolated { directive: "script-src".into(), blocked: "https://a/app.js".into() });
    page.pass(20_000);
    let kind = page.prompt.as_ref().map(|(_, spec)| spec.kind);
    assert_ne!(kind, Some(PromptKind::Unsupported));
    assert!(kind.is_some());
}
