//! The npm package's public types are the engine's own: their words are written from here, and its samples of every shape are type-checked against them
//! (pkg-config/tests/told.test.mjs).
#![cfg(not(target_arch = "wasm32"))]

use pagemend::core::action::{Notice, Reply, RetryOutcome};
use pagemend::core::config::Consent;
use pagemend::core::freshness::expiry::ExpiryState;
use pagemend::core::freshness::{Freshness, FreshnessVerdict};
use pagemend::core::incident::record::{Entry, Incident};
use pagemend::core::incident::{Cause, Evidence, Kind, Outcome, Stage};
use pagemend::core::playbook::ladder::Remedy;
use pagemend::core::prompt::{PromptKind, choice};
use pagemend::core::render::{Ink, Judged, Marks, Patch, Region, RenderState, RenderVerdict, Sight};
use pagemend::core::snapshot::{InForce, Snapshot, Timer};
use pagemend::core::storage::{DamagedEntry, PoisonedEntry, RepairDone, RepairReport};
use pagemend::core::time::Millis;
use pagemend::wire::ask::{GuardEvent, RepairAction, RepairScope};
use pagemend::wire::out::{self, Heard, Question, RetryQuestion};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use std::fs;
use std::path::Path;

const AGAIN: &str = "UPDATE_GOLDEN=1 cargo test -p pagemend --test public_types";

/// Holds a file to what it must be; with `UPDATE_GOLDEN=1` it is written anew, for review.
#[track_caller]
fn check_golden(name: &str, now: &str, same: impl Fn(&str) -> bool) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, now).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        same(&kept),
        "{name} is not what the engine says; `{AGAIN}` writes it anew, for review. It should be:\n{now}"
    );
}

/// A union of these words, in lines of a readable length.
fn union<const N: usize>(about: &str, name: &str, words: [&str; N]) -> String {
    let mut text = format!("\n/** {about} */\nexport type {name} =");
    let mut width = usize::MAX;
    for word in words {
        if width > 110 {
            text.push_str("\n ");
            width = 2;
        }
        write!(text, " | \"{word}\"").unwrap();
        width += word.len() + 5;
    }
    text.push_str(";\n");
    text
}

#[test]
fn the_packages_words_are_the_engines() {
    let unions = [
        union("Why a page is in trouble: a closed set.", "Cause", Cause::CODES),
        union("What was found.", "EvidenceKind", Kind::CODES),
        union("What a person sees of a page.", "RenderState", RenderState::CODES),
        union("How the running build stands to the live one.", "FreshnessState", Freshness::CODES),
        union("A step of an incident.", "IncidentStage", Stage::CODES),
        union("What has come of an incident.", "IncidentOutcome", Outcome::CODES),
        union("How it stands with the tries for an address.", "RetryOutcome", RetryOutcome::CODES),
        union("What a prompt is about.", "PromptKind", PromptKind::CODES),
        union("What the buttons of prompts do; \"none\": it went away without an answer.", "PromptChoice", choice::ALL),
        union("How it stands with something that ends.", "ExpiryState", ExpiryState::CODES),
        union("What leaves a mark on the screen.", "Ink", Ink::CODES),
        union("What the guard's one timer is for.", "Timer", Timer::CODES),
        union("What `repair` may touch.", "RepairScope", RepairScope::CODES),
        union("What a step of a repair does.", "RepairAction", RepairAction::CODES),
        union("What `on` listens to.", "GuardEvent", GuardEvent::CODES),
    ];
    let first =
        format!("// The closed sets of words that the engine tells and takes, as it has them. Written by: {AGAIN}\n");
    let now = first + &unions.concat();
    check_golden("pkg-config/src/vocabulary.ts", &now, |kept| kept == now);
}

/// As the page's code gets it.
fn told(told: &impl Serialize) -> Value {
    serde_json::to_value(told).unwrap()
}

fn heard(heard: &Heard) -> Value {
    let value = told(heard);
    assert_eq!(value["type"], heard.event().code());
    value
}

fn notice(notice: &Notice) -> Value {
    heard(&out::notice(notice))
}

