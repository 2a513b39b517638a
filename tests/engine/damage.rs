//! Damage on the device: what is asked of the shell, and what its answers prove.

use super::page::{Page, config};
use pagemend::core::action::Command;
use pagemend::core::event::*;
use pagemend::core::prompt::PromptKind;
use pagemend::core::render::Ink;
use pagemend::core::storage::{Bytes, Compared, PoisonedEntry, Repair};

const SCRIPT: &str = "https://a/assets/app.js";

fn threw(text: &str, source: &str) -> Event {
    Event::ScriptFailed { rejection: source.is_empty(), text: text.into(), source: source.into() }
}

/// A blank page of the origin `https://a`.
fn blank() -> Page {
    let mut own = config();
    own.origins = vec!["https://a".into()];
    let mut page = Page::with(own, Some(String::new()));
    page.shows = None;
    page
}

/// The page that comes after it, which throws, too, and has kept the same.
fn blank_again(before: &Page) -> Page {
    let mut page = Page::after(config(), before.memory.clone(), before.mark.clone(), true);
    page.shows = None;
    page.old.clone_from(&before.old);
    page.tell(threw("TypeError: no reducer", SCRIPT));
    page
}

fn compared(url: &str, bytes: Bytes) -> Vec<Compared> {
    vec![Compared { url: url.into(), bytes }]
}

#[test]
fn a_syntax_error_is_unsupported_only_when_the_network_has_the_very_same_script() {
    let pipe = "SyntaxError: Unexpected token '>'";
    let ambiguous = "SyntaxError: Invalid or unexpected token";
    let cases = [
        (pipe, SCRIPT, compared(SCRIPT, Bytes::Same), "unsupported"),
        (ambiguous, SCRIPT, compared(SCRIPT, Bytes::Same), "unsupported"),
        // Which file it was is not told: then all that may have been it are the network's.
        (pipe, "", compared("https://a/assets/chunk.js", Bytes::Same), "unsupported"),
        (pipe, SCRIPT, vec![], "script"),
        (pipe, SCRIPT, compared("https://a/assets/other.js", Bytes::Same), "script"),
        ("SyntaxError: Unexpected end of input", SCRIPT, compared(SCRIPT, Bytes::Same), "script"),
        (ambiguous, SCRIPT, compared(SCRIPT, Bytes::SameButCut), "script"),
        (pipe, SCRIPT, compared(SCRIPT, Bytes::Renewed), "cache-damaged"),
    ];
    for (text, source, answer, cause) in cases {
        let mut page = blank();
        page.compared = answer;
        page.tell(threw(text, source));
        page.pass(4_000);
        let told = page.outcomes.last().map(|(cause, _)| cause.as_str());
        assert_eq!(told, Some(cause), "{text} {source} {:?}", page.compared);
        let prompt = if cause == "unsupported" { Some(PromptKind::Unsupported) } else { None };
        assert_eq!(page.shown(), prompt, "{text}");
    }
}

#[test]
fn half_a_script_in_a_cache_is_evicted_and_the_page_loaded_anew() {
    let mut page = blank();
    page.poisoned = vec![PoisonedEntry {
        cache: "assets".into(),
        url: SCRIPT.into(),
        why: "other bytes than the network's".into(),
    }];
    page.tell(threw("SyntaxError: Unexpected end of input", SCRIPT));
    page.pass(5_000);
    assert!(page.outcomes.iter().any(|(cause, _)| cause == "cache-damaged"), "{:?}", page.outcomes);
    assert_eq!(page.count(|d| matches!(d, Command::Repair(Repair { entries, .. }) if entries.len() == 1)), 1);
}

#[test]
fn only_files_of_the_page_s_own_are_compared_and_each_error_once() {
    let mut page = blank();
    for source in [SCRIPT, SCRIPT, "https://elsewhere/sdk.js", ""] {
        page.tell(threw("SyntaxError: Unexpected token '>'", source));
    }
    page.tell(threw("SyntaxError: Unexpected end of JSON input", "https://a/json.js"));
    page.tell(Event::JsonRefused { text: "Unexpected end of JSON input".into() });
    page.tell(Event::JsonRefused { text: "Unexpected end of JSON input".into() });
    page.pass(4_000);
    let asked = page.did.iter().find_map(|d| match d {
        Command::ScanCaches { unparsed, own, .. } => Some((unparsed.clone(), own.clone())),
        _ => None,
    });
    let (unparsed, own) = asked.expect("the caches are looked into");
    assert_eq!(unparsed, [SCRIPT, ""]);
    assert_eq!(own, ["https://a"]);
    let told =
        |d: &Command| matches!(d, Command::ScanStorage { errors } if errors == &["Unexpected end of JSON input"]);
    assert_eq!(page.count(told), 1);
}

#[test]
fn what_entries_are_like_is_noted_once_when_content_has_held() {
    let mut page = Page::new();
    page.pass(2_000);
    assert_eq!(page.count(|d| matches!(d, Command::NoteStorage)), 0);
    page.pass(60_000);
    page.tell(Event::Changed { grew: true });
    page.pass(60_000);
    assert_eq!(page.count(|d| matches!(d, Command::NoteStorage)), 1);
}

#[test]
fn a_page_in_trouble_says_nothing_of_its_entries() {
    let mut blank = blank();
    blank.pass(60_000);
    let mut complains = Page::new();
    complains.tell(Event::JsonRefused { text: "Unexpected end of JSON input".into() });
    complains.pass(60_000);
    for page in [blank, complains] {
        assert_eq!(page.count(|d| matches!(d, Command::NoteStorage)), 0);
    }
    let mut late = Page::new();
    late.shows = None;
    late.pass(1_000);
    late.shows = Some(Ink::Text);
    late.pass(60_000);
    assert_eq!(late.count(|d| matches!(d, Command::NoteStorage)), 1);
}

#[test]
fn whole_entries_of_another_build_are_set_aside_with_a_yes_and_put_back_where_that_did_not_help() {
    let mut first = blank();
    first.old = ["persist:root", "draft"].map(String::from).into();
    first.tell(threw("TypeError: no reducer", SCRIPT));
    first.pass(4_000);
    assert_eq!((first.reloads(), first.shown()), (1, None), "a reload may do");

    let mut second = blank_again(&first);
    second.pass(4_000);
    assert_eq!((second.reloads(), second.shown()), (0, Some(PromptKind::StorageReset)));
    second.choose("reset");
    let repairs = |d: &Command| matches!(d, Command::Repair(Repair { keys, .. }) if keys.len() == 1 && keys[0].key == "persist:root");
    assert_eq!((second.count(repairs), second.reloads()), (1, 1), "what the user typed is not offered");

    let mut third = blank_again(&second);
    third.pass(4_000);
    assert_eq!(third.count(|d| matches!(d, Command::PutBack { keys } if keys == &["persist:root"])), 1);
    assert_eq!((third.reloads(), third.shown()), (0, Some(PromptKind::Script)));
    third.ended("script", "prompted");

    let mut healed = Page::after(config(), second.memory.clone(), second.mark.clone(), true);
    healed.pass(10_000);
    assert_eq!(healed.count(|d| matches!(d, Command::PutBack { .. })), 0);
    healed.ended("script", "recovered");
}
