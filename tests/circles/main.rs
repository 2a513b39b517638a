//! No circle of imports: files that need each other are one file, or what both need is a third.
//!
//! The rule, exactly. The graph's points are files, and its arrows lead from a file to each other file that it imports from.
//!
//! - **Rust** (a crate at a time): every path of two or more words in the code counts, in a `use` (groups, `as` and `*` followed) and elsewhere
//!   (`crate::sh::run()`, inside of macros as well). It leads to the file of the innermost module that it names: `super::queue::Queue` to
//!   `queue.rs`, `super::Guard` to the parent's file. Names that `use` has brought in are followed to where they come from. `mod child;` alone is
//!   no import; a parent whose code uses its child (`pub use` included) imports from it, and a child that uses an item of its parent imports from
//!   the parent, so both together are a circle. What stands under `#[cfg(test)]` does not count, nor do other crates.
//! - **TypeScript, JavaScript, Vue**: `import … from`, `export … from`, `import "…"` and `import("…")` count, types as well, where the address is
//!   relative and leads to another of these files.
#![cfg(not(target_arch = "wasm32"))]
mod graph;
mod rust;
mod script;

use graph::Graph;
use rust::Files;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

const RUST: [&str; 5] = ["src", "www/server/src", "xtask/src", "tests/lab/src", "tests/bench/src"];
const SCRIPTS: [&str; 4] = ["src", "www/src", "pkg-config/src", "tests/bench"];

/// All files below these folders whose names end in one of these ways.
fn files(folders: &[&str], endings: &[&str]) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Files::new();
    let mut folders: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() && name != "node_modules" {
                folders.push(path);
            } else if endings.iter().any(|ending| name.to_string_lossy().ends_with(ending)) {
                let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                files.insert(name, text);
            }
        }
    }
    files
}

static IMPORTS: LazyLock<Graph> = LazyLock::new(|| {
    let mut graph = Graph::default();
    rust::add_imports(&mut graph, &files(&RUST, &[".rs"]));
    script::add_imports(&mut graph, &files(&SCRIPTS, &[".ts", ".js", ".mjs", ".vue"]));
    graph
});

/// Folders of the core that are rooms: a job each, with a state of its own.
const ROOMS: [&str; 8] = ["freshness", "incident", "playbook", "prompt", "render", "retry", "storage", "telemetry"];
/// What rooms share.
const SHARED: [&str; 13] = [
    "address",
    "config",
    "dice",
    "event",
    "given",
    "id",
    "incident/record",
    "json",
    "number",
    "playbook/ladder",
    "playbook/plan",
    "time",
    "vocabulary",
];
/// The words of others that the hub speaks, without a way to their state.
const HUB: [&str; 6] =
    ["freshness/verdict", "prompt/words", "refresh", "render/verdict", "storage/facts", "telemetry/redact"];
/// And those that a playbook may be about.
const PLAYBOOK: [&str; 1] = ["prompt/words"];

#[test]
fn a_room_imports_its_own_and_the_shared_vocabulary() {
    for room in ROOMS {
        let own = format!("src/core/{room}/");
        let others: &[&str] = match room {
            "incident" => &HUB,
            "playbook" => &PLAYBOOK,
            _ => &[],
        };
        let words = [&SHARED[..], others].concat();
        let mut seen = false;
        for (from, to) in IMPORTS.arrows().filter(|(from, _)| from.starts_with(&own)) {
            seen = true;
            let shared = words.iter().any(|word| to == format!("src/core/{word}.rs"));
            assert!(shared || to.starts_with(&own), "{from} imports {to}: a room reaches no other job");
        }
        assert!(seen, "{room} imports nothing: is it still a folder of the core?");
    }
}

#[test]
fn no_imports_run_in_a_circle() {
    let circles = IMPORTS.circles();
    assert!(circles.is_empty(), "imports run in a circle:\n{}", circles.join("\n"));
}

#[test]
fn imports_are_found_in_every_place() {
    for place in RUST.iter().chain(&SCRIPTS) {
        assert!(IMPORTS.arrows().any(|(from, _)| from.starts_with(place)), "no import is found in {place}");
    }
}

