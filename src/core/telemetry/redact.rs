//! Redaction: the only way for text into telemetry. The first net is an allow-list (addresses without query, names that are known to be nobody's,
//! messages without quoted values); the second net finds personal data by shape, as PIPL and GDPR name it.

use super::names;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::ops::Range;

/// Stands where something was taken out.
pub const MASK: &str = "[redacted]";
/// Longest text kept, in characters.
const MAX_CHARS: usize = 300;
/// A query or fragment key that contains one of these has its value taken out.
const SECRET_KEYS: [&str; 21] = [
    "token", "ticket", "code", "sign", "secret", "pass", "auth", "session", "sid", "jwt", "otp", "captcha", "openid",
    "idcard", "phone", "mobile", "cardno", "acct", "name", "addr", "mail",
];

/// Where the first of these stands in a text; its length where none does.
fn end(text: &str, stops: &[char]) -> usize {
    text.find(stops).unwrap_or(text.len())
}

/// An address without user info, query, fragment and matrix parameters; segments of its path that may name somebody are hashed.
pub fn url(address: &str) -> String {
    // Cut twice: what hides behind a percent sign is a query for some servers.
    let plain = normalise(&address[..end(address, &['?', '#'])]);
    let plain = &plain[..end(&plain, &['?', '#'])];
    let (start, path) = match origin_end(plain) {
        Origin::Ends(at) => plain.split_at(at),
        Origin::Opaque(scheme) => return names::part(scheme) + ":",
    };
    let mut out = text(start);
    let mut segments = path.split(['/', '\\']).peekable();
    while let Some(segment) = segments.next() {
        let name = &segment[..end(segment, &[';'])];
        out.push_str(&named(name, if segments.peek().is_none() { names::file } else { names::part }));
        if segments.peek().is_some() {
            out.push('/');
        }
        if out.len() > MAX_CHARS {
            return out + "…";
        }
    }
    out
}

enum Origin<'a> {
    /// Scheme and host end here, where there are any.
    Ends(usize),
    /// No host, but contents: `data:`, `blob:`, `mailto:`.
    Opaque(&'a str),
}

fn origin_end(address: &str) -> Origin<'_> {
    let scheme = end(address, &[':', '/', '\\', '.', '?', '#']);
    let after = address.get(scheme..).unwrap_or_default();
    let host = match after.strip_prefix(':') {
        Some(rest) if rest.starts_with("//") => scheme + 3,
        Some(_) if scheme > 0 => return Origin::Opaque(&address[..scheme]),
        _ if address.starts_with("//") => 2,
        _ => return Origin::Ends(0),
    };
    Origin::Ends(host + end(&address[host..], &['/', '\\']))
}

/// A name, or in its place a hash; a name with something personal in it is taken out whole.
fn named(name: &str, keep: fn(&str) -> String) -> String {
    if text(name) == name { keep(name) } else { MASK.into() }
}

/// A storage key; parts that may name somebody are hashed.
pub fn key(raw: &str) -> String {
    let plain = normalise(raw);
    if text(&plain) != plain {
        // Where it stands may go across parts: an e-mail address has a dot in it.
        return names::key(&text(&plain), |name| if name.contains(MASK) { MASK.into() } else { names::part(name) });
    }
    names::key(&plain, |name| named(name, names::part))
}

