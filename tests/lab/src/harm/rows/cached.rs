//! Rows: what the page's own worker answers with out of Cache Storage, by the whole address. What the network has otherwise is set aside, and
//! the page comes up, after one reload at most; what the network has, too, stays.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{KEEPS_APP, ROW, Row, blank, guard};
use crate::answer::Answer::*;
use crate::drivers::Engine;

const UP: &str = "document.querySelector('#app').innerHTML = '<h1>Up</h1>'";
/// Where a file of another origin is had without CORS.
const OTHER: &str = "document.title = 'other'";

/// The first visit leaves `entry` in the cache, the second is answered with it, and hears whether it is there.
macro_rules! cached {
    ($name:literal, $title:literal, $entry:literal, $app:expr) => {
        Row {
            name: $name,
            title: $title,
            page: &[
                (
                    "/",
                    Doc(
                        "",
                        blank!(
                            r#"<script>const type = { headers: { "content-type": "text/javascript" } }; (async () => { if (location.search) setInterval(async () => { heard[0] = await caches.match("/app.js") ? "kept" : "gone" }, 200); else { await navigator.serviceWorker.register("/sw.js"); await navigator.serviceWorker.ready; await (await caches.open("app")).put("/app.js", "#,
                            $entry,
                            r#"); heard.push("ready") } })()</script>"#,
                            $app
                        ),
                    ),
                ),
                ("/app.js", Js(UP)),
                ("/sw.js", Js(KEEPS_APP)),
            ],
            backup: &[("/other.js", Js(OTHER))],
            acts: &[Until("heard.includes('ready')"), Open("/?again"), Until("text == 'Up' && heard.includes('gone')")],
            check: "[text, !!prompt]",
            want: r#"["Up",false]"#,
            facts: &[Documents(2, 3)],
            stays_ms: 1500,
            fresh: true,
            ..ROW
        }
    };
}

