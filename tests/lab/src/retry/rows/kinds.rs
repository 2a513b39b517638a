//! Rows: each kind that is fetched again.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "script-blocking",
        title: "a parser-blocking script is fetched from the backup before what follows it",
        head: r#"<script src="/a.js"></script><script>ran.push("inline")</script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","inline"]"#,
        // WebKit tells no status: it is asked for once more, without the body.
        asked: &[("page", "/a.js", 1, 2), ("backup", "/a.js", 1, 1)],
        ..ROW
    },
    Row {
        name: "script-deferred",
        title: "a deferred script is fetched from the backup",
        head: r#"<script defer src="/a.js"></script><script>ran.push("inline")</script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["inline","a"]"#,
        ..ROW
    },
    Row {
        name: "script-async",
        title: "an async script is fetched from the backup",
        head: r#"<script async src="/a.js"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "script-injected",
        title: "a script that a script puts in is fetched from the backup",
        body: r#"<script>document.head.append(Object.assign(document.createElement("script"), { src: "/a.js" }))</script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "script-module",
        title: "a module script is fetched from the backup",
        head: r#"<script type="module" src="/a.js"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "script-module-child",
        title: "the child of a module is gone: the graph comes from the backup",
        head: r#"<script type="module" src="/a.js"></script>"#,
        page: &[("/a.js", Js("import './b.js'; ran.push('a')"))],
        backup: &[("/a.js", Js("import './b.js'; ran.push('a')")), ("/b.js", Ran("b"))],
        want: r#"["b","a"]"#,
        ..ROW
    },
    Row {
        name: "script-refused",
        title: "the host refuses connections",
        head: r#"<script src="{{dead}}/a.js"></script><script>ran.push("inline")</script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","inline"]"#,
        ..ROW
    },
    Row {
        name: "style",
        title: "a style sheet is fetched from the backup",
        head: r#"<link rel="stylesheet" href="/a.css">"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(1, 2, 3)""#,
        ..ROW
    },
    Row {
        name: "style-import",
        title: "what a style sheet imports is fetched from the backup",
        head: r#"<link rel="stylesheet" href="/a.css">"#,
        page: &[("/a.css", Css("@import 'b.css';"))],
        backup: &[("/a.css", Css("@import 'b.css';")), ("/b.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(1, 2, 3)""#,
        ..ROW
    },
    Row {
        name: "style-injected",
        title: "a style sheet that a script puts in is fetched from the backup",
        body: r#"<script>document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/a.css" }))</script>"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(1, 2, 3)""#,
        ..ROW
    },
    Row {
        name: "import-through-guard",
        title: "a module that fails once is imported at the second try",
        guard: r#"const { name } = await guard.import("/m.js"); ran.push(name);"#,
        page: &[("/m.js", Then(&[Status(503), Js("export const name = 'm'")]))],
        want: r#"["m"]"#,
        ..ROW
    },
    Row {
        name: "import-from-backup",
        title: "a module that is gone is imported from the backup",
        guard: r#"const { name } = await guard.import("/m.js"); ran.push(name);"#,
        backup: &[("/m.js", Js("export const name = 'm'"))],
        want: r#"["m"]"#,
        ..ROW
    },
    Row {
        name: "import-that-throws",
        title: "a module that came and threw is not run again",
        guard: r#"await guard.import("/m.js").catch((e) => heard.push(e.message)); ran.push("over");"#,
        page: &[("/m.js", Js("ran.push('m'); throw new Error('mine')"))],
        backup: &[("/m.js", Js("ran.push('backup')"))],
        check: "[ran, heard]",
        want: r#"[["m","over"],["mine"]]"#,
        ..ROW
    },
    Row {
        name: "import-by-function",
        title: "a function that imports is called again, with the number of the try",
        guard: r#"const { name } = await guard.import((n) => import(n ? "/m.js#" + n : "/m.js")); ran.push(name);"#,
        page: &[("/m.js", Then(&[Status(503), Js("export const name = 'm'")]))],
        want: r#"["m"]"#,
        ..ROW
    },
    Row {
        name: "fetch-through-guard",
        title: "a call that fails once is made again",
        guard: r#"const answer = await guard.fetch("/api"); ran.push(answer.status, (await answer.json()).plan);"#,
        page: &[("/api", Then(&[Status(503), Json(r#"{"plan":3}"#)]))],
        want: "[200,3]",
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
];
