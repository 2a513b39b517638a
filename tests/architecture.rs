//! The repository's rules as tests: what the core may name, how thin the bindings are, what each file starts with.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(under: &Path, ending: &str, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(under).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !["node_modules", "target", "dist", ".git"].contains(&name.to_string_lossy().as_ref()) {
                files(&path, ending, out);
            }
        } else if name.to_string_lossy().ends_with(ending) {
            out.push(path);
        }
    }
}

fn sources(under: &str, ending: &str) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    files(&root().join(under), ending, &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "no {ending} under {under}");
    paths
        .into_iter()
        .map(|p| {
            let name = p.strip_prefix(root()).unwrap_or(&p).display().to_string();
            (name, fs::read_to_string(&p).unwrap_or_default())
        })
        .collect()
}

/// Code without comments and without its test module.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().map(|l| l.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check_absent(under: &str, ending: &str, words: &[&str], why: &str) {
    for (name, text) in sources(under, ending) {
        let code = code(&text);
        for word in words {
            assert!(!code.contains(word), "{name} names `{word}`: {why}");
        }
    }
}

#[test]
fn the_core_names_no_clock_no_chance_no_browser() {
    let words = [
        "std::time",
        "Instant",
        "SystemTime",
        "rand::",
        "getrandom",
        "wasm_bindgen",
        "web_sys",
        "js_sys",
        "gloo",
        "serde_wasm_bindgen",
        "std::thread",
        "std::fs",
        "std::env",
        "crate::shell",
        "crate::wire",
        "crate::bindings",
    ];
    check_absent("src/core", ".rs", &words, "the core is pure; the caller owns the clock, the dice and the browser");
}

#[test]
fn core_siblings_meet_only_in_the_engine() {
    // Shared vocabulary that any part may use.
    let vocabulary = [
        "time",
        "dice",
        "config",
        "incident",
        "event",
        "action",
        "prompt",
        "render",
        "freshness",
        "storage",
        "playbook",
    ];
    for (name, text) in sources("src/core", ".rs") {
        if name.contains("engine") || name.ends_with("memory.rs") {
            continue;
        }
        for word in ["retry", "memory", "telemetry"] {
            let own = name.contains(word);
            let used = code(&text).contains(&format!("super::{word}::"));
            assert!(own || !used, "{name} uses `{word}`: only {vocabulary:?} are shared, the rest meets in the engine");
        }
    }
}

#[test]
fn wire_and_shell_import_one_way() {
    check_absent("src/shell", ".rs", &["crate::bindings"], "core ← wire ← shell ← bindings");
}

#[test]
fn the_shell_never_panics_on_purpose() {
    let words = [
        ".unwrap()",
        ".expect(",
        "expect_throw",
        "unwrap_throw",
        "panic!(",
        "unreachable!(",
        "todo!(",
        "unimplemented!(",
    ];
    check_absent("src/shell", ".rs", &words, "every browser call may fail, and its failure is a value");
}

#[test]
fn nothing_that_ships_builds_markup_or_code_from_text() {
    let words =
        ["set_inner_html", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"];
    check_absent("src", ".rs", &words, "strict CSP and Trusted Types");
    // One place writes a script where the parser stands, out of an element and not out of text: nothing else keeps the order of parser-blocking
    // scripts without freezing the page.
    for (name, text) in sources("pkg-config/src", ".ts") {
        for word in words {
            let writes = name.ends_with("healing.ts") && matches!(word, "document.write" | "outerHTML");
            assert!(writes || !code(&text).contains(word), "{name} names `{word}`: strict CSP and Trusted Types");
        }
    }
}

#[test]
fn bindings_stay_thin() {
    let text = fs::read_to_string(root().join("src/bindings.rs")).unwrap_or_default();
    let lines = code(&text).lines().filter(|l| !l.trim().is_empty()).count();
    assert!(lines > 20, "src/bindings.rs is missing or empty");
    assert!(lines <= 260, "src/bindings.rs has {lines} lines of code: bindings pass on, they do not decide");
    assert!(!text.contains("match verdict"), "decisions live in the core");
}

/// The runner of the browser tests serves with `tiny_http` 0.12, whose pool starts with four threads, one for each connection, and forgets a
/// fifth connection that comes before a called thread is awake: with five modules to fetch, one page in three never loads.
#[test]
fn the_crate_asks_for_no_more_modules_than_the_test_runners_server_can_serve_at_once() {
    let sources = sources("src", ".rs");
    let modules: std::collections::BTreeSet<_> = sources
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| line.trim().strip_prefix("#[wasm_bindgen(module = "))
        .collect();
    assert!((1..=4).contains(&modules.len()), "{} modules: {modules:?}", modules.len());
}

#[test]
fn a_file_says_in_its_first_line_what_it_is_for() {
    for under in ["src", "tests", "xtask/src", "www/server", "pkg-config/src"] {
        for ending in [".rs", ".ts"] {
            let mut paths = Vec::new();
            files(&root().join(under), ending, &mut paths);
            for path in paths {
                let text = fs::read_to_string(&path).unwrap_or_default();
                let first = text.lines().next().unwrap_or_default();
                let says = first.starts_with("//") || first.starts_with("/*");
                assert!(says && first.len() > 15, "{}: first line is {first:?}", path.display());
            }
        }
    }
}

#[test]
fn files_stay_small_enough_to_know() {
    for ending in [".rs", ".js", ".ts", ".mjs"] {
        for (name, text) in sources(".", ending) {
            let lines = text.lines().count();
            assert!(lines <= 700, "{name} has {lines} lines: split it");
        }
    }
}

#[test]
fn the_code_map_names_every_part_of_the_core_and_the_shell() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap_or_default();
    for under in ["src/core", "src/shell"] {
        for entry in fs::read_dir(root().join(under)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let part = name.trim_end_matches(".rs");
            assert!(
                part == "mod" || map.contains(&format!("`{part}`")),
                "ARCHITECTURE.md does not name {under}/{name}"
            );
        }
    }
}
