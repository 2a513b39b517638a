//! What somebody else has written, such as options and a playbook, read into the core's own types by serde. What is wrong is told by its full name: what it
//! is, and what it has to be. The readers of JSON and of JavaScript's values would not do: their errors name nothing.

use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::fmt::Display;

/// Longer lists are cut.
const MOST_ELEMENTS: u32 = 1000;
/// Of a value in words, in characters.
const LONGEST_SHOWN: usize = 60;

/// A value as it was given, of whatever made it.
pub trait Value: Clone {
    /// Null, or nothing at all.
    fn is_missing(&self) -> bool;
    fn text(&self) -> Option<String>;
    fn number(&self) -> Option<f64>;
    /// A list is one, too.
    fn is_object(&self) -> bool;
    /// Of a list.
    fn length(&self) -> Option<u32>;
    #[must_use]
    fn element(&self, at: u32) -> Self;
    /// What stands under this name of an object's own.
    #[must_use]
    fn field(&self, name: &str) -> Self;
    fn names(&self) -> Vec<String>;
    /// In words.
    fn shown(&self) -> String;
}

/// For who runs the core outside of a browser.
#[cfg(not(target_arch = "wasm32"))]
impl Value for serde_json::Value {
    fn is_missing(&self) -> bool {
        self.is_null()
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(Into::into)
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn is_object(&self) -> bool {
        serde_json::Value::is_object(self) || self.is_array()
    }

    fn length(&self) -> Option<u32> {
        self.as_array().and_then(|list| list.len().try_into().ok())
    }

    fn element(&self, at: u32) -> serde_json::Value {
        self.get(at as usize).cloned().unwrap_or_default()
    }

    fn field(&self, name: &str) -> serde_json::Value {
        self.get(name).cloned().unwrap_or_default()
    }

    fn names(&self) -> Vec<String> {
        self.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
    }

    fn shown(&self) -> String {
        self.as_str().map_or_else(|| self.to_string(), Into::into)
    }
}

/// What is wrong with what was given: which part of it, what it is, and what it has to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {given}; expected {expected}")]
pub struct Wrong {
    pub name: String,
    pub given: String,
    pub expected: String,
}

impl Wrong {
    pub fn new(expected: impl Display) -> Wrong {
        Wrong { expected: expected.to_string(), ..Wrong::default() }
    }

    /// Of this value, unless it is known already to be of one inside of it.
    fn of<V: Value>(mut self, given: &Given<V>) -> Wrong {
        if self.name.is_empty() {
            self.name = if given.name.is_empty() { "itself".into() } else { format!("\"{}\"", given.name) };
            let shown = given.value.shown();
            self.given = shown.chars().take(LONGEST_SHOWN).collect();
            if self.given.len() < shown.len() {
                self.given.push('…');
            }
        }
        self
    }
}

impl serde::de::Error for Wrong {
    fn custom<T: Display>(wrong: T) -> Wrong {
        Wrong::new(wrong)
    }

    fn invalid_type(_: Unexpected, expected: &dyn Expected) -> Wrong {
        Wrong::new(expected)
    }

    fn invalid_value(_: Unexpected, expected: &dyn Expected) -> Wrong {
        Wrong::new(expected)
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Wrong {
        Wrong::new(format_args!("\"{}\"", words.join("\" or \"")))
    }
}

/// A value and its full name: `retry.limit`, `services[2].match`.
#[derive(Clone)]
pub struct Given<V> {
    value: V,
    name: String,
    /// Names that are not known are wrong, too.
    closed: bool,
}

impl<V: Value> Given<V> {
    /// Names that are not known are passed over.
    pub fn open(value: V) -> Given<V> {
        Given { value, name: String::new(), closed: false }
    }

    /// Each name must be known.
    pub fn closed(value: V) -> Given<V> {
        Given { closed: true, ..Given::open(value) }
    }

    pub fn is_there(&self) -> bool {
        !self.value.is_missing()
    }

    fn field(&self, field: &str) -> Given<V> {
        let dot = if self.name.is_empty() { "" } else { "." };
        Given { value: self.value.field(field), name: format!("{}{dot}{field}", self.name), closed: self.closed }
    }

    fn element(&self, at: u32) -> Given<V> {
        Given { value: self.value.element(at), name: format!("{}[{at}]", self.name), closed: self.closed }
    }

    fn must_be_object_of(&self, fields: &[&str]) -> Result<(), Wrong> {
        if !self.value.is_object() || self.value.length().is_some() {
            return Err(self.is_not("an object"));
        }
        if !self.closed {
            return Ok(());
        }
        match self.value.names().iter().find(|name| !fields.contains(&name.as_str())) {
            Some(unknown) => Err(self.field(unknown).is_not(&format!("no such name, only {}", fields.join(", ")))),
            None => Ok(()),
        }
    }

    fn is_not(&self, expected: &str) -> Wrong {
        Wrong::new(expected).of(self)
    }
}

impl<'de, G: Value> Deserializer<'de> for Given<G> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let read = if let Some(text) = self.value.text() {
            visitor.visit_string(text)
        } else if let Some(number) = self.value.number() {
            // Up to 2^53 every whole number is exact.
            let whole = number >= 0.0 && number.fract() == 0.0;
            if whole {
                visitor.visit_u64(super::number::to_u64(number))
            } else {
                Err(Wrong::new("a whole number from 0"))
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
    ) -> Result<V::Value, Wrong> {
        self.must_be_object_of(fields)?;
        visitor.visit_map(Fields { of: self, left: fields, next: None })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        let Some(length) = self.value.length() else { return Err(self.is_not("an array")) };
        visitor.visit_seq(Elements { length: length.min(MOST_ELEMENTS), next: 0, of: self })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let Some(word) = self.value.text() else { return Err(self.is_not("a string")) };
        let word: StringDeserializer<Wrong> = word.into_deserializer();
        visitor.visit_enum(word)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}

/// Those fields of an object that are given.
struct Fields<V> {
    of: Given<V>,
    left: &'static [&'static str],
    next: Option<Given<V>>,
}

impl<V: Value> Fields<V> {
    fn find_next(&mut self) -> Option<&'static str> {
        while let Some((field, rest)) = self.left.split_first() {
            self.left = rest;
            let given = self.of.field(field);
            if given.is_there() {
                self.next = Some(given);
                return Some(field);
            }
        }
        None
    }
}

impl<'de, V: Value> MapAccess<'de> for Fields<V> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        self.find_next().map(|field| seed.deserialize(field.into_deserializer())).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Wrong> {
        // Serde asks for a value after its key only.
        let given = self.next.take().ok_or_else(|| Wrong::new("a key before its value"))?;
        seed.deserialize(given.clone()).map_err(|error| error.of(&given))
    }
}

struct Elements<V> {
    of: Given<V>,
    length: u32,
    next: u32,
}

impl<'de, V: Value> SeqAccess<'de> for Elements<V> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        if self.next >= self.length {
            return Ok(None);
        }
        let given = self.of.element(self.next);
        self.next += 1;
        seed.deserialize(given.clone()).map(Some).map_err(|error| error.of(&given))
    }
}
