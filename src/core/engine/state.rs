//! The engine's state, and the small steps that all rules take: asking and telling the shell, keeping clues, finding a case.

use super::case::{Case, CaseId, Family};
use super::leave::Leave;
use super::network::Network;
use super::tokens::{Asker, Speaker};
use crate::core::action::{Action, Command, Notice, Reply};
use crate::core::config::Config;
use crate::core::dice::Dice;
use crate::core::freshness;
use crate::core::id::{ActionId, AskId};
use crate::core::incident::{Finding, Incident, Stage};
use crate::core::memory::Memory;
use crate::core::prompt;
use crate::core::render;
use crate::core::retry;
use crate::core::storage;
use crate::core::telemetry;
use crate::core::time::Millis;
use std::num::NonZeroU32;

/// Time limits of the actions that are answered. Generous: they catch answers that never come, not slow ones.
pub(super) mod limit {
    use super::Millis;
    pub const SAMPLE: Millis = Millis(2_000);
    pub const SCAN: Millis = Millis(3_000);
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

/// Findings kept before there is an incident to put them in.
const MAX_CLUES: usize = 16;
/// Older clues explain nothing that happens now.
const CLUE_AGE: Millis = Millis(15_000);
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
    /// The guard itself is leaving the page: nothing is abandoned.
    pub(super) leaving: bool,
    /// The incident that session memory hands to the next page.
    pub(super) carried: Option<CaseId>,
    // Lists of boxes, here and below: what adds to a list and takes from it is then the same code for all of them.
    pub(super) out: Vec<Box<Action>>,
    pub(super) next_action: u32,
    pub(super) waiting: Vec<Box<Waiting>>,
    /// `None`: storage is denied, nothing can be remembered.
    pub(super) memory: Option<Memory>,
    /// There is a place for the second witness of a reload.
    pub(super) witness: bool,
    /// The page reloads itself over and over.
    pub(super) looping: bool,
    /// Somebody else put elements into the page.
    pub(super) altered: bool,
    /// A write did not come back: what memory says may not be there after a reload.
    pub(super) forgetful: bool,
    pub(super) telemetry: telemetry::Room,
    pub(super) render: render::Room<AskId>,
    pub(super) freshness: freshness::Room<Asker>,
    pub(super) clues: Vec<(Millis, Finding)>,
    /// Own scripts that the document waited for and that failed, healed or not.
    pub(super) entries: Vec<String>,
    pub(super) storage: storage::Room<Asker>,
    pub(super) cases: Vec<Box<Case>>,
    pub(super) next_case: NonZeroU32,
    pub(super) retry: retry::Room<CaseId>,
    /// Idempotency keys of key actions whose outcome is not known yet.
    pub(super) keys: Vec<Box<(String, String)>>,
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
        let freshness = freshness::Room::new(&config);
        let storage = storage::Room::new(&config);
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
            render,
            freshness,
            clues: Vec::new(),
            entries: Vec::new(),
            storage,
            cases: Vec::new(),
            next_case: NonZeroU32::MIN,
            retry,
            keys: Vec::new(),
            prompt,
            prompting: ActionId(0),
            dropped: 0,
        }
    }

    /// Open incidents, for tests and for developers.
    pub fn open_incidents(&self) -> impl Iterator<Item = &Incident> {
        self.cases.iter().map(|c| &c.incident)
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
    pub(super) fn tell(&mut self, what: Command) {
        self.put_out(limit::TELL, what);
    }

    pub(super) fn reply(&mut self, ask: AskId, reply: Reply) {
        self.tell(Command::Reply { ask, reply });
    }

    pub(super) fn notify(&mut self, notice: Notice) {
        self.tell(Command::Notify(notice));
    }

    /// Keeps a finding for the incident that may come of it, or puts it into the one that is open.
    pub(super) fn clue(&mut self, found: Finding) {
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
            if found.weight < super::evidence::TROUBLE {
                return;
            }
            self.clues.remove(0);
        }
        self.clues.push((now, found));
    }

    pub(super) fn case(&mut self, id: CaseId) -> Option<&mut Case> {
        self.cases.iter_mut().find(|c| c.id == id).map(|c| &mut **c)
    }

    pub(super) fn case_ids(&self) -> Vec<CaseId> {
        let mut ids = Vec::new();
        for case in &self.cases {
            ids.push(case.id);
        }
        ids
    }

    pub(super) fn find_case(&self, family: Family, service: &str) -> Option<CaseId> {
        self.cases.iter().find(|c| c.family == family && c.service == service).map(|c| c.id)
    }

    pub(super) fn page_case(&mut self) -> Option<&mut Case> {
        self.cases.iter_mut().find(|c| c.family == Family::Page).map(|c| &mut **c)
    }

    pub(super) fn note(&mut self, id: CaseId, stage: Stage, detail: &str) {
        let epoch = self.epoch();
        if let Some(case) = self.case(id) {
            case.incident.note(epoch, stage, detail);
            self.notify_case(id);
        }
    }

    pub(super) fn notify_case(&mut self, id: CaseId) {
        let Some(case) = self.case(id) else { return };
        let incident = &case.incident;
        let notice = Notice::Incident {
            id: incident.id.clone(),
            cause: incident.cause,
            stage: incident.timeline.last().map_or(Stage::Detected, |e| e.stage),
            outcome: incident.outcome,
            reference: incident.reference.clone(),
        };
        self.notify(notice);
    }
}
