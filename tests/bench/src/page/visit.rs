//! One load of the lending site in Chromium, each from an origin of its own, watched through the DevTools protocol.
use crate::rounds::Load;
use crate::site::Site;
use anyhow::{Context, Result, bail, ensure};
use pagemend_lab::drivers::{self, Engine, Lane, PHONE, Session};
use pagemend_server::{Fault, Running, ServerConfig, spawn};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep, sleep_until};

const SEEN: &str = include_str!("../../page/seen.js");
const COMEBACK: &str = include_str!("../../page/comeback.js");

/// The guard's engine comes at the first idle moment, and the peers send their first reports: all of that is over by then.
pub const WATCHED: Duration = Duration::from_secs(6);
/// As phones of borrowers are to a developer's machine.
pub const THROTTLE: u32 = 4;
/// A phone on a mobile network that is neither good nor bad, as Lighthouse has it.
pub const DOWN_MBITS: f64 = 1.6;
const UP_MBITS: f64 = 0.75;
pub const LATENCY_MS: u32 = 150;
/// Longer than any borrower looks at a blank page.
pub const COMES_BACK_WITHIN: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(200);

pub struct Chromium {
    lane: Lane,
    browser: Option<WebDriver>,
}

impl Chromium {
    pub async fn start() -> Result<Self> {
        Ok(Self { lane: Lane::start(Engine::Chromium, None).await?, browser: None })
    }

    pub async fn close(&mut self) -> Result<()> {
        if let Some(browser) = self.browser.take() {
            browser.quit().await?;
        }
        Ok(())
    }

    pub async fn load(&mut self, site: &Site) -> Result<Load> {
        self.twice(async |chromium| chromium.try_load(site).await).await
    }

    /// Milliseconds from the first entry script that failed to the application's first element; `None` when it never came.
    pub async fn failure(&mut self, site: &Site) -> Result<Option<f64>> {
        self.twice(async |chromium| chromium.try_failure(site).await).await
    }

    /// A browser that fails is no measurement: once more, aloud, with a fresh one.
    async fn twice<T>(&mut self, measure: impl AsyncFn(&mut Self) -> Result<T>) -> Result<T> {
        match measure(self).await {
            Ok(measured) => Ok(measured),
            Err(error) => {
                eprintln!("  {error:#}; once more with a fresh browser");
                if let Some(browser) = self.browser.take() {
                    // Dropped, it would ask a driver that may not answer.
                    browser.leak().ok();
                }
                self.lane.restart().await?;
                measure(self).await
            }
        }
    }

    /// Shows nothing, at full speed.
    async fn page(&mut self) -> Result<Page> {
        let browser = if let Some(browser) = &self.browser {
            browser.clone()
        } else {
            let browser = self.lane.session(Session { waits: false, ..PHONE }).await?;
            self.browser.insert(browser).clone()
        };
        drivers::go(&browser, "about:blank").await?;
        Ok(Page(browser))
    }

    async fn try_load(&mut self, site: &Site) -> Result<Load> {
        let page = self.page().await?;
        let server = serve(site).await?;
        // The processor's time instead of the clock's: what else runs on the machine is not the page's.
        page.cdp("Performance.enable", json!({"timeDomain": "threadTicks"})).await?;
        page.throttle(THROTTLE).await?;
        let begin = Instant::now();
        page.0.goto(&server.page).await?;
        sleep_until(begin + WATCHED).await;
        // They count from the navigation on.
        let metrics = page.metrics().await?;
        page.throttle(1).await?;
        let seen = page.ask(&format!("return ({SEEN})({});", WATCHED.as_millis())).await?;
        ensure!(seen["runs"] == true, "the application did not start within {WATCHED:?}: {seen}");
        let wanted: Vec<&str> = site.guest.package().map(|_| site.guest.name()).into_iter().collect();
        ensure!(seen["guests"] == json!(wanted), "in the page are {}, not {wanted:?}", seen["guests"]);
        page.cdp("HeapProfiler.collectGarbage", json!({})).await?;
        let heap = page.metrics().await?;
        self.page().await?;
        server.stop().await;
        let metric =
            |all: &HashMap<String, f64>, name: &str| all.get(name).copied().with_context(|| format!("no {name}"));
        Ok(Load {
            task_ms: metric(&metrics, "TaskDuration")? * 1000.0,
            script_ms: metric(&metrics, "ScriptDuration")? * 1000.0,
            blocking_ms: seen["blockingMs"].as_f64().context("no long tasks told")?,
            lcp_ms: seen["lcpMs"].as_f64().context("no largest contentful paint")?,
            heap_kib: metric(&heap, "JSHeapUsedSize")? / 1024.0,
        })
    }