pub const ROWS: &[Row] = &[
    cached!(
        "cached-half-a-script",
        "half a script in the worker's cache",
        r#"new Response("let a = { b: [", type)"#,
        r#"<script src="/app.js"></script>"#
    ),
    cached!(
        "cached-error-for-a-script",
        "an error of the service under the script's address",
        r#"new Response('{"error":"busy"}', type)"#,
        r#"<script src="/app.js"></script>"#
    ),
    cached!(
        "cached-nothing-for-a-script",
        "an empty body for the script",
        r#"new Response("", type)"#,
        r#"<script src="/app.js"></script>"#
    ),
    cached!(
        "cached-status-for-a-script",
        "an answer 404 for the script",
        r#"new Response("no", { status: 404 })"#,
        r#"<script src="/app.js"></script>"#
    ),
    cached!(
        "cached-former-build",
        "a script of the former build that knows nothing of this page",
        r#"new Response("document.title = former()", type)"#,
        r#"<script src="/app.js"></script>"#
    ),
    cached!(
        "cached-opaque-script",
        "an opaque answer for a script that is asked for by CORS",
        r#"await fetch("{{backup}}/other.js", { mode: "no-cors" })"#,
        r#"<script crossorigin src="/app.js"></script>"#
    ),
    cached!(
        "cached-half-a-chunk",
        "half a module that no element of the document names",
        r#"new Response("let a = { b: [", type)"#,
        r#"<script>import("/app.js")</script>"#
    ),
    cached!(
        "cached-error-for-a-chunk",
        "an error of the service under the address of a module that no element of the document names",
        r#"new Response('{"error":"busy"}', type)"#,
        r#"<script>import("/app.js")</script>"#
    ),
    cached!(
        "cached-nothing-for-a-chunk",
        "an empty body for a module that no element of the document names",
        r#"new Response("", type)"#,
        r#"<script>import("/app.js")</script>"#
    ),
    cached!(
        "cached-status-for-a-chunk",
        "an answer 404 for a module that no element of the document names",
        r#"new Response("no", { status: 404 })"#,
        r#"<script>import("/app.js")</script>"#
    ),
    cached!(
        "cached-former-for-a-chunk",
        "a former build's module, which knows nothing of this page, that no element of the document names",
        r#"new Response("document.title = former()", type)"#,
        r#"<script>import("/app.js")</script>"#
    ),
    Row {
        // It does not name the address of an import that failed, and nothing else tells an opaque answer that is wrong from one that is right.
        not_in: &[Engine::Webkit],
        ..cached!(
            "cached-opaque-for-a-chunk",
            "an opaque answer for a module that no element of the document names",
            r#"await fetch("{{backup}}/other.js", { mode: "no-cors" })"#,
            r#"<script>import("/app.js")</script>"#
        )
    },
    cached!(
        "cached-page-for-a-chunk",
        "a page for a module that no element of the document names",
        r#"new Response("<!doctype html><p>Home", { headers: { "content-type": "text/html" } })"#,
        r#"<script>import("/app.js")</script>"#
    ),
    cached!(
        "cached-half-for-guard-import",
        "half a module that is asked for by guard.import",
        r#"new Response("let a = { b: [", type)"#,
        guard!("guard.import('/app.js').then(() => ran.push('came'), (e) => ran.push(e.name))")
    ),
    cached!(
        "cached-error-for-guard-import",
        "an error of the service under the address of a module that is asked for by guard.import",
        r#"new Response('{"error":"busy"}', type)"#,
        guard!("guard.import('/app.js').then(() => ran.push('came'), (e) => ran.push(e.name))")
    ),
    cached!(
        "cached-nothing-for-guard-import",
        "an empty body for a module that is asked for by guard.import",
        r#"new Response("", type)"#,
        guard!("guard.import('/app.js').then(() => ran.push('came'), (e) => ran.push(e.name))")
    ),
    cached!(
        "cached-former-for-guard-import",
        "a former build's module, which knows nothing of this page, that is asked for by guard.import",
        r#"new Response("document.title = former()", type)"#,
        guard!("guard.import('/app.js').then(() => ran.push('came'), (e) => ran.push(e.name))")
    ),
    cached!(
        "cached-page-for-guard-import",
        "a page for a module that is asked for by guard.import",
        r#"new Response("<!doctype html><p>Home", { headers: { "content-type": "text/html" } })"#,
        guard!("guard.import('/app.js').then(() => ran.push('came'), (e) => ran.push(e.name))")
    ),
    cached!(
        "cached-status-for-guard-import",
        "an answer 404 for a module that is asked for by guard.import",
        r#"new Response("no", { status: 404 })"#,
        guard!("guard.import('/app.js').then(() => ran.push('came'), (e) => ran.push(e.name))")
    ),
    Row {
        // It does not name the address of an import that failed, and nothing else tells an opaque answer that is wrong from one that is right.
        not_in: &[Engine::Webkit],
        ..cached!(
            "cached-opaque-for-guard-import",
            "an opaque answer for a module that is asked for by guard.import",
            r#"await fetch("{{backup}}/other.js", { mode: "no-cors" })"#,
            guard!("guard.import('/app.js').then(() => ran.push('came'), (e) => ran.push(e.name))")
        )
    },
    cached!(
        "cached-page-for-a-script",
        "a page for a script",
        r#"new Response("<!doctype html><p>Home", { headers: { "content-type": "text/html" } })"#,
        r#"<script src="/app.js"></script>"#
    ),
    cached!(
        "cached-half-an-entry-module",
        "half of the entry module",
        r#"new Response("let a = { b: [", type)"#,
        r#"<script type="module" src="/app.js"></script>"#
    ),
    cached!(
        "cached-former-entry-module",
        "an entry module of the former build",
        r#"new Response("document.title = former()", type)"#,
        r#"<script type="module" src="/app.js"></script>"#
    ),
    Row {
        name: "cached-as-the-network-has-it",
        title: "an entry with the network's own bytes stays, whatever the page fails over",
        page: &[
            (
                "/",
                Doc(
                    "",
                    blank!(
                        r#"<script>(async () => { if (location.search) return; await navigator.serviceWorker.register("/sw.js"); await navigator.serviceWorker.ready; await (await caches.open("app")).add("/app.js"); heard.push("ready") })(); setInterval(async () => { heard[0] = await caches.match("/app.js") ? "kept" : "ready" }, 300)</script><script src="/app.js"></script>"#
                    ),
                ),
            ),
            ("/app.js", Js("throw new TypeError('no list')")),
            ("/sw.js", Js(KEEPS_APP)),
        ],
        acts: &[Until("heard[0] == 'kept'"), Open("/?again"), Until("told")],
        check: "heard[0]",
        want: r#""kept""#,
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
];
