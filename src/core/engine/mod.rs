//! The engine: where the parts of the core meet. Events in, actions out; the caller owns the clock, the dice and the browser.

mod asks;
mod case;
mod case_id;
mod corridor;
pub mod evidence;
mod leave;
mod network;
mod page;
mod parts;
mod remedy;
mod requests;
mod retries;

use super::action::{Action, Command, Notice, Reply};
use super::config::Config;
use super::dice::Dice;
use super::event::{Answer, Event, Manifest, Start};
use super::freshness;
use super::id::{ActionId, AskId};
use super::incident::Finding;
use super::memory::Memory;
use super::prompt;
use super::retry::{Budget, Origins};
use super::storage;
use super::telemetry::log::Retries;
use super::telemetry::{self, redact};
use super::time::Millis;
use case::{Case, CaseId};
use corridor::{Asker, Speaker};
use leave::Leave;
use network::Network;
use page::Watch;
use parts::Part;
use requests::Request;
use std::mem::take;
use std::num::NonZeroU32;

/// Time limits of the actions that are answered. Generous: they catch answers that never come, not slow ones.
mod limit {
    use super::Millis;
    pub const SAMPLE: Millis = Millis(2_000);
    pub const SCAN: Millis = Millis(3_000);
    /// Files are fetched.
    pub const COMPARE: Millis = Millis(8_000);
    pub const PROBE: Millis = Millis(8_000);
    pub const REPAIR: Millis = Millis(5_000);
    pub const MEMORY: Millis = Millis(1_000);
    /// The document is fetched.
    pub const LEAVE: Millis = Millis(8_000);
    pub const NETWORK: Millis = Millis(5_000);
    pub const LINK: Millis = Millis(8_000);
    /// A reload that has not happened by then was refused.
    pub const RELOAD: Millis = Millis(15_000);
    pub const POST: Millis = Millis(15_000);
    /// Another page may be adopting, too.
    pub const ADOPT: Millis = Millis(10_000);
    /// A person reads and decides.
    pub const PROMPT: Millis = Millis(600_000);
    /// Actions without an answer.
    pub const TELL: Millis = Millis(1_000);
}

/// Findings kept before there is an incident to put them in.
const MAX_CLUES: usize = 16;
/// Older clues explain nothing that happens now.
const CLUE_AGE: Millis = Millis(15_000);
/// Answers waited for at a time. Far above what the engine asks at once; a bound all the same.
const MAX_WAITING: usize = 96;

/// What an awaited answer is for.
#[derive(Debug)]
enum Role {
    Sample,
    Probe(CaseId),
    Reinsert(CaseId),
    /// Whether the user asked for it.
    AskedLeave(CaseId, bool),
    Remember(CaseId, Leave),
    Leaving(CaseId),
    Link(CaseId),
    Prompt(prompt::Ticket),
    AskedReload,
    Manifest,
    StorageScan(storage::Ticket),
    CacheScan(storage::Ticket),
    Repair(storage::Ticket),
    Mend(String),
    Network,
    Post(telemetry::Ticket),
    Saved(telemetry::Ticket),
    Adopt(telemetry::Ticket),
}

#[derive(Debug)]
struct Waiting {
    id: ActionId,
    deadline: Millis,
    role: Role,
}

#[derive(Debug)]
pub struct Engine {
    config: Config,
    dice: Dice,
    now: Millis,
    epoch_at_zero: u64,
    started: bool,
    stopped: bool,
    path: String,
    visible: bool,
    network: Network,
    /// The guard itself is leaving the page: nothing is abandoned.
    leaving: bool,
    /// The incident that session memory hands to the next page.
    carried: Option<CaseId>,
    // Lists of boxes, here and below: what adds to a list and takes from it is then the same code for all of them.
    out: Vec<Box<Action>>,
    next_action: u32,
    waiting: Vec<Box<Waiting>>,
    /// `None`: storage is denied, nothing can be remembered.
    memory: Option<Memory>,
    /// There is a place for the second witness of a reload.
    witness: bool,
    /// The page reloads itself over and over.
    looping: bool,
    /// Somebody else put elements into the page.
    altered: bool,
    /// A write did not come back: what memory says may not be there after a reload.
    forgetful: bool,
    telemetry: telemetry::Room,
    watch: Watch,
    freshness: freshness::Room<Asker>,
    clues: Vec<(Millis, Finding)>,
    /// Own scripts that the document waited for and that failed, healed or not.
    entries: Vec<String>,
    storage: storage::Room<Asker>,
    cases: Vec<Box<Case>>,
    next_case: NonZeroU32,
    requests: Vec<Box<Request>>,
    parts: Vec<Box<Part>>,
    budget: Budget,
    origins: Origins,
    retries: Retries,
    /// Idempotency keys of key actions whose outcome is not known yet.
    keys: Vec<Box<(String, String)>>,
    prompt: prompt::Room<Speaker>,
    /// The action that shows the prompt of last.
    prompting: ActionId,
    dropped: u32,
}