    async fn try_failure(&mut self, site: &Site) -> Result<Option<f64>> {
        // A port may come round again, and with its origin what the guard remembers of it: that it was reloaded already.
        self.close().await?;
        let page = self.page().await?;
        let server = serve(site).await?;
        server.lab.set_fault(Fault::EntryScriptPrimaryDown);
        let added = page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": COMEBACK})).await?;
        page.cdp("Network.enable", json!({})).await?;
        page.network(f64::from(LATENCY_MS), bytes_per_second(DOWN_MBITS), bytes_per_second(UP_MBITS)).await?;
        page.throttle(THROTTLE).await?;
        page.0.goto(&server.page).await?;
        let came = page.comes_back().await?;
        page.throttle(1).await?;
        page.network(0.0, -1.0, -1.0).await?;
        page.cdp("Page.removeScriptToEvaluateOnNewDocument", json!({"identifier": added["identifier"]})).await?;
        self.page().await?;
        server.stop().await;
        Ok(came)
    }
}

async fn serve(site: &Site) -> Result<Running> {
    let (dist_a, dist_b) = (site.folder.clone(), site.folder.clone());
    spawn(ServerConfig { dist_a, dist_b, ..ServerConfig::default() }).await
}

fn bytes_per_second(mbits: f64) -> f64 {
    mbits * 1_000_000.0 / 8.0
}

struct Page(WebDriver);

impl Page {
    async fn cdp(&self, command: &str, params: Value) -> Result<Value> {
        self.0.cdp().send_raw(command, params).await.with_context(|| format!("{command} failed"))
    }

    async fn throttle(&self, rate: u32) -> Result<()> {
        self.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await.map(drop)
    }

    /// -1: as fast as it goes.
    async fn network(&self, latency_ms: f64, down: f64, up: f64) -> Result<()> {
        let conditions =
            json!({"offline": false, "latency": latency_ms, "downloadThroughput": down, "uploadThroughput": up});
        self.cdp("Network.emulateNetworkConditions", conditions).await.map(drop)
    }

    async fn metrics(&self) -> Result<HashMap<String, f64>> {
        let told = self.cdp("Performance.getMetrics", json!({})).await?;
        let all = told["metrics"].as_array().context("no metrics")?;
        Ok(all.iter().filter_map(|one| Some((one["name"].as_str()?.into(), one["value"].as_f64()?))).collect())
    }

    /// Runs the body of an async function in the page; its rejection is an error.
    async fn ask(&self, body: &str) -> Result<Value> {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {body} }})().then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self.0.execute_async(wrapped, Vec::<Value>::new()).await?.json().clone();
        match answer["error"].as_str() {
            Some(error) => bail!("the page rejected with {error}"),
            None => Ok(answer["value"].clone()),
        }
    }

    async fn comes_back(&self) -> Result<Option<f64>> {
        let give_up = Instant::now() + COMES_BACK_WITHIN;
        let mut failed: Option<f64> = None;
        while Instant::now() < give_up {
            // Between two documents there is nobody to ask.
            if let Ok(seen) = self.0.execute("return window.__benchComeback", Vec::<Value>::new()).await {
                let seen = seen.json();
                failed = failed.or(seen["failed"].as_f64());
                if let Some(runs) = seen["runs"].as_f64() {
                    let failed = failed.context("the application started, and none of its scripts had failed")?;
                    return Ok(Some(runs - failed));
                }
            }
            sleep(POLL).await;
        }
        ensure!(failed.is_some(), "no script failed");
        Ok(None)
    }
}
