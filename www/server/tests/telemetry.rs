//! The OTLP receiver: what it decodes, what it refuses, and the view of it.

mod common;

use std::collections::BTreeMap;

use common::{export, header, incident, start};
use pagemend_server::{Fault, StoredIncident};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_incident_is_decoded_whole() {
    let site = start().await;
    let answer = site.post("/v1/logs", incident("i1", 1, "recovered")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({"partialSuccess": {}}));
    let mut stored = site.lab.incidents();
    let received_at = stored[0].received_at;
    assert!(received_at > 1_767_225_600_000);
    assert_eq!(
        stored.remove(0),
        StoredIncident {
            id: "i1".into(),
            revision: 1,
            cause: "resource".into(),
            outcome: "recovered".into(),
            step: "apply".into(),
            build: "1.0.0".into(),
            page: "/apply".into(),
            reference: "PM-7K2".into(),
            playbook: Some(12),
            duration_ms: 812,
            evidence: vec!["res: /assets/index.js 404".into(), "boot: healed".into()],
            timeline: vec!["0 detected resource".into(), "812 recovered content".into()],
            body: "resource recovered".into(),
            service: "loan-h5".into(),
            severity: 9,
            deliveries: BTreeMap::from([(1, 1)]),
            received_at,
        }
    );
    let file = std::fs::read_to_string(site.folder.path().join("incidents.jsonl")).unwrap();
    let line: Value = serde_json::from_str(file.lines().next().unwrap()).unwrap();
    assert_eq!((&line["id"], &line["evidence"][1]), (&json!("i1"), &json!("boot: healed")));
}

#[tokio::test]
async fn revisions_replace_each_other_and_deliveries_count() {
    let site = start().await;
    for (revision, outcome) in [(1, "open"), (2, "recovered"), (2, "recovered"), (1, "open")] {
        site.post("/v1/logs", incident("i1", revision, outcome)).await;
    }
    let [one] = &site.lab.incidents()[..] else { panic!("one incident") };
    assert_eq!((one.revision, one.outcome.as_str()), (2, "recovered"));
    assert_eq!(one.deliveries, BTreeMap::from([(1, 2), (2, 2)]));
    assert_eq!(site.lab.raw_bodies().len(), 4);
}

#[tokio::test]
async fn page_views_are_kept_apart_from_incidents() {
    let site = start().await;
    let view = json!({"eventName": "pagemend.page", "attributes": [
        {"key": "pagemend.page", "value": {"stringValue": "/"}},
        {"key": "pagemend.verdict", "value": {"stringValue": "content"}},
    ]});
    site.post("/v1/logs", export(&view)).await;
    assert!(site.lab.incidents().is_empty());
    let views = site.lab.page_views();
    assert_eq!((views[0].page.as_str(), views[0].verdict.as_str()), ("/", "content"));
}

#[tokio::test]
async fn what_the_guard_says_of_itself_and_of_a_playbook_is_taken() {
    let site = start().await;
    for name in ["pagemend.guard.failed", "pagemend.playbook.refused"] {
        let answer = site.post("/v1/logs", export(&json!({"eventName": name, "body": {"stringValue": "why"}}))).await;
        assert_eq!(answer.json::<Value>().await.unwrap(), json!({"partialSuccess": {}}), "{name}");
    }
    assert!(site.lab.incidents().is_empty());
}

#[tokio::test]
async fn retries_of_all_pages_are_summed_up() {
    let site = start().await;
    for (asked, recovered) in [("3", "2"), ("4", "1")] {
        let retries = json!({"eventName": "pagemend.retries", "attributes": [
            {"key": "pagemend.retries.asked", "value": {"intValue": asked}},
            {"key": "pagemend.retries.recovered", "value": {"intValue": recovered}},
        ]});
        site.post("/v1/logs", export(&retries)).await;
    }
    let sum = site.lab.retries();
    assert_eq!((sum.asked, sum.recovered, sum.lost), (7, 3, 0));
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_in_words() {
    let site = start().await;
    let good = incident("i1", 1, "open").to_string();
    for (content_type, body, status, words) in [
        ("text/plain;charset=UTF-8", good.as_str(), 415, "text/plain"),
        ("application/json", "{\"resourceLogs\": [", 400, "EOF"),
        ("application/json", "<!doctype html>", 400, "ExportLogsServiceRequest"),
        ("application/json", "{\"resourceLogs\": 5}", 400, "invalid type: integer `5`"),
        ("application/json; charset=utf-8", good.as_str(), 200, "partialSuccess"),
        ("application/json", "{\"resource_logs\": []}", 200, "no log record"),
    ] {
        let request = site.request(Method::POST, "/v1/logs").header("content-type", content_type);
        let response = request.body(body.to_owned()).send().await.unwrap();
        assert_eq!(response.status(), status, "{content_type} {body}");
        let text = response.text().await.unwrap();
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(site.lab.incidents().len(), 1);
}

#[tokio::test]
async fn records_that_nobody_knows_are_counted_as_rejected() {
    let site = start().await;
    for record in [json!({"eventName": "pagemend.incident", "attributes": []}), json!({"eventName": "something.else"})]
    {
        let answer: Value = site.post("/v1/logs", export(&record)).await.json().await.unwrap();
        assert_eq!(answer["partialSuccess"]["rejectedLogRecords"], "1");
    }
    assert!(site.lab.incidents().is_empty());
}

#[tokio::test]
async fn a_collector_that_is_down_keeps_nothing_but_the_evidence_that_it_was_asked() {
    let site = start().await;
    site.lab.set_fault(Fault::TelemetryDown);
    assert_eq!(site.post("/v1/logs", incident("i1", 1, "open")).await.status(), 503);
    assert!(site.lab.incidents().is_empty());
    assert_eq!(site.lab.raw_bodies().len(), 1);
    site.lab.heal();
    assert_eq!(site.post("/v1/logs", incident("i1", 1, "open")).await.status(), 200);
    assert_eq!(site.lab.incidents()[0].deliveries, BTreeMap::from([(1, 1)]));
}

#[tokio::test]
async fn the_incident_view_shows_it_in_both_languages_under_a_strict_policy() {
    let site = start().await;
    assert!(site.get("/incidents?lang=zh").await.text().await.unwrap().contains("还没有事件"));
    site.post("/v1/logs", incident("i1", 1, "recovered")).await;
    for (lang, words) in
        [("zh", ["资源失效", "已恢复", "PM-7K2"]), ("en", ["Dead or wrong resource", "recovered", "PM-7K2"])]
    {
        let response = site.get(&format!("/incidents?lang={lang}")).await;
        let csp = header(&response, "content-security-policy").to_owned();
        assert!(csp.starts_with("default-src 'none'") && !csp.contains("unsafe"), "{csp}");
        let html = response.text().await.unwrap();
        for word in words {
            assert!(html.contains(word), "{lang} {word}");
        }
        assert!(!html.contains("<style") && !html.contains(" style="), "inline style would be blocked");
    }
    for file in ["/incidents/style.css", "/incidents/refresh.js"] {
        assert_eq!(site.get(file).await.status(), 200);
    }
    let listed: Value = site.get("/lab/incidents").await.json().await.unwrap();
    assert_eq!(listed[0]["id"], "i1");
}
