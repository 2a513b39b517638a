//! The drafts that the page has asked for.

use super::kept::Waiting;
use crate::core::storage::draft::MOST_DRAFTS;
use crate::core::storage::pad::Pad;
use crate::shell::watch::Watch;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use web_sys::{CryptoKey, Element, IdbDatabase, SubtleCrypto};

/// What the page says of a draft.
pub struct Terms {
    /// Under which it stands in each store.
    pub key: String,
    /// Names, ids and selectors of personal fields that are kept.
    pub include: Vec<String>,
    /// The same of fields that are not kept.
    pub exclude: Vec<String>,
    pub max_age_ms: u64,
    pub version: String,
}

/// Where drafts are encrypted, and kept once more. Closed when dropped.
pub struct Vault {
    pub database: IdbDatabase,
    pub subtle: SubtleCrypto,
    pub key: CryptoKey,
}

impl Drop for Vault {
    fn drop(&mut self) {
        self.database.close();
    }
}

pub struct Draft {
    pub form: Element,
    pub terms: Terms,
    /// Ends when what the stores hold has been read and put back: a save before that would take its place.
    pub restored: js_sys::Promise,
    /// Empty until then, and where the browser has no such place: nothing personal is kept then.
    pub vault: OnceCell<Vault>,
    /// What the draft holds. A list of its own: fields are looked for and filled in, and that runs code of the page.
    pub fields: RefCell<Rc<Vec<Waiting>>>,
    /// Of the latest save that is known.
    pub seq: Cell<u64>,
    /// Of the latest that was written.
    pub written: Cell<u64>,
    /// How often it was cleared: a save that was begun before comes to nothing.
    pub cleared: Cell<u32>,
    /// A save is on its way.
    pub saving: Cell<bool>,
    /// Something was typed since the last save was begun.
    pub changed: Cell<bool>,
    /// Something was typed that is in no store yet: a save of it may be on its way.
    pub unsaved: Cell<bool>,
    /// Of its text, in bytes, when it was last looked at.
    pub length: Cell<usize>,
    /// For the keys before the page is left. Empty until there is a vault, and after each use until the next one is drawn.
    pub pad: Cell<Option<Pad>>,
    /// A save has ended well since it was cleared.
    pub kept: Cell<bool>,
    /// A save is due in a moment.
    pub due: Cell<bool>,
    /// The guard itself fills in fields.
    pub filling: Cell<bool>,
    /// The page was told that the form is too large.
    pub told: Cell<bool>,
    pub watches: RefCell<Vec<Watch>>,
}

#[derive(Default)]
pub struct Drafts(RefCell<Vec<Rc<Draft>>>);

impl Drafts {
    /// A list of its own: fields are asked about themselves, and that runs code of the page.
    pub fn all(&self) -> Vec<Rc<Draft>> {
        self.0.try_borrow().map(|all| all.clone()).unwrap_or_default()
    }

    /// `false` where there are too many.
    pub fn add(&self, draft: Rc<Draft>) -> bool {
        let Ok(mut all) = self.0.try_borrow_mut() else { return false };
        let room = all.len() < MOST_DRAFTS;
        if room {
            all.push(draft);
        }
        room
    }

    pub fn remove(&self, draft: &Rc<Draft>) {
        if let Ok(mut all) = self.0.try_borrow_mut() {
            all.retain(|other| !Rc::ptr_eq(other, draft));
        }
    }
}
