//! Rows: pages that work. With a guard they must work no worse.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::{ROW, Row, blank, guard, healthy};
use crate::answer::Answer::*;

const QUIET: Row = Row {
    check: "[text.includes('20,000'), told]",
    want: r#"[true,""]"#,
    facts: &[Documents(1, 1), Incidents(0, 0)],
    stays_ms: 4000,
    ..ROW
};

pub const ROWS: &[Row] = &[
    Row {
        name: "nothing-is-wrong",
        title: "a page with nothing wrong is left alone",
        page: &[("/", Doc("", healthy!()))],
        ..QUIET
    },
    Row {
        name: "own-error-page",
        title: "a page that shows its own words for its own error is left alone",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    "<script>try { throw new TypeError('no list') } catch (e) { app.innerHTML = '<h1>Something went wrong</h1><p>20,000 apologies. Please try again.</p><button>Try again</button>'; console.error(e) }</script>"
                ),
            ),
        )],
        ..QUIET
    },
    Row {
        name: "drawn-on-a-canvas",
        title: "a page that is a drawing is left alone",
        page: &[(
            "/",
            Doc(
                "",
                r#"<div id="app"><canvas id="c" width="340" height="500" aria-label="20,000"></canvas></div><script>const x = c.getContext("2d"); x.fillStyle = "teal"; x.fillRect(20, 20, 300, 400); x.fillStyle = "white"; x.font = "40px sans-serif"; x.fillText("20,000", 60, 200)</script>"#,
            ),
        )],
        check: "[!!document.querySelector('canvas'), told]",
        ..QUIET
    },
    Row {
        name: "error-of-an-extension",
        title: "errors of others' scripts in a working page are nobody's concern",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    "<script>setTimeout(() => dispatchEvent(new ErrorEvent('error', { message: 'Script error.' })), 300); setTimeout(() => Promise.reject(undefined), 500); setTimeout(() => { throw null }, 700)</script>"
                ),
            ),
        )],
        ..QUIET
    },
    Row {
        name: "calls-fail-that-nobody-waits-for",
        title: "calls of the page's own that fail and that it can do without are left to it",
        page: &[
            ("/", Doc("", healthy!("<script>setInterval(() => fetch('/api/ticker').catch(() => 0), 400)</script>"))),
            ("/api/ticker", Status(500)),
        ],
        ..QUIET
    },
    Row {
        name: "goes-elsewhere-at-once",
        title: "a page that sends its visitor on is not held up",
        page: &[
            ("/", Doc("", blank!("<script>setTimeout(() => location.replace('/next'), 1200)</script>"))),
            ("/next", Doc("", healthy!())),
        ],
        facts: &[Documents(2, 2), Incidents(0, 0)],
        ..QUIET
    },
    Row {
        name: "asks-before-it-is-left",
        title: "a page that asks before it is left, and comes up blank, is not lost in a question",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    "<script>addEventListener('beforeunload', (e) => e.preventDefault()); throw new TypeError('no list')</script>"
                ),
            ),
        )],
        check: "!!told",
        want: "true",
        facts: &[Documents(1, 2)],
        stays_ms: 2500,
        fresh: true,
        ..QUIET
    },
    Row {
        name: "back-and-forth",
        title: "pages that are gone back to work as they did",
        page: &[
            ("/", Doc("", healthy!())),
            ("/next", Doc("", r#"<div id="app"><h1>The next page</h1><p>With a little text on it.</p></div>"#)),
        ],
        acts: &[
            Run("location.href = '/next'"),
            Until("text.includes('next')"),
            Rest(1500),
            Back,
            Until("text.includes('20,000')"),
            Rest(500),
            Run("history.forward()"),
            Until("text.includes('next')"),
            Rest(500),
            Back,
        ],
        facts: &[Documents(2, 6), Incidents(0, 0)],
        fresh: true,
        ..QUIET
    },
    Row {
        name: "storage-is-the-pages",
        title: "whatever a page keeps stays, and the guard keeps little beside it",
        page: &[(
            "/",
            Doc(
                "<script>localStorage.a = 'x'.repeat(1e5); sessionStorage.b = '[1,'; localStorage.c = 'undefined'; localStorage.d = ''</script>",
                healthy!(),
            ),
        )],
        check: "[localStorage.a.length, sessionStorage.b, localStorage.c, localStorage.d, Object.entries({ ...localStorage, ...sessionStorage }).filter(([k]) => k.startsWith('pagemend:')).map(([, v]) => v.length).reduce((a, b) => a + b, 0) < 4000, told]",
        want: r#"[100000,"[1,","undefined","",true,""]"#,
        ..QUIET
    },
    Row {
        name: "prototypes-are-changed",
        title: "a page that has changed what everybody uses works as it did",
        page: &[(
            "/",
            Doc(
                "<script>(() => { const { parse } = JSON; const { finally: last } = Promise.prototype; Array.prototype.flat = null; Array.prototype.extra = 1; JSON.parse = () => { throw new Error('mine') }; Promise.prototype.finally = null; String.prototype.trim = () => ''; setTimeout(() => { JSON.parse = parse; Promise.prototype.finally = last; document.documentElement.id = 'as-before' }, 5000) })()</script>",
                healthy!(),
            ),
        )],
        // A driver works with the page's own built-ins, so the page gives them back when the guard has had to live without them.
        acts: &[Until("document.documentElement.id")],
        check: "[app.textContent.includes('20,000'), !!document.querySelector('pagemend-prompt')]",
        want: "[true,false]",
        facts: &[Documents(1, 1)],
        ..QUIET
    },
    Row {
        name: "hidden-on-purpose",
        title: "a page that shows nothing until somebody chooses a language is left alone",
        page: &[(
            "/",
            Doc(
                "",
                r#"<div id="app"></div><dialog id="ask"><h2>Language</h2><p>20,000 people chose one today.</p><button>English</button></dialog><script>ask.showModal()</script>"#,
            ),
        )],
        check: "[ask.open, told]",
        ..QUIET
    },
    Row {
        name: "listeners-throw",
        title: "a listener of the page's that throws is the page's own affair",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "for (const type of ['incident', 'verdict', 'retry', 'prompt', 'telemetry', 'repair']) guard.on(type, () => { throw new Error('mine') }); ran.push((await guard.checkRender()).state); ran.push((await guard.fetch('/api/plan')).status)"
                    )),
                ),
            ),
            ("/api/plan", Then(&[Status(503), Json("1")])),
        ],
        check: "[ran, told]",
        want: r#"[["content",200],""]"#,
        facts: &[Documents(1, 1)],
        ..QUIET
    },
];
