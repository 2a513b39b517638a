//! How long a page is watched, and what its judges have said by then.
use crate::score::Opinion;
use crate::server::Visit;
use crate::story::{DIAGNOSED_WITHIN_MS, Story};
use crate::table::{How, Label, Page};
use anyhow::{Result, ensure};
use serde_json::Value;
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::{Instant, timeout};

/// A fault that is not told by then is missed: a person has long gone.
const TOLD_WITHIN: Duration = Duration::from_secs(30);
/// An answer after that is none about an early moment: the page may have changed. (Firefox lets an engine that is asked for so
/// early run only when the page's own scripts are there.)
const EARLY_UNTIL_MS: f64 = 1000.0;
/// A page whose `load` event does not come by then is watched from then on.
const LOADED_WITHIN: Duration = Duration::from_secs(10);
/// What looked like placeholders, or too early, at the end of the watch gets this much longer to become content.
const SETTLED_WITHIN: Duration = Duration::from_secs(15);
/// Between two looks whether a prompt of the page's own (`alert`) stands in the way.
const QUIET: Duration = Duration::from_secs(1);
/// Peers look once, at most some seconds after the page's `load`.
const PEERS_TOLD_WITHIN: Duration = Duration::from_secs(12);
const PEERS_SILENT_FOR: Duration = Duration::from_secs(8);

pub const PEERS: [&str; 4] = ["web-see", "aegis-web-sdk", "@arms/rum-browser", "no first contentful paint"];
pub const PAGEMEND: &str = "pagemend";

/// What one judge has to say of a page, with what explains it.
#[derive(Clone, Debug, Default)]
pub struct Word {
    pub judge: &'static str,
    pub opinion: Opinion,
    pub reason: String,
    pub evidence: String,
    pub loads: u64,
    pub prompts: Vec<String>,
    /// The engine did not come up at all.
    pub absent: bool,
    /// It is the word of a second try, in a fresh browser.
    pub again: bool,
}

pub async fn pagemend(visit: &mut Visit, page: &Page, browser: &WebDriver, began: Instant) -> Result<Word> {
    let (mut loaded, mut told) = (None, None);
    let story = loop {
        let story = Story::read(&visit.records());
        let now = Instant::now();
        if story.loaded {
            loaded.get_or_insert(now);
        }
        let due = if story.told.is_some() {
            *told.get_or_insert(now) + Duration::from_secs_f64(DIAGNOSED_WITHIN_MS / 1000.0)
        } else if page.how == How::Early {
            if story.early.is_some() { now } else { began + LOADED_WITHIN }
        } else if page.label.faulty() {
            began + TOLD_WITHIN
        } else {
            let watched = loaded.unwrap_or(began + LOADED_WITHIN) + page.watch;
            // Where no verdict is right, none has to come.
            let settled = page.label == Label::None || story.last.as_ref().is_some_and(|last| last.settled());
            if settled { watched } else { watched + SETTLED_WITHIN }
        };
        if now >= due {
            break story;
        }
        if !visit.changed(due.min(now + QUIET)).await {
            // Nothing runs in a page that asks something, and nobody is there to answer.
            browser.dismiss_alert().await.ok();
        }
    };
    ensure!(story.started, "the page did not load: it asked for {}", visit.asked().join(" "));
    let mut word = Word { judge: PAGEMEND, loads: story.loads, prompts: story.prompts.clone(), ..Word::default() };
    // A verdict that was asked for is told by being given.
    let asked = story.early.clone().filter(|_| page.how == How::Early);
    let asked = asked.filter(|asked| asked.at_ms <= EARLY_UNTIL_MS);
    let last = if page.how == How::Early { asked.clone() } else { story.last.clone() };
    if let Some(told) = &story.told {
        let (state, cause) = (told.verdict.state.clone(), told.cause.clone());
        word.opinion = Opinion { told: Some(state), cause: Some(cause), last: None, ms: Some(told.at_ms) };
        word.reason.clone_from(&told.verdict.reason);
        let both = [told.verdict.evidence.as_str(), told.evidence.as_str()];
        word.evidence = both.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ");
    } else if let Some(last) = &last {
        word.reason.clone_from(&last.reason);
        word.evidence.clone_from(&last.evidence);
        if let Some(asked) = asked.filter(|asked| asked.failing()) {
            (word.opinion.told, word.opinion.ms) = (Some(asked.state), Some(asked.at_ms));
        }
    } else {
        // A look waits for the browser's next frame.
        let draws = !story.up || draws(browser).await;
        word.absent = !story.up || !draws;
        word.reason = if !story.up {
            format!("the engine did not come up: {}", absence(browser).await)
        } else if draws {
            "no verdict came".into()
        } else {
            "the browser draws no frame".into()
        };
    }
    word.opinion.last = Some(last.map_or("no verdict".into(), |last| last.state));
    Ok(word)
}

/// What the page knows of an engine that did not come: which of its files did, and when.
async fn absence(browser: &WebDriver) -> String {
    let script = "const files = performance.getEntriesByType('resource').filter((file) => file.name.includes('/judge/'));
        const came = files.map((file) => `${file.name.replace(/.*\\//, '')} ${Math.round(file.startTime)} to ${Math.round(file.responseEnd)} ms`);
        return `${document.readyState} at ${Math.round(performance.now())} ms, ${came.join(', ') || 'no file of it came'}`;";
    match timeout(QUIET * 5, browser.execute(script, Vec::<Value>::new())).await {
        Ok(Ok(told)) => told.json().as_str().unwrap_or("the page does not say").into(),
        _ => "the page does not answer".into(),
    }
}

/// Whether a frame comes within a second.
async fn draws(browser: &WebDriver) -> bool {
    let script = "return new Promise((resolve) => { requestAnimationFrame(() => resolve(true)); setTimeout(() => resolve(false), 1000); });";
    let told = timeout(QUIET * 10, browser.execute(script, Vec::<Value>::new())).await;
    told.is_ok_and(|told| told.is_ok_and(|told| told.json() == &Value::Bool(true)))
}

/// A peer that says nothing has found nothing.
pub async fn peers(visit: &mut Visit, page: &Page, browser: &WebDriver, began: Instant) -> Result<Vec<Word>> {
    let due = began + if page.label.faulty() { PEERS_TOLD_WITHIN } else { PEERS_SILENT_FOR.max(page.watch) };
    let words = loop {
        let words = PEERS.map(|judge| peer(judge, &visit.records())).to_vec();
        let all = page.label.faulty() && words.iter().all(|word| word.opinion.told.is_some());
        let now = Instant::now();
        if all || now >= due {
            break words;
        }
        if !visit.changed(due.min(now + QUIET)).await {
            browser.dismiss_alert().await.ok();
        }
    };
    ensure!(visit.asked().iter().any(|path| path.starts_with("/judge/")), "the page did not load");
    Ok(words)
}

fn peer(judge: &'static str, records: &[Value]) -> Word {
    let blank = records.iter().find(|record| record["judge"] == judge && record["blank"] == true);
    let opinion = Opinion {
        told: blank.map(|_| Label::Blank.name().to_string()),
        ms: blank.and_then(|record| record["ms"].as_f64()),
        ..Opinion::default()
    };
    Word { judge, opinion, ..Word::default() }
}
