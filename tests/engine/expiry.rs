//! Links and sessions that end, and key actions that wait for them.

use crate::page::{OPENED, Page, config};
use pagemend::core::action::{Command, Notice, Reply};
use pagemend::core::config::Config;
use pagemend::core::event::*;
use pagemend::core::freshness::expiry::{Declared, End, ExpiryState, Renewal};
use pagemend::core::id::AskId;
use pagemend::core::prompt::PromptKind;
use pagemend::core::time::Millis;

const MINUTE: u64 = 60_000;

fn declared(what: &str, end: End, renews: bool) -> Event {
    Event::ExpiryDeclared(Declared { id: 7, what: what.into(), end, warn: Millis(2 * MINUTE), renews })
}

fn at(after: u64) -> End {
    End::At(Millis(OPENED + after))
}

/// Whose link ends ten minutes after it was opened.
fn with_link() -> Page {
    let mut page = Page::with(Config { expires_at: OPENED + 10 * MINUTE, ..config() }, Some(String::new()));
    page.reachable = true;
    page
}

fn told(page: &Page) -> Vec<(String, ExpiryState)> {
    let told = |did: &Command| match did {
        Command::Notify(Notice::Expiry { what, state, .. }) => Some((what.clone(), *state)),
        _ => None,
    };
    page.did.iter().filter_map(told).collect()
}

fn key(page: &Page) -> Option<bool> {
    page.did.iter().find_map(|did| match did {
        Command::Reply { reply: Reply::Key(key), .. } => Some(key.is_some()),
        _ => None,
    })
}

#[test]
fn a_link_that_ends_is_told_before_and_then_renewed() {
    let mut page = with_link();
    page.link = Some("/?ticket=new".into());
    page.pass(9 * MINUTE);
    assert_eq!(page.shown(), Some(PromptKind::Expiring));
    let title = page.prompt.as_ref().map(|(_, spec)| spec.title.clone());
    assert_eq!(title.as_deref(), Some("This link expires in 2 minutes"));
    assert_eq!(told(&page), [("link".into(), ExpiryState::Expiring)]);
    page.pass(MINUTE + 1_000);
    assert_eq!(page.shown(), None);
    assert_eq!(page.count(|did| matches!(did, Command::Navigate { url } if url == "/?ticket=new")), 1);
    let mut next = page.reloaded(config());
    next.pass(5_000);
    next.ended("stale-link", "recovered");
}

#[test]
fn a_link_without_a_new_one_leads_to_the_home_page() {
    let mut page = with_link();
    page.pass(11 * MINUTE);
    assert_eq!(page.shown(), Some(PromptKind::LinkExpired));
    page.choose("home");
    assert_eq!(page.count(|did| matches!(did, Command::Navigate { url } if url == "/")), 1);
}

#[test]
fn a_new_link_of_the_pages_own_code_goes_before_that_of_the_server() {
    let mut page = with_link();
    page.renewal = Some(Renewal { at: None, link: Some("/?ticket=own".into()) });
    page.tell(declared("link", at(10 * MINUTE), true));
    page.pass(9 * MINUTE);
    assert_eq!(page.shown(), None, "nobody is disturbed");
    page.pass(MINUTE + 1_000);
    assert_eq!(page.count(|did| matches!(did, Command::Navigate { url } if url == "/?ticket=own")), 1);
    assert_eq!(page.count(|did| matches!(did, Command::RenewLink { .. })), 0);
}

#[test]
fn the_sleep_of_a_device_is_noticed_when_the_page_is_seen_again() {
    let mut page = with_link();
    page.pass(MINUTE);
    page.tell(Event::Visibility { visible: false });
    page.slept = 60 * MINUTE;
    page.pass(1_000);
    page.tell(Event::Visibility { visible: true });
    assert_eq!(page.shown(), Some(PromptKind::LinkExpired));
}

#[test]
fn so_it_is_when_the_page_comes_back_out_of_the_browsers_cache() {
    let mut page = with_link();
    page.pass(MINUTE);
    page.tell(Event::PageHiding);
    page.slept = 60 * MINUTE;
    page.tell(Event::PageShown { restored: true });
    assert_eq!(page.shown(), Some(PromptKind::LinkExpired));
}

#[test]
fn a_key_action_waits_until_the_session_is_renewed() {
    let mut page = Page::new();
    page.reachable = true;
    page.tell(declared("session", at(10 * MINUTE), true));
    page.pass(11 * MINUTE);
    assert_eq!(page.shown(), Some(PromptKind::Expired), "nobody could renew it");
    page.ended("stale-link", "prompted");
    page.renewal = Some(Renewal { at: Some(Millis(OPENED + 90 * MINUTE)), link: None });
    page.tell(Event::KeyActionAsked { ask: AskId(1), name: "repay".into() });
    page.pass(1_000);
    assert_eq!(key(&page), Some(true));
    assert_eq!(page.shown(), None);
    page.ended("stale-link", "recovered");
}

