//! Rows: what never answers.
use super::super::site::Answer::*;
use super::{ROW, Row};

pub const ROWS: &[Row] = &[
    Row {
        name: "hanging-picture-is-left-alone",
        title: "a picture that hangs is waited for, and the page is there",
        body: r#"<img src="/a.png">"#,
        page: &[("/a.png", Hang)],
        check: r#"!!document.querySelector("pagemend-prompt") || document.querySelector("p").clientHeight > 0"#,
        want: r#"true"#,
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
        want: r#"true"#,
        ..ROW
    },
    Row {
        name: "hanging-style",
        title: "a style sheet that hangs: a person is told, or sees the page",
        config: r#"{"timeoutMs": 800, "options": {"service": "retry", "deadlines": {"settleMs": 300, "loadingMs": 800}}}"#,
        head: r#"<link rel="stylesheet" href="/a.css">"#,
        page: &[("/a.css", Hang)],
        check: r#"!!document.querySelector("pagemend-prompt")"#,
        want: r#"true"#,
        ..ROW
    },
];
