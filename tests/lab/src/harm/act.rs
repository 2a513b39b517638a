//! What a person does in a row, and what befalls the servers meanwhile.
use crate::answer::Answer;
use crate::drivers::{Engine, go};
use crate::lanes::COMMAND;
use crate::site::Site;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep, timeout};

const SEEN: &str = include_str!("seen.js");
/// Between two looks at what is waited for.
pub const POLL: Duration = Duration::from_millis(100);
/// Between two keys of somebody who types quickly.
const KEY: Duration = Duration::from_millis(40);
/// A crashed tab answers nothing; its driver may wait for it.
const CRASH: Duration = Duration::from_secs(2);
/// The guard takes no tap on what has only just come up.
const READ: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// The window goes to a path.
    Open(&'static str),
    /// A further window, at a path.
    Window(&'static str),
    /// The window goes to a page that is nobody's.
    Elsewhere,
    Back,
    /// The page ends at once, without a word to it, and there is a new window.
    Kill,
    /// Runs in the page.
    Run(&'static str),
    /// Waits until the expression is true.
    Until(&'static str),
    Rest(u64),
    /// Clicks the middle of the element.
    Click(&'static str),
    /// Keys, one after the other, to whatever has the focus.
    Type(&'static str),
    /// Presses a choice of the guard's prompt, `""` for the first, once it could be read.
    Press(&'static str),
    /// The same choice so many times, as quickly as it goes.
    Hammer(&'static str, usize),
    /// A part refuses connections, or no longer does.
    Down(&'static str),
    Up(&'static str),
    /// A part answers a path like this from now on.
    Now(&'static str, &'static str, Answer),
}

pub struct Person<'a> {
    pub driver: &'a WebDriver,
    pub engine: Engine,
    pub site: &'a Site,
    pub patience: Duration,
}

impl Person<'_> {
    pub async fn act(&self, act: Act) -> Result<()> {
        self.try_act(act).await.with_context(|| format!("{act:?}"))
    }

    async fn try_act(&self, act: Act) -> Result<()> {
        match act {
            Act::Open(path) => go(self.driver, &format!("{}{path}", self.site.url("page"))).await,
            Act::Window(path) => {
                let tab = timeout(COMMAND, self.driver.new_window()).await??;
                timeout(COMMAND, self.driver.switch_to_window(tab)).await??;
                go(self.driver, &format!("{}{path}", self.site.url("page"))).await
            }
            Act::Elsewhere => go(self.driver, "about:blank").await,
            // The driver's own command for it waits for a page that may come out of the cache of whole pages.
            Act::Back => self.script("history.back()").await.map(drop),
            Act::Kill => self.kill().await,
            Act::Run(code) => self.script(code).await.map(drop),
            Act::Until(expression) => self.until(expression).await,
            Act::Rest(ms) => {
                sleep(Duration::from_millis(ms)).await;
                Ok(())
            }
            Act::Click(selector) => {
                self.until(&format!("document.querySelector({selector:?})")).await?;
                self.click(&format!("document.querySelector({selector:?})")).await
            }
            Act::Type(keys) => {
                for key in keys.chars() {
                    let typing = self.driver.action_chain().send_keys(key.to_string());
                    timeout(COMMAND, typing.perform()).await??;
                    sleep(KEY).await;
                }
                Ok(())
            }
            Act::Press(choice) => {
                self.until(&format!("button({choice:?})")).await?;
                sleep(READ).await;
                self.click(&format!("button({choice:?})")).await
            }
            Act::Hammer(choice, times) => {
                self.until(&format!("button({choice:?})")).await?;
                sleep(READ).await;
                for _ in 0..times {
                    // The prompt may be gone for now.
                    self.click(&format!("button({choice:?})")).await.ok();
                }
                Ok(())
            }
            Act::Down(part) => {
                self.site.down(part, true);
                Ok(())
            }
            Act::Up(part) => {
                self.site.down(part, false);
                Ok(())
            }
            Act::Now(part, path, answer) => {
                self.site.change(part, path, answer);
                Ok(())
            }
        }
    }

    async fn kill(&self) -> Result<()> {
        let driver = self.driver;
        let old = timeout(COMMAND, driver.window()).await??;
        if self.engine == Engine::Chromium {
            // Nothing in the page hears of it. The driver says that the tab crashed, or nothing at all.
            timeout(CRASH, driver.cdp().send_raw("Page.crash", json!({}))).await.ok();
        }
        let new = timeout(COMMAND, driver.new_window()).await??;
        if timeout(CRASH, driver.switch_to_window(old)).await.is_ok_and(|done| done.is_ok()) {
            timeout(COMMAND, driver.close_window()).await.ok();
        }
        timeout(COMMAND, driver.switch_to_window(new)).await??;
        Ok(())
    }

    async fn click(&self, element: &str) -> Result<()> {
        let place = self.script(&format!("const found = {element}; return found && middle(found);")).await?;
        let (Some(x), Some(y)) = (place[0].as_i64(), place[1].as_i64()) else { bail!("it is not there") };
        Ok(timeout(COMMAND, self.driver.action_chain().move_to(x, y).click().perform()).await??)
    }

    async fn until(&self, expression: &str) -> Result<()> {
        let give_up = Instant::now() + self.patience;
        let code = format!("try {{ return !!({expression}); }} catch {{ return false; }}");
        loop {
            // A page that is going away answers nothing.
            if self.script(&code).await.is_ok_and(|value| value == true) {
                return Ok(());
            }
            ensure!(Instant::now() < give_up, "not so after {:?}", self.patience);
            sleep(POLL).await;
        }
    }

    pub async fn script(&self, code: &str) -> Result<Value> {
        let code = format!("{SEEN}\n{}", self.site.written(code));
        let done = timeout(COMMAND, self.driver.execute(&code, Vec::<Value>::new())).await;
        Ok(done.context("the page does not answer")??.json().clone())
    }
}
