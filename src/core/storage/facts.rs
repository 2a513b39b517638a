//! Facts about what the device keeps for the page, as the shell tells them: names and forms, never values.

use crate::core::config::JsonKind;
use crate::core::number::fnv1a;
use crate::core::vocabulary::vocabulary;

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

vocabulary! {
    /// What is wrong with an entry.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum Fault {
        #[default]
        NotJson = "not JSON",
        /// An array for an object, for instance.
        Kind = "other JSON than declared",
        Member = "a declared member is missing",
        Version = "of another version than declared",
        Length = "longer than declared",
        /// It is whole, and nobody can know more than that.
        Unproven = "not seen fine under this build",
    }
}

/// An entry that is damaged, or that the user is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DamagedEntry {
    pub store: Store,
    pub key: String,
    pub fault: Fault,
    /// Of its value when it was looked at, by [`checksum`]: what has another value since is not set aside.
    pub sum: u32,
}

/// By which a value is known again.
pub fn checksum(value: &str) -> u32 {
    fnv1a(value.bytes())
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
    /// By [`checksum`].
    pub sum: u32,
    /// It is JSON, or too long to be looked at.
    pub parses: bool,
    /// Where it is JSON.
    pub kind: Option<JsonKind>,
    /// What its members are that the page has declared, in that order; `None`: not there.
    pub members: Vec<Option<JsonKind>>,
    /// Its version is one of those that the page has declared.
    pub version_known: bool,
    /// In the form in which a library keeps the state of a page, with a version beside it.
    pub versioned: bool,
    /// The first error of [`Command::ScanStorage`](crate::core::action::Command::ScanStorage) that says what parsing this very value says.
    pub same_error: Option<usize>,
    /// What it was when the page was fine.
    pub seen: Option<Form>,
    /// This very build was fine with it, in this version.
    pub proven: bool,
    /// A text that programs write without meaning to: `undefined`, `[object Object]`.
    pub slip: bool,
}

vocabulary! {
    /// How a store of the device is stuck.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Stuck {
        /// Not one character more fits, or the page wanted to keep more than fits.
        Full = "full",
        /// The browser keeps it from the page.
        Denied = "denied",
        /// The same, in a page that stands in another one.
        Framed = "denied in a frame",
        /// A database waits for another tab that has it open.
        Blocked = "blocked",
        /// No database answers at all.
        Silent = "silent",
        /// A database was made by a newer version of the page.
        Newer = "newer",
        /// The connection to a database was lost, or what is kept of it cannot be read.
        Lost = "lost",
    }
}

impl Stuck {
    /// What an error of the page's own says, in the words of the three engines.
    pub fn told_by(error: &str) -> Option<Stuck> {
        let says = |words: &[&str]| words.iter().any(|word| error.contains(word));
        Some(if says(&["QuotaExceeded", "QUOTA_REACHED", "exceeded the quota", "quota has been exceeded"]) {
            Stuck::Full
        } else if says(&["VersionError"]) {
            Stuck::Newer
        } else if says(&["backing store", "Indexed Database server", "database connection is clos"]) {
            Stuck::Lost
        } else if says(&["SecurityError"]) && says(&["torage", "ndexed", "IDBFactory"]) {
            Stuck::Denied
        } else {
            return None;
        })
    }
}

/// A store that is stuck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckStore {
    pub stuck: Stuck,
    /// Which: `local storage`, or the name of a database. Empty: more than one.
    pub name: String,
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

/// What is to be repaired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repair {
    /// Set aside, then removed.
    pub keys: Vec<DamagedEntry>,
    pub entries: Vec<PoisonedEntry>,
    /// Caches to be dropped, largest first, until there is room again. The page has declared that it can do without.
    pub evict: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RepairDone {
    pub copied: u32,
    pub removed: u32,
    pub failed: u32,
    /// Space was made in a store that was full.
    pub freed: bool,
    /// Copies that were put back.
    pub restored: u32,
}

vocabulary! {
    /// What the page's code wants.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum RepairMode {
        /// What is damaged is repaired.
        #[default]
        Repair = "repair",
        /// What would be done is told, and nothing is touched.
        Plan = "plan",
        /// What was set aside is put back.
        Undo = "undo",
    }
}

/// What the page's code asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairWish {
    pub mode: RepairMode,
    /// Local and session storage.
    pub storage: bool,
    pub caches: bool,
    /// Only these keys of entries, addresses of files and names of caches; empty: all.
    pub keys: Vec<String>,
}

impl RepairWish {
    pub fn wants(&self, key: &str) -> bool {
        self.keys.is_empty() || self.keys.iter().any(|one| one == key)
    }
}

/// What was found damaged, and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    pub keys: Vec<DamagedEntry>,
    pub entries: Vec<PoisonedEntry>,
    /// Caches that may go for room.
    pub evict: Vec<String>,
    pub done: RepairDone,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_say_of_a_store_is_understood() {
        let told = |error: &str| Stuck::told_by(error).map(Stuck::code);
        for (error, stuck) in [
            (
                "QuotaExceededError: Failed to execute 'setItem' on 'Storage': Setting the value of 'x' exceeded the quota.",
                "full",
            ),
            ("QuotaExceededError: The quota has been exceeded.", "full"),
            ("NS_ERROR_DOM_QUOTA_REACHED: Persistent storage maximum size reached", "full"),
            (
                "SecurityError: Failed to read the 'localStorage' property from 'Window': Access is denied for this document.",
                "denied",
            ),
            (
                "SecurityError: Window.localStorage getter: Forbidden in a sandboxed document without the 'allow-same-origin' flag.",
                "denied",
            ),
            ("SecurityError: IDBFactory.open: The operation is insecure", "denied"),
            ("VersionError: The requested version (1) is less than the existing version (2).", "newer"),
            ("UnknownError: Internal error opening backing store for indexedDB.open.", "lost"),
            ("UnknownError: Connection to Indexed Database server lost. Refresh the page to try again", "lost"),
            (
                "InvalidStateError: Failed to execute 'transaction' on 'IDBDatabase': The database connection is closing.",
                "lost",
            ),
        ] {
            assert_eq!(told(error), Some(stuck), "{error}");
        }
        for error in [
            "TypeError: Cannot read properties of null (reading 'storage')",
            "SecurityError: Blocked a frame with origin \"https://a\" from accessing a cross-origin frame.",
            "InvalidStateError: The object is in an invalid state.",
            // Of a store or of something else: that is known when the store was tried.
            "SecurityError: The operation is insecure.",
        ] {
            assert_eq!(told(error), None, "{error}");
        }
    }
}
