//! A page in virtual time: answers the engine's actions as its fields say, at once, and keeps what was done.

use pagemend::core::action::{Action, Command, Notice};
use pagemend::core::config::{Config, DeclaredKeys, FreshnessSource, JsonKind, Refusal, Service, Text};
use pagemend::core::engine::Engine;
use pagemend::core::event::*;
use pagemend::core::freshness::expiry::Renewal;
use pagemend::core::freshness::server_time::Dated;
use pagemend::core::id::{ActionId, RequestId};
use pagemend::core::playbook::document::Document;
use pagemend::core::playbook::{self, Kept};
use pagemend::core::prompt::{PromptKind, PromptSpec};
use pagemend::core::render::{Ink, Patch, Region, RenderFacts, Sight, Tally, Visibility};
use pagemend::core::storage::{
    CacheFacts, Compared, Form, PoisonedEntry, Repair, RepairDone, StorageEntry, StuckStore,
};
use pagemend::core::time::Millis;

/// A page whose answers are as the fields say, at once.
pub struct Page {
    pub engine: Engine,
    pub now: u64,
    pub shows: Option<Ink>,
    pub loaded: bool,
    /// Something lies over it, which looks do not find while a dialog makes the page inert.
    pub covered: bool,
    /// A file that has not come.
    pub hanging: &'static str,
    pub manifest: Option<Manifest>,
    /// Keys of entries that were JSON when the page was fine, and are not now.
    pub damaged: Vec<String>,
    /// Keys of whole entries that another build was fine with.
    pub old: Vec<String>,
    pub poisoned: Vec<PoisonedEntry>,
    pub compared: Vec<Compared>,
    pub alive: bool,
    /// Addresses at which a failed part can be had start with this.
    pub serves: &'static str,
    /// Nobody uses what failed.
    pub unused: bool,
    /// Parts that are asked for do not answer.
    pub silent: bool,
    /// The manifest is answered only when told to.
    pub slow_manifest: bool,
    pub late: Option<ActionId>,
    pub unsaved: bool,
    /// What a GET of the page's address comes to.
    /// Stores that do not do what they should.
    pub stuck: Vec<StuckStore>,
    /// A repair makes room.
    pub frees: bool,
    pub readiness: Readiness,
    /// The page's own server answers.
    pub reachable: bool,
    pub memory: Option<String>,
    /// The second witness of a reload.
    pub mark: Option<String>,
    pub link: Option<String>,
    /// What the page's code makes of a renewal; `None`: it fails.
    pub renewal: Option<Renewal>,
    /// It gives no answer at all.
    pub renewal_hangs: bool,
    /// So far is the device's clock ahead of the server's.
    pub ahead: u64,
    /// So long has the device slept.
    pub slept: u64,
    pub collector: PostOutcome,
    /// The collector gives no answer at all.
    pub hangs: bool,
    // What the engine did:
    pub did: Vec<Command>,
    pub prompt: Option<(ActionId, PromptSpec)>,
    pub outcomes: Vec<(String, String)>,
    /// What the collector took.
    pub posted: Vec<String>,
    /// What local storage keeps of the page's own telemetry.
    pub queue: String,
    /// What pages that are gone have left there.
    pub left: Vec<KeptQueue>,
    pub saved: Saved,
    pub requests: u32,
    /// What the playbook's address answers.
    pub playbook: playbook::Served,
    /// What local storage keeps of it.
    pub kept: String,
}

/// When the page is opened, by the server's clock.
pub const OPENED: u64 = 1_760_000_000_000;

pub fn config() -> Config {
    Config {
        service: "lending".into(),
        build: "1.0".into(),
        built_at: 10,
        endpoint: Some("/v1/logs".into()),
        freshness: FreshnessSource { url: Some("/build.json".into()), ..FreshnessSource::default() },
        renew_link: Some("/renew".into()),
        step: "apply".into(),
        storage: DeclaredKeys { drafts: vec!["draft".into()], ..DeclaredKeys::default() },
        services: vec![Service {
            prefix: "/api/home".into(),
            name: Text { zh: "额度服务".into(), en: "Credit line service".into() },
        }],
        refusals: vec![Refusal {
            code: "RISK_REJECTED".into(),
            text: Text::both("Your application was not approved."),
        }],
        ..Config::default()
    }
}

