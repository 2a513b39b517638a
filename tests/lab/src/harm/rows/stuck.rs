//! Rows: stores of the device that are full, denied or held by another tab. The user is told which, and nothing is lost.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank, healthy};
use crate::answer::Answer::*;
use crate::drivers::Engine;

/// Local storage takes not one character more.
const FULL: &str = "<script>if (!localStorage.made) { localStorage.made = 1; for (let n = 1 << 22; n >= 1; n >>= 1) try { for (;;) localStorage.setItem('fill' + n + '.' + localStorage.length, 'x'.repeat(n)) } catch {} }</script>";

const ROOM: Row = Row { stays_ms: 1500, fresh: true, ..ROW };

/// The page parses what it kept there at its start, and nobody declared it.
macro_rules! unmeant {
    ($name:literal, $store:literal, $value:literal) => {
        Row {
            name: $name,
            title: "a text that no program meant is set aside when the page fails over it; its neighbours stay",
            page: &[(
                "/",
                Doc(
                    "",
                    blank!(
                        "<script>const store = ",
                        $store,
                        "; if (!sessionStorage.made && !localStorage.made) { store.made = 1; store.cart = ",
                        $value,
                        "; store.note = '{mine}'; store.plan = '{\"a\":1}' } const kept = store.getItem('cart'); app.innerHTML = `<h1>Cart</h1><p>${kept === null ? 0 : JSON.parse(kept).items.length} items in it</p>`</script>"
                    ),
                ),
            )],
            acts: &[Until("text.includes('0 items')")],
            check: concat!("[", $store, ".note, ", $store, ".plan]"),
            want: r#"["{mine}","{\"a\":1}"]"#,
            facts: &[Documents(2, 2), Told(&["cache-damaged"], "recovered")],
            ..ROOM
        }
    };
}