#[test]
fn a_key_action_is_not_sent_with_a_link_that_has_ended() {
    let mut page = with_link();
    page.pass(11 * MINUTE);
    page.choose("close");
    page.tell(Event::KeyActionAsked { ask: AskId(1), name: "repay".into() });
    page.pass(1_000);
    assert_eq!(key(&page), Some(false));
    assert_eq!(page.shown(), Some(PromptKind::LinkExpired), "and the user hears why");
}

#[test]
fn a_renewal_that_hangs_keeps_no_key_action_for_ever() {
    let mut page = Page::new();
    page.reachable = true;
    page.renewal_hangs = true;
    page.tell(declared("session", End::In(Millis(MINUTE)), true));
    page.pass(5 * MINUTE);
    page.tell(Event::KeyActionAsked { ask: AskId(1), name: "repay".into() });
    assert_eq!(page.shown(), Some(PromptKind::Renewing));
    page.pass(9_000);
    assert_eq!(key(&page), None);
    page.pass(2_000);
    assert_eq!(key(&page), Some(false));
    assert_eq!(page.shown(), Some(PromptKind::Expired));
}

#[test]
fn what_is_taken_back_keeps_no_key_action() {
    let mut page = Page::new();
    page.tell(declared("session", End::In(Millis(MINUTE)), false));
    page.pass(2 * MINUTE);
    page.tell(Event::ExpiryTakenBack { id: 7 });
    page.tell(Event::KeyActionAsked { ask: AskId(1), name: "repay".into() });
    page.pass(2_000);
    assert_eq!(key(&page), Some(true));
}

#[test]
fn a_session_that_the_server_ends_is_said_to_be_over() {
    let mut page = Page::new();
    for status in [200, 401] {
        for url in ["/api/home?x=1", "/api/plan"] {
            let id = page.request(url, true, false);
            page.answer(id, 0, status);
        }
    }
    page.pass(1_000);
    assert_eq!(page.shown(), Some(PromptKind::Expired));
    let title = page.prompt.as_ref().map(|(_, spec)| spec.title.clone());
    assert_eq!(title.as_deref(), Some("Your session has expired"));
    let id = page.request("/api/plan", true, false);
    page.answer(id, 0, 200);
    assert_eq!(page.shown(), None, "there is one again");
    page.ended("stale-link", "recovered");
}

#[test]
fn something_else_that_ends_is_told_and_keeps_no_action() {
    let mut page = Page::new();
    page.tell(declared("Today's offer", End::In(Millis(5 * MINUTE)), false));
    page.pass(6 * MINUTE);
    assert_eq!(page.shown(), Some(PromptKind::Expired));
    assert_eq!(page.engine.open_incidents().count(), 0, "no fault of anybody's");
    page.tell(Event::KeyActionAsked { ask: AskId(1), name: "repay".into() });
    page.pass(1_000);
    assert_eq!(key(&page), Some(true));
}

#[test]
fn a_dialog_that_stands_is_not_put_up_anew_for_each_call() {
    let mut page = Page::new();
    for url in ["/api/home", "/api/plan", "/api/offer"] {
        let id = page.request(url, true, false);
        page.answer(id, 0, 410);
        page.pass(1_000);
    }
    assert_eq!(page.shown(), Some(PromptKind::LinkExpired));
    assert_eq!(page.count(|did| matches!(did, Command::Prompt(_))), 1);
}

#[test]
fn what_says_nothing_else_ends_the_session_at_once() {
    let mut page = Page::new();
    page.tell(Event::CallFailed { url: "https://a/api/home".into(), status: 401 });
    page.tell(Event::CallFailed { url: "https://a/api/plan".into(), status: 401 });
    page.pass(1_000);
    assert_eq!(page.shown(), None, "nobody has signed in");
    page.tell(Event::CallFailed { url: "https://a/api/home".into(), status: 419 });
    assert_eq!(page.shown(), Some(PromptKind::Expired));

    let mut page = Page::new();
    let id = page.request("/api/home", true, false);
    let outcome = AttemptOutcome::Answer { status: 400, retry_after: None, code: Some("session_expired".into()) };
    page.tell(Event::RequestEnded { id, attempt: 0, outcome });
    assert_eq!(page.shown(), Some(PromptKind::Expired));
}
