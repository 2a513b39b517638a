//! The page's options, read by hand: each thing that is wrong is one line that says what was given, what is allowed and
//! what is used instead.

use crate::core::config::{Config, Consent, Deadlines, Help, Locale, RetryPolicy, Text};
use crate::core::text::{cat, num};
use crate::wire::{among, joined};

/// A value as the page gave it.
#[derive(Clone, Debug)]
pub struct Given {
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
    List(Vec<Given>),
    Object(Vec<(String, Given)>),
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
static SETTLE: (u64, u64) = (100, 60_000);
static LOADING: (u64, u64) = (500, 600_000);
static REQUEST: (u64, u64) = (500, 600_000);
static LIMIT: (u64, u64) = (1, 10);
static BASE: (u64, u64) = (10, 60_000);
static CAP: (u64, u64) = (10, 600_000);
static BUDGET: (u64, u64) = (0, 1_000);
static RETRY_AFTER_CAP: (u64, u64) = (0, 600_000);
/// The last moment that a JavaScript date can name.
static EPOCH: (u64, u64) = (0, 8_640_000_000_000_000);

/// Reads the options; the lines say what was not as it should be, in the order of the options.
pub fn read(given: &Given, place: &Place) -> (Options, Vec<String>) {
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

/// The entries of an object.
type Keys<'g> = &'g [(String, Given)];

/// The value of a key, when there is one.
fn at<'g>(keys: Keys<'g>, key: &str) -> Option<&'g Given> {
    for (known, given) in keys {
        if known == key && !matches!(given.kind, Kind::Missing) {
            return Some(given);
        }
    }
    None
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
    fn options(&mut self, given: &Given) -> Options {
        const KNOWN: &str = "service, build, builtAt, endpoint, root, furniture, locale, fallbackOrigins, freshness, \
            renewLink, landing, storage, services, help, alternatives, refusals, names, deadlines, retry, consent, step, strict";
        let keys = self.object(Some(given), KNOWN);
        let mut config = Config::default();
        self.config(keys, &mut config);
        let mut root = ROOT.into();
        self.text(keys, "root", Rule::Selector, &mut root);
        let mut furniture = String::from(FURNITURE);
        let mut given = Vec::new();
        self.texts(keys, "furniture", Rule::Selector, &mut given);
        for selector in &given {
            furniture.push(',');
            furniture.push_str(selector);
        }
        // boot.js uses them, too; what is wrong with them is said here.
        self.texts(keys, "fallbackOrigins", Rule::Url, &mut config.fallbacks);
        for origin in &mut config.fallbacks {
            origin.truncate(origin.trim_end_matches('/').len());
        }
        let mut own_urls = Vec::new();
        for url in [&config.endpoint, &config.manifest, &config.renew_link] {
            own_urls.extend(url.clone());
        }
        let settings = Settings {
            root,
            furniture,
            drafts: config.drafts.clone(),
            json_keys: config.json_keys.clone(),
            retry: config.retry,
            own_urls,
            strict: self.flag(at(keys, "strict")),
        };
        Options { config, settings }
    }

    /// Each value is there by default, and is replaced by what the page gave.
    fn config(&mut self, keys: Keys, to: &mut Config) {
        let freshness = self.object(at(keys, "freshness"), "url");
        let storage = self.object(at(keys, "storage"), "drafts, json");
        to.manifest = Some(MANIFEST.into());
        self.url(freshness, "url", &mut to.manifest);
        self.text(keys, "service", Rule::Any, &mut to.service);
        self.text(keys, "build", Rule::Any, &mut to.build);
        self.whole(keys, "builtAt", &EPOCH, &mut to.built_at);
        self.url(keys, "endpoint", &mut to.endpoint);
        self.url(keys, "renewLink", &mut to.renew_link);
        self.url(keys, "landing", &mut to.landing);
        to.locale = self.locale(at(keys, "locale"));
        self.deadlines(at(keys, "deadlines"), &mut to.deadlines);
        self.retry(at(keys, "retry"), &mut to.retry);
        to.consent = match self.one_of(at(keys, "consent"), &["pending", "granted", "denied"]) {
            1 => Consent::Granted,
            2 => Consent::Denied,
            _ => Consent::Pending,
        };
        self.text(keys, "step", Rule::Any, &mut to.step);
        self.texts(storage, "drafts", Rule::Any, &mut to.drafts);
        self.texts(storage, "json", Rule::Any, &mut to.json_keys);
        self.pairs(at(keys, "services"), "match", "name", &mut to.services);
        self.help(at(keys, "help"), &mut to.help);
        self.pairs(at(keys, "alternatives"), "id", "label", &mut to.alternatives);
        self.refusals(at(keys, "refusals"), &mut to.refusals);
        self.texts(keys, "names", Rule::Any, &mut to.names);
    }

