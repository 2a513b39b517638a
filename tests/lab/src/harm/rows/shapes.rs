//! Rows: entries that are whole JSON and yet not what this build of the page can read. What is declared is repaired, anything else the user is asked about, and
//! a reset that does not help is undone.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank, healthy};
use crate::answer::{Answer, Answer::*};

const ROOM: Row = Row { stays_ms: 1500, fresh: true, ..ROW };

/// As redux-persist keeps it: JSON of texts of JSON.
const REDUX: &str = r#"<script>var REDUX = '{"cart":"{\\"lines\\":[1,2]}","_persist":"{\\"version\\":1,\\"rehydrated\\":true}"}'; if (!sessionStorage.made) { sessionStorage.made = 1; localStorage.setItem('persist:root', REDUX); localStorage.note = 'mine' }</script>"#;

/// The reducer of this build throws over the state of the one before.
const REDUCER: &str = blank!(
    "<script>const root = localStorage.getItem('persist:root'); if (root && JSON.parse(JSON.parse(root)._persist).version < 2) throw new TypeError('no reducer for this'); app.innerHTML = '<h1>Cart</h1><p>Nothing in it</p>'</script>"
);

/// The same of zustand's persist.
const ZUSTAND: &str = blank!(
    r#"<script>if (!sessionStorage.made) { sessionStorage.made = 1; sessionStorage.setItem('cart-storage', '{"state":{"lines":[1,2]},"version":1}') } const kept = JSON.parse(sessionStorage.getItem('cart-storage')); if (kept && !kept.state.items) throw new TypeError('no items'); app.innerHTML = '<h1>Cart</h1><p>Nothing in it</p>'</script>"#
);

/// A store of pinia's, which has no version: what is known of it is that the build before was fine with it.
const PINIA: Answer = Doc(
    "",
    blank!(
        r#"<script>localStorage.cart ??= '{"lines":[1,2]}'; app.innerHTML = `<h1>Cart</h1><p>${JSON.parse(localStorage.cart).lines.length} lines in build 1</p>`</script>"#
    ),
);

/// Build 2 starts with nothing, if it is let.
const PINIA_NEXT: Answer = Doc(
    "<script>if (window.__pagemend) __pagemend.config.options.build = '2'</script>",
    blank!(
        r#"<script>localStorage.draft ??= '{"state":{"amount":1},"version":1}'; const kept = JSON.parse(localStorage.cart ?? '{"items":[]}'); app.innerHTML = `<h1>Cart</h1><p>${kept.items.length} items in build 2</p>`</script>"#
    ),
);

/// Copies that were set aside, in both stores.
const COPIES: &str = "[localStorage, sessionStorage].map((s) => Object.keys(s).filter((k) => k.startsWith('pagemend:quarantine:')).map((k) => k.slice(20)).join()).join('|')";

