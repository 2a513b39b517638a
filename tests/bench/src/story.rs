//! What the guard said about one page, put together from its records: what a person would have been told, and when.
use serde_json::Value;

/// Diagnosis takes a moment: the cause that counts is the one known this long after the fault was told.
pub const DIAGNOSED_WITHIN_MS: f64 = 1500.0;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    pub state: String,
    pub overdue: bool,
    pub reason: String,
    pub evidence: String,
    /// What the look itself took.
    pub took_ms: f64,
    /// Since the first navigation.
    pub at_ms: f64,
}

impl Verdict {
    fn of(record: &Value, at_ms: f64) -> Self {
        let text = |key: &str| record[key].as_str().unwrap_or_default().to_string();
        Self {
            state: text("state"),
            overdue: record["overdue"] == true,
            reason: text("reason"),
            evidence: text("evidence"),
            took_ms: record["tookMs"].as_f64().unwrap_or(0.0),
            at_ms,
        }
    }

    pub fn failing(&self) -> bool {
        matches!(self.state.as_str(), "blank" | "partial") || (self.state == "loading" && self.overdue)
    }

    /// Nothing will follow unless the page changes.
    pub fn settled(&self) -> bool {
        !matches!(self.state.as_str(), "pending" | "loading" | "blank" | "partial")
    }
}

/// A fault that was made an incident of.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub verdict: Verdict,
    pub cause: String,
    /// Since the first navigation.
    pub at_ms: f64,
    /// What was known about the incident beside the verdict.
    pub evidence: String,
    incident: String,
}

#[derive(Clone, Debug, Default)]
pub struct Story {
    /// The judge's script ran.
    pub started: bool,
    /// The page's `load` event came, once at least.
    pub loaded: bool,
    /// The engine was there.
    pub up: bool,
    /// How often the page was loaded.
    pub loads: u64,
    pub last: Option<Verdict>,
    /// The answer to a question before any deadline.
    pub early: Option<Verdict>,
    pub told: Option<Told>,
    /// Kinds of prompts that were shown.
    pub prompts: Vec<String>,
}

impl Story {
    /// A fault is told when an incident is open that a failing verdict has opened or, where it was open already (over a resource
    /// that failed, say), that a second failing verdict in a row has confirmed. The first one counts, also across reloads.
    pub fn read(records: &[Value]) -> Self {
        let mut records: Vec<&Value> = records.iter().filter(|record| record["seq"].is_u64()).collect();
        let key = |record: &Value| (record["load"].as_u64(), record["seq"].as_u64());
        records.sort_by_key(|record| key(record));
        records.dedup_by_key(|record| key(record));
        let began = records.first().map_or(0.0, |first| number(first, "at") - number(first, "since"));
        let mut story = Story::default();
        // Failing verdicts in a row, the last of them, and the incidents that are open: id, cause, evidence.
        let (mut row, mut failing) = (0, None::<Verdict>);
        let mut open: Vec<(String, String, String)> = Vec::new();
        for record in records {
            let at_ms = number(record, "at") - began;
            story.loads = story.loads.max(record["load"].as_u64().unwrap_or(0));
            match record["type"].as_str().unwrap_or_default() {
                "start" => {
                    story.started = true;
                    (row, failing) = (0, None);
                }
                "load" => story.loaded = true,
                "up" => story.up = true,
                "prompt" => story.prompts.extend(record["kind"].as_str().map(String::from)),
                "early" => story.early = Some(Verdict::of(record, at_ms)),
                "verdict" => {
                    let verdict = Verdict::of(record, at_ms);
                    row = if verdict.failing() { row + 1 } else { 0 };
                    failing = verdict.failing().then(|| verdict.clone());
                    if row >= 2 && !open.is_empty() {
                        story.tell(failing.as_ref(), &open[0], at_ms);
                    }
                    story.last = Some(verdict);
                }
                "incident" => {
                    let text = |key: &str| record[key].as_str().unwrap_or_default().to_string();
                    let incident = (text("id"), text("cause"), text("evidence"));
                    let ended = matches!(text("outcome").as_str(), "recovered" | "refused" | "abandoned");
                    let known = open.iter().position(|(id, ..)| *id == incident.0);
                    if let Some(told) = &mut story.told
                        && told.incident == incident.0
                        && at_ms - told.at_ms <= DIAGNOSED_WITHIN_MS
                    {
                        told.cause.clone_from(&incident.1);
                        told.evidence.clone_from(&incident.2);
                    }
                    match known {
                        Some(known) if ended => drop(open.remove(known)),
                        Some(known) => open[known] = incident,
                        None if !ended => {
                            if row > 0 {
                                story.tell(failing.as_ref(), &incident, at_ms);
                            }
                            open.push(incident);
                        }
                        None => {}
                    }
                }
                _ => {}
            }
        }
        story
    }

