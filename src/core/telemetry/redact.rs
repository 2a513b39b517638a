//! Redaction: the only way for text into telemetry. The first net is an allow-list (addresses without query, messages
//! without quoted values); this second net finds personal data by shape, as PIPL and GDPR name it.

use crate::core::text::has;

/// Stands where something was taken out.
pub const MASK: &str = "[redacted]";
/// Longest text kept, in characters.
const MAX_CHARS: usize = 300;
/// A query or fragment key that contains one of these has its value taken out.
const SECRET_KEYS: [&str; 21] = [
    "token", "ticket", "code", "sign", "secret", "pass", "auth", "session", "sid", "jwt", "otp", "captcha", "openid",
    "idcard", "phone", "mobile", "cardno", "acct", "name", "addr", "mail",
];

/// An address without user info, query and fragment.
pub fn url(address: &str) -> String {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    text(&address[..end])
}

/// An error message. Engines quote what they could not read (Chromium's `JSON.parse` shows a piece of the input), so the
/// quoted parts go, except names of properties and addresses.
pub fn message(raw: &str) -> String {
    if has(raw, "JSON") {
        // The three engines' wordings: `… is not valid JSON`, `JSON.parse: …`, `JSON Parse error: …`.
        return "SyntaxError: invalid JSON".into();
    }
    let mut out = String::new();
    let mut rest = raw;
    while let Some(start) = rest.find(['"', '\'', '`']) {
        let quote = rest[start..].chars().next().unwrap_or('"');
        let inside = &rest[start + 1..];
        out.push_str(&rest[..start + 1]);
        let Some(end) = inside.find(quote) else {
            // An apostrophe, as in "can't", or a quotation that was cut off: in doubt the rest goes.
            if quote == '\'' && inside.starts_with(|c: char| c.is_ascii_lowercase()) {
                rest = inside;
                continue;
            }
            out.push('…');
            return text(&out);
        };
        let quoted = &inside[..end];
        let harmless =
            quoted.len() <= 120 && quoted.chars().all(|c| c.is_ascii_alphanumeric() || "_$.:/-()<".contains(c));
        out.push_str(if harmless { quoted } else { "…" });
        out.push(quote);
        rest = &inside[end + 1..];
    }
    out.push_str(rest);
    text(&out)
}

/// Any text: normalised (percent-decoded, full width to ASCII, zero-width dropped), then scanned.
pub fn text(raw: &str) -> String {
    let chars = normalise(raw);
    let mut out = String::with_capacity(chars.len());
    let mut kept = 0;
    let mut at = 0;
    while at < chars.len() {
        if kept >= MAX_CHARS {
            out.push('…');
            break;
        }
        if let Some((keep, end)) = secret(&chars, at) {
            out.extend(&chars[at..keep]);
            out.push_str(MASK);
            at = end;
        } else {
            out.push(chars[at]);
            at += 1;
        }
        kept += 1;
    }
    out
}

fn normalise(raw: &str) -> Vec<char> {
    let mut decoded = String::from(raw);
    // Twice, since a redirect often carries an address inside an address.
    for _ in 0..2 {
        decoded = percent_decode(&decoded);
    }
    decoded
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            c => c,
        })
        .collect()
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%'
            && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
        {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    // What is no text when decoded stays as it was.
    String::from_utf8(out).unwrap_or_else(|_| text.into())
}

/// Something secret that begins at `at`: up to where it is kept (a key, a scheme), and where it ends.
fn secret(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let marked = user_info(chars, at).or_else(|| secret_pair(chars, at));
    if marked.is_some() || (at > 0 && chars[at - 1].is_ascii_alphanumeric()) {
        return marked;
    }
    credentials(chars, at)
        .or_else(|| jwt(chars, at).map(|end| (at, end)))
        .or_else(|| email(chars, at).map(|end| (at, end)))
        .or_else(|| number(chars, at).map(|end| (at, end)))
}

fn run(chars: &[char], from: usize, accept: impl Fn(char) -> bool) -> usize {
    chars[from..].iter().position(|c| !accept(*c)).map_or(chars.len(), |n| from + n)
}

fn starts_with(chars: &[char], at: usize, word: &str) -> bool {
    let mut rest = chars[at..].iter();
    word.chars().all(|w| rest.next().is_some_and(|c| c.to_ascii_lowercase() == w))
}

/// `Bearer …` and `Basic …`.
fn credentials(chars: &[char], at: usize) -> Option<(usize, usize)> {
    for scheme in ["bearer ", "basic "] {
        if starts_with(chars, at, scheme) {
            let start = at + scheme.len();
            let end = run(chars, start, |c| c.is_ascii_alphanumeric() || "-._~+/=".contains(c));
            return (end >= start + 6).then_some((start, end));
        }
    }
    None
}

/// `//user:password@`.
fn user_info(chars: &[char], at: usize) -> Option<(usize, usize)> {
    if !starts_with(chars, at, "//") {
        return None;
    }
    let end = run(chars, at + 2, |c| !"/?#@ \"'".contains(c));
    (end > at + 2 && chars.get(end) == Some(&'@')).then_some((at + 2, end))
}

