//! Texts put together by hand: the standard library's formatting would be a tenth of what the page has to load.

pub fn cat(parts: &[&str]) -> String {
    let mut out = String::with_capacity(parts.iter().map(|p| p.len()).sum());
    for part in parts {
        out.push_str(part);
    }
    out
}

/// Where `needle` begins in `hay`. Texts here are short: the library's two-way search is not worth its bytes.
pub fn find(hay: &str, needle: &str) -> Option<usize> {
    let (hay, needle) = (hay.as_bytes(), needle.as_bytes());
    (0..hay.len()).find(|at| hay.get(*at..).is_some_and(|rest| rest.starts_with(needle)))
}

pub fn has(hay: &str, needle: &str) -> bool {
    find(hay, needle).is_some()
}

/// Where the first of these ASCII bytes stands in a text; its length when none does. One loop for all searches: each of
/// the library's searchers is code of its own.
pub fn stop(text: &str, at: &[u8]) -> usize {
    text.bytes().position(|b| at.iter().copied().any(|s| s == b)).unwrap_or(text.len())
}

/// Takes the piece before the next `end`, and `end` itself, off a text.
pub fn piece<'a>(rest: &mut &'a str, end: u8) -> &'a str {
    let (first, more) = rest.split_at(stop(rest, &[end]));
    *rest = more.get(1..).unwrap_or_default();
    first
}

/// Where a code stands in a list of codes parted by blanks. Such lists are single texts, because an array of texts is an
/// address and a length for each.
pub fn place(codes: &str, code: &str) -> Option<usize> {
    let mut rest = codes;
    let mut n = 0;
    while !rest.is_empty() {
        if piece(&mut rest, b' ') == code {
            return Some(n);
        }
        n += 1;
    }
    None
}

/// The code at a place of such a list.
#[inline(never)]
pub fn code_at(codes: &'static str, place: usize) -> &'static str {
    let mut rest = codes;
    for _ in 0..place {
        piece(&mut rest, b' ');
    }
    piece(&mut rest, b' ')
}

/// Decimal digits.
pub fn num(n: impl Into<u64>) -> String {
    let mut out = String::new();
    push_num(&mut out, n.into());
    out
}

#[inline(never)]
pub fn push_num(out: &mut String, n: u64) {
    if n > 9 {
        push_num(out, n / 10);
    }
    out.push(char::from(b'0' + (n % 10) as u8));
}

/// Decimal digits and nothing else, or `None`.
pub fn read_num(text: &str) -> Option<u64> {
    let digit = |b: u8| b.is_ascii_digit().then(|| u64::from(b - b'0'));
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0u64, |n, b| n.checked_mul(10)?.checked_add(digit(b)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_the_round_trip() {
        for n in [0, 7, 10, 1_760_000_000_000, u64::MAX] {
            assert_eq!(num(n), n.to_string());
            assert_eq!(read_num(&num(n)), Some(n));
        }
        for bad in ["", "-1", "1x", "18446744073709551616"] {
            assert_eq!(read_num(bad), None, "{bad}");
        }
        assert_eq!((find("a://b", "://"), find("ab", "c"), has("", "x")), (Some(1), None, false));
        assert_eq!(cat(&["a", "", "é"]), "aé");
    }
}