impl Engine {
    /// `seed`: 128 random bits; the same seed and the same events give the same actions.
    pub fn new(config: Config, seed: [u64; 2]) -> Engine {
        let budget = Budget::new(&config.retry);
        let mut dice = Dice::new(seed);
        let telemetry = telemetry::Room::new(&config, dice.fork());
        let freshness = freshness::Room::new(&config);
        let storage = storage::Room::new(&config);
        let prompt = prompt::Room::new(&config);
        Engine {
            config,
            dice,
            now: Millis(0),
            epoch_at_zero: 0,
            started: false,
            stopped: false,
            path: String::new(),
            visible: true,
            network: Network::default(),
            leaving: false,
            carried: None,
            out: Vec::new(),
            next_action: 1,
            waiting: Vec::new(),
            memory: None,
            witness: false,
            looping: false,
            altered: false,
            forgetful: false,
            telemetry,
            watch: Watch::new(),
            freshness,
            clues: Vec::new(),
            entries: Vec::new(),
            storage,
            cases: Vec::new(),
            next_case: NonZeroU32::MIN,
            requests: Vec::new(),
            parts: Vec::new(),
            budget,
            origins: Origins::default(),
            retries: Retries::default(),
            keys: Vec::new(),
            prompt,
            prompting: ActionId(0),
            dropped: 0,
        }
    }

    /// Takes in one fact. Read `poll_action` until it is empty, then `poll_timeout`, after every call.
    pub fn handle_event(&mut self, now: Millis, mut event: Event) {
        self.now = self.now.max(now);
        if self.stopped || (!self.started && !matches!(event, Event::Started(_))) {
            return;
        }
        // Looked at in place, so that it is dropped in one place.
        match &mut event {
            Event::Started(start) => self.start(start),
            Event::ScriptFailed { rejection, text, source } => {
                let altered = self.altered && evidence::misses_its_nodes(text);
                let found = evidence::script_error(text, source, *rejection);
                self.clue(if altered { evidence::altered(text) } else { found });
                self.tell_storage(storage::Event::ScriptFailed { text: take(text), source: take(source) });
                self.look_again_soon();
            }
            Event::JsonRefused { text } => self.tell_storage(storage::Event::JsonRefused(take(text))),
            Event::ResourceFailed { url, kind, critical, html, status } => {
                self.resource_failed(url, *kind, *critical, *html, *status);
            }
            Event::ResourceSettled { url, kind, healed, from, tries } => {
                self.resource_settled(url, *kind, *healed, from, *tries);
            }
            Event::ImportFailed { url, text } => self.import_failed(url, text),
            Event::PolicyViolated { directive, blocked } => {
                self.clue(evidence::blocked_by_policy(directive, blocked));
            }
            Event::EngineOriginFailed { url, why } => self.clue(evidence::engine_origin(url, why)),
            Event::Connection { online } => self.connection(*online),
            Event::Looping { documents } => self.looping(*documents),
            Event::Altered => self.altered = true,
            Event::Visibility { visible } => self.visibility(*visible),
            Event::PageLoaded => self.page_loaded(),
            Event::PageHiding => self.page_hiding(),
            Event::PageShown { restored } => self.page_shown(*restored),
            Event::ContentRemoved => self.content_changed(),
            Event::RouteChanged { path } => {
                self.path = redact::url(path);
                self.content_changed();
            }
            Event::Progress => self.progress(),
            Event::Changed { grew } => self.changed(*grew),
            Event::CallFailed { url, status } => self.clue(evidence::call_failed(url, *status)),
            Event::CallHangs { url } => self.clue(evidence::call_hangs(url)),
            Event::Complained { text } => self.clue(evidence::complaint(text)),
            Event::GuardFailed { message, place } => {
                let (message, place) = (take(message), take(place));
                self.tell_guard_failed(&message, &place);
            }
            Event::Unreachable { url } => self.clue(evidence::unreachable(url)),
            Event::Step(step) => self.config.step = redact::text(step),
            Event::Consent(consent) => self.tell_telemetry(telemetry::Event::Consent(*consent)),
            Event::RequestStarted { id, url, safe, keyed } => self.request_started(*id, take(url), *safe, *keyed),
            Event::RequestEnded { id, attempt, outcome } => self.request_ended(*id, *attempt, outcome),
            Event::KeyActionAsked { ask, name } => self.key_action_asked(*ask, take(name)),
            Event::KeyActionEnded { name, settled } => {
                if *settled && let Some(at) = self.keys.iter().position(|k| k.0 == *name) {
                    self.keys.remove(at);
                }
            }
            Event::RenderAsked { ask } => self.render_asked(*ask),
            Event::FreshnessAsked { ask } => self.ask_freshness(Asker::Page(*ask)),
            Event::RepairAsked { ask, storage, caches } => {
                let by = Asker::Page(*ask);
                self.tell_storage(storage::Event::RepairAsked { by, storage: *storage, caches: *caches });
            }
            Event::PromptAsked { ask, kind, detail } => self.prompt_asked(*ask, *kind, detail),
            Event::Answered { id, answer } => {
                if let Some(at) = self.waiting.iter().position(|w| w.id == *id) {
                    let role = self.waiting.remove(at).role;
                    self.answered(role, answer);
                }
            }
        }
    }