impl Page {
    pub fn new() -> Page {
        Page::with(config(), Some(String::new()))
    }

    pub fn with(config: Config, memory: Option<String>) -> Page {
        Page::coming_up(config, memory, true)
    }

    /// A page that may still be loading when the engine comes.
    pub fn coming_up(config: Config, memory: Option<String>, loaded: bool) -> Page {
        Page::after(config, memory, Some(String::new()), loaded)
    }

    /// What the two witnesses of a reload know of the page before.
    pub fn after(config: Config, memory: Option<String>, mark: Option<String>, loaded: bool) -> Page {
        let manifest = Some(Manifest { build: "1.0".into(), built_at: 10, ..Manifest::default() });
        Page::served(config, memory, mark, loaded, manifest)
    }

    /// The manifest is what is served when the page starts.
    pub fn served(
        config: Config,
        memory: Option<String>,
        mark: Option<String>,
        loaded: bool,
        manifest: Option<Manifest>,
    ) -> Page {
        let mut page = Page::unstarted(config, memory, mark, loaded, manifest);
        page.start(None);
        page
    }

    fn unstarted(
        config: Config,
        memory: Option<String>,
        mark: Option<String>,
        loaded: bool,
        manifest: Option<Manifest>,
    ) -> Page {
        Page {
            engine: Engine::new(config, [7, 9]),
            now: 0,
            shows: Some(Ink::Text),
            loaded,
            covered: false,
            hanging: "",
            manifest,
            damaged: vec![],
            old: vec![],
            stuck: vec![],
            frees: true,
            poisoned: vec![],
            compared: vec![],
            alive: false,
            serves: "nobody",
            unused: false,
            silent: false,
            slow_manifest: false,
            late: None,
            unsaved: false,
            readiness: Readiness::Ready,
            reachable: false,
            memory,
            mark,
            link: None,
            renewal: None,
            renewal_hangs: false,
            ahead: 0,
            slept: 0,
            collector: PostOutcome::Done { accepted: true },
            hangs: false,
            did: vec![],
            prompt: None,
            outcomes: vec![],
            posted: vec![],
            queue: String::new(),
            left: vec![],
            saved: Saved::Kept,
            requests: 0,
            playbook: playbook::Served::Unanswered,
            kept: String::new(),
        }
    }

    fn start(&mut self, playbook: Option<(Kept, Document)>) {
        self.tell(Event::Started(Start {
            epoch: OPENED + self.ahead,
            memory: self.memory.clone(),
            mark: self.mark.clone(),
            queues: false,
            denied: false,
            shared: String::new(),
            path: "/apply".into(),
            loaded: self.loaded,
            visible: true,
            online: true,
            dropped: 0,
            playbook,
        }));
    }

    pub fn tell(&mut self, event: Event) {
        self.engine.handle_event(Millis(self.now), event);
        self.drain();
    }

