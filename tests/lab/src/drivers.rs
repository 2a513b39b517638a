//! Browsers under WebDriver: a driver process a lane, a new session (so a new profile) a scenario, all ended with the lane.
pub use crate::process::Desk;
use crate::process::{Group, free_port};
use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use thirtyfour::{Capabilities, WebDriver};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout};

/// What a browser is started for.
#[derive(Clone, Copy)]
pub struct Session {
    /// In CSS pixels. In Chromium of what a page sees, elsewhere of the window.
    pub width: u32,
    pub height: u32,
    /// Whether a navigation is over only when the page has loaded. Otherwise prompts of pages are dismissed without a word, too.
    pub waits: bool,
}

/// What a common phone shows.
pub const PHONE: Session = Session { width: 375, height: 812, waits: true };

const DRIVER_STARTS_WITHIN: Duration = Duration::from_secs(30);
/// No single command of a browser that works takes longer.
const COMMAND: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);
const COMMAND_ENDS_WITHIN: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

impl Engine {
    pub const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::Webkit];

    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::Webkit => "webkit",
        }
    }

    fn driver(self) -> &'static str {
        match self {
            Engine::Chromium => "chromedriver",
            Engine::Firefox => "geckodriver",
            Engine::Webkit => "WebKitWebDriver",
        }
    }
}

/// One driver process; geckodriver and WebKitWebDriver hold one session each, so scenarios side by side need a lane each.
pub struct Lane {
    engine: Engine,
    url: String,
    /// For WebKit.
    desk: Option<Desk>,
    _driver: Group,
}

impl Lane {
    pub async fn start(engine: Engine, desk: Option<Desk>) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(engine.driver());
        match engine {
            // The port of Firefox's own protocol (Marionette) must be free too: 0 lets Firefox choose one. System access is for
            // tests that change Firefox's own window.
            Engine::Firefox => {
                command.args(["--port", &port.to_string(), "--marionette-port", "0"]);
                command.args(["--allow-system-access", "--log", "fatal"])
            }
            Engine::Chromium => command.args([format!("--port={port}"), "--log-level=OFF".into()]),
            Engine::Webkit => command.arg(format!("--port={port}")),
        };
        if let Some(desk) = &desk {
            command
                .env("DISPLAY", &desk.display)
                .env("GDK_BACKEND", "x11")
                .env("LIBGL_ALWAYS_SOFTWARE", "1")
                .env("NO_AT_BRIDGE", "1")
                .envs(desk.settings.iter().map(|folder| ("XDG_CONFIG_HOME", folder)));
        }
        let name = engine.driver();
        let mut driver = Group::spawn(&mut command)
            .with_context(|| format!("{name} did not start: `cargo xtask setup` installs it"))?;
        let give_up = tokio::time::Instant::now() + DRIVER_STARTS_WITHIN;
        while !answers(port).await {
            ensure!(!driver.ended(), "{name} ended at once; does it start by hand?");
            ensure!(tokio::time::Instant::now() < give_up, "{name} does not answer after {DRIVER_STARTS_WITHIN:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Self { engine, url: format!("http://127.0.0.1:{port}"), desk, _driver: driver })
    }

    /// A new browser. Its start is no part of any scenario: should it fail, it is tried once more with a new driver, aloud.
    pub async fn session(&mut self, session: Session) -> Result<WebDriver> {
        match self.try_session(session).await {
            Ok(driver) => Ok(driver),
            Err(error) => {
                eprintln!("  {}: {error:#}; trying once more with a new driver", self.engine.name());
                self.restart().await?;
                self.try_session(session).await
            }
        }
    }

    /// Ends the driver with all its browsers, and starts another.
    pub async fn restart(&mut self) -> Result<()> {
        *self = Self::start(self.engine, self.desk.clone()).await?;
        Ok(())
    }

    async fn try_session(&self, session: Session) -> Result<WebDriver> {
        let driver = WebDriver::builder(&self.url, capabilities(self.engine, session)?)
            .request_timeout(COMMAND_ENDS_WITHIN)
            .connect()
            .await
            .with_context(|| format!("{} started no browser", self.engine.driver()))?;
        driver.set_script_timeout(Duration::from_secs(30)).await.ok();
        driver.set_page_load_timeout(Duration::from_secs(45)).await.ok();
        fit(self.engine, &driver, session).await;
        Ok(driver)
    }
}

/// Gives the window its size. Chromium knows it from the capabilities.
pub async fn fit(engine: Engine, driver: &WebDriver, session: Session) {
    if engine != Engine::Chromium {
        driver.set_window_rect(0, 0, session.width, session.height).await.ok();
    }
}

/// A driver listens a little before it answers: ask it for its status.
async fn answers(port: u16) -> bool {
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
        let question = format!("GET /status HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(question.as_bytes()).await?;
        let mut start = [0; 12];
        stream.read_exact(&mut start).await?;
        std::io::Result::Ok(start.starts_with(b"HTTP/1.1 200"))
    };
    matches!(tokio::time::timeout(Duration::from_secs(2), ask).await, Ok(Ok(true)))
}

fn capabilities(engine: Engine, session: Session) -> Result<Capabilities> {
    let Session { width, height, waits } = session;
    let mut caps = Capabilities::new();
    if !waits {
        caps.set("pageLoadStrategy", "none")?;
        caps.set("unhandledPromptBehavior", "dismiss")?;
    }
    match engine {
        Engine::Chromium => {
            caps.set("browserName", "chrome")?;
            caps.set("goog:loggingPrefs", json!({"browser": "ALL"}))?;
            let mut options = json!({
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
                    "--disable-component-update", "--no-first-run", "--lang=zh-CN",
                    // Nothing is asked of other machines, and what a page asks of them fails at once.
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
                    // Lanes side by side hide each other's windows; a hidden page's timers would be slowed.
                    "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
                ],
                "prefs": {"intl.accept_languages": "zh-CN,zh"},
                // A headless window is 500 pixels wide at least; device metrics are not bound to that.
                "mobileEmulation": {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 1.0, "touch": false, "mobile": false}},
            });
            if let Some(binary) = find(&["/usr/bin/chromium"]) {
                options["binary"] = json!(binary);
            }
            caps.set("goog:chromeOptions", options)?;
        }
        Engine::Firefox => {
            caps.set("browserName", "firefox")?;
            let mut options = json!({
                "args": ["-headless", format!("--width={width}"), format!("--height={height}")],
                "prefs": {"intl.accept_languages": "zh-CN,zh", "app.update.enabled": false, "datareporting.policy.dataSubmissionEnabled": false},
            });
            if let Some(binary) = find(&["/usr/bin/firefox-esr", "/usr/lib/firefox-esr/firefox-esr"]) {
                options["binary"] = json!(binary);
            }
            caps.set("moz:firefoxOptions", options)?;
        }
        Engine::Webkit => {
            let binary = mini_browser().context(
                "MiniBrowser not found: Debian's webkit2gtk-driver brings it under /usr/lib/*/webkit2gtk-4.*/",
            )?;
            caps.set("browserName", "MiniBrowser")?;
            caps.set("webkitgtk:browserOptions", json!({"binary": binary, "args": ["--automation"]}))?;
        }
    }
    Ok(caps)
}

