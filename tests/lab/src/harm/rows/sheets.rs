//! Rows: the style sheet of a lazy view, as Vite's preload helper waits for it. The view comes up styled at the first press, or somebody is told.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, healthy};
use crate::answer::Answer::*;
use crate::drivers::Engine;

/// What Vite puts around a lazy import: a file is waited for the first time only, and a failure is told before it is thrown.
const HELPER: &str = "<script>const seen = {}; const failed = (error) => { const event = new Event('vite:preloadError', { cancelable: true }); event.payload = error; dispatchEvent(event); if (!event.defaultPrevented) throw error };
  const preload = (load, files) => Promise.allSettled(files.map((file) => {
    if (seen[file]) return; seen[file] = true;
    const css = file.endsWith('.css'), link = document.createElement('link');
    link.rel = css ? 'stylesheet' : 'modulepreload'; if (!css) link.as = 'script'; link.crossOrigin = ''; link.href = file; document.head.appendChild(link);
    if (css) return new Promise((done, lost) => { link.addEventListener('load', done); link.addEventListener('error', () => lost(new Error('Unable to preload CSS for ' + file))) });
  })).then((all) => { for (const one of all) if (one.status == 'rejected') failed(one.reason); return load().catch(failed) });
  const press = () => preload(() => import('/view.js'), ['/view.js', '/view.css']).then(() => heard.push('shown'), () => heard.push('lost'));</script>";
const PRESS: &str = healthy!(r#"<button id="go" onclick="press()">View</button>"#);
const VIEW: crate::answer::Answer = Js("ran.push('view'); document.querySelector('p').className = 'view'");
const STYLE: crate::answer::Answer = Css(".view { color: rgb(1, 2, 3) }");
const COLOUR: &str = "[heard, ran, getComputedStyle(document.querySelector('p')).color]";
const STYLED: &str = r#"[["shown"],["view"],"rgb(1, 2, 3)"]"#;
const FIRST: Row = Row {
    config: r#"{"fallback": []}"#,
    acts: &[Rest(800), Click("#go")],
    check: COLOUR,
    want: STYLED,
    facts: &[Documents(1, 1), Asked("page", "/view.css", 1, 6)],
    stays_ms: 2000,
    ..ROW
};
const AT_THE_FALLBACK: Row = Row { config: "{}", backup: &[("/view.css", STYLE), ("/view.js", VIEW)], ..FIRST };

pub const ROWS: &[Row] = &[
    Row {
        name: "view-sheet-as-it-should-be",
        title: "a view whose sheet comes is styled",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", STYLE)],
        ..FIRST
    },
    Row {
        name: "view-sheet-busy-once",
        title: "a sheet that the server could not give once is asked for again there, and the first press shows the view styled",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Then(&[Status(503), STYLE]))],
        ..FIRST
    },
    Row {
        name: "view-sheet-busy-twice",
        title: "so it is at the second time",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Then(&[Status(503), Status(502), STYLE]))],
        ..FIRST
    },
    Row {
        name: "view-sheet-cut-once",
        title: "a sheet whose address was not reached once is asked for again, too",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Then(&[Status(500), STYLE]))],
        ..FIRST
    },
    Row {
        name: "view-sheet-is-a-page-once",
        title: "a sheet that was answered with a page once is asked for again",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Then(&[Html, STYLE]))],
        ..FIRST
    },
    Row {
        name: "view-sheet-at-the-fallback",
        title: "a sheet that is gone comes from the fallback",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW)],
        ..AT_THE_FALLBACK
    },
    Row {
        name: "view-sheet-is-a-page-and-at-the-fallback",
        title: "so does one that is answered with a page",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Html)],
        ..AT_THE_FALLBACK
    },
    Row {
        name: "view-sheet-hangs-and-at-the-fallback",
        title: "a sheet that hangs after the page has loaded is replaced by the fallback's",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Hang)],
        not_in: &[Engine::Firefox],
        ..AT_THE_FALLBACK
    },
    Row {
        name: "view-sheet-hangs-once",
        title: "a sheet that hangs after the page has loaded is asked for again at its own origin",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Then(&[Hang, STYLE]))],
        not_in: &[Engine::Firefox],
        ..FIRST
    },
    Row {
        name: "view-sheet-hangs-for-good",
        title: "a sheet that never comes is told of",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Hang)],
        check: "!!told",
        want: "true",
        facts: &[Documents(1, 2)],
        ..FIRST
    },
    Row {
        name: "view-sheet-slow",
        title: "a sheet that takes a second is waited for, and nobody is told",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW), ("/view.css", Slow(1_000, &STYLE))],
        facts: &[Documents(1, 1), Incidents(0, 0)],
        ..FIRST
    },
    Row {
        name: "view-sheet-gone-for-good",
        title: "a sheet that is nowhere: the view is told to be lost, or shown, and nobody loads the page over and over",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", VIEW)],
        check: "heard.length > 0 || !!told",
        want: "true",
        facts: &[Documents(1, 2)],
        ..FIRST
    },
    Row {
        name: "view-script-busy-once",
        title: "the view's script that the server could not give once comes at the first press, or the second, and the page stays",
        page: &[("/", Doc(HELPER, PRESS)), ("/view.js", Then(&[Status(503), VIEW])), ("/view.css", STYLE)],
        check: "heard.length > 0",
        want: "true",
        facts: &[Documents(1, 1)],
        ..FIRST
    },
];
