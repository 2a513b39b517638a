//! What a run has to say at its end: the table, every page that went wrong and why, and the same as JSON.
use crate::cost::Cost;
use crate::run::Row;
use crate::score::{CAUSE_LIMIT, Grade, Score};
use crate::watch::PAGEMEND;
use serde_json::{Value, json};

/// Rows that are counted together: an engine, a judge, pages of the corpus or of packages.
struct Group<'a> {
    engine: &'static str,
    judge: &'static str,
    real: bool,
    rows: Vec<&'a Row>,
}

fn groups(rows: &[Row]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let (engine, judge, real) = (row.engine.name(), row.word.judge, row.page.real);
        match groups.iter_mut().find(|group| (group.engine, group.judge, group.real) == (engine, judge, real)) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { engine, judge, real, rows: vec![row] }),
        }
    }
    groups
}

fn score<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Score {
    let mut score = Score::default();
    for row in rows.into_iter().filter(|row| row.error.is_none()) {
        score.add(row.page.label, &row.page.cause, &row.word.opinion);
    }
    score
}

/// Only Pagemend is held to limits; peers are there to compare. Of real pages nobody knows what is wrong with them:
/// there only an alarm where there is nothing counts.
fn ok(rows: &[Row], causes_count: bool) -> bool {
    let mut ours = groups(rows).into_iter().filter(|group| group.judge == PAGEMEND).peekable();
    ours.peek().is_some()
        && ours.all(|group| {
            let judged = group.rows.iter().all(|row| row.error.is_none());
            let score = score(group.rows);
            let holds = if group.real {
                score.false_alarms == 0
            } else {
                score.verdicts_hold() && (!causes_count || score.causes_hold())
            };
            judged && holds
        })
}

const HEAD: [&str; 13] = [
    "engine",
    "judge",
    "of",
    "pages",
    "faulty",
    "recalled",
    "recall",
    "false alarms",
    "wrongly content",
    "not proved",
    "exact label",
    "right cause",
    "median / p90 s",
];
const WIDTHS: [usize; 10] = [5, 6, 8, 7, 12, 15, 10, 11, 11, 14];

pub fn table(rows: &[Row]) {
    let line = |cells: [&str; 13]| {
        let [engine, judge, of, rest @ ..] = cells;
        let rest: Vec<_> = rest.iter().zip(WIDTHS).map(|(cell, width)| format!("{cell:>width$}")).collect();
        println!("{engine:<9} {judge:<26} {of:<7} {}", rest.join("  "));
    };
    line(HEAD);
    for group in groups(rows) {
        let score = score(group.rows.iter().copied());
        let ours = group.judge == PAGEMEND;
        let of_ours = |text: String| if ours { text } else { "–".into() };
        let seconds = |share| score.within(share).map_or("–".into(), |ms| format!("{:.1}", ms / 1000.0));
        line([
            group.engine,
            group.judge,
            if group.real { "real" } else { "corpus" },
            &score.pages.to_string(),
            &score.faulty.to_string(),
            &score.recalled.to_string(),
            &percent(score.recalled, score.faulty),
            &score.false_alarms.to_string(),
            &of_ours(score.wrong_content.to_string()),
            &of_ours(score.not_proved.to_string()),
            &of_ours(score.exact.to_string()),
            &of_ours(score.cause.to_string()),
            &format!("{} / {}", seconds(0.5), seconds(0.9)),
        ]);
    }
}

/// Every page that Pagemend got wrong, with what it said; of the peers the names alone.
pub fn wrong(rows: &[Row]) {
    for group in groups(rows) {
        let named = |grade: Grade| -> Vec<&str> {
            let of = group.rows.iter().filter(|row| row.grade() == Some(grade));
            of.map(|row| row.page.name.as_str()).collect()
        };
        if group.judge != PAGEMEND {
            for grade in [Grade::Missed, Grade::FalseAlarm] {
                let pages = named(grade);
                if !pages.is_empty() {
                    println!("\n{} {}: {}", group.judge, grade.name(), pages.join(", "));
                }
            }
            continue;
        }
        for row in group.rows.iter().filter(|row| !mistakes(row).is_empty()) {
            println!("\n{} {}: {}", group.engine, row.page.name, mistakes(row).join(", "));
            let (opinion, page) = (&row.word.opinion, &row.page);
            if let Some(error) = &row.error {
                println!("  error    {error}");
                continue;
            }
            println!("  is       {} {}: {}", page.label.name(), page.cause, page.seen);
            let cause = opinion.cause.as_deref().unwrap_or_default();
            let last = opinion.last.as_deref().unwrap_or_default();
            match (&opinion.told, opinion.ms) {
                (Some(told), Some(ms)) => println!("  told     {told} {cause} after {:.1} s; last {last}", ms / 1000.0),
                _ => println!("  told     nothing; last {last}"),
            }
            println!("  reason   {}", row.word.reason);
            if !row.word.evidence.is_empty() {
                println!("  evidence {}", row.word.evidence);
            }
        }
    }
}

