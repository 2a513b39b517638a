//! What came to the collector.
use crate::site::Asked;
use serde_json::Value;

pub const PATH: &str = "/v1/logs";

/// One revision of an incident, as it was stored.
#[derive(Debug)]
pub struct Record {
    pub id: String,
    pub revision: u64,
    pub cause: String,
    pub outcome: String,
}

pub fn posts(asked: &[Asked]) -> impl Iterator<Item = &Asked> {
    asked.iter().filter(|asked| asked.method == "POST" && asked.path.starts_with(PATH))
}

/// Of all POSTs that were answered well, in the order of their arrival.
pub fn stored(asked: &[Asked]) -> Vec<Record> {
    posts(asked)
        .filter(|asked| asked.status.is_some_and(|status| status < 300))
        .filter_map(|asked| serde_json::from_str::<Value>(&asked.body).ok())
        .flat_map(|body| {
            let each = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
            let scopes = each(&body, "resourceLogs").into_iter().flat_map(move |one| each(&one, "scopeLogs"));
            scopes.flat_map(move |one| each(&one, "logRecords")).collect::<Vec<_>>()
        })
        .filter(|record| record["eventName"] == "pagemend.incident")
        .map(|record| {
            let attribute = |key: &str| {
                let all = record["attributes"].as_array().into_iter().flatten();
                let value = all.filter(|one| one["key"] == key).map(|one| &one["value"]).next();
                let text = value.and_then(|value| value["stringValue"].as_str().or(value["intValue"].as_str()));
                text.unwrap_or_default().to_string()
            };
            Record {
                id: attribute("pagemend.incident.id"),
                revision: attribute("pagemend.incident.revision").parse().unwrap_or(1),
                cause: attribute("pagemend.cause"),
                outcome: attribute("pagemend.outcome"),
            }
        })
        .collect()
}

/// Each incident as its highest revision tells of it.
pub fn latest(records: &[Record]) -> Vec<&Record> {
    let mut latest: Vec<&Record> = Vec::new();
    for record in records {
        match latest.iter_mut().find(|known| known.id == record.id) {
            Some(known) if known.revision <= record.revision => *known = record,
            Some(_) => {}
            None => latest.push(record),
        }
    }
    latest
}

/// Whether a text holds another in any spelling that a reader would find: as it is, percent-encoded, or with `\u` escapes.
pub fn spells(text: &str, sought: &str) -> bool {
    let plain = unescaped(text);
    [text, &plain, &percent_decoded(&plain), &percent_decoded(&percent_decoded(&plain))]
        .iter()
        .any(|text| text.to_lowercase().contains(&sought.to_lowercase()))
}

fn unescaped(text: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u") {
        units.extend(rest[..at].encode_utf16());
        let code = rest.get(at + 2..at + 6).and_then(|hex| u16::from_str_radix(hex, 16).ok());
        if let Some(code) = code {
            units.push(code);
            rest = &rest[at + 6..];
        } else {
            units.extend("\\u".encode_utf16());
            rest = &rest[at + 2..];
        }
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = (*first == b'%')
            .then(|| tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()))
            .flatten();
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_each_spelling() {
        for text in [
            "王小明",
            "%E7%8E%8B%E5%B0%8F%E6%98%8E",
            "\\u738b\\u5c0f\\u660e",
            "%25E7%258E%258B%25E5%25B0%258F%25E6%2598%258E",
        ] {
            assert!(spells(&format!("{{\"a\":\"x {text} y\"}}"), "王小明"), "{text}");
        }
        assert!(!spells("%zz \\u12 100%", "王"));
    }

    #[test]
    fn an_incident_is_what_its_highest_revision_says() {
        let record = |revision, outcome: &str| Record {
            id: "a".into(),
            revision,
            cause: "script".into(),
            outcome: outcome.into(),
        };
        let records = [record(1, "open"), record(3, "prompted"), record(2, "open")];
        assert_eq!(latest(&records).iter().map(|r| r.outcome.as_str()).collect::<Vec<_>>(), ["prompted"]);
    }
}
