//! The imports of TypeScript, JavaScript and Vue files: each relative address behind `from` or `import`.
use crate::graph::Graph;
use crate::rust::Files;

/// What an address may leave out, the first that is there first.
const ENDINGS: [&str; 7] = ["", ".ts", ".vue", ".js", ".mjs", ".d.ts", "/index.ts"];

pub fn add_imports(graph: &mut Graph, files: &Files) {
    for (file, text) in files {
        for (address, line) in addresses(text) {
            if let Some(target) = resolve(file, address, files) {
                graph.add(file, &target, line);
            }
        }
    }
}

/// Addresses of `import … from "x"`, `export … from "x"`, `import "x"` and `import("x")`, with their lines. Comments count: a type in JSDoc is
/// imported there.
fn addresses(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    for keyword in ["from", "import"] {
        for (at, _) in text.match_indices(keyword) {
            let (before, after) = (&text[..at], &text[at + keyword.len()..]);
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.');
            if before.ends_with(is_part) || after.starts_with(is_part) {
                continue;
            }
            let after = after.trim_start();
            let after =
                if keyword == "import" { without_comments(after.strip_prefix('(').unwrap_or(after)) } else { after };
            let quoted = ['"', '\'', '`'].into_iter().find_map(|quote| after.strip_prefix(quote)?.split_once(quote));
            if let Some((address, _)) = quoted {
                found.push((address, before.matches('\n').count() + 1));
            }
        }
    }
    found
}

/// Notes to bundlers stand before the address of an `import()`.
fn without_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        match text.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
            Some((_, rest)) => text = rest,
            None => return text,
        }
    }
}

/// The file that a relative address means, if it is one of these. TypeScript may be asked for under the name that it is compiled to.
fn resolve(from: &str, address: &str, files: &Files) -> Option<String> {
    if !address.starts_with('.') {
        return None;
    }
    let mut path: Vec<_> = from.split('/').collect();
    path.pop();
    for part in address.split(['?', '#']).next()?.split('/') {
        match part {
            "." => {}
            ".." => drop(path.pop()?),
            part => path.push(part),
        }
    }
    let path = path.join("/");
    let source = path.strip_suffix(".js").map(|stem| format!("{stem}.ts"));
    let places = ENDINGS.iter().map(|ending| format!("{path}{ending}")).chain(source);
    places.into_iter().find(|place| files.contains_key(place))
}
