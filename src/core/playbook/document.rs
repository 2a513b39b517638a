//! The document: what a remote playbook may say, and what is said of one that says anything else. It can take away, and choose among what the built-in
//! guard can do; it names no script and holds no code.

use super::ladder::{Remedy, fits};
use super::plan::{Announcement, Link, Wording};
use crate::core::config::Text;
use crate::core::given::{Given, Value, Wrong};
use crate::core::incident::record::Cause;
use crate::core::prompt::words::PromptKind;
use serde::de::{Deserialize, Deserializer, Error};

/// Of the documents that this guard knows.
const FORMAT: u64 = 1;
/// How long one holds that does not say it, in milliseconds: a week. It may be switched off meanwhile; who cannot be reached is not left with it for good.
const MAX_AGE: u64 = 604_800_000;
/// No number of milliseconds beyond it is a date.
const LAST_DATE: u64 = 8_640_000_000_000_000;

/// A whole number within limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const FROM: u64, const TO: u64>(pub u64);

impl<'de, const FROM: u64, const TO: u64> Deserialize<'de> for Whole<FROM, TO> {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(given);
        let within = number.ok().filter(|number| (FROM..=TO).contains(number));
        within.map(Whole).ok_or_else(|| D::Error::custom(format_args!("a whole number from {FROM} to {TO}")))
    }
}

/// A text of so many characters at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Short<const MOST: usize>(String);

impl<'de, const MOST: usize> Deserialize<'de> for Short<MOST> {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        let text = String::deserialize(given).ok().filter(|text| text.chars().count() <= MOST);
        text.map(Short).ok_or_else(|| D::Error::custom(format_args!("a text of at most {MOST} characters")))
    }
}

type Name = Short<100>;

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct Title {
    zh: Short<100>,
    en: Short<100>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct Passage {
    zh: Short<600>,
    en: Short<600>,
}

impl From<Title> for Text {
    fn from(words: Title) -> Text {
        Text { zh: words.zh.0, en: words.en.0 }
    }
}

impl From<Passage> for Text {
    fn from(words: Passage) -> Text {
        Text { zh: words.zh.0, en: words.en.0 }
    }
}

/// Where a link of an announcement may lead: nowhere that runs anything, and nowhere without encryption but to the page's own origin. What browsers take
/// out of addresses, or turn into slashes, is none.
fn is_safe(href: &str) -> bool {
    let plain = !href.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    let own = href.starts_with('/') && !href.starts_with("//");
    plain && (own || ["https://", "tel:", "mailto:"].iter().any(|scheme| href.starts_with(scheme)))
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Href(String);

impl<'de> Deserialize<'de> for Href {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        let href = Short::<500>::deserialize(given).ok().filter(|href| is_safe(&href.0));
        let expected = "an address that begins with https://, tel:, mailto: or, at the page's own origin, /";
        href.map(|href| Href(href.0)).ok_or_else(|| D::Error::custom(expected))
    }
}

/// A word of a closed set.
fn word<'de, D: Deserializer<'de>, T>(
    given: D,
    of: impl Fn(&str) -> Option<T>,
    known: &[&[&str]],
) -> Result<T, D::Error> {
    let found = String::deserialize(given).ok().and_then(|code| of(&code));
    found.ok_or_else(|| D::Error::custom(format_args!("one of {}", known.concat().join(", "))))
}

/// What a rule can switch off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    Guard,
    Prompts,
    Telemetry,
    Remedy(Remedy),
}

const GUARD: &str = "guard";
const PROMPTS: &str = "prompts";
const TELEMETRY: &str = "telemetry";

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        let of = |code: &str| match code {
            GUARD => Some(Switch::Guard),
            PROMPTS => Some(Switch::Prompts),
            TELEMETRY => Some(Switch::Telemetry),
            _ => Remedy::from_code(code).map(Switch::Remedy),
        };
        word(given, of, &[&[GUARD, PROMPTS, TELEMETRY], &Remedy::CODES])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rung(Remedy);

