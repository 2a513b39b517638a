//! OTLP/HTTP JSON logs, after the opentelemetry-proto specification: lowerCamelCase, 64-bit integers as decimal strings.

use super::names::Names;
use super::queue::Record;
use crate::core::incident::{Fate, Incident};
use crate::core::retry::Sum;
use crate::core::text::{cat, num};

pub const INCIDENT: &str = "pagemend.incident";
pub const PAGE: &str = "pagemend.page";
pub const RETRIES: &str = "pagemend.retries";

pub fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if (c as u32) < 0x20 || c == '\u{2028}' || c == '\u{2029}' => {
                out.push_str("\\u");
                for shift in [12, 8, 4, 0] {
                    out.push(char::from_digit((c as u32 >> shift) & 15, 16).unwrap_or('0'));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

// Everything is written in its order into one text: objects built inside each other would be a text each.

/// Adds a `KeyValue` to a list. `kind` is the name of the value's type; keys are this file's own and need no escapes.
fn attribute(out: &mut String, key: &str, kind: &str, value: &str) {
    // A list that has items ends with the last one's brace.
    if out.ends_with('}') {
        out.push(',');
    }
    for part in ["{\"key\":\"", key, "\",\"value\":{\"", kind, "\":", value, "}}"] {
        out.push_str(part);
    }
}

fn text(out: &mut String, key: &str, text: &str) {
    let mut quoted = String::new();
    quote(&mut quoted, text);
    attribute(out, key, "stringValue", &quoted);
}

/// Absent when empty.
fn session_id(out: &mut String, session: &str) {
    if !session.is_empty() {
        text(out, "session.id", session);
    }
}

fn int(out: &mut String, key: &str, n: u64) {
    attribute(out, key, "intValue", &cat(&["\"", &num(n), "\""]));
}

/// Adds an item to a list of string values under construction.
fn item(list: &mut String, text: &str) {
    list.push_str(if list.is_empty() { "{\"values\":[" } else { "," });
    list.push_str("{\"stringValue\":");
    quote(list, text);
    list.push('}');
}

fn list(out: &mut String, key: &str, list: &str) {
    let list = if list.is_empty() { "{\"values\":[" } else { list };
    attribute(out, key, "arrayValue", &cat(&[list, "]}"]));
}

/// `SeverityNumber`: INFO, WARN, ERROR.
fn severity(fate: Fate) -> &'static str {
    match fate {
        Fate::Recovered | Fate::Harmless | Fate::Refused => "9",
        Fate::Open | Fate::Prompted => "13",
        Fate::Abandoned => "17",
    }
}

/// The beginning of a log record, up to its attributes; `]}` ends it. `epoch` in milliseconds.
fn record(event: &str, epoch: u64, severity: &str, body: &str) -> String {
    let epoch = num(epoch);
    let mut out = cat(&[
        "{\"timeUnixNano\":\"",
        &epoch,
        "000000\",\"observedTimeUnixNano\":\"",
        &epoch,
        "000000\",\"severityNumber\":",
        severity,
        ",\"eventName\":\"",
        event,
        "\",\"body\":{\"stringValue\":",
    ]);
    quote(&mut out, body);
    out.push_str("},\"attributes\":[");
    out
}

/// The record of one revision of an incident. `names`: those that may be sent as they are.
pub fn incident(i: &Incident, epoch: u64, session: &str, names: &Names) -> String {
    let step = names.restore(&i.step);
    let body = cat(&[i.cause.code(), " at ", &step, ": ", i.fate.code()]);
    let mut out = record(INCIDENT, epoch, severity(i.fate), &body);
    text(&mut out, "pagemend.incident.id", &i.id);
    int(&mut out, "pagemend.incident.revision", u64::from(i.revision));
    text(&mut out, "pagemend.cause", i.cause.code());
    text(&mut out, "pagemend.outcome", i.fate.code());
    text(&mut out, "pagemend.step", &step);
    text(&mut out, "pagemend.build", &i.build);
    text(&mut out, "pagemend.page", &names.restore(&i.page));
    text(&mut out, "pagemend.reference", &i.reference);
    int(&mut out, "pagemend.duration_ms", epoch.saturating_sub(i.detected));
    let mut items = String::new();
    for e in &i.evidence {
        item(&mut items, &cat(&[e.kind, ": ", &names.restore(&e.detail)]));
    }
    list(&mut out, "pagemend.evidence", &items);
    items.clear();
    for t in &i.timeline {
        item(&mut items, &cat(&[&num(t.at.0), " ", t.stage.code(), " ", &names.restore(&t.detail)]));
    }
    list(&mut out, "pagemend.timeline", &items);
    if i.dropped > 0 {
        int(&mut out, "pagemend.dropped", u64::from(i.dropped));
    }
    session_id(&mut out, session);
    out.push_str("]}");
    out
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
fn of_page(event: &str, place: &Place, body: &str) -> String {
    let mut out = record(event, place.epoch, "9", body);
    text(&mut out, "pagemend.page", &place.names.restore(place.path));
    text(&mut out, "pagemend.build", place.build);
    text(&mut out, "pagemend.step", &place.names.restore(place.step));
    out
}

/// The record of one page view: the denominator of every rate.
pub fn page(place: &Place, verdict: &str) -> String {
    let mut out = of_page(PAGE, place, verdict);
    text(&mut out, "pagemend.verdict", verdict);
    session_id(&mut out, place.session);
    out.push_str("]}");
    out
}

/// The record of what retries came to on a page; a later one of the same page counts from the one before.
pub fn retries(place: &Place, sum: Sum) -> String {
    let mut out = of_page(RETRIES, place, "");
    int(&mut out, "pagemend.retries.asked", sum.asked.into());
    int(&mut out, "pagemend.retries.recovered", sum.recovered.into());
    int(&mut out, "pagemend.retries.lost", sum.lost.into());
    session_id(&mut out, place.session);
    out.push_str("]}");
    out
}

/// `ExportLogsServiceRequest` around rendered records.
pub fn request(service: &str, build: &str, records: &[Record]) -> String {
    let mut out = String::from("{\"resourceLogs\":[{\"resource\":{\"attributes\":[");
    text(&mut out, "service.name", service);
    text(&mut out, "service.version", build);
    out.push_str(concat!(
        ",{\"key\":\"telemetry.sdk.name\",\"value\":{\"stringValue\":\"pagemend\"}}",
        ",{\"key\":\"telemetry.sdk.version\",\"value\":{\"stringValue\":\"",
        env!("CARGO_PKG_VERSION"),
        "\"}},{\"key\":\"telemetry.sdk.language\",\"value\":{\"stringValue\":\"rust\"}}",
        "]},\"scopeLogs\":[{\"scope\":{\"name\":\"pagemend\",\"version\":\"",
        env!("CARGO_PKG_VERSION"),
        "\"},\"logRecords\":["
    ));
    for (n, record) in records.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(&record.json);
    }
    out.push_str("]}]}]}");
    out
}
