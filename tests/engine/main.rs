//! The engine's behaviour on each fault, told as stories: events in, the actions that must come out, in virtual time.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::cast_possible_truncation, reason = "lists of a test are short")]

mod damage;
mod expiry;
mod freshness;
mod harm;
mod looks;
mod page;
mod parts;
mod playbook;
mod prompts;
mod retries;
mod stale;
mod state;
mod stuck;
mod telemetry;

use page::{Page, config};
use pagemend::core::action::{Command, Notice, Reply};
use pagemend::core::config::{Config, Consent};
use pagemend::core::event::*;
use pagemend::core::id::AskId;
use pagemend::core::incident::Cause;
use pagemend::core::prompt::PromptKind;
use pagemend::core::render::{Ink, RenderState};
use pagemend::core::storage::{PoisonedEntry, Repair, RepairWish};
use pagemend::core::time::Millis;
use telemetry::after;

fn chunk_lost() -> Event {
    Event::ImportFailed { url: "https://a/assets/verify-1.js".into(), text: "TypeError: Failed to fetch".into() }
}

fn script_threw() -> Event {
    Event::ScriptFailed {
        rejection: false,
        text: "TypeError: x is undefined".into(),
        source: "https://a/app.js".into(),
    }
}

fn dead_script() -> [Event; 2] {
    let url = String::from("https://a/assets/index.js");
    let failed = Event::ResourceFailed {
        url: url.clone(),
        kind: ResourceKind::Module,
        critical: true,
        html: false,
        status: 404,
    };
    [failed, Event::ResourceSettled { url, kind: ResourceKind::Module, healed: false, from: String::new(), tries: 1 }]
}

#[test]
fn a_healthy_page_costs_a_few_looks_and_then_none() {
    let mut page = Page::new();
    page.pass(20_000);
    let looks = page.count(|d| matches!(d, Command::SampleRender { .. }));
    assert!((2..=5).contains(&looks), "{looks}");
    page.pass(600_000);
    assert_eq!(page.count(|d| matches!(d, Command::SampleRender { .. })), looks);
    assert_eq!(page.count(|d| matches!(d, Command::FetchManifest { .. })), 1, "the slow poll");
    let quiet = |d: &Command| {
        matches!(
            d,
            Command::SampleRender { .. }
                | Command::NoteStorage
                | Command::FetchManifest { .. }
                | Command::Share { .. }
                | Command::Notify(_)
        )
    };
    let others = page.count(|d| !quiet(d));
    assert_eq!(others, 0, "{:?}", page.did);
    page.tell(Event::PageHiding);
    assert!(page.queue.contains("pagemend.page"), "the page view is the next page's to send");
}

#[test]
fn a_page_that_throws_is_reloaded_once_and_then_explained() {
    let mut page = Page::new();
    page.shows = None;
    page.tell(script_threw());
    page.pass(5_000);
    assert_eq!((page.reloads(), page.shown()), (1, None));

    let mut again = page.reloaded(config());
    again.shows = None;
    again.tell(script_threw());
    again.pass(10_000);
    assert_eq!((again.reloads(), again.shown()), (0, Some(PromptKind::Script)));
    let reference = again.prompt.as_ref().map(|(_, s)| s.reference.clone()).unwrap_or_default();
    assert!(reference.starts_with("Reference: ") && reference.len() > 15, "{reference}");
    assert!(again.posted.iter().any(|b| b.contains("\"prompted\"") && b.contains("script-error")));

    let mut healthy = page.reloaded(config());
    healthy.pass(5_000);
    healthy.ended("script", "recovered");
    assert!(healthy.posted.concat().contains("reloaded by the guard"), "one incident across the reload");
}

#[test]
fn without_memory_the_page_is_not_reloaded_but_explained() {
    let mut page = Page::with(config(), None);
    page.shows = None;
    page.tell(script_threw());
    page.pass(5_000);
    assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::Script)));
}