/// In words; a fault told under another name or with another cause is one, too.
fn mistakes(row: &Row) -> Vec<String> {
    let Some(grade) = row.grade() else { return vec!["not judged".into()] };
    let (page, opinion) = (&row.page, &row.word.opinion);
    let mut mistakes = Vec::new();
    if grade != Grade::Right {
        mistakes.push(grade.name().to_string());
    } else if let (true, Some(told)) = (page.label.faulty(), &opinion.told) {
        if told != page.label.name() {
            mistakes.push(format!("label {told} instead of {}", page.label.name()));
        }
        let cause = opinion.cause.as_deref().unwrap_or_default();
        if cause != page.cause {
            mistakes.push(format!("cause {cause} instead of {}", page.cause));
        }
    }
    mistakes
}

pub fn json(rows: &[Row], cost: Option<&Cost>, causes_count: bool, seconds: f64) -> Value {
    let (mut engines, mut peers) = (serde_json::Map::new(), serde_json::Map::new());
    for group in groups(rows) {
        let mut figures = figures(&score(group.rows.iter().copied()));
        let set = if group.real { "real" } else { "corpus" };
        if group.judge == PAGEMEND {
            engines.entry(group.engine).or_insert_with(|| json!({}))[set] = figures;
        } else {
            // A peer knows blank only, and no causes.
            for unknown in ["wronglyContent", "notProved", "exactLabel", "causeRight"] {
                figures.as_object_mut().map(|figures| figures.remove(unknown));
            }
            peers.entry(group.judge).or_insert_with(|| json!({}))[set] = figures;
        }
    }
    let ours = || rows.iter().filter(|row| row.word.judge == PAGEMEND);
    let mut summary = figures(&score(ours()));
    summary["notJudged"] = json!(ours().filter(|row| row.error.is_some()).count());
    summary["triedTwice"] = json!(ours().filter(|row| row.word.again).count());
    summary["engines"] = Value::Object(engines);
    summary["peers"] = Value::Object(peers);
    summary["causeLimit"] = json!(CAUSE_LIMIT);
    summary["seconds"] = json!(seconds.round());
    if let Some(cost) = cost {
        summary["cost"] = cost.json();
    }
    let ok = ok(rows, causes_count) && cost.is_none_or(|cost| cost.ok);
    json!({"ok": ok, "summary": summary, "rows": rows.iter().map(one).collect::<Vec<_>>()})
}

fn figures(score: &Score) -> Value {
    let seconds = |share| score.within(share).map(|ms| (ms / 100.0).round() / 10.0);
    json!({
        "pages": score.pages,
        "faulty": score.faulty,
        "recalled": score.recalled,
        "recall": share(score.recalled, score.faulty),
        "falseAlarms": score.false_alarms,
        "wronglyContent": score.wrong_content,
        "notProved": score.not_proved,
        "exactLabel": share(score.exact, score.recalled),
        "causeRight": share(score.cause, score.recalled),
        "medianSeconds": seconds(0.5),
        "p90Seconds": seconds(0.9),
    })
}

fn one(row: &Row) -> Value {
    let (page, word) = (&row.page, &row.word);
    json!({
        "page": page.name,
        "real": page.real,
        "engine": row.engine.name(),
        "judge": word.judge,
        "label": page.label.name(),
        "cause": page.cause,
        "grade": row.grade().map(Grade::name),
        "ok": mistakes(row).is_empty(),
        "told": word.opinion.told,
        "toldCause": word.opinion.cause,
        "last": word.opinion.last,
        "ms": word.opinion.ms.map(f64::round),
        "reason": word.reason,
        "evidence": word.evidence,
        "loads": word.loads,
        "prompts": word.prompts,
        "error": row.error,
    })
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 1000.0).round() / 1000.0)
}

fn percent(part: usize, whole: usize) -> String {
    share(part, whole).map_or("–".into(), |share| format!("{:.1} %", share * 100.0))
}