/// The first of each shape has all that it can have. Made without `..`: what is new must be named here.
fn samples() -> Map<String, Value> {
    let evidence = Evidence { cause: Cause::Api, weight: 9, kind: Kind::ApiError, detail: "503 \"x\"".into() };
    let loading = RenderVerdict {
        state: RenderState::Loading,
        overdue: true,
        covered: false,
        hidden_by_style: false,
        cause: Some(Cause::Api),
        evidence: vec![evidence.clone().into()],
        took_us: 3040,
        reason: "only placeholders".into(),
    };
    let content = RenderVerdict::new(RenderState::Content, "the main region shows content");
    let stale = FreshnessVerdict {
        state: Freshness::Stale,
        running: "1".into(),
        latest: "2".into(),
        required: true,
        reason: "newer",
    };
    let snapshot = Snapshot {
        build: stale.clone(),
        retries_left: 19,
        retries_most: 20,
        timers: vec![(Timer::Render, Millis(250))],
        consent: Consent::Pending,
        queued: Some(2),
        playbook: Some(InForce { version: 7, silent: true, mute: false, without: vec![Remedy::Reload] }),
        incidents: vec!["0123456789abcdef0123456789abcdef".into()],
        marks: Marks {
            judged: vec![Judged {
                patch: Patch { ink: Ink::Text, region: Region::Main, sight: Sight::Covered, amount: 9 },
                shown: [0.0, 8.5, 90.0, 24.5],
            }],
            dropped: 1,
        },
        dropped: 2,
    };
    let report = RepairReport {
        keys: ["a", "b"].map(|key| DamagedEntry { key: key.into(), ..DamagedEntry::default() }).into(),
        entries: vec![PoisonedEntry {
            cache: "v1".into(),
            url: "https://loan.example/a.js".into(),
            why: "html".into(),
        }],
        evict: vec!["pictures".into()],
        done: RepairDone { copied: 2, removed: 1, failed: 1, freed: false, restored: 0 },
    };
    let incident = Notice::Incident {
        id: "0123456789abcdef0123456789abcdef".into(),
        cause: Cause::StaleDeploy,
        stage: Stage::Ended,
        outcome: Outcome::Recovered,
        reference: "7K2M-9QXD".into(),
    };
    let story = Incident {
        id: "0123456789abcdef0123456789abcdef".into(),
        reference: "7K2M-9QXD".into(),
        revision: 2,
        cause: Cause::Api,
        evidence: vec![evidence.clone().into()],
        step: "form".into(),
        build: "1".into(),
        page: "/apply".into(),
        detected: 1_782_000_000_000,
        timeline: vec![Entry { at: Millis(9), stage: Stage::Retried, detail: "attempt 1".into() }],
        dropped: 0,
        aside: Vec::new(),
        outcome: Outcome::Open,
    };
    let retry = Notice::Retry { url: "/a".into(), attempt: 1, wait: Millis(9), outcome: RetryOutcome::Lost };
    let asked = RetryQuestion { url: "https://backup.example/a.js", from: "https://loan.example/a.js" };
    let reply = |given: Reply| told(&out::reply(&given));
    let neutral = |question| told(&out::neutral(question));
    let verdicts = [loading, content].map(std::rc::Rc::new);
    let [(loading, seen), (content, also_seen)] =
        verdicts.map(|verdict| (reply(Reply::Render(verdict.clone())), notice(&Notice::Verdict(verdict))));
    let shapes = json!({
        "RenderVerdict": [loading, content, neutral(Question::Render)],
        "FreshnessVerdict": [reply(Reply::Freshness(stale)), neutral(Question::Freshness)],
        "RepairReport": [reply(Reply::Repair(report.clone())), neutral(Question::Repair)],
        "IncidentStory": [reply(Reply::Story(Some(Box::new(story))))],
        "GuardState": [reply(Reply::State(Box::new(snapshot)))],
        "PromptAnswer": [reply(Reply::Choice(choice::RETRY.into())), neutral(Question::Choice)],
        "IncidentNotice": [notice(&incident)],
        "VerdictNotice": [seen, also_seen],
        "RetryNotice": [notice(&retry)],
        "RetryQuestion": [heard(&Heard::BeforeRetry(asked))],
        "ReloadQuestion": [heard(&Heard::BeforeReload)],
        "RepairNotice": [notice(&Notice::Repair(report))],
        "PromptNotice": [notice(&Notice::Answered { choice: "voice".into() }), notice(&Notice::Prompt { kind: PromptKind::Script })],
        "TelemetryNotice": [notice(&Notice::Telemetry { sent: 1, kept: 2, dropped: 3 })],
        "ExpiryNotice": [notice(&Notice::Expiry { what: "link".into(), state: ExpiryState::Expiring, left: Millis(9) })],
    });
    match shapes {
        Value::Object(shapes) => shapes,
        _ => Map::new(),
    }
}

#[test]
fn what_the_page_is_told_has_the_shapes_of_the_golden_file() {
    let samples = samples();
    let heard: Vec<&str> = samples.values().filter_map(|all| all[0]["type"].as_str()).collect();
    for event in GuardEvent::ALL {
        assert!(heard.contains(&event.code()), "no sample of what is heard of \"{}\"", event.code());
    }
    let now = serde_json::to_string_pretty(&samples).unwrap() + "\n";
    // Whatever the order of its keys, which is not the same with every set of features.
    check_golden("pkg-config/tests/golden/told.json", &now, |kept| {
        serde_json::from_str::<Value>(kept).is_ok_and(|kept| kept.as_object() == Some(&samples))
    });
}

#[test]
fn a_code_is_what_is_written_of_its_word() {
    for cause in Cause::ALL {
        assert_eq!(serde_json::to_value(cause).unwrap(), cause.code());
        assert_eq!(serde_json::from_value::<Cause>(cause.code().into()).unwrap(), cause);
    }
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
    }
    for stage in Stage::ALL {
        assert_eq!(serde_json::to_value(stage).unwrap(), stage.code());
    }
}
