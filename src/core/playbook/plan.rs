//! What a playbook comes to in one place of one page: the words that all rooms know.

use super::ladder::{self, Remedy};
use crate::core::config::{Deadlines, RetryPolicy, Text};
use crate::core::incident::record::Cause;
use std::borrow::Cow;

/// A prompt's words, in place of the built-in ones; an empty text leaves those.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// The code of the kind of prompt.
    pub prompt: String,
    pub title: Text,
    pub text: Text,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    pub label: Text,
    pub href: String,
}

/// What the team has to tell its users, each of them once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announcement {
    pub id: String,
    pub title: Text,
    pub text: Text,
    pub links: Vec<Link>,
}

/// What is to be done otherwise than the guard does by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Of the document that holds; `None`: there is none.
    pub version: Option<u64>,
    /// The whole guard is off.
    pub off: bool,
    /// It prompts nobody.
    pub silent: bool,
    /// It sends nothing.
    pub mute: bool,
    /// Remedies that are not taken.
    pub without: Vec<Remedy>,
    /// Other ladders than the built-in ones; the last for a cause counts.
    pub ladders: Vec<(Cause, Vec<Remedy>)>,
    pub deadlines: Deadlines,
    pub retry: RetryPolicy,
    pub wordings: Vec<Wording>,
    pub announcements: Vec<Announcement>,
}

impl Plan {
    pub fn allows(&self, remedy: Remedy) -> bool {
        !self.without.contains(&remedy)
    }

    /// The ladder for a cause, mildest remedy first.
    pub fn ladder(&self, cause: Cause) -> Cow<'static, [Remedy]> {
        let other = self.ladders.iter().rfind(|(of, _)| *of == cause);
        if other.is_none() && self.without.is_empty() {
            return Cow::Borrowed(ladder::ladder(cause));
        }
        let whole = other.map_or(ladder::ladder(cause), |(_, ladder)| ladder);
        whole.iter().copied().filter(|remedy| self.allows(*remedy)).collect()
    }
}
