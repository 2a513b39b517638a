//! One checker in one scenario: a browser profile and an origin of its own, the scenario's phases, and what was told in them.
use crate::checker::{Checker, Says, TIMES};
use crate::scenario::{Act, Phase, Scenario, Want};
use crate::server::Server;
use anyhow::{Context, Result, ensure};
use pagemend_lab::drivers::go;
use pagemend_lab::lanes::COMMAND;
use pagemend_lab::site::Files;
use serde_json::Value;
use std::fmt::Write as _;
use std::time::Duration;
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep, timeout};

const LOOK: Duration = Duration::from_millis(100);
/// Generous: a page with its worker is up in a second or two.
const UP_WITHIN: Duration = Duration::from_secs(30);
/// Generous: who tells does so after a poll or two.
const TOLD_WITHIN: Duration = Duration::from_secs(40);
/// Ten polls of those who ask at even intervals. Others ask less often while nothing comes back.
const ASKED_WITHIN: Duration = Duration::from_secs(30);
/// After the last question that is listened to, until what it led to can be seen.
const SETTLED: Duration = Duration::from_secs(1);
/// The guard takes no press on what has only just come up, and a notice may slide in.
const READ: Duration = Duration::from_millis(1_500);
/// In milliseconds of the page's clock. A call that is answered at once takes a few.
const CALL_MS: u32 = 5_000 * TIMES;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When it came up, in milliseconds since 1970.
    pub at: u64,
    pub says: Says,
    pub text: String,
}

/// What happened in a phase.
#[derive(Debug, Default)]
pub struct Heard {
    pub notices: Vec<Notice>,
    /// Loads of the page that nobody asked for.
    pub reloads: usize,
    pub asked: usize,
    /// Questions when the first notice was there.
    pub told_after: usize,
    /// What the checker finds the running release to be.
    pub verdict: Option<String>,
    /// Whether the page's own call was answered, where there is one.
    pub call: Option<bool>,
}

/// One visit.
pub struct Done {
    pub scenario: &'static Scenario,
    pub checker: Checker,
    pub outcome: Outcome,
    pub seconds: f64,
}

/// What a visit came to.
#[derive(Debug)]
pub struct Outcome {
    pub right: bool,
    pub seen: String,
}

impl Heard {
    pub fn right(&self, want: Want) -> bool {
        let only = |says: Says| self.notices.iter().all(|notice| notice.says == says);
        let told = match want {
            Want::Nothing => self.notices.is_empty(),
            Want::Once => self.notices.len() == 1 && only(Says::Version),
            Want::AtMostOnce => self.notices.len() <= 1 && only(Says::Version),
            Want::Withdrawn => {
                let late = self.notices.is_empty() || self.told_after > 1;
                let known = self.verdict.as_deref().is_none_or(|verdict| verdict == "withdrawn");
                late && known && self.notices.len() <= 1 && only(Says::Version)
            }
        };
        told && self.reloads == 0 && self.call != Some(false)
    }

    /// In words.
    fn seen(&self) -> String {
        let mut seen = match self.notices.len() {
            0 => format!("silent ({} questions)", self.asked),
            1 => format!("told once, at question {}", self.told_after),
            times => format!("told {times} times, first at question {}", self.told_after),
        };
        if let Some(notice) = self.notices.last() {
            let _ = write!(seen, ", “{}”", notice.text);
        }
        if let Some(verdict) = &self.verdict {
            let _ = write!(seen, ", found {verdict}");
        }
        if self.reloads > 0 {
            let _ = write!(seen, ", reloaded by itself {} times", self.reloads);
        }
        match self.call {
            Some(true) => seen.push_str(", the page's own call was answered"),
            Some(false) => seen.push_str(", the page's own call was NOT answered"),
            None => {}
        }
        seen
    }
}

/// What the page has noted over all its documents.
#[derive(Default)]
struct Noted {
    documents: usize,
    notices: Vec<Notice>,
}

pub struct Visit<'a> {
    pub driver: &'a WebDriver,
    pub checker: Checker,
    pub files: &'a Files,
}

