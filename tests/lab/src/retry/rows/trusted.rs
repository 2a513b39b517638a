//! Rows: pages that require Trusted Types, with trust.js before boot.js.
use super::super::row::{ROW, Row, TRUSTED};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "trusted-blocking",
        title: "Trusted Types: a blocking script is fetched from the backup, in its place",
        csp: TRUSTED,
        head: r#"<script src="/a.js"></script><script>ran.push("inline")</script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","inline"]"#,
        ..ROW
    },
    Row {
        name: "trusted-deferred",
        title: "Trusted Types: a deferred script keeps its place",
        csp: TRUSTED,
        head: r#"<script defer src="/a.js"></script><script defer src="/b.js"></script>"#,
        page: &[("/b.js", Ran("b"))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","b"]"#,
        ..ROW
    },
    Row {
        name: "trusted-async",
        title: "Trusted Types: an async script",
        csp: TRUSTED,
        head: r#"<script async src="/a.js"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "trusted-module",
        title: "Trusted Types: a module",
        csp: TRUSTED,
        head: r#"<script type="module" src="/a.js"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "trusted-style-and-picture",
        title: "Trusted Types: a style sheet and a picture",
        csp: TRUSTED,
        head: r#"<link rel="stylesheet" href="/a.css">"#,
        body: r#"<img src="/a.png">"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }")), ("/a.png", Svg)],
        check: r#"[getComputedStyle(document.querySelector("p")).color, document.images[0].naturalWidth]"#,
        want: r#"["rgb(1, 2, 3)",20]"#,
        ..ROW
    },
    Row {
        name: "trusted-names-others",
        title: "Trusted Types that allow other policies only: nothing is thrown, and the page runs on",
        csp: "require-trusted-types-for 'script'; trusted-types other; script-src 'nonce-n0nce' 'self' {{backup}}",
        head: r#"<script>addEventListener("error", (e) => e.message && heard.push(e.message))</script><script src="/a.js"></script><script src="/b.js"></script>"#,
        page: &[("/b.js", Ran("b"))],
        check: r#"[ran.includes("b"), heard]"#,
        want: "[true,[]]",
        ..ROW
    },
];
