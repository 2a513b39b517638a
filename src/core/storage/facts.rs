//! Facts about what the device keeps for the page, as the shell tells them: names and forms, never values.

/// The guard's own keys; never scanned, never repaired.
pub const PREFIX: &str = "pagemend:";
/// Prefix of the copy that is set aside before an entry is removed.
pub const QUARANTINE: &str = "pagemend:quarantine:";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Store {
    #[default]
    Local,
    Session,
}

impl Store {
    pub const ALL: [Store; 2] = [Store::Local, Store::Session];
}

/// Where an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    pub store: Store,
    pub key: String,
}

/// What a value was while the page was fine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A JSON object or array. Numbers and words are none: what reads as such is most often a text.
    Json,
    /// Not JSON.
    Text,
    Empty,
}

/// One entry of local or session storage, without its value: values never enter the core.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StorageEntry {
    pub store: Store,
    pub key: String,
    pub bytes: u32,
    /// It is JSON, or too long to be looked at.
    pub parses: bool,
    /// The first error of [`Command::ScanStorage`](crate::core::action::Command::ScanStorage) that says what parsing this very value says.
    pub same_error: Option<usize>,
    /// What it was when the page was fine.
    pub seen: Option<Form>,
    /// A text that programs write without meaning to: `undefined`, `[object Object]`.
    pub slip: bool,
}

/// An entry of Cache Storage that cannot be what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoisonedEntry {
    pub cache: String,
    pub url: String,
    /// In words, for evidence: `html for a script`, `unreadable body`, `other bytes than the network's`.
    pub why: String,
}

/// How the bytes of a script that the browser could not parse compare with those of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytes {
    Same,
    /// The same, and something in them is opened and not closed.
    SameButCut,
    /// The HTTP cache held others, which the comparison replaced.
    Renewed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub url: String,
    pub bytes: Bytes,
}

/// What came of a look into the caches. What could not be compared is in neither list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheFacts {
    pub poisoned: Vec<PoisonedEntry>,
    pub compared: Vec<Compared>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RepairDone {
    pub copied: u32,
    pub removed: u32,
    pub failed: u32,
}

/// What was found damaged, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    pub keys: Vec<StoredKey>,
    pub entries: Vec<PoisonedEntry>,
    pub done: RepairDone,
}