    pub fn drain(&mut self) {
        while let Some(Action { id, what, .. }) = self.engine.poll_action() {
            let answer = match &what {
                Command::SampleRender { .. } => Some(Answer::Rendered(self.facts())),
                Command::FetchManifest { .. } if self.slow_manifest => {
                    self.late = Some(id);
                    None
                }
                Command::FetchManifest { .. } => Some(self.manifest_served()),
                Command::ScanStorage { .. } => Some(self.storage_scanned()),
                Command::ScanCaches { .. } => Some(Answer::Caches(CacheFacts {
                    poisoned: self.poisoned.clone(),
                    compared: self.compared.clone(),
                })),
                Command::ProbeStores => Some(Answer::Stores(self.stuck.clone())),
                Command::Repair(repair) => Some(self.repaired(repair)),
                Command::PutBack { keys } => {
                    Some(Answer::Repaired(RepairDone { restored: keys.len() as u32, ..RepairDone::default() }))
                }
                Command::Probe { .. } => Some(Answer::Probed { ok: self.alive }),
                Command::Mend { to, .. } if !to.is_empty() && self.unused => Some(Answer::Done),
                Command::Mend { to, .. } if !to.is_empty() && !self.silent => {
                    Some(Answer::Probed { ok: to.starts_with(self.serves) })
                }
                Command::AskLeave { by_user } => {
                    let unsaved = self.unsaved && !by_user;
                    Some(Answer::Leave(if unsaved { Readiness::Unsaved } else { self.readiness }))
                }
                Command::AskNetwork => {
                    self.server_tells_time();
                    Some(Answer::Probed { ok: self.reachable })
                }
                Command::ReadClock => self.clock_is_read(),
                Command::RenewDeclared { .. } if self.renewal_hangs => None,
                Command::RenewDeclared { .. } => Some(Answer::Renewed(self.renewal.clone())),
                Command::Remember { text, mark, .. } => {
                    let ok = self.memory.is_some() && self.mark.is_some();
                    if ok {
                        self.memory = Some(text.clone());
                        self.mark = Some(mark.clone());
                    }
                    Some(Answer::Remembered { ok })
                }
                Command::RenewLink { .. } => Some(Answer::Link(self.link.clone())),
                Command::Post { .. } if self.hangs => None,
                Command::Post { body, .. } => {
                    if self.collector == (PostOutcome::Done { accepted: true }) {
                        self.posted.push(body.clone());
                    }
                    Some(Answer::Posted(self.collector))
                }
                Command::SaveQueue { text, gone } => {
                    if self.saved == Saved::Kept {
                        self.queue.clone_from(text);
                    }
                    self.left.retain(|entry| !gone.contains(&entry.key));
                    Some(Answer::Saved(self.saved))
                }
                Command::LeaveQueue { text, .. } => {
                    self.queue.clone_from(text);
                    None
                }
                Command::FetchPlaybook(_) => Some(Answer::Playbook(Box::new(self.playbook.clone()))),
                Command::KeepPlaybook { text } => {
                    self.kept.clone_from(text);
                    None
                }
                Command::AdoptQueues => Some(Answer::Adopted(self.left.clone())),
                Command::DropQueues => {
                    self.queue.clear();
                    self.left.clear();
                    None
                }
                Command::Prompt(spec) => {
                    self.prompt = Some((id, *spec.clone()));
                    None
                }
                Command::ClosePrompt { prompt } => {
                    if self.prompt.as_ref().is_some_and(|(id, _)| id == prompt) {
                        self.prompt = None;
                    }
                    None
                }
                Command::Notify(Notice::Incident { cause, outcome, .. }) => {
                    self.outcomes.push((cause.code().into(), outcome.code().into()));
                    None
                }
                _ => None,
            };
            self.did.push(what);
            if let Some(answer) = answer {
                self.engine.handle_event(Millis(self.now), Event::Answered { id, answer });
            }
        }
    }

    fn repaired(&mut self, Repair { keys, entries, evict }: &Repair) -> Answer {
        let n = (keys.len() + entries.len() + evict.len()) as u32;
        self.damaged.clear();
        self.poisoned.clear();
        Answer::Repaired(RepairDone { copied: n, removed: n, failed: 0, freed: self.frees, restored: 0 })
    }

    /// The server's time.
    pub fn server(&self) -> u64 {
        OPENED + self.now + self.slept
    }

    fn storage_scanned(&self) -> Answer {
        let damaged = |key: &String| StorageEntry {
            key: key.clone(),
            bytes: 9,
            seen: Some(Form::Json),
            ..StorageEntry::default()
        };
        let old = |key: &String| StorageEntry { parses: true, kind: Some(JsonKind::Object), ..damaged(key) };
        Answer::Storage(self.damaged.iter().map(damaged).chain(self.old.iter().map(old)).collect())
    }

    fn clock_is_read(&mut self) -> Option<Answer> {
        let epoch = self.server() + self.ahead;
        self.engine.handle_event(Millis(self.now), Event::Clock { epoch });
        None
    }

    fn server_tells_time(&mut self) {
        if !self.reachable {
            return;
        }
        let date = self.server() / 1_000 * 1_000;
        let (sent, heard) = (Millis(self.now), Millis(self.now));
        let dated = Dated { date, age: Millis(0), sent, heard, fresh: true };
        let epoch = self.server() + self.ahead;
        self.engine.handle_event(heard, Event::Dated { dated, epoch });
    }

