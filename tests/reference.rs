//! What the documentation tells of prompts, causes and records is the engine's own: `www/docs/engine.json` is written from here, and the site's reference
//! pages are made of it (www/docs/generate.mjs).
#![cfg(not(target_arch = "wasm32"))]

use pagemend::core::config::{Config, Locale};
use pagemend::core::incident::record::{Entry, Incident};
use pagemend::core::incident::{Cause, Evidence, Kind, Outcome, Stage};
use pagemend::core::playbook::ladder::{Remedy, ladder};
use pagemend::core::prompt::words::{Voice, compose};
use pagemend::core::prompt::{PromptKind, Subject, choice};
use pagemend::core::telemetry::log::{self, Log, Place, Retries};
use pagemend::core::telemetry::names::Names;
use pagemend::core::telemetry::otlp;
use pagemend::core::time::Millis;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const FILE: &str = "www/docs/engine.json";
const AGAIN: &str = "UPDATE_GOLDEN=1 cargo test -p pagemend --test reference";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the comment of each variant of an enum says, by the variant's name. A variant without one has nothing that could be shown to a reader.
fn comments(file: &str, of: &str) -> Vec<(String, String)> {
    let source = fs::read_to_string(root().join(file)).unwrap();
    let (_, rest) = source.split_once(&format!("pub enum {of} {{\n")).unwrap();
    let mut comment = Vec::new();
    let mut all = Vec::new();
    for line in rest.lines().map(str::trim).take_while(|line| *line != "}") {
        if let Some(text) = line.strip_prefix("/// ") {
            comment.push(text);
        } else if !line.starts_with("#[") {
            let variant = line.split([' ', ',']).next().unwrap_or_default();
            assert!(!comment.is_empty(), "{file}: {of}::{variant} has no comment that says what it is; readers see it");
            all.push((variant.into(), comment.join(" ")));
            comment.clear();
        }
    }
    all
}

/// A closed set of words, each with its comment.
fn words<const N: usize>(file: &str, of: &str, codes: [&str; N]) -> Vec<Value> {
    let comments = comments(file, of);
    assert_eq!(comments.len(), N, "{of}");
    codes.iter().zip(comments).map(|(code, (_, about))| json!({ "code": code, "about": about })).collect()
}

/// The name of a prompt's service, for those that speak of one.
fn service(kind: PromptKind, locale: Locale) -> &'static str {
    match (kind, locale) {
        (PromptKind::Service | PromptKind::Network | PromptKind::Overload, Locale::Zh) => "还款服务",
        (PromptKind::Service | PromptKind::Network | PromptKind::Overload, Locale::En) => "Repayment service",
        _ => "",
    }
}

/// A prompt as a page with a telephone number of human help shows it.
fn prompt(kind: PromptKind, locale: Locale) -> Value {
    let mut config = Config { locale, ..Config::default() };
    config.help.phone = "400-800-1234".into();
    let subject = Subject {
        reference: if kind == PromptKind::Script { "7K2M-9QXD" } else { "" },
        service: service(kind, locale),
        in_place: true,
        minutes: 2,
        ..Subject::default()
    };
    let said = compose(kind, &subject, &Voice::of(&mut config));
    let buttons: Vec<_> = said
        .buttons
        .iter()
        .map(|button| json!({ "choice": button.choice, "label": button.label, "primary": button.primary }))
        .collect();
    let help: Vec<_> = said.help.iter().map(|(text, _)| text).collect();
    json!({
        "modal": said.modal, "title": said.title, "body": said.body, "safe": said.safe, "typed": said.typed.kept, "lost": said.typed.lost,
        "buttons": buttons, "help": help, "reference": said.reference,
    })
}

fn prompts() -> Vec<Value> {
    let about = words("src/core/prompt/words.rs", "PromptKind", PromptKind::CODES);
    PromptKind::ALL
        .into_iter()
        .zip(about)
        .map(|(kind, word)| {
            json!({ "kind": word["code"], "about": word["about"], "zh": prompt(kind, Locale::Zh), "en": prompt(kind, Locale::En) })
        })
        .collect()
}

