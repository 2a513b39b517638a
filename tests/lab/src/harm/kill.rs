//! A row whose page is killed at a random moment, and opened again: nothing that was typed is lost, and what the page had stored is as it was, or
//! set aside, or new; never between.
use super::act::{Act, POLL, Person};
use super::page::PARTS;
use super::row::Row;
use crate::drivers::go;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

const READ: &str = include_str!("kept.js");
const SETTLED: &str = include_str!("settled.js");
/// So long a row's page lives at most. Most repairs are under way by then.
pub const LIVES_MS: u64 = 6_000;
/// What was begun is brought to its end by the next document.
const COMES_BACK: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(8);
/// Longer than a draft waits to be saved.
const SAVED_MS: u64 = 1_500;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Toll {
    pub drafts_lost: bool,
    pub half_repair: bool,
}

/// What stands in the row's fields and must be there again, in the document that has said so last.
#[derive(Debug, Default)]
struct Typed(Vec<String>);

impl Typed {
    /// Asks the page. One that does not answer, or has had no text for long enough, changes nothing.
    async fn look(&mut self, person: &Person<'_>, row: &Row) {
        if row.keeps.is_empty() {
            return;
        }
        let code = format!("const fields = {}, savedMs = {SAVED_MS};\n{SETTLED}", json!(row.keeps));
        let Ok(texts) = person.script(&code).await else { return };
        self.0.resize(row.keeps.len(), String::new());
        for (known, text) in self.0.iter_mut().zip(texts.as_array().into_iter().flatten()) {
            if let Some(text) = text.as_str() {
                *known = text.into();
            }
        }
    }

    /// Whether each of them is there, or more than it.
    fn is_in(&self, fields: &Value) -> bool {
        self.0.iter().enumerate().all(|(nth, text)| fields[nth].as_str().unwrap_or_default().starts_with(text))
    }
}

/// Walks the row until the moment comes, kills its page, opens it again and looks.
pub async fn walk(person: &Person<'_>, row: &Row, lives: Duration) -> Result<Toll> {
    let mut typed = Typed::default();
    let acts = async {
        person.act(Act::Open(row.start)).await?;
        for act in row.acts {
            typed.look(person, row).await;
            person.act(*act).await?;
        }
        anyhow::Ok(())
    };
    let spare = spare(row);
    let moment = Instant::now() + lives;
    // Whether the row would hold is not asked here; a row that is over waits for its end.
    let _ = tokio::time::timeout_at(moment, acts).await;
    tokio::time::sleep_until(moment).await;
    // Where the page is not in a state to answer, nobody knows what it had: then there is nothing to compare with.
    let before = read(person).await.unwrap_or_default();
    typed.look(person, row).await;
    person.act(Act::Kill).await?;
    // Where a server refuses connections there is nothing to open again.
    for part in PARTS {
        person.act(Act::Up(part)).await?;
    }
    go(person.driver, &format!("{}{}", person.site.url("page"), last(row))).await?;
    sleep(COMES_BACK).await;
    let give_up = Instant::now() + PATIENCE;
    loop {
        let after = read(person).await.unwrap_or_default();
        let fields = person.script(&format!("return {}.map(typed)", json!(row.keeps))).await.unwrap_or_default();
        let toll = Toll {
            drafts_lost: !typed.is_in(&fields),
            half_repair: !row.wipes && between(&before, &after, &spare).is_some(),
        };
        if toll == Toll::default() {
            return Ok(toll);
        }
        if Instant::now() > give_up {
            let half = between(&before, &after, &spare).unwrap_or_default();
            eprintln!(
                "  {} {} killed after {lives:?}: {typed:?}, there is {fields}; {half}",
                person.engine.name(),
                row.name
            );
            return Ok(toll);
        }
        sleep(POLL).await;
    }
}

/// Where the row's person went last; what came of it is the page's own affair.
fn last(row: &Row) -> &'static str {
    let opened = row.acts.iter().rev().find_map(|act| if let Act::Open(path) = act { Some(*path) } else { None });
    opened.unwrap_or(row.start)
}

