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
