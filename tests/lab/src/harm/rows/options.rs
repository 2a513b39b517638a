//! Rows: ways to set the guard up that a stranger would try.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, guard, healthy};
use crate::answer::Answer::*;

/// `start` of the bundle that brings its own engine.
macro_rules! bundle {
    ($code:expr) => {
        concat!(r#"<script type="module">import { start } from "/pagemend/index.js"; "#, $code, "</script>")
    };
}

pub const ROWS: &[Row] = &[
    Row {
        name: "misspelt-and-strict",
        title: "a misspelt option under strict is said in the console, and the engine is not asked for again and again",
        config: r#"{"options": {"strict": true, "endpont": "/v1/logs"}}"#,
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    r#"<script type="module">import { start } from "/pagemend/client.js"; start().then(() => 0, (e) => heard.push(...(e.problems ?? []).map((problem) => JSON.stringify(problem)), e.message))</script>"#
                ),
            ),
        )],
        check: "[text.includes('20,000'), [...said, ...heard].some((t) => t.includes('endpont'))]",
        want: "[true,true]",
        facts: &[Documents(1, 1), Engines(3)],
        stays_ms: 1500,
        ..ROW
    },
    Row {
        name: "misspelt",
        title: "a misspelt option otherwise is said in the console, and the guard works",
        config: r#"{"options": {"endpont": "/v1/logs"}}"#,
        page: &[("/", Doc("", healthy!(guard!("ran.push((await guard.checkRender()).state)"))))],
        check: "[ran, said.filter((t) => t.includes('endpont')).length]",
        want: r#"[["content"],1]"#,
        ..ROW
    },
    Row {
        name: "engine-at-a-whole-url",
        title: "an engine that is named by a whole address whose server is gone comes from the fallback",
        config: r#"{"engine": ["{{dead}}/pagemend/"], "origins": []}"#,
        page: &[("/", Doc("", healthy!(guard!("ran.push((await guard.checkRender()).state)"))))],
        check: "[ran, !!window.__pagemend?.engine]",
        want: r#"[["content"],true]"#,
        ..ROW
    },
    Row {
        name: "start-stop-start",
        title: "started, stopped and started again at once, as a framework does in development, the guard works",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(
                        r#"<script type="module">import { start } from "/pagemend/client.js"; const first = await start(); const stopped = first.stop(); const guard = await start(); await stopped; ran.push((await guard.checkRender()).state, (await (await guard.fetch("/api/plan")).json()).plan)</script>"#
                    ),
                ),
            ),
            ("/api/plan", Then(&[Status(503), Json(r#"{"plan":"A"}"#)])),
        ],
        check: "ran",
        want: r#"["content","A"]"#,
        ..ROW
    },
    Row {
        name: "started-twice",
        title: "two parts of a page that both start the guard share one",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    r#"<script type="module">import { start } from "/pagemend/client.js"; const [a, b] = await Promise.all([start(), start()]); ran.push((await a.checkRender()).state, (await b.checkRender()).state); void a.prompt("load-failed"); void b.prompt("load-failed")</script>"#
                ),
            ),
        )],
        check: "[ran, document.querySelectorAll('pagemend-prompt').length]",
        want: r#"[["content","content"],1]"#,
        ..ROW
    },
    Row {
        name: "bundle-beside-boot",
        title: "the bundle in a page that boot.js watches already works, with the options that it is given",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(bundle!(
                    "const guard = await start({ step: 'contract' }); const off = guard.on('incident', () => 0); off(); ran.push((await guard.checkRender()).state); void guard.prompt('load-failed')"
                )),
            ),
        )],
        check: "[ran, document.querySelectorAll('pagemend-prompt').length]",
        want: r#"[["content"],1]"#,
        fresh: true,
        ..ROW
    },
    Row {
        name: "bundle-stop-start",
        title: "the bundle, started, stopped and started again at once",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(bundle!(
                        "const first = start({}); (await first).stop(); const guard = await start({}); ran.push((await guard.checkRender()).state, (await (await guard.fetch('/api/plan')).json()).plan)"
                    )),
                ),
            ),
            ("/api/plan", Then(&[Status(503), Json(r#"{"plan":"A"}"#)])),
        ],
        check: "ran",
        want: r#"["content","A"]"#,
        ..ROW
    },
    Row {
        name: "fetch-wrapped-later",
        title: "a wrapper that the page puts over fetch later is used by guard.fetch",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); const own = window.fetch; window.fetch = (input, init = {}) => own(input, { ...init, headers: { ...init.headers, 'x-token': 't1' } }); ran.push((await (await guard.fetch('/api/plan')).json()).plan)"
                    )),
                ),
            ),
            ("/api/plan", Json(r#"{"plan":"A"}"#)),
        ],
        check: "ran",
        want: r#"["A"]"#,
        facts: &[Header("/api/plan", "x-token", "t1")],
        ..ROW
    },
    Row {
        name: "fetch-wrapped-later-and-fails",
        title: "the guard's own requests do not go through a wrapper of the page's, which may throw",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(guard!(
                    "await guard.checkRender(); window.fetch = () => { throw new Error('no') }; ran.push((await guard.checkFreshness()).state)"
                )),
            ),
        )],
        check: "[ran.length, told]",
        want: r#"[1,""]"#,
        facts: &[Asked("page", "/pagemend/build.json", 1, 9)],
        ..ROW
    },
    Row {
        name: "options-make-no-sense",
        title: "options of the wrong kinds leave the page alone",
        config: r####"{"options": {"deadlines": "soon", "retry": 7, "services": {"a": 1}, "help": [], "root": "###", "locale": 3}}"####,
        page: &[("/", Doc("", healthy!()))],
        check: "[text.includes('20,000'), told]",
        want: r#"[true,""]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 3500,
        ..ROW
    },
    Row {
        name: "stopped",
        title: "a guard that is stopped leaves nothing behind",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(guard!(
                    "await guard.checkRender(); void guard.prompt('load-failed'); setTimeout(async () => { await guard.stop(); ran.push(document.querySelectorAll('pagemend-prompt').length) }, 500)"
                )),
            ),
        )],
        acts: &[Until("ran.length")],
        check: "[ran, told, text.includes('20,000')]",
        want: r#"[[0],"",true]"#,
        ..ROW
    },
];