async fn read(person: &Person<'_>) -> Result<Value> {
    person.script(&format!("window.kept = undefined; {READ}")).await?;
    let give_up = Instant::now() + Duration::from_secs(2);
    loop {
        let kept = person.script("return window.kept ?? null").await?;
        if !kept.is_null() || Instant::now() > give_up {
            return Ok(kept);
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// The caches that the row's page has declared that it can do without: those may go as a whole, without a copy.
fn spare(row: &Row) -> Vec<String> {
    let config: Value = serde_json::from_str(row.config).unwrap_or_default();
    let names = config["options"]["storage"]["caches"].as_array().cloned().unwrap_or_default();
    names.iter().filter_map(cache_key).collect()
}

/// What the keys of the entries of this cache begin with.
fn cache_key(name: &Value) -> Option<String> {
    Some(format!("{} ", name.as_str()?))
}

/// What is neither as it was before, nor new, nor set aside whole. `spare`: what the keys of caches begin with that may go.
///
/// Not asked of caches that the browser itself has lost. The driver's WebKit has no profile, so that it keeps caches in memory: one that no page or worker
/// has open for a moment gives nothing any more, and drops without a word what is put again at the same address (`open`, after `close`, gives all records
/// numbers that its memory does not know them by: WebKit's CacheStorageCache.cpp). It is so without the guard, at every kill.
fn between(before: &Value, after: &Value, spare: &[String]) -> Option<String> {
    let empty = Map::new();
    let copies: Vec<&str> = after["copies"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    // Session storage ends with its window.
    for store in ["local", "caches"] {
        let (was, is) = (before[store].as_object().unwrap_or(&empty), &after[store]);
        let lost: Vec<String> = after["lost"].as_array().into_iter().flatten().filter_map(cache_key).collect();
        let asked = |key: &str| store != "caches" || !lost.iter().any(|name| key.starts_with(name));
        for (key, value) in was.iter().filter(|(key, _)| asked(key)) {
            let (value, now) = (value.as_str().unwrap_or_default(), is[key].as_str());
            let written = json!(value).to_string();
            let aside = copies.iter().any(|copy| copy.contains(value) || copy.contains(written.trim_matches('"')));
            let whole = match now {
                None => aside || (store == "caches" && spare.iter().any(|name| key.starts_with(name))),
                Some(now) => now == value || aside || !value.starts_with(now),
            };
            if !whole {
                return Some(format!("{store} {key} was {} bytes and is {now:?}", value.len()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_to_hold_what_stood_in_it_or_more() {
        let typed = Typed(vec!["42".into(), String::new()]);
        for (fields, there) in [
            (json!(["42", ""]), true),
            (json!(["4200", "new"]), true),
            (json!(["4", ""]), false),
            (json!(["", ""]), false),
            (Value::Null, false),
        ] {
            assert_eq!(typed.is_in(&fields), there, "{fields}");
        }
    }

    #[test]
    fn what_is_gone_without_a_copy_or_cut_is_between() {
        let kept = |local: Value, copies: Value| json!({"local": local, "caches": {}, "copies": copies});
        let before = kept(json!({"cart": "{\"items\":[1,2"}), json!([]));
        for (is, copies, half) in [
            (json!({"cart": "{\"items\":[1,2"}), json!([]), false),
            (json!({}), json!(["{\"items\":[1,2"]), false),
            (json!({}), json!(["{\"value\":\"{\\\"items\\\":[1,2\"}"]), false),
            (json!({"cart": "{\"items\":[]}"}), json!([]), false),
            (json!({}), json!([]), true),
            (json!({"cart": "{\"items\""}), json!([]), true),
            (json!({}), json!(["{\"items\""]), true),
        ] {
            assert_eq!(between(&before, &kept(is.clone(), copies), &["cart".into()]).is_some(), half, "{is}");
        }
        let cached = |entries: Value| json!({"local": {}, "caches": entries, "copies": []});
        let before = cached(json!({"maps /x": "1", "maps-2 /x": "2"}));
        for (is, half) in [
            (json!({"maps /x": "1", "maps-2 /x": "2"}), false),
            (json!({"maps-2 /x": "2"}), false),
            (json!({"maps /x": "1"}), true),
        ] {
            assert_eq!(between(&before, &cached(is.clone()), &["maps ".into()]).is_some(), half, "{is}");
        }
        for (lost, half) in [(json!(["maps"]), true), (json!(["maps", "maps-2"]), false)] {
            let after = json!({"local": {}, "caches": {}, "copies": [], "lost": lost});
            assert_eq!(between(&before, &after, &[]).is_some(), half, "{after}");
        }
    }
}
