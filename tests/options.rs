//! The core has the names and the defaults that the description of the options states (pkg-config/src/options.ts): both are held to one file.
#![cfg(not(target_arch = "wasm32"))]

use pagemend::core::config::{Config, Consent, JsonKind, Locale, Shape, Text};
use serde_json::{Value, json};

fn words(text: &Text) -> Value {
    json!({ "zh": text.zh, "en": text.en })
}

fn kind(kind: JsonKind) -> &'static str {
    match kind {
        JsonKind::Value => "value",
        JsonKind::Object => "object",
        JsonKind::Array => "array",
        JsonKind::String => "string",
        JsonKind::Number => "number",
        JsonKind::Boolean => "boolean",
    }
}

fn shape(shape: &Shape) -> Value {
    let member = |member: &Shape| json!({ "key": member.key, "kind": kind(member.kind) });
    json!({
        "key": shape.key,
        "kind": kind(shape.kind),
        "members": shape.members.iter().map(member).collect::<Vec<_>>(),
        "version": shape.version,
        "versions": shape.versions,
        "maxLength": shape.max_length,
    })
}

/// As the boundary names them. Taken apart without `..`: a new field must be named here.
fn told(config: Config) -> Value {
    let Config {
        service,
        build,
        built_at,
        build_number,
        endpoint,
        root,
        furniture,
        locale,
        fallbacks,
        // No option: the shell knows them.
        origins: _,
        freshness,
        expires_at,
        renew_link,
        landing,
        storage,
        services,
        help,
        alternatives,
        refusals,
        names,
        deadlines,
        retry,
        playbook,
        consent,
        step,
    } = config;
    let services: Vec<_> = services.iter().map(|s| json!({ "match": s.prefix, "name": words(&s.name) })).collect();
    let alternatives: Vec<_> = alternatives.iter().map(|a| json!({ "id": a.id, "label": words(&a.label) })).collect();
    let refusals: Vec<_> = refusals.iter().map(|r| json!({ "code": r.code, "text": words(&r.text) })).collect();
    let shapes: Vec<_> = storage.shapes.iter().map(shape).collect();
    json!({
        "service": service,
        "build": build,
        "builtAt": built_at,
        "buildNumber": build_number,
        "endpoint": endpoint,
        "root": root,
        "furniture": furniture,
        "locale": match locale { Locale::Zh => "zh-CN", Locale::En => "en" },
        "fallbackOrigins": fallbacks,
        "freshness": { "url": freshness.url, "pollMs": freshness.poll.0 },
        "expiresAt": expires_at,
        "renewLink": renew_link,
        "landing": landing,
        "storage": { "drafts": storage.drafts, "json": storage.json, "shapes": shapes, "caches": storage.caches },
        "services": services,
        "help": { "phone": help.phone, "hours": words(&help.hours), "url": help.url, "feedback": help.feedback },
        "alternatives": alternatives,
        "refusals": refusals,
        "names": names,
        "deadlines": {
            "settleMs": deadlines.settle.0,
            "loadingMs": deadlines.loading.0,
            "requestMs": deadlines.request.0,
        },
        "retry": {
            "limit": retry.limit,
            "baseMs": retry.base.0,
            "capMs": retry.cap.0,
            "budget": retry.budget,
            "retryAfterCapMs": retry.retry_after_cap.0,
        },
        "playbook": { "url": playbook.url, "timeoutMs": playbook.timeout.0, "publicKey": playbook.public_key },
        "consent": match consent { Consent::Pending => "pending", Consent::Granted => "granted", Consent::Denied => "denied" },
        "step": step,
    })
}

fn golden() -> Value {
    serde_json::from_str(include_str!("../pkg-config/tests/golden/options.json")).unwrap()
}

#[test]
fn the_core_and_the_description_of_the_options_have_the_same_defaults() {
    assert_eq!(told(Config::default()), golden()["defaults"]);
}

#[test]
fn the_core_reads_each_option_by_the_name_that_the_description_has_for_it() {
    for part in ["defaults", "checked"] {
        let golden = golden()[part].take();
        assert_eq!(told(serde_json::from_value(golden.clone()).unwrap()), golden);
    }
}