    /// Does whatever is due by `now`.
    pub fn handle_timeout(&mut self, now: Millis) {
        self.now = self.now.max(now);
        if self.stopped || !self.started {
            return;
        }
        while let Some(at) = self.waiting.iter().position(|w| w.deadline <= self.now) {
            let role = self.waiting.remove(at).role;
            self.answered(role, &mut Answer::Failed);
        }
        self.watch_due();
        self.requests_due();
        self.parts_due();
        self.freshness_due();
        self.cases_due();
        self.network_due();
        self.telemetry_due();
    }

    pub fn poll_action(&mut self) -> Option<Action> {
        (!self.out.is_empty()).then(|| *self.out.remove(0))
    }

    /// The one timer to arm. Read it again after every `handle_*`.
    pub fn poll_timeout(&self) -> Option<Millis> {
        if self.stopped {
            return None;
        }
        let mut next = self.watch.due.min(self.next_part()).min(self.network.due);
        for due in [self.freshness.poll_timeout(), self.telemetry.poll_timeout()].into_iter().flatten() {
            next = next.min(due);
        }
        for waiting in &self.waiting {
            next = next.min(waiting.deadline);
        }
        for case in &self.cases {
            next = next.min(case.due).min(case.expires);
        }
        for request in &self.requests {
            next = next.min(request.due);
        }
        (next < Millis::NEVER).then_some(next)
    }

    /// Ends everything: open incidents are abandoned, held requests are given back, prompts go.
    pub fn stop(&mut self, now: Millis) {
        self.now = self.now.max(now);
        if self.stopped || !self.started {
            self.stopped = true;
            return;
        }
        self.page_hiding();
        self.stop_prompt();
        while let Some(request) = self.requests.first() {
            let id = request.id;
            self.settle(id);
        }
        self.parts_over();
        for waiting in take(&mut self.waiting) {
            self.answer_for_nobody(waiting.role);
        }
        self.stop_rooms();
        self.stopped = true;
    }

    /// Open incidents, for tests and for developers.
    pub fn open_incidents(&self) -> impl Iterator<Item = &super::incident::Incident> {
        self.cases.iter().map(|c| &c.incident)
    }

    fn start(&mut self, start: &Start) {
        if self.started {
            return;
        }
        self.started = true;
        self.epoch_at_zero = start.epoch.saturating_sub(self.now.0);
        self.path = redact::url(&start.path);
        self.visible = start.visible;
        self.dropped = start.dropped;
        self.memory = start.memory.as_deref().map(|kept| Memory::restore(kept, start.mark.as_deref()));
        self.witness = start.mark.is_some();
        if let Some(memory) = &self.memory {
            self.origins.restore(self.now, start.epoch, &memory.dead);
        }
        let session = self.memory.as_ref().map_or_else(String::new, |memory| memory.session.clone());
        let Start { queues, denied, .. } = *start;
        self.tell_telemetry(telemetry::Event::Started { queues, denied, session });
        self.watch_start(start.loaded);
        self.resume();
        if !start.online {
            self.connection(false);
        }
    }

    /// Where in the loan journey the user is; until the page says so, its path does.
    fn step(&self) -> String {
        if !self.config.step.is_empty() {
            return self.config.step.clone();
        }
        self.path.split('/').find(|segment| !segment.is_empty()).unwrap_or("home").into()
    }

