//! The page's own code that renews what it has declared.

use js_sys::Function;
use std::cell::RefCell;

/// Far above what the engine keeps of declarations.
const MOST: usize = 64;

/// By the id of what was declared.
#[derive(Default)]
pub struct Renewals(RefCell<Vec<(u32, Function)>>);

impl Renewals {
    pub fn add(&self, id: u32, renew: Option<Function>) {
        if let (Some(renew), Ok(mut all)) = (renew, self.0.try_borrow_mut()) {
            if all.len() >= MOST {
                all.remove(0);
            }
            all.push((id, renew));
        }
    }

    pub fn get(&self, id: u32) -> Option<Function> {
        self.0.try_borrow().ok()?.iter().find(|(known, _)| *known == id).map(|(_, renew)| renew.clone())
    }

    pub fn take(&self, id: u32) {
        if let Ok(mut all) = self.0.try_borrow_mut() {
            all.retain(|(known, _)| *known != id);
        }
    }

    pub fn clear(&self) {
        let all = self.0.try_borrow_mut().map(|mut all| std::mem::take(&mut *all));
        drop(all);
    }
}