    fn tell(&mut self, verdict: Option<&Verdict>, incident: &(String, String, String), at_ms: f64) {
        if let (None, Some(verdict)) = (&self.told, verdict) {
            let (incident, cause, evidence) = incident.clone();
            self.told = Some(Told { verdict: verdict.clone(), cause, at_ms, evidence, incident });
        }
    }
}

fn number(record: &Value, key: &str) -> f64 {
    record[key].as_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Records of one load, 100 ms apart: the state of a verdict (`loading!` is overdue), or id/cause/outcome of an incident.
    fn records(load: u64, said: &[&str]) -> Vec<Value> {
        let told = |(seq, said): (usize, &&str)| {
            let since = 100.0 * (seq as f64 + 1.0);
            let mut record = json!({"load": load, "seq": seq, "since": since, "at": 5000.0 * load as f64 + since});
            let parts: Vec<_> = said.split('/').collect();
            if let [id, cause, outcome] = parts[..] {
                record["type"] = json!("incident");
                (record["id"], record["cause"], record["outcome"]) = (json!(id), json!(cause), json!(outcome));
            } else {
                record["type"] = json!("verdict");
                record["state"] = json!(said.trim_end_matches('!'));
                record["overdue"] = json!(said.ends_with('!'));
            }
            record
        };
        said.iter().enumerate().map(told).collect()
    }

    fn told(said: &[&str]) -> Option<(String, String, f64)> {
        Story::read(&records(1, said)).told.map(|told| (told.verdict.state, told.cause, told.at_ms))
    }

    #[test]
    fn a_fault_is_told_by_an_incident_that_a_failing_verdict_opens_or_confirms() {
        let some = |state: &str, cause: &str, ms: f64| Some((state.to_string(), cause.to_string(), ms));
        for (said, wanted) in [
            (&["pending", "blank", "blank", "a/unknown/open", "a/script/open"][..], some("blank", "script", 400.0)),
            (&["loading", "loading!", "loading!", "a/api/open"], some("loading", "api", 400.0)),
            (&["a/resource/open", "blank", "blank"], some("blank", "resource", 300.0)),
            // Over a resource that failed, on a page that shows content.
            (&["a/resource/open", "content", "a/resource/recovered"], None),
            (&["a/resource/open", "blank", "content"], None),
            (&["a/resource/open", "a/resource/recovered", "blank", "blank"], None),
            (&["blank", "content", "a/resource/open"], None),
            (&["loading", "loading", "content"], None),
        ] {
            assert_eq!(told(said), wanted, "{said:?}");
        }
    }

    #[test]
    fn a_cause_that_comes_too_late_does_not_count() {
        let mut all = records(1, &["blank", "blank", "a/unknown/open", "a/script/open", "a/api/open"]);
        all[4]["at"] = json!(5000.0 + 300.0 + DIAGNOSED_WITHIN_MS + 1.0);
        assert_eq!(Story::read(&all).told.map(|told| told.cause), Some("script".to_string()));
    }

    #[test]
    fn what_was_told_before_a_reload_counts_however_the_records_arrive() {
        let mut all = records(2, &["content"]);
        all.extend(records(1, &["partial"]));
        all.extend(records(1, &["partial", "partial", "a/script/open"]));
        let story = Story::read(&all);
        assert_eq!(story.told.map(|told| (told.verdict.state, told.at_ms)), Some(("partial".to_string(), 300.0)));
        assert_eq!((story.last.map(|last| last.state), story.loads), (Some("content".to_string()), 2));
    }
}
