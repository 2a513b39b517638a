//! Rows: what a page keeps on the device. Only what is to blame is touched, and a copy is made before.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{KEEPS_APP, ROW, Row, blank, healthy};
use crate::answer::Answer::*;

/// Texts that look like JSON and never were.
const ODD: &str = "<script>for (const s of [localStorage, sessionStorage]) { s.template ??= '{name}, hello'; s.journal ??= '[INFO] started'; s.note ??= '[not json, but mine]'; s.curly ??= '{{price}}' }</script>";
const UNTOUCHED: &str = "[localStorage, sessionStorage].map((s) => [s.template, s.journal, s.note, s.curly, Object.keys(s).filter((k) => k.startsWith('pagemend:') && Object.getOwnPropertyDescriptor(s, k).value.includes('but mine')).length])";
const AS_BEFORE: &str = r#"[["{name}, hello","[INFO] started","[not json, but mine]","{{price}}",0],["{name}, hello","[INFO] started","[not json, but mine]","{{price}}",0]]"#;
const KEPT: Row = Row { check: UNTOUCHED, want: AS_BEFORE, stays_ms: 1500, fresh: true, ..ROW };

/// The page parses what it kept there at its start, and nobody declared it.
macro_rules! unmeant {
    ($name:literal, $title:literal, $store:literal, $value:literal) => {
        Row {
            name: $name,
            title: $title,
            page: &[(
                "/",
                Doc(
                    ODD,
                    blank!(
                        "<script>const store = ",
                        $store,
                        "; if (!localStorage.made) { localStorage.made = 1; store.cart = '",
                        $value,
                        "' } app.innerHTML = `<h1>Cart</h1><p>${JSON.parse(store.cart ?? '{\"items\":[]}').items.length} items in it</p>`</script>"
                    ),
                ),
            )],
            acts: &[Until("text.includes('0 items')")],
            facts: &[Documents(2, 2)],
            ..KEPT
        }
    };
}

