//! The engine's state, and the small steps that all rules take: asking and telling the shell, and whose an answer is.

use super::network::Network;
use super::tokens::{Asker, Speaker};
use crate::core::action::{Action, Command, Notice, Reply};
use crate::core::config::Config;
use crate::core::dice::Dice;
use crate::core::freshness;
use crate::core::freshness::expiry::Expiry;
use crate::core::id::{ActionId, AskId};
use crate::core::incident::{self, CaseId, Incident, Leave};
use crate::core::memory::Memory;
use crate::core::playbook;
use crate::core::prompt;
use crate::core::render;
use crate::core::retry;
use crate::core::storage;
use crate::core::telemetry;
use crate::core::time::Millis;

/// Time limits of the actions that are answered. Generous: they catch answers that never come, not slow ones.
pub(super) mod limit {
    use super::Millis;
    pub const SAMPLE: Millis = Millis(2_000);
    pub const SCAN: Millis = Millis(3_000);
    /// A database that is stuck is waited for.
    pub const STORES: Millis = Millis(6_000);
    /// Files are fetched.
    pub const COMPARE: Millis = Millis(8_000);
    pub const REINSERT: Millis = Millis(8_000);
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

/// Answers waited for at a time. Far above what the engine asks at once; a bound all the same.
const MAX_WAITING: usize = 96;

/// What an awaited answer is for.
#[derive(Debug)]
pub(super) enum Role {
    Sample,
    Probe(retry::Ticket),
    Reinsert(CaseId),
    /// Whether the user asked for it.
    AskedLeave(CaseId, bool),
    Remember(CaseId, Leave),
    Leaving(CaseId),
    Link(CaseId),
    /// Of what the page has declared, by its id.
    Renewal(u32),
    Prompt(prompt::Ticket),
    AskedReload,
    Manifest,
    StorageScan(storage::Ticket),
    CacheScan(storage::Ticket),
    StoreProbe(storage::Ticket),
    Repair(storage::Ticket),
    Mend(String),
    Network,
    Playbook,
    Post(telemetry::Ticket),
    Saved(telemetry::Ticket),
    Adopt(telemetry::Ticket),
}

#[derive(Debug)]
pub(super) struct Waiting {
    pub id: ActionId,
    pub deadline: Millis,
    pub role: Role,
}

#[derive(Debug)]
pub struct Engine {
    pub(super) config: Config,
    pub(super) dice: Dice,
    pub(super) now: Millis,
    pub(super) epoch_at_zero: u64,
    pub(super) started: bool,
    pub(super) stopped: bool,
    pub(super) path: String,
    pub(super) visible: bool,
    pub(super) network: Network,
    pub(super) out: Vec<Action>,
    pub(super) next_action: u32,
    pub(super) waiting: Vec<Waiting>,
    /// `None`: storage is denied, nothing can be remembered.
    pub(super) memory: Option<Memory>,
    pub(super) playbook: playbook::Room,
    pub(super) telemetry: telemetry::Room,
    pub(super) render: render::Room<AskId>,
    pub(super) freshness: freshness::Room<Asker>,
    /// What ends; key actions wait for it.
    pub(super) expiry: Expiry<(AskId, String)>,
    pub(super) storage: storage::Room<Asker>,
    pub(super) incident: incident::Room,
    pub(super) retry: retry::Room<CaseId>,
    /// Idempotency keys of key actions whose outcome is not known yet.
    pub(super) keys: Vec<(String, String)>,
    pub(super) prompt: prompt::Room<Speaker>,
    /// The action that shows the prompt of last.
    pub(super) prompting: ActionId,
    pub(super) dropped: u32,
}

impl Engine {
    /// `seed`: 128 random bits; the same seed and the same events give the same actions.
    pub fn new(mut config: Config, seed: [u64; 2]) -> Engine {
        let mut dice = Dice::new(seed);
        let telemetry = telemetry::Room::new(&config, dice.fork());
        let render = render::Room::new(&config);
        let retry = retry::Room::new(&config, dice.fork());
        let incident = incident::Room::new(&config, dice.fork());
        let freshness = freshness::Room::new(&config, dice.fork());
        let storage = storage::Room::new(&config);
        let playbook = playbook::Room::new(&config);
        let prompt = prompt::Room::new(&mut config);
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
            out: Vec::new(),
            next_action: 1,
            waiting: Vec::new(),
            memory: None,
            playbook,
            telemetry,
            render,
            freshness,
            expiry: Expiry::default(),
            storage,
            incident,
            retry,
            keys: Vec::new(),
            prompt,
            prompting: ActionId(0),
            dropped: 0,
        }
    }

    /// Open incidents, for tests and for developers.
    pub fn open_incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incident.open()
    }

    /// Where in the loan journey the user is; until the page says so, its path does.
    pub(super) fn step(&self) -> String {
        if !self.config.step.is_empty() {
            return self.config.step.clone();
        }
        self.path.split('/').find(|segment| !segment.is_empty()).unwrap_or("home").into()
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch_at_zero + self.now.0
    }

    /// Asks the shell for something that is answered.
    pub(super) fn ask(&mut self, within: Millis, role: Role, what: Command) -> ActionId {
        let id = self.put_out(within, what);
        if self.waiting.len() >= MAX_WAITING {
            let oldest = self.waiting.remove(0);
            self.dropped += 1;
            self.answer_for_nobody(oldest.role);
        }
        self.waiting.push(Waiting { id, deadline: self.now + within, role });
        id
    }

    fn put_out(&mut self, within: Millis, what: Command) -> ActionId {
        let id = ActionId(self.next_action);
        self.next_action = self.next_action.wrapping_add(1).max(1);
        self.out.push(Action { id, deadline: self.now + within, what });
        id
    }

    /// Tells the shell to do something that needs no answer.
    pub(super) fn tell(&mut self, what: Command) {
        self.put_out(limit::TELL, what);
    }

    pub(super) fn reply(&mut self, ask: AskId, reply: Reply) {
        self.tell(Command::Reply { ask, reply });
    }

    pub(super) fn notify(&mut self, notice: Notice) {
        self.tell(Command::Notify(notice));
    }
}
