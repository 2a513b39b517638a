//! One measured page in Chromium: opened on a fresh origin, left alone until it is quiet, then timed by `cost/measure.js` inside of it.
use crate::document::Document;
use crate::lane::{Lane, Size};
use crate::server::{Judge, Server, Visit};
use anyhow::{Context, Result, bail, ensure};
use pagemend_lab::drivers::Engine;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep};

use super::kinds::Kind;

const PHONE: Size = Size { width: 375, height: 812 };
/// As phones of borrowers are to a developer's machine.
const THROTTLE: u32 = 4;
/// A page of 100,000 elements takes some seconds to be built.
const OPENS_WITHIN: Duration = Duration::from_mins(1);
const SCRIPT_ENDS_WITHIN: Duration = Duration::from_secs(55);
/// For the verdict: over the settling of a page at throttled speed.
const VERDICT_WITHIN_MS: u32 = 15_000;

/// All times of one page, in milliseconds.
pub struct Timed {
    pub elements: usize,
    /// A forced layout with no check.
    pub layout: Vec<f64>,
    /// A single hit-test after one: what Chromium prepares for painting before it can answer the first.
    pub hit: Vec<f64>,
    /// Whole checks that meet a dirty layout.
    pub dirty: Vec<f64>,
    /// Whole checks that meet a clean one.
    pub clean: Vec<f64>,
    /// Whole checks for which nothing is as it was: the page is walked.
    pub whole: Vec<f64>,
    /// Layouts that Chromium made in a check, and their milliseconds.
    pub layouts: f64,
    pub layout_ms: f64,
}

/// The same page at throttled speed, from the engine's arrival to its first verdict, in milliseconds.
#[derive(Default)]
pub struct Throttled {
    pub state: String,
    pub reason: String,
    pub checks: Vec<f64>,
    /// What the guard had of each long task.
    pub tasks: Vec<f64>,
}

pub struct Bench {
    server: Server,
    lane: Lane,
}

impl Bench {
    pub async fn start(server: &Server) -> Result<Self> {
        Ok(Self { server: server.clone(), lane: Lane::start(Engine::Chromium, None).await? })
    }

    pub async fn close(mut self) -> Result<()> {
        self.lane.close().await
    }

    pub async fn timed(&mut self, kind: &Kind, elements: usize, checks: usize) -> Result<Timed> {
        self.twice(async |bench| bench.try_timed(kind, elements, checks).await).await
    }

    pub async fn throttled(&mut self, kind: &Kind, elements: usize, checks: usize) -> Result<Throttled> {
        self.twice(async |bench| bench.try_throttled(kind, elements, checks).await).await
    }

    /// A browser that fails is no measurement: once more, aloud, with a fresh one.
    async fn twice<T>(&mut self, measure: impl AsyncFn(&mut Self) -> Result<T>) -> Result<T> {
        match measure(self).await {
            Ok(measured) => Ok(measured),
            Err(error) => {
                eprintln!("  cost: {error:#}; once more with a fresh browser");
                self.lane.close().await?;
                measure(self).await
            }
        }
    }

    async fn try_timed(&mut self, kind: &Kind, elements: usize, checks: usize) -> Result<Timed> {
        let (page, visit) = self.open(kind, elements, Judge::Guard).await?;
        page.cdp("Performance.enable", json!({})).await?;
        // A blank page may be judged in a minute only: till then nothing is done about it, and every check is the same.
        let state = page.ask("return cost.engine({ deadlines: { settleMs: 60000 } });").await?;
        ensure!(state.is_string(), "the guard gave no first verdict: {state}");
        let times = page.ask(&format!("return cost.series({checks});")).await?;
        let before = page.layouts().await?;
        page.ask(&format!("return cost.checks({checks});")).await?;
        let after = page.layouts().await?;
        drop(visit);
        self.lane.leave().await?;
        let series = |name: &str| numbers(&times[name]);
        Ok(Timed {
            elements: page.elements,
            layout: series("layout")?,
            hit: series("hit")?,
            dirty: series("dirty")?,
            clean: series("clean")?,
            whole: series("whole")?,
            layouts: (after.0 - before.0) / checks as f64,
            layout_ms: (after.1 - before.1) / checks as f64,
        })
    }

