//! One of the page's stores, where each call may be denied and each write may come to nothing.

use super::web::RawStorage;
use crate::core::storage::Store;
use js_sys::JsString;
use wasm_bindgen::prelude::*;
use web_sys::{Storage, Window};

/// One of the page's two stores, or nothing where it is denied.
pub struct PageStore(Option<RawStorage>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied;

impl PageStore {
    pub fn local(window: &Window) -> PageStore {
        PageStore::given(window.local_storage())
    }

    pub fn session(window: &Window) -> PageStore {
        PageStore::given(window.session_storage())
    }

    pub fn of(window: &Window, store: Store) -> PageStore {
        match store {
            Store::Local => PageStore::local(window),
            Store::Session => PageStore::session(window),
        }
    }

    /// The getter itself throws where storage is denied.
    fn given(storage: Result<Option<Storage>, JsValue>) -> PageStore {
        PageStore(storage.ok().flatten().map(JsCast::unchecked_into))
    }

    pub fn raw(&self) -> Option<&RawStorage> {
        self.0.as_ref()
    }

    /// `Ok(None)` where there is no such entry.
    pub fn read(&self, key: &str) -> Result<Option<String>, Denied> {
        self.item(key).map(|value| value.and_then(|value| value.as_string()))
    }

    fn item(&self, key: &str) -> Result<Option<JsString>, Denied> {
        self.0.as_ref().ok_or(Denied)?.raw_item(key).map_err(|_| Denied)
    }

    pub fn value(&self, key: &str) -> Option<JsString> {
        self.item(key).ok().flatten()
    }

    /// Whether the value is there afterwards: an engine may take a write and keep nothing.
    pub fn write(&self, key: &str, value: &str) -> bool {
        self.put(key, &value.into())
    }

    /// The same for a value of the page's own, as it is.
    pub fn put(&self, key: &str, value: &JsString) -> bool {
        self.0.as_ref().is_some_and(|storage| storage.set_raw_item(key, value).is_ok())
            && self.value(key).is_some_and(|now| now == *value)
    }

    /// Whether the entry is gone afterwards.
    pub fn remove(&self, key: &str) -> bool {
        self.0.as_ref().is_some_and(|storage| storage.remove_item(key).is_ok()) && self.read(key) == Ok(None)
    }

    /// A snapshot: what other tabs add and remove meanwhile moves the places.
    pub fn keys(&self, most: usize) -> Vec<String> {
        let keys = self.0.as_ref().and_then(|storage| js_sys::Reflect::own_keys(storage).ok()).unwrap_or_default();
        keys.iter().take(most).filter_map(|key| key.as_string()).collect()
    }
}
