//! The options as they come over the boundary, and what of them the shell itself needs.

use super::error::GuardError;
use super::web;
use crate::core::config::{Config, RetryPolicy, Shape};
use crate::core::number;
use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::fmt::Display;
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
    /// What the page declares of its entries.
    pub shapes: Vec<Shape>,
    pub build: String,
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
            shapes: config.storage.shapes.clone(),
            build: config.build.clone(),
            retry: config.retry,
            own_urls: own_urls.into_iter().flatten().cloned().collect(),
        }
    }
}

/// An option of another type than it has to be: which, what it is, and what it has to be.
#[derive(Debug, thiserror::Error)]
#[error("pagemend: option {name} is {given}; expected {expected}")]
pub struct OptionsError {
    name: String,
    given: String,
    expected: String,
}

impl OptionsError {
    fn new(expected: impl Display) -> OptionsError {
        OptionsError { name: String::new(), given: String::new(), expected: expected.to_string() }
    }

    /// Of this option, unless it is known already to be of one inside of it.
    fn of(mut self, option: &Given) -> OptionsError {
        if self.name.is_empty() {
            self.name = if option.name.is_empty() { "itself".into() } else { format!("\"{}\"", option.name) };
            self.given = web::shown(&option.value);
        }
        self
    }
}

impl serde::de::Error for OptionsError {
    fn custom<T: Display>(wrong: T) -> OptionsError {
        OptionsError::new(wrong)
    }

    fn invalid_type(_: Unexpected, expected: &dyn Expected) -> OptionsError {
        OptionsError::new(expected)
    }

    fn invalid_value(_: Unexpected, expected: &dyn Expected) -> OptionsError {
        OptionsError::new(expected)
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> OptionsError {
        OptionsError::new(format_args!("\"{}\"", words.join("\" or \"")))
    }
}

impl From<OptionsError> for JsValue {
    fn from(error: OptionsError) -> JsValue {
        GuardError::WrongOption(error.to_string()).into()
    }
}

/// Options of the right types, as the npm package hands them over after its checks; what is not given has its default.
pub fn read(options: &JsValue) -> Result<Config, OptionsError> {
    let given = Given { value: options.clone(), name: String::new() };
    if given.is_there() { Config::deserialize(given) } else { Ok(Config::default()) }
}

/// A value as the page gives it, and its full name: `retry.limit`, `services[2].match`. serde-wasm-bindgen's reader would not do: a property that
/// holds null is given for it, it does not catch what a getter of the page's throws, and its errors do not name what is wrong.
struct Given {
    value: JsValue,
    name: String,
}

impl Given {
    fn is_there(&self) -> bool {
        !self.value.is_null() && !self.value.is_undefined()
    }

    fn field(&self, field: &str) -> Given {
        let dot = if self.name.is_empty() { "" } else { "." };
        Given { value: web::property(&self.value, field), name: format!("{}{dot}{field}", self.name) }
    }

    fn element(&self, at: u32) -> Given {
        let value = js_sys::Reflect::get_u32(&self.value, at).unwrap_or_default();
        Given { value, name: format!("{}[{at}]", self.name) }
    }

    fn is_not(&self, expected: &str) -> OptionsError {
        OptionsError::new(expected).of(self)
    }
}

impl IntoDeserializer<'_, OptionsError> for Given {
    type Deserializer = Given;

    fn into_deserializer(self) -> Given {
        self
    }
}

impl<'de> Deserializer<'de> for Given {
    type Error = OptionsError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionsError> {
        let read = if let Some(text) = self.value.as_string() {
            visitor.visit_string(text)
        } else if let Some(number) = self.value.as_f64() {
            // Up to 2^53 every whole number is exact.
            let whole = number >= 0.0 && number.fract() == 0.0;
            if whole {
                visitor.visit_u64(number::to_u64(number))
            } else {
                Err(OptionsError::new("a whole number from 0"))
            }
        } else {
            // The visitor says what it expects.
            visitor.visit_unit()
        };
        read.map_err(|error| error.of(&self))
    }

    /// What is not given is passed over: it has its default.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OptionsError> {
        if !self.value.is_object() {
            return Err(self.is_not("an object"));
        }
        let all = fields.iter().map(|field| (*field, self.field(field)));
        visitor.visit_map(MapDeserializer::new(all.filter(|(_, given)| given.is_there())))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionsError> {
        // `Array.isArray` throws for a revoked proxy.
        let length = web::property(&self.value, "length").as_f64().filter(|_| self.value.is_object());
        let Some(length) = length.map(number::to_u32) else { return Err(self.is_not("an array")) };
        visitor.visit_seq(SeqDeserializer::new((0..length.min(MOST_ELEMENTS)).map(|at| self.element(at))))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, OptionsError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, OptionsError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, OptionsError> {
        let Some(word) = self.value.as_string() else { return Err(self.is_not("a string")) };
        visitor.visit_enum(word.into_deserializer()).map_err(|error: OptionsError| error.of(&self))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}
