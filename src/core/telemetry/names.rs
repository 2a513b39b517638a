//! Names as data: a path segment or a part of a storage key may name a person. What is known to name nobody is kept; in place
//! of all else stands a short hash, so that a receiver can still count groups.
//!
//! A path is parted at `/`, a storage key at `:`, `/` and `.`. A part is kept when each of its words is known; words are parted by `-`, `_`, `.` and
//! by a change to capitals. Known are [`WORDS`], a single digit, and versions such as `v2`. Files of a build are kept by their ending, see [`file`].

use crate::core::incident::record::Incident;
use std::rc::Rc;

/// Common words of addresses and storage keys, none of which is anybody's name.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    // The web's own.
    "about", "access", "account", "accounts", "action", "actions", "add", "admin", "analytics", "api", "apis", "app", "apps", "asset",
    "assets", "auth", "avatar", "avatars", "back", "background", "banner", "base", "beta", "bg", "blob", "browser", "build", "bundle",
    "button", "cache", "callback", "captcha", "cart", "cdn", "chunk", "chunks", "client", "code", "common", "config", "consent",
    "contact", "content", "cookie", "core", "create", "css", "current", "data", "date", "db", "default", "delete", "demo", "detail",
    "details", "device", "dist", "do", "docs", "document", "documents", "done", "download", "draft", "drafts", "edit", "email", "entry",
    "env", "error", "errors", "eval", "event", "events", "expired", "fail", "failed", "faq", "favicon", "feedback", "file", "files",
    "flag", "flags", "font", "fonts", "footer", "form", "forms", "gateway", "get", "graphql", "guide", "h5", "header", "health", "help",
    "hero", "history", "home", "htm", "html", "http", "https", "i18n", "icon", "icons", "id", "image", "images", "img", "index", "info",
    "init", "inline", "item", "items", "js", "json", "jsp", "key", "lang", "language", "last", "lib", "libs", "link", "list", "loading",
    "local", "locale", "locales", "location", "log", "login", "logo", "logout", "logs", "m", "main", "manifest", "me", "media", "menu",
    "message", "messages", "meta", "mobile", "mock", "modal", "module", "modules", "nav", "network", "new", "news", "next", "notice",
    "oauth", "on", "open", "page", "pages", "part", "parts", "password", "pc", "persist", "phone", "photo", "photos", "php", "picture",
    "pictures", "ping", "placeholder", "polyfill", "polyfills", "portal", "post", "preview", "profile", "progress", "public", "push",
    "query", "queue", "register", "remote", "report", "request", "reset", "resource", "resources", "response", "rest", "result",
    "results", "root", "route", "router", "rpc", "runtime", "save", "script", "scripts", "sdk", "search", "self", "send", "server",
    "service", "services", "session", "set", "setting", "settings", "share", "shared", "sheet", "show", "sign", "signin", "signup",
    "site", "sort", "src", "start", "state", "static", "status", "step", "steps", "storage", "store", "style", "styles", "submit",
    "success", "support", "svg", "sw", "sync", "tab", "tabs", "task", "tasks", "test", "tests", "text", "theme", "themes", "time",
    "timestamp", "title", "token", "tracking", "ui", "unsafe", "update", "upload", "uploads", "url", "user", "users", "util", "utils",
    "vendor", "vendors", "version", "view", "views", "vue", "wap", "wasm", "web", "webpack", "welcome", "widget", "worker", "xml",
    // Lending.
    "agreement", "agreements", "amount", "application", "applications", "apply", "approval", "approve", "approved", "balance", "bank",
    "bill", "bills", "borrow", "calculator", "cancel", "card", "cards", "cash", "cashout", "charge", "confirm", "contract", "contracts",
    "coupon", "coupons", "credit", "customer", "debt", "disburse", "discount", "due", "early", "face", "fee", "fees", "finance",
    "idcard", "installment", "insurance", "interest", "invite", "invoice", "lend", "lender", "lending", "limit", "liveness", "loan",
    "loans", "member", "money", "month", "ocr", "offer", "order", "orders", "otp", "overdue", "overview", "pay", "payment", "payments",
    "plan", "plans", "privacy", "product", "products", "quota", "rate", "rates", "record", "records", "referral", "refund", "refused",
    "reject", "rejected", "repay", "repayment", "repayments", "return", "review", "risk", "rules", "schedule", "score", "settle",
    "signature", "sms", "summary", "term", "terms", "transaction", "transfer", "verification", "verify", "wallet", "withdraw",
];

