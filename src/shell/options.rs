//! The options as they come over the boundary, and what of them the shell itself needs.

use super::error::GuardError;
use super::js::{self, J};
use crate::core::config::{
    Alternative, Config, Consent, Deadlines, DeclaredKeys, FreshnessSource, Help, Locale, Refusal, RetryPolicy,
    Service, Text,
};
use crate::core::number;
use crate::core::time::Millis;
use wasm_bindgen::JsValue;

/// Title bars, tab bars and the like, in HTML and in the common kits. The page's own come on top: it is the reader of the screen who knows these, and
/// no page means to give them up by naming one more.
const FURNITURE: &str = "header,nav,footer,[role=banner],[role=navigation],[role=tablist],[role=contentinfo],\
    .van-nav-bar,.van-tabbar,.adm-nav-bar,.adm-tab-bar,.nut-navbar,.nut-tabbar,.weui-navbar,.weui-tabbar,\
    .mint-header,.mint-tabbar,.uni-page-head,.uni-tabbar";

/// Longer lists are cut.
const MOST_ELEMENTS: usize = 1000;

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
        let mut furniture = FURNITURE.to_owned();
        for selector in &config.furniture {
            furniture.push(',');
            furniture.push_str(selector);
        }
        Settings {
            root: config.root.clone(),
            furniture,
            drafts: config.storage.drafts.clone(),
            retry: config.retry,
            own_urls: own_urls.into_iter().flatten().cloned().collect(),
        }
    }
}

/// Options of the right types, as the npm package hands them over after its checks; what is not given has its default.
///
/// # Errors
/// A `TypeError` that names the option which is of another type.
pub fn read(options: &JsValue) -> Result<Config, JsValue> {
    let _scope = js::Scope::open();
    let given = Given { value: J::of(options), name: String::new() };
    let config = if given.value.is_missing() { Ok(Config::default()) } else { Config::read(&given) };
    config.map_err(|wrong| GuardError::WrongOption(wrong).into())
}

/// A value, and its full name: `retry.limit`, `services[2].match`.
struct Given<'s> {
    value: J<'s>,
    name: String,
}

impl<'s> Given<'s> {
    fn key(&self, key: &str) -> Given<'s> {
        let dot = if self.name.is_empty() { "" } else { "." };
        Given { value: js::get(self.value, key), name: format!("{}{dot}{key}", self.name) }
    }

    /// Reads what stands under the key, if anything does.
    fn field<T: Read>(&self, key: &str, to: &mut T) -> Result<(), String> {
        let given = self.key(key);
        if !given.value.is_missing() {
            *to = T::read(&given)?;
        }
        Ok(())
    }

    fn is_not(&self, expected: &str) -> String {
        let name = if self.name.is_empty() { "itself".into() } else { format!("\"{}\"", self.name) };
        format!("pagemend: option {name} is {}; expected {expected}", js::shown(self.value))
    }
}

/// A type that an option is read as. Not serde's: what it derives for these types alone is 3.7 KB more after brotli than this, and with
/// serde-wasm-bindgen, whose messages do not name the key, it is 19 KB.
trait Read: Sized {
    fn read(given: &Given) -> Result<Self, String>;
}

impl Read for String {
    fn read(given: &Given) -> Result<String, String> {
        given.value.as_string().ok_or_else(|| given.is_not("a string"))
    }
}

impl Read for u64 {
    fn read(given: &Given) -> Result<u64, String> {
        // Up to 2^53 every whole number is exact.
        let whole = given.value.as_f64().filter(|given| *given >= 0.0 && is_whole(*given));
        whole.map(number::to_u64).ok_or_else(|| given.is_not("a whole number"))
    }
}

#[expect(clippy::float_cmp, reason = "a whole number is its own whole part, to the last bit")]
fn is_whole(number: f64) -> bool {
    number == number.trunc()
}

impl Read for u32 {
    fn read(given: &Given) -> Result<u32, String> {
        u64::read(given)?.try_into().map_err(|_| given.is_not("a smaller number"))
    }
}

impl Read for Millis {
    fn read(given: &Given) -> Result<Millis, String> {
        u64::read(given).map(Millis)
    }
}

impl Read for Locale {
    fn read(given: &Given) -> Result<Locale, String> {
        match String::read(given)?.as_str() {
            "zh-CN" => Ok(Locale::Zh),
            "en" => Ok(Locale::En),
            _ => Err(given.is_not("\"zh-CN\" or \"en\"")),
        }
    }
}

impl Read for Consent {
    fn read(given: &Given) -> Result<Consent, String> {
        match String::read(given)?.as_str() {
            "pending" => Ok(Consent::Pending),
            "granted" => Ok(Consent::Granted),
            "denied" => Ok(Consent::Denied),
            _ => Err(given.is_not("\"pending\", \"granted\" or \"denied\"")),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(given: &Given) -> Result<Option<T>, String> {
        T::read(given).map(Some)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(given: &Given) -> Result<Vec<T>, String> {
        if !given.value.is_object() || js::get(given.value, "length").as_f64().is_none() {
            return Err(given.is_not("an array"));
        }
        let mut all = Vec::new();
        for (index, value) in js::list(given.value, MOST_ELEMENTS).into_iter().enumerate() {
            all.push(T::read(&Given { value, name: format!("{}[{index}]", given.name) })?);
        }
        Ok(all)
    }
}

/// Structs are read field by field into their default, each field under the name that options.ts has for it.
macro_rules! read_objects {
    ($($type:ident { $($key:literal => $field:ident),* $(,)? })*) => {
        $(impl Read for $type {
            fn read(given: &Given) -> Result<$type, String> {
                if !given.value.is_object() {
                    return Err(given.is_not("an object"));
                }
                let mut read = $type::default();
                $(given.field($key, &mut read.$field)?;)*
                Ok(read)
            }
        })*
    };
}

read_objects! {
    Text { "zh" => zh, "en" => en }
    FreshnessSource { "url" => url }
    DeclaredKeys { "drafts" => drafts, "json" => json }
    Service { "match" => prefix, "name" => name }
    Alternative { "id" => id, "label" => label }
    Refusal { "code" => code, "text" => text }
    Help { "phone" => phone, "hours" => hours, "url" => url, "feedback" => feedback }
    Deadlines { "settleMs" => settle, "loadingMs" => loading, "requestMs" => request }
    RetryPolicy {
        "limit" => limit,
        "baseMs" => base,
        "capMs" => cap,
        "budget" => budget,
        "retryAfterCapMs" => retry_after_cap,
    }
    Config {
        "service" => service,
        "build" => build,
        "builtAt" => built_at,
        "endpoint" => endpoint,
        "root" => root,
        "furniture" => furniture,
        "locale" => locale,
        "fallbackOrigins" => fallbacks,
        "freshness" => freshness,
        "renewLink" => renew_link,
        "landing" => landing,
        "storage" => storage,
        "services" => services,
        "help" => help,
        "alternatives" => alternatives,
        "refusals" => refusals,
        "names" => names,
        "deadlines" => deadlines,
        "retry" => retry,
        "consent" => consent,
        "step" => step,
    }
}
