//! The page's options: each thing that is wrong is one line that says what was given, what is allowed and what is used instead.

use crate::core::config::{Config, Consent, Deadlines, Help, Locale, RetryPolicy, Text};
use std::ops::RangeInclusive;

/// A value as the page gave it.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its full name, `retry.limit`; empty for the options themselves.
    pub path: String,
    pub kind: Kind,
    /// For messages: `"many"`, `99`, `{…}`.
    pub shown: String,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// `undefined` and `null`: as if the key were not there.
    Missing,
    Flag(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
    /// Anything else, by the name of its type.
    Other(&'static str),
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Kind::Missing => "nothing",
            Kind::Flag(_) => "boolean",
            Kind::Number(_) => "number",
            Kind::Text(_) => "string",
            Kind::List(_) => "array",
            Kind::Object(_) => "object",
            Kind::Other(name) => name,
        }
    }
}

/// What only the browser can tell of a value, and the page's languages.
pub struct Place<'a> {
    /// An http(s) address, relative to the page.
    pub is_url: &'a dyn Fn(&str) -> bool,
    pub is_selector: &'a dyn Fn(&str) -> bool,
    /// Of the document, then of the browser: BCP 47, may be empty.
    pub languages: [String; 2],
}

/// What the shell itself needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Selector of the page's own content.
    pub root: String,
    /// Selector of title bars, tab bars and the like, the built-in ones included.
    pub furniture: String,
    pub drafts: Vec<String>,
    pub json_keys: Vec<String>,
    pub retry: RetryPolicy,
    /// Addresses that the guard itself asks for; what they do is no sign of the page's progress.
    pub own_urls: Vec<String>,
    pub strict: bool,
}

pub struct Options {
    pub config: Config,
    pub settings: Settings,
}

/// Further problems are only counted.
const MOST_PROBLEMS: usize = 50;

const ROOT: &str = "#app, #root, main";
const FURNITURE: &str = "header,nav,footer,[role=banner],[role=navigation],[role=tablist],[role=contentinfo],\
    .van-nav-bar,.van-tabbar,.adm-nav-bar,.adm-tab-bar,.nut-navbar,.nut-tabbar,.weui-navbar,.weui-tabbar,\
    .mint-header,.mint-tabbar,.uni-page-head,.uni-tabbar";
const MANIFEST: &str = "/pagemend/build.json";

/// Limits of the numbers, in milliseconds where the key says so.
const SETTLE: RangeInclusive<u64> = 100..=60_000;
const LOADING: RangeInclusive<u64> = 500..=600_000;
const REQUEST: RangeInclusive<u64> = 500..=600_000;
const LIMIT: RangeInclusive<u64> = 1..=10;
const BASE: RangeInclusive<u64> = 10..=60_000;
const CAP: RangeInclusive<u64> = 10..=600_000;
const BUDGET: RangeInclusive<u64> = 0..=1_000;
const RETRY_AFTER_CAP: RangeInclusive<u64> = 0..=600_000;
/// The last moment that a JavaScript date can name.
const EPOCH: RangeInclusive<u64> = 0..=8_640_000_000_000_000;

/// Reads the options; the lines say what was not as it should be, in the order of the options.
pub fn read(given: &Value, place: &Place) -> (Options, Vec<String>) {
    let mut reader = Reader { place, problems: Vec::new(), more: 0 };
    let options = reader.options(given);
    let mut problems = reader.problems;
    if reader.more > 0 {
        problems.push(format!("pagemend: and {} more problems with the options", reader.more));
    }
    (options, problems)
}

struct Reader<'a> {
    place: &'a Place<'a>,
    problems: Vec<String>,
    more: usize,
}

/// An object while it is read. A key that nobody asks for is one that is not known.
#[derive(Default)]
struct Object<'v> {
    entries: &'v [(String, Value)],
    known: Vec<&'static str>,
}

impl<'v> Object<'v> {
    /// The value of a key, when there is one.
    fn get(&mut self, key: &'static str) -> Option<&'v Value> {
        self.known.push(key);
        let given = self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value);
        given.filter(|value| !matches!(value.kind, Kind::Missing))
    }
}

/// What a text must be.
#[derive(Clone, Copy)]
enum Rule {
    Any,
    Url,
    Selector,
}

impl Rule {
    fn expected(self) -> &'static str {
        match self {
            Rule::Any => "a string",
            Rule::Url => "an http(s) URL, absolute or relative to the page",
            Rule::Selector => "a CSS selector",
        }
    }
}