impl<'de> Deserialize<'de> for Rung {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        word(given, |code| Remedy::from_code(code).map(Rung), &[&Remedy::CODES])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Of(Cause);

impl<'de> Deserialize<'de> for Of {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        word(given, |code| Cause::from_code(code).map(Of), &[&Cause::CODES])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Prompt(PromptKind);

impl<'de> Deserialize<'de> for Prompt {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        word(given, |code| PromptKind::from_code(code).map(Prompt), &[&PromptKind::CODES])
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct GivenLadder {
    cause: Option<Of>,
    remedies: Vec<Rung>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct GivenWording {
    prompt: Option<Prompt>,
    title: Title,
    text: Passage,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct GivenLink {
    label: Title,
    href: Href,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct GivenAnnouncement {
    id: Name,
    title: Title,
    text: Passage,
    links: Vec<GivenLink>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct GivenWhen {
    release: Vec<Name>,
    path: Vec<Short<300>>,
    step: Vec<Name>,
    percent: Option<Whole<0, 100>>,
}

/// Deadlines of the options, and their limits (pkg-config/src/options.ts).
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OtherDeadlines {
    pub settle_ms: Option<Whole<100, 60_000>>,
    pub loading_ms: Option<Whole<500, 600_000>>,
    pub request_ms: Option<Whole<500, 600_000>>,
}

/// The same of retries.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OtherRetry {
    pub limit: Option<Whole<1, 10>>,
    pub base_ms: Option<Whole<10, 60_000>>,
    pub cap_ms: Option<Whole<10, 600_000>>,
    pub budget: Option<Whole<0, 1_000>>,
    pub retry_after_cap_ms: Option<Whole<0, 600_000>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct GivenRule {
    name: Name,
    when: GivenWhen,
    off: Vec<Switch>,
    ladders: Vec<GivenLadder>,
    deadlines: OtherDeadlines,
    retry: OtherRetry,
    texts: Vec<GivenWording>,
    announcements: Vec<GivenAnnouncement>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct GivenDocument {
    format: Option<u64>,
    version: Option<Whole<0, 9_007_199_254_740_991>>,
    expires_at: Option<Whole<0, LAST_DATE>>,
    max_age_ms: Option<Whole<0, 2_592_000_000>>,
    rules: Vec<GivenRule>,
}

/// When a rule holds: in each list one must match, and an empty list asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct When {
    pub release: Vec<String>,
    pub path: Vec<String>,
    pub step: Vec<String>,
    /// Of the sessions.
    pub percent: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// By which sessions are drawn.
    pub name: String,
    pub when: When,
    pub off: Vec<Switch>,
    pub ladders: Vec<(Cause, Vec<Remedy>)>,
    pub deadlines: OtherDeadlines,
    pub retry: OtherRetry,
    pub wordings: Vec<Wording>,
    pub announcements: Vec<Announcement>,
}

/// A document that is right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Later documents have higher ones.
    pub version: u64,
    /// In epoch milliseconds; `None`: it does not say.
    expires_at: Option<u64>,
    /// In milliseconds since it came.
    max_age: u64,
    pub rules: Vec<Rule>,
}

impl Document {
    /// `name` is that of what is wrong, `given` what stands there.
    pub fn read(json: impl Value) -> Result<Document, Wrong> {
        let GivenDocument { format, version, expires_at, max_age_ms, rules } =
            serde::Deserialize::deserialize(Given::closed(json))?;
        let Some(FORMAT) = format else {
            let given = format.map_or("missing".into(), |format| format.to_string());
            return Err(wrong("format", &given, &format!("{FORMAT}, the one that this guard knows")));
        };
        let Some(Whole(version)) = version else { return Err(wrong("version", "missing", "a whole number from 0")) };
        let number = |given: Option<u64>, otherwise| given.unwrap_or(otherwise);
        // Who says a date means the date.
        let otherwise = if expires_at.is_some() { u64::MAX } else { MAX_AGE };
        let rules = rules.into_iter().enumerate().map(|(at, rule)| rule.checked(&format!("rules[{at}]")));
        Ok(Document {
            version,
            expires_at: expires_at.map(|Whole(at)| at),
            max_age: number(max_age_ms.map(|Whole(age)| age), otherwise),
            rules: rules.collect::<Result<_, _>>()?,
        })
    }

    /// When it holds no more, in epoch milliseconds, where it came at `came`.
    pub fn ends(&self, came: u64) -> u64 {
        self.expires_at.unwrap_or(u64::MAX).min(came.saturating_add(self.max_age))
    }
}

fn wrong(name: &str, given: &str, expected: &str) -> Wrong {
    Wrong { name: format!("\"{name}\""), given: given.into(), expected: expected.into() }
}

impl GivenRule {
    /// What one value alone cannot say.
    fn checked(self, path: &str) -> Result<Rule, Wrong> {
        let percent = self.when.percent.map(|Whole(percent)| percent);
        let named = !self.name.0.is_empty();
        if percent.is_some() && !named {
            return Err(wrong(&format!("{path}.name"), "missing", "a name, because \"percent\" draws sessions by it"));
        }
        let ladders = self.ladders.into_iter().enumerate();
        let announcements = self.announcements.into_iter().enumerate();
        let wordings = self.texts.into_iter().enumerate();
        let texts = |all: Vec<Name>| all.into_iter().map(|one| one.0).collect();
        Ok(Rule {
            name: self.name.0,
            when: When {
                release: texts(self.when.release),
                path: self.when.path.into_iter().map(|one| one.0).collect(),
                step: texts(self.when.step),
                percent,
            },
            off: self.off,
            ladders: ladders
                .map(|(at, one)| one.checked(&format!("{path}.ladders[{at}]")))
                .collect::<Result<_, _>>()?,
            deadlines: self.deadlines,
            retry: self.retry,
            wordings: wordings
                .map(|(at, one)| one.checked(&format!("{path}.texts[{at}]")))
                .collect::<Result<_, _>>()?,
            announcements: announcements
                .map(|(at, one)| one.checked(&format!("{path}.announcements[{at}]")))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl GivenLadder {
    fn checked(self, path: &str) -> Result<(Cause, Vec<Remedy>), Wrong> {
        let Some(Of(cause)) = self.cause else {
            return Err(wrong(&format!("{path}.cause"), "missing", &format!("one of {}", Cause::CODES.join(", "))));
        };
        let remedies: Vec<_> = self.remedies.iter().map(|Rung(remedy)| *remedy).collect();
        for (at, remedy) in remedies.iter().enumerate() {
            if !fits(cause, *remedy) || remedies[..at].contains(remedy) {
                let allowed = Remedy::ALL.into_iter().filter(|remedy| fits(cause, *remedy)).map(Remedy::code);
                let expected = format!("for {} each of {} once", cause.code(), allowed.collect::<Vec<_>>().join(", "));
                return Err(wrong(&format!("{path}.remedies[{at}]"), remedy.code(), &expected));
            }
        }
        Ok((cause, remedies))
    }
}

impl GivenWording {
    fn checked(self, path: &str) -> Result<Wording, Wrong> {
        let Some(Prompt(prompt)) = self.prompt else {
            let expected = format!("one of {}", PromptKind::CODES.join(", "));
            return Err(wrong(&format!("{path}.prompt"), "missing", &expected));
        };
        Ok(Wording { prompt: prompt.code().into(), title: self.title.into(), text: self.text.into() })
    }
}

impl GivenAnnouncement {
    fn checked(self, path: &str) -> Result<Announcement, Wrong> {
        let GivenAnnouncement { id, title, text, links } = self;
        if id.0.is_empty() {
            return Err(wrong(&format!("{path}.id"), "missing", "a text that no other announcement has"));
        }
        let title = Text::from(title);
        if title == Text::default() {
            return Err(wrong(&format!("{path}.title"), "missing", "{ zh, en }"));
        }
        for (at, link) in links.iter().enumerate() {
            if link.label == Title::default() || link.href.0.is_empty() {
                return Err(wrong(&format!("{path}.links[{at}]"), "incomplete", "{ label: { zh, en }, href }"));
            }
        }
        let links = links.into_iter().map(|link| Link { label: link.label.into(), href: link.href.0 }).collect();
        Ok(Announcement { id: id.0, title, text: text.into(), links })
    }
}
