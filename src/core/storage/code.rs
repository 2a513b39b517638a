//! Files of code by their looks: what their names and their texts say without a parser.

/// What is compared with the network.
const CODE: [&str; 3] = [".js", ".mjs", ".css"];

/// Whether an address names a script or a style sheet, at the end of its path or, for a service that joins files, of its query.
pub fn is_comparable(url: &str) -> bool {
    CODE.iter().any(|ending| names(url, ending))
}

/// Whether it names a style sheet.
pub fn is_style(url: &str) -> bool {
    names(url, ".css")
}

fn names(url: &str, ending: &str) -> bool {
    url.split(['?', '#']).any(|part| part.ends_with(ending))
}

/// Whether a text is HTML and no code. `<!--` is a comment in scripts and style sheets too.
pub fn is_html(text: &str) -> bool {
    let text = text.trim_start_matches(|char: char| char.is_whitespace() || char == '\u{feff}');
    text.starts_with('<') && !text.starts_with("<!--")
}

/// Whether a script ends before all that it opened is closed. Regular expressions are not told from what they look like, so that this decides
/// only where the browser's own words leave it open.
pub fn is_cut(code: &str) -> bool {
    let mut depth = 0_i32;
    let mut left = code.chars();
    while let Some(char) = left.next() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '"' | '\'' | '`' => match after_string(left.as_str(), char) {
                Some(rest) => left = rest.chars(),
                None => return true,
            },
            '/' => left = after_comment(left.as_str()).chars(),
            _ => (),
        }
    }
    depth > 0
}

/// What follows the string that has just begun, or `None` where it does not end. A template may hold line breaks.
fn after_string(text: &str, quote: char) -> Option<&str> {
    let mut left = text.chars();
    loop {
        match left.next()? {
            '\\' => _ = left.next()?,
            '\n' if quote != '`' => return None,
            char if char == quote => return Some(left.as_str()),
            _ => (),
        }
    }
}

/// What follows the comment that a slash may have begun. What looks like one that never ends is most often part of a regular expression.
fn after_comment(text: &str) -> &str {
    if let Some(comment) = text.strip_prefix('*') {
        return comment.split_once("*/").map_or(text, |(_, rest)| rest);
    }
    match text.strip_prefix('/') {
        Some(comment) => comment.split_once(['\n', '\r', '\u{2028}', '\u{2029}']).map_or("", |(_, rest)| rest),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_known_by_its_name() {
        for url in ["/app.js", "/app.mjs?v=1", "/app.css#a", "https://a/join?a.js&b.js", "/a.js?b#c"] {
            assert!(is_comparable(url), "{url}");
        }
        for url in ["/", "/app.json", "/app.js/", "/app.jsx?v", "/js", "https://a/pay.jsp?x=1", "/app.wasm", ""] {
            assert!(!is_comparable(url), "{url}");
        }
        assert!(is_style("/app.css?v=1") && is_style("/app.css"));
        assert!(!is_style("/app.js") && !is_style("/app.css.js") && !is_style("/css"));
    }

    #[test]
    fn html_is_told_from_code() {
        for text in ["<!doctype html>", " \r\n\t<html>", "\u{feff}<p>busy", "<", "\u{a0}<!-", "<!-x"] {
            assert!(is_html(text), "{text}");
        }
        for text in
            ["", " ", "start(1)", "<!-- hidden from old browsers", "\n<!--\nstart()", "a < b", "{\"a\":\"<p>\"}"]
        {
            assert!(!is_html(text), "{text}");
        }
    }

    #[test]
    fn a_script_that_closes_what_it_opened_is_whole() {
        let whole = [
            "",
            "start({ a: [1, (2)] })",
            // Strings.
            r#"a = "(" + '[' + "it's" + 'say "{"'"#,
            r#"a = "\"(" + '\'{' + "\\""#,
            "a = \"one \\\n two (\"",
            r#""" + '' + ``"#,
            // Templates.
            "a = `one (\n two [`",
            "a = `\\`{` + `${b}`",
            "a = `it's \"`",
            // Comments.
            "a() // it's (",
            "a() // (\nb()",
            "a() // \"\u{2028}b()",
            "/* it's ( \n { */ a()",
            "a() /* // */ + b()",
            "/**/ a() /***/",
            "<!-- hidden\na()",
            "a = 'http://b/(' + c",
            // What looks like a comment and is none.
            "a = /[/*]/.test(b)",
            "a = b / c / d",
            // More closed than opened is another error.
            "}) ]",
            // What is not ASCII.
            "größe = 'ü(' + \"🙂{\" // é[",
        ];
        for code in whole {
            assert!(!is_cut(code), "{code}");
        }
    }

    #[test]
    fn a_script_that_ends_in_the_middle_is_cut() {
        let cut = [
            "start({ a: 1,",
            "start(",
            "a = [1, 2",
            "start({ a: \"x",
            "a = 'x",
            "a = \"x\n\"",
            "a = 'x\\",
            "a = \"x\\\"",
            "a = `x ${b} ",
            "a = `x\\`",
            "a() { // }",
            "a() { /* } */",
            "a({ b: '}' + \")\"",
            "(/*",
            "größe('ü",
        ];
        for code in cut {
            assert!(is_cut(code), "{code}");
        }
    }

    #[test]
    fn a_regular_expression_counts_as_what_it_looks_like() {
        assert!(!is_cut(r"a.replace(/\(|\)/g, b)"));
        assert!(is_cut(r"a.replace(/\(/g, b)"), "a bracket");
        assert!(is_cut(r#"a.replace(/"/g, b)"#), "a quote");
        assert!(!is_cut("a.replace(/[/*]{/, b)}"), "no comment that never ends");
        assert!(!is_cut("a = /\\//; b({"), "a comment to the end of the line");
    }
}