    fn epoch(&self) -> u64 {
        self.epoch_at_zero + self.now.0
    }

    /// Asks the shell for something that is answered.
    fn ask(&mut self, within: Millis, role: Role, what: Command) -> ActionId {
        let id = self.put_out(within, what);
        if self.waiting.len() >= MAX_WAITING {
            let oldest = self.waiting.remove(0);
            self.dropped += 1;
            self.answer_for_nobody(oldest.role);
        }
        self.waiting.push(Box::new(Waiting { id, deadline: self.now + within, role }));
        id
    }

    fn put_out(&mut self, within: Millis, what: Command) -> ActionId {
        let id = ActionId(self.next_action);
        self.next_action = self.next_action.wrapping_add(1).max(1);
        self.out.push(Box::new(Action { id, deadline: self.now + within, what }));
        id
    }

    /// Tells the shell to do something that needs no answer.
    fn tell(&mut self, what: Command) {
        self.put_out(limit::TELL, what);
    }

    fn reply(&mut self, ask: AskId, reply: Reply) {
        self.tell(Command::Reply { ask, reply });
    }

    fn notify(&mut self, notice: Notice) {
        self.tell(Command::Notify(notice));
    }

    /// Keeps a finding for the incident that may come of it, or puts it into the one that is open.
    fn clue(&mut self, found: Finding) {
        let now = self.now;
        if let Some(case) = self.page_case() {
            case.incident.add_evidence(found.clone());
        }
        while let Some(at) = self.clues.iter().position(|(at, e)| now - *at > CLUE_AGE || *e == found) {
            self.clues.remove(at);
        }
        if self.clues.len() >= MAX_CLUES {
            self.dropped += 1;
            // A hint does not take the place of proof.
            if found.weight < page::TROUBLE {
                return;
            }
            self.clues.remove(0);
        }
        self.clues.push((now, found));
    }

    fn answered(&mut self, role: Role, answer: &mut Answer) {
        match role {
            Role::Sample => self.sampled(answer),
            Role::Probe(case) => self.probed(case, matches!(answer, Answer::Probed { ok: true })),
            Role::Reinsert(case) => self.reinserted(case),
            Role::AskedLeave(case, by_user) => self.leave_told(case, by_user, answer),
            Role::Remember(case, leave) => {
                self.remembered(case, leave, matches!(answer, Answer::Remembered { ok: true }));
            }
            Role::Leaving(case) => self.still_here(case),
            Role::Link(case) => self.link_told(case, answer),
            Role::Prompt(ticket) => self.prompt_answered(ticket, answer),
            Role::AskedReload => self.asked_reload_told(answer),
            Role::Manifest => self.tell_freshness(freshness::Event::Manifest(manifest_of(answer))),
            Role::StorageScan(ticket) => self.storage_scanned(ticket, answer),
            Role::CacheScan(ticket) => self.caches_scanned(ticket, answer),
            Role::Repair(ticket) => self.repair_ended(ticket, answer),
            Role::Mend(url) => self.mended(&url, answer),
            Role::Network => self.network_told(matches!(answer, Answer::Probed { ok: true })),
            Role::Post(ticket) => self.posted(ticket, answer),
            Role::Saved(ticket) => self.saved(ticket, answer),
            Role::Adopt(ticket) => self.adopted(ticket, answer),
        }
    }

    /// Who waits for the page's own code must never wait for ever.
    fn answer_for_nobody(&mut self, role: Role) {
        match role {
            Role::Prompt(ticket) => self.prompt_answered(ticket, &mut Answer::Failed),
            Role::Manifest => self.tell_freshness(freshness::Event::Manifest(None)),
            Role::StorageScan(ticket) => self.storage_scanned(ticket, &mut Answer::Failed),
            Role::CacheScan(ticket) => self.caches_scanned(ticket, &mut Answer::Failed),
            Role::Repair(ticket) => self.repair_ended(ticket, &Answer::Failed),
            Role::Mend(url) => self.mended(&url, &Answer::Failed),
            // Else nothing would ever be sent again.
            Role::Post(ticket) => self.posted(ticket, &Answer::Failed),
            Role::Saved(ticket) => self.saved(ticket, &Answer::Failed),
            _ => {}
        }
    }
}

fn manifest_of(answer: &mut Answer) -> Option<Manifest> {
    match answer {
        Answer::Manifest(manifest) => manifest.take(),
        _ => None,
    }
}
