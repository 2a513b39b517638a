//! A remote playbook at work: the guard that it switches off, remedies, telemetry, announcements, and sessions that are drawn.

use crate::page::{Page, config};
use crate::{dead_script, script_threw};
use pagemend::core::action::Command;
use pagemend::core::config::{Config, Locale, PlaybookSource};
use pagemend::core::event::*;
use pagemend::core::id::AskId;
use pagemend::core::playbook::document::Document;
use pagemend::core::playbook::{Proof, Served};
use pagemend::core::prompt::PromptKind;
use serde_json::{Value, json};

fn told() -> Config {
    let playbook = PlaybookSource { url: Some("/playbook.json".into()), ..PlaybookSource::default() };
    Config { playbook, ..config() }
}

fn served(version: u64, rules: &Value) -> Served {
    let json = json!({ "format": 1, "version": version, "rules": rules });
    Served::Document { text: json.to_string(), proof: Proof::Unasked, read: Document::read(json) }
}

/// The second page of a session whose first one has fetched this.
fn after(config: Config, rules: &Value) -> Page {
    let mut first = Page::with(config.clone(), Some(String::new()));
    first.playbook = served(1, rules);
    first.pass(4_000);
    first.next(config)
}

#[test]
fn a_guard_that_is_off_does_nothing_but_ask_whether_it_still_is_to_be() {
    let mut page = after(told(), &json!([{ "off": ["guard"] }]));
    page.shows = None;
    page.tell(script_threw());
    page.pass(60_000);
    let did: Vec<_> = page.did.iter().map(|did| format!("{did:?}")).collect();
    let begins =
        |with: &[&str]| did.len() == with.len() && did.iter().zip(with).all(|(did, with)| did.starts_with(with));
    assert!(begins(&["SwitchOff", "FetchPlaybook", "KeepPlaybook"]), "{did:?}");
    assert_eq!((page.posted.len(), page.engine.poll_timeout()), (0, None));

    page.playbook = served(2, &json!([]));
    let mut asks = page.next(told());
    asks.pass(10);
    let mut back = asks.next(told());
    back.shows = None;
    back.tell(script_threw());
    back.pass(5_000);
    assert_eq!(back.reloads(), 1, "what came to the guard that was off is for the next page");
}

#[test]
fn a_guard_that_runs_is_switched_off_when_it_hears_of_it() {
    let mut page = Page::with(told(), Some(String::new()));
    page.playbook = served(1, &json!([{ "off": ["guard"] }]));
    page.pass(2_000);
    assert_eq!(page.count(|did| matches!(did, Command::SwitchOff)), 0);
    page.pass(2_000);
    assert_eq!(page.count(|did| matches!(did, Command::SwitchOff)), 1);
}

#[test]
fn a_remedy_that_is_off_is_passed_over() {
    for (rules, reloads) in [(json!([]), 1), (json!([{ "off": ["reload"] }]), 0)] {
        let mut page = after(told(), &rules);
        page.shows = None;
        page.tell(script_threw());
        page.pass(8_000);
        assert_eq!((page.reloads(), page.shown().is_some()), (reloads, reloads == 0), "{rules}");
    }
}

#[test]
fn without_retries_a_call_is_made_once() {
    for (rules, sent) in [(json!([]), 1), (json!([{ "off": ["retry"] }]), 0)] {
        let mut page = after(told(), &rules);
        let id = page.request("https://a/api/home/quota", true, false);
        page.answer(id, 0, 503);
        page.pass(2_000);
        assert_eq!(page.sent(id), sent, "{rules}");
    }
}

#[test]
fn a_ladder_of_the_playbook_is_climbed_in_place_of_the_built_in_one() {
    let ladder = json!([{ "ladders": [{ "cause": "resource", "remedies": ["dialog"] }] }]);
    for (rules, probes) in [(json!([]), true), (ladder, false)] {
        let mut page = after(told(), &rules);
        page.shows = None;
        for event in dead_script() {
            page.tell(event);
        }
        page.pass(4_000);
        assert_eq!(page.count(|did| matches!(did, Command::Probe { .. })) > 0, probes, "{rules}");
    }
}

#[test]
fn deadlines_of_the_playbook_count() {
    for (rules, told_after) in [(json!([]), 2_000), (json!([{ "deadlines": { "settleMs": 10_000 } }]), 10_000)] {
        let mut page = after(Config { build: String::new(), ..told() }, &rules);
        page.memory = None;
        page.shows = None;
        page.tell(script_threw());
        page.pass(told_after - 500);
        assert!(page.outcomes.is_empty(), "{rules}");
        page.pass(3_000);
        assert!(!page.outcomes.is_empty(), "{rules}");
    }
}