    async fn try_throttled(&mut self, kind: &Kind, elements: usize, checks: usize) -> Result<Throttled> {
        let (page, visit) = self.open(kind, elements, Judge::Guard).await?;
        page.throttle(THROTTLE).await?;
        let told = page.ask(&format!("return cost.guarded({checks}, {VERDICT_WITHIN_MS});")).await;
        page.throttle(1).await?;
        drop(visit);
        self.lane.leave().await?;
        let told = told?;
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_string();
        Ok(Throttled {
            state: text("state"),
            reason: text("reason"),
            checks: numbers(&told["times"])?,
            tasks: numbers(&told["tasks"])?,
        })
    }

    /// Opens the page and waits until it has nothing left to do by itself.
    async fn open(&mut self, kind: &Kind, elements: usize, judge: Judge) -> Result<(Page, Visit)> {
        let visit = self.server.open(document(kind, elements), judge).await?;
        let driver = self.lane.browser(PHONE).await?.clone();
        driver.set_script_timeout(SCRIPT_ENDS_WITHIN).await?;
        driver.goto(&visit.url).await?;
        let mut page = Page { driver, elements: 0 };
        let give_up = Instant::now() + OPENS_WITHIN;
        while page.script("return Boolean(window.cost) && document.readyState === 'complete';").await.ok()
            != Some(json!(true))
        {
            ensure!(Instant::now() < give_up, "{} did not come up", visit.url);
            sleep(Duration::from_millis(100)).await;
        }
        // Without isolation the clock's steps are 0.1 ms: a tenth of the limit.
        ensure!(page.script("return cost.isolated();").await? == json!(true), "the page is not isolated");
        page.elements = page.ask("return cost.quiet();").await?.as_u64().context("no count of elements")? as usize;
        // What building the page left over is not collected during a check.
        page.cdp("HeapProfiler.collectGarbage", json!({})).await?;
        Ok((page, visit))
    }
}

fn document(kind: &Kind, elements: usize) -> Document {
    let name = kind.name;
    let html = format!(
        "<!doctype html><html lang=\"en\" data-kind=\"{name}\" data-elements=\"{elements}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{name}</title></head>\
         <body><div id=\"app\"></div><script src=\"/assets/pages.js\"></script><script src=\"/assets/measure.js\"></script></body></html>"
    );
    let mut document = Document::of(html.into_bytes(), &Path::new(env!("CARGO_MANIFEST_DIR")).join("cost"));
    // Isolated pages have a clock with steps of 5 µs.
    for (name, value) in
        [("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Embedder-Policy", "require-corp")]
    {
        document.headers.push((name.into(), value.into()));
    }
    document
}

struct Page {
    driver: WebDriver,
    /// All of the document's, without those of frames and shadow roots.
    elements: usize,
}

impl Page {
    async fn script(&self, body: &str) -> Result<Value> {
        Ok(self.driver.execute(body, Vec::<Value>::new()).await?.json().clone())
    }

    /// Runs the body of an async function in the page; its rejection is an error.
    async fn ask(&self, body: &str) -> Result<Value> {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {body} }})().then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self.driver.execute_async(wrapped, Vec::<Value>::new()).await?.json().clone();
        match answer["error"].as_str() {
            Some(error) => bail!("`{body}` rejected with {error}"),
            None => Ok(answer["value"].clone()),
        }
    }

    async fn cdp(&self, command: &str, params: Value) -> Result<Value> {
        self.driver.cdp().send_raw(command, params).await.with_context(|| format!("{command} failed"))
    }

    async fn throttle(&self, rate: u32) -> Result<()> {
        self.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await.map(drop)
    }

    /// Layouts since the page began, and the milliseconds that they took.
    async fn layouts(&self) -> Result<(f64, f64)> {
        let metrics = self.cdp("Performance.getMetrics", json!({})).await?;
        let metric = |name: &str| {
            let all = metrics["metrics"].as_array()?;
            all.iter().find(|metric| metric["name"] == name)?["value"].as_f64()
        };
        let count = metric("LayoutCount").context("no LayoutCount")?;
        let seconds = metric("LayoutDuration").context("no LayoutDuration")?;
        Ok((count, seconds * 1000.0))
    }
}

fn numbers(list: &Value) -> Result<Vec<f64>> {
    let list = list.as_array().with_context(|| format!("not a list of times: {list}"))?;
    list.iter().map(|time| time.as_f64().context("a time is not a number")).collect()
}
