//! The OTLP/HTTP receiver for logs in JSON: decodes with the official types, and stores what the guard reports.
//! See the OpenTelemetry protocol specification 1.x, "OTLP/HTTP".

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, PoisonError};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use serde_json::json;

use crate::clock;
use crate::faults::Fault;
use crate::incidents::{PageView, Retries, StoredIncident};
use crate::state::Shared;

pub(crate) async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    shared.lock().incidents.take_body(&body);
    if shared.has(Fault::TelemetryDown) {
        return refuse(StatusCode::SERVICE_UNAVAILABLE, 14, "the collector is down");
    }
    let content_type = text(&headers, header::CONTENT_TYPE);
    if !content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let message = format!("Content-Type {content_type:?} was given; allowed: application/json");
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, 3, &message);
    }
    let encoding = text(&headers, header::CONTENT_ENCODING);
    if !matches!(encoding, "" | "identity") {
        let message = format!("Content-Encoding {encoding:?} was given; allowed: identity");
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, 3, &message);
    }
    match serde_json::from_slice::<ExportLogsServiceRequest>(&body) {
        Ok(request) => accept(&shared, &request),
        Err(error) => {
            refuse(StatusCode::BAD_REQUEST, 3, &format!("the body is not an ExportLogsServiceRequest in JSON: {error}"))
        }
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Failures carry a `google.rpc.Status`, as the specification asks.
fn refuse(status: StatusCode, code: i32, message: &str) -> Response {
    (status, Json(json!({"code": code, "message": message}))).into_response()
}

/// Known records are stored; the others are counted as rejected, so that a wrong key does not vanish silently.
fn accept(shared: &Shared, request: &ExportLogsServiceRequest) -> Response {
    let now = clock::now_ms();
    let mut rejected = Vec::new();
    let mut records = 0;
    for resource_logs in &request.resource_logs {
        let service = resource_logs
            .resource
            .as_ref()
            .map(|resource| string(&resource.attributes, "service.name"))
            .unwrap_or_default();
        for record in resource_logs.scope_logs.iter().flat_map(|scope| &scope.log_records) {
            records += 1;
            match decode(record, &service, now) {
                Ok(Decoded::Incident(incident)) => {
                    append(shared, &incident);
                    shared.lock().incidents.take(*incident);
                }
                Ok(Decoded::PageView(view)) => shared.lock().incidents.take_page_view(view),
                Ok(Decoded::Retries(retries)) => shared.lock().incidents.take_retries(retries),
                Ok(Decoded::GuardFailed(what)) => eprintln!("the guard of {service} failed: {what}"),
                Ok(Decoded::PlaybookRefused(why)) => eprintln!("a playbook of {service} was refused: {why}"),
                Err(problem) => rejected.push(problem),
            }
        }
    }
    let partial = if !rejected.is_empty() {
        json!({"rejectedLogRecords": rejected.len().to_string(), "errorMessage": rejected.join("; ")})
    } else if records == 0 {
        json!({"errorMessage": "the request holds no log record (resourceLogs → scopeLogs → logRecords)"})
    } else {
        json!({})
    };
    Json(json!({"partialSuccess": partial})).into_response()
}

enum Decoded {
    Incident(Box<StoredIncident>),
    PageView(PageView),
    Retries(Retries),
    /// The guard's own failure: what and where.
    GuardFailed(String),
    /// A remote playbook that was not taken: why.
    PlaybookRefused(String),
}

fn decode(record: &LogRecord, service: &str, now: u64) -> Result<Decoded, String> {
    let attributes = &record.attributes;
    match record.event_name.as_str() {
        "pagemend.incident" => Ok(Decoded::Incident(Box::new(incident(record, service, now)?))),
        "pagemend.page" => Ok(Decoded::PageView(PageView {
            page: string(attributes, "pagemend.page"),
            build: string(attributes, "pagemend.build"),
            verdict: string(attributes, "pagemend.verdict"),
            step: string(attributes, "pagemend.step"),
            received_at: now,
        })),
        "pagemend.retries" => Ok(Decoded::Retries(Retries {
            asked: int(attributes, "pagemend.retries.asked"),
            recovered: int(attributes, "pagemend.retries.recovered"),
            lost: int(attributes, "pagemend.retries.lost"),
        })),
        "pagemend.guard.failed" => {
            let message = record.body.as_ref().and_then(as_string).unwrap_or_default();
            Ok(Decoded::GuardFailed(format!("{message} ({})", string(attributes, "pagemend.place"))))
        }
        "pagemend.playbook.refused" => {
            Ok(Decoded::PlaybookRefused(record.body.as_ref().and_then(as_string).unwrap_or_default()))
        }
        other => Err(format!(
            "eventName {other:?} was given; allowed: pagemend.incident, pagemend.page, pagemend.retries, \
             pagemend.guard.failed, pagemend.playbook.refused"
        )),
    }
}

fn incident(record: &LogRecord, service: &str, now: u64) -> Result<StoredIncident, String> {
    let attributes = &record.attributes;
    let id = string(attributes, "pagemend.incident.id");
    // boot.js sends an incident once and counts no bytes for its revision.
    let revision = int(attributes, "pagemend.incident.revision").max(1);
    if id.is_empty() {
        return Err("pagemend.incident.id (a string) is needed".into());
    }
    Ok(StoredIncident {
        id,
        revision,
        cause: string(attributes, "pagemend.cause"),
        outcome: string(attributes, "pagemend.outcome"),
        step: string(attributes, "pagemend.step"),
        build: string(attributes, "pagemend.build"),
        page: string(attributes, "pagemend.page"),
        reference: string(attributes, "pagemend.reference"),
        playbook: whole(attributes, "pagemend.playbook.version"),
        duration_ms: int(attributes, "pagemend.duration_ms"),
        evidence: strings(attributes, "pagemend.evidence"),
        timeline: strings(attributes, "pagemend.timeline"),
        body: record.body.as_ref().and_then(as_string).unwrap_or_default(),
        service: service.to_owned(),
        severity: record.severity_number,
        deliveries: BTreeMap::default(),
        received_at: now,
    })
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a AnyValue> {
    attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()
}

fn as_string(value: &AnyValue) -> Option<String> {
    match value.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        _ => None,
    }
}

fn string(attributes: &[KeyValue], key: &str) -> String {
    value(attributes, key).and_then(as_string).unwrap_or_default()
}

fn whole(attributes: &[KeyValue], key: &str) -> Option<u64> {
    match value(attributes, key)?.value.as_ref()? {
        Value::IntValue(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}

fn int(attributes: &[KeyValue], key: &str) -> u64 {
    whole(attributes, key).unwrap_or_default()
}

fn strings(attributes: &[KeyValue], key: &str) -> Vec<String> {
    match value(attributes, key).and_then(|value| value.value.as_ref()) {
        Some(Value::ArrayValue(array)) => array.values.iter().filter_map(as_string).collect(),
        _ => Vec::new(),
    }
}

/// One line a delivery. A full disk must not cost the answer: memory still holds the incident.
fn append(shared: &Shared, incident: &StoredIncident) {
    let Some(file) = &shared.incidents_file else {
        return;
    };
    let Ok(mut line) = serde_json::to_vec(incident) else {
        return;
    };
    line.push(b'\n');
    if let Err(error) = file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&line) {
        eprintln!("the incidents file cannot be written: {error}");
    }
}
