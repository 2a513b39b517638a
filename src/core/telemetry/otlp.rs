//! OTLP/HTTP JSON logs, after the opentelemetry-proto specification: lowerCamelCase, 64-bit integers as decimal strings.

use crate::core::incident::{Fate, Incident};
use crate::core::text::{cat, num};

pub const INCIDENT: &str = "pagemend.incident";
pub const PAGE: &str = "pagemend.page";

/// A JSON object under construction.
struct Object {
    out: String,
}

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

impl Object {
    fn new() -> Object {
        Object { out: "{".into() }
    }

    fn raw(&mut self, key: &str, json: &str) -> &mut Object {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        quote(&mut self.out, key);
        self.out.push(':');
        self.out.push_str(json);
        self
    }

    fn text(&mut self, key: &str, text: &str) -> &mut Object {
        let mut quoted = String::new();
        quote(&mut quoted, text);
        self.raw(key, &quoted)
    }

    fn end(&mut self) -> String {
        let mut out = std::mem::take(&mut self.out);
        out.push('}');
        out
    }
}

/// A list of `KeyValue`.
#[derive(Default)]
pub struct Attributes {
    items: Vec<String>,
}

fn string_value(text: &str) -> String {
    Object::new().text("stringValue", text).end()
}

impl Attributes {
    fn push(&mut self, key: &str, value: &str) -> &mut Attributes {
        self.items.push(Object::new().text("key", key).raw("value", value).end());
        self
    }

    pub fn text(&mut self, key: &str, text: &str) -> &mut Attributes {
        self.push(key, &string_value(text))
    }

    pub fn int(&mut self, key: &str, n: u64) -> &mut Attributes {
        let value = Object::new().text("intValue", &num(n)).end();
        self.push(key, &value)
    }

    pub fn list(&mut self, key: &str, texts: impl Iterator<Item = String>) -> &mut Attributes {
        let values: Vec<String> = texts.map(|t| string_value(&t)).collect();
        let array = Object::new().raw("values", &array(&values)).end();
        let value = Object::new().raw("arrayValue", &array).end();
        self.push(key, &value)
    }
}

fn array<S: AsRef<str>>(items: &[S]) -> String {
    let mut out = String::from("[");
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(item.as_ref());
    }
    out.push(']');
    out
}

/// `SeverityNumber`: INFO, WARN, ERROR.
fn severity(fate: Fate) -> &'static str {
    match fate {
        Fate::Recovered | Fate::Refused => "9",
        Fate::Open | Fate::Prompted => "13",
        Fate::Abandoned => "17",
    }
}

/// A log record, rendered. `epoch` in milliseconds.
pub fn record(event: &str, epoch: u64, severity: &str, body: &str, attributes: &Attributes) -> String {
    let nanos = cat(&[&num(epoch), "000000"]);
    let body = string_value(body);
    Object::new()
        .text("timeUnixNano", &nanos)
        .text("observedTimeUnixNano", &nanos)
        .raw("severityNumber", severity)
        .text("eventName", event)
        .raw("body", &body)
        .raw("attributes", &array(&attributes.items))
        .end()
}

/// The record of one revision of an incident.
pub fn incident(i: &Incident, epoch: u64, session: &str) -> String {
    let mut a = Attributes::default();
    a.text("pagemend.incident.id", &i.id)
        .int("pagemend.incident.revision", u64::from(i.revision))
        .text("pagemend.cause", i.cause.code())
        .text("pagemend.outcome", i.fate.code())
        .text("pagemend.step", &i.step)
        .text("pagemend.build", &i.build)
        .text("pagemend.page", &i.page)
        .text("pagemend.reference", &i.reference)
        .int("pagemend.duration_ms", epoch.saturating_sub(i.detected))
        .list("pagemend.evidence", i.evidence.iter().map(|e| cat(&[e.kind, ": ", &e.detail])))
        .list("pagemend.timeline", i.timeline.iter().map(|t| cat(&[&num(t.at.0), " ", &t.stage, " ", &t.detail])));
    if i.dropped > 0 {
        a.int("pagemend.dropped", u64::from(i.dropped));
    }
    if !session.is_empty() {
        a.text("session.id", session);
    }
    let body = cat(&[i.cause.code(), " at ", &i.step, ": ", i.fate.code()]);
    record(INCIDENT, epoch, severity(i.fate), &body, &a)
}

/// The record of one page view: the denominator of every rate.
pub fn page(path: &str, build: &str, step: &str, verdict: &str, epoch: u64, session: &str) -> String {
    let mut a = Attributes::default();
    a.text("pagemend.page", path)
        .text("pagemend.build", build)
        .text("pagemend.step", step)
        .text("pagemend.verdict", verdict);
    if !session.is_empty() {
        a.text("session.id", session);
    }
    record(PAGE, epoch, "9", verdict, &a)
}

/// `ExportLogsServiceRequest` around rendered records.
pub fn request(service: &str, build: &str, records: &[&str]) -> String {
    let mut resource = Attributes::default();
    resource
        .text("service.name", service)
        .text("service.version", build)
        .text("telemetry.sdk.name", "pagemend")
        .text("telemetry.sdk.version", env!("CARGO_PKG_VERSION"))
        .text("telemetry.sdk.language", "rust");
    let resource = Object::new().raw("attributes", &array(&resource.items)).end();
    let scope = Object::new().text("name", "pagemend").text("version", env!("CARGO_PKG_VERSION")).end();
    let scope_logs = Object::new().raw("scope", &scope).raw("logRecords", &array(records)).end();
    let resource_logs = Object::new().raw("resource", &resource).raw("scopeLogs", &array(&[scope_logs])).end();
    Object::new().raw("resourceLogs", &array(&[resource_logs])).end()
}