/// Files of these endings are named by a build or by developers, not by users.
const CODE: &[&str] = &["js", "mjs", "cjs", "css", "map", "wasm", "woff", "woff2", "ttf", "otf", "eot"];
/// Files of these endings come from a build, or from a user's camera.
const MEDIA: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "bmp", "mp4", "webm", "mov", "mp3", "wav", "m4a", "pdf",
];
/// A longer name is no build's.
const LONGEST_FILE: usize = 120;
/// Names that a page may declare; of its paths and keys together.
const MOST_DECLARED: usize = 1000;

/// A part of a path or key: as it is when it names nobody, else its hash.
pub fn part(name: &str) -> String {
    if name.is_empty() || all_known(name) { name.into() } else { hash(name) }
}

/// The last part of a path, which may be a file.
pub fn file(name: &str) -> String {
    let Some((base, ending)) = name.rsplit_once('.').filter(|(base, _)| !base.is_empty()) else { return part(name) };
    let ending_is = |endings: &[&str]| endings.iter().any(|known| ending.eq_ignore_ascii_case(known));
    let plain = name.len() <= LONGEST_FILE && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if plain && ending_is(CODE) {
        return name.into();
    }
    if ending_is(MEDIA) {
        // A build puts its hash behind the developer's word.
        let base = match base.rsplit_once(['-', '.']) {
            Some((word, digest)) if plain && all_known(word) && is_digest(digest) => base.into(),
            _ => part(base),
        };
        return base + "." + ending;
    }
    part(name)
}

/// A storage key, part by part.
pub fn key(key: &str, part: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for piece in key.split_inclusive([':', '/', '.']) {
        let name = piece.trim_end_matches([':', '/', '.']);
        out.push_str(&part(name));
        out.push_str(&piece[name.len()..]);
    }
    out
}

fn all_known(name: &str) -> bool {
    name.split(['-', '_', '.']).all(|words| known(words) || in_camel_case(words))
}

/// `homeData`, `LoanPlan`.
fn in_camel_case(name: &str) -> bool {
    let mut from = 0;
    for (at, _) in name.match_indices(|c: char| c.is_ascii_uppercase()) {
        if at > from && !known(&name[from..at]) {
            return false;
        }
        from = at;
    }
    from > 0 && known(&name[from..])
}

fn known(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - stem.len();
    let in_vocabulary = |word: &str| WORDS.contains(&word);
    in_vocabulary(&word)
        || match stem {
            // `page//list`, `-home`: nothing between two separators.
            "" => digits <= 1,
            "v" => (1..=2).contains(&digits),
            _ => digits <= 1 && in_vocabulary(stem),
        }
}

/// What a bundler appends to a name: hexadecimal digits, or eight characters (Rollup, Vite). Longer runs of decimal digits number people.
fn is_digest(text: &str) -> bool {
    let hexadecimal = (6..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let mixed = text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic());
    let numbers = text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() > 4);
    mixed && !numbers && (hexadecimal || text.len() == 8 && text.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `#` and six hexadecimal digits: FNV-1a of 32 bits, folded to 24.
fn hash(name: &str) -> String {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let folded = (hash >> 24) ^ (hash & 0x00ff_ffff);
    format!("#{folded:06x}")
}

/// Bytes of a hash, its mark included.
const HASH_BYTES: usize = 7;

/// The names that the page declared to be nobody's. Text is redacted where it is found, without them; what stands there for a declared name is put
/// back where the text is sent.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Hash and name.
    declared: Vec<(String, String)>,
}

