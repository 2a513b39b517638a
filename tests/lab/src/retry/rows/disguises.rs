//! Rows: success that is none, and failure that is one's own.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "html-for-blocking",
        title: "HTML with 200 for a blocking script",
        head: r#"<script src="/a.js"></script><script>ran.push("inline")</script>"#,
        page: &[("/a.js", Html)],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","inline"]"#,
        ..ROW
    },
    Row {
        name: "html-for-deferred",
        title: "HTML with 200 for a deferred script",
        head: r#"<script defer src="/a.js"></script><script defer src="/b.js"></script>"#,
        page: &[("/a.js", Html), ("/b.js", Ran("b"))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","b"]"#,
        ..ROW
    },
    Row {
        name: "html-for-module",
        title: "HTML with 200 for a module",
        head: r#"<script type="module" src="/a.js"></script>"#,
        page: &[("/a.js", Html)],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "html-on-the-backup-too",
        title: "HTML with 200 on the backup as well never runs",
        head: r#"<script src="/a.js" onerror="heard.push('error')" onload="heard.push('load')"></script>"#,
        backup: &[("/a.js", Html)],
        check: "[ran, heard]",
        want: r#"[[],["error"]]"#,
        reloads: true,
        ..ROW
    },
    Row {
        name: "wrong-type",
        title: "a script served as text, with nosniff",
        head: r#"<script src="/a.js"></script>"#,
        page: &[("/a.js", Plain("ran.push('wrong')"))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "empty-script",
        title: "200 and nothing for a script: the page hears one load, and the backup's script runs",
        head: r#"<script src="/a.js" onload="heard.push('load')" onerror="heard.push('error')"></script>"#,
        page: &[("/a.js", Js(""))],
        backup: &[("/a.js", Ran("a"))],
        check: "[ran, heard]",
        want: r#"[["a"],["load"]]"#,
        ..ROW
    },
    Row {
        name: "empty-script-everywhere",
        title: "a script that is empty on the backup, too, is meant so",
        head: r#"<script src="/a.js" onload="heard.push('load')" onerror="heard.push('error')"></script>"#,
        page: &[("/a.js", Js(""))],
        backup: &[("/a.js", Js(""))],
        body: r#"<script>addEventListener("pagemend:up", () => setTimeout(() => ran.push("over"), 1000))</script>"#,
        check: "[ran, heard]",
        want: r#"[["over"],["load"]]"#,
        asked: &[("backup", "/a.js", 1, 1)],
        ..ROW
    },
    Row {
        name: "style-without-rules",
        title: "200 and a page's text for a style sheet, called CSS: the backup's counts, in its place",
        head: r#"<link rel="stylesheet" href="/a.css" onload="heard.push('load')" onerror="heard.push('error')"><style>p { margin: 7px }</style>"#,
        page: &[("/a.css", Css("<!doctype html><title>Home</title><p>Home"))],
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3); margin: 1px }"))],
        check: r#"[getComputedStyle(document.querySelector("p")).color, getComputedStyle(document.querySelector("p")).marginTop, heard]"#,
        want: r#"["rgb(1, 2, 3)","7px",["load"]]"#,
        ..ROW
    },
    Row {
        name: "cut-script",
        title: "the connection breaks in the middle of a script",
        head: r#"<script src="/a.js"></script>"#,
        page: &[("/a.js", Cut)],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "status-500",
        title: "500 for a script",
        head: r#"<script src="/a.js"></script>"#,
        page: &[("/a.js", Status(500))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "status-503",
        title: "503 for a deferred script",
        head: r#"<script defer src="/a.js"></script>"#,
        page: &[("/a.js", Status(503))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "status-403-style",
        title: "403 for a sheet",
        head: r#"<link rel="stylesheet" href="/a.css">"#,
        page: &[("/a.css", Status(403))],
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(1, 2, 3)""#,
        ..ROW
    },
    Row {
        name: "own-syntax-error",
        title: "a script with a syntax error of its own is not fetched again",
        head: r#"<script src="/a.js"></script>"#,
        page: &[("/a.js", Js("ran.push('a'"))],
        backup: &[("/a.js", Ran("a"))],
        check: "ran",
        want: "[]",
        asked: &[("backup", "/a.js", 0, 0)],
        ..ROW
    },
    Row {
        name: "json-error-is-no-failure",
        title: "a script that ran and met bad JSON does not run twice",
        head: r#"<script src="/a.js"></script>"#,
        page: &[("/a.js", Js("ran.push('a'); JSON.parse('<')"))],
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        asked: &[("backup", "/a.js", 0, 0)],
        ..ROW
    },
];
