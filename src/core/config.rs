//! What the embedding page may configure, with the reasons for each default.

use super::address::origin_of;
use super::time::Millis;

/// A text in the two languages of the prompts; a missing one falls back to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    Zh,
    #[default]
    En,
}

impl Text {
    pub fn both(text: &str) -> Text {
        Text { zh: text.into(), en: text.into() }
    }

    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::Zh if !self.zh.is_empty() => &self.zh,
            Locale::En if self.en.is_empty() => &self.zh,
            _ => &self.en,
        }
    }
}

/// Whether the user agreed to identifiers in telemetry. Protection does not depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consent {
    /// Not asked yet: telemetry without any identifier.
    #[default]
    Pending,
    /// Telemetry with a session id.
    Granted,
    /// No telemetry.
    Denied,
}

#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    /// Quiet time after load, a route change or the last sign of progress before a blank page counts as blank.
    pub settle: Millis,
    /// How long placeholders may stand before they are overdue; progress extends it up to [`Deadlines::CAP`] times.
    pub loading: Millis,
    /// Time limit of one attempt of a request.
    pub request: Millis,
}

impl Deadlines {
    /// Progress stretches a deadline at most to this many times its length: a page that trickles for ever is overdue too.
    pub const CAP: u64 = 4;
    /// So many times longer is waited for an empty page when nothing points to trouble.
    pub const PATIENCE: u64 = 3;
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines { settle: Millis(2_000), loading: Millis(8_000), request: Millis(10_000) }
    }
}

/// Retry policy; full jitter after the AWS Builders' Library, page-wide budget after the Google SRE book.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    /// Attempts a request in all, the page's own included.
    pub limit: u32,
    pub base: Millis,
    pub cap: Millis,
    /// Retries the whole page may make in a burst; each ten requests of its own, and each two minutes, earn one more.
    pub budget: u32,
    /// A longer `Retry-After` is not waited for silently.
    pub retry_after_cap: Millis,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy { limit: 3, base: Millis(300), cap: Millis(10_000), budget: 10, retry_after_cap: Millis(30_000) }
    }
}

/// How a person can be reached. Shown in dialogs, never sent.
#[derive(Clone, Debug, Default)]
pub struct Help {
    pub phone: String,
    pub hours: Text,
    pub url: String,
    pub feedback: String,
}

#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `service.name` in telemetry.
    pub service: String,
    /// The running build; empty when unknown.
    pub build: String,
    /// When the running build was made, epoch milliseconds; 0 when unknown.
    pub built_at: u64,
    /// OTLP/HTTP logs address; `None`: no telemetry.
    pub endpoint: Option<String>,
    /// Address of the build manifest; `None`: freshness cannot be told.
    pub manifest: Option<String>,
    /// Address that answers `{"url": …}` for an expired link.
    pub renew_link: Option<String>,
    /// Where the page is opened anew when its own address cannot be asked for again by GET; `None`: the user is asked.
    pub landing: Option<String>,
    /// Origins that serve the same paths as the page's own ones, without a slash at the end.
    pub fallbacks: Vec<String>,
    /// The page's own origins besides `fallbacks`; the shell knows them.
    pub origins: Vec<String>,
    pub locale: Locale,
    pub deadlines: Deadlines,
    pub retry: RetryPolicy,
    pub consent: Consent,
    /// Step of the loan journey at the start.
    pub step: String,
    /// Storage keys that hold what the user typed; never given up without a copy.
    pub drafts: Vec<String>,
    /// Storage keys whose values must be JSON.
    pub json_keys: Vec<String>,
    /// Address prefix → name of the service, for prompts.
    pub services: Vec<(String, Text)>,
    pub help: Help,
    /// Other ways to verify: id and label.
    pub alternatives: Vec<(String, Text)>,
    /// Business code → explanation.
    pub refusals: Vec<(String, Text)>,
    /// Parts of paths and storage keys that name nobody, and are sent as they are.
    pub names: Vec<String>,
}

impl Config {
    /// What serves the page's own files: its origins and the fallbacks.
    pub fn own_origins(&self) -> impl Iterator<Item = &String> {
        self.origins.iter().chain(&self.fallbacks)
    }

    /// Whether an absolute address is at an origin of the page's own.
    pub fn is_own(&self, url: &str) -> bool {
        let origin = origin_of(url);
        !origin.is_empty() && self.own_origins().any(|own| own == origin)
    }
}