impl Names {
    /// `literals`: names, paths, addresses, storage keys; each part of them is declared.
    pub fn declared<'a>(literals: impl IntoIterator<Item = &'a str>) -> Names {
        let mut names = Names::default();
        for literal in literals {
            for segment in literal.split(['/', ':', '#', ' ', ',']) {
                names.declare(segment);
                segment.split('.').for_each(|part| names.declare(part));
            }
        }
        names
    }

    fn declare(&mut self, name: &str) {
        let hash = hash(name);
        if name.is_empty() || self.declared.len() >= MOST_DECLARED || self.declared.iter().any(|d| d.0 == hash) {
            return;
        }
        self.declared.push((hash, name.into()));
    }

    /// An incident whose texts have the declared names in them.
    pub fn in_incident(&self, incident: &Incident) -> Incident {
        let mut named = incident.clone();
        for text in [&mut named.step, &mut named.page] {
            *text = self.restore(text);
        }
        for found in &mut named.evidence {
            let found = Rc::make_mut(found);
            found.detail = self.restore(&found.detail);
        }
        for entry in &mut named.timeline {
            entry.detail = self.restore(&entry.detail);
        }
        named
    }

    /// A redacted text with the declared names in it.
    pub fn restore(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('#') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let hashed = rest.get(..HASH_BYTES);
            let declared = self.declared.iter().find(|(hash, _)| hashed == Some(hash));
            let (taken, put) = declared.map_or((1, "#"), |(hash, name)| (hash.len(), name.as_str()));
            out.push_str(put);
            rest = &rest[taken..];
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_everybody_uses_are_kept() {
        for name in [
            "",
            "loan",
            "Loan",
            "API",
            "v1",
            "v12",
            "repay-plan",
            "homeData",
            "LoanPlan",
            "step2",
            "index.html",
            "user_profile",
        ] {
            assert_eq!(part(name), name);
        }
        let somebody = [
            "王小明",
            "wangxiaoming",
            "WANG",
            "wang-xiaoming",
            "WangXiaoMing",
            "loan-wang",
            "u_8842913",
            "9f3kQz81LmPa",
            "42",
            "user42",
            "v123",
            "20261122083000",
            "loan plan",
            "-wang",
            "é",
        ];
        for name in somebody {
            let hashed = part(name);
            assert!(hashed.len() == HASH_BYTES && hashed.starts_with('#'), "{name}: {hashed}");
        }
        assert_eq!(part("王小明"), part("王小明"));
        assert_ne!(part("王小明"), part("王小红"));
    }

    #[test]
    fn files_of_a_build_are_kept_and_pictures_of_users_are_not() {
        for name in [
            "index-Bx12.js",
            "app.3f2a9c.css",
            "index-4f13812345678.js",
            "a.js",
            "logo-3f2a9c.png",
            "card-Bx1kQz81.webp",
            "favicon.ico",
            "logo.svg",
        ] {
            assert_eq!(file(name), name);
        }
        for (name, ending) in [
            ("wangxiaoming.png", ".png"),
            ("IMG20260101.jpg", ".jpg"),
            ("8842913-3f2a9c.jpg", ".jpg"),
            ("王小明.pdf", ".pdf"),
            ("user-8842913a.png", ".png"),
            ("idcard-9f3kQz81LmPa.jpg", ".jpg"),
        ] {
            let hashed = file(name);
            assert!(
                hashed.starts_with('#') && hashed.ends_with(ending) && hashed.len() == HASH_BYTES + ending.len(),
                "{hashed}"
            );
        }
        for name in ["王小明.js", "wang.xiaoming", ".wang", "wangxiaoming.json"] {
            assert_eq!(file(name).len(), HASH_BYTES, "{name}");
        }
    }

    #[test]
    fn declared_names_are_put_back_and_no_others() {
        let names = Names::declared(["huanbei", "https://api.example/kredit-linie/v1", "wo:de-draft"]);
        for name in ["huanbei", "kredit-linie", "wo", "de-draft"] {
            assert_eq!(names.restore(&format!("503 /{}/x", part(name))), format!("503 /{name}/x"));
        }
        for text in ["", "#", "a#b", "#12", "#zzzzzz", "no. 7 # 8", &part("王小明"), "#王小明小明小明"] {
            assert_eq!(names.restore(text), text);
        }
    }
}