    fn deadlines(&mut self, given: Option<&Given>, to: &mut Deadlines) {
        let keys = self.object(given, "settleMs, loadingMs, requestMs");
        self.whole(keys, "settleMs", &SETTLE, &mut to.settle.0);
        self.whole(keys, "loadingMs", &LOADING, &mut to.loading.0);
        self.whole(keys, "requestMs", &REQUEST, &mut to.request.0);
    }

    fn retry(&mut self, given: Option<&Given>, to: &mut RetryPolicy) {
        let keys = self.object(given, "limit, baseMs, capMs, budget, retryAfterCapMs");
        let (mut limit, mut budget) = (to.limit.into(), to.budget.into());
        self.whole(keys, "limit", &LIMIT, &mut limit);
        self.whole(keys, "baseMs", &BASE, &mut to.base.0);
        self.whole(keys, "capMs", &CAP, &mut to.cap.0);
        self.whole(keys, "budget", &BUDGET, &mut budget);
        self.whole(keys, "retryAfterCapMs", &RETRY_AFTER_CAP, &mut to.retry_after_cap.0);
        (to.limit, to.budget) = (limit as u32, budget as u32);
    }

    fn help(&mut self, given: Option<&Given>, to: &mut Help) {
        let keys = self.object(given, "phone, hours, url, feedback");
        self.text(keys, "phone", Rule::Any, &mut to.phone);
        self.words(at(keys, "hours"), &mut to.hours);
        self.text(keys, "url", Rule::Url, &mut to.url);
        self.text(keys, "feedback", Rule::Url, &mut to.feedback);
    }