fn find(candidates: &[&str]) -> Option<PathBuf> {
    candidates.iter().map(PathBuf::from).find(|path| path.exists())
}

/// The library folder's name differs by architecture and by version of the WebKitGTK interface.
fn mini_browser() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
    folders
        .flat_map(|folder| {
            ["4.1", "6.0", "4.0"].map(|version| folder.join(format!("webkit2gtk-{version}/MiniBrowser")))
        })
        .find(|path| path.exists())
}

/// Opens an address and waits until the window shows it: a command for the next one would cross it on its way, and Firefox then goes nowhere,
/// or its driver loses the window to another process.
pub async fn go(driver: &WebDriver, address: &str) -> Result<()> {
    timeout(COMMAND, driver.goto(address)).await.context("the browser does not answer")??;
    let give_up = Instant::now() + COMMAND;
    loop {
        let mut at = String::new();
        match timeout(COMMAND, driver.execute("return location.href", Vec::<Value>::new())).await {
            Ok(Ok(value)) => at.push_str(value.json().as_str().unwrap_or_default()),
            Ok(Err(error)) => {
                at = error.to_string();
                if let Ok(Ok(windows)) = timeout(COMMAND, driver.windows()).await
                    && let Some(window) = windows.into_iter().next()
                {
                    timeout(COMMAND, driver.switch_to_window(window)).await.ok();
                }
            }
            Err(_) => bail!("the browser does not answer"),
        }
        // A page may have added to its own address by now.
        if at.starts_with(address) {
            return Ok(());
        }
        ensure!(Instant::now() < give_up, "the window shows {at}, not {address}");
        sleep(POLL).await;
    }
}
