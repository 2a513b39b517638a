//! Rows: pages that the server has drawn, whose script is what makes them work.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::{ROW, Row};
use crate::answer::Answer::*;

const DRAWN: &str = r#"<div id="app"><h1>Your credit line</h1><p id="text">20,000 is available to you today.</p><button id="go">Apply now</button></div><script src="/entry.js"></script>"#;
const DRAWN_MODULE: &str = r#"<div id="app"><h1>Your credit line</h1><p id="text">20,000 is available to you today.</p><button id="go">Apply now</button></div><script type="module" src="/entry.js"></script>"#;
const DRAWN_DEFERRED: &str = r#"<script defer src="/entry.js"></script><div id="app"><h1>Your credit line</h1><p id="text">20,000 is available to you today.</p><button id="go">Apply now</button></div>"#;
const ENTRY: crate::answer::Answer =
    Js("document.querySelector('#go').onclick = () => ran.push('pressed'); ran.push('entry')");
/// Said beside the text, not over it.
const TOLD: &str = "[!!prompt && prompt.modal == 'notice', reachable(document.querySelector('#text')), reachable(document.querySelector('h1'))]";
const LOST: Row = Row {
    config: r#"{"fallback": []}"#,
    check: TOLD,
    want: "[true,true,true]",
    facts: &[Documents(1, 2), Never("recovered")],
    stays_ms: 2500,
    fresh: true,
    ..ROW
};

pub const ROWS: &[Row] = &[
    Row {
        name: "entry-gone-under-drawn-text",
        title: "a drawn page whose entry script is gone: after one reload a notice beside the text says that the page cannot be used",
        page: &[("/", Doc("", DRAWN))],
        ..LOST
    },
    Row {
        name: "entry-module-gone-under-drawn-text",
        title: "the same with a module",
        page: &[("/", Doc("", DRAWN_MODULE))],
        ..LOST
    },
    Row {
        name: "entry-deferred-gone-under-drawn-text",
        title: "the same with a deferred script",
        page: &[("/", Doc("", DRAWN_DEFERRED))],
        ..LOST
    },
    Row {
        name: "entry-gone-everywhere-under-drawn-text",
        title: "the same where there is a fallback, and the script is gone there, too",
        config: "{}",
        page: &[("/", Doc("", DRAWN))],
        ..LOST
    },
    Row {
        name: "entry-busy-once-under-drawn-text",
        title: "an entry script that the server could not give once is asked for again there, and the button works",
        config: r#"{"fallback": []}"#,
        page: &[("/", Doc("", DRAWN)), ("/entry.js", Then(&[Status(503), ENTRY]))],
        acts: &[Until("ran.includes('entry')"), Click("#go")],
        check: "[ran, told]",
        want: r#"[["entry","pressed"],""]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 1500,
        ..ROW
    },
    Row {
        name: "entry-module-busy-once-under-drawn-text",
        title: "so is a module",
        config: r#"{"fallback": []}"#,
        page: &[("/", Doc("", DRAWN_MODULE)), ("/entry.js", Then(&[Status(503), ENTRY]))],
        acts: &[Until("ran.includes('entry')"), Click("#go")],
        check: "[ran, told]",
        want: r#"[["entry","pressed"],""]"#,
        // A browser may keep a module's failure for as long as the document lives.
        facts: &[Documents(1, 2)],
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "entry-slow-under-drawn-text",
        title: "an entry script that is only slow is waited for",
        config: r#"{"fallback": []}"#,
        page: &[("/", Doc("", DRAWN)), ("/entry.js", Slow(8000, &ENTRY))],
        // WebKit draws nothing while its parser waits for a script: there the page is white, and a dialog says so until the text is there.
        acts: &[Until("ran.includes('entry') && !told"), Click("#go")],
        check: "ran",
        want: r#"["entry","pressed"]"#,
        facts: &[Documents(1, 1), Asked("page", "/entry.js", 1, 1)],
        ..ROW
    },
    Row {
        name: "statistics-gone-under-drawn-text",
        title: "a third party's script that is gone takes nothing from the page: nobody is told",
        config: r#"{"origins": []}"#,
        page: &[("/", Doc(r#"<script async src="{{dead}}/stats.js"></script>"#, DRAWN)), ("/entry.js", ENTRY)],
        check: "[ran, told]",
        want: r#"[["entry"],""]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 3500,
        ..ROW
    },
    Row {
        name: "picture-gone-under-drawn-text",
        title: "nor does a picture that is gone",
        page: &[(
            "/",
            Doc(
                "",
                r#"<div id="app"><h1>Your credit line</h1><p>20,000 is available to you today.</p><img src="/a.png" alt="A card"></div>"#,
            ),
        )],
        check: "[text.includes('20,000'), told]",
        want: r#"[true,""]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 3500,
        ..ROW
    },
];
