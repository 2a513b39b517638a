//! OTLP/HTTP JSON logs, after the opentelemetry-proto specification: lowerCamelCase, 64-bit integers as decimal strings.

use super::names::Names;
use crate::core::incident::{Incident, Outcome};
use crate::core::json;
use crate::core::retry::Sum;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub const INCIDENT: &str = "pagemend.incident";
pub const PAGE: &str = "pagemend.page";
pub const RETRIES: &str = "pagemend.retries";
pub const GUARD_FAILED: &str = "pagemend.guard.failed";

const SCOPE: &str = "pagemend";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The guard's own words, or read from text.
type Name = Cow<'static, str>;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogRecord {
    time_unix_nano: String,
    observed_time_unix_nano: String,
    severity_number: u8,
    event_name: Name,
    body: StringValue,
    attributes: Vec<KeyValue>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyValue {
    key: Name,
    value: AnyValue,
}

/// The values that are used here.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum AnyValue {
    #[serde(rename = "stringValue")]
    String(String),
    /// In decimal digits.
    #[serde(rename = "intValue")]
    Int(String),
    #[serde(rename = "arrayValue")]
    Array(ArrayValue),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArrayValue {
    values: Vec<StringValue>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StringValue {
    string_value: String,
}

#[cfg(test)]
impl LogRecord {
    pub fn body(&self) -> &str {
        &self.body.string_value
    }
}

fn text(key: &'static str, text: impl Into<String>) -> KeyValue {
    KeyValue { key: key.into(), value: AnyValue::String(text.into()) }
}

fn int(key: &'static str, n: impl Into<u64>) -> KeyValue {
    KeyValue { key: key.into(), value: AnyValue::Int(n.into().to_string()) }
}

fn list(key: &'static str, texts: impl Iterator<Item = String>) -> KeyValue {
    let values = texts.map(|string_value| StringValue { string_value }).collect();
    KeyValue { key: key.into(), value: AnyValue::Array(ArrayValue { values }) }
}

/// Absent when empty.
fn session_id(session: &str) -> Option<KeyValue> {
    (!session.is_empty()).then(|| text("session.id", session))
}

/// `SeverityNumber`: INFO, WARN, ERROR.
const INFO: u8 = 9;
const ERROR: u8 = 17;

fn severity(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Recovered | Outcome::Harmless | Outcome::Refused => INFO,
        Outcome::Open | Outcome::Prompted => 13,
        Outcome::Abandoned => ERROR,
    }
}

/// `epoch` in milliseconds.
pub(super) fn record(event: &'static str, epoch: u64, severity_number: u8, body: String) -> LogRecord {
    let nanos = epoch.saturating_mul(1_000_000).to_string();
    LogRecord {
        time_unix_nano: nanos.clone(),
        observed_time_unix_nano: nanos,
        severity_number,
        event_name: event.into(),
        body: StringValue { string_value: body },
        attributes: Vec::new(),
    }
}

/// The record of one revision of an incident. `names`: those that may be sent as they are.
pub fn incident(i: &Incident, epoch: u64, session: &str, names: &Names) -> LogRecord {
    let (cause, outcome, step) = (i.cause.code(), i.outcome.code(), names.restore(&i.step));
    let mut record = record(INCIDENT, epoch, severity(i.outcome), format!("{cause} at {step}: {outcome}"));
    let evidence = i.evidence.iter().map(|e| format!("{}: {}", e.kind.code(), names.restore(&e.detail)));
    let timeline = i.timeline.iter().map(|t| format!("{} {} {}", t.at.0, t.stage.code(), names.restore(&t.detail)));
    record.attributes = vec![
        text("pagemend.incident.id", &i.id),
        int("pagemend.incident.revision", i.revision),
        text("pagemend.cause", cause),
        text("pagemend.outcome", outcome),
        text("pagemend.step", step),
        text("pagemend.build", &i.build),
        text("pagemend.page", names.restore(&i.page)),
        text("pagemend.reference", &i.reference),
        int("pagemend.duration_ms", epoch.saturating_sub(i.detected)),
        list("pagemend.evidence", evidence),
        list("pagemend.timeline", timeline),
    ];
    record.attributes.extend((i.dropped > 0).then(|| int("pagemend.dropped", i.dropped)));
    record.attributes.extend(session_id(session));
    record
}