/// `files` are names and texts; `want` is what they import from each other, `a.rs > b.rs`, sorted.
#[track_caller]
fn check(files: &[(&str, &str)], want: &[&str]) {
    let files: Files = files.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
    let mut graph = Graph::default();
    if files.keys().all(|name| name.ends_with(".rs")) {
        rust::add_imports(&mut graph, &files);
    } else {
        script::add_imports(&mut graph, &files);
    }
    let found: Vec<_> = graph.arrows().map(|(from, to)| format!("{from} > {to}")).collect();
    assert_eq!(found, want);
}

/// `code` stands in `x/a.rs`, beside `x/b.rs` (with a child `x/b/c.rs`) and below `x/lib.rs`.
#[track_caller]
fn check_rust(code: &str, want: &[&str]) {
    let want: Vec<_> = want.iter().map(|to| format!("x/a.rs > {to}")).collect();
    let want: Vec<_> = want.iter().map(String::as_str).collect();
    let lib = "mod a; mod b; struct Top;";
    check(&[("x/lib.rs", lib), ("x/a.rs", code), ("x/b.rs", "pub mod c; pub struct B;"), ("x/b/c.rs", "")], &want);
}

#[test]
fn paths_of_rust_lead_to_the_file_of_the_innermost_module() {
    let (top, b, c) = ("x/lib.rs", "x/b.rs", "x/b/c.rs");
    check_rust("use crate::b::B;", &[b]);
    check_rust("use super::b::B;", &[b]);
    check_rust("use super::Top;", &[top]);
    check_rust("use super::*;", &[top]);
    check_rust("use crate::b::{\n    self as other,\n    c::{C, D},\n};", &[b, c]);
    check_rust("use crate::{b::c, Top};", &[b, c].iter().skip(1).chain(&[top]).copied().collect::<Vec<_>>());
    check_rust("use crate::b as other; fn f() { other::c::g() }", &[b, c]);
    check_rust("use super::*; fn f() { b::c::g() }", &[c, top]);
    check_rust("fn f() { println!(\"{}\", crate::b::g()) }", &[b]);
    check_rust("mod inner { use super::super::b::B; }", &[b]);
    check_rust("mod inner { struct I; } use inner::I; use self::inner::I as J;", &[]);
    check_rust("pub(in crate::b) struct S; use ::b::B; use std::b::B; fn f() { Self::b::c }", &[]);
    check_rust("// use crate::b::B;\n/* use crate::b::B; */ const S: &str = \"crate::b::B\";", &[]);
    check_rust(
        "#[cfg(test)]\nuse crate::b::B;\n#[cfg(test)]\nmod tests { use crate::b::B; }\nuse crate::b::c::C;",
        &[c],
    );
}

#[test]
fn a_parent_that_only_declares_its_child_does_not_import_it() {
    let child = ("x/p/child.rs", "use super::Thing;");
    let declares = ("x/p/mod.rs", "mod child; pub struct Thing;");
    check(&[("x/lib.rs", "mod p;"), declares, child], &["x/p/child.rs > x/p/mod.rs"]);
    let both = ["x/p/child.rs > x/p/mod.rs", "x/p/mod.rs > x/p/child.rs"];
    for uses in ["mod child; pub use child::Other;", "mod child; fn f() { child::g() }"] {
        check(&[("x/lib.rs", "mod p;"), ("x/p/mod.rs", uses), child], &both);
    }
}

#[test]
fn imports_of_scripts_are_found_however_they_are_written() {
    for code in [
        "import { a,\n  b } from \"./b\";",
        "import './b.js'",
        "export type * from \"../x/b\";",
        "const b = () => import(/* @vite-ignore */ `./b.ts`);",
        "/** @type {import(\"./b.js\").B} */",
    ] {
        check(&[("x/a.vue", code), ("x/b.ts", "")], &["x/a.vue > x/b.ts"]);
    }
    check(
        &[("x/a.ts", "import b from \"b\"; const from = \"./b\"; import.meta.b; from.import(\"./c\")"), ("x/b.ts", "")],
        &[],
    );
}

#[test]
fn a_circle_is_told_with_the_lines_that_make_it() {
    let mut graph = Graph::default();
    for (from, to, line) in [("a", "b", 1), ("b", "c", 2), ("c", "a", 3), ("c", "d", 4), ("d", "e", 5), ("e", "d", 6)] {
        graph.add(from, to, line);
    }
    assert_eq!(graph.circles(), ["a:1 → b:2 → c:3 → a", "d:5 → e:6 → d"]);
}
