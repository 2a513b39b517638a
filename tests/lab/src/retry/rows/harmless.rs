//! Rows: a page is never worse off than without the guard.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;
use crate::drivers::Engine;

/// What a page written by webpack loads its parts with, by hand: an element that is there is taken for the one that is awaited.
const PACK: &str = r#"<script>
    const loadPart = (url, key) => new Promise((resolve, reject) => {
        let script = [...document.getElementsByTagName("script")].find((s) => s.getAttribute("src") == url || s.getAttribute("data-webpack") == key);
        const fresh = !script;
        if (fresh) { script = document.createElement("script"); script.setAttribute("data-webpack", key); script.src = url; }
        const done = (before, event) => { script.onerror = script.onload = null; script.parentNode && script.parentNode.removeChild(script); before && before(event); return window.parts && window.parts[key] ? resolve() : reject(event); };
        script.onerror = done.bind(null, script.onerror);
        script.onload = done.bind(null, script.onload);
        if (fresh) document.head.appendChild(script);
    });
    const press = (times) => loadPart("/c.js", "app:c").then(() => ran.push("pressed"), () => times && setTimeout(press, 600, times - 1));
</script>"#;
const PART: &str = "(window.parts = window.parts || {})['app:c'] = 1; ran.push('c')";

/// SystemJS, by hand: what a script registers is read when its `load` is heard, and it takes its element out once.
const SYSTEM: &str = r#"<script>
    let registered, failedUrl;
    window.System = { register(value) { registered = value; } };
    addEventListener("error", (event) => { failedUrl = event.filename; });
    const instantiate = (url) => new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.async = true;
        script.src = url;
        script.addEventListener("error", () => reject(new Error("load")));
        script.addEventListener("load", () => { document.head.removeChild(script); failedUrl == script.src || !registered ? reject(new Error("no register")) : resolve(registered); });
        document.head.appendChild(script);
    });
</script>"#;

