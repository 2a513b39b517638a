//! Redaction: the only way for text into telemetry. The first net is an allow-list (addresses without query, messages
//! without quoted values); this second net finds personal data by shape, as PIPL and GDPR name it.

use crate::core::text::{has, piece, stop};

/// Stands where something was taken out.
pub const MASK: &str = "[redacted]";
/// Longest text kept, in characters.
const MAX_CHARS: usize = 300;
/// A query or fragment key that contains one of these has its value taken out.
const SECRET_KEYS: &str = "token ticket code sign secret pass auth session sid jwt otp captcha openid idcard phone \
                           mobile cardno acct name addr mail";

/// An address without user info, query and fragment.
pub fn url(address: &str) -> String {
    text(&address[..stop(address, b"?#")])
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
    loop {
        let start = stop(rest, b"\"'`");
        let Some(quote) = rest.as_bytes().get(start) else { break };
        let inside = &rest[start + 1..];
        out.push_str(&rest[..start + 1]);
        let end = stop(inside, &[*quote]);
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
        out.push_str(if harmless { quoted } else { "…" });
        out.push(char::from(*quote));
        rest = &inside[end + 1..];
    }
    out.push_str(rest);
    text(&out)
}

/// Any text: normalised (percent-decoded, full width to ASCII, zero-width dropped), then scanned.
pub fn text(raw: &str) -> String {
    let chars = normalise(raw);
    let mut out = String::new();
    let mut kept = 0;
    let mut at = 0;
    while at < chars.len() {
        if kept >= MAX_CHARS {
            out.push('…');
            break;
        }
        let mut keep = at;
        let mut end = secret(&chars, at, &mut keep);
        if end == NONE {
            (keep, end) = (at + 1, at + 1);
        }
        for c in &chars[at..keep] {
            out.push(*c);
        }
        if keep < end {
            out.push_str(MASK);
        }
        at = end;
        kept += 1;
    }
    out
}

fn normalise(raw: &str) -> Vec<char> {
    let mut decoded = Vec::new();
    for c in raw.chars() {
        decoded.push(c);
    }
    // Twice, since a redirect often carries an address inside an address.
    for _ in 0..2 {
        decoded = percent_decode(decoded);
    }
    let mut out = Vec::new();
    for c in decoded {
        out.push(match c {
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => continue,
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            c => c,
        });
    }
    out
}

/// What is no text when decoded stays as it was. UTF-8 is put together here: the library's check of it is long, and fast
/// where nothing here has to be.
fn percent_decode(text: Vec<char>) -> Vec<char> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(first) = percent(&text, at) else {
            out.push(text[at]);
            at += 1;
            continue;
        };
        // A character of several bytes begins with as many ones; a single one is the mark of the bytes that follow.
        let length = match (first as u8).leading_ones() as usize {
            0 => 1,
            1 => 0,
            n => n,
        };
        let mut code = if length == 1 { first } else { first & (0x7f >> length) };
        for n in 1..length {
            match percent(&text, at + 3 * n) {
                Some(next) if next & 0xc0 == 0x80 => code = code << 6 | next & 0x3f,
                _ => return text,
            }
        }
        match char::from_u32(code) {
            Some(c) if c.len_utf8() == length => out.push(c),
            _ => return text,
        }
        at += 3 * length;
    }
    out
}

/// The byte that `%` and two hexadecimal digits stand for.
fn percent(text: &[char], at: usize) -> Option<u32> {
    if char_at(text, at) != '%' {
        return None;
    }
    Some(char_at(text, at + 1).to_digit(16)? * 16 + char_at(text, at + 2).to_digit(16)?)
}

// What follows looks for something at one place and answers where it ends, or `NONE`: a plain number takes fewer bytes
// than an `Option` of one. Beyond the end of the text stands a NUL.

const NONE: usize = 0;

fn char_at(chars: &[char], at: usize) -> char {
    chars.get(at).copied().unwrap_or('\0')
}

fn one_of(c: char, set: &str) -> bool {
    set.bytes().any(|b| char::from(b) == c)
}

/// A letter or digit of ASCII, or one of `more`.
fn is_word(c: char, more: &str) -> bool {
    c.is_ascii_alphanumeric() || one_of(c, more)
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
    while at < chars.len() && !one_of(chars[at], stops) {
        at += 1;
    }
    at
}

fn starts_with(chars: &[char], at: usize, word: &str) -> bool {
    word.bytes().enumerate().all(|(n, b)| char_at(chars, at + n).to_ascii_lowercase() == char::from(b))
}

