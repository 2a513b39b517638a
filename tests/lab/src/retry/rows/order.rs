//! Rows: scripts in the order of the document, styles in that of the cascade.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "order-first-of-three",
        title: "blocking: the first of three",
        head: r#"<script src="/a.js"></script><script src="/b.js"></script><script src="/c.js"></script>"#,
        page: &[("/b.js", Ran("b")), ("/c.js", Ran("c"))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","b","c"]"#,
        ..ROW
    },
    Row {
        name: "order-middle-of-three",
        title: "blocking: the second of three",
        head: r#"<script src="/a.js"></script><script src="/b.js"></script><script src="/c.js"></script>"#,
        page: &[("/a.js", Ran("a")), ("/c.js", Ran("c"))],
        backup: &[("/b.js", Ran("b"))],
        want: r#"["a","b","c"]"#,
        ..ROW
    },
    Row {
        name: "order-deferred-middle",
        title: "deferred: the second of three",
        head: r#"<script defer src="/a.js"></script><script defer src="/b.js"></script><script defer src="/c.js"></script>"#,
        page: &[("/a.js", Ran("a")), ("/c.js", Ran("c"))],
        backup: &[("/b.js", Ran("b"))],
        want: r#"["a","b","c"]"#,
        ..ROW
    },
    Row {
        name: "order-deferred-all",
        title: "deferred: all three, the backup answers in another order",
        head: r#"<script defer src="/a.js"></script><script defer src="/b.js"></script><script defer src="/c.js"></script>"#,
        backup: &[("/a.js", Slow(400, &Ran("a"))), ("/b.js", Slow(200, &Ran("b"))), ("/c.js", Ran("c"))],
        want: r#"["a","b","c"]"#,
        ..ROW
    },
    Row {
        name: "order-late-failure",
        title: "deferred: the first fails late",
        head: r#"<script defer src="/a.js"></script><script defer src="/b.js"></script>"#,
        page: &[("/a.js", Slow(600, &Status(404))), ("/b.js", Ran("b"))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","b"]"#,
        ..ROW
    },
    Row {
        name: "order-module-after-deferred",
        title: "a module after a deferred script",
        head: r#"<script defer src="/a.js"></script><script type="module" src="/b.js"></script>"#,
        backup: &[("/a.js", Ran("a")), ("/b.js", Ran("b"))],
        want: r#"["a","b"]"#,
        ..ROW
    },
    Row {
        name: "order-blocking-before-deferred",
        title: "blocking in the body, deferred in the head",
        head: r#"<script defer src="/d.js"></script>"#,
        body: r#"<script src="/a.js"></script><script src="/b.js"></script>"#,
        page: &[("/b.js", Ran("b"))],
        backup: &[("/a.js", Ran("a")), ("/d.js", Ran("d"))],
        want: r#"["a","b","d"]"#,
        ..ROW
    },
    Row {
        name: "order-injected-in-order",
        title: "injected with async false: the first of two",
        body: r#"<script>for (const src of ["/a.js", "/b.js"]) document.head.append(Object.assign(document.createElement("script"), { src, async: false }))</script>"#,
        page: &[("/b.js", Slow(100, &Ran("b")))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","b"]"#,
        ..ROW
    },
    Row {
        name: "preload-and-script",
        title: "a script and its preload are one retry",
        head: r#"<link rel="preload" as="script" href="/a.js"><script src="/a.js"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        asked: &[("backup", "/a.js", 1, 1)],
        ..ROW
    },
    Row {
        name: "order-load-event-waits",
        title: "the load event comes after a healed deferred script",
        head: r#"<script defer src="/a.js"></script><script>addEventListener("load", () => ran.push("load"))</script>"#,
        backup: &[("/a.js", Slow(300, &Ran("a")))],
        want: r#"["a","load"]"#,
        ..ROW
    },
    Row {
        name: "cascade-first",
        title: "styles keep their place: the first of two",
        head: r#"<link rel="stylesheet" href="/a.css"><link rel="stylesheet" href="/b.css">"#,
        page: &[("/b.css", Css("p { color: rgb(2, 2, 2) }"))],
        backup: &[("/a.css", Slow(300, &Css("p { color: rgb(1, 1, 1); margin: 3px }")))],
        check: r#"[getComputedStyle(document.querySelector("p")).color, getComputedStyle(document.querySelector("p")).marginLeft]"#,
        want: r#"["rgb(2, 2, 2)","3px"]"#,
        ..ROW
    },
    Row {
        name: "cascade-before-inline-style",
        title: "styles keep their place: before a style element",
        head: r#"<link rel="stylesheet" href="/a.css"><style>p { color: rgb(2, 2, 2) }</style>"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 1, 1); margin: 3px }"))],
        check: r#"[getComputedStyle(document.querySelector("p")).color, getComputedStyle(document.querySelector("p")).marginLeft]"#,
        want: r#"["rgb(2, 2, 2)","3px"]"#,
        ..ROW
    },
];
