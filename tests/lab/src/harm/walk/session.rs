//! One session: what a person and chance do to the page, and what must not come of it.
use super::super::act::{Act, Person};
use super::super::records::{self, spells};
use super::dice::Dice;
use super::page::FAULTS;
use crate::answer::Answer;
use crate::drivers::go;
use crate::site::Asked;
use anyhow::Result;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What must stay 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Documents that the guard loaded, beyond one for each cause.
    Reloads,
    /// POSTs that nobody made, or that did not arrive.
    Posts,
    /// Typed texts that are neither there nor restored.
    Typed,
    /// Requests without consent.
    Consent,
    /// Bodies and addresses that hold what was typed.
    Leaks,
    /// Exceptions of the guard's in the page.
    Errors,
    /// Pages that do not answer any more.
    Stuck,
}

impl Count {
    pub const ALL: [Count; 7] =
        [Count::Reloads, Count::Posts, Count::Typed, Count::Consent, Count::Leaks, Count::Errors, Count::Stuck];

    pub fn name(self) -> &'static str {
        match self {
            Count::Reloads => "reloads",
            Count::Posts => "posts",
            Count::Typed => "typed",
            Count::Consent => "consent",
            Count::Leaks => "leaks",
            Count::Errors => "errors",
            Count::Stuck => "stuck",
        }
    }
}

pub type Trouble = Vec<(Count, String)>;

/// How the person answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    Granted,
    Pending,
    /// From the start.
    Denied,
    /// Said on the first page, and not again.
    Told,
}

impl Consent {
    pub const ALL: [Consent; 4] = [Consent::Granted, Consent::Pending, Consent::Denied, Consent::Told];

    /// As the page configures it.
    pub fn configured(self) -> &'static str {
        match self {
            Consent::Granted => "granted",
            Consent::Denied => "denied",
            Consent::Pending | Consent::Told => "pending",
        }
    }
}

/// Time for the guard to do what it will do once the person stops.
const TAIL: Duration = Duration::from_millis(1200);
/// Until typed text must be back in its field.
const RESTORED: Duration = Duration::from_secs(4);
/// Until a prompt takes a press.
const READ: Duration = Duration::from_millis(850);
/// A request that was on its way when the person said no.
const ON_ITS_WAY: Duration = Duration::from_millis(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Clear,
    Crash,
    Complain,
    Again,
    Lazy,
    Import,
    Type,
    Send,
    Guarded,
    KeyAction,
    Form,
    Dialog,
    Prompt,
    Press,
    Open,
    Back,
    Lose,
    Kill,
    Fail,
}

const STEPS: &[Step] = &[
    Step::Clear,
    Step::Crash,
    Step::Complain,
    Step::Again,
    Step::Lazy,
    Step::Lazy,
    Step::Import,
    Step::Type,
    Step::Type,
    Step::Type,
    Step::Send,
    Step::Guarded,
    Step::KeyAction,
    Step::Form,
    Step::Dialog,
    Step::Prompt,
    Step::Press,
    Step::Press,
    Step::Open,
    Step::Back,
    Step::Lose,
    Step::Kill,
    Step::Fail,
    Step::Fail,
    Step::Fail,
];

/// A submission of the person's.
struct Sent {
    id: String,
    /// One key covers all its tries.
    keyed: bool,
    /// The page has heard of its end while the server could be reached.
    arrived: bool,
}

struct Typed {
    text: String,
    /// When the document was made in which it was last seen.
    document: String,
}

pub struct Session<'a> {
    person: Person<'a>,
    dice: Dice,
    consent: Consent,
    /// How many requests there were when the person last went somewhere.
    visits: Vec<usize>,
    sent: Vec<Sent>,
    typed: Option<Typed>,
    /// Everything that was ever typed.
    secrets: Vec<String>,
    denied: Option<Instant>,
    /// Places in the window's history that are this session's.
    depth: usize,
    down: bool,
    steps: Vec<String>,
    trouble: Trouble,
}

