//! A running server over a tiny site, and short ways to ask it.
// Every test binary uses a part of this only.
#![allow(dead_code)]

use std::fs;
use std::path::Path;

use pagemend_server::{LabHandle, Running, ServerConfig, spawn};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Ends the server and removes the site when dropped.
pub struct Fixture {
    pub server: Running,
    pub lab: LabHandle,
    pub folder: TempDir,
    client: reqwest::Client,
}

pub async fn start() -> Fixture {
    start_with(false).await
}

/// With the documentation, too.
pub async fn start_with_docs() -> Fixture {
    start_with(true).await
}

async fn start_with(docs: bool) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let documentation = docs.then(|| folder.path().join("docs"));
    if let Some(docs) = &documentation {
        fs::create_dir_all(docs.join("zh")).unwrap();
        for page in ["index", "fault-lab", "zh/index", "404"] {
            fs::write(docs.join(format!("{page}.html")), format!("<title>{page}</title>")).unwrap();
        }
    }
    let (dist_a, dist_b) = (folder.path().join("a"), folder.path().join("b"));
    write_site(&dist_a, "1");
    write_site(&dist_b, "2");
    let server = spawn(ServerConfig {
        dist_a,
        dist_b,
        incidents_file: Some(folder.path().join("incidents.jsonl")),
        docs: documentation,
        ..Default::default()
    })
    .await
    .unwrap();
    Fixture { lab: server.lab.clone(), server, folder, client: reqwest::Client::new() }
}

fn write_site(dist: &Path, hash: &str) {
    for (path, text) in [
        (
            "index.html",
            format!(
                "<!doctype html><html><head>\
                 <script id=\"pagemend-boot\" nonce=\"__CSP_NONCE__\" data-config='{{\"fallback\":[\"__BACKUP_ORIGIN__\"],\"x\":\"a>b\"}}'>boot()</script>\
                 <script src=\"/static/env.js\"></script><script defer src=\"/static/sdk.js\"></script>\
                 <script type=\"module\" crossorigin src=\"/assets/index-{hash}.js\"></script>\
                 <link rel=\"stylesheet\" href=\"/assets/index-{hash}.css\"></head><body><div id=\"app\"></div></body></html>"
            ),
        ),
        ("contract.html", "<!doctype html><html><head><title>contract</title></head></html>".into()),
        (&format!("assets/index-{hash}.js"), "app()".into()),
        (&format!("assets/index-{hash}.css"), "body{}".into()),
        (&format!("assets/lazy-{hash}.js"), "lazy()".into()),
        ("static/env.js", "env()".into()),
        ("static/sdk.js", "sdk()".into()),
        ("pagemend/engine.js", "engine()".into()),
        ("pagemend/pagemend_bg.wasm", "\0asm".into()),
        ("pagemend/plain.js", "plain".into()),
        ("pagemend/build.json", format!("{{\"build\":\"1.{hash}.0\"}}")),
        ("sw.js", "sw()".into()),
    ] {
        let path = dist.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Fixture {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.server.page))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn backup(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.server.backup)).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path).json(&body).send().await.unwrap()
    }

    /// Status on the page origin, status on the backup.
    pub async fn statuses(&self, path: &str) -> (u16, u16) {
        (self.get(path).await.status().as_u16(), self.backup(path).await.status().as_u16())
    }
}

pub fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// One incident as the guard sends it.
pub fn incident(id: &str, revision: u32, outcome: &str) -> Value {
    let string = |key: &str, text: &str| json!({"key": key, "value": {"stringValue": text}});
    let strings = |key: &str, texts: &[&str]| {
        let values: Vec<_> = texts.iter().map(|text| json!({"stringValue": text})).collect();
        json!({"key": key, "value": {"arrayValue": {"values": values}}})
    };
    export(&json!({
        "timeUnixNano": "1767225600000000000", "severityNumber": 9, "eventName": "pagemend.incident",
        "body": {"stringValue": "resource recovered"},
        "attributes": [
            string("pagemend.incident.id", id),
            {"key": "pagemend.incident.revision", "value": {"intValue": revision}},
            string("pagemend.cause", "resource"), string("pagemend.outcome", outcome), string("pagemend.step", "apply"),
            string("pagemend.build", "1.0.0"), string("pagemend.page", "/apply"), string("pagemend.reference", "PM-7K2"),
            {"key": "pagemend.playbook.version", "value": {"intValue": "12"}},
            {"key": "pagemend.duration_ms", "value": {"intValue": "812"}},
            strings("pagemend.evidence", &["res: /assets/index.js 404", "boot: healed"]),
            strings("pagemend.timeline", &["0 detected resource", "812 recovered content"]),
        ],
    }))
}

pub fn export(record: &Value) -> Value {
    json!({"resourceLogs": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "loan-h5"}}]},
        "scopeLogs": [{"scope": {"name": "pagemend"}, "logRecords": [record]}],
    }]})
}