impl Reader<'_> {
    /// Each value is there by default, and is replaced by what the page gave.
    fn options(&mut self, given: &Value) -> Options {
        let mut config = Config { manifest: Some(MANIFEST.into()), ..Config::default() };
        let mut root = ROOT.into();
        let mut furniture = vec![FURNITURE.into()];
        let mut strict = false;
        let to = &mut config;
        self.object(Some(given), |reader, options| {
            reader.text(options.get("service"), Rule::Any, &mut to.service);
            reader.text(options.get("build"), Rule::Any, &mut to.build);
            reader.whole(options, "builtAt", EPOCH, &mut to.built_at);
            reader.url(options, "endpoint", &mut to.endpoint);
            reader.text(options.get("root"), Rule::Selector, &mut root);
            reader.texts(options, "furniture", Rule::Selector, &mut furniture);
            to.locale = reader.locale(options.get("locale"));
            // boot.js uses them, too; what is wrong with them is said here.
            reader.texts(options, "fallbackOrigins", Rule::Url, &mut to.fallbacks);
            reader.object(options.get("freshness"), |reader, freshness| reader.url(freshness, "url", &mut to.manifest));
            reader.url(options, "renewLink", &mut to.renew_link);
            reader.url(options, "landing", &mut to.landing);
            reader.object(options.get("storage"), |reader, storage| {
                reader.texts(storage, "drafts", Rule::Any, &mut to.drafts);
                reader.texts(storage, "json", Rule::Any, &mut to.json_keys);
            });
            reader.pairs(options.get("services"), "match", "name", &mut to.services);
            reader.help(options.get("help"), &mut to.help);
            reader.pairs(options.get("alternatives"), "id", "label", &mut to.alternatives);
            reader.refusals(options.get("refusals"), &mut to.refusals);
            reader.texts(options, "names", Rule::Any, &mut to.names);
            reader.deadlines(options.get("deadlines"), &mut to.deadlines);
            reader.retry(options.get("retry"), &mut to.retry);
            let consents = [("pending", Consent::Pending), ("granted", Consent::Granted), ("denied", Consent::Denied)];
            to.consent = reader.one_of(options.get("consent"), &consents);
            reader.text(options.get("step"), Rule::Any, &mut to.step);
            reader.flag(options, "strict", &mut strict);
        });
        for origin in &mut config.fallbacks {
            origin.truncate(origin.trim_end_matches('/').len());
        }
        let settings = Settings {
            root,
            furniture: furniture.join(","),
            drafts: config.drafts.clone(),
            json_keys: config.json_keys.clone(),
            retry: config.retry,
            own_urls: [&config.endpoint, &config.manifest, &config.renew_link].into_iter().flatten().cloned().collect(),
            strict,
        };
        Options { config, settings }
    }

    fn deadlines(&mut self, given: Option<&Value>, to: &mut Deadlines) {
        self.object(given, |reader, deadlines| {
            reader.whole(deadlines, "settleMs", SETTLE, &mut to.settle.0);
            reader.whole(deadlines, "loadingMs", LOADING, &mut to.loading.0);
            reader.whole(deadlines, "requestMs", REQUEST, &mut to.request.0);
        });
    }

    fn retry(&mut self, given: Option<&Value>, to: &mut RetryPolicy) {
        let (mut limit, mut budget) = (to.limit.into(), to.budget.into());
        self.object(given, |reader, retry| {
            reader.whole(retry, "limit", LIMIT, &mut limit);
            reader.whole(retry, "baseMs", BASE, &mut to.base.0);
            reader.whole(retry, "capMs", CAP, &mut to.cap.0);
            reader.whole(retry, "budget", BUDGET, &mut budget);
            reader.whole(retry, "retryAfterCapMs", RETRY_AFTER_CAP, &mut to.retry_after_cap.0);
        });
        (to.limit, to.budget) = (limit as u32, budget as u32);
    }

    fn help(&mut self, given: Option<&Value>, to: &mut Help) {
        self.object(given, |reader, help| {
            reader.text(help.get("phone"), Rule::Any, &mut to.phone);
            reader.words(help.get("hours"), &mut to.hours);
            reader.text(help.get("url"), Rule::Url, &mut to.url);
            reader.text(help.get("feedback"), Rule::Url, &mut to.feedback);
        });
    }

    fn locale(&mut self, given: Option<&Value>) -> Locale {
        let chinese = |language: &String| language.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("zh"));
        let of_the_page = if self.place.languages.iter().any(chinese) { Locale::Zh } else { Locale::En };
        self.one_of(given, &[("auto", of_the_page), ("zh-CN", Locale::Zh), ("en", Locale::En)])
    }

    /// `[{ <id>: string, <text>: Text }]`; an entry without its id is left out.
    fn pairs(&mut self, given: Option<&Value>, id: &'static str, text: &'static str, to: &mut Vec<(String, Text)>) {
        for item in self.list(given, "an array of objects") {
            let (mut known, mut words) = (String::new(), Text::default());
            self.object(Some(item), |reader, pair| {
                match pair.get(id) {
                    Some(given) => reader.text(Some(given), Rule::Any, &mut known),
                    None if matches!(item.kind, Kind::Object(_)) => reader.missing(item, id),
                    None => {}
                }
                reader.words(pair.get(text), &mut words);
            });
            if !known.is_empty() {
                to.push((known, words));
            }
        }
    }

    fn refusals(&mut self, given: Option<&Value>, to: &mut Vec<(String, Text)>) {
        let Some(given) = given else { return };
        let Kind::Object(entries) = &given.kind else {
            return self.wrong(given, "an object of business code → text", "none");
        };
        for (code, given) in entries {
            let mut words = Text::default();
            self.words(Some(given), &mut words);
            to.push((code.clone(), words));
        }
    }

    /// A string, or `{ zh?, en? }`.
    fn words(&mut self, given: Option<&Value>, to: &mut Text) {
        let Some(given) = given else { return };
        match &given.kind {
            Kind::Text(text) => *to = Text::both(text),
            Kind::Object(_) => self.object(Some(given), |reader, words| {
                reader.text(words.get("zh"), Rule::Any, &mut to.zh);
                reader.text(words.get("en"), Rule::Any, &mut to.en);
            }),
            _ => self.wrong(given, "a string or { zh, en }", "none"),
        }
    }

    /// Reads an object, and then says which of its keys are not known. What is none reads as an empty one.
    fn object(&mut self, given: Option<&Value>, read: impl FnOnce(&mut Self, &mut Object)) {
        let mut object = Object::default();
        match given.map(|given| (given, &given.kind)) {
            Some((_, Kind::Object(entries))) => object.entries = entries,
            Some((_, Kind::Missing)) | None => {}
            Some((given, _)) => self.wrong(given, "an object", "the defaults"),
        }
        read(self, &mut object);
        for (_, value) in object.entries.iter().filter(|(key, _)| !object.known.contains(&key.as_str())) {
            let (path, known) = (&value.path, object.known.join(", "));
            self.note(&format!("\"{path}\" is not known; expected one of {known}; ignoring it"));
        }
    }

    fn list<'v>(&mut self, given: Option<&'v Value>, expected: &str) -> &'v [Value] {
        let Some(given) = given else { return &[] };
        if let Kind::List(items) = &given.kind {
            return items;
        }
        self.wrong(given, expected, "none");
        &[]
    }

    fn fits<'v>(&self, given: &'v Value, rule: Rule) -> Option<&'v String> {
        let Kind::Text(text) = &given.kind else { return None };
        let fits = match rule {
            Rule::Any => true,
            Rule::Url => (self.place.is_url)(text),
            Rule::Selector => (self.place.is_selector)(text),
        };
        fits.then_some(text)
    }

    fn texts(&mut self, object: &mut Object, key: &'static str, rule: Rule, to: &mut Vec<String>) {
        for item in self.list(object.get(key), "an array of strings") {
            match self.fits(item, rule) {
                Some(text) => to.push(text.clone()),
                None => self.wrong(item, rule.expected(), "the others"),
            }
        }
    }

    fn text(&mut self, given: Option<&Value>, rule: Rule, to: &mut String) {
        let Some(given) = given else { return };
        match self.fits(given, rule) {
            Some(text) => *to = text.clone(),
            None => self.wrong(given, rule.expected(), if to.is_empty() { "none" } else { to }),
        }
    }

    /// An empty address cannot be: `None` is none.
    fn url(&mut self, object: &mut Object, key: &'static str, to: &mut Option<String>) {
        let mut url = to.take().unwrap_or_default();
        self.text(object.get(key), Rule::Url, &mut url);
        if !url.is_empty() {
            *to = Some(url);
        }
    }

    fn flag(&mut self, object: &mut Object, key: &'static str, to: &mut bool) {
        let Some(given) = object.get(key) else { return };
        match given.kind {
            Kind::Flag(flag) => *to = flag,
            _ => self.wrong(given, "true or false", if *to { "true" } else { "false" }),
        }
    }

    fn whole(&mut self, object: &mut Object, key: &'static str, range: RangeInclusive<u64>, to: &mut u64) {
        let Some(given) = object.get(key) else { return };
        let (least, most) = range.into_inner();
        if let Kind::Number(number) = given.kind
            // Up to 2^53 every whole number is exact.
            && number == number.trunc()
            && number >= least as f64
            && number <= most as f64
        {
            *to = number as u64;
            return;
        }
        self.wrong(given, &format!("a whole number from {least} to {most}"), &to.to_string());
    }

    /// What the word stands for; the first, the default, when it is none of them.
    fn one_of<T: Copy>(&mut self, given: Option<&Value>, known: &[(&str, T)]) -> T {
        if let Some(given) = given {
            if let Kind::Text(text) = &given.kind
                && let Some((_, meant)) = known.iter().find(|(word, _)| word == text)
            {
                return *meant;
            }
            let words: Vec<String> = known.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            self.wrong(given, &words.join(", "), &words[0]);
        }
        known[0].1
    }

    fn missing(&mut self, object: &Value, key: &str) {
        let path = &object.path;
        self.note(&format!("\"{path}.{key}\" is missing; expected a string; leaving the entry out"));
    }

    fn wrong(&mut self, given: &Value, expected: &str, using: &str) {
        let name = if given.path.is_empty() { "itself".into() } else { format!("\"{}\"", given.path) };
        let (shown, kind) = (&given.shown, given.kind.name());
        self.note(&format!("{name} is {shown} ({kind}); expected {expected}; using {using}"));
    }

    fn note(&mut self, problem: &str) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(format!("pagemend: option {problem}"));
        } else {
            self.more += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(kind: Kind, shown: &str) -> Value {
        Value { path: String::new(), kind, shown: shown.into() }
    }

    fn text(text: &str) -> Value {
        given(Kind::Text(text.into()), &format!("\"{text}\""))
    }

    fn number(number: f64) -> Value {
        given(Kind::Number(number), &number.to_string())
    }

    fn list(items: &[Value]) -> Value {
        given(Kind::List(items.to_vec()), "[…]")
    }

    fn object(entries: &[(&str, Value)]) -> Value {
        let entries = entries.iter().map(|(key, given)| ((*key).into(), given.clone())).collect();
        given(Kind::Object(entries), "{…}")
    }

    fn function() -> Value {
        given(Kind::Other("function"), "f")
    }

    fn name(given: &mut Value, path: &str) {
        given.path = path.into();
        match &mut given.kind {
            Kind::List(items) => items.iter_mut().enumerate().for_each(|(n, item)| name(item, &format!("{path}[{n}]"))),
            Kind::Object(keys) => keys.iter_mut().for_each(|(key, item)| {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                name(item, &path);
            }),
            _ => {}
        }
    }

    fn read_here(given: &Value) -> (Options, Vec<String>) {
        let place = Place {
            is_url: &|url| url.starts_with('/') || url.starts_with("http://") || url.starts_with("https://"),
            is_selector: &|selector| !selector.contains("!!"),
            languages: ["".into(), "zh-Hans".into()],
        };
        let mut given = given.clone();
        name(&mut given, "");
        read(&given, &place)
    }

    #[test]
    fn each_wrong_option_is_one_line_with_what_was_given_what_is_allowed_and_what_is_used() {
        let retry = |key: &str, given| object(&[("retry", object(&[(key, given)]))]);
        let cases: Vec<(Value, &str)> = vec![
            (text("x"), r#"pagemend: option itself is "x" (string); expected an object; using the defaults"#),
            (
                retry("limit", text("many")),
                r#"pagemend: option "retry.limit" is "many" (string); expected a whole number from 1 to 10; using 3"#,
            ),
            (
                retry("limit", number(2.5)),
                r#"pagemend: option "retry.limit" is 2.5 (number); expected a whole number from 1 to 10; using 3"#,
            ),
            (
                retry("baseMs", number(-1.0)),
                r#"pagemend: option "retry.baseMs" is -1 (number); expected a whole number from 10 to 60000; using 300"#,
            ),
            (
                retry("limits", number(3.0)),
                r#"pagemend: option "retry.limits" is not known; expected one of limit, baseMs, capMs, budget, retryAfterCapMs; ignoring it"#,
            ),
            (
                object(&[("retry", number(3.0))]),
                r#"pagemend: option "retry" is 3 (number); expected an object; using the defaults"#,
            ),
            (
                object(&[("endpoint", text("ftp://logs"))]),
                r#"pagemend: option "endpoint" is "ftp://logs" (string); expected an http(s) URL, absolute or relative to the page; using none"#,
            ),
            (
                object(&[("root", text("!!"))]),
                r##"pagemend: option "root" is "!!" (string); expected a CSS selector; using #app, #root, main"##,
            ),
            (
                object(&[("locale", text("fr"))]),
                r#"pagemend: option "locale" is "fr" (string); expected "auto", "zh-CN", "en"; using "auto""#,
            ),
            (
                object(&[("strict", text("yes"))]),
                r#"pagemend: option "strict" is "yes" (string); expected true or false; using false"#,
            ),
            (
                object(&[("service", function())]),
                r#"pagemend: option "service" is f (function); expected a string; using none"#,
            ),
            (
                object(&[("furniture", list(&[text(".bar"), number(1.0)]))]),
                r#"pagemend: option "furniture[1]" is 1 (number); expected a CSS selector; using the others"#,
            ),
            (
                object(&[("services", list(&[object(&[("name", text("Home"))])]))]),
                r#"pagemend: option "services[0].match" is missing; expected a string; leaving the entry out"#,
            ),
            (
                object(&[("help", object(&[("hours", number(9.0))]))]),
                r#"pagemend: option "help.hours" is 9 (number); expected a string or { zh, en }; using none"#,
            ),
            (
                object(&[("refusals", list(&[]))]),
                r#"pagemend: option "refusals" is […] (array); expected an object of business code → text; using none"#,
            ),
        ];
        for (given, line) in cases {
            let (_, problems) = read_here(&given);
            assert_eq!(problems, [line]);
        }
    }

    #[test]
    fn good_options_are_taken_over_without_a_word() {
        let given = object(&[
            ("service", text("loan")),
            ("endpoint", text("/v1/logs")),
            ("builtAt", number(1.76e12)),
            ("furniture", list(&[text(".bar")])),
            ("freshness", object(&[("url", text("/build.json"))])),
            ("storage", object(&[("drafts", list(&[text("loan:draft")]))])),
            ("services", list(&[object(&[("match", text("/api/home")), ("name", object(&[("zh", text("首页"))]))])])),
            ("refusals", object(&[("RISK", text("No"))])),
            ("names", list(&[text("huanbei")])),
            ("retry", object(&[("limit", number(2.0))])),
            ("consent", text("granted")),
            ("help", given(Kind::Missing, "null")),
        ]);
        let (Options { config, settings }, problems) = read_here(&given);
        assert_eq!(problems, [""; 0]);
        assert_eq!((config.service.as_str(), config.endpoint.as_deref()), ("loan", Some("/v1/logs")));
        assert_eq!((config.built_at, config.retry.limit), (1_760_000_000_000, 2));
        assert_eq!(config.manifest.as_deref(), Some("/build.json"));
        assert_eq!((config.consent, config.locale), (Consent::Granted, Locale::Zh));
        assert_eq!(config.services[0].1.get(Locale::En), "首页");
        assert_eq!(config.refusals[0].1.get(Locale::Zh), "No");
        assert_eq!(config.names, ["huanbei"]);
        assert!(settings.furniture.ends_with(",.bar"));
        assert_eq!(settings.drafts, ["loan:draft"]);
    }

    #[test]
    fn no_options_at_all_are_fine() {
        let (Options { config, settings }, problems) = read_here(&given(Kind::Missing, ""));
        assert_eq!(problems, [""; 0]);
        assert_eq!((config.endpoint, config.manifest.as_deref()), (None, Some(MANIFEST)));
        assert_eq!(settings.root, ROOT);
    }

    #[test]
    fn a_flood_of_problems_is_cut_and_counted() {
        let keys: Vec<String> = (0..MOST_PROBLEMS + 7).map(|n| n.to_string()).collect();
        let entries: Vec<(&str, Value)> = keys.iter().map(|key| (key.as_str(), number(1.0))).collect();
        let (_, problems) = read_here(&object(&entries));
        assert_eq!(problems.len(), MOST_PROBLEMS + 1);
        assert_eq!(problems[MOST_PROBLEMS], "pagemend: and 7 more problems with the options");
    }
}