    pub fn facts(&self) -> RenderFacts {
        RenderFacts {
            visibility: Visibility::Visible,
            viewport: (375, 812),
            loaded: self.loaded,
            painted: true,
            root_found: true,
            seen: {
                let dialog = self.prompt.as_ref().is_some_and(|(_, spec)| spec.modal);
                let sight = if self.covered && !dialog { Sight::Covered } else { Sight::Seen };
                let patch = |ink: &Ink| Patch { ink: *ink, region: Region::Main, sight, amount: 300 };
                Tally::of(&self.shows.iter().map(patch).collect::<Vec<_>>())
            },
            hanging: self.hanging.into(),
            took_us: 200,
            trouble: String::new(),
        }
    }

    /// What the manifest's address answers.
    fn manifest_served(&self) -> Answer {
        let manifest = self.manifest.clone();
        Answer::Manifest(Served { status: if manifest.is_some() { 200 } else { 503 }, manifest, ..Served::default() })
    }

    /// The slow manifest comes at last.
    pub fn manifest_comes(&mut self) {
        let id = self.late.take().expect("a manifest was asked for");
        let answer = self.manifest_served();
        self.tell(Event::Answered { id, answer });
    }

    /// Lets time pass, timer by timer.
    pub fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        while let Some(due) = self.engine.poll_timeout().filter(|due| due.0 <= end) {
            self.now = self.now.max(due.0);
            self.engine.handle_timeout(Millis(self.now));
            self.drain();
        }
        self.now = end;
    }

    pub fn choose(&mut self, choice: &str) {
        let (id, spec) = self.prompt.clone().expect("a prompt stands");
        assert!(spec.buttons.iter().any(|b| b.choice == choice), "{choice} is not offered by {spec:?}");
        self.tell(Event::Answered { id, answer: Answer::Choice(choice.into()) });
    }

    pub fn count(&self, what: impl Fn(&Command) -> bool) -> usize {
        self.did.iter().filter(|d| what(d)).count()
    }

    pub fn reloads(&self) -> usize {
        self.count(|d| matches!(d, Command::Reload(_)))
    }

    pub fn shown(&self) -> Option<PromptKind> {
        self.prompt.as_ref().map(|(_, spec)| spec.kind)
    }

    #[track_caller]
    pub fn ended(&self, cause: &str, outcome: &str) {
        let last = self.outcomes.last().map(|(c, o)| (c.as_str(), o.as_str()));
        assert_eq!(last, Some((cause, outcome)), "{:?}", self.outcomes);
    }

    /// The next page after a reload: same device, new engine.
    pub fn reloaded(&self, config: Config) -> Page {
        Page::after(config, self.memory.clone(), self.mark.clone(), true)
    }

    /// The next page of the session, at the same address.
    pub fn next(&self, config: Config) -> Page {
        let (memory, mark) = (self.memory.clone(), self.mark.clone());
        let mut page = Page::unstarted(config, memory, mark, true, self.manifest.clone());
        page.playbook = self.playbook.clone();
        page.start(Kept::read(&self.kept).and_then(|kept| {
            let document = Document::read(serde_json::from_str::<serde_json::Value>(&kept.text).ok()?).ok()?;
            Some((kept, document))
        }));
        page
    }

    pub fn request(&mut self, url: &str, safe: bool, keyed: bool) -> RequestId {
        self.requests += 1;
        let id = RequestId(self.requests);
        self.tell(Event::RequestStarted { id, url: url.into(), safe, keyed });
        id
    }

    pub fn answer(&mut self, id: RequestId, attempt: u32, status: u16) {
        let outcome = AttemptOutcome::Answer { status, retry_after: None, code: None };
        self.tell(Event::RequestEnded { id, attempt, outcome });
    }

    pub fn sent(&self, id: RequestId) -> u32 {
        self.count(|d| matches!(d, Command::Send { request, .. } if *request == id)) as u32
    }

    pub fn settled(&self, id: RequestId) -> bool {
        self.count(|d| matches!(d, Command::Settle { request } if *request == id)) == 1
    }
}
