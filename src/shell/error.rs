//! Errors of the guard's own that the page's code gets. What the browser or the page itself threw is handed on as it is.

use js_sys::{Error, Promise, Reflect, TypeError};
use thiserror::Error;
use wasm_bindgen::prelude::*;
use web_sys::DomException;

#[derive(Debug, Error)]
pub enum GuardError {
    /// The method with its parameters, and which of them it is.
    #[error("pagemend: {0} must be a function")]
    NotAFunction(&'static str),
    #[error("{0}")]
    WrongOption(String),
    #[error("it was not sent: the user chose not to go on, or the link or the session has ended")]
    Cancelled,
    #[error("the guard failed; whether the request was sent is not known")]
    Failed,
    #[error("The request was aborted")]
    Aborted,
    #[error("The request got no answer in time")]
    TimedOut,
}

impl GuardError {
    pub fn name(&self) -> &'static str {
        match self {
            GuardError::NotAFunction(_) | GuardError::WrongOption(_) | GuardError::Failed => "TypeError",
            GuardError::Cancelled => "PagemendCancelled",
            GuardError::Aborted => "AbortError",
            GuardError::TimedOut => "TimeoutError",
        }
    }

    /// Stable, for the page's code to tell one from another. A `DOMException` has the platform's own number in its place.
    pub fn code(&self) -> &'static str {
        match self {
            GuardError::NotAFunction(_) => "not-a-function",
            GuardError::WrongOption(_) => "wrong-option",
            GuardError::Cancelled => "cancelled",
            GuardError::Failed => "failed",
            GuardError::Aborted => "aborted",
            GuardError::TimedOut => "timed-out",
        }
    }

    /// A promise that is rejected with it.
    pub fn rejection(self) -> Promise {
        Promise::reject(&self.into())
    }
}

impl From<GuardError> for JsValue {
    fn from(error: GuardError) -> JsValue {
        let message = error.to_string();
        let thrown: Error = match error {
            GuardError::NotAFunction(_) | GuardError::WrongOption(_) | GuardError::Failed => {
                TypeError::new(&message).unchecked_into()
            }
            GuardError::Aborted | GuardError::TimedOut => {
                // As from the browser's own `fetch`, with the code that the platform gives to this name.
                if let Ok(thrown) = DomException::new_with_message_and_name(&message, error.name()) {
                    return thrown.into();
                }
                Error::new(&message).unchecked_into()
            }
            GuardError::Cancelled => Error::new(&message).unchecked_into(),
        };
        for (key, text) in [("name", error.name()), ("code", error.code())] {
            // Not by a setter, which throws where the page has frozen the prototype of errors.
            let _ = Reflect::set(&thrown, &key.into(), &text.into());
        }
        thrown.into()
    }
}