impl<'a> Session<'a> {
    pub fn new(person: Person<'a>, dice: Dice, consent: Consent) -> Self {
        let denied = (consent == Consent::Denied).then(Instant::now);
        Self {
            person,
            dice,
            consent,
            visits: Vec::new(),
            sent: Vec::new(),
            typed: None,
            secrets: Vec::new(),
            denied,
            depth: 0,
            down: false,
            steps: Vec::new(),
            trouble: Vec::new(),
        }
    }

    /// What went wrong, and what was done until then.
    pub async fn walk(mut self) -> (Trouble, String) {
        if let Err(error) = self.steps().await {
            self.trouble.push((Count::Stuck, format!("{error:#}")));
        }
        self.count();
        (self.trouble, self.steps.join(" "))
    }

    async fn steps(&mut self) -> Result<()> {
        for _ in 0..self.dice.below(3) {
            self.fail();
        }
        self.open("/").await?;
        let came = self.person.act(Act::Until("ran.includes('app')")).await.is_ok();
        if self.consent == Consent::Told && came {
            self.run("acts.deny()").await?;
            sleep(ON_ITS_WAY * 5).await;
            self.denied = Some(Instant::now());
        }
        for _ in 0..3 + self.dice.below(5) {
            let step = self.dice.one_of(STEPS);
            self.steps.push(format!("{step:?}"));
            self.step(step).await?;
            self.see_typed(false).await?;
            sleep(Duration::from_millis(self.dice.below(300))).await;
        }
        if self.down {
            self.lose(false);
        }
        sleep(TAIL).await;
        self.see_typed(true).await
    }

