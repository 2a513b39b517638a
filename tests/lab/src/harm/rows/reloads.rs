//! Rows: how often the guard loads a page anew, and what it leaves of the page's own when it does.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank, healthy};
use crate::answer::Answer::*;

/// Long enough for a third document, if there is to be one.
const AFTER: u64 = 4000;

const ONCE: Row = Row { check: "!!told", facts: &[Documents(1, 2)], stays_ms: AFTER, fresh: true, ..ROW };
const CLEARS: &str = "<script>sessionStorage.clear(); localStorage.clear()</script>";
const THROWS: &str = blank!("<script>throw new TypeError('no list')</script>");

pub const ROWS: &[Row] = &[
    Row {
        name: "blank-for-good",
        title: "a page that throws at every load is loaded anew once, and then the person is told",
        page: &[("/", Doc("", THROWS))],
        facts: &[Documents(2, 2), Told(&["script"], "prompted")],
        ..ONCE
    },
    Row {
        name: "blank-and-clears-storage-at-start",
        title: "a page that clears its storage at its start, then throws",
        page: &[("/", Doc(CLEARS, THROWS))],
        ..ONCE
    },
    Row {
        name: "blank-and-clears-storage-when-left",
        title: "a page that clears its storage whenever it is left, and throws",
        page: &[(
            "/",
            Doc(
                "<script>addEventListener('pagehide', () => { sessionStorage.clear(); localStorage.clear() })</script>",
                THROWS,
            ),
        )],
        ..ONCE
    },
    Row {
        name: "blank-and-clears-storage-all-the-time",
        title: "a page that clears its storage ten times a second, and throws",
        page: &[(
            "/",
            Doc("<script>setInterval(() => { sessionStorage.clear(); localStorage.clear() }, 100)</script>", THROWS),
        )],
        ..ONCE
    },
    Row {
        name: "blank-and-clear-site-data",
        title: "a document that comes with Clear-Site-Data, and throws",
        page: &[("/", With(&[("clear-site-data", "\"storage\"")], &Doc("", THROWS)))],
        ..ONCE
    },
    Row {
        name: "blank-and-removes-what-it-does-not-know",
        title: "a page that removes each entry of storage that it does not know, and throws",
        page: &[(
            "/",
            Doc(
                "<script>for (const s of [sessionStorage, localStorage]) for (const key of Object.keys(s)) s.removeItem(key)</script>",
                THROWS,
            ),
        )],
        ..ONCE
    },
    Row {
        name: "blank-and-takes-both-places",
        title: "a page that clears its storage, has a window name and a history state of its own, and throws",
        page: &[(
            "/",
            Doc(
                "<script>sessionStorage.clear(); localStorage.clear(); window.name = 'mine'; history.replaceState({ mine: 1 }, '')</script>",
                THROWS,
            ),
        )],
        ..ONCE
    },
    Row {
        name: "blank-and-storage-is-a-stub",
        title: "a page whose storage keeps nothing, and that throws",
        page: &[("/", Doc("<script>Storage.prototype.setItem = () => {}</script>", THROWS))],
        ..ONCE
    },
    Row {
        name: "blank-and-storage-throws",
        title: "a page whose storage throws at every touch, and that throws itself",
        page: &[(
            "/",
            Doc(
                "<script>for (const s of ['sessionStorage', 'localStorage']) Object.defineProperty(window, s, { get() { throw new DOMException('denied', 'SecurityError') } })</script>",
                THROWS,
            ),
        )],
        ..ONCE
    },
    Row {
        name: "blank-at-another-address-each-time",
        title: "a page that clears its storage, moves to another address of its own, and throws",
        page: &[
            (
                "/",
                Doc(
                    "<script>sessionStorage.clear(); localStorage.clear(); history.replaceState(null, '', '/step-' + Date.now() % 3)</script>",
                    THROWS,
                ),
            ),
            ("/step-0", Doc(CLEARS, THROWS)),
            ("/step-1", Doc(CLEARS, THROWS)),
            ("/step-2", Doc(CLEARS, THROWS)),
        ],
        ..ONCE
    },
    Row {
        name: "works-and-clears-storage-with-a-dead-chunk",
        title: "a working page that clears its storage, with one lazy part that is gone, is not loaded over and over",
        page: &[(
            "/",
            Doc(
                CLEARS,
                healthy!(
                    "<script type=\"module\">import('/assets/view-8c1f.js').catch((e) => { const told = new Event('vite:preloadError', { cancelable: true }); told.payload = e; dispatchEvent(told); throw e })</script>"
                ),
            ),
        )],
        config: r#"{"fallback": []}"#,
        check: "text.includes('20,000')",
        ..ONCE
    },
    Row {
        name: "works-and-clears-storage-with-a-dead-import",
        title: "the same page, that tells nobody of what it cannot import",
        page: &[("/", Doc(CLEARS, healthy!("<script type=\"module\">import('/assets/view-8c1f.js')</script>")))],
        config: r#"{"fallback": []}"#,
        check: "text.includes('20,000')",
        ..ONCE
    },
    Row {
        name: "works-and-clears-storage-with-a-newer-build",
        title: "the same page, where the server tells of a build that it never serves: it is asked for that once more, at another address",
        page: &[
            (
                "/",
                Doc(
                    CLEARS,
                    healthy!(
                        "<script type=\"module\">import('/assets/view-8c1f.js').catch((e) => { const told = new Event('vite:preloadError', { cancelable: true }); told.payload = e; dispatchEvent(told); throw e })</script>"
                    ),
                ),
            ),
            ("/pagemend/build.json", Json(r#"{"build":"2","builtAt":1790000000000}"#)),
        ],
        config: r#"{"fallback": [], "options": {"builtAt": 1780000000000}}"#,
        check: "text.includes('20,000')",
        facts: &[Documents(1, 3)],
        ..ONCE
    },
    Row {
        name: "window-name-stays-the-pages",
        title: "what a page keeps in its window's name is there after the guard's reload, as the page wrote it",
        page: &[(
            "/",
            Then(&[
                Doc("<script>window.name = '{\"cart\":[1,2]}'</script>", THROWS),
                Doc("<script>heard.push(window.name)</script>", healthy!()),
            ]),
        )],
        check: "[text.includes('20,000'), heard, window.name]",
        want: r#"[true,["{\"cart\":[1,2]}"],"{\"cart\":[1,2]}"]"#,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "window-name-stays-empty",
        title: "a page sees nothing of the guard's in its window's name, nor in its history's state, nor does the next site",
        page: &[(
            "/",
            Then(&[Doc("", THROWS), Doc("<script>heard.push(window.name, history.state)</script>", healthy!())]),
        )],
        check: "[text.includes('20,000'), heard]",
        want: r#"[true,["",null]]"#,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "history-state-stays-the-pages",
        title: "a page's state in the history is there after the guard's reload, and nothing else is in it",
        page: &[(
            "/",
            Then(&[
                Doc("<script>window.name = 'mine'; history.replaceState({ step: 2 }, '')</script>", THROWS),
                Doc("<script>heard.push(history.state)</script>", healthy!()),
            ]),
        )],
        check: "[text.includes('20,000'), JSON.stringify(heard[0])]",
        want: r#"[true,"{\"step\":2}"]"#,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "fragment-stays",
        title: "the route after the # is the same after the guard's reload",
        page: &[("/", Then(&[Doc("", THROWS), Doc("<script>heard.push(location.hash)</script>", healthy!())]))],
        start: "/#/loan/2?tab=plan",
        check: "[text.includes('20,000'), heard, location.hash]",
        want: r##"[true,["#/loan/2?tab=plan"],"#/loan/2?tab=plan"]"##,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "back-goes-where-it-went",
        title: "after the guard's reload the way back leads to the page before",
        page: &[
            ("/", Doc("", healthy!())),
            (
                "/loan",
                Then(&[Doc("", THROWS), Doc("", blank!("<script>app.innerHTML = '<h1>Loan of 5,000</h1>'</script>"))]),
            ),
        ],
        acts: &[
            // Before its load has ended a page is replaced by where it goes, and there is no way back to it.
            Until("performance.getEntriesByType('navigation')[0].loadEventEnd > 0"),
            Run("location.href = '/loan'"),
            Until("text.includes('5,000')"),
            Back,
            Until("location.pathname == '/'"),
        ],
        check: "text.includes('20,000')",
        facts: &[Asked("page", "/loan", 2, 3)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "comes-up-late",
        title: "a page that is blank while its data is on the way, and comes up, is neither loaded anew nor covered",
        page: &[
            (
                "/",
                Doc(
                    "",
                    blank!(
                        "<script>fetch('/api/plan').then((r) => r.json()).then((d) => app.innerHTML = `<h1>Plan ${d.plan}</h1>`)</script>"
                    ),
                ),
            ),
            ("/api/plan", Slow(4000, &Json(r#"{"plan":"A"}"#))),
        ],
        config: r#"{"options": {"deadlines": {"settleMs": 2000, "loadingMs": 8000}}}"#,
        check: "[text, told]",
        want: r#"["Plan A",""]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 1500,
        ..ROW
    },
    Row {
        name: "server-gone-at-the-reload",
        title: "a blank page whose server answers no more stays and says so; it is not exchanged for the browser's error page",
        page: &[("/", Then(&[Doc("", THROWS), Status(502)]))],
        check: "[!!told, location.pathname, document.title == '502 Bad Gateway']",
        want: r#"[true,"/",false]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
];