/// An error message. Engines quote what they could not read (Chromium's `JSON.parse` shows a piece of the input), so the
/// quoted parts go, except names of properties and addresses.
pub fn message(raw: &str) -> String {
    if raw.contains("JSON") {
        // The three engines' wordings: `… is not valid JSON`, `JSON.parse: …`, `JSON Parse error: …`.
        return "SyntaxError: invalid JSON".into();
    }
    let mut out = String::new();
    let mut rest = raw;
    loop {
        let start = end(rest, &['"', '\'', '`']);
        let Some(quote) = rest.as_bytes().get(start) else { break };
        let (before, inside) = rest.split_at(start + 1);
        out.push_str(before);
        let end = end(inside, &[char::from(*quote)]);
        if end == inside.len() {
            // An apostrophe, as in "can't", or a quotation that was cut off: in doubt the rest goes.
            if *quote == b'\'' && inside.bytes().next().is_some_and(|b| b.is_ascii_lowercase()) {
                rest = inside;
                continue;
            }
            rest = "…";
            break;
        }
        let quoted = &inside[..end];
        let harmless = end <= 120 && quoted.chars().all(|c| is_word(c, "_$.:/-()<"));
        // Chromium and Firefox name the key that did not fit into storage.
        let is_key = quoted.contains(':') || raw.contains("quota") || raw.contains("Storage");
        match harmless {
            true if is_key && !quoted.contains('/') => out.push_str(&key(quoted)),
            true if !longer_than(quoted, MOST_DIGITS) || quoted.contains('/') => out.push_str(quoted),
            _ => out.push('…'),
        }
        out.push(char::from(*quote));
        rest = &inside[end + 1..];
    }
    out.push_str(rest);
    text(&without_paths(&out))
}

/// More digits in a row than a name of a program's own has.
const MOST_DIGITS: usize = 4;

fn longer_than(word: &str, digits: usize) -> bool {
    word.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() > digits)
}

/// Each word of a message that is an address or a path, as one.
fn without_paths(message: &str) -> String {
    let mut out = String::new();
    for word in message.split_inclusive([' ', '\n', '\t', '"', '\'', '`', '(', ')', '<', '>', ',']) {
        let (word, end) = word.split_at(
            word.trim_end_matches([' ', '\n', '\t', '"', '\'', '`', '(', ')', '<', '>', ',', ':', '.']).len(),
        );
        if word.contains("://") || word.starts_with('/') || word.matches('/').count() > 1 {
            // A line and a column may follow.
            let address = word.trim_end_matches(|c: char| c == ':' || c.is_ascii_digit());
            let address = if word[address.len()..].starts_with(':') { address } else { word };
            out.push_str(&url(address));
            out.push_str(&word[address.len()..]);
        } else {
            out.push_str(word);
        }
        out.push_str(end);
    }
    out
}

/// Any text: normalised (percent-decoded, full width to ASCII, zero-width dropped), then scanned.
pub fn text(raw: &str) -> String {
    let chars: Vec<char> = normalise(raw).chars().collect();
    let mut out = String::new();
    let mut kept = 0;
    let mut at = 0;
    while at < chars.len() {
        if kept >= MAX_CHARS {
            out.push('…');
            break;
        }
        if let Some(secret) = secret(&chars, at) {
            out.extend(&chars[at..secret.start]);
            if !secret.is_empty() {
                out.push_str(MASK);
            }
            at = secret.end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
        kept += 1;
    }
    out
}

fn normalise(raw: &str) -> String {
    // Twice, since a redirect often carries an address inside an address.
    let decoded = percent_decode(&percent_decode(raw));
    let plain = |c| match c {
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => None,
        '\u{ff01}'..='\u{ff5e}' => Some(char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)),
        '\u{3000}' | '\u{a0}' => Some(' '),
        c => Some(c),
    };
    decoded.chars().filter_map(plain).collect()
}

/// What is no text when decoded stays as it was.
fn percent_decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.into(), Cow::into_owned)
}

/// Beyond the end of the text stands a NUL.
fn char_at(chars: &[char], at: usize) -> char {
    chars.get(at).copied().unwrap_or('\0')
}

/// A letter or digit of ASCII, or one of `more`.
fn is_word(c: char, more: &str) -> bool {
    c.is_ascii_alphanumeric() || more.contains(c)
}

/// Where a run of word characters that begins at `at` ends.
fn word(chars: &[char], mut at: usize, more: &str) -> usize {
    while at < chars.len() && is_word(chars[at], more) {
        at += 1;
    }
    at
}