    fn locale(&mut self, given: Option<&Given>) -> Locale {
        let chinese = |language: &String| language.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("zh"));
        match self.one_of(given, &["auto", "zh-CN", "en"]) {
            1 => Locale::Zh,
            2 => Locale::En,
            _ if self.place.languages.iter().any(chinese) => Locale::Zh,
            _ => Locale::En,
        }
    }

    /// `[{ <id>: string, <text>: Text }]`; an entry without its id is left out.
    fn pairs(&mut self, given: Option<&Given>, id: &str, text: &str, to: &mut Vec<(String, Text)>) {
        for item in self.list(given, "an array of objects") {
            let keys = self.object(Some(item), &format!("{id}, {text}"));
            if matches!(item.kind, Kind::Object(_)) && at(keys, id).is_none() {
                let missing = format!("{}.{id}", item.path);
                self.note(&[&quoted(&missing), " is missing; expected a string; leaving the entry out"]);
            }
            let (mut known, mut words) = (String::new(), Text::default());
            self.text(keys, id, Rule::Any, &mut known);
            self.words(at(keys, text), &mut words);
            if !known.is_empty() {
                to.push((known, words));
            }
        }
    }

    fn refusals(&mut self, given: Option<&Given>, to: &mut Vec<(String, Text)>) {
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
    fn words(&mut self, given: Option<&Given>, to: &mut Text) {
        let Some(given) = given else { return };
        match &given.kind {
            Kind::Text(text) => *to = Text::both(text),
            Kind::Object(_) => {
                let keys = self.object(Some(given), "zh, en");
                self.text(keys, "zh", Rule::Any, &mut to.zh);
                self.text(keys, "en", Rule::Any, &mut to.en);
            }
            _ => self.wrong(given, "a string or { zh, en }", "none"),
        }
    }

    fn object<'g>(&mut self, given: Option<&'g Given>, known: &str) -> Keys<'g> {
        let Some(given) = given else { return &[] };
        let keys = match &given.kind {
            Kind::Object(keys) => keys,
            Kind::Missing => return &[],
            _ => {
                self.wrong(given, "an object", "the defaults");
                return &[];
            }
        };
        for (key, unknown) in keys {
            if !among(key, known) {
                self.note(&[&quoted(&unknown.path), " is not known; expected one of ", known, "; ignoring it"]);
            }
        }
        keys
    }

    fn list<'g>(&mut self, given: Option<&'g Given>, expected: &str) -> &'g [Given] {
        let Some(given) = given else { return &[] };
        if let Kind::List(items) = &given.kind {
            return items;
        }
        self.wrong(given, expected, "none");
        &[]
    }

    fn fits<'g>(&self, given: &'g Given, rule: Rule) -> Option<&'g String> {
        let Kind::Text(text) = &given.kind else { return None };
        let fits = match rule {
            Rule::Any => true,
            Rule::Url => (self.place.is_url)(text),
            Rule::Selector => (self.place.is_selector)(text),
        };
        fits.then_some(text)
    }

    fn texts(&mut self, keys: Keys, key: &str, rule: Rule, to: &mut Vec<String>) {
        for item in self.list(at(keys, key), "an array of strings") {
            match self.fits(item, rule) {
                Some(text) => to.push(text.clone()),
                None => self.wrong(item, rule.expected(), "the others"),
            }
        }
    }

    fn text(&mut self, keys: Keys, key: &str, rule: Rule, to: &mut String) {
        let Some(given) = at(keys, key) else { return };
        match self.fits(given, rule) {
            Some(text) => *to = text.clone(),
            None => self.wrong(given, rule.expected(), if to.is_empty() { "none" } else { to }),
        }
    }

    /// An empty address cannot be: `None` is none.
    fn url(&mut self, keys: Keys, key: &str, to: &mut Option<String>) {
        let mut url = to.take().unwrap_or_default();
        self.text(keys, key, Rule::Url, &mut url);
        if !url.is_empty() {
            *to = Some(url);
        }
    }

    fn flag(&mut self, given: Option<&Given>) -> bool {
        let Some(given) = given else { return false };
        if let Kind::Flag(flag) = given.kind {
            return flag;
        }
        self.wrong(given, "true or false", "false");
        false
    }

    fn whole(&mut self, keys: Keys, key: &str, (least, most): &(u64, u64), to: &mut u64) {
        let Some(given) = at(keys, key) else { return };
        if let Kind::Number(number) = given.kind
            // Up to 2^53 every whole number is exact.
            && number == number.trunc()
            && number >= *least as f64
            && number <= *most as f64
        {
            *to = number as u64;
            return;
        }
        self.wrong(given, &format!("a whole number from {least} to {most}"), &num(*to));
    }

    /// The place of the word; 0, the default, when it is none of them.
    fn one_of(&mut self, given: Option<&Given>, known: &[&str]) -> usize {
        let Some(given) = given else { return 0 };
        if let Kind::Text(text) = &given.kind
            && let Some(place) = known.iter().position(|word| word == text)
        {
            return place;
        }
        self.wrong(given, &quoted(&joined(known, "\", \"")), &quoted(known.first().unwrap_or(&"")));
        0
    }

    fn wrong(&mut self, given: &Given, expected: &str, using: &str) {
        let name = if given.path.is_empty() { "itself".into() } else { quoted(&given.path) };
        self.note(&[&name, " is ", &given.shown, " (", given.kind.name(), "); expected ", expected, "; using ", using]);
    }

    fn note(&mut self, parts: &[&str]) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(format!("pagemend: option {}", cat(parts)));
        } else {
            self.more += 1;
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(kind: Kind, shown: &str) -> Given {
        Given { path: String::new(), kind, shown: shown.into() }
    }

    fn text(text: &str) -> Given {
        given(Kind::Text(text.into()), &quoted(text))
    }

    fn number(number: f64) -> Given {
        given(Kind::Number(number), &number.to_string())
    }

    fn list(items: &[Given]) -> Given {
        given(Kind::List(items.to_vec()), "[…]")
    }

    fn object(entries: &[(&str, Given)]) -> Given {
        let entries = entries.iter().map(|(key, given)| ((*key).into(), given.clone())).collect();
        given(Kind::Object(entries), "{…}")
    }

    fn function() -> Given {
        given(Kind::Other("function"), "f")
    }

    fn name(given: &mut Given, path: &str) {
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

    fn read_here(given: &Given) -> (Options, Vec<String>) {
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
        let cases: Vec<(Given, &str)> = vec![
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
        let entries: Vec<(&str, Given)> = keys.iter().map(|key| (key.as_str(), number(1.0))).collect();
        let (_, problems) = read_here(&object(&entries));
        assert_eq!(problems.len(), MOST_PROBLEMS + 1);
        assert_eq!(problems[MOST_PROBLEMS], "pagemend: and 7 more problems with the options");
    }
}
