//! One scenario's world: a browser with a fresh profile, a server pair of its own, and ways to look at both.
use crate::look::{self, Look, Prompt};
use anyhow::{Context, Result, bail};
use pagemend_lab::drivers::Engine;
use pagemend_server::{Fault, LabState, Running, ServerConfig, StoredIncident};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use thirtyfour::{WebDriver, WebElement};
use tokio::time::{Instant, sleep};

/// Generous: a wait ends as soon as what it waits for is there, so this only decides when to give up.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);
/// How long something must hold to count as "stays": longer than any single step of the guard is due in.
const STAYS: Duration = Duration::from_secs(3);

pub struct World {
    pub engine: Engine,
    pub driver: WebDriver,
    pub server: Running,
    /// Whether pages are served with the guard.
    pub guarded: bool,
    /// Where the picture of the asserting moment goes.
    pub picture: Option<PathBuf>,
    pictured: AtomicBool,
    /// The incident that the scenario was about.
    pub incident: Mutex<Option<StoredIncident>>,
}

pub async fn server(guarded: bool, faults: &[Fault]) -> Result<Running> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/dist");
    let config = ServerConfig { dist_a: dist.join("a"), dist_b: dist.join("b"), ..ServerConfig::default() };
    let running = pagemend_server::spawn(config).await?;
    running.lab.set_guard(guarded);
    for fault in faults {
        running.lab.add_fault(*fault);
    }
    Ok(running)
}

impl World {
    pub fn new(engine: Engine, driver: WebDriver, server: Running, guarded: bool, picture: Option<PathBuf>) -> Self {
        Self { engine, driver, server, guarded, picture, pictured: AtomicBool::new(false), incident: Mutex::new(None) }
    }

    pub async fn open(&self, path: &str) -> Result<()> {
        self.driver.goto(format!("{}{path}", self.server.page)).await.with_context(|| format!("cannot open {path}"))
    }

    /// Runs a function body in the page.
    pub async fn script(&self, body: &str) -> Result<Value> {
        Ok(self.driver.execute(body, Vec::<Value>::new()).await?.json().clone())
    }

