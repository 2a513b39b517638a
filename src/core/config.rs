//! What the embedding page may configure, with the reasons for each default. What may be given, and what is said of anything else, is described in
//! pkg-config/src/options.ts; tests/options.rs holds the names and the defaults of both together.

use super::address::origin_of;
use super::time::Millis;
use serde::Deserialize;

/// A text in the two languages of the prompts; a missing one falls back to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Locale {
    #[serde(rename = "zh-CN")]
    Zh,
    #[default]
    #[serde(rename = "en")]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// Not asked yet: telemetry without any identifier.
    #[default]
    Pending,
    /// Telemetry with a session id.
    Granted,
    /// No telemetry.
    Denied,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Deadlines {
    /// Quiet time after load, a route change or the last sign of progress before a blank page counts as blank.
    #[serde(rename = "settleMs")]
    pub settle: Millis,
    /// How long placeholders may stand before they are overdue; progress extends it up to [`Deadlines::CAP`] times.
    #[serde(rename = "loadingMs")]
    pub loading: Millis,
    /// Time limit of one attempt of a request.
    #[serde(rename = "requestMs")]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct RetryPolicy {
    /// Attempts a request in all, the page's own included.
    pub limit: u32,
    #[serde(rename = "baseMs")]
    pub base: Millis,
    #[serde(rename = "capMs")]
    pub cap: Millis,
    /// Retries the whole page may make in a burst; each ten requests of its own, and each two minutes, earn one more.
    pub budget: u32,
    /// A longer `Retry-After` is not waited for silently.
    #[serde(rename = "retryAfterCapMs")]
    pub retry_after_cap: Millis,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy { limit: 3, base: Millis(300), cap: Millis(10_000), budget: 10, retry_after_cap: Millis(30_000) }
    }
}

/// Where the live build is told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FreshnessSource {
    /// Address of the build manifest; `None`: freshness cannot be told.
    pub url: Option<String>,
    /// Between two questions of a page that is seen; 0: there are none. A user meets a new version within minutes of a deployment, for some 150
    /// small requests of a page that is open all day.
    #[serde(rename = "pollMs")]
    pub poll: Millis,
}

impl Default for FreshnessSource {
    /// Where the plugins write it.
    fn default() -> Self {
        FreshnessSource { url: Some("/pagemend/build.json".into()), poll: Millis(600_000) }
    }
}

/// Where the team tells its guards what to do otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PlaybookSource {
    /// Address of the remote playbook; `None`: there is none.
    pub url: Option<String>,
    /// Time limit of the question. It is small, and nobody waits for it.
    #[serde(rename = "timeoutMs")]
    pub timeout: Millis,
    /// ECDSA P-256, raw or SPKI, in base64; empty: it need not be signed.
    pub public_key: String,
}

impl Default for PlaybookSource {
    fn default() -> Self {
        PlaybookSource { url: None, timeout: Millis(5_000), public_key: String::new() }
    }
}

/// What a value of JSON is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JsonKind {
    /// Where the page declares nothing more. As a fact: `null`, which is of no other kind.
    #[default]
    Value,
    Object,
    Array,
    String,
    Number,
    Boolean,
}

/// What the page declares of an entry, beyond that it is JSON, or of a member of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Shape {
    pub key: String,
    pub kind: JsonKind,
    /// Those that must be there; of a member only the kind is declared.
    pub members: Vec<Shape>,
    /// The member that says its version.
    pub version: String,
    /// The versions that the running build understands, numbers as texts; without any it is not looked at.
    pub versions: Vec<String>,
    /// In UTF-16 units, as JavaScript counts; 0: any.
    pub max_length: u32,
}

/// Storage keys that the page declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeclaredKeys {
    /// They hold what the user typed; never given up without a copy.
    pub drafts: Vec<String>,
    /// Their values must be JSON.
    pub json: Vec<String>,
    /// Their values must be JSON of this shape.
    pub shapes: Vec<Shape>,
    /// Caches of Cache Storage that the page can do without.
    pub caches: Vec<String>,
}

/// A service of the page's, as prompts call it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Service {
    /// What its addresses begin with.
    #[serde(rename = "match")]
    pub prefix: String,
    pub name: Text,
}

/// Another way to verify.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Alternative {
    pub id: String,
    pub label: Text,
}

/// What to tell the user for a code with which the server refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Refusal {
    pub code: String,
    pub text: Text,
}

/// How a person can be reached. Shown in dialogs, never sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Help {
    pub phone: String,
    pub hours: Text,
    pub url: Option<String>,
    pub feedback: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Config {
    /// `service.name` in telemetry.
    pub service: String,
    /// The running build; empty when unknown.
    pub build: String,
    /// When the running build was made, epoch milliseconds; 0 when unknown.
    pub built_at: u64,
    /// Later builds have higher ones; 0 when unknown.
    pub build_number: u64,
    /// OTLP/HTTP logs address; `None`: no telemetry.
    pub endpoint: Option<String>,
    /// Selector of the element that the application renders into.
    pub root: String,
    /// Selectors of the page's own title bars, tab bars and the like.
    pub furniture: Vec<String>,
    pub locale: Locale,
    /// Origins that serve the same paths as the page's own ones, without a slash at the end.
    #[serde(rename = "fallbackOrigins")]
    pub fallbacks: Vec<String>,
    /// The page's own origins besides `fallbacks`; no option: the shell knows them.
    #[serde(skip)]
    pub origins: Vec<String>,
    pub freshness: FreshnessSource,
    /// When the page's own link ends, in epoch milliseconds of the server's time; 0 when it does not, or not known.
    pub expires_at: u64,
    /// Address that answers `{"url": …}` for an expired link.
    pub renew_link: Option<String>,
    /// Where the page is opened anew when its own address cannot be asked for again by GET; `None`: the user is asked.
    pub landing: Option<String>,
    pub storage: DeclaredKeys,
    pub services: Vec<Service>,
    pub help: Help,
    pub alternatives: Vec<Alternative>,
    pub refusals: Vec<Refusal>,
    /// Parts of paths and storage keys that name nobody, and are sent as they are.
    pub names: Vec<String>,
    pub deadlines: Deadlines,
    pub retry: RetryPolicy,
    pub playbook: PlaybookSource,
    pub consent: Consent,
    /// Step of the loan journey at the start.
    pub step: String,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            // What frameworks' templates and HTML call it.
            root: "#app, #root, main".into(),
            service: String::new(),
            build: String::new(),
            built_at: 0,
            build_number: 0,
            endpoint: None,
            furniture: Vec::new(),
            locale: Locale::default(),
            fallbacks: Vec::new(),
            origins: Vec::new(),
            freshness: FreshnessSource::default(),
            expires_at: 0,
            renew_link: None,
            landing: None,
            storage: DeclaredKeys::default(),
            services: Vec::new(),
            help: Help::default(),
            alternatives: Vec::new(),
            refusals: Vec::new(),
            names: Vec::new(),
            deadlines: Deadlines::default(),
            retry: RetryPolicy::default(),
            playbook: PlaybookSource::default(),
            consent: Consent::default(),
            step: String::new(),
        }
    }
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