#[test]
fn a_form_with_unsaved_input_is_never_reloaded_under_the_user() {
    let mut page = Page::new();
    page.unsaved = true;
    page.manifest = Some(Manifest { build: "1.1".into(), built_at: 20, ..Manifest::default() });
    page.tell(chunk_lost());
    page.pass(5_000);
    assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::Update)));
    let lost = page.prompt.as_ref().map(|(_, s)| s.typed.lost.clone()).unwrap_or_default();
    assert!(lost.contains("cannot be kept"), "{lost}");
    page.choose("reload");
    assert_eq!(page.reloads(), 1, "the user may");
}

#[test]
fn a_chunk_gone_after_a_deployment_refreshes_the_page_once() {
    let mut page = Page::new();
    page.manifest = Some(Manifest { build: "1.1".into(), built_at: 20, ..Manifest::default() });
    page.tell(chunk_lost());
    page.pass(5_000);
    assert_eq!(page.reloads(), 1);

    let mut next = page.reloaded(Config { build: "1.1".into(), built_at: 20, ..config() });
    next.pass(5_000);
    next.ended("stale-deploy", "recovered");
}

#[test]
fn a_server_that_lags_behind_is_no_new_version() {
    let mut page = Page::new();
    page.manifest = Some(Manifest { build: "0.9".into(), built_at: 5, ..Manifest::default() });
    page.alive = true;
    page.tell(chunk_lost());
    page.pass(5_000);
    assert!(page.outcomes.iter().all(|(cause, _)| cause != "stale-deploy"), "{:?}", page.outcomes);
}

