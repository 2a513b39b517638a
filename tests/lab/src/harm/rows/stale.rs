//! Rows: the server has another build than the page, and something between the two may go on to serve the page's own.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row};
use crate::answer::{Answer, Answer::*};
use crate::drivers::Engine;

/// A document of a build, which the guard is told. It counts how often the window came, and says what the caches hold.
macro_rules! build {
    ($build:literal, $($more:expr),*) => {
        Doc(
            concat!(
                "<script>if (window.__pagemend) Object.assign(__pagemend.config.options, { build: '", $build, "', builtAt: 178", $build, "000000000 }); ",
                "sessionStorage.n = Number(sessionStorage.n ?? 0) + 1; var kept, other, aside; window.caches?.keys().then(async (names) => { kept = names.filter((name) => !name.startsWith('pagemend')).sort().join(); aside = names.includes('pagemend:quarantine'); other = await (await caches.match('/other'))?.text() })</script>"
            ),
            concat!(
                r#"<div id="app"><h1>Build "#, $build, r#"</h1><p>20,000 is available to you today.</p><input id="amount"><button>Apply now</button></div>"#,
                $($more),*
            ),
        )
    };
}

/// The button asks for a part of the application that only the build before had.
macro_rules! imports {
    () => {
        "<script>document.querySelector('button').onclick = () => import('/assets/view-1.js')</script>"
    };
}

/// As webpack's runtime asks for it, and what the page does with the promise.
macro_rules! webpack {
    ($after:literal) => {
        concat!(
            "<script>const load = (url) => new Promise((ok, no) => { const s = document.createElement('script'); s.charset = 'utf-8'; s.timeout = 120; s.setAttribute('data-webpack', 'app:chunk-431'); s.src = url; s.onerror = s.onload = (e) => { s.onerror = s.onload = null; s.remove(); if (e.type == 'load') return ok(); const error = new Error('Loading chunk 431 failed.\\n(' + e.type + ': ' + s.src + ')'); error.name = 'ChunkLoadError'; no(error) }; document.head.append(s) }); document.querySelector('button').onclick = () => load('/431.1.js')",
            $after,
            "</script>"
        )
    };
}

/// mini-css-extract's runtime: the address in its message is as it was written.
macro_rules! mini_css {
    () => {
        "<script>document.querySelector('button').onclick = () => new Promise((ok, no) => { const l = document.createElement('link'); l.rel = 'stylesheet'; l.type = 'text/css'; l.onerror = l.onload = (e) => { l.onerror = l.onload = null; if (e.type == 'load') return ok(); const error = new Error('Loading CSS chunk 431 failed.\\n(/431.1.css)'); error.name = 'ChunkLoadError'; error.code = 'CSS_CHUNK_LOAD_FAILED'; l.remove(); no(error) }; l.href = '/431.1.css'; document.head.append(l) })</script>"
    };
}

/// As Farm's runtime, and loaders that teams write by hand, ask for a sheet: what they reject with is the event alone.
macro_rules! injected_sheet {
    ($after:literal) => {
        concat!(
            "<script>const load = (url) => new Promise((ok, no) => { const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = url; document.head.append(l); l.onload = () => ok(); l.onerror = no }); document.querySelector('button').onclick = () => load('/view.1.css')",
            $after,
            "</script>"
        )
    };
}

/// Registers the worker, keeps something else in a cache of the page's own, and says when all of it is there.
macro_rules! registers {
    () => {
        "<script>(async () => { await navigator.serviceWorker.register('/sw.js'); await navigator.serviceWorker.ready; await (await caches.open('mine')).put('/other', new Response('stays')); await fetch('/pagemend/build.json'); await fetch('/'); heard.push('ready') })()</script>"
    };
}

