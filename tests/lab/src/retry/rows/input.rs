//! Rows: fallbacks and elements that make no sense.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "fallback-is-the-page",
        title: "a fallback that is the page's own origin",
        config: r#"{"fallback":["{{page}}","{{backup}}"]}"#,
        head: r#"<script src="/a.js"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "fallback-is-no-address",
        title: "a fallback that is no address",
        config: r#"{"fallback":["http://:0:0","{{backup}}"]}"#,
        head: r#"<script src="/a.js"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "fallback-refuses",
        title: "the first fallback refuses connections",
        config: r#"{"fallback":["{{dead}}","{{backup}}"]}"#,
        head: r#"<script src="/a.js"></script><script type="module" src="/b.js"></script>"#,
        backup: &[("/a.js", Ran("a")), ("/b.js", Ran("b"))],
        want: r#"["a","b"]"#,
        ..ROW
    },
    Row {
        name: "no-fallback",
        title: "without a fallback the page is as without a guard",
        config: r#"{"fallback":[]}"#,
        head: r#"<script src="/a.js" onerror="heard.push('error')"></script><script>ran.push("inline")</script>"#,
        check: "[ran, heard]",
        want: r#"[["inline"],["error"]]"#,
        ..ROW
    },
    Row {
        name: "third-party",
        title: "a third party's script is never asked of the fallback",
        config: r#"{"origins":[]}"#,
        head: r#"<script src="{{dead}}/chat.js" onerror="heard.push('error')"></script>"#,
        backup: &[("/chat.js", Ran("chat"))],
        check: "[ran, heard]",
        want: r#"[[],["error"]]"#,
        asked: &[("backup", "/chat.js", 0, 0)],
        ..ROW
    },
    Row {
        name: "blob-and-data-scripts",
        title: "blob: and data: scripts that fail are left alone",
        body: r#"<script>for (const src of ["blob:" + location.origin + "/gone", "data:text/html,<p>"]) document.head.append(Object.assign(document.createElement("script"), { src, onerror: () => heard.push(src.slice(0, 4)), onload: () => heard.push("load") }))</script>"#,
        check: "[ran, heard.includes('blob')]",
        want: "[[],true]",
        asked: &[("backup", "/gone", 0, 0)],
        ..ROW
    },
    Row {
        name: "removed-while-healed",
        title: "an element that is taken away while it is fetched again",
        body: r#"<script>{ const s = document.createElement("script"); s.src = "/a.js"; document.head.append(s); s.remove(); addEventListener("error", (e) => e.message && heard.push(e.message)); }</script>"#,
        backup: &[("/a.js", Slow(300, &Ran("a")))],
        check: "[ran.length < 2, heard]",
        want: "[true,[]]",
        ..ROW
    },
    Row {
        name: "wasm-not-allowed",
        title: "where the engine cannot run, scripts are fetched again all the same",
        head: r#"<script>WebAssembly.Instance = function () { throw new Error("no") }</script><script src="/a.js"></script><script defer src="/b.js"></script>"#,
        page: &[("/b.js", Ran("b"))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","b"]"#,
        ..ROW
    },
];
