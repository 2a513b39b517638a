//! The options as they come over the boundary, and what of them the shell itself needs.

use super::error::GuardError;
use super::web;
use crate::core::config::{Config, Shape};
use crate::core::given::{Given, Value, Wrong};
use crate::core::number;
use serde::Deserialize;
use std::iter;
use wasm_bindgen::JsValue;

/// Where plugins put it. A page lacks nothing without it.
const DEBUG: &str = "/pagemend/debug.js";

/// Title bars, tab bars and the like, in HTML and in the common kits. The page's own come on top: it is the reader of the screen who knows these, and
/// no page means to give them up by naming one more.
const FURNITURE: &str = "header,nav,footer,[role=banner],[role=navigation],[role=tablist],[role=contentinfo],\
    .van-nav-bar,.van-tabbar,.adm-nav-bar,.adm-tab-bar,.nut-navbar,.nut-tabbar,.weui-navbar,.weui-tabbar,\
    .mint-header,.mint-tabbar,.uni-page-head,.uni-tabbar";

/// What the shell needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Selector of the page's own content.
    pub root: String,
    /// Selector of title bars, tab bars and the like, the built-in ones included.
    pub furniture: String,
    pub drafts: Vec<String>,
    /// What the page declares of its entries.
    pub shapes: Vec<Shape>,
    pub build: String,
    /// Addresses that the guard itself asks for; what they do is no sign of the page's progress.
    pub own_urls: Vec<String>,
}

impl Settings {
    pub fn of(config: &Config) -> Settings {
        let own_urls = [&config.endpoint, &config.freshness.url, &config.renew_link, &config.playbook.url];
        let furniture: Vec<_> = iter::once(FURNITURE).chain(config.furniture.iter().map(String::as_str)).collect();
        Settings {
            root: config.root.clone(),
            furniture: furniture.join(","),
            drafts: config.storage.drafts.clone(),
            shapes: config.storage.shapes.clone(),
            build: config.build.clone(),
            own_urls: own_urls.into_iter().flatten().cloned().chain([DEBUG.into()]).collect(),
        }
    }
}

/// An option of another type than it has to be: which, what it is, and what it has to be.
#[derive(Debug, thiserror::Error)]
#[error("pagemend: option {0}")]
pub struct OptionsError(#[from] Wrong);

impl From<OptionsError> for JsValue {
    fn from(error: OptionsError) -> JsValue {
        GuardError::WrongOption(error.to_string()).into()
    }
}

/// Options of the right types, as the npm package hands them over after its checks; what is not given has its default.
pub fn read(options: &JsValue) -> Result<Config, OptionsError> {
    let given = Given::open(options.clone());
    if given.is_there() { Ok(Config::deserialize(given)?) } else { Ok(Config::default()) }
}

/// What the page gives. Its getters may throw, and a property that holds null is as if it were not there.
impl Value for JsValue {
    fn is_missing(&self) -> bool {
        self.is_null() || self.is_undefined()
    }

    fn text(&self) -> Option<String> {
        self.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn is_object(&self) -> bool {
        JsValue::is_object(self)
    }

    fn length(&self) -> Option<u32> {
        // `Array.isArray` throws for a revoked proxy.
        web::property(self, "length").as_f64().filter(|_| JsValue::is_object(self)).map(number::to_u32)
    }

    fn element(&self, at: u32) -> JsValue {
        js_sys::Reflect::get_u32(self, at).unwrap_or_default()
    }

    fn field(&self, name: &str) -> JsValue {
        web::property(self, name)
    }

    fn names(&self) -> Vec<String> {
        let keys = js_sys::Reflect::own_keys(self).unwrap_or_default();
        keys.iter().filter_map(|key| key.as_string()).collect()
    }

    fn shown(&self) -> String {
        web::shown(self)
    }
}