/// Something secret that begins at `at`: where it ends, and in `keep` up to where it is kept (a key, a scheme).
fn secret(chars: &[char], at: usize, keep: &mut usize) -> usize {
    let mut end = user_info(chars, at, keep);
    if end == NONE {
        end = secret_pair(chars, at, keep);
    }
    if end != NONE || (at > 0 && chars[at - 1].is_ascii_alphanumeric()) {
        return end;
    }
    end = credentials(chars, at, keep);
    for find in [jwt, email, number] {
        if end == NONE {
            end = find(chars, at);
        }
    }
    end
}

/// `Bearer …` and `Basic …`.
fn credentials(chars: &[char], at: usize, keep: &mut usize) -> usize {
    for scheme in ["bearer ", "basic "] {
        if starts_with(chars, at, scheme) {
            let start = at + scheme.len();
            let end = word(chars, start, "-._~+/=");
            if end < start + 6 {
                return NONE;
            }
            *keep = start;
            return end;
        }
    }
    NONE
}

/// `//user:password@`.
fn user_info(chars: &[char], at: usize, keep: &mut usize) -> usize {
    if !starts_with(chars, at, "//") {
        return NONE;
    }
    let end = until(chars, at + 2, "/?#@ \"'");
    if end == at + 2 || char_at(chars, end) != '@' {
        return NONE;
    }
    *keep = at + 2;
    end
}

/// `?key=value`, `&key=value`, `#key=value` with a telling key.
fn secret_pair(chars: &[char], at: usize, keep: &mut usize) -> usize {
    let equals = word(chars, at + 1, "_-.[]");
    if !one_of(chars[at], "?&#;") || char_at(chars, equals) != '=' {
        return NONE;
    }
    let mut key = String::new();
    for c in &chars[at + 1..equals] {
        if !one_of(*c, "_-.") {
            key.push(c.to_ascii_lowercase());
        }
    }
    let mut rest = SECRET_KEYS;
    while !rest.is_empty() {
        if has(&key, piece(&mut rest, b' ')) {
            *keep = equals + 1;
            return until(chars, equals + 1, "&#; \"'");
        }
    }
    NONE
}

fn jwt(chars: &[char], at: usize) -> usize {
    let part = |from| word(chars, from, "-_=");
    let head = part(at);
    if !starts_with(chars, at, "eyj") || char_at(chars, head) != '.' {
        return NONE;
    }
    let body = part(head + 1);
    if body <= head + 4 {
        return NONE;
    }
    if char_at(chars, body) == '.' { part(body + 1) } else { body }
}

fn email(chars: &[char], at: usize) -> usize {
    let sign = word(chars, at, "._%+-");
    if !chars[at].is_ascii_alphanumeric() || char_at(chars, sign) != '@' {
        return NONE;
    }
    let mut end = word(chars, sign + 1, ".-");
    while end > sign + 1 && one_of(chars[end - 1], ".-") {
        end -= 1;
    }
    if until(chars, sign + 1, ".") < end { end } else { NONE }
}

/// ID cards, mobiles and bank cards: digits, in groups parted by single spaces or hyphens.
fn number(chars: &[char], at: usize) -> usize {
    let mut here = at + usize::from(chars[at] == '+');
    let mut found = NONE;
    let mut digits: Vec<u32> = Vec::new();
    if !char_at(chars, here).is_ascii_digit() {
        return NONE;
    }
    // Card numbers have 19 digits at most; +86 and a mobile have 13.
    while digits.len() < 24 {
        let c = char_at(chars, here);
        here += 1;
        let next = char_at(chars, here);
        if c.is_ascii_digit() {
            digits.push(c as u32 - '0' as u32);
            if one_of(next, "xX")
                && digits.len() == 17
                && !char_at(chars, here + 1).is_ascii_alphanumeric()
                && id_18(&digits)
            {
                return here + 1;
            }
            if !next.is_ascii_alphanumeric() && personal(&digits) {
                // The longest match wins: a card number may begin like an ID.
                found = here;
            }
        } else if !one_of(c, " -") || !next.is_ascii_digit() {
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
    let mut sum = 0;
    let mut doubled = false;
    for d in digits.iter().rev() {
        let d = if doubled { d * 2 } else { *d };
        sum += if d > 9 { d - 9 } else { d };
        doubled = !doubled;
    }
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
                raw.push_str(&format!("%{byte:02x}"));
            }
            let decoded: String = percent_decode(raw.chars().collect()).iter().collect();
            let expected = String::from_utf8(bytes).map_or(raw, |text| format!("x%{text}"));
            assert_eq!(decoded, expected);
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