/// Where the first of `stops` stands, or the text ends.
fn until(chars: &[char], mut at: usize, stops: &str) -> usize {
    while at < chars.len() && !stops.contains(chars[at]) {
        at += 1;
    }
    at
}

fn starts_with(chars: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(n, c)| char_at(chars, at + n).to_ascii_lowercase() == c)
}

/// The secret in something that begins at `at`: what stands between the two is kept (a key, a scheme).
fn secret(chars: &[char], at: usize) -> Option<Range<usize>> {
    let inside_word = at > 0 && chars[at - 1].is_ascii_alphanumeric();
    let bare = || [jwt, email, number].iter().find_map(|find| find(chars, at)).map(|end| at..end);
    user_info(chars, at)
        .or_else(|| secret_pair(chars, at))
        .or_else(|| if inside_word { None } else { credentials(chars, at).or_else(bare) })
}

/// `Bearer …` and `Basic …`.
fn credentials(chars: &[char], at: usize) -> Option<Range<usize>> {
    let scheme = ["bearer ", "basic "].into_iter().find(|scheme| starts_with(chars, at, scheme))?;
    let start = at + scheme.len();
    let end = word(chars, start, "-._~+/=");
    (end >= start + 6).then_some(start..end)
}

/// `//user:password@`.
fn user_info(chars: &[char], at: usize) -> Option<Range<usize>> {
    if !starts_with(chars, at, "//") {
        return None;
    }
    let start = at + 2;
    let end = until(chars, start, "/?#@ \"'");
    (end > start && char_at(chars, end) == '@').then_some(start..end)
}

/// `?key=value`, `&key=value`, `#key=value` with a telling key.
fn secret_pair(chars: &[char], at: usize) -> Option<Range<usize>> {
    let equals = word(chars, at + 1, "_-.[]");
    if !"?&#;".contains(chars[at]) || char_at(chars, equals) != '=' {
        return None;
    }
    let key = chars[at + 1..equals].iter().filter(|c| !"_-.".contains(**c));
    let key: String = key.map(char::to_ascii_lowercase).collect();
    let start = equals + 1;
    SECRET_KEYS.iter().any(|secret| key.contains(secret)).then(|| start..until(chars, start, "&#; \"'"))
}

// What follows answers where it ends that begins at `at`.

fn jwt(chars: &[char], at: usize) -> Option<usize> {
    let part = |from| word(chars, from, "-_=");
    let head = part(at);
    if !starts_with(chars, at, "eyj") || char_at(chars, head) != '.' {
        return None;
    }
    let body = part(head + 1);
    if body <= head + 4 {
        return None;
    }
    Some(if char_at(chars, body) == '.' { part(body + 1) } else { body })
}

fn email(chars: &[char], at: usize) -> Option<usize> {
    let sign = word(chars, at, "._%+-");
    if !chars[at].is_ascii_alphanumeric() || char_at(chars, sign) != '@' {
        return None;
    }
    let mut end = word(chars, sign + 1, ".-");
    while end > sign + 1 && ".-".contains(chars[end - 1]) {
        end -= 1;
    }
    (until(chars, sign + 1, ".") < end).then_some(end)
}

/// ID cards, mobiles and bank cards: digits, in groups parted by single spaces or hyphens.
fn number(chars: &[char], at: usize) -> Option<usize> {
    let mut here = at + usize::from(chars[at] == '+');
    let mut found = None;
    let mut digits: Vec<u32> = Vec::new();
    if !char_at(chars, here).is_ascii_digit() {
        return None;
    }
    // Card numbers have 19 digits at most; +86 and a mobile have 13.
    while digits.len() < 24 {
        let c = char_at(chars, here);
        here += 1;
        let next = char_at(chars, here);
        if let Some(digit) = c.to_digit(10) {
            digits.push(digit);
            if matches!(next, 'x' | 'X')
                && digits.len() == 17
                && !char_at(chars, here + 1).is_ascii_alphanumeric()
                && id_18(&digits)
            {
                return Some(here + 1);
            }
            if !next.is_ascii_alphanumeric() && personal(&digits) {
                // The longest match wins: a card number may begin like an ID.
                found = Some(here);
            }
        } else if !matches!(c, ' ' | '-') || !next.is_ascii_digit() {
            break;
        }
    }
    found
}