/// `?key=value`, `&key=value`, `#key=value` with a telling key.
fn secret_pair(chars: &[char], at: usize) -> Option<(usize, usize)> {
    if !"?&#;".contains(chars[at]) {
        return None;
    }
    let equals = run(chars, at + 1, |c| c.is_ascii_alphanumeric() || "_-.[]".contains(c));
    if chars.get(equals) != Some(&'=') {
        return None;
    }
    let key: String =
        chars[at + 1..equals].iter().filter(|c| !"_-.".contains(**c)).map(char::to_ascii_lowercase).collect();
    if !SECRET_KEYS.iter().any(|s| has(&key, s)) {
        return None;
    }
    let end = run(chars, equals + 1, |c| !"&#; \"'".contains(c));
    Some((equals + 1, end))
}

fn jwt(chars: &[char], at: usize) -> Option<usize> {
    if !starts_with(chars, at, "eyj") {
        return None;
    }
    let part = |from| run(chars, from, |c| c.is_ascii_alphanumeric() || "-_=".contains(c));
    let head = part(at);
    let body = if chars.get(head) == Some(&'.') {
        part(head + 1)
    } else {
        return None;
    };
    let end = if chars.get(body) == Some(&'.') { part(body + 1) } else { body };
    (body > head + 4).then_some(end)
}

fn email(chars: &[char], at: usize) -> Option<usize> {
    if !chars[at].is_ascii_alphanumeric() {
        return None;
    }
    let sign = run(chars, at, |c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
    if chars.get(sign) != Some(&'@') {
        return None;
    }
    let mut end = run(chars, sign + 1, |c| c.is_ascii_alphanumeric() || ".-".contains(c));
    while end > sign + 1 && ".-".contains(chars[end - 1]) {
        end -= 1;
    }
    chars[sign + 1..end].contains(&'.').then_some(end)
}

/// ID cards, mobiles and bank cards: digits, in groups parted by single spaces or hyphens.
fn number(chars: &[char], at: usize) -> Option<usize> {
    let mut start = at;
    if chars[at] == '+' {
        start += 1;
    }
    if !chars.get(start)?.is_ascii_digit() {
        return None;
    }
    let mut digits = String::new();
    let mut found = None;
    let mut here = start;
    // Card numbers have 19 digits at most; +86 and a mobile have 13.
    while digits.len() < 24 {
        match chars.get(here) {
            Some(c) if c.is_ascii_digit() => {
                digits.push(*c);
                here += 1;
                let next = chars.get(here).copied();
                if let Some('x' | 'X') = next
                    && digits.len() == 17
                    && !chars.get(here + 1).is_some_and(char::is_ascii_alphanumeric)
                    && id_18(&digits)
                {
                    return Some(here + 1);
                }
                if !next.is_some_and(|c| c.is_ascii_alphanumeric()) && personal(&digits) {
                    // The longest match wins: a card number may begin like an ID.
                    found = Some(here);
                }
            }
            Some(' ' | '-') if chars.get(here + 1).is_some_and(char::is_ascii_digit) => here += 1,
            _ => break,
        }
    }
    found
}

fn personal(digits: &str) -> bool {
    match digits.len() {
        11 => mobile(digits),
        13 => digits.strip_prefix("86").is_some_and(mobile),
        15 => (digits.starts_with("34") || digits.starts_with("37")) && luhn(digits) || id_15(digits),
        16 | 17 | 19 => card(digits),
        18 => id_18(&digits[..17]) || card(digits),
        _ => false,
    }
}

fn mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && bytes[1] >= b'3'
}

fn pair(digits: &str, at: usize, least: u32, most: u32) -> bool {
    digits.get(at..at + 2).and_then(|d| d.parse::<u32>().ok()).is_some_and(|n| n >= least && n <= most)
}

/// GB 11643: region, birth date, order; the check digit is left out, since a mistyped number is still somebody's.
fn id_18(digits: &str) -> bool {
    pair(digits, 0, 11, 91) && pair(digits, 6, 18, 20) && pair(digits, 10, 1, 12) && pair(digits, 12, 1, 31)
}

fn id_15(digits: &str) -> bool {
    pair(digits, 0, 11, 91) && pair(digits, 8, 1, 12) && pair(digits, 10, 1, 31)
}

/// Issuer prefix *and* check digit: the check digit alone would take out a tenth of all timestamps.
fn card(digits: &str) -> bool {
    let prefix = |n: usize| digits.get(..n).and_then(|p| p.parse::<u32>().ok()).unwrap_or(0);
    let issued = prefix(2) == 62
        || prefix(1) == 4
        || matches!(prefix(2), 51..=55 | 65)
        || matches!(prefix(3), 644..=649)
        || matches!(prefix(4), 2221..=2720 | 3528..=3589 | 6011);
    issued && luhn(digits)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(n, b)| {
            let d = u32::from(b - b'0') * if n % 2 == 1 { 2 } else { 1 };
            if d > 9 { d - 9 } else { d }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn an_address_loses_query_and_fragment() {
        assert_eq!(url("https://h/a/b?name=1#x"), "https://h/a/b");
        assert_eq!(url("/u/13812345678/x"), "/u/[redacted]/x");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(text(&"长".repeat(1000)).chars().count(), MAX_CHARS + 1);
    }
}