#[test]
fn telemetry_that_is_off_sends_nothing_and_leaves_what_waits() {
    let mut page = after(told(), &json!([{ "when": { "path": ["/apply"] }, "off": ["telemetry"] }]));
    page.left = vec![KeptQueue { key: "pagemend:queue:a".into(), text: String::new() }];
    page.shows = None;
    page.tell(script_threw());
    page.pass(30_000);
    assert_eq!(page.count(|did| matches!(did, Command::Post { .. } | Command::AdoptQueues)), 0);
    page.tell(Event::PageHiding);
    assert_eq!(page.count(|did| matches!(did, Command::LeaveQueue { .. })), 0);
}

#[test]
fn an_incident_tells_which_playbook_holds() {
    let told_of = |page: &Page, version: u64| {
        let attribute = format!(r#"{{"key":"pagemend.playbook.version","value":{{"intValue":"{version}"}}}}"#);
        page.posted.iter().any(|body| body.contains("pagemend.incident") && body.contains(&attribute))
    };
    // Those that change nothing hold as well.
    for version in [1, 2] {
        let mut first = Page::with(told(), Some(String::new()));
        first.playbook = served(version, &json!([]));
        first.pass(4_000);
        let mut page = first.next(told());
        page.memory = None;
        page.shows = None;
        page.tell(script_threw());
        page.pass(30_000);
        assert!(told_of(&page, version) && !told_of(&page, 3 - version), "{:?}", page.posted);
    }

    let mut without = Page::with(config(), Some(String::new()));
    without.shows = None;
    without.tell(script_threw());
    without.pass(30_000);
    assert!(!without.posted.is_empty() && without.posted.iter().all(|body| !body.contains("pagemend.playbook")));
}

#[test]
fn prompts_that_are_off_are_not_shown_and_keep_nobody_waiting() {
    let mut page = after(told(), &json!([{ "off": ["prompts"] }]));
    page.memory = None;
    page.shows = None;
    page.tell(script_threw());
    page.pass(20_000);
    page.tell(Event::PromptAsked { ask: AskId(1), kind: PromptKind::Verification, detail: String::new() });
    assert_eq!(page.count(|did| matches!(did, Command::Prompt(_) | Command::LastResort)), 0);
    assert_eq!(page.count(|did| matches!(did, Command::Reply { ask: AskId(1), .. })), 1);
}

#[test]
fn an_announcement_is_a_notice_on_a_page_that_is_well_and_is_shown_once() {
    let title = json!({ "zh": "系统维护", "en": "Maintenance" });
    let rules = json!([{ "announcements": [{ "id": "m1", "title": title }] }]);
    for (locale, said) in [(Locale::Zh, "系统维护"), (Locale::En, "Maintenance")] {
        let mut page = after(Config { locale, ..told() }, &json!([]));
        page.playbook = served(2, &rules);
        page.pass(5_000);
        let spec = page.prompt.as_ref().map(|(_, spec)| (spec.kind, spec.title.clone(), spec.modal));
        assert_eq!(spec, Some((PromptKind::Announcement, said.into(), false)));
        page.choose("close");
        page.pass(60_000);
        assert_eq!(page.shown(), None);
        let mut next = page.next(Config { locale, ..told() });
        next.pass(20_000);
        assert_eq!(next.shown(), None);
    }
}

#[test]
fn what_is_wrong_with_a_playbook_is_one_line_and_one_record() {
    let mut page = Page::with(told(), Some(String::new()));
    let json = json!({ "format": 1, "version": 1, "rules": [{ "off": ["reboot"] }] });
    page.playbook = Served::Document { text: json.to_string(), proof: Proof::Unasked, read: Document::read(json) };
    page.pass(1_300_000);
    let lines: Vec<_> =
        page.did.iter().filter_map(|did| if let Command::Warn { line } = did { Some(line) } else { None }).collect();
    assert_eq!(
        lines,
        [
            "pagemend: the playbook at /playbook.json is refused: \"rules[0].off[0]\" is reboot; expected one of guard, prompts, telemetry, \
          retry, repair, renew, reload, wait-online, reset, dialog; there is none before it"
        ]
    );
    assert!(
        page.posted.iter().any(|body| body.contains("pagemend.playbook.refused") && body.contains("rules[0].off[0]"))
    );
}

#[test]
fn a_session_is_drawn_once_and_its_lot_is_sent_nowhere() {
    let rules = json!([{ "name": "roll-out", "when": { "percent": 50 }, "off": ["reload"] }]);
    let config = Config { consent: pagemend::core::config::Consent::Granted, ..told() };
    let mut page = after(config.clone(), &rules);
    let lot = |page: &Page| {
        let memory: Value = serde_json::from_str(page.memory.as_deref().unwrap_or_default()).expect("session memory");
        memory["lot"].as_u64().expect("a lot")
    };
    let first = lot(&page);
    page.shows = None;
    page.tell(script_threw());
    page.pass(10_000);
    let next = page.next(config);
    assert_eq!(lot(&next), first);
    assert!(!page.posted.is_empty() && page.posted.iter().all(|body| !body.contains(&first.to_string())));
}