fn personal(digits: &[u32]) -> bool {
    match digits.len() {
        11 => mobile(digits),
        13 => value(digits, 0, 2) == 86 && mobile(&digits[2..]),
        15 => matches!(value(digits, 0, 2), 34 | 37) && luhn(digits) || id_15(digits),
        18 => id_18(digits) || card(digits),
        16 | 17 | 19 => card(digits),
        _ => false,
    }
}

fn mobile(digits: &[u32]) -> bool {
    digits[0] == 1 && digits[1] >= 3
}

fn value(digits: &[u32], at: usize, length: usize) -> u32 {
    digits[at..at + length].iter().fold(0, |n, d| n * 10 + d)
}

fn pair(digits: &[u32], at: usize, least: u32, most: u32) -> bool {
    (least..=most).contains(&value(digits, at, 2))
}

/// GB 11643: region, birth date, order; the check digit is left out, since a mistyped number is still somebody's.
fn id_18(digits: &[u32]) -> bool {
    pair(digits, 0, 11, 91) && pair(digits, 6, 18, 20) && pair(digits, 10, 1, 12) && pair(digits, 12, 1, 31)
}

fn id_15(digits: &[u32]) -> bool {
    pair(digits, 0, 11, 91) && pair(digits, 8, 1, 12) && pair(digits, 10, 1, 31)
}

/// Issuer prefix *and* check digit: the check digit alone would take out a tenth of all timestamps.
fn card(digits: &[u32]) -> bool {
    let prefix = value(digits, 0, 4);
    let issued = prefix / 1000 == 4
        || matches!(prefix / 100, 51..=55 | 62 | 65)
        || matches!(prefix / 10, 644..=649)
        || matches!(prefix, 2221..=2720 | 3528..=3589 | 6011);
    issued && luhn(digits)
}