pub const ROWS: &[Row] = &[
    unmeant!(
        "undefined-for-an-entry",
        "an entry that the page's own error names is set aside, its neighbours stay, the page comes up",
        "localStorage",
        "undefined"
    ),
    unmeant!(
        "half-a-pair-for-an-entry",
        "an entry of session storage that ends in the middle of a character is set aside as well",
        "sessionStorage",
        "{\"items\":[\"\\ud83d"
    ),
    Row {
        name: "odd-texts-on-a-page-that-throws",
        title: "texts that only look like damaged JSON stay where they are when the page is blank for another reason",
        page: &[("/", Doc(ODD, blank!("<script>throw new TypeError('no list')</script>")))],
        acts: &[Until("told")],
        facts: &[Documents(1, 2)],
        ..KEPT
    },
    Row {
        name: "odd-texts-and-a-broken-answer",
        title: "they stay when the JSON that breaks came from the server",
        page: &[
            (
                "/",
                Doc(
                    ODD,
                    blank!(
                        "<script>fetch('/api/plan').then((r) => r.text()).then((t) => { app.textContent = JSON.parse(t).plan })</script>"
                    ),
                ),
            ),
            ("/api/plan", Json(r#"{"plan": "A", "#)),
        ],
        acts: &[Until("told")],
        facts: &[Documents(1, 2)],
        ..KEPT
    },
    Row {
        name: "odd-texts-on-a-page-with-a-dead-script",
        title: "they stay when a script is lost",
        page: &[("/", Doc(ODD, blank!(r#"<script src="/entry.js"></script>"#)))],
        acts: &[Until("told")],
        facts: &[Documents(1, 2)],
        ..KEPT
    },
    Row {
        name: "declared-entry-is-damaged",
        title: "an entry that is declared as JSON and was cut in half is set aside, its neighbours stay, the page comes up",
        page: &[(
            "/",
            Doc(
                ODD,
                blank!(
                    "<script>if (!localStorage.made) { localStorage.made = 1; localStorage.cart = '{\"items\":[1,2' } app.innerHTML = `<h1>Cart</h1><p>${JSON.parse(localStorage.cart ?? '{\"items\":[]}').items.length} items in it</p>`</script>"
                ),
            ),
        )],
        config: r#"{"options": {"storage": {"json": ["cart"]}}}"#,
        acts: &[
            Until("text.includes('0 items')"),
            Until("Object.values({ ...localStorage }).includes('{\"items\":[1,2')"),
        ],
        facts: &[Documents(2, 2)],
        ..KEPT
    },
    Row {
        name: "draft-is-damaged",
        title: "a draft is never removed, however it looks",
        page: &[(
            "/",
            Doc(
                "<script>localStorage.draft = '{\"name\":\"Ada'</script>",
                blank!("<script>JSON.parse(localStorage.draft)</script>"),
            ),
        )],
        config: r#"{"options": {"storage": {"drafts": ["draft"]}}}"#,
        acts: &[Until("told")],
        check: "localStorage.draft",
        want: r#""{\"name\":\"Ada""#,
        facts: &[Documents(1, 2)],
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "storage-denied-in-a-frame",
        title: "in a frame that may not store anything, the prompt says only what happened",
        page: &[
            (
                "/",
                Doc(
                    "<script>addEventListener('message', (e) => heard.push(e.data))</script>",
                    healthy!(r#"<iframe sandbox="allow-scripts" src="/inner" width="360" height="500"></iframe>"#),
                ),
            ),
            (
                "/inner",
                Doc(
                    "",
                    blank!(
                        "<script>setInterval(() => { const shadow = document.querySelector('pagemend-prompt')?.shadowRoot; const said = shadow ? [...shadow.children].filter((e) => e.localName != 'style').map((e) => e.innerText).join(' ') : document.querySelector('#pagemend-last-resort')?.innerText; if (said) parent.postMessage(said, '*') }, 300); throw new TypeError('no list')</script>"
                    ),
                ),
            ),
        ],
        check: "[heard.length > 0, heard.some((t) => /reloaded/i.test(t))]",
        want: "[true,false]",
        facts: &[Asked("page", "/inner", 1, 1)],
        stays_ms: 1500,
        ..ROW
    },
    Row {
        name: "half-a-script-in-the-pages-cache",
        title: "half a script in the page's own cache is no reason to call the browser too old",
        page: &[
            (
                "/",
                Doc(
                    "",
                    blank!(
                        "<script>(async () => { const c = await caches.open('app'); if (!await c.match('/app.js')) await c.put('/app.js', new Response('app.innerHTML = \"<h1>Up</h1>\"; if (tr', { headers: { 'content-type': 'text/javascript' } })); const s = document.createElement('script'); s.src = URL.createObjectURL(await (await c.match('/app.js')).blob()); document.head.append(s) })()</script>"
                    ),
                ),
            ),
            ("/app.js", Js("app.innerHTML = '<h1>Up</h1>'")),
        ],
        check: "[!!(told || text), prompt ? prompt.kind != 'unsupported' : true]",
        want: "[true,true]",
        facts: &[Documents(1, 2)],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "half-a-script-out-of-a-worker",
        title: "nor is half a script that the page's service worker has from its cache",
        page: &[
            (
                "/",
                Doc(
                    "",
                    blank!(
                        r#"<script>navigator.serviceWorker?.register("/sw.js").then(() => navigator.serviceWorker.ready).then(async () => { const c = await caches.open("app"); if (!await c.match("/app.js")) await c.put("/app.js", new Response("app.innerHTML = '<h1>Up</h1>'; if (tr", { headers: { "content-type": "text/javascript" } })); heard.push("ready") })</script><script src="/app.js"></script>"#
                    ),
                ),
            ),
            ("/app.js", Js("app.innerHTML = '<h1>Up</h1>'")),
            ("/sw.js", Js(KEEPS_APP)),
        ],
        acts: &[Until("heard.includes('ready') && text == 'Up'"), Open("/?again")],
        check: "[!!(told || text), prompt ? prompt.kind != 'unsupported' : true]",
        want: "[true,true]",
        stays_ms: 3000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "syntax-that-the-browser-does-not-know",
        title: "a script that does not parse as the server sends it is no reason to load the page over and over",
        page: &[
            ("/", Doc("", blank!(r#"<script src="/entry.js"></script>"#))),
            ("/entry.js", Js("app.innerHTML = '<h1>Up</h1>'; let x = a ?=> b;")),
        ],
        check: "!!told",
        facts: &[Documents(1, 2)],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
];
