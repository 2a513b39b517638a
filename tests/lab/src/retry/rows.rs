//! The rows of the retry suite. In a row's page `ran` notes what ran and `heard` what the page's own listeners heard.
use super::site::Answer::*;
use super::site::Routes;

pub struct Row {
    pub name: &'static str,
    /// For people: what fails, and what must come of it.
    pub title: &'static str,
    pub head: &'static str,
    pub body: &'static str,
    /// The body of an async function with `guard` in it.
    pub guard: &'static str,
    /// What is not named here is 404.
    pub page: Routes,
    pub backup: Routes,
    /// A Content-Security-Policy; every element of the page then carries its nonce, `n0nce`.
    pub csp: &'static str,
    /// JSON over boot.js' configuration.
    pub config: &'static str,
    /// An expression of JavaScript…
    pub check: &'static str,
    /// …and the JSON of what it must come to.
    pub want: &'static str,
    /// Origin, path with query, and how often it may be asked for.
    pub asked: &'static [(&'static str, &'static str, usize, usize)],
    /// Every request with an idempotency key has the same.
    pub one_key: bool,
    /// Of all requests together.
    pub most: usize,
}

/// A nonce on every element, and both origins.
const STRICT: &str = "default-src 'self'; script-src 'nonce-n0nce' 'self' 'wasm-unsafe-eval' {{backup}}; style-src 'self' 'nonce-n0nce' {{backup}}; \
     connect-src 'self' {{backup}}; img-src 'self' data: {{backup}}";
/// Trust goes from script to script, and no origin is named.
const DYNAMIC: &str =
    "script-src 'nonce-n0nce' 'strict-dynamic' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'";

const ROW: Row = Row {
    name: "",
    title: "",
    head: "",
    body: "",
    guard: "",
    page: &[],
    backup: &[],
    csp: "",
    config: "{}",
    check: "ran",
    want: "[]",
    asked: &[],
    one_key: false,
    most: usize::MAX,
};

pub const ROWS: &[Row] = &[
    // ---- kinds ----
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
        name: "import-late",
        title: "a module that comes at the third try only",
        guard: r#"const { name } = await guard.import("/m.js"); ran.push(name);"#,
        page: &[("/m.js", Then(&[Status(503), Status(503), Js("export const name = 'm'")]))],
        want: r#"["m"]"#,
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
        want: r#"[200,3]"#,
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
    // ---- attributes ----
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
        head: r#"<script src="/a.js" onerror="heard.push('error')" onload="heard.push('load')"></script>"#,
        check: "[ran, heard]",
        want: r#"[[],["error"]]"#,
        asked: &[("backup", "/a.js", 1, 1)],
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
        check: r#"[document.createElement, fetch, XMLHttpRequest, history.pushState, Element.prototype.append].every((f) => /native code/.test(Function.prototype.toString.call(f)))"#,
        want: "true",
        ..ROW
    },
    // ---- order ----
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
    // ---- disguises of failure ----
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
    // ---- policy ----
    Row {
        name: "at-most-three-tries",
        title: "a call that always fails is made three times",
        guard: r#"guard.fetch("/api").then((answer) => ran.push(answer.status)); setTimeout(() => ran.push("later"), 5000);"#,
        page: &[("/api", Status(503))],
        check: "ran",
        want: r#"["later"]"#,
        asked: &[("page", "/api", 3, 3)],
        ..ROW
    },
    Row {
        name: "retry-after-seconds",
        title: "Retry-After in seconds is waited for",
        guard: r#"const from = performance.now(); await guard.fetch("/api"); ran.push(performance.now() - from >= 1990);"#,
        page: &[("/api", Then(&[Busy(503, 2), Json("{}")]))],
        want: "[true]",
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
    Row {
        name: "retry-after-date",
        title: "Retry-After as a date is waited for",
        guard: r#"const from = performance.now(); await guard.fetch("/api"); ran.push(performance.now() - from >= 1900);"#,
        page: &[("/api", Then(&[BusyUntil(429, 3), Json("{}")]))],
        want: "[true]",
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
    Row {
        name: "hanging-call",
        title: "a call that hangs is given up and made again",
        guard: r#"const answer = await guard.fetch("/api"); ran.push(answer.status);"#,
        page: &[("/api", Then(&[Hang, Json("{}")]))],
        want: "[200]",
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
    Row {
        name: "post-not-repeated",
        title: "a POST without a key is never repeated",
        guard: r#"ran.push((await guard.fetch("/api", { method: "POST", body: "{}" })).status);"#,
        page: &[("/api", Status(503))],
        want: "[503]",
        asked: &[("page", "/api", 1, 1)],
        ..ROW
    },
    Row {
        name: "post-with-key-repeated",
        title: "a POST with a key is repeated with it",
        guard: r#"ran.push((await guard.fetch("/api", { method: "POST", body: "{}", headers: { "Idempotency-Key": "k1" } })).status);"#,
        page: &[("/api", Then(&[Status(503), Json("{}")]))],
        want: "[200]",
        asked: &[("page", "/api", 2, 2)],
        one_key: true,
        ..ROW
    },
    Row {
        name: "key-action-one-key",
        title: "a key action has one key over all tries",
        guard: r#"ran.push(await guard.keyAction("submit", async ({ fetch }) => (await fetch("/api", { method: "POST", body: "{}" })).status));"#,
        page: &[("/api", Then(&[Status(503), Status(502), Json("{}")]))],
        want: "[200]",
        asked: &[("page", "/api", 3, 3)],
        one_key: true,
        ..ROW
    },
    Row {
        name: "final-answers-stay",
        title: "404 is an answer, and no reason to ask again",
        guard: r#"ran.push((await guard.fetch("/api")).status);"#,
        want: "[404]",
        asked: &[("page", "/api", 1, 1)],
        ..ROW
    },
    Row {
        name: "aborted-stays-aborted",
        title: "a call that the page gives up is not made again",
        guard: r#"const c = new AbortController(); setTimeout(() => c.abort(), 300); await guard.fetch("/api", { signal: c.signal });"#,
        page: &[("/api", Hang)],
        want: r#"["AbortError"]"#,
        asked: &[("page", "/api", 1, 1)],
        ..ROW
    },
    Row {
        name: "storm-of-images",
        title: "thirty dead images make at most forty requests",
        body: r#"<script>for (let i = 0; i < 30; i++) document.body.append(Object.assign(new Image(), { src: "/gone.png" + "?" + i, onerror: () => heard.push(1) }))</script>"#,
        check: "heard.length",
        want: "30",
        most: 40,
        ..ROW
    },
    Row {
        name: "thousand-images",
        title: "two thousand failing images throw nothing",
        body: r#"<script>addEventListener("error", (e) => e.message && ran.push(e.message)); for (let i = 0; i < 2000; i++) document.body.append(Object.assign(new Image(), { src: "data:image/png;base64,AAAA" + i, onerror: () => heard.push(1) }))</script>"#,
        check: "[heard.length, ran]",
        want: "[2000,[]]",
        ..ROW
    },
    // ---- bad input ----
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