impl Visit<'_> {
    pub async fn walk(&self, scenario: &Scenario) -> Result<Outcome> {
        let server = Server::start(self.checker, self.files.clone(), scenario.running).await?;
        let walked = self.phases(scenario, &server).await;
        go(self.driver, "about:blank").await.context("the page cannot be left")?;
        walked
    }

    async fn phases(&self, scenario: &Scenario, server: &Server) -> Result<Outcome> {
        go(self.driver, &server.url).await.context("the page was not opened")?;
        if scenario.worker {
            self.install_worker().await?;
        }
        let mut seen = Vec::new();
        for (n, phase) in scenario.phases.iter().enumerate() {
            let heard = self.phase(phase, server).await?;
            let right = heard.right(phase.want);
            if n > 0 || !right {
                seen.push(format!("{}: {}", phase.live, heard.seen()));
            }
            if !right {
                return Ok(Outcome { right, seen: seen.join("; ") });
            }
        }
        Ok(Outcome { right: true, seen: seen.join("; ") })
    }

    /// From here on it answers the page, and what the page asks for is in its cache.
    async fn install_worker(&self) -> Result<()> {
        self.run("navigator.serviceWorker.register('/worker.js')").await?;
        self.until("!!navigator.serviceWorker.controller").await.context("the worker does not come up")?;
        self.reload().await?;
        self.until("!!navigator.serviceWorker.controller").await.context("the worker does not control the page")
    }

    async fn phase(&self, phase: &Phase, server: &Server) -> Result<Heard> {
        let before = self.noted().await?;
        server.answer(phase.live);
        let mut loads = 0;
        for act in phase.acts {
            match act {
                Act::PutOff => self.put_off().await?,
                Act::Reload(release) => {
                    server.run(*release);
                    self.reload().await?;
                    loads += 1;
                }
            }
        }
        if phase.want == Want::Once {
            let give_up = Instant::now() + TOLD_WITHIN;
            while self.noted().await?.notices.len() == before.notices.len() && Instant::now() < give_up {
                sleep(LOOK).await;
            }
        }
        let from = server.asked();
        let give_up = Instant::now() + ASKED_WITHIN;
        while server.asked() < from + phase.questions && Instant::now() < give_up {
            sleep(LOOK).await;
        }
        sleep(SETTLED).await;
        let asked = server.asked();
        let call = if phase.calls { Some(self.call().await?) } else { None };
        let verdict = match self.checker.verdict().filter(|_| phase.want == Want::Withdrawn) {
            Some(expression) => Some(self.wait_for(expression).await?.as_str().unwrap_or("nothing").to_string()),
            None => None,
        };
        let after = self.noted().await?;
        let notices: Vec<Notice> = after.notices.into_iter().skip(before.notices.len()).collect();
        Ok(Heard {
            told_after: notices.first().map_or(0, |first| server.asked_by(first.at)),
            notices,
            reloads: after.documents.saturating_sub(before.documents + loads),
            asked,
            verdict,
            call,
        })
    }

    async fn put_off(&self) -> Result<()> {
        let button = self.checker.later();
        self.until(&format!("!!{button}")).await.context("no notice has a button for later")?;
        sleep(READ).await;
        let middle = format!(
            "(() => {{ const box = {button}.getBoundingClientRect(); return [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)]; }})()"
        );
        let place = self.run(&middle).await?;
        let (x, y) = (place[0].as_i64().context("no place")?, place[1].as_i64().context("no place")?);
        timeout(COMMAND, self.driver.action_chain().move_to(x, y).click().perform()).await??;
        self.until(&format!("!{button}")).await.context("the notice does not go away")
    }

    async fn reload(&self) -> Result<()> {
        let before = self.run("performance.timeOrigin").await?;
        self.run("setTimeout(() => location.reload())").await?;
        let new = format!("performance.timeOrigin !== {before} && document.readyState === 'complete'");
        self.until(&new).await.context("the page does not load anew")
    }

    async fn call(&self) -> Result<bool> {
        let answered = format!(
            "Promise.race([fetch('/api/offer').then((response) => response.ok, () => false), new Promise((end) => setTimeout(end, {CALL_MS}, false))])"
        );
        Ok(self.wait_for(&answered).await? == true)
    }

    /// What a promise comes to.
    async fn wait_for(&self, promise: &str) -> Result<Value> {
        let code = format!("const done = arguments[arguments.length - 1]; {promise}.then(done, () => done(null));");
        let answer = timeout(COMMAND, self.driver.execute_async(code, Vec::<Value>::new())).await;
        Ok(answer.context("the page does not answer")??.json().clone())
    }

    async fn noted(&self) -> Result<Noted> {
        let kept = self.run("JSON.parse(sessionStorage.getItem('bench'))").await?;
        let notice = |notice: &Value| Notice {
            at: notice["at"].as_u64().unwrap_or_default(),
            says: self.checker.says(notice["kind"].as_str().unwrap_or_default()),
            text: notice["text"].as_str().unwrap_or_default().into(),
        };
        Ok(Noted {
            documents: usize::try_from(kept["documents"].as_u64().context("the page has noted nothing")?)?,
            notices: kept["notices"].as_array().into_iter().flatten().map(notice).collect(),
        })
    }

    async fn run(&self, expression: &str) -> Result<Value> {
        let give_up = Instant::now() + UP_WITHIN;
        loop {
            let code = format!("return {expression};");
            match timeout(COMMAND, self.driver.execute(code, Vec::<Value>::new())).await {
                Ok(Ok(value)) => return Ok(value.json().clone()),
                // Between two documents there is nobody to ask.
                Ok(Err(error)) => ensure!(Instant::now() < give_up, "{expression} cannot be had: {error}"),
                Err(_) => anyhow::bail!("the browser does not answer"),
            }
            sleep(LOOK).await;
        }
    }

    async fn until(&self, expression: &str) -> Result<()> {
        let give_up = Instant::now() + UP_WITHIN;
        while self.run(expression).await? != true {
            ensure!(Instant::now() < give_up, "not so after {UP_WITHIN:?}: {expression}");
            sleep(LOOK).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(says: &[Says]) -> Heard {
        let notices = says.iter().map(|says| Notice { at: 0, says: *says, text: "Refresh".into() }).collect();
        Heard { notices, asked: 4, told_after: 2, ..Heard::default() }
    }

    #[test]
    fn what_is_told_is_held_against_what_is_wanted() {
        use Says::{SomethingElse, Version};
        let cases: [(Want, &[Says], bool); 13] = [
            (Want::Nothing, &[], true),
            (Want::Nothing, &[Version], false),
            (Want::Nothing, &[SomethingElse], false),
            (Want::Once, &[], false),
            (Want::Once, &[Version], true),
            (Want::Once, &[Version, Version], false),
            (Want::Once, &[SomethingElse], false),
            (Want::AtMostOnce, &[], true),
            (Want::AtMostOnce, &[Version], true),
            (Want::AtMostOnce, &[Version, Version], false),
            (Want::Withdrawn, &[], true),
            (Want::Withdrawn, &[Version], true),
            (Want::Withdrawn, &[Version, Version], false),
        ];
        for (want, says, right) in cases {
            assert_eq!(heard(says).right(want), right, "{want:?} {says:?}");
        }
    }

    #[test]
    fn a_release_is_withdrawn_by_more_than_one_answer_and_by_name() {
        let told = || heard(&[Says::Version]);
        assert!(!Heard { told_after: 1, ..told() }.right(Want::Withdrawn));
        let found = |state: &str| Heard { verdict: Some(state.into()), ..told() };
        assert!(found("withdrawn").right(Want::Withdrawn));
        assert!(!found("stale").right(Want::Withdrawn));
    }

    #[test]
    fn a_page_that_loads_by_itself_or_whose_own_call_starves_is_not_right() {
        assert!(!Heard { reloads: 1, ..Heard::default() }.right(Want::Nothing));
        assert!(!Heard { call: Some(false), ..Heard::default() }.right(Want::Nothing));
        assert!(Heard { call: Some(true), ..Heard::default() }.right(Want::Nothing));
    }

    #[test]
    fn what_was_seen_is_said_in_words() {
        assert_eq!(heard(&[]).seen(), "silent (4 questions)");
        let mut twice = heard(&[Says::Version, Says::Version]);
        (twice.reloads, twice.call, twice.verdict) = (2, Some(false), Some("stale".into()));
        assert_eq!(
            twice.seen(),
            "told 2 times, first at question 2, “Refresh”, found stale, reloaded by itself 2 times, the page's own call was NOT answered"
        );
    }
}
