//! Scripts that could not be parsed: a script is beyond this browser only when the network has the very same bytes, whole.

use super::facts::{Bytes, Compared};

/// Of scripts that are kept. A page fails over the first.
const MOST: usize = 8;

/// A script that the browser could not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unparsed {
    /// What the browser said; raw.
    pub error: String,
    /// Address of the script; empty where the browser does not tell.
    pub source: String,
}

#[derive(Debug, Default)]
pub struct Scripts(Vec<Unparsed>);

impl Scripts {
    /// Keeps an error of the page's when it is about a script, each script once.
    pub fn hear(&mut self, error: &str, source: &str) {
        let source = source.split('#').next().unwrap_or_default();
        if is_syntax_error(error) && self.0.len() < MOST && !self.0.iter().any(|script| script.source == source) {
            self.0.push(Unparsed { error: error.into(), source: source.into() });
        }
    }

    /// Their addresses, without those that `may` not be compared. An empty one stands for the scripts that came last.
    pub fn sources(&self, may: impl Fn(&str) -> bool) -> Vec<String> {
        let sources = self.0.iter().map(|script| &script.source);
        sources.filter(|source| source.is_empty() || may(source)).cloned().collect()
    }

    /// Those that the network has the same way, whole.
    pub fn same_in_the_network(&self, compared: &[Compared]) -> Vec<Unparsed> {
        let same = |script: &&Unparsed| {
            let mut files =
                compared.iter().filter(|file| script.source.is_empty() || file.url == script.source).peekable();
            let told = files.peek().is_some();
            let (mut same, mut cut) = (true, false);
            for file in files {
                same &= file.bytes != Bytes::Renewed;
                cut |= file.bytes == Bytes::SameButCut;
            }
            told && same && !ends_too_early(&script.error, cut)
        };
        self.0.iter().filter(same).cloned().collect()
    }
}

/// Whether a script could not be parsed; a rejection with such an error comes of an import. One thrown at run time is none: of JSON, browsers
/// say so, and WebKit says "The string did not match the expected pattern".
fn is_syntax_error(text: &str) -> bool {
    let text = text.strip_prefix("Uncaught ").unwrap_or(text);
    text.starts_with("SyntaxError") && !text.contains("JSON") && !text.contains("expected pattern")
}

/// Whether a syntax error says that the script ends in the middle. Some of its words are said of other errors, too; with those it depends on
/// whether the script looks `cut`.
fn ends_too_early(text: &str, cut: bool) -> bool {
    const CERTAIN: [&str; 6] = ["end of input", "end of script", "EOF", "nterminated", "not terminated", "missing /"];
    const OTHERWISE: [&str; 2] = ["Invalid or unexpected token", "missing "];
    CERTAIN.iter().any(|words| text.contains(words)) || (cut && OTHERWISE.iter().any(|words| text.contains(words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_say_of_a_script_is_told_from_what_they_say_of_data() {
        for text in ["SyntaxError: Unexpected token '|'", "Uncaught SyntaxError: Unexpected end of input"] {
            assert!(is_syntax_error(text), "{text}");
        }
        for text in [
            "SyntaxError: \"undefined\" is not valid JSON",
            "SyntaxError: JSON.parse: unexpected character at line 1 column 1 of the JSON data",
            "SyntaxError: JSON Parse error: Unexpected EOF",
            "SyntaxError: The string did not match the expected pattern.",
            "TypeError: x is not a function",
        ] {
            assert!(!is_syntax_error(text), "{text}");
        }
        let ends = [
            "SyntaxError: Unexpected end of input",
            "SyntaxError: expected property name, got end of script",
            "SyntaxError: \"\" literal not terminated before end of script",
            "SyntaxError: Unexpected EOF",
            "SyntaxError: Unterminated template literal",
        ];
        assert!(ends.iter().all(|text| ends_too_early(text, false)));
        assert!(ends_too_early("SyntaxError: missing } after function body", true));
        assert!(!ends_too_early("SyntaxError: missing } after function body", false));
        assert!(!ends_too_early("SyntaxError: Unexpected token '?'", true));
    }

    #[test]
    fn each_script_is_kept_once_and_not_too_many_are() {
        let mut scripts = Scripts::default();
        for at in 0..99 {
            scripts.hear("SyntaxError: Unexpected token '|'", &format!("/{}.js#{at}", at / 2));
            scripts.hear("TypeError: x is not a function", &format!("/{at}.js"));
        }
        let sources = scripts.sources(|source| source != "/1.js");
        assert_eq!(sources, ["/0.js", "/2.js", "/3.js", "/4.js", "/5.js", "/6.js", "/7.js"]);
    }
}