pub const ROWS: &[Row] = &[
    Row {
        name: "own-origin-blocking",
        title: "503 once and no fallback: a blocking script is asked of its own origin again, in its place",
        config: r#"{"fallback": []}"#,
        head: r#"<script src="/a.js"></script><script>ran.push("inline")</script>"#,
        page: &[("/a.js", Then(&[Status(503), Ran("a")]))],
        want: r#"["a","inline"]"#,
        asked: &[("page", "/a.js", 2, 3)],
        ..ROW
    },
    Row {
        name: "own-origin-deferred",
        title: "503 once and no fallback: a deferred script is asked of its own origin again, in its turn",
        config: r#"{"fallback": []}"#,
        head: r#"<script defer src="/a.js"></script><script defer src="/b.js"></script>"#,
        page: &[("/a.js", Then(&[Status(503), Ran("a")])), ("/b.js", Ran("b"))],
        want: r#"["a","b"]"#,
        asked: &[("page", "/a.js", 2, 3)],
        ..ROW
    },
    Row {
        name: "own-origin-busy",
        title: "429 once and a fallback that is dead: an async script",
        config: r#"{"fallback": ["{{dead}}"]}"#,
        head: r#"<script async src="/a.js"></script>"#,
        page: &[("/a.js", Then(&[Status(429), Ran("a")]))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "own-origin-cut",
        title: "the connection breaks once and no fallback: a script that a script puts in, whose listeners hear of the end",
        config: r#"{"fallback": []}"#,
        body: r#"<script>{ const s = document.createElement("script"); s.src = "/a.js"; for (const t of ["load", "error"]) s.addEventListener(t, () => heard.push(t)); document.head.append(s); }</script>"#,
        page: &[("/a.js", Then(&[Cut, Ran("a")]))],
        check: "[ran, heard]",
        want: r#"[["a"],["load"]]"#,
        ..ROW
    },
    Row {
        name: "own-origin-module",
        title: "503 once for the entry: a part that imports it later finds the one that runs",
        config: r#"{"fallback": []}"#,
        head: r#"<script type="module" src="/a.js"></script>"#,
        page: &[
            (
                "/a.js",
                Then(&[
                    Status(503),
                    Js("ran.push('a'); export const a = 1; setTimeout(() => import('./v.js').catch(() => 0), 300)"),
                ]),
            ),
            ("/v.js", Js("import { a } from './a.js'; ran.push('v')")),
        ],
        // Firefox keeps a module that failed: there the page starts anew, once.
        check: r#"[ran.filter((r) => r == "a").length, ran.includes("v")]"#,
        want: "[1,true]",
        not_in: &[Engine::Firefox],
        ..ROW
    },
    Row {
        name: "own-origin-style",
        title: "503 once and no fallback: a style sheet, and its listeners hear of the end",
        config: r#"{"fallback": []}"#,
        head: r#"<link rel="stylesheet" href="/a.css" onload="heard.push('load')" onerror="heard.push('error')">"#,
        page: &[("/a.css", Then(&[Status(503), Css("p { color: rgb(1, 2, 3) }")]))],
        check: r#"[getComputedStyle(document.querySelector("p")).color, heard]"#,
        want: r#"["rgb(1, 2, 3)",["load"]]"#,
        ..ROW
    },
    Row {
        name: "own-origin-style-of-a-part",
        title: "503 once for the sheet of a part: what waits for both goes on at the first press",
        config: r#"{"fallback": []}"#,
        guard: r#"await guard.checkRender(); const l = document.createElement("link"); l.rel = "stylesheet"; l.crossOrigin = ""; l.href = "/a.css"; document.head.append(l); await new Promise((resolve, reject) => { l.onload = resolve; l.onerror = () => reject(new Error("Unable to preload CSS for /a.css")); }); ran.push("shown");"#,
        page: &[("/a.css", Then(&[Status(503), Css("p { color: rgb(1, 2, 3) }")]))],
        check: r#"[getComputedStyle(document.querySelector("p")).color, ran]"#,
        want: r#"["rgb(1, 2, 3)",["shown"]]"#,
        ..ROW
    },
    Row {
        name: "frozen-blocking",
        title: "a blocking script is gone and the fallback hangs: the page can be asked, and goes on or says so",
        config: r#"{"timeoutMs": 4000, "options": {"service": "retry", "deadlines": {"settleMs": 300, "loadingMs": 800}}}"#,
        head: r#"<script src="/a.js"></script><script>ran.push("inline")</script>"#,
        backup: &[("/a.js", Hang)],
        check: r#"ran.includes("inline") || !!document.querySelector("pagemend-prompt")"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "frozen-deferred",
        title: "a deferred script is gone and the fallback hangs: the next one runs within eight seconds, and hears that the document is there",
        head: r#"<script defer src="/a.js"></script><script defer src="/b.js"></script>"#,
        page: &[(
            "/b.js",
            Js(
                "ran.push('b', performance.now() < 8000); document.addEventListener('DOMContentLoaded', () => ran.push('ready'))",
            ),
        )],
        backup: &[("/a.js", Hang)],
        want: r#"["b",true,"ready"]"#,
        ..ROW
    },
    Row {
        name: "frozen-style",
        title: "a style sheet is busy once and the fallback hangs: its own origin has it, and the scripts have not waited",
        head: r#"<link rel="stylesheet" href="/a.css"><script src="/b.js"></script>"#,
        page: &[
            ("/a.css", Then(&[Status(503), Css("p { color: rgb(1, 2, 3) }")])),
            ("/b.js", Js("ran.push('b', performance.now() < 5000)")),
        ],
        backup: &[("/a.css", Hang)],
        check: r#"[getComputedStyle(document.querySelector("p")).color, ran]"#,
        want: r#"["rgb(1, 2, 3)",["b",true]]"#,
        not_in: &[Engine::Webkit],
        ..ROW
    },
    Row {
        name: "held-for-the-document",
        title: "a deferred script is healed slowly: the next ones, one of them inline, come after it and before DOMContentLoaded",
        head: r#"<script defer src="/a.js"></script><script nomodule defer src="/old.js"></script><script defer src="/b.js" onload="heard.push('load')"></script><script type="module">ran.push("inline"); document.addEventListener("DOMContentLoaded", () => ran.push("ready"));</script><script>document.addEventListener("DOMContentLoaded", () => heard.push("ready"))</script>"#,
        page: &[("/b.js", Ran("b"))],
        backup: &[("/a.js", Slow(700, &Ran("a")))],
        check: "[ran, heard]",
        want: r#"[["a","b","inline","ready"],["load","ready"]]"#,
        not_in: &[Engine::Firefox],
        ..ROW
    },
    Row {
        name: "held-and-dead",
        title: "two deferred scripts are gone, one of them everywhere: the others run in order",
        reloads: true,
        head: r#"<script defer src="/a.js"></script><script defer src="/b.js"></script><script defer src="/c.js"></script><script defer src="/d.js"></script>"#,
        page: &[("/b.js", Ran("b")), ("/d.js", Ran("d"))],
        backup: &[("/c.js", Slow(300, &Ran("c")))],
        want: r#"["b","c","d"]"#,
        ..ROW
    },
    Row {
        name: "held-leaves-inert-alone",
        title: "a script that came as markup never runs, with the guard as without",
        head: r#"<script defer src="/z.js"></script><script defer src="/a.js"></script>"#,
        page: &[
            (
                "/z.js",
                Js(
                    "document.querySelector('#app').innerHTML = '<p>Yes</p><script defer src=\"/inert.js\"></scr' + 'ipt>'",
                ),
            ),
            ("/inert.js", Ran("inert")),
        ],
        backup: &[("/a.js", Slow(300, &Ran("a")))],
        want: r#"["a"]"#,
        ..ROW
    },
    Row {
        name: "written-never-erases",
        title: "a script that a script puts in at the end of what has come so far is not taken for one that the parser waits for",
        body: r#"<p id="kept">Kept</p><script>document.body.append(Object.assign(document.createElement("script"), { src: "/a.js", async: false }))</script><script src="/slow.js"></script>"#,
        page: &[("/slow.js", Slow(800, &Ran("slow")))],
        backup: &[("/a.js", Ran("a"))],
        check: r#"[!!document.querySelector("[id=kept]"), ran.slice().sort()]"#,
        want: r#"[true,["a","slow"]]"#,
        ..ROW
    },
    Row {
        name: "part-pressed-again",
        title: "a part that was nowhere is there when it is asked for again: nothing of the guard's stands in its way",
        head: PACK,
        body: "<script>press(8)</script>",
        page: &[("/c.js", Then(&[Status(404), Status(404), Js(PART)]))],
        want: r#"["c","pressed"]"#,
        ..ROW
    },
    Row {
        name: "part-was-html",
        title: "a part that is HTML where it should be: one load, after the fallback's has run",
        head: PACK,
        body: "<script>press(0)</script>",
        page: &[("/c.js", Html)],
        backup: &[("/c.js", Slow(200, &Js(PART)))],
        want: r#"["c","pressed"]"#,
        ..ROW
    },
    Row {
        name: "system-was-html",
        title: "a module of SystemJS that is HTML where it should be: one load, and its clean-up throws nothing",
        head: SYSTEM,
        body: r#"<script>addEventListener("error", (e) => heard.push(e.message)); instantiate("/c.js").then((r) => ran.push(r), (e) => ran.push(e.message))</script>"#,
        page: &[("/c.js", Html)],
        backup: &[("/c.js", Slow(200, &Js("System.register('c')")))],
        check: "[ran, heard]",
        want: r#"[["c"],[]]"#,
        ..ROW
    },
    Row {
        name: "system-was-gone",
        title: "a module of SystemJS that is gone: one load, after the fallback's has run",
        head: SYSTEM,
        body: r#"<script>instantiate("/c.js").then((r) => ran.push(r), (e) => ran.push(e.message))</script>"#,
        backup: &[("/c.js", Js("System.register('c')"))],
        want: r#"["c"]"#,
        ..ROW
    },
    Row {
        name: "injected-was-html-everywhere",
        title: "an injected script that is HTML everywhere: its listeners hear one error",
        body: r#"<script>{ const s = document.createElement("script"); s.src = "/a.js"; for (const t of ["load", "error"]) s.addEventListener(t, () => heard.push(t)); document.head.append(s); }</script>"#,
        page: &[("/a.js", Html)],
        backup: &[("/a.js", Html)],
        check: "[ran, heard]",
        want: r#"[[],["error"]]"#,
        ..ROW
    },
    Row {
        name: "style-is-the-pages-own",
        title: "a healed sheet is the page's own element, in its place",
        head: r#"<link id="theme" rel="stylesheet" href="/a.css"><style>p { margin: 7px }</style>"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3); margin: 1px }"))],
        check: r#"[document.querySelectorAll("[id=theme]").length, document.querySelectorAll("link[rel=stylesheet]").length, getComputedStyle(document.querySelector("p")).color, getComputedStyle(document.querySelector("p")).marginTop]"#,
        want: r#"[1,1,"rgb(1, 2, 3)","7px"]"#,
        ..ROW
    },
    Row {
        name: "style-taken-out-meanwhile",
        title: "a sheet that the page takes out while it is fetched again stays out",
        head: r#"<link id="theme" rel="stylesheet" href="/a.css">"#,
        body: r#"<script>setTimeout(() => { theme.remove(); setTimeout(() => ran.push("over"), 1500); }, 300)</script>"#,
        backup: &[("/a.css", Slow(900, &Css("p { color: rgb(1, 2, 3) }")))],
        check: r#"[ran, getComputedStyle(document.querySelector("p")).color]"#,
        want: r#"[["over"],"rgb(0, 0, 0)"]"#,
        ..ROW
    },
    Row {
        name: "style-disabled-later",
        title: "a healed sheet that the page disables is off",
        head: r#"<link id="two" rel="stylesheet" href="/b.css">"#,
        body: r#"<script>setTimeout(() => { two.disabled = true; ran.push("over"); }, 1800)</script>"#,
        backup: &[("/b.css", Css("p { color: rgb(2, 2, 2) }"))],
        check: r#"[ran, getComputedStyle(document.querySelector("p")).color]"#,
        want: r#"[["over"],"rgb(0, 0, 0)"]"#,
        ..ROW
    },
    Row {
        name: "style-changed-meanwhile",
        title: "a sheet that gets another address while it is fetched again keeps that one",
        head: r#"<link id="theme" rel="stylesheet" href="/a.css">"#,
        body: r#"<script>setTimeout(() => { theme.href = "/b.css"; setTimeout(() => ran.push("over"), 1500); }, 200)</script>"#,
        page: &[("/b.css", Css("p { color: rgb(2, 2, 2) }"))],
        backup: &[("/a.css", Slow(900, &Css("p { color: rgb(1, 2, 3) }")))],
        check: r#"[ran, getComputedStyle(document.querySelector("p")).color]"#,
        want: r#"[["over"],"rgb(2, 2, 2)"]"#,
        ..ROW
    },
    Row {
        name: "style-themes-in-turn",
        title: "one element, two themes that are gone one after the other: each is healed",
        head: r#"<link id="theme" rel="stylesheet" href="/a.css">"#,
        body: r#"<script>setTimeout(() => { theme.href = "/b.css"; }, 900)</script>"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }")), ("/b.css", Css("p { color: rgb(2, 2, 2) }"))],
        check: r#"performance.now() > 1500 && getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(2, 2, 2)""#,
        ..ROW
    },
    Row {
        name: "style-media-at-load",
        title: "a sheet that is for print until its own load says otherwise",
        head: r#"<link rel="stylesheet" media="print" href="/a.css" onload="heard.push('load'); this.media = 'all'">"#,
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"[getComputedStyle(document.querySelector("p")).color, heard[0]]"#,
        // Firefox and WebKit fire it once more when the media change, with or without a guard.
        want: r#"["rgb(1, 2, 3)","load"]"#,
        ..ROW
    },
    Row {
        name: "style-that-hangs-later",
        title: "a sheet that is put in after load and hangs comes from the backup",
        guard: r#"await guard.checkRender(); document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/a.css" }));"#,
        page: &[("/a.css", Hang)],
        backup: &[("/a.css", Css("p { color: rgb(1, 2, 3) }"))],
        check: r#"getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(1, 2, 3)""#,
        not_in: &[Engine::Firefox],
        ..ROW
    },
    Row {
        name: "style-that-hangs-once",
        title: "a sheet that is put in after load and hangs, without a fallback: its own origin is asked again",
        config: r#"{"fallback": []}"#,
        guard: r#"await guard.checkRender(); document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/a.css" }));"#,
        page: &[("/a.css", Then(&[Hang, Css("p { color: rgb(1, 2, 3) }")]))],
        check: r#"getComputedStyle(document.querySelector("p")).color"#,
        want: r#""rgb(1, 2, 3)""#,
        not_in: &[Engine::Firefox],
        ..ROW
    },
    Row {
        name: "style-that-hangs-everywhere",
        title: "a sheet that is put in after load and hangs everywhere: a person is told",
        guard: r#"await guard.checkRender(); document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/a.css" }));"#,
        page: &[("/a.css", Hang)],
        backup: &[("/a.css", Hang)],
        check: r#"!!document.querySelector("pagemend-prompt")"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "picture-in-a-circle",
        title: "a picture fails, and so does the page's own error picture, which is set again each time",
        body: r#"<img src="/x.png" onerror="this.src = '/error.png'">"#,
        check: "performance.now() > 6000",
        want: "true",
        most: 40,
        ..ROW
    },
    Row {
        name: "picture-in-a-circle-of-addresses",
        title: "a picture whose error picture has another address each time",
        body: r#"<img src="/x.png" onerror="this.src = '/error.png?' + performance.now()">"#,
        check: "performance.now() > 6000",
        want: "true",
        most: 60,
        ..ROW
    },
    Row {
        name: "picture-with-error-picture",
        title: "a picture that is nowhere: the page's own error picture is shown, and the page was told once",
        body: r#"<img src="/x.png" onerror="heard.push(1); this.src = '/own.png'">"#,
        page: &[("/own.png", Svg)],
        check: "[heard, document.images[0].naturalWidth]",
        want: "[[1],20]",
        ..ROW
    },
    Row {
        name: "import-shares-the-entry",
        title: "a part that is gone and imports the entry: no second entry from the fallback, and the page hears that it failed",
        head: r#"<script type="module" src="/entry.js"></script>"#,
        guard: r#"await guard.import("/view.js").then(() => ran.push("view"), () => ran.push("failed"));"#,
        page: &[("/entry.js", Js("window.entries = (window.entries || 0) + 1; export const plan = 3"))],
        backup: &[
            ("/entry.js", Js("window.entries = (window.entries || 0) + 1; export const plan = 3")),
            ("/view.js", Js("import{plan}from\"./entry.js\";export const view = plan")),
        ],
        check: "[entries, ran]",
        want: r#"[1,["failed"]]"#,
        asked: &[("backup", "/entry.js", 0, 0)],
        ..ROW
    },
    Row {
        name: "import-shares-the-entry-once",
        title: "a part that is busy once and imports the entry through another part: it comes, with the entry that runs",
        head: r#"<script type="module" src="/entry.js"></script>"#,
        guard: r#"await guard.import("/view.js").then(({ view }) => ran.push(view), () => ran.push("failed"));"#,
        page: &[
            ("/entry.js", Js("window.entries = (window.entries || 0) + 1; export const plan = 3")),
            ("/shared.js", Js("export * from './entry.js'")),
            ("/view.js", Then(&[Status(503), Js("import { plan } from './shared.js'; export const view = plan")])),
        ],
        backup: &[
            ("/entry.js", Js("window.entries = (window.entries || 0) + 1; export const plan = 3")),
            ("/shared.js", Js("export * from './entry.js'")),
            ("/view.js", Js("import { plan } from './shared.js'; export const view = plan")),
        ],
        check: "[entries, ran]",
        want: "[1,[3]]",
        ..ROW
    },
    Row {
        name: "import-in-a-circle",
        title: "two parts that import each other: neither runs twice",
        guard: r#"await guard.import("/a.js").catch(() => 0); ran.push("over");"#,
        page: &[
            ("/a.js", Then(&[Status(503), Js("import './b.js'; ran.push('a')")])),
            ("/b.js", Js("import './a.js'; ran.push('b')")),
        ],
        check: r#"[ran.filter((r) => r == "a").length < 2, ran.filter((r) => r == "b").length < 2, ran.includes("over")]"#,
        want: "[true,true,true]",
        ..ROW
    },
    Row {
        name: "import-of-parts-of-its-own",
        title: "a part with parts that nobody runs yet is had whole from the fallback",
        guard: r#"const { view } = await guard.import("/view.js"); ran.push(view);"#,
        backup: &[
            ("/view.js", Js("import { plan } from './plan.js'; export const view = plan")),
            ("/plan.js", Js("export const plan = 3")),
        ],
        want: "[3]",
        ..ROW
    },
    Row {
        name: "import-by-name",
        title: "a name of the page's import map",
        head: r#"<script type="importmap">{"imports": {"plan": "/plan.js"}}</script>"#,
        guard: r#"const { plan } = await guard.import("plan"); ran.push(plan);"#,
        page: &[("/plan.js", Js("export const plan = 3"))],
        want: "[3]",
        ..ROW
    },
    Row {
        name: "fetch-wrapped-later",
        title: "what the page puts over fetch after the guard has started sees every try of its calls",
        guard: r#"await guard.checkRender(); const before = fetch; window.fetch = function (...args) { heard.push("wrapped"); return before.apply(this, args); }; ran.push((await guard.fetch("/api")).status);"#,
        page: &[("/api", Then(&[Status(503), Json("{}")]))],
        check: "[ran, heard]",
        want: r#"[[200],["wrapped","wrapped"]]"#,
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
    Row {
        name: "fetch-wrapped-over-calls",
        title: "the same with calls.js: three tries at most",
        config: r#"{"calls": ["/api"]}"#,
        guard: r#"await guard.checkRender(); const before = fetch; window.fetch = (input, init) => { heard.push("wrapped"); return before(input, { ...init }); }; ran.push((await guard.fetch("/api")).status);"#,
        page: &[("/api", Then(&[Status(503), Json("{}")]))],
        check: "[ran, heard]",
        want: r#"[[200],["wrapped","wrapped"]]"#,
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
];