/// The page that a record is about.
pub struct Place<'a> {
    pub path: &'a str,
    pub build: &'a str,
    pub step: &'a str,
    /// Epoch milliseconds.
    pub epoch: u64,
    pub session: &'a str,
    /// Those that may be sent as they are.
    pub names: &'a Names,
}

/// What every record of a page begins with.
fn of_page(event: &'static str, place: &Place, body: &str) -> LogRecord {
    let mut record = record(event, place.epoch, INFO, body.into());
    record.attributes = vec![
        text("pagemend.page", place.names.restore(place.path)),
        text("pagemend.build", place.build),
        text("pagemend.step", place.names.restore(place.step)),
    ];
    record
}

/// The record of one page view: the denominator of every rate.
pub fn page(place: &Place, verdict: &str) -> LogRecord {
    let mut record = of_page(PAGE, place, verdict);
    record.attributes.push(text("pagemend.verdict", verdict));
    record.attributes.extend(session_id(place.session));
    record
}

/// The record of a failure of the guard's own. `place`: where in its source.
pub fn failure(page: &Place, message: String, place: String) -> LogRecord {
    let mut record = of_page(GUARD_FAILED, page, &message);
    record.severity_number = ERROR;
    record.attributes.push(text("pagemend.place", place));
    record.attributes.extend(session_id(page.session));
    record
}

/// The record of what retries came to on a page; a later one of the same page counts from the one before.
pub fn retries(place: &Place, sum: Sum) -> LogRecord {
    let mut record = of_page(RETRIES, place, "");
    record.attributes.extend([
        int("pagemend.retries.asked", sum.asked),
        int("pagemend.retries.recovered", sum.recovered),
        int("pagemend.retries.lost", sum.lost),
    ]);
    record.attributes.extend(session_id(place.session));
    record
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExportLogsServiceRequest<'a> {
    resource_logs: [ResourceLogs<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceLogs<'a> {
    resource: Resource,
    scope_logs: [ScopeLogs<'a>; 1],
}

#[derive(Serialize)]
struct Resource {
    attributes: [KeyValue; 5],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ScopeLogs<'a> {
    scope: Scope,
    log_records: Vec<&'a LogRecord>,
}

#[derive(Serialize)]
struct Scope {
    name: &'static str,
    version: &'static str,
}

/// `ExportLogsServiceRequest` around records of the queue.
pub fn request(service: &str, build: &str, log_records: Vec<&LogRecord>) -> String {
    let attributes = [
        text("service.name", service),
        text("service.version", build),
        text("telemetry.sdk.name", SCOPE),
        text("telemetry.sdk.version", VERSION),
        text("telemetry.sdk.language", "rust"),
    ];
    let scope = Scope { name: SCOPE, version: VERSION };
    let logs = ResourceLogs { resource: Resource { attributes }, scope_logs: [ScopeLogs { scope, log_records }] };
    json::write(&ExportLogsServiceRequest { resource_logs: [logs] })
}

#[cfg(test)]
mod tests {
    use super::super::queue::{Queue, Record};
    use super::*;
    use crate::core::incident::{Cause, Entry, Evidence, Kind, Stage};
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
            timeline: vec![Entry { at: Millis(3), stage: Stage::Detected, detail: "503".into() }.into()],
            dropped: 1,
            outcome: Outcome::Abandoned,
        };
        let names = Names::default();
        let epoch = 1_760_000_001_500;
        let place = Place { path: "/申请", build: "1.0", step: "home", epoch, session: "", names: &names };
        let mut queue = Queue::default();
        queue.push(incident(&lost, epoch, "5e55", &names), true);
        queue.push(page(&place, "content"), false);
        queue.push(retries(&place, Sum { asked: 3, recovered: 2, lost: 1 }), false);
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
            r#"]}]}]}"#,
        ];
        let expected = expected.concat().replace("VERSION", VERSION);
        assert_eq!(request("loan", "1.0", queue.in_flight().iter().map(Record::log).collect()), expected);
    }
}