    /// Runs the body of an async function in the page; its rejection is an error.
    pub async fn script_async(&self, body: &str) -> Result<Value> {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {body} }})().then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self.driver.execute_async(wrapped, Vec::<Value>::new()).await?.json().clone();
        match answer["error"].as_str() {
            Some(error) => bail!("the script rejected with {error}"),
            None => Ok(answer["value"].clone()),
        }
    }

    pub async fn look(&self) -> Result<Look> {
        self.script(look::SCRIPT).await.map(Look)
    }

    /// Waits until a person sees this. A script that fails counts as "not yet": the page may just be going away.
    pub async fn see(&self, what: &str, holds: impl Fn(&Look) -> bool) -> Result<Look> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            if let Ok(look) = self.look().await
                && holds(&look)
            {
                return Ok(look);
            }
            if Instant::now() > give_up {
                bail!("{what}: not seen within {PATIENCE:?}");
            }
            sleep(POLL).await;
        }
    }

    /// Waits until this holds without a break for some seconds.
    pub async fn stays(&self, what: &str, holds: impl Fn(&Look) -> bool) -> Result<Look> {
        let give_up = Instant::now() + PATIENCE;
        let mut since = None;
        loop {
            match self.look().await {
                Ok(look) if holds(&look) => {
                    if since.get_or_insert_with(Instant::now).elapsed() >= STAYS {
                        return Ok(look);
                    }
                }
                _ => since = None,
            }
            if Instant::now() > give_up {
                bail!("{what}: does not stay so");
            }
            sleep(POLL).await;
        }
    }

    /// Waits until the expression is truthy in the page, and hands its value back.
    pub async fn until(&self, what: &str, expression: &str) -> Result<Value> {
        let give_up = Instant::now() + PATIENCE;
        let body = format!("return (async () => {{ return ({expression}); }})();");
        loop {
            match self.script(&body).await {
                Ok(Value::Null | Value::Bool(false)) => {}
                Ok(value) if value != json!(0) && value != json!("") => return Ok(value),
                _ => {}
            }
            if Instant::now() > give_up {
                bail!("{what}: not so within {PATIENCE:?}");
            }
            sleep(POLL).await;
        }
    }

    /// Waits until the server has seen this.
    pub async fn until_server(&self, what: &str, holds: impl Fn(&LabState) -> bool) -> Result<LabState> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let state = self.server.lab.snapshot();
            if holds(&state) {
                return Ok(state);
            }
            if Instant::now() > give_up {
                bail!("{what}: not seen by the server within {PATIENCE:?}");
            }
            sleep(POLL).await;
        }
    }

    /// Waits for a prompt of one of these kinds.
    pub async fn prompt(&self, kinds: &[&str]) -> Result<Prompt> {
        let wanted = |look: &Look| look.prompts().into_iter().find(|prompt| kinds.contains(&prompt.kind.as_str()));
        let look = self.see(&format!("a prompt of kind {}", kinds.join(" or ")), |look| wanted(look).is_some()).await?;
        wanted(&look).context("the prompt has gone")
    }

    /// Presses a button of the prompt, as a person does.
    pub async fn choose(&self, choice: &str) -> Result<()> {
        let find = format!(
            "for (const e of document.querySelectorAll('pagemend-prompt')) {{
               const button = e.shadowRoot && e.shadowRoot.querySelector('[data-choice={choice:?}]');
               if (button) return button;
             }} return null;"
        );
        self.press(&format!("the prompt's button {choice}"), &find).await
    }

    /// Presses the first element that matches.
    pub async fn tap(&self, css: &str) -> Result<()> {
        self.press(css, &format!("return document.querySelector({});", json!(css))).await
    }

    async fn press(&self, what: &str, find: &str) -> Result<()> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let tried = self.element(find).await;
            let pressed = match tried {
                Ok(element) => element.click().await.map_err(anyhow::Error::from),
                Err(error) => Err(error),
            };
            match pressed {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > give_up => return Err(error.context(format!("cannot press {what}"))),
                Err(_) => sleep(POLL).await,
            }
        }
    }

    async fn element(&self, find: &str) -> Result<WebElement> {
        Ok(self.driver.execute(find, Vec::<Value>::new()).await?.element()?)
    }

    /// Types into a field of the site, named by its mark.
    pub async fn fill(&self, mark: &str, text: &str) -> Result<()> {
        let find = format!("return document.querySelector('input[data-t={mark}], [data-t={mark}] input');");
        let give_up = Instant::now() + PATIENCE;
        loop {
            let typed = match self.element(&find).await {
                Ok(field) => field.send_keys(text).await.map_err(anyhow::Error::from),
                Err(error) => Err(error),
            };
            match typed {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > give_up => return Err(error.context(format!("cannot type into {mark}"))),
                Err(_) => sleep(POLL).await,
            }
        }
    }

    pub async fn field(&self, mark: &str) -> Result<String> {
        let find =
            format!("return document.querySelector('input[data-t={mark}], [data-t={mark}] input')?.value ?? '';");
        Ok(self.script(&find).await?.as_str().unwrap_or_default().to_string())
    }

    /// How often the page itself was loaded.
    pub fn loads(&self) -> usize {
        let asset = |path: &str| path.rsplit('/').next().unwrap_or("").split('?').next().unwrap_or("").contains('.');
        let state = self.server.lab.snapshot();
        let page = |path: &str| !asset(path) && !path.starts_with("/api/") && !path.starts_with("/v1/");
        state.requests.iter().filter(|r| r.method == "GET" && r.opened && page(&r.path)).count()
    }

    /// Takes the picture of the asserting moment; later ones do not replace it.
    pub async fn picture(&self) {
        let Some(path) = &self.picture else { return };
        if self.pictured.swap(true, Ordering::Relaxed) {
            return;
        }
        // WebKit shows its last frame: let it draw this one. The test drives the page, so a frame cannot fail to come.
        self.script_async("await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));")
            .await
            .ok();
        match self.driver.screenshot_as_png().await {
            Ok(png) => {
                std::fs::write(path, png).ok();
            }
            Err(error) => eprintln!("no picture {}: {error}", path.display()),
        }
    }

    /// Everything that helps to understand a failure.
    pub async fn describe(&self) -> String {
        let mut lines = Vec::new();
        match tokio::time::timeout(Duration::from_secs(10), self.look()).await {
            Ok(Ok(look)) => lines.push(format!("page: {}", serde_json::to_string_pretty(&look.0).unwrap_or_default())),
            Ok(Err(error)) => lines.push(format!("page: cannot be looked at: {error:#}")),
            Err(_) => lines.push("page: does not answer".into()),
        }
        if self.engine == Engine::Chromium
            && let Ok(Ok(log)) = tokio::time::timeout(Duration::from_secs(5), self.driver.browser_log()).await
        {
            lines.extend(log.iter().map(|entry| format!("console: {entry:?}")));
        }
        let state = self.server.lab.snapshot();
        let tail = state.requests.len().saturating_sub(40);
        lines.extend(state.requests[tail..].iter().map(|request| {
            let key = request.idempotency_key.as_ref().map_or(String::new(), |key| format!(" key {key}"));
            format!(
                "request: {} ms {:?} {} {} → {:?}{key}",
                request.ms, request.origin, request.method, request.path, request.status
            )
        }));
        lines.extend(self.server.lab.incidents().iter().map(|incident| format!("incident: {incident:?}")));
        lines.join("\n    ")
    }
}