const FIRST: Answer = build!("1", imports!(), registers!());
const FIRST_PLAIN: Answer = build!("1", imports!());
/// From the second visit on it throws and shows nothing.
const FAILS_LATER: Answer = build!(
    "1",
    registers!(),
    "<script>if (sessionStorage.n > 1) { app.innerHTML = ''; throw new TypeError('no list') }</script>"
);
const SECOND: Answer = build!("2", "");
const THEN: Answer = Json(r#"{"build":"1","builtAt":1781000000000}"#);
const NOW: Answer = Json(r#"{"build":"2","builtAt":1782000000000}"#);
const OPTIONS: &str = r#"{"fallback": []}"#;
/// Its chunk is lost, and the page tells nobody.
const LOSES: Answer = build!("2", webpack!(".catch(() => {})"));

/// Answers navigations with the page as it was when the worker was installed, and has nothing else to answer with.
const PRECACHE: &str = "oninstall = (e) => { skipWaiting(); e.waitUntil(caches.open('shell').then((c) => c.add('/'))) }; onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => { if (e.request.mode == 'navigate') e.respondWith(caches.open('shell').then((c) => c.match('/'))) }";
/// The same with the page under the name of a file, and a revision as Workbox writes it.
const INDEX: &str = "oninstall = (e) => { skipWaiting(); e.waitUntil(caches.open('shell').then(async (c) => c.put('/index.html?__WB_REVISION__=1', await fetch('/')))) }; onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => { if (e.request.mode == 'navigate') e.respondWith(caches.match('/index.html', { ignoreSearch: true })) }";
/// Answers everything out of its cache when it has it, the manifest too.
const EVERYTHING: &str = "oninstall = () => skipWaiting(); onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => { if (e.request.method == 'GET') e.respondWith(caches.match(e.request).then((kept) => kept ?? fetch(e.request).then((answer) => { const copy = answer.clone(); if (copy.ok) e.waitUntil(caches.open('shell').then((c) => c.put(e.request, copy))); return answer }))) }";
/// Keeps the page under an address that says nothing of it.
const HIDES: &str = "oninstall = (e) => { skipWaiting(); e.waitUntil(fetch('/').then(async (a) => { await (await caches.open('hidden')).put('/x', new Response(await a.text(), { headers: { 'content-type': 'text/html' } })) })) }; onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => { if (e.request.mode == 'navigate') e.respondWith(caches.match('/x')) }";
/// The first one of two, and the second, which waits until it is told to take over.
const WAITING_1: &str = "oninstall = (e) => e.waitUntil(caches.open('shell-1').then((c) => c.add('/'))); onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => { if (e.request.mode == 'navigate') e.respondWith(caches.open('shell-1').then((c) => c.match('/'))) }";
const WAITING_2: &str = "oninstall = (e) => e.waitUntil(caches.open('shell-2').then((c) => c.add('/'))); onmessage = (e) => { if (e.data.type == 'SKIP_WAITING') skipWaiting() }; onactivate = (e) => e.waitUntil(caches.delete('shell-1').then(() => clients.claim())); onfetch = (e) => { if (e.request.mode == 'navigate') e.respondWith(caches.open('shell-2').then((c) => c.match('/'))) }";
/// Passes everything, and keeps a copy of the page for a day without a network.
const PASSES: &str = "oninstall = (e) => { skipWaiting(); e.waitUntil(caches.open('shell').then((c) => c.add('/'))) }; onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => { if (e.request.mode == 'navigate') e.respondWith(fetch(e.request).catch(() => caches.match('/'))) }";

/// The first visit leaves a worker; then the server has the next build, and the worker the one before.
macro_rules! worker {
    ($name:literal, $title:literal, $worker:expr, $check:literal, $want:literal, [$($then:expr),*], [$($fact:expr),*]) => {
        Row {
            name: $name,
            title: $title,
            page: &[("/", FIRST), ("/sw.js", Js($worker)), ("/index.html", SECOND), ("/pagemend/build.json", THEN)],
            acts: &[
                Until("heard.includes('ready')"),
                Now("page", "/", SECOND),
                Now("page", "/pagemend/build.json", NOW),
                $($then,)*
                Open("/"),
                Until("text.startsWith('Build 1')"),
                Click("button"),
                Until("text.startsWith('Build 2') && other"),
            ],
            config: OPTIONS,
            check: $check,
            want: $want,
            facts: &[Told(&["stale-deploy"], "recovered"), $($fact),*],
            stays_ms: 1500,
            fresh: true,
            ..ROW
        }
    };
}

/// The chunk of the first build is gone when the button asks for it.
macro_rules! deployed {
    ($name:literal, $title:literal, $asks:expr) => {
        Row {
            name: $name,
            title: $title,
            page: &[("/", Then(&[build!("1", $asks), SECOND])), ("/pagemend/build.json", NOW)],
            acts: &[Click("button"), Until("text.startsWith('Build 2')")],
            config: OPTIONS,
            check: "[sessionStorage.n, !!prompt]",
            want: r#"["2",false]"#,
            facts: &[Documents(2, 2), Told(&["stale-deploy"], "recovered")],
            stays_ms: 1500,
            fresh: true,
            ..ROW
        }
    };
}

pub const ROWS: &[Row] = &[
    worker!(
        "stale-precached-page",
        "a worker that answers with the page that it was installed with: one reload shows the next build, other caches stay",
        PRECACHE,
        "[sessionStorage.n, !!prompt, other, aside, kept, !!navigator.serviceWorker.controller]",
        r#"["3",false,"stays",true,"mine,shell",true]"#,
        [],
        [Present("set aside and renewed")]
    ),
    worker!(
        "stale-precached-index",
        "the same where the page is kept as a file with a revision",
        INDEX,
        "[sessionStorage.n, !!prompt, other, aside, kept]",
        r#"["3",false,"stays",true,"mine,shell"]"#,
        [],
        [Present("set aside and renewed")]
    ),
    worker!(
        "stale-cache-first-for-everything",
        "a worker that answers everything out of its cache: what it says of the build is not believed",
        EVERYTHING,
        "[sessionStorage.n, !!prompt, other, aside]",
        r#"["3",false,"stays",true]"#,
        [],
        []
    ),
    Row {
        // Once no page is left its second worker takes over by itself, and drops the cache of the first.
        wipes: true,
        ..worker!(
            "stale-waiting-worker",
            "the next worker waits: it is told to take over before the page is loaded anew",
            WAITING_1,
            "[sessionStorage.n, !!prompt, other, kept]",
            r#"["3",false,"stays","mine,shell-2"]"#,
            [Now("page", "/sw.js", Js(WAITING_2))],
            [Present("took over")]
        )
    },
    Row {
        // The second try may come before its worker is gone, as it does on a busy machine; then the page has come stale twice, and no third try is made.
        not_in: &[Engine::Webkit],
        ..worker!(
            "stale-hidden-page",
            "a worker that keeps the page where nobody looks for it is unregistered, but only when the page came stale again",
            HIDES,
            "[sessionStorage.n, !!prompt, other, kept]",
            r#"["4",false,"stays","hidden,mine"]"#,
            [],
            [Present("served stale again"), Present("unregistered")]
        )
    },
    Row {
        name: "stale-nothing-of-a-worker",
        title: "a page that fails for a reason of its own is loaded anew, and its worker and caches stay as they are",
        page: &[("/", FAILS_LATER), ("/sw.js", Js(PASSES)), ("/pagemend/build.json", THEN)],
        acts: &[Until("heard.includes('ready')"), Open("/"), Until("told")],
        config: OPTIONS,
        check: "[sessionStorage.n, kept, aside, !!navigator.serviceWorker.controller]",
        want: r#"["3","mine,shell",false,true]"#,
        facts: &[Told(&["script"], "prompted")],
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "stale-constant-tag",
        title: "a document whose tag never changes: every question whether it has changed is answered 304, and one reload shows the next build",
        page: &[("/", Tagged(&FIRST_PLAIN)), ("/pagemend/build.json", THEN)],
        acts: &[
            Until("text.startsWith('Build 1')"),
            Now("page", "/", Tagged(&SECOND)),
            Now("page", "/pagemend/build.json", NOW),
            Open("/"),
            Until("text.startsWith('Build 1')"),
            Click("button"),
            Until("text.startsWith('Build 2')"),
        ],
        config: OPTIONS,
        check: "[sessionStorage.n, !!prompt]",
        want: r#"["3",false]"#,
        facts: &[Told(&["stale-deploy"], "recovered")],
        stays_ms: 1500,
        fresh: true,
        // It asks without the tag, and has the next build at once.
        not_in: &[Engine::Webkit],
        ..ROW
    },
    Row {
        name: "stale-web-view",
        title: "a web view that keeps the document whatever its headers say: asked for once more at another address, which nobody sees afterwards",
        page: &[("/", ByQuery(&FIRST_PLAIN, &SECOND)), ("/pagemend/build.json", NOW)],
        acts: &[Click("button"), Until("text.startsWith('Build 2')")],
        start: "/#/loan/2?tab=plan",
        config: OPTIONS,
        check: "[sessionStorage.n, !!prompt, location.href.slice(location.origin.length)]",
        want: r#"["3",false,"/#/loan/2?tab=plan"]"#,
        facts: &[Documents(3, 3), Told(&["stale-deploy"], "recovered"), Present("served stale again: CDN or WebView")],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "stale-for-good",
        title: "nobody serves the build that the manifest tells of: two reloads, one of them at another address, and then only a word",
        page: &[("/", FIRST_PLAIN), ("/pagemend/build.json", NOW)],
        acts: &[Click("button"), Until("prompt")],
        config: OPTIONS,
        check: "[sessionStorage.n, prompt.kind, location.search]",
        want: r#"["3","update",""]"#,
        facts: &[Documents(3, 3), Told(&["stale-deploy"], "prompted"), Present("served-stale")],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    deployed!(
        "stale-webpack-chunk",
        "a chunk of webpack's is gone with the deployment, and the page tells nobody: refreshed once",
        webpack!(".catch(() => {})")
    ),
    deployed!("stale-webpack-chunk-unhandled", "the same where the page leaves the error alone", webpack!("")),
    deployed!("stale-mini-css-chunk", "a style sheet of a chunk is gone with the deployment", mini_css!()),
    deployed!(
        "stale-injected-sheet",
        "a style sheet that the page's own loader puts in is gone with the deployment, and the page tells nobody: refreshed once",
        injected_sheet!(".catch(() => {})")
    ),
    deployed!("stale-injected-sheet-unhandled", "the same where the page leaves the event alone", injected_sheet!("")),
    deployed!("stale-plain-import", "a module that the page imports by itself is gone with the deployment", imports!()),
    Row {
        name: "stale-after-a-roll-back",
        title: "the release was taken back, its chunk is gone, and the page tells nobody: refreshed once, into the build before",
        page: &[("/", Then(&[LOSES, FIRST_PLAIN])), ("/pagemend/build.json", THEN)],
        acts: &[Click("button"), Until("text.startsWith('Build 1')")],
        config: OPTIONS,
        check: "[sessionStorage.n, !!prompt]",
        want: r#"["2",false]"#,
        facts: &[Documents(2, 2), Told(&["stale-deploy"], "recovered")],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "stale-after-a-roll-back-under-typed-text",
        title: "the same under typed text: asked first, and the text is there after the reload",
        page: &[("/", Then(&[LOSES, FIRST_PLAIN])), ("/pagemend/build.json", THEN)],
        acts: &[
            Click("#amount"),
            Type("5000"),
            Click("button"),
            Until("prompt?.kind == 'update' && text.startsWith('Build 2')"),
            Press("reload"),
            Until("text.startsWith('Build 1')"),
        ],
        config: OPTIONS,
        check: "[sessionStorage.n, typed('#amount')]",
        want: r#"["2","5000"]"#,
        facts: &[Documents(2, 2)],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "stale-after-a-roll-back-that-is-not-served",
        title: "something goes on to serve the release that was taken back: one reload, and then only a word to who asks for the chunk again",
        page: &[("/", LOSES), ("/pagemend/build.json", THEN)],
        acts: &[Click("button"), Until("sessionStorage.n == 2"), Click("button"), Until("prompt")],
        config: OPTIONS,
        check: "[sessionStorage.n, prompt.kind, location.search]",
        want: r#"["2","update",""]"#,
        facts: &[Documents(2, 2), Told(&["stale-deploy"], "prompted")],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "stale-while-a-server-lags-behind",
        title: "one server has an older build and not the chunk, another has it: no reload and no word",
        page: &[
            ("/", LOSES),
            ("/pagemend/build.json", THEN),
            ("/431.1.js", Then(&[Status(404), Status(404), Js("ran.push('chunk')")])),
        ],
        acts: &[Click("button"), Rest(6000)],
        config: OPTIONS,
        check: "[sessionStorage.n, told]",
        want: r#"["1",""]"#,
        facts: &[Documents(1, 1), Told(&["resource"], "harmless"), Asked("page", "/431.1.js", 3, 4)],
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "stale-webpack-chunk-under-typed-text",
        title: "the same under typed text: asked first, and the text is there after the reload",
        page: &[("/", Then(&[build!("1", webpack!(".catch(() => {})")), SECOND])), ("/pagemend/build.json", NOW)],
        acts: &[
            Click("#amount"),
            Type("5000"),
            Click("button"),
            Until("prompt?.kind == 'update' && text.startsWith('Build 1')"),
            Press("reload"),
            Until("text.startsWith('Build 2')"),
        ],
        config: OPTIONS,
        check: "[sessionStorage.n, typed('#amount')]",
        want: r#"["2","5000"]"#,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
];
