//! A row's documents: who watches, the guard, and then what the row says.
use crate::site::{Files, Frame, Site};
use serde_json::{Value, json};
use std::sync::Arc;

const WATCH: &str = include_str!("watch.js");

/// The guard's files, and its place in a document's head.
pub const FILES: &[&str] = &["boot.js", "calls.js", "engine.js", "pagemend_bg.wasm", "client.js", "index.js"];
/// What earlier packages do not have.
pub const LATER: &[&str] = &["resort.js"];

/// `config` is JSON over boot.js' configuration.
pub fn frame(site: &Site, config: &str, guarded: bool, files: &Files) -> Frame {
    let file = |name: &str| String::from_utf8_lossy(files.get(name).map_or(&[][..], Vec::as_slice)).into_owned();
    // Named, so that what it throws is told from what the page throws.
    let script = |name: &str, attributes: &str| {
        format!("<script{attributes}>{}\n//# sourceURL=/pagemend/{name}\n</script>", file(name).trim_end())
    };
    let config = format!(" id=\"pagemend-boot\" data-config=\"{}\"", configured(site, config));
    let guard = if guarded { [script("boot.js", &config), script("resort.js", "")].concat() } else { String::new() };
    let mut names: Vec<(String, String)> = vec![("{{dead}}".into(), site.dead.clone())];
    names.extend(PARTS.iter().map(|part| (format!("{{{{{part}}}}}"), site.url(part).to_string())));
    Arc::new(move |head, body| {
        let document = format!("{head}</head><body>{body}");
        let own = names.iter().fold(document, |text, (name, url)| text.replace(name, url));
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><script>{WATCH}</script>{guard}<link rel=\"icon\" href=\"data:,\">{own}</body></html>"
        )
    })
}

/// The origins of every row.
pub const PARTS: [&str; 3] = ["page", "backup", "collector"];

fn configured(site: &Site, config: &str) -> String {
    let mut whole = json!({
        "engine": ["/pagemend/"], "timeoutMs": 1500, "lastResortMs": 1500, "fallback": [site.url("backup")], "origins": [site.dead],
        "options": {
            "service": "harm", "build": "1", "endpoint": "/v1/logs", "locale": "en",
            "deadlines": {"settleMs": 500, "loadingMs": 2000, "requestMs": 1500},
        },
    });
    if let Ok(given) = serde_json::from_str(&site.written(config)) {
        merge(&mut whole, given);
    }
    whole.to_string().replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                // As in a merge patch (RFC 7396): null takes away.
                match value {
                    Value::Null => drop(into.remove(&key)),
                    value => merge(into.entry(key).or_insert(Value::Null), value),
                }
            }
        }
        (into, from) => *into = from,
    }
}