#[test]
fn damaged_storage_is_repaired_before_the_reload() {
    let mut page = Page::new();
    page.shows = None;
    page.damaged = vec!["home-cache".into()];
    page.tell(Event::ScriptFailed {
        rejection: false,
        text: "SyntaxError: Unexpected end of JSON input".into(),
        source: String::new(),
    });
    page.pass(5_000);
    let order: Vec<&str> = page
        .did
        .iter()
        .filter_map(|d| match d {
            Command::Repair(Repair { keys, .. }) if keys.iter().map(|entry| &entry.key).eq(["home-cache"]) => {
                Some("repair")
            }
            Command::Reload(_) => Some("reload"),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["repair", "reload"]);
    let mut next = page.reloaded(config());
    next.pass(5_000);
    next.ended("cache-damaged", "recovered");
}

#[test]
fn a_poisoned_cache_is_evicted_although_the_page_came_up_from_the_backup() {
    let mut page = Page::new();
    let url = String::from("https://a/assets/index.js");
    page.poisoned = vec![PoisonedEntry { cache: "assets".into(), url: url.clone(), why: "html for a script".into() }];
    page.tell(Event::ResourceFailed {
        url: url.clone(),
        kind: ResourceKind::Module,
        critical: true,
        html: false,
        status: 0,
    });
    page.tell(Event::ResourceSettled {
        url,
        kind: ResourceKind::Module,
        healed: true,
        from: "https://b/".into(),
        tries: 1,
    });
    page.pass(5_000);
    assert_eq!((page.count(|d| matches!(d, Command::Repair(_))), page.reloads()), (1, 0));
    page.ended("cache-damaged", "recovered");
}

#[test]
fn a_page_that_was_healed_while_loading_is_given_its_time() {
    let mut page = Page::coming_up(config(), Some(String::new()), false);
    page.shows = None;
    page.slow_manifest = true;
    page.pass(400);
    let url = String::from("https://a/static/env.js");
    page.tell(Event::ResourceFailed {
        url: url.clone(),
        kind: ResourceKind::Classic,
        critical: true,
        html: true,
        status: 200,
    });
    page.tell(Event::ResourceSettled {
        url,
        kind: ResourceKind::Classic,
        healed: true,
        from: "https://b/".into(),
        tries: 1,
    });
    page.pass(1_000);
    page.manifest_comes();
    page.pass(3_000);
    assert_eq!((page.reloads(), page.shown()), (0, None), "pending is no verdict to act on");
    page.loaded = true;
    page.shows = Some(Ink::Text);
    page.pass(5_000);
    page.ended("resource", "recovered");
}

#[test]
fn a_dead_entry_script_is_probed_within_the_limit_and_then_explained() {
    let mut page = Page::new();
    page.shows = None;
    for event in dead_script() {
        page.tell(event);
    }
    page.pass(12_000);
    assert_eq!(page.count(|d| matches!(d, Command::Probe { .. })), 2, "three tries with the page's own");
    assert_eq!((page.reloads(), page.shown()), (1, None), "a page that is anew may ask for another script");
    let mut page = page.reloaded(config());
    page.shows = None;
    for event in dead_script() {
        page.tell(event);
    }
    page.pass(12_000);
    assert_eq!((page.reloads(), page.shown()), (0, Some(PromptKind::LoadFailed)));
    page.choose("reload");
    assert_eq!(page.reloads(), 1);
    let mut next = page.reloaded(config());
    next.pass(5_000);
    next.ended("resource", "recovered");
}

#[test]
fn a_dead_script_that_comes_back_starts_the_page_anew() {
    let mut page = Page::new();
    page.shows = None;
    page.alive = true;
    for event in dead_script() {
        page.tell(event);
    }
    page.pass(10_000);
    assert_eq!((page.reloads(), page.shown()), (1, None));
}

#[test]
fn a_dead_script_that_nobody_misses_is_no_reason_for_a_prompt() {
    let mut page = Page::new();
    for event in dead_script() {
        page.tell(event);
    }
    page.pass(20_000);
    assert_eq!((page.reloads(), page.shown()), (0, None));
    page.ended("resource", "harmless");
}

#[test]
fn retry_after_is_waited_for_to_the_end() {
    let mut page = Page::new();
    page.shows = Some(Ink::Placeholder);
    let id = page.request("/api/home", true, false);
    let outcome = AttemptOutcome::Answer { status: 503, retry_after: Some(Millis(2_000)), code: None };
    page.tell(Event::RequestEnded { id, attempt: 0, outcome });
    page.pass(1_999);
    assert_eq!(page.sent(id), 0, "no early try");
    page.pass(300);
    assert_eq!(page.sent(id), 1);
    page.shows = Some(Ink::Text);
    page.answer(id, 1, 200);
    page.pass(1_000);
    assert!(page.settled(id));
    assert_eq!(page.shown(), None);
    page.ended("overload", "recovered");
}

#[test]
fn what_changes_something_is_repeated_only_with_a_key() {
    let mut page = Page::new();
    let (bare, keyed) = (page.request("/api/repay", false, false), page.request("/api/submit", false, true));
    page.answer(bare, 0, 503);
    page.answer(keyed, 0, 503);
    page.pass(1_000);
    assert_eq!((page.sent(bare), page.sent(keyed)), (0, 1));
    assert!(page.settled(bare), "the page's own code is told at once");
    page.answer(keyed, 1, 200);
    assert!(page.settled(keyed));
}

#[test]
fn a_submission_that_stays_unanswered_is_said_to_be_pending() {
    let mut page = Page::new();
    let id = page.request("/api/submit", false, true);
    for attempt in 0..3 {
        page.answer(id, attempt, 503);
        page.pass(3_000);
    }
    assert!(page.settled(id));
    let safe = page.prompt.as_ref().map(|(_, s)| s.safe.clone()).unwrap_or_default();
    assert!(safe.contains("never booked twice"), "{safe}");
}

#[test]
fn one_key_serves_all_tries_of_a_key_action() {
    let mut page = Page::new();
    let key_of = |page: &Page| {
        page.did.iter().rev().find_map(|d| match d {
            Command::Reply { reply: Reply::Key(key), .. } => key.clone(),
            _ => None,
        })
    };
    page.tell(Event::KeyActionAsked { ask: AskId(1), name: "submit".into() });
    let first = key_of(&page);
    page.tell(Event::KeyActionEnded { name: "submit".into(), settled: false });
    page.tell(Event::KeyActionAsked { ask: AskId(2), name: "submit".into() });
    assert!(first.is_some() && key_of(&page) == first, "an unknown outcome keeps its key");
    page.tell(Event::KeyActionEnded { name: "submit".into(), settled: true });
    page.tell(Event::KeyActionAsked { ask: AskId(3), name: "submit".into() });
    assert_ne!(key_of(&page), first, "a new submission has a new key");
}

#[test]
fn an_interface_that_hangs_is_named_when_the_skeleton_is_overdue() {
    let mut page = Page::new();
    page.shows = Some(Ink::Placeholder);
    let id = page.request("http://h/api/home?x=1", true, false);
    page.pass(40_000);
    assert_eq!(page.shown(), Some(PromptKind::Service));
    let title = page.prompt.as_ref().map(|(_, s)| s.title.clone()).unwrap_or_default();
    assert_eq!(title, "Credit line service is not responding");
    assert!(!page.settled(id), "held for the user's retry");
    let before = page.sent(id);
    page.choose("retry");
    assert_eq!(page.sent(id), before + 1);
    page.shows = Some(Ink::Text);
    page.answer(id, before + 1, 200);
    page.pass(1_000);
    assert!(page.settled(id));
    page.ended("api", "recovered");
}

#[test]
fn offline_is_said_and_ends_by_itself() {
    let mut page = Page::new();
    page.tell(Event::Connection { online: false });
    assert_eq!(page.shown(), Some(PromptKind::Offline));
    let id = page.request("/api/plan", true, false);
    page.tell(Event::RequestEnded { id, attempt: 0, outcome: AttemptOutcome::NetworkError });
    page.pass(60_000);
    assert_eq!(page.sent(id), 0, "nothing is tried without a network");
    page.tell(Event::Connection { online: true });
    assert_eq!(page.sent(id), 1);
    page.answer(id, 1, 200);
    page.pass(1_000);
    assert!(page.settled(id));
    assert_eq!(page.shown(), None);
    page.ended("offline", "recovered");
}

#[test]
fn an_expired_link_is_renewed_where_the_server_can() {
    let expired = |page: &mut Page| {
        let id = page.request("/api/home", true, false);
        page.answer(id, 0, 410);
        page.pass(2_000);
    };
    let mut page = Page::new();
    page.link = Some("/?ticket=new".into());
    expired(&mut page);
    assert_eq!(page.count(|d| matches!(d, Command::Navigate { url } if url == "/?ticket=new")), 1);
    let mut next = page.reloaded(config());
    next.pass(5_000);
    next.ended("stale-link", "recovered");

    // The new link is expired too: no second round.
    let mut again = page.reloaded(config());
    again.link = Some("/?ticket=newer".into());
    expired(&mut again);
    assert_eq!(again.count(|d| matches!(d, Command::Navigate { .. })), 0);
    assert_eq!(again.shown(), Some(PromptKind::LinkExpired));
}

#[test]
fn an_expired_link_without_a_new_one_is_explained() {
    let mut page = Page::new();
    let id = page.request("/api/home", true, false);
    page.answer(id, 0, 410);
    page.pass(2_000);
    assert_eq!(page.shown(), Some(PromptKind::LinkExpired));
    page.choose("home");
    assert_eq!(page.count(|d| matches!(d, Command::Navigate { url } if url == "/")), 1);
}

#[test]
fn a_refusal_is_explained_once_and_nothing_is_healed() {
    let mut page = Page::new();
    let id = page.request("/api/submit", false, true);
    let outcome = AttemptOutcome::Answer { status: 403, retry_after: None, code: Some("RISK_REJECTED".into()) };
    page.tell(Event::RequestEnded { id, attempt: 0, outcome });
    page.pass(60_000);
    assert_eq!((page.sent(id), page.reloads(), page.count(|d| matches!(d, Command::Repair(_)))), (0, 0, 0));
    assert_eq!(page.shown(), Some(PromptKind::Refused));
    let body = page.prompt.as_ref().map(|(_, s)| s.body.clone()).unwrap_or_default();
    assert_eq!(body, "Your application was not approved.");
    page.ended("refused", "refused");
}

#[test]
fn the_page_s_own_prompt_takes_the_place_of_the_guard_s() {
    let mut page = Page::new();
    let id = page.request("/api/sms/send", false, true);
    for attempt in 0..3 {
        page.answer(id, attempt, 504);
        page.pass(if attempt < 2 { 3_000 } else { 100 });
    }
    page.tell(Event::PromptAsked { ask: AskId(5), kind: PromptKind::Verification, detail: String::new() });
    page.pass(5_000);
    assert_eq!(page.shown(), Some(PromptKind::Verification));
    page.choose("retry");
    page.pass(5_000);
    assert_eq!(page.count(|d| matches!(d, Command::Prompt(_))), 1, "one prompt, not two");
    page.ended("overload", "recovered");
}

#[test]
fn incidents_outlive_a_collector_that_is_down() {
    let mut page = Page::new();
    page.collector = PostOutcome::Later { retry_after: None };
    page.tell(Event::Connection { online: false });
    page.tell(Event::Connection { online: true });
    page.pass(60_000);
    assert!(page.queue.contains("pagemend.incident"));
    page.tell(Event::PageHiding);
    let kept = page.queue.lines().count();
    assert_eq!(kept, 3, "prompted, recovered, and the page view: {}", page.queue);

    let mut next = after(&page, config());
    next.pass(10_000);
    assert_eq!(next.posted.concat().matches("\"eventName\"").count(), kept + 1, "each once, and its own page view");
    assert_eq!((next.queue.as_str(), next.left.len()), ("", 0));
}

#[test]
fn who_does_not_consent_sends_nothing_and_is_protected_all_the_same() {
    for (consent, posts, identified) in
        [(Consent::Pending, true, false), (Consent::Granted, true, true), (Consent::Denied, false, false)]
    {
        let mut page = Page::with(Config { consent, ..config() }, Some(String::new()));
        page.tell(Event::Connection { online: false });
        assert_eq!(page.shown(), Some(PromptKind::Offline));
        page.tell(Event::Connection { online: true });
        page.pass(5_000);
        assert_eq!(!page.posted.is_empty(), posts, "{consent:?}");
        assert_eq!(page.posted.concat().contains("session.id"), identified, "{consent:?}");
    }
}

#[test]
fn a_repair_that_is_asked_for_looks_where_it_is_told() {
    for (storage, caches, keys, urls) in [(true, true, 1, 1), (true, false, 1, 0), (false, true, 0, 1)] {
        let mut page = Page::new();
        page.damaged = vec!["home-cache".into()];
        page.poisoned = vec![PoisonedEntry { cache: "assets".into(), url: "/a.js".into(), why: "html".into() }];
        let wish = RepairWish { storage, caches, ..RepairWish::default() };
        page.tell(Event::RepairAsked { ask: AskId(4), wish });
        let report = page.did.iter().find_map(|d| match d {
            Command::Reply { ask: AskId(4), reply: Reply::Repair(report) } => Some(report.clone()),
            _ => None,
        });
        let report = report.expect("an answer");
        let found = (report.keys.len(), report.entries.len(), report.done.removed);
        assert_eq!(found, (keys, urls, (keys + urls) as u32));
    }
}

#[test]
fn what_was_in_the_way_of_an_import_is_set_aside_once_it_came() {
    let mut page = Page::new();
    page.poisoned = vec![PoisonedEntry { cache: "assets".into(), url: "/a.js".into(), why: "html".into() }];
    page.tell(Event::ImportHealed { url: "/a.js".into() });
    let sought = page.count(|d| matches!(d, Command::ScanCaches { urls, .. } if urls == &["/a.js"]));
    let repaired = page.count(|d| matches!(d, Command::Repair(what) if what.entries.len() == 1));
    let told = page.count(|d| matches!(d, Command::Notify(Notice::Repair(report)) if report.done.removed == 1));
    assert_eq!((sought, repaired, told), (1, 1, 1));
    assert!(page.outcomes.is_empty(), "no incident: {:?}", page.outcomes);
}

#[test]
fn a_hidden_page_is_not_looked_at() {
    let mut page = Page::new();
    page.pass(1_000);
    page.tell(Event::Visibility { visible: false });
    let before = page.count(|d| matches!(d, Command::SampleRender { .. }));
    page.tell(script_threw());
    page.tell(Event::ContentRemoved);
    page.pass(600_000);
    assert_eq!(page.count(|d| matches!(d, Command::SampleRender { .. })), before);
}

#[test]
fn a_page_that_is_still_coming_up_is_given_time() {
    let mut page = Page::new();
    page.shows = Some(Ink::Placeholder);
    for _ in 0..10 {
        page.pass(1_000);
        page.tell(Event::Progress);
    }
    assert!(page.outcomes.is_empty(), "progress stretches the deadline: {:?}", page.outcomes);
    page.shows = None;
    page.tell(Event::ContentRemoved);
    page.pass(1_500);
    page.shows = Some(Ink::Text);
    page.pass(10_000);
    assert!(page.outcomes.is_empty(), "a route change is blank for a moment: {:?}", page.outcomes);
}

#[test]
fn a_render_check_tells_the_verdict_and_its_cause() {
    let mut page = Page::new();
    page.shows = None;
    page.tell(script_threw());
    page.pass(3_000);
    page.tell(Event::RenderAsked { ask: AskId(9) });
    let verdict = page.did.iter().rev().find_map(|d| match d {
        Command::Reply { reply: Reply::Render(verdict), .. } => Some(verdict.clone()),
        _ => None,
    });
    let verdict = verdict.expect("an answer");
    assert_eq!((verdict.state, verdict.cause), (RenderState::Blank, Some(Cause::Script)));
}

#[test]
fn nothing_typed_reaches_telemetry() {
    let mut page = Page::new();
    page.shows = None;
    page.unsaved = true;
    let text = "SyntaxError: Unexpected token '}', ...\"name\":\"张三\",\"phone\":\"13812345678\"\" is not valid JSON";
    page.tell(Event::ScriptFailed {
        rejection: false,
        text: text.into(),
        source: "https://a/app.js?token=abcdef".into(),
    });
    page.tell(Event::RouteChanged { path: "/apply/110105194912310021?name=x".into() });
    page.tell(Event::Step("call 13812345678".into()));
    page.pass(10_000);
    page.tell(Event::PageHiding);
    let sent = page.posted.concat() + &page.queue;
    for secret in ["张三", "13812345678", "abcdef", "110105194912310021", "name=x"] {
        assert!(!sent.contains(secret), "{secret} in {sent}");
    }
    assert!(sent.contains("script-error"));
}

#[test]
fn stopping_gives_everything_back() {
    let mut page = Page::new();
    page.tell(Event::Connection { online: false });
    let id = page.request("/api/home", true, false);
    page.tell(Event::RequestEnded { id, attempt: 0, outcome: AttemptOutcome::NetworkError });
    page.tell(Event::PromptAsked { ask: AskId(3), kind: PromptKind::Service, detail: String::new() });
    page.engine.stop(Millis(page.now));
    page.drain();
    assert!(page.settled(id));
    assert_eq!(page.shown(), None);
    assert_eq!(page.count(|d| matches!(d, Command::Reply { ask: AskId(3), .. })), 1);
    assert_eq!(page.engine.poll_timeout(), None);
}
