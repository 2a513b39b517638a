//! The options as they come over the boundary, and what of them the shell itself needs.

use super::web;
use crate::core::config::{Config, RetryPolicy};
use crate::core::number;
use serde::de::value::{self, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::iter;
use wasm_bindgen::JsValue;

/// Title bars, tab bars and the like, in HTML and in the common kits. The page's own come on top: it is the reader of the screen who knows these, and
/// no page means to give them up by naming one more.
const FURNITURE: &str = "header,nav,footer,[role=banner],[role=navigation],[role=tablist],[role=contentinfo],\
    .van-nav-bar,.van-tabbar,.adm-nav-bar,.adm-tab-bar,.nut-navbar,.nut-tabbar,.weui-navbar,.weui-tabbar,\
    .mint-header,.mint-tabbar,.uni-page-head,.uni-tabbar";

/// Longer lists are cut.
const MOST_ELEMENTS: u32 = 1000;

/// What the shell needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Selector of the page's own content.
    pub root: String,
    /// Selector of title bars, tab bars and the like, the built-in ones included.
    pub furniture: String,
    pub drafts: Vec<String>,
    pub retry: RetryPolicy,
    /// Addresses that the guard itself asks for; what they do is no sign of the page's progress.
    pub own_urls: Vec<String>,
}

impl Settings {
    pub fn of(config: &Config) -> Settings {
        let own_urls = [&config.endpoint, &config.freshness.url, &config.renew_link];
        let furniture: Vec<_> = iter::once(FURNITURE).chain(config.furniture.iter().map(String::as_str)).collect();
        Settings {
            root: config.root.clone(),
            furniture: furniture.join(","),
            drafts: config.storage.drafts.clone(),
            retry: config.retry,
            own_urls: own_urls.into_iter().flatten().cloned().collect(),
        }
    }
}

/// An option of another type than it has to be; says which.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    #[error("pagemend: the options: {0}")]
    All(value::Error),
    #[error("pagemend: option \"{name}\": {wrong}")]
    One { name: serde_path_to_error::Path, wrong: value::Error },
}

impl From<OptionsError> for JsValue {
    fn from(error: OptionsError) -> JsValue {
        js_sys::TypeError::new(&error.to_string()).into()
    }
}

/// Options of the right types, as the npm package hands them over after its checks; what is not given has its default.
pub fn read(options: &JsValue) -> Result<Config, OptionsError> {
    let given = Given(options.clone());
    if !given.is_there() {
        return Ok(Config::default());
    }
    serde_path_to_error::deserialize(given).map_err(|error| {
        let name = error.path().clone();
        let wrong = error.into_inner();
        if name.iter().next().is_none() { OptionsError::All(wrong) } else { OptionsError::One { name, wrong } }
    })
}

/// A value as the page gives it. serde-wasm-bindgen's reader would not do: a property that holds null is given for it, and it does not catch what
/// a getter of the page's throws.
struct Given(JsValue);

impl Given {
    fn is_there(&self) -> bool {
        !self.0.is_null() && !self.0.is_undefined()
    }

    fn is_not(&self, expected: &dyn Expected) -> value::Error {
        value::Error::invalid_type(Unexpected::Other(&web::shown(&self.0)), expected)
    }
}

impl IntoDeserializer<'_> for Given {
    type Deserializer = Given;

    fn into_deserializer(self) -> Given {
        self
    }
}

impl<'de> Deserializer<'de> for Given {
    type Error = value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        if let Some(text) = self.0.as_string() {
            return visitor.visit_string(text);
        }
        match self.0.as_f64() {
            // Up to 2^53 every whole number is exact.
            Some(whole) if whole >= 0.0 && whole.fract() == 0.0 => visitor.visit_u64(number::to_u64(whole)),
            Some(other) => visitor.visit_f64(other),
            None => Err(self.is_not(&visitor)),
        }
    }

    /// What is not given is passed over: it has its default.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, value::Error> {
        if !self.0.is_object() {
            return Err(self.is_not(&"an object"));
        }
        let all = fields.iter().map(|field| (*field, Given(web::property(&self.0, field))));
        visitor.visit_map(MapDeserializer::new(all.filter(|(_, given)| given.is_there())))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        // `Array.isArray` throws for a revoked proxy.
        let length = web::property(&self.0, "length").as_f64().filter(|_| self.0.is_object());
        let Some(length) = length.map(number::to_u32) else { return Err(self.is_not(&"an array")) };
        let element = |at| Given(js_sys::Reflect::get_u32(&self.0, at).unwrap_or_default());
        visitor.visit_seq(SeqDeserializer::new((0..length.min(MOST_ELEMENTS)).map(element)))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, value::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, value::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, value::Error> {
        let Some(word) = self.0.as_string() else { return Err(self.is_not(&"a string")) };
        visitor.visit_enum(word.into_deserializer())
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}
