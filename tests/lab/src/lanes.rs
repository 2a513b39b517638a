//! Rows shared out to a few browsers side by side.
use crate::drivers::{Engine, Lane, PHONE, Session, fit};
use crate::process::Screen;
use anyhow::{Context, Result, ensure};
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::timeout;

/// No single command of a browser that works takes longer.
pub const COMMAND: Duration = Duration::from_secs(20);
/// A browser gathers memory over many pages.
const PAGES_A_BROWSER: usize = 40;

/// A lane with its browser, which is started when it is asked for.
pub struct Browser {
    pub engine: Engine,
    lane: Lane,
    driver: Option<WebDriver>,
    pages: usize,
    /// Its window has shown a page.
    used: bool,
}

impl Browser {
    /// For one more page.
    pub async fn driver(&mut self) -> Result<WebDriver> {
        if self.pages >= PAGES_A_BROWSER {
            self.close().await;
        }
        self.pages += 1;
        self.used = true;
        match &self.driver {
            Some(driver) => Ok(driver.clone()),
            None => Ok(self.driver.insert(self.lane.session(Session { waits: false, ..PHONE }).await?).clone()),
        }
    }

    /// The next page gets a new window: no history, no name and no press of the ones before. What is stored is apart anyway, by origin.
    /// A new browser would be cleaner still, and takes Firefox ten seconds where four of them start side by side.
    pub async fn renew(&mut self) -> Result<()> {
        let Some(driver) = self.driver.as_ref().filter(|_| self.used) else { return Ok(()) };
        let new = timeout(COMMAND, driver.new_window()).await??;
        for old in timeout(COMMAND, driver.windows()).await??.into_iter().filter(|window| *window != new) {
            timeout(COMMAND, driver.switch_to_window(old)).await??;
            timeout(COMMAND, driver.close_window()).await??;
        }
        timeout(COMMAND, driver.switch_to_window(new)).await??;
        fit(self.engine, driver, PHONE).await;
        self.used = false;
        Ok(())
    }

    /// The next page gets a new browser, so a new profile.
    pub async fn close(&mut self) {
        self.pages = 0;
        self.used = false;
        if let Some(driver) = self.driver.take() {
            timeout(COMMAND, driver.quit()).await.ok();
        }
    }

    /// What went wrong may be the browser's own state, or its driver's.
    pub async fn restart(&mut self) -> Result<()> {
        self.close().await;
        self.lane.restart().await
    }
}

pub trait Walk: Clone + Send + 'static {
    type Item: Send + 'static;
    type Done: Send + 'static;

    /// The name and the item of what did not hold, if it is to be walked once more.
    fn again(&self, _done: &Self::Done) -> Option<(&'static str, Self::Item)> {
        None
    }

    fn walk(&self, browser: &mut Browser, item: Self::Item) -> impl Future<Output = Result<Self::Done>> + Send;
}

/// Walks the items of each engine, one engine after the other; what they came to is in that order.
pub async fn walk_engines<W: Walk, I: IntoIterator<Item = W::Item>>(
    walk: &W,
    engines: &[Engine],
    jobs: usize,
    items: impl Fn(Engine) -> I,
) -> Result<Vec<W::Done>> {
    let screen = screen(engines)?;
    let mut all = Vec::new();
    for engine in engines {
        let mut done = walk_all(walk, *engine, screen.as_ref(), items(*engine), jobs).await?;
        // Items side by side slow each other down: what did not hold is walked once more, with nothing beside it, aloud.
        for one in done.iter_mut().filter(|_| jobs > 1) {
            let Some((name, item)) = walk.again(one) else { continue };
            eprintln!("  {} {name}: once more, alone", engine.name());
            if let Some(again) = walk_all(walk, *engine, screen.as_ref(), [item], 1).await?.pop() {
                *one = again;
            }
        }
        all.extend(done);
    }
    Ok(all)
}

/// Walks every item; what they came to is in the items' order.
async fn walk_all<W: Walk>(
    walk: &W,
    engine: Engine,
    screen: Option<&Screen>,
    items: impl IntoIterator<Item = W::Item>,
    jobs: usize,
) -> Result<Vec<W::Done>> {
    let queue: VecDeque<_> = items.into_iter().enumerate().collect();
    let jobs = jobs.min(queue.len());
    let queue = Arc::new(Mutex::new(queue));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..jobs {
        let desk = screen.filter(|_| engine == Engine::Webkit).map(|screen| screen.desk(None));
        let (queue, walk) = (queue.clone(), walk.clone());
        workers.spawn(async move {
            let lane = Lane::start(engine, desk).await?;
            let mut browser = Browser { engine, lane, driver: None, pages: 0, used: false };
            let mut all = Vec::new();
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some((at, item)) = next else { break };
                all.push((at, walk.walk(&mut browser, item).await?));
            }
            browser.close().await;
            anyhow::Ok(all)
        });
    }
    let mut done = Vec::new();
    while let Some(one) = workers.join_next().await {
        done.extend(one.context("a lane broke")??);
    }
    done.sort_by_key(|(at, _)| *at);
    Ok(done.into_iter().map(|(_, done)| done).collect())
}

/// WebKit has no headless mode.
fn screen(engines: &[Engine]) -> Result<Option<Screen>> {
    if engines.contains(&Engine::Webkit) { Screen::start().map(Some) } else { Ok(None) }
}

/// Whether a row's name is meant: `*` stands for any text.
fn matches(glob: &str, name: &str) -> bool {
    glob.split_once('*').map_or(glob == name, |(start, end)| {
        name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end)
    })
}

/// Each name must be that of a row.
pub fn known(names: &[String], rows: impl Iterator<Item = &'static str>, suite: &str) -> Result<()> {
    let rows: Vec<_> = rows.collect();
    for name in names {
        ensure!(rows.iter().any(|row| matches(name, row)), "no row of the {suite} suite is called {name}");
    }
    Ok(())
}

/// No names: all are meant.
pub fn among(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|glob| matches(glob, name))
}
