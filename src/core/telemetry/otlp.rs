//! OTLP/HTTP JSON logs, after the opentelemetry-proto specification: lowerCamelCase, 64-bit integers as decimal strings.

use super::log::{Log, Value};
use crate::core::json;
use serde::Serialize;

const SCOPE: &str = "pagemend";
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportLogsServiceRequest<'a> {
    resource_logs: [ResourceLogs<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceLogs<'a> {
    resource: Resource<'a>,
    scope_logs: [ScopeLogs<'a>; 1],
}

#[derive(Serialize)]
struct Resource<'a> {
    attributes: [KeyValue<'a>; 5],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScopeLogs<'a> {
    scope: Scope,
    log_records: Vec<LogRecord<'a>>,
}

#[derive(Serialize)]
struct Scope {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogRecord<'a> {
    time_unix_nano: String,
    observed_time_unix_nano: String,
    severity_number: u8,
    event_name: &'a str,
    body: StringValue<'a>,
    attributes: Vec<KeyValue<'a>>,
}

#[derive(Serialize)]
struct KeyValue<'a> {
    key: &'a str,
    value: AnyValue<'a>,
}

/// The values that are used here.
#[derive(Serialize)]
enum AnyValue<'a> {
    #[serde(rename = "stringValue")]
    String(&'a str),
    /// In decimal digits.
    #[serde(rename = "intValue")]
    Int(String),
    #[serde(rename = "arrayValue")]
    Array(ArrayValue<'a>),
}

#[derive(Serialize)]
struct ArrayValue<'a> {
    values: Vec<StringValue<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StringValue<'a> {
    string_value: &'a str,
}

fn text<'a>(key: &'a str, text: &'a str) -> KeyValue<'a> {
    KeyValue { key, value: AnyValue::String(text) }
}

fn value(value: &Value) -> AnyValue<'_> {
    match value {
        Value::Text(text) => AnyValue::String(text),
        Value::Int(n) => AnyValue::Int(n.to_string()),
        Value::List(texts) => {
            let values = texts.iter().map(|string_value| StringValue { string_value }).collect();
            AnyValue::Array(ArrayValue { values })
        }
    }
}

fn record(log: &Log) -> LogRecord<'_> {
    let nanos = log.at.saturating_mul(1_000_000).to_string();
    LogRecord {
        time_unix_nano: nanos.clone(),
        observed_time_unix_nano: nanos,
        severity_number: log.severity,
        event_name: &log.event,
        body: StringValue { string_value: &log.body },
        attributes: log.attributes.iter().map(|(key, of)| KeyValue { key, value: value(of) }).collect(),
    }
}

/// Bytes of a log record in a request.
pub fn size(log: &Log) -> usize {
    json::write(&record(log)).len()
}

/// `ExportLogsServiceRequest` around these.
pub fn request<'a>(service: &str, build: &str, logs: impl Iterator<Item = &'a Log>) -> String {
    let attributes = [
        text("service.name", service),
        text("service.version", build),
        text("telemetry.sdk.name", SCOPE),
        text("telemetry.sdk.version", VERSION),
        text("telemetry.sdk.language", "rust"),
    ];
    let scope_logs =
        [ScopeLogs { scope: Scope { name: SCOPE, version: VERSION }, log_records: logs.map(record).collect() }];
    json::write(&ExportLogsServiceRequest {
        resource_logs: [ResourceLogs { resource: Resource { attributes }, scope_logs }],
    })
}

#[cfg(test)]
mod tests {
    use super::super::log::{Place, Retries, incident, page, retries};
    use super::super::names::Names;
    use super::super::queue::{Queue, Record};
    use super::*;
    use crate::core::incident::record::{Cause, Entry, Evidence, Incident, Kind, Outcome, Stage};
    use crate::core::time::Millis;

