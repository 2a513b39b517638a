//! Rows: somebody who types, and a prompt that comes up meanwhile.
use super::super::act::Act::{self, *};
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, guard, healthy};
use crate::answer::Answer::*;

/// A field, and a service that does not answer: a dialog comes up while the person types.
const BUSY: &str = healthy!(
    r#"<label>Name <input id="field"></label>"#,
    guard!(
        "field.onfocus = () => guard.fetch('/api/plan').then((r) => ran.push(r.status), () => ran.push('error')); field.oninput = () => heard.push(1)"
    )
);
const TYPED: &str = "ada lovelace of ockham park near ripley in surrey";

/// A field, and a prompt that the page asks for.
const ASKED: &str = healthy!(
    r#"<form><label>Name <input id="field" name="field"></label><label>Note <textarea id="note" name="note"></textarea></label><input type="password" id="pin" name="pin"></form>"#,
    guard!("window.guard = guard; await guard.checkRender(); ran.push('up')")
);
const FILL: [Act; 6] = [
    Until("ran.includes('up')"),
    Click("#field"),
    Type("Ada L"),
    Click("#note"),
    Type("call 5"),
    Run("void guard.prompt('load-failed')"),
];

pub const ROWS: &[Row] = &[
    Row {
        name: "dialog-while-typing",
        title: "somebody types quickly when a dialog comes up: no key chooses anything, and what was typed stays",
        page: &[("/", Doc("", BUSY)), ("/api/plan", Status(503))],
        acts: &[Click("#field"), Type(TYPED), Until("told")],
        // However far they got, each key that the field took is in it.
        check: "[heard.length > 0, typed('#field').length == heard.length, 'ada lovelace of ockham park near ripley in surrey'.startsWith(typed('#field')), !!told]",
        want: "[true,true,true,true]",
        facts: &[Documents(1, 1), Asked("page", "/api/plan", 1, 4)],
        stays_ms: 1200,
        ..ROW
    },
    Row {
        name: "spaces-while-a-dialog-comes-up",
        title: "the space bar, pressed on and on while a dialog comes up, sends nothing",
        page: &[("/", Doc("", BUSY)), ("/api/plan", Status(503))],
        acts: &[Click("#field"), Type("a                                                  "), Until("told")],
        check: "[typed('#field').length == heard.length, !!told]",
        want: "[true,true]",
        facts: &[Documents(1, 1), Asked("page", "/api/plan", 1, 4)],
        stays_ms: 1200,
        ..ROW
    },
    Row {
        name: "enter-while-a-dialog-comes-up",
        title: "nor does the enter key",
        page: &[("/", Doc("", BUSY)), ("/api/plan", Status(503))],
        acts: &[
            Click("#field"),
            Type(
                "abc\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}\u{e007}",
            ),
            Until("told"),
        ],
        check: "[typed('#field').length == heard.length && 'abc'.startsWith(typed('#field')), !!told]",
        want: "[true,true]",
        facts: &[Documents(1, 1), Asked("page", "/api/plan", 1, 4)],
        stays_ms: 1200,
        ..ROW
    },
    Row {
        name: "try-again-hammered",
        title: "a button that sends, pressed thirty times as fast as it goes, sends a few requests",
        page: &[("/", Doc("", BUSY)), ("/api/plan", Status(503))],
        acts: &[Click("#field"), Hammer("retry", 30)],
        check: "true",
        facts: &[Documents(1, 1), Asked("page", "/api/plan", 2, 14)],
        ..ROW
    },
    Row {
        name: "typed-text-survives-reload",
        title: "what was typed is in its fields again after the prompt's reload",
        page: &[("/", Doc("", ASKED))],
        acts: &[FILL[0], FILL[1], FILL[2], FILL[3], FILL[4], FILL[5], Press("reload"), Until("ran.includes('up')")],
        check: "[typed('#field'), typed('#note')]",
        want: r#"["Ada L","call 5"]"#,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "typed-text-survives-reload-of-a-page-that-clears-storage",
        title: "so it is on a page that clears its storage at its start",
        page: &[("/", Doc("<script>sessionStorage.clear(); localStorage.clear()</script>", ASKED))],
        acts: &[FILL[0], FILL[1], FILL[2], FILL[3], FILL[4], FILL[5], Press("reload"), Until("ran.includes('up')")],
        check: "[typed('#field'), typed('#note')]",
        want: r#"["Ada L","call 5"]"#,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "typed-text-survives-close",
        title: "what was typed stays when the prompt is closed",
        page: &[("/", Doc("", ASKED))],
        acts: &[FILL[0], FILL[1], FILL[2], FILL[3], FILL[4], FILL[5], Press("close")],
        check: "[typed('#field'), typed('#note'), told]",
        want: r#"["Ada L","call 5",""]"#,
        facts: &[Documents(1, 1)],
        ..ROW
    },
    Row {
        name: "typed-text-survives-update",
        title: "what was typed is there after the prompt for a new version",
        page: &[("/", Doc("", ASKED))],
        acts: &[
            FILL[0],
            FILL[1],
            FILL[2],
            FILL[3],
            FILL[4],
            Run("void guard.prompt('update')"),
            Press("reload"),
            Until("ran.includes('up')"),
        ],
        check: "[typed('#field'), typed('#note')]",
        want: r#"["Ada L","call 5"]"#,
        facts: &[Documents(2, 2)],
        fresh: true,
        ..ROW
    },
    Row {
        name: "pins-are-kept-nowhere",
        title: "what was typed into a password field is written nowhere",
        page: &[("/", Doc("", ASKED))],
        acts: &[
            Until("ran.includes('up')"),
            Click("#pin"),
            Type("493817"),
            Run("void guard.prompt('load-failed')"),
            Press("reload"),
            Until("ran.includes('up')"),
        ],
        check: "[typed('#pin'), JSON.stringify([{ ...sessionStorage }, { ...localStorage }, window.name, history.state]).includes('493817')]",
        want: r#"["",false]"#,
        facts: &[Documents(2, 2), Absent(&["493817"])],
        fresh: true,
        ..ROW
    },
    Row {
        name: "typed-text-is-gone-with-the-form",
        title: "what was typed and submitted does not come back into an empty form on the next visit",
        page: &[("/", Doc("", ASKED)), ("/sent", Doc("", r#"<div id="app"><h1>We have your form</h1></div>"#))],
        acts: &[
            FILL[0],
            FILL[1],
            FILL[2],
            Run("location.href = '/sent'"),
            Until("text.includes('We have')"),
            Open("/"),
            Until("ran.includes('up')"),
        ],
        check: "[typed('#field'), told]",
        want: r#"["",""]"#,
        fresh: true,
        ..ROW
    },
    Row {
        name: "blank-under-typed-text",
        title: "a page with typed text that loses a part is not loaded anew under it",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    r#"<label>Name <input id="field"></label>"#,
                    "<script type=\"module\">field.oninput = () => { if (field.value.length == 5) import('/assets/view-8c1f.js').catch((e) => { const told = new Event('vite:preloadError', { cancelable: true }); told.payload = e; dispatchEvent(told); throw e }) }</script>"
                ),
            ),
        )],
        config: r#"{"fallback": []}"#,
        acts: &[Click("#field"), Type("Ada L")],
        check: "typed('#field')",
        want: r#""Ada L""#,
        facts: &[Documents(1, 1)],
        stays_ms: 4000,
        ..ROW
    },
    Row {
        name: "typed-text-in-an-error",
        title: "an error that quotes what was typed is told of without it",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    r#"<label>Name <input id="field"></label>"#,
                    "<script>const box = document.querySelector('#field'); box.oninput = () => { if (box.value.length == 12) { const v = box.value; app.remove(); throw new Error('cannot format ' + v + ' for /search?q=' + encodeURIComponent(v)) } }</script>"
                ),
            ),
        )],
        acts: &[Click("#field"), Type("ada.lovelace")],
        check: "!!told",
        facts: &[Sent(1, 9), Absent(&["ada.lovelace"])],
        stays_ms: 2000,
        fresh: true,
        ..ROW
    },
];
