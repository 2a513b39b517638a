//! Rows: what the browser says of the network, and what the network says itself.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank, guard, healthy};
use crate::answer::Answer::*;

const SAYS_OFFLINE: &str =
    "<script>Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })</script>";

pub const ROWS: &[Row] = &[
    Row {
        name: "says-offline-and-works",
        title: "a browser that says that it is offline, though everything is answered: nobody is told anything",
        page: &[
            (
                "/",
                Doc(
                    SAYS_OFFLINE,
                    healthy!(guard!(
                        "await guard.checkRender(); ran.push((await (await guard.fetch('/api/plan')).json()).plan)"
                    )),
                ),
            ),
            ("/api/plan", Json(r#"{"plan":"A"}"#)),
        ],
        check: "[ran, told]",
        want: r#"[["A"],""]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "tells-of-offline-and-works",
        title: "so it is when the browser tells of it later",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false }); dispatchEvent(new Event('offline')); ran.push((await (await guard.fetch('/api/plan')).json()).plan)"
                    )),
                ),
            ),
            ("/api/plan", Json(r#"{"plan":"A"}"#)),
        ],
        check: "[ran, told]",
        want: r#"[["A"],""]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "says-offline-and-the-service-is-busy",
        title: "a service that answers 503 is not called a lost connection, whatever the browser says",
        page: &[
            (
                "/",
                Doc(
                    SAYS_OFFLINE,
                    healthy!(guard!(
                        "await guard.checkRender(); guard.fetch('/api/plan').then((r) => ran.push(r.status))"
                    )),
                ),
            ),
            ("/api/plan", Status(503)),
        ],
        check: "[!!prompt, prompt && prompt.kind != 'offline']",
        want: "[true,true]",
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "says-offline-and-the-page-throws",
        title: "nor is a page that throws",
        page: &[("/", Doc(SAYS_OFFLINE, blank!("<script>throw new TypeError('no list')</script>")))],
        check: "[!!told, prompt ? prompt.kind != 'offline' : true]",
        want: "[true,true]",
        facts: &[Documents(1, 2)],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "server-back-without-a-word",
        title: "every request is refused for seconds, then answered: what the page waits for comes by itself, without an event from the browser",
        page: &[
            ("/", Doc("", healthy!(guard!("window.guard = guard; await guard.checkRender(); ran.push('up')")))),
            ("/api/plan", Json(r#"{"plan":"A"}"#)),
        ],
        acts: &[
            Until("ran.includes('up')"),
            Rest(1000),
            Down("page"),
            Down("backup"),
            Run(
                "guard.fetch('/api/plan').then((r) => r.json()).then((d) => ran.push(d.plan), (e) => ran.push(String(e)))",
            ),
            Rest(6000),
            Up("page"),
            Up("backup"),
        ],
        check: "[ran, told]",
        want: r#"[["up","A"],""]"#,
        facts: &[Documents(1, 1)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "server-back-while-the-browser-says-offline",
        title: "so it is where the browser says all along that it is offline",
        page: &[
            (
                "/",
                Doc(SAYS_OFFLINE, healthy!(guard!("window.guard = guard; await guard.checkRender(); ran.push('up')"))),
            ),
            ("/api/plan", Json(r#"{"plan":"A"}"#)),
        ],
        acts: &[
            Until("ran.includes('up')"),
            Rest(1000),
            Down("page"),
            Down("backup"),
            Run(
                "guard.fetch('/api/plan').then((r) => r.json()).then((d) => ran.push(d.plan), (e) => ran.push(String(e)))",
            ),
            Rest(4000),
            Up("page"),
            Up("backup"),
        ],
        check: "[ran, told]",
        want: r#"[["up","A"],""]"#,
        facts: &[Documents(1, 1)],
        fresh: true,
        ..ROW
    },
];