pub const ROWS: &[Row] = &[
    unmeant!("local-entry-is-undefined", "localStorage", "'undefined'"),
    unmeant!("local-entry-is-empty", "localStorage", "''"),
    unmeant!("local-entry-is-half-a-pair", "localStorage", "'{\"items\":[\"\\ud83d'"),
    unmeant!("local-entry-is-an-object-as-text", "localStorage", "'[object Object]'"),
    unmeant!("local-entry-goes-on-too-long", "localStorage", "'{\"a\":1}x'"),
    unmeant!("session-entry-is-undefined", "sessionStorage", "'undefined'"),
    unmeant!("session-entry-is-empty", "sessionStorage", "''"),
    unmeant!("session-entry-is-half-a-pair", "sessionStorage", "'{\"items\":[\"\\ud83d'"),
    unmeant!("session-entry-is-an-object-as-text", "sessionStorage", "'[object Object]'"),
    unmeant!("session-entry-goes-on-too-long", "sessionStorage", "'{\"a\":1}x'"),
    Row {
        name: "store-is-full",
        title: "where not one character fits, the declared caches go, no other does, and the user is told what is the matter; no reload",
        page: &[(
            "/",
            Doc(
                FULL,
                blank!(
                    "<script>(async () => { for (const [name, size] of [['pictures', 90000], ['maps', 10], ['mine', 9]]) await (await caches.open(name)).put('/x', new Response('x'.repeat(size))); heard.push('ready') })(); localStorage.setItem('visit', '1'); app.innerHTML = '<h1>Up</h1>'</script>"
                ),
            ),
        )],
        config: r#"{"options": {"storage": {"caches": ["pictures", "maps"]}}}"#,
        acts: &[
            Until("prompt?.kind == 'storage-full'"),
            Run("caches.keys().then((k) => heard.push('caches ' + k.filter((n) => !n.startsWith('pagemend')).sort()))"),
        ],
        check: "[heard.at(-1), prompt.kind, Object.keys(localStorage).some((k) => k.startsWith('fill'))]",
        want: r#"["caches mine","storage-full",true]"#,
        facts: &[Documents(1, 1), Told(&["storage-stuck"], "prompted")],
        ..ROOM
    },
    Row {
        name: "store-is-full-and-an-entry-is-damaged",
        title: "a damaged entry of a megabyte is copied elsewhere before it is removed, where its own store is full",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    "<script>if (!sessionStorage.made) { sessionStorage.made = 1; localStorage.cart = '{\"items\":[\"' + 'y'.repeat(1 << 20); for (let n = 1 << 22; n >= 1; n >>= 1) try { for (;;) localStorage.setItem('fill' + n + '.' + localStorage.length, 'x'.repeat(n)) } catch {} } app.innerHTML = `<h1>Cart</h1><p>${JSON.parse(localStorage.cart ?? '{\"items\":[]}').items.length} items in it</p>`</script>"
                ),
            ),
        )],
        acts: &[
            Until("text.includes('0 items')"),
            Run(
                "(async () => { for (const name of await caches.keys()) { const c = await caches.open(name); for (const k of await c.keys()) { const t = await (await c.match(k)).text(); if (t.includes('y'.repeat(1 << 20))) heard.push('copy') } } })()",
            ),
        ],
        check: "[heard.includes('copy'), localStorage.getItem('cart'), Object.keys(localStorage).some((k) => k.startsWith('fill'))]",
        want: "[true,null,true]",
        facts: &[Documents(2, 2), Told(&["cache-damaged"], "recovered")],
        // The page comes up there as well. The driver's WebKit has no profile, and forgets a cache with the last page that has it open: the copy is lost when
        // the page is loaded anew (see `between` in `kill.rs`).
        not_in: &[Engine::Webkit],
        ..ROOM
    },
    Row {
        name: "database-is-held-by-another-tab",
        title: "a page that waits for a database which another tab holds says so, deletes nothing, and goes on by itself",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(
                        "<script>const r = indexedDB.open('loans', 1); r.onsuccess = () => { heard.push('open'); new BroadcastChannel('tab').onmessage = () => r.result.close() }</script>"
                    ),
                ),
            ),
            (
                "/two",
                Doc(
                    "",
                    blank!(
                        "<script>const r = indexedDB.open('loans', 2); r.onsuccess = () => { app.innerHTML = '<h1>Loans</h1><p>All of them</p>' }</script>"
                    ),
                ),
            ),
        ],
        acts: &[
            Until("heard.includes('open')"),
            Window("/two"),
            Until("/close the other tabs of this page/i.test(told)"),
            Run("new BroadcastChannel('tab').postMessage('close')"),
            Until("text.includes('All of them') && !prompt"),
        ],
        check: "text",
        want: r#""Loans\n\nAll of them""#,
        facts: &[Documents(2, 2), Told(&["storage-stuck"], "recovered")],
        ..ROOM
    },
    Row {
        name: "database-gives-no-event",
        title: "where no database answers at all, the page is loaded anew once, and then the user is told",
        page: &[(
            "/",
            Doc(
                "<script>IDBFactory.prototype.open = () => new EventTarget()</script>",
                blank!(
                    "<script>indexedDB.open('loans', 2).onsuccess = () => { app.innerHTML = '<h1>Loans</h1>' }</script>"
                ),
            ),
        )],
        acts: &[Until("prompt?.kind == 'storage-lost'")],
        facts: &[Documents(2, 2), Told(&["storage-stuck"], "prompted")],
        ..ROOM
    },
    Row {
        name: "database-is-of-a-newer-page",
        title: "a database of a higher version is told as what it is, and kept",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    "<script>const open = (v) => new Promise((yes, no) => { const r = indexedDB.open('loans', v); r.onsuccess = () => yes(r.result); r.onerror = () => no(r.error) }); (async () => { if (!localStorage.made) { localStorage.made = 1; (await open(3)).close() } await open(2); app.innerHTML = '<h1>Loans</h1>' })()</script>"
                ),
            ),
        )],
        acts: &[
            Until("prompt?.kind == 'update'"),
            Run("indexedDB.open('loans').onsuccess = (e) => heard.push('version ' + e.target.result.version)"),
        ],
        check: "heard.at(-1)",
        want: r#""version 3""#,
        facts: &[Documents(2, 2), Told(&["storage-stuck"], "prompted")],
        ..ROOM
    },
    Row {
        name: "stores-are-asked-and-nothing-is-left",
        title: "what the guard tries on a page that fails for another reason makes no database and no entry",
        page: &[("/", Doc("", blank!("<script>throw new TypeError('no list')</script>")))],
        acts: &[Until("prompt"), Run("indexedDB.databases().then((all) => heard.push('databases ' + all.length))")],
        check: "[heard.at(-1), 'pagemend:probe' in localStorage]",
        want: r#"["databases 0",false]"#,
        facts: &[Told(&["script"], "prompted")],
        ..ROOM
    },
    Row {
        name: "storage-is-denied-in-a-frame",
        title: "in a frame that may not store anything, a page that fails over it says so",
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
                        "<script>setInterval(() => { const shadow = document.querySelector('pagemend-prompt')?.shadowRoot; const said = shadow ? [...shadow.children].filter((e) => e.localName != 'style').map((e) => e.innerText).join(' ') : document.querySelector('#pagemend-last-resort')?.innerText; if (said) parent.postMessage(said, '*') }, 300); localStorage.setItem('visit', 1); app.innerHTML = '<h1>Up</h1>'</script>"
                    ),
                ),
            ),
        ],
        check: "heard.some((t) => /in a window of its own/i.test(t))",
        facts: &[Asked("page", "/inner", 1, 1)],
        // It hides from the frame that storage is denied, and names another reason.
        not_in: &[Engine::Webkit],
        ..ROOM
    },
];