fn causes() -> Vec<Value> {
    let remedies = comments("src/core/playbook/ladder.rs", "Remedy");
    let said = |remedy: &Remedy| {
        let name = format!("{remedy:?}");
        let (_, about) = remedies.iter().find(|(variant, _)| *variant == name).unwrap();
        about.clone()
    };
    let about = words("src/core/incident/record.rs", "Cause", Cause::CODES);
    Cause::ALL
        .into_iter()
        .zip(about)
        .map(|(cause, word)| {
            let rungs: Vec<_> = ladder(cause).iter().map(said).collect();
            json!({ "code": word["code"], "about": word["about"], "ladder": rungs })
        })
        .collect()
}

/// An incident that has all that an incident can have.
fn incident() -> Incident {
    let found = Evidence {
        cause: Cause::Overload,
        weight: 75,
        kind: Kind::Overloaded,
        detail: "503 https://loan.example/api/repay/plan".into(),
    };
    let line = |at, stage, detail: &str| Entry { at: Millis(at), stage, detail: detail.into() };
    Incident {
        id: "0123456789abcdef0123456789abcdef".into(),
        reference: "7K2M-9QXD".into(),
        revision: 3,
        cause: Cause::Overload,
        evidence: vec![found.into()],
        step: "repay".into(),
        build: "1.4.0".into(),
        page: "/repay".into(),
        detected: 1_760_000_000_000,
        timeline: vec![
            line(0, Stage::Detected, "503 https://loan.example/api/repay/plan"),
            line(2100, Stage::Retried, "attempt 1"),
            line(5300, Stage::Ended, "recovered"),
        ],
        dropped: 1,
        aside: Vec::new(),
        outcome: Outcome::Recovered,
    }
}

/// Each record in OTLP, as it is sent.
fn records() -> Vec<Value> {
    let names = Names::default();
    let (epoch, session) = (1_760_000_005_300, "8c7e1f0a");
    let place = Place { path: "/repay", build: "1.4.0", step: "repay", epoch, session, names: &names };
    let sent = |record: Log| {
        let request: Value =
            serde_json::from_str(&otlp::request("lending-h5", "1.4.0", [&record].into_iter())).unwrap();
        request["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0].clone()
    };
    vec![
        sent(log::incident(&incident(), epoch, session, Some(12), &names)),
        sent(log::page(&place, "content")),
        sent(log::retries(&place, Retries { asked: 3, recovered: 2, lost: 1 })),
        sent(log::failure(&place, "index out of bounds", "src/shell/fetch.rs:80:9")),
        sent(log::playbook_refused(&place, "rules[0].off[0] is reboot; expected one of guard, prompts, telemetry, …")),
    ]
}

/// What a request says of its sender, beside the records. The guard's own version is left out: it changes by itself.
fn resource() -> Vec<Value> {
    let request: Value = serde_json::from_str(&otlp::request("lending-h5", "1.4.0", [].into_iter())).unwrap();
    let attributes = request["resourceLogs"][0]["resource"]["attributes"].as_array().unwrap();
    attributes.iter().map(|attribute| attribute["key"].clone()).collect()
}

#[test]
fn the_documentation_tells_what_the_engine_does() {
    let record = "src/core/incident/record.rs";
    let now = json!({
        "written": format!("by {AGAIN}"),
        "causes": causes(),
        "evidence": words(record, "Kind", Kind::CODES),
        "stages": words(record, "Stage", Stage::CODES),
        "outcomes": words(record, "Outcome", Outcome::CODES),
        "choices": choice::ALL,
        "prompts": prompts(),
        "records": records(),
        "resource": resource(),
    });
    let path = root().join(FILE);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, serde_json::to_string_pretty(&now).unwrap() + "\n").unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
    assert!(kept == now, "{FILE} is not what the engine says; `{AGAIN}` writes it anew, for review");
}
