//! A lane: one browser that is kept for many pages, its viewport exactly the wanted screen.
use anyhow::{Context, Result, bail};
use axum::http::Method;
use pagemend_lab::drivers::{self, Desk, Engine, Session};
use pagemend_lab::process::Screen;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::{RequestData, SessionId, WebDriver};
use tokio::time::{Instant, sleep, timeout};

/// Of the viewport, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// No single command of a browser that works takes longer.
const COMMAND: Duration = Duration::from_secs(20);
/// A page that waits for its style is never drawn, and no picture of it ever comes.
const PICTURE: Duration = Duration::from_secs(5);
const RESIZED_WITHIN: Duration = Duration::from_secs(10);
/// What browsers gather over many pages is given back.
const PAGES_A_BROWSER: usize = 50;
/// MiniBrowser's window is at least as wide as its row of buttons, which is wider than a phone.
const NARROW_BUTTONS: &str = "button { padding: 0; min-width: 0; }\n";

pub struct Lane {
    engine: Engine,
    driver: drivers::Lane,
    open: Option<Open>,
}

struct Open {
    browser: WebDriver,
    size: Size,
    pages: usize,
}

impl Lane {
    pub async fn start(engine: Engine, desk: Option<Desk>) -> Result<Self> {
        Ok(Self { engine, driver: drivers::Lane::start(engine, desk).await?, open: None })
    }

    /// A browser of this size: the one of the page before, or a fresh one. `goto` does not wait for a page to load.
    pub async fn browser(&mut self, size: Size) -> Result<&WebDriver> {
        let fits = self.open.as_ref().is_some_and(|open| open.size == size && open.pages < PAGES_A_BROWSER);
        if !fits {
            self.close().await?;
            let session = Session { width: size.width, height: size.height, waits: false };
            let browser = self.driver.session(session).await?;
            let fitted = fit(self.engine, &browser, size).await;
            self.open = Some(Open { browser, size, pages: 0 });
            if let Err(error) = fitted {
                self.close().await?;
                return Err(error.context(format!("no viewport of {}x{}", size.width, size.height)));
            }
        }
        let open = self.open.as_mut().context("no browser")?;
        open.pages += 1;
        Ok(&open.browser)
    }

    /// Shows nothing, so that the page before is over, and waits for that: the next page would cross it on its way, and be replaced by it. A browser
    /// that does not even do that is closed.
    pub async fn leave(&mut self) -> Result<()> {
        match &self.open {
            Some(open) if drivers::go(&open.browser, "about:blank").await.is_err() => self.close().await,
            _ => Ok(()),
        }
    }

    /// A picture of what is shown. A driver that cannot take one is busy trying for a long time, so it is ended with its browser.
    pub async fn picture(&mut self) -> Result<Vec<u8>> {
        let open = self.open.as_ref().context("no browser is open")?;
        let Ok(png) = timeout(PICTURE, open.browser.screenshot_as_png()).await else {
            self.end().await?;
            bail!("none after {PICTURE:?}");
        };
        Ok(png?)
    }

    /// The next browser is a fresh one, with a fresh profile. One that does not end by itself is ended with its driver.
    pub async fn close(&mut self) -> Result<()> {
        let Some(open) = &self.open else { return Ok(()) };
        match timeout(COMMAND, open.browser.clone().quit()).await {
            Ok(Ok(())) => {
                self.open = None;
                Ok(())
            }
            _ => self.end().await,
        }
    }

    async fn end(&mut self) -> Result<()> {
        if let Some(open) = self.open.take() {
            // Dropped, it would ask a driver that does not answer, and wait.
            open.browser.leak().ok();
        }
        self.driver.restart().await
    }
}

/// Whether scripts run in the page (`content`) or in Firefox's own window (`chrome`), which would not get narrower than 500 pixels.
#[derive(Debug)]
struct ScriptsIn(&'static str);

impl FormatRequestData for ScriptsIn {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::POST, format!("session/{session}/moz/context")).add_body(json!({"context": self.0}))
    }
}

/// A desk on which a window can be as narrow as a phone. `settings` is a folder to write to.
pub fn desk(screen: &Screen, settings: PathBuf) -> Result<Desk> {
    let folder = settings.join("gtk-3.0");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("gtk.css"), NARROW_BUTTONS)?;
    Ok(screen.desk(Some(settings)))
}

pub async fn navigate(browser: &WebDriver, url: &str) -> Result<()> {
    match timeout(COMMAND, browser.goto(url)).await {
        Ok(done) => done.with_context(|| format!("cannot open {url}")),
        Err(_) => bail!("opening {url} was not even begun within {COMMAND:?}"),
    }
}

/// A window is larger than what it shows by bars and borders that differ by browser: ask, and correct by the difference.
async fn fit(engine: Engine, browser: &WebDriver, wanted: Size) -> Result<()> {
    if engine == Engine::Firefox {
        let handle = browser.handle();
        handle.cmd(ScriptsIn("chrome")).await?;
        let narrow = "document.documentElement.style.setProperty('min-width', '0', 'important');";
        browser.execute(narrow, Vec::<Value>::new()).await?;
        handle.cmd(ScriptsIn("content")).await?;
    }
    let (mut outer, give_up) = (wanted, Instant::now() + RESIZED_WITHIN);
    loop {
        let had = settled(browser).await?;
        if had == wanted {
            return Ok(());
        }
        if Instant::now() >= give_up {
            bail!("it is {}x{}", had.width, had.height);
        }
        outer.width = (outer.width + wanted.width).saturating_sub(had.width);
        outer.height = (outer.height + wanted.height).saturating_sub(had.height);
        browser.set_window_rect(0, 0, outer.width, outer.height).await?;
    }
}

/// A window takes its new size some moments after it was told, width and height perhaps one after the other.
async fn settled(browser: &WebDriver) -> Result<Size> {
    let (mut last, mut same) = (inner(browser).await?, 0);
    while same < 3 {
        sleep(Duration::from_millis(60)).await;
        let now = inner(browser).await?;
        same = if now == last { same + 1 } else { 0 };
        last = now;
    }
    Ok(last)
}

async fn inner(browser: &WebDriver) -> Result<Size> {
    let size = browser.execute("return [innerWidth, innerHeight];", Vec::<Value>::new()).await?.json().clone();
    let side = |at: usize| size[at].as_u64().and_then(|pixels| u32::try_from(pixels).ok()).unwrap_or(0);
    Ok(Size { width: side(0), height: side(1) })
}