/// What the page parses is not what it declares; it comes up without anybody being asked.
macro_rules! declared {
    ($name:literal, $shape:literal, $value:literal) => {
        Row {
            name: $name,
            title: "an entry that breaks the shape that the page declares of it is set aside without a question",
            page: &[(
                "/",
                Doc(
                    "",
                    blank!(
                        "<script>if (!localStorage.made) { localStorage.made = 1; localStorage.cart = '",
                        $value,
                        "'; localStorage.plan = '[1]' } const kept = JSON.parse(localStorage.cart ?? '{\"v\":2,\"items\":[]}'); if (kept.v != 2) throw new TypeError('which version?'); app.innerHTML = `<h1>Cart</h1><p>${kept.items.map((n) => n)} ${kept.items.length} items in it</p>`</script>"
                    ),
                ),
            )],
            config: concat!(r#"{"options": {"storage": {"shapes": [{"key": "cart", "#, $shape, r#"}]}}}"#),
            acts: &[Until("text.includes('0 items')")],
            check: concat!("[localStorage.plan, localStorage.getItem('pagemend:quarantine:cart') == '", $value, "', told]"),
            want: r#"["[1]",true,""]"#,
            facts: &[Documents(2, 2), Told(&["cache-damaged"], "recovered")],
            ..ROOM
        }
    };
}

pub const ROWS: &[Row] = &[
    Row {
        name: "redux-state-of-another-version",
        title: "a page that throws over the state of another version, a reload does not help: the user is asked, says yes, and it comes up; a copy stays",
        page: &[("/", Doc(REDUX, REDUCER))],
        acts: &[Until("prompt?.kind == 'storage-reset'"), Press("reset"), Until("text.includes('Nothing in it')")],
        check: COPIES,
        want: r#""persist:root|""#,
        facts: &[Documents(3, 3), Told(&["script"], "recovered")],
        ..ROOM
    },
    Row {
        name: "redux-state-is-not-to-blame",
        title: "where the page shows nothing after the reset either, the entry is put back as it was, and nobody is asked again",
        page: &[("/", Doc(REDUX, blank!("<script>throw new TypeError('no list')</script>")))],
        acts: &[Until("prompt?.kind == 'storage-reset'"), Press("reset"), Until("prompt?.kind == 'script'")],
        check: "[localStorage.getItem('persist:root') == REDUX, localStorage.note, prompt.kind]",
        want: r#"[true,"mine","script"]"#,
        facts: &[Documents(3, 3), Told(&["script"], "prompted")],
        ..ROOM
    },
    Row {
        name: "the-user-keeps-the-state",
        title: "where the user says no, nothing is touched",
        page: &[("/", Doc(REDUX, REDUCER))],
        acts: &[Until("prompt?.kind == 'storage-reset'"), Press("close")],
        check: "[localStorage.getItem('persist:root') == REDUX, Object.keys(localStorage).some((k) => k.startsWith('pagemend:quarantine'))]",
        want: "[true,false]",
        facts: &[Documents(2, 2)],
        ..ROOM
    },
    Row {
        name: "zustand-state-of-another-version",
        title: "the same of another library, in session storage",
        page: &[("/", Doc("", ZUSTAND))],
        acts: &[Until("prompt?.kind == 'storage-reset'"), Press("reset"), Until("text.includes('Nothing in it')")],
        check: COPIES,
        want: r#""|cart-storage""#,
        facts: &[Documents(3, 3), Told(&["script"], "recovered")],
        ..ROOM
    },
    Row {
        name: "state-that-the-build-before-was-fine-with",
        title: "an entry without a version is asked about when the build before was fine with it; a draft never is",
        page: &[("/", PINIA)],
        config: r#"{"options": {"storage": {"drafts": ["draft"]}}}"#,
        acts: &[
            Until("text.includes('in build 1') && localStorage['pagemend:seen']"),
            Now("page", "/", PINIA_NEXT),
            Open("/?next"),
            Until("prompt?.kind == 'storage-reset'"),
            Press("reset"),
            Until("text.includes('0 items in build 2')"),
        ],
        check: "[localStorage.getItem('pagemend:quarantine:cart'), localStorage.draft]",
        want: r#"["{\"lines\":[1,2]}","{\"state\":{\"amount\":1},\"version\":1}"]"#,
        facts: &[Documents(4, 4), Told(&["script"], "recovered")],
        ..ROOM
    },
    Row {
        name: "draft-in-the-form-of-a-state",
        title: "what the user typed is never offered, and where there is nothing else to offer nobody is asked",
        page: &[(
            "/",
            Doc(
                r#"<script>localStorage.draft = '{"state":{"amount":1},"version":1}'; localStorage.plan = '{"a":1}'</script>"#,
                blank!("<script>throw new TypeError('no list')</script>"),
            ),
        )],
        config: r#"{"options": {"storage": {"drafts": ["draft"], "shapes": [{"key": "draft", "kind": "array"}]}}}"#,
        acts: &[Until("prompt?.kind == 'script'")],
        check: "[localStorage.draft, localStorage.plan, prompt.choices.includes('reset')]",
        want: r#"["{\"state\":{\"amount\":1},\"version\":1}","{\"a\":1}",false]"#,
        facts: &[Documents(2, 2)],
        ..ROOM
    },
    declared!("entry-of-another-kind", r#""kind": "object""#, "[1,2]"),
    declared!("entry-without-a-member", r#""members": {"items": "array"}"#, r#"{"v":2,"items":null}"#),
    declared!("entry-of-another-version", r#""version": "v", "versions": [2]"#, r#"{"v":1,"items":[1]}"#),
    Row {
        name: "odd-shapes-on-a-page-that-works",
        title: "on a page that works entries of another version, and those that break their declaration, stay where they are",
        page: &[(
            "/",
            Doc(
                REDUX,
                healthy!(
                    r#"<script>localStorage.cart = '[1,2]'; sessionStorage.setItem('cart-storage', '{"state":{},"version":9}')</script>"#
                ),
            ),
        )],
        config: r#"{"options": {"storage": {"shapes": [{"key": "cart", "kind": "object"}]}}}"#,
        check: "[localStorage.getItem('persist:root') == REDUX, localStorage.cart, sessionStorage.getItem('cart-storage'), told]",
        want: r#"[true,"[1,2]","{\"state\":{},\"version\":9}",""]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 4000,
        ..ROOM
    },
    Row {
        name: "shapes-where-storage-is-denied",
        title: "in a frame that may not store anything, a declaration and a page that throws do no harm, and nothing is offered",
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
                        "<script>setInterval(() => { const kind = document.querySelector('pagemend-prompt')?.dataset.kind ?? document.querySelector('#pagemend-last-resort')?.id; if (kind) parent.postMessage(kind, '*') }, 300); throw new TypeError('no list')</script>"
                    ),
                ),
            ),
        ],
        config: r#"{"options": {"storage": {"shapes": [{"key": "cart", "kind": "object"}]}}}"#,
        check: "[heard.length > 0, heard.includes('storage-reset')]",
        want: "[true,false]",
        facts: &[Asked("page", "/inner", 1, 1)],
        ..ROW
    },
];
