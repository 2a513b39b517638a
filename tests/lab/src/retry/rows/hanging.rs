//! Rows: what never answers.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "hanging-picture-is-left-alone",
        title: "a picture that hangs is waited for, and the page is there",
        body: r#"<img src="/a.png">"#,
        page: &[("/a.png", Hang)],
        check: r#"!!document.querySelector("pagemend-prompt") || document.querySelector("p").clientHeight > 0"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "hanging-async",
        title: "an async script that hangs is fetched from the backup",
        head: r#"<script async src="/a.js" onload="heard.push('load')"></script>"#,
        page: &[("/a.js", Hang)],
        backup: &[("/a.js", Ran("a"))],
        check: "[ran, heard]",
        want: r#"[["a"],["load"]]"#,
        asked: &[("backup", "/a.js", 1, 2)],
        ..ROW
    },
    Row {
        name: "late-async",
        title: "an async script that comes after all, when the backup's has run, does not run again",
        head: r#"<script async src="/a.js"></script>"#,
        page: &[("/a.js", Slow(6000, &Ran("a")))],
        backup: &[("/a.js", Ran("a"))],
        check: "performance.now() > 7000 && ran",
        want: r#"["a"]"#,
        asked: &[("backup", "/a.js", 1, 2)],
        ..ROW
    },
    Row {
        name: "slow-async",
        title: "an async script that is slow, and nowhere else, runs when it comes",
        head: r#"<script async src="/a.js"></script>"#,
        page: &[("/a.js", Slow(6000, &Ran("a")))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "hanging-style-backup",
        title: "a style sheet that hangs comes from the backup",
        config: r#"{"timeoutMs": 800, "options": {"service": "retry", "deadlines": {"settleMs": 300, "loadingMs": 800, "requestMs": 1500}}}"#,
        head: r#"<link rel="stylesheet" href="/a.css">"#,
        page: &[("/a.css", Hang)],
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(1, 2, 3)""#,
        ..ROW
    },
    Row {
        name: "hanging-blocking",
        // Firefox runs the engine's script some seconds late while the parser waits.
        title: "a blocking script that hangs: no script can unblock the parser, so a person is told",
        config: r#"{"timeoutMs": 4000, "options": {"service": "retry", "deadlines": {"settleMs": 300, "loadingMs": 800}}}"#,
        head: r#"<script src="/a.js"></script>"#,
        page: &[("/a.js", Hang)],
        check: r#"!!document.querySelector("pagemend-prompt")"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "hanging-deferred",
        title: "a deferred script that hangs and would have shown the page: the browser waits for it whatever is done, so a person is told",
        config: r#"{"timeoutMs": 4000, "options": {"service": "retry", "deadlines": {"settleMs": 300, "loadingMs": 800}}}"#,
        head: r#"<style>#app { visibility: hidden }</style><script defer src="/a.js"></script>"#,
        page: &[("/a.js", Hang)],
        check: r#"!!document.querySelector("pagemend-prompt")"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "hanging-module",
        title: "a module that hangs and would have shown the page: as a deferred script",
        config: r#"{"timeoutMs": 4000, "options": {"service": "retry", "deadlines": {"settleMs": 300, "loadingMs": 800}}}"#,
        head: r#"<style>#app { visibility: hidden }</style><script type="module" src="/a.js"></script>"#,
        page: &[("/a.js", Hang)],
        check: r#"!!document.querySelector("pagemend-prompt")"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "hanging-style",
        title: "a style sheet that hangs: a person is told, or sees the page",
        config: r#"{"timeoutMs": 800, "options": {"service": "retry", "deadlines": {"settleMs": 300, "loadingMs": 800}}}"#,
        head: r#"<link rel="stylesheet" href="/a.css">"#,
        page: &[("/a.css", Hang)],
        check: r#"!!document.querySelector("pagemend-prompt")"#,
        want: "true",
        ..ROW
    },
];
