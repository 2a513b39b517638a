//! What crosses the boundary to the page's code: options in, verdicts and notices out. The only place that knows their
//! formats, OTLP aside.

pub mod options;
pub mod out;

/// The words with this between each two.
pub fn joined(words: &[&str], between: &str) -> String {
    let mut out = String::new();
    for (place, word) in words.iter().enumerate() {
        if place > 0 {
            out.push_str(between);
        }
        out.push_str(word);
    }
    out
}

/// Whether it is one of these words, which have a comma between each two.
pub fn among(word: &str, words: &str) -> bool {
    words.as_bytes().split(|byte| *byte == b',').any(|known| known.trim_ascii_start() == word.as_bytes())
}