    #[test]
    fn a_request_is_what_receivers_accept() {
        let found = Evidence { cause: Cause::Api, weight: 65, kind: Kind::ApiError, detail: "503 \"/api\"\n".into() };
        let lost = Incident {
            id: "0f".into(),
            reference: "ABCD-EFGH".into(),
            revision: 2,
            cause: Cause::Api,
            evidence: vec![found.into()],
            step: "apply".into(),
            build: "1.0".into(),
            page: "/apply".into(),
            detected: 1_760_000_000_000,
            timeline: vec![Entry { at: Millis(3), stage: Stage::Detected, detail: "503".into() }],
            dropped: 1,
            aside: Vec::new(),
            outcome: Outcome::Abandoned,
        };
        let names = Names::default();
        let epoch = 1_760_000_001_500;
        let place = Place { path: "/申请", build: "1.0", step: "home", epoch, session: "", names: &names };
        let mut queue = Queue::default();
        queue.push(incident(&lost, epoch, "5e55", None, &names), true);
        queue.push(page(&place, "content"), false);
        queue.push(retries(&place, Retries { asked: 3, recovered: 2, lost: 1 }), false);
        queue.load();
        let expected = [
            r#"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"loan"}},"#,
            r#"{"key":"service.version","value":{"stringValue":"1.0"}},"#,
            r#"{"key":"telemetry.sdk.name","value":{"stringValue":"pagemend"}},"#,
            r#"{"key":"telemetry.sdk.version","value":{"stringValue":"VERSION"}},"#,
            r#"{"key":"telemetry.sdk.language","value":{"stringValue":"rust"}}]},"#,
            r#""scopeLogs":[{"scope":{"name":"pagemend","version":"VERSION"},"logRecords":["#,
            r#"{"timeUnixNano":"1760000001500000000","observedTimeUnixNano":"1760000001500000000","severityNumber":17,"#,
            r#""eventName":"pagemend.incident","body":{"stringValue":"api at apply: abandoned"},"attributes":["#,
            r#"{"key":"pagemend.incident.id","value":{"stringValue":"0f"}},"#,
            r#"{"key":"pagemend.incident.revision","value":{"intValue":"2"}},"#,
            r#"{"key":"pagemend.cause","value":{"stringValue":"api"}},"#,
            r#"{"key":"pagemend.outcome","value":{"stringValue":"abandoned"}},"#,
            r#"{"key":"pagemend.step","value":{"stringValue":"apply"}},"#,
            r#"{"key":"pagemend.build","value":{"stringValue":"1.0"}},"#,
            r#"{"key":"pagemend.page","value":{"stringValue":"/apply"}},"#,
            r#"{"key":"pagemend.reference","value":{"stringValue":"ABCD-EFGH"}},"#,
            r#"{"key":"pagemend.duration_ms","value":{"intValue":"1500"}},"#,
            r#"{"key":"pagemend.evidence","value":{"arrayValue":{"values":[{"stringValue":"api-error: 503 \"/api\"\n"}]}}},"#,
            r#"{"key":"pagemend.timeline","value":{"arrayValue":{"values":[{"stringValue":"3 detected 503"}]}}},"#,
            r#"{"key":"pagemend.dropped","value":{"intValue":"1"}},"#,
            r#"{"key":"session.id","value":{"stringValue":"5e55"}}]},"#,
            r#"{"timeUnixNano":"1760000001500000000","observedTimeUnixNano":"1760000001500000000","severityNumber":9,"#,
            r#""eventName":"pagemend.page","body":{"stringValue":"content"},"attributes":["#,
            r#"{"key":"pagemend.page","value":{"stringValue":"/申请"}},"#,
            r#"{"key":"pagemend.build","value":{"stringValue":"1.0"}},"#,
            r#"{"key":"pagemend.step","value":{"stringValue":"home"}},"#,
            r#"{"key":"pagemend.verdict","value":{"stringValue":"content"}}]},"#,
            r#"{"timeUnixNano":"1760000001500000000","observedTimeUnixNano":"1760000001500000000","severityNumber":9,"#,
            r#""eventName":"pagemend.retries","body":{"stringValue":""},"attributes":["#,
            r#"{"key":"pagemend.page","value":{"stringValue":"/申请"}},"#,
            r#"{"key":"pagemend.build","value":{"stringValue":"1.0"}},"#,
            r#"{"key":"pagemend.step","value":{"stringValue":"home"}},"#,
            r#"{"key":"pagemend.retries.asked","value":{"intValue":"3"}},"#,
            r#"{"key":"pagemend.retries.recovered","value":{"intValue":"2"}},"#,
            r#"{"key":"pagemend.retries.lost","value":{"intValue":"1"}}]}"#,
            "]}]}]}",
        ];
        let expected = expected.concat().replace("VERSION", VERSION);
        assert_eq!(request("loan", "1.0", queue.in_flight().iter().map(Record::log)), expected);
    }
}
