//! The examples of the documentation's pages on the remote playbook are read as the guard reads a playbook, so that the pages cannot drift.
#![cfg(not(target_arch = "wasm32"))]

use pagemend::core::playbook::document::Document;
use pagemend::core::playbook::ladder::Remedy;
use serde_json::Value;
use std::fs;
use std::path::Path;

const PAGES: [&str; 2] = ["www/docs/guide/playbook.md", "www/docs/zh/playbook.md"];

fn page(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The texts of its blocks in that language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let begin = format!("```{language}\n");
    page.split(begin.as_str()).skip(1).map(|rest| rest.split_once("\n```").unwrap().0).collect()
}

/// Every key of an example, and what is switched off in it.
fn words(json: &Value, into: &mut Vec<String>) {
    match json {
        Value::Object(fields) => {
            for (key, value) in fields {
                into.push(key.clone());
                words(value, into);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| words(value, into)),
        Value::String(text) => into.push(text.clone()),
        _ => {}
    }
}

#[test]
fn every_example_of_a_playbook_is_one_that_the_guard_takes() {
    for path in PAGES {
        let page = page(path);
        let examples = blocks(&page, "json");
        assert!(examples.len() > 5, "{path} has {} examples", examples.len());
        for example in examples {
            let json: Value = serde_json::from_str(example).unwrap();
            if let Err(wrong) = Document::read(json) {
                panic!("{path}: {wrong}: {example}");
            }
        }
    }
}

#[test]
fn the_examples_show_all_that_a_playbook_can_say() {
    for path in PAGES {
        let page = page(path);
        let mut shown = Vec::new();
        for example in blocks(&page, "json") {
            words(&serde_json::from_str(example).unwrap(), &mut shown);
        }
        let fields = "format version expiresAt maxAgeMs rules name when release path step percent off ladders cause \
            remedies deadlines settleMs loadingMs requestMs retry limit baseMs capMs budget retryAfterCapMs texts \
            prompt title text announcements id links label href guard prompts telemetry";
        for field in fields.split_whitespace() {
            assert!(shown.iter().any(|word| word == field), "{path} has no example of {field}");
        }
        for remedy in Remedy::CODES {
            assert!(page.contains(&format!("`{remedy}`")), "{path} does not name {remedy}");
        }
    }
}

#[test]
fn both_languages_have_the_same_examples() {
    let [en, zh] = PAGES.map(page);
    for language in ["json", "sh", "js", "ts"] {
        assert_eq!(blocks(&en, language), blocks(&zh, language));
    }
}