fn luhn(digits: &[u32]) -> bool {
    let places = digits.iter().rev().enumerate();
    let sum: u32 = places.map(|(n, d)| if n % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 }).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn personal_data_is_taken_out() {
        let cases = [
            ("id 11010519491231002X.", "id [redacted]."),
            ("id 110105194912310021", "id [redacted]"),
            ("身份证110105194912310021号", "身份证[redacted]号"),
            ("110105 19491231 0021", "[redacted]"),
            ("old 110105491231002", "old [redacted]"),
            ("call 13812345678 now", "call [redacted] now"),
            ("手机：１３８１２３４５６７８", "手机:[redacted]"),
            ("+86 138 1234 5678", "[redacted]"),
            ("86-138-1234-5678", "[redacted]"),
            ("138\u{200b}1234\u{200b}5678", "[redacted]"),
            ("%31%33812345678", "[redacted]"),
            ("card 6222 0200 0000 0000 000", "card [redacted]"),
            ("4111-1111-1111-1111", "[redacted]"),
            ("378282246310005", "[redacted]"),
            ("a.b+c@example.com.", "[redacted]."),
            ("Authorization: Bearer abcdef123456", "Authorization: Bearer [redacted]"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln x", "[redacted] x"),
            ("https://user:pw@host/a", "https://[redacted]@host/a"),
            ("/a?access_token=abc&page=2#ticket=9", "/a?access_token=[redacted]&page=2#ticket=[redacted]"),
            ("/a?u=https%3A%2F%2Fb%2F%3Fphone%3D1", "/a?u=https://b/?phone=[redacted]"),
        ];
        for (raw, expected) in cases {
            assert_eq!(text(raw), expected, "{raw}");
        }
    }

    #[test]
    fn only_what_is_text_when_decoded_is_decoded() {
        let mut bytes: Vec<Vec<u8>> = (0..=255).map(|b| vec![b]).collect();
        for text in ["张", "é", "\u{10ffff}", "\u{80}", "\u{800}", "\u{ffff}", "\u{10000}"] {
            let whole = text.as_bytes().to_vec();
            bytes.push(whole[..whole.len() - 1].to_vec());
            bytes.push(whole.iter().rev().copied().collect());
            bytes.push([whole.as_slice(), b"a", &whole].concat());
            bytes.push(whole);
        }
        let wrong: [&[u8]; 6] = [
            b"\xc0\x80",
            b"\xe0\x80\xaf",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xf8\x88\x80\x80\x80",
            b"\xff\x80\x80\x80\x80\x80\x80\x80",
        ];
        bytes.extend(wrong.map(<[u8]>::to_vec));
        for bytes in bytes {
            let mut raw = String::from("x%");
            for byte in &bytes {
                write!(raw, "%{byte:02x}").unwrap();
            }
            let expected = String::from_utf8(bytes).map_or(raw.clone(), |text| format!("x%{text}"));
            assert_eq!(percent_decode(&raw), expected);
        }
    }

    #[test]
    fn what_is_nobodys_is_kept() {
        let keep = [
            "1760000000000 ms",
            "1760000000000000000 ns",
            "d41d8cd98f00b204e9800998ecf8427e",
            "index-4f13812345678.js",
            "build 20261122083000",
            "order 4111111111111112",
            "550e8400-e29b-41d4-a716-446655440000",
            "http://127.0.0.1:4173/assets/index-Bx12.js",
            "Cannot read properties of undefined (reading 'x')",
        ];
        for raw in keep {
            assert_eq!(text(raw), raw);
        }
    }

    #[test]
    fn a_quoted_value_of_an_error_message_is_not_kept() {
        let cases = [
            ("Unexpected token 'x', \"{\"name\":\"张三\"\" is not valid JSON", "SyntaxError: invalid JSON"),
            ("can't access property \"length\", a is null", "can't access property \"length\", a is null"),
            ("bad value \"张三 in 北京\" given", "bad value \"…\" given"),
            ("cut \"off 张三", "cut \"…"),
            (
                "Failed to fetch dynamically imported module: http://h/a.js",
                "Failed to fetch dynamically imported module: http://h/a.js",
            ),
        ];
        for (raw, expected) in cases {
            assert_eq!(message(raw), expected, "{raw}");
        }
    }

    /// Each `~` of the pattern stands for a hash.
    fn fits(redacted: &str, pattern: &str) -> bool {
        let mut rest = redacted;
        for (n, piece) in pattern.split('~').enumerate() {
            if n > 0 {
                let hash =
                    rest.get(..7).filter(|h| h.starts_with('#') && h[1..].bytes().all(|b| b.is_ascii_hexdigit()));
                let Some(hash) = hash else { return false };
                rest = &rest[hash.len()..];
            }
            let Some(after) = rest.strip_prefix(piece) else { return false };
            rest = after;
        }
        rest.is_empty()
    }

    #[test]
    fn an_address_keeps_what_is_nobody_s_and_hashes_the_names_in_it() {
        let long = format!("/loan/{}", "x".repeat(5000));
        let cases = [
            ("https://h.example/loan/apply?name=1#x", "https://h.example/loan/apply"),
            ("/u/13812345678/detail", "/~/[redacted]/detail"),
            ("/loan/王小明", "/loan/~"),
            ("/loan/%E7%8E%8B%E5%B0%8F%E6%98%8E", "/loan/~"),
            ("/loan%2F%E7%8E%8B%E5%B0%8F%E6%98%8E%2fdetail", "/loan/~/detail"),
            ("/loan/%25E7%258E%258B", "/loan/~"),
            ("/loan/%E7%8E", "/loan/~"),
            ("/loan/apply%3Fname=wang", "/loan/apply"),
            ("/share/9f3kQz81LmPa", "/share/~"),
            ("/share/8842913/", "/share/~/"),
            ("/loan/wangxiaoming", "/loan/~"),
            ("/LOAN/WANG", "/LOAN/~"),
            ("/loan;id=8842913;name=wang/plan;x", "/loan/plan"),
            ("/home#/loan/王小明", "/home"),
            ("#/loan/王小明", ""),
            ("/user/wang@example.com/detail", "/user/[redacted]/detail"),
            ("/user/%77ang%40example.com", "/user/[redacted]"),
            ("/user/wang-13812345678", "/user/[redacted]"),
            ("//cdn.example/wang/app-3f2a9c.js", "//cdn.example/~/app-3f2a9c.js"),
            ("https://wang:secret@h/api/v1", "https://[redacted]@h/api/v1"),
            ("https://h", "https://h"),
            ("https://h/", "https://h/"),
            ("https:\\\\h\\wang", "https:"),
            ("\\loan\\wang", "/loan/~"),
            ("http://127.0.0.1:4173/assets/index-Bx12.js", "http://127.0.0.1:4173/assets/index-Bx12.js"),
            ("/avatars/wangxiaoming.png", "/avatars/~.png"),
            ("data:image/png;base64,iVBORw0", "data:"),
            ("blob:https://h/550e8400-e29b", "blob:"),
            ("wangxiaoming:x", "~:"),
            ("inline", "inline"),
            ("", ""),
            (&long, "/loan/[redacted]"),
        ];
        for (raw, pattern) in cases {
            assert!(fits(&url(raw), pattern), "{raw}: {} is not like {pattern}", url(raw));
        }
        assert_eq!(url("/loan/王小明"), url("/loan/%E7%8E%8B%E5%B0%8F%E6%98%8E"), "one name, one hash");
        assert!(url(&"/a王".repeat(5000)).chars().count() < 2 * MAX_CHARS);
    }

    #[test]
    fn a_storage_key_keeps_what_is_nobody_s_and_hashes_the_names_in_it() {
        let cases = [
            ("profile:王小明", "profile:~"),
            ("profile:wangxiaoming", "profile:~"),
            ("u_8842913/draft", "~/draft"),
            ("home-cache", "home-cache"),
            ("loan:draft:v2", "loan:draft:v2"),
            ("persist:root", "persist:root"),
            ("user.8842913.token", "user.~.token"),
            ("draft:13812345678", "draft:[redacted]"),
            ("draft:wang@example.com", "draft:[redacted]"),
            ("profile:%E7%8E%8B", "profile:~"),
            ("wang", "~"),
            ("", ""),
        ];
        for (raw, pattern) in cases {
            assert!(fits(&key(raw), pattern), "{raw}: {} is not like {pattern}", key(raw));
        }
    }

    #[test]
    fn addresses_and_keys_in_a_message_are_redacted_like_others() {
        let cases = [
            ("Failed to fetch http://h/loan/wang: 404", "Failed to fetch http://h/loan/~: 404"),
            ("GET /loan/王小明 404 (Not Found)", "GET /loan/~ 404 (Not Found)"),
            ("at f (http://h/assets/a.js:10:5)", "at f (http://h/assets/a.js:10:5)"),
            ("no route for \"/u/wang\"", "no route for \"/~/~\""),
            ("read/write failed", "read/write failed"),
            (
                "Setting the value of 'profile:wang' exceeded the quota.",
                "Setting the value of 'profile:~' exceeded the quota.",
            ),
            ("Setting the value of 'wangxiaoming' exceeded the quota.", "Setting the value of '~' exceeded the quota."),
            ("no user 'u_8842913'", "no user '…'"),
        ];
        for (raw, pattern) in cases {
            assert!(fits(&message(raw), pattern), "{raw}: {} is not like {pattern}", message(raw));
        }
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(text(&"长".repeat(1000)).chars().count(), MAX_CHARS + 1);
    }
}
