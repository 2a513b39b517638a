//! Rows: what the element said, and what its listeners hear.
use super::super::row::{DYNAMIC, ROW, Row, STRICT};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "keeps-attributes",
        title: "what the element said stays said",
        head: r#"<script src="/a.js" id="entry" data-build="7" referrerpolicy="origin" fetchpriority="high" crossorigin="anonymous"></script>"#,
        backup: &[(
            "/a.js",
            Js(
                "const s = document.currentScript; ran.push(s.id, s.dataset.build, s.referrerPolicy, s.getAttribute('fetchpriority'), s.crossOrigin)",
            ),
        )],
        want: r#"["entry","7","origin","high","anonymous"]"#,
        ..ROW
    },
    Row {
        name: "keeps-query",
        title: "query and fragment are asked for and seen",
        head: r#"<script src="/a.js?v=1.2&x=%20#top"></script>"#,
        backup: &[(
            "/a.js",
            Js("ran.push(new URL(document.currentScript.src).search, new URL(document.currentScript.src).hash)"),
        )],
        want: r##"["?v=1.2&x=%20","#top"]"##,
        asked: &[("backup", "/a.js?v=1.2&x=%20", 1, 1)],
        ..ROW
    },
    Row {
        name: "keeps-own-address",
        title: "a healed script still finds its siblings by its own address",
        head: r#"<script src="/js/a.js"></script>"#,
        backup: &[(
            "/js/a.js",
            Js("ran.push(new URL('b.js', document.currentScript.src).href.replace(location.origin, ''))"),
        )],
        want: r#"["/js/b.js"]"#,
        ..ROW
    },
    Row {
        name: "keeps-media",
        title: "a sheet for print stays one",
        head: r#"<link rel="stylesheet" media="print" href="/a.css" title="t">"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"[getComputedStyle(document.querySelector("p")).color, [...document.querySelectorAll("link[media=print]")].map((l) => { try { return l.sheet.cssRules.length; } catch { return 0; } }).pop()]"#,
        want: r#"["rgb(0, 0, 0)",1]"#,
        ..ROW
    },
    Row {
        name: "keeps-async",
        title: "an async module stays async",
        head: r#"<script type="module" async src="/a.js" data-a></script>"#,
        backup: &[("/a.js", Ran("a"))],
        check: r#"[ran, [...document.querySelectorAll("[data-a]")].map((s) => s.async + s.type)]"#,
        want: r#"[["a"],["truemodule","truemodule"]]"#,
        ..ROW
    },
    Row {
        name: "integrity-good",
        title: "a backup that passes its integrity check runs",
        head: r#"<script src="/a.js" integrity="sha256-J8MWhZusSnRsxEvb4bMkJcDkA8/f70ephLedF69UvjM=" crossorigin></script>"#,
        backup: &[("/a.js", Js("ran.push('a')"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "integrity-tampered",
        title: "a backup that fails its integrity check never runs",
        reloads: true,
        head: r#"<script src="/a.js" integrity="sha256-J8MWhZusSnRsxEvb4bMkJcDkA8/f70ephLedF69UvjM=" crossorigin onerror="heard.push('error')" onload="heard.push('load')"></script>"#,
        backup: &[("/a.js", Js("ran.push('evil')"))],
        check: "[ran, heard]",
        want: r#"[[],["error"]]"#,
        ..ROW
    },
    Row {
        name: "integrity-style-tampered",
        title: "a sheet that fails its integrity check is never applied",
        head: r#"<link rel="stylesheet" href="/a.css" integrity="sha256-J8MWhZusSnRsxEvb4bMkJcDkA8/f70ephLedF69UvjM=" crossorigin onerror="heard.push('error')" onload="heard.push('load')">"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"[getComputedStyle(document.querySelector("p")).color, heard]"#,
        want: r#"["rgb(0, 0, 0)",["error"]]"#,
        ..ROW
    },
    Row {
        name: "nonce-script",
        title: "a script under a strict policy",
        csp: STRICT,
        head: r#"<script src="/a.js"></script><script>ran.push("inline")</script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a","inline"]"#,
        ..ROW
    },
    Row {
        name: "nonce-module",
        title: "a module under a strict policy",
        csp: STRICT,
        head: r#"<script type="module" src="/a.js"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "strict-dynamic",
        title: "scripts under strict-dynamic: in the document, deferred, and put in by a script",
        csp: DYNAMIC,
        head: r#"<script src="/a.js"></script><script defer src="/b.js"></script>"#,
        page: &[("/b.js", Ran("b"))],
        backup: &[
            (
                "/a.js",
                Js(
                    "ran.push('a'); document.head.append(Object.assign(document.createElement('script'), { src: '/c.js', async: false }))",
                ),
            ),
            ("/c.js", Slow(900, &Ran("c"))),
        ],
        want: r#"["a","b","c"]"#,
        ..ROW
    },
    Row {
        name: "nonce-style",
        title: "a sheet under a strict policy",
        csp: STRICT,
        head: r#"<link rel="stylesheet" href="/a.css">"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(1, 2, 3)""#,
        ..ROW
    },
    Row {
        name: "listeners-hear-load-once",
        title: "the page's own listeners hear of the outcome, once",
        head: r#"<script src="/a.js" onerror="heard.push('error')" onload="heard.push('load')"></script>"#,
        backup: &[("/a.js", Ran("a"))],
        check: "[ran, heard]",
        want: r#"[["a"],["load"]]"#,
        ..ROW
    },
    Row {
        name: "listeners-hear-error-once",
        title: "dead everywhere: the page's own listeners hear one error",
        reloads: true,
        head: r#"<script src="/a.js" onerror="heard.push('error')" onload="heard.push('load')"></script>"#,
        check: "[ran, heard]",
        want: r#"[[],["error"]]"#,
        asked: &[("backup", "/a.js", 1, 2)],
        ..ROW
    },
    Row {
        name: "listeners-of-injected",
        title: "listeners added to an injected script hear of the outcome, once",
        body: r#"<script>{ const s = document.createElement("script"); s.src = "/a.js"; for (const t of ["load", "error"]) s.addEventListener(t, () => heard.push(t)); document.head.append(s); }</script>"#,
        backup: &[("/a.js", Ran("a"))],
        check: "[ran, heard]",
        want: r#"[["a"],["load"]]"#,
        ..ROW
    },
    Row {
        name: "listeners-of-style",
        title: "listeners of a sheet hear of the outcome, once",
        head: r#"<link rel="stylesheet" href="/a.css" onerror="heard.push('error')" onload="heard.push('load')">"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: "heard",
        want: r#"["load"]"#,
        ..ROW
    },
    Row {
        name: "page-cannot-tell",
        title: "nothing of the page's own objects is replaced",
        check: "[document.createElement, fetch, XMLHttpRequest, history.pushState, Element.prototype.append].every((f) => /native code/.test(Function.prototype.toString.call(f)))",
        want: "true",
        ..ROW
    },
];
