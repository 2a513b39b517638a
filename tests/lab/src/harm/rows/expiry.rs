//! Rows: links and sessions that end while the page is open, on devices whose clocks are right and wrong.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, guard, healthy};
use crate::answer::Answer::*;

/// The device's clock is ten years ahead of the server's, or behind it. `real` is the server's time.
macro_rules! clock {
    ($sign:literal) => {
        concat!(
            "<script>const real = Date.now.bind(Date); window.Date = class extends Date { constructor(...given) { super(...(given.length ? given : [Date.now()])) } static now() { return real() ",
            $sign,
            " 3652 * 864e5 } }</script>"
        )
    };
}

pub const ROWS: &[Row] = &[
    Row {
        name: "link-ends-while-it-is-open",
        title: "the link of an open page ends: the user is told before, and goes on with the new one that the server gives",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); guard.expires('link', { at: Date.now() + 6000, warnMs: 4500 })"
                    )),
                ),
            ),
            ("/renew", Json(r#"{"url":"/new?ticket=2"}"#)),
            ("/new", Doc("", healthy!())),
        ],
        config: r#"{"options":{"renewLink":"/renew"}}"#,
        acts: &[Until("prompt && prompt.kind == 'expiring' && /This link expires in 1 minute/.test(prompt.text)")],
        check: "[location.pathname, told]",
        want: r#"["/new",""]"#,
        facts: &[Documents(2, 2), Told(&["stale-link"], "recovered")],
        fresh: true,
        ..ROW
    },
    Row {
        name: "link-ends-and-there-is-no-other",
        title: "where there is no new link, a dialog offers the way on",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(guard!(
                    "await guard.checkRender(); guard.expires('link', { at: Date.now() + 2000, warnMs: 1000 })"
                )),
            ),
        )],
        check: "[prompt && prompt.kind, prompt && prompt.choices]",
        want: r#"["link-expired",["home","close"]]"#,
        facts: &[Documents(1, 1)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "clock-ten-years-ahead-and-a-link-that-is-good",
        title: "a device whose clock is ten years ahead: a link that is good for an hour is left alone",
        page: &[(
            "/",
            Doc(
                clock!("+"),
                healthy!(guard!(
                    "await guard.checkRender(); guard.on('expiry', (e) => ran.push(e.state)); guard.expires('link', { at: real() + 3600e3 })"
                )),
            ),
        )],
        check: "[ran, told]",
        want: r#"[[],""]"#,
        facts: &[Documents(1, 1), Incidents(0, 0)],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "clock-ten-years-behind-and-a-link-that-has-ended",
        title: "a device whose clock is ten years behind: a link that has ended is told all the same",
        page: &[(
            "/",
            Doc(
                clock!("-"),
                healthy!(guard!(
                    "await guard.checkRender(); guard.on('expiry', (e) => ran.push(e.state)); guard.expires('link', { at: real() - 60e3 })"
                )),
            ),
        )],
        check: "[ran, prompt && prompt.kind]",
        want: r#"[["expired"],"link-expired"]"#,
        facts: &[Documents(1, 1)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "session-is-renewed-by-the-page",
        title: "the page's own code renews the session before it ends, and nobody is disturbed",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); guard.on('expiry', (e) => ran.push(e.state)); guard.expires('session', { in: 4, warnMs: 3000, renew: async () => { ran.push('asked'); return (await fetch('/api/session', { method: 'POST' })).json() } })"
                    )),
                ),
            ),
            ("/api/session", Json(r#"{"at":4102444800000}"#)),
        ],
        check: "[ran, told]",
        want: r#"[["expiring","asked","renewed"],""]"#,
        facts: &[Documents(1, 1), Posts("/api/session", 1, 1), Incidents(0, 0)],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "key-action-waits-for-the-session",
        title: "a session that has ended and could not be renewed: a key action has it renewed before it is sent, and is sent once",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); window.guard = guard; let tries = 0; guard.on('expiry', (e) => e.state == 'expiring' || ran.push(e.state)); guard.expires('session', { in: 1, warnMs: 0, renew: async () => { if (!tries++) throw new Error('not now'); await new Promise((done) => setTimeout(done, 1500)); return { at: 4102444800000 } } })"
                    )),
                ),
            ),
            ("/api/pay", Json(r#"{"ok":true}"#)),
        ],
        acts: &[
            Until("prompt && prompt.kind == 'expired'"),
            Run(
                "guard.keyAction('pay', ({ fetch }) => fetch('/api/pay', { method: 'POST' })).then((r) => ran.push(r.status), (e) => ran.push(String(e)))",
            ),
            Until("prompt && prompt.kind == 'renewing'"),
        ],
        check: "[ran, told]",
        want: r#"[["expired","renewed",200],""]"#,
        facts: &[Documents(1, 1), Posts("/api/pay", 1, 1), Told(&["stale-link"], "recovered")],
        fresh: true,
        ..ROW
    },
    Row {
        name: "key-action-with-a-link-that-has-ended",
        title: "a key action is not sent with a link that has ended, and the user hears why",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); guard.expires('link', { at: Date.now() - 1000 }); setTimeout(() => guard.keyAction('pay', ({ fetch }) => fetch('/api/pay', { method: 'POST' })).catch((e) => ran.push(e.code)), 1500)"
                    )),
                ),
            ),
            ("/api/pay", Json(r#"{"ok":true}"#)),
        ],
        check: "[ran, prompt && prompt.kind]",
        want: r#"[["cancelled"],"link-expired"]"#,
        facts: &[Documents(1, 1), Posts("/api/pay", 0, 0)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "session-that-the-server-ends",
        title: "two calls that were answered well are refused with 401, one after the other: the user is told that the session is over",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); const both = async () => { for (const path of ['/api/plan', '/api/offer']) ran.push((await guard.fetch(path)).status) }; await both(); await both()"
                    )),
                ),
            ),
            ("/api/plan", Then(&[Json("{}"), Status(401)])),
            ("/api/offer", Then(&[Json("{}"), Status(401)])),
        ],
        check: "[ran, prompt && prompt.kind]",
        want: r#"[[200,200,401,401],"expired"]"#,
        facts: &[Documents(1, 1)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "nobody-has-signed-in",
        title: "calls that are refused with 401 from the beginning are no session that is over",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); for (const path of ['/api/plan', '/api/offer', '/api/me']) ran.push((await guard.fetch(path)).status)"
                    )),
                ),
            ),
            ("/api/plan", Status(401)),
            ("/api/offer", Status(401)),
            ("/api/me", Status(401)),
        ],
        check: "[ran, told]",
        want: r#"[[401,401,401],""]"#,
        facts: &[Documents(1, 1), Incidents(0, 0)],
        stays_ms: 2000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "data-that-does-not-come",
        title: "without a network the last known data stand in, marked as old, for the next page as well; the page's own failure where none are known",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "await guard.checkRender(); window.data = (name) => guard.data(name, async () => (await (await fetch('/api/' + name)).json()).plan, { keep: true }).then(({ value, fresh, age, at }) => ran.push([value, fresh, age < 60e3 && Math.abs(Date.now() - age - at) < 2e3]), (e) => ran.push(e.name)); ran.push('up')"
                    )),
                ),
            ),
            ("/api/plan", Json(r#"{"plan":"A"}"#)),
        ],
        acts: &[
            Until("ran.includes('up')"),
            Run("data('plan')"),
            Until("ran.length == 2"),
            Open("/"),
            Until("ran.includes('up')"),
            Rest(500),
            Down("page"),
            Run("data('plan').then(() => data('offer'))"),
        ],
        check: "ran",
        want: r#"["up",["A",false,true],"TypeError"]"#,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
];