    async fn step(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Clear => self.run("acts.clear()").await?,
            Step::Crash => {
                // What the page itself takes away is not the guard's to keep.
                self.typed = None;
                self.run("acts.crash()").await?;
            }
            Step::Complain => self.run("acts.complain()").await?,
            Step::Again => self.run("acts.again()").await?,
            Step::Lazy => self.run("acts.lazy()").await?,
            Step::Import => self.run("acts.guarded()").await?,
            Step::Dialog => self.run("acts.dialog()").await?,
            Step::Prompt => self.run("acts.prompt()").await?,
            Step::Type => self.kind().await?,
            Step::Send => self.submit("send", false).await?,
            Step::Guarded => self.submit("retry", false).await?,
            Step::KeyAction => self.submit("key", true).await?,
            Step::Form => {
                if self.run_if("document.querySelector('form')").await? {
                    self.typed = None;
                    self.depth += 1;
                    self.visit();
                    self.submit("form", false).await?;
                }
            }
            Step::Press => self.press().await?,
            Step::Open => {
                let path = self.dice.one_of(&["/", "/next"]);
                self.open(path).await?;
            }
            Step::Back if self.depth > 1 => {
                self.typed = None;
                self.depth -= 1;
                self.visit();
                self.person.act(Act::Back).await?;
            }
            Step::Back => {}
            Step::Lose => self.lose(!self.down),
            Step::Kill => {
                self.typed = None;
                go(self.person.driver, "about:blank").await?;
                self.depth = 0;
                self.open("/").await?;
            }
            Step::Fail => self.fail(),
        }
        Ok(())
    }

    /// A path fails from now on, or is well again.
    fn fail(&mut self) {
        let (path, answers) = self.dice.one_of(FAULTS);
        let well = super::page::PAGE.iter().find(|route| route.0 == path).map_or(Answer::Json("{}"), |route| route.1);
        let answer = if self.dice.one_in(3) { well } else { self.dice.one_of(answers) };
        self.steps.push(format!("{path}={}", format!("{answer:?}").chars().take(24).collect::<String>()));
        self.person.site.change("page", path, answer);
    }

    fn lose(&mut self, down: bool) {
        self.down = down;
        for part in super::super::page::PARTS {
            self.person.site.down(part, down);
        }
    }

    async fn open(&mut self, path: &'static str) -> Result<()> {
        // A window shows the browser's own error page instead, from which there is no way on.
        if self.down {
            self.lose(false);
        }
        self.typed = None;
        self.depth += 1;
        self.visit();
        self.person.act(Act::Open(path)).await
    }

    fn visit(&mut self) {
        self.visits.push(self.person.site.asked().len());
    }

    /// The page may lack what the step needs: then nothing happens.
    async fn run(&self, code: &str) -> Result<()> {
        self.run_if(&format!("window.acts && ({code}, true)")).await.map(drop)
    }

    async fn run_if(&self, expression: &str) -> Result<bool> {
        let code = format!("try {{ return !!({expression}); }} catch {{ return false; }}");
        // A page that is going away does not answer; it is asked again.
        for _ in 0..3 {
            if let Ok(value) = self.person.script(&code).await {
                return Ok(value == true);
            }
            sleep(Duration::from_millis(300)).await;
        }
        self.person.script(&code).await.map(|value| value == true)
    }

    async fn kind(&mut self) -> Result<()> {
        if !self.run_if("document.querySelector('#field') && !told && (document.querySelector('#field').focus(), document.querySelector('#field').value = '', true)").await? {
            return Ok(());
        }
        // Nothing about a plain word looks like a secret.
        let text = format!("{} 王小明", self.dice.one_of(&["quillfeather", "marrowby", "thistledown"]));
        self.secrets.push(text.clone());
        let typing = self.person.driver.action_chain().send_keys(&text);
        tokio::time::timeout(crate::lanes::COMMAND, typing.perform()).await??;
        // A prompt may have come up meanwhile: only what went into the field counts.
        let (document, field) = self.field().await?;
        self.typed = field.filter(|field| *field == text).map(|text| Typed { text, document });
        Ok(())
    }

    async fn field(&self) -> Result<(String, Option<String>)> {
        let mut last = Value::Null;
        for _ in 0..3 {
            match self
                .person
                .script("return [String(performance.timeOrigin), document.querySelector('#field')?.value ?? null]")
                .await
            {
                Ok(value) => {
                    last = value;
                    break;
                }
                Err(_) => sleep(Duration::from_millis(300)).await,
            }
        }
        Ok((last[0].as_str().unwrap_or_default().into(), last[1].as_str().map(Into::into)))
    }

    /// `last`: what is to be restored must be by now.
    async fn see_typed(&mut self, last: bool) -> Result<()> {
        let Some(Typed { text, document }) = &self.typed else { return Ok(()) };
        let give_up = Instant::now() + RESTORED;
        loop {
            let (now, field) = self.field().await?;
            match field {
                Some(field) if field == *text => return Ok(()),
                Some(field) if now == *document || Instant::now() > give_up => {
                    self.trouble.push((Count::Typed, format!("{text:?} was typed, and the field holds {field:?}")));
                    self.typed = None;
                    return Ok(());
                }
                // The page itself has taken it away, or is not there yet.
                None if now == *document || !last || Instant::now() > give_up => return Ok(()),
                Some(_) | None => {}
            }
            sleep(Duration::from_millis(150)).await;
        }
    }

    async fn submit(&mut self, how: &str, keyed: bool) -> Result<()> {
        let id = format!("{}-{how}", self.sent.len());
        let could = !self.down;
        let made = self
            .run_if(&format!("window.acts && document.querySelector('#field') && (acts.{how}('{id}'), true)"))
            .await?;
        if !made {
            return Ok(());
        }
        sleep(Duration::from_millis(150)).await;
        let heard = how != "form" && self.run_if(&format!("heard.includes('{id}')")).await?;
        self.sent.push(Sent { id, keyed, arrived: could && heard && how == "send" });
        Ok(())
    }

    async fn press(&mut self) -> Result<()> {
        if !self.run_if("told && (button('') || button('reload'))").await? {
            return Ok(());
        }
        sleep(READ).await;
        self.visit();
        let place = self
            .person
            .script("const it = button('') ?? button('reload'); return it && middle(it)")
            .await
            .unwrap_or_default();
        if let (Some(x), Some(y)) = (place[0].as_i64(), place[1].as_i64()) {
            let pressing = self.person.driver.action_chain().move_to(x, y).click();
            // The prompt may go away under the finger.
            tokio::time::timeout(crate::lanes::COMMAND, pressing.perform()).await?.ok();
        }
        sleep(Duration::from_millis(200)).await;
        Ok(())
    }

    fn count(&mut self) {
        let asked = self.person.site.asked();
        self.count_reloads(&asked);
        self.count_posts(&asked);
        let mut found = |count, text| self.trouble.push((count, text));
        for one in &asked {
            if one.path == "/~guard-failed" {
                found(Count::Errors, one.body.clone());
            }
            let own = one.path.starts_with("/form") || one.path.starts_with("/~");
            let leaks = self
                .secrets
                .iter()
                .flat_map(|secret| secret.split(' '))
                .find(|secret| spells(&one.path, secret) || spells(&one.body, secret));
            if let Some(secret) = leaks.filter(|_| !own) {
                found(Count::Leaks, format!("{secret} in {} {} {}", one.method, one.path, one.body));
            }
        }
        for one in records::posts(&asked) {
            if self.denied.is_some_and(|denied| one.at > denied + ON_ITS_WAY) {
                found(Count::Consent, format!("sent after a no: {}", one.body));
            } else if self.consent == Consent::Pending && one.body.contains("session.id") {
                found(Count::Consent, format!("a session without consent: {}", one.body));
            }
        }
    }

    /// In each visit, documents beyond the person's own are the guard's: one for each cause that it told of.
    fn count_reloads(&mut self, asked: &[Asked]) {
        for (place, start) in self.visits.iter().enumerate() {
            let end = self.visits.get(place + 1).copied().unwrap_or(asked.len());
            let during = &asked[*start..end];
            let documents = during.iter().filter(|one| one.navigates()).count();
            let causes: BTreeSet<String> = during
                .iter()
                .filter(|one| one.path == "/~incident")
                .filter_map(|one| serde_json::from_str::<Value>(&one.body).ok()?["cause"].as_str().map(Into::into))
                .collect();
            let most = 1 + causes.len().max(1);
            if documents > most {
                let text = format!("{documents} documents in visit {}, with the causes {causes:?}", place + 1);
                self.trouble.push((Count::Reloads, text));
            }
        }
    }

    fn count_posts(&mut self, asked: &[Asked]) {
        for sent in &self.sent {
            let body = format!("id={}", sent.id);
            let posts: Vec<_> = asked
                .iter()
                .filter(|one| one.method == "POST" && one.body.split('&').any(|part| part == body))
                .collect();
            let keys: BTreeSet<_> = posts.iter().map(|one| one.header("idempotency-key").unwrap_or_default()).collect();
            let most = if sent.keyed && !keys.contains("") { 3 } else { 1 };
            if posts.len() > most || keys.len() > 1 || (sent.arrived && posts.is_empty()) {
                let text = format!("{} arrived {} times, under the keys {keys:?}", sent.id, posts.len());
                self.trouble.push((Count::Posts, text));
            }
        }
        // Whatever else was sent with POST to an address of the page's was made by nobody.
        let known = |one: &&Asked| {
            one.method != "POST"
                || one.path.starts_with("/~")
                || one.path.starts_with(records::PATH)
                || one.body.contains("id=")
        };
        if let Some(one) = asked.iter().find(|one| !known(one)) {
            self.trouble.push((Count::Posts, format!("nobody sent {} {}", one.path, one.body)));
        }
    }
}
