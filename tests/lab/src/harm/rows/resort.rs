//! Rows: without an engine: what boot.js says by itself.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank, healthy};
use crate::answer::Answer::*;

const NO_ENGINE: &str = r#"{"engine": ["{{dead}}/pagemend/"], "fallback": []}"#;
const DEAD: &str = blank!(r#"<script src="/entry.js"></script>"#);
const RESORT: Row = Row { config: NO_ENGINE, fresh: true, stays_ms: 1500, ..ROW };

pub const ROWS: &[Row] = &[
    Row {
        name: "last-resort-over-a-splash",
        title: "a splash screen with the highest z-index does not cover the last resort",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    r#"<div style="position: fixed; inset: 0; z-index: 2147483647; background: teal"></div><script src="/entry.js"></script>"#
                ),
            ),
        )],
        check: "reachable(button('reload'))",
        ..RESORT
    },
    Row {
        name: "last-resort-over-a-modal-dialog",
        title: "nor does a dialog of the page's own, modal and empty",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    r#"<dialog id="busy" style="width: 100vw; height: 100vh; max-width: none; max-height: none"></dialog><script>busy.showModal()</script><script src="/entry.js"></script>"#
                ),
            ),
        )],
        check: "reachable(button('reload'))",
        ..RESORT
    },
    Row {
        name: "last-resort-can-be-pressed",
        title: "its button is large enough for a finger, its words for an eye",
        page: &[("/", Doc("", DEAD))],
        check: "[button('reload').getBoundingClientRect().height >= 44, parseFloat(getComputedStyle(button('reload')).fontSize) >= 15, /serif/.test(getComputedStyle(button('reload')).fontFamily) && !/sans-serif|system-ui/.test(getComputedStyle(button('reload')).fontFamily)]",
        want: "[true,true,false]",
        ..RESORT
    },
    Row {
        name: "last-resort-on-a-page-with-styles-of-its-own",
        title: "the page's own rules for buttons, headings and boxes do not change it",
        page: &[(
            "/",
            Doc(
                "<style>button { display: none !important } div, h2, p { font-size: 2px !important; color: white !important; background: white !important; position: static !important; transform: translateX(-9999px) !important }</style>",
                DEAD,
            ),
        )],
        check: "[reachable(button('reload')), button('reload').getBoundingClientRect().height >= 44]",
        want: "[true,true]",
        ..RESORT
    },
    Row {
        name: "last-resort-has-a-name",
        title: "it has a role, a name and a language, and the number to call",
        config: r#"{"engine": ["{{dead}}/pagemend/"], "fallback": [], "options": {"help": {"phone": "400-800-1234"}}}"#,
        page: &[("/", Doc("", DEAD))],
        check: "(() => { const root = lastResort.shadowRoot ?? lastResort; const all = [lastResort, ...root.querySelectorAll('*')]; const box = all.find((e) => /^(alert)?dialog$/.test(e.getAttribute('role') ?? e.localName)); return [!!box, !!box && (box.hasAttribute('aria-label') || box.hasAttribute('aria-labelledby')), all.some((e) => e.lang == 'en'), all.some((e) => e.localName == 'a' && e.href.startsWith('tel:') && e.href.includes('400'))] })()",
        want: "[true,true,true,true]",
        ..RESORT
    },
    Row {
        name: "last-resort-and-a-script-that-throws",
        title: "a script that throws is not called a fault of the network",
        page: &[("/", Doc("", blank!("<script>throw new TypeError('no list')</script>")))],
        check: "[!!resort, /network|connection/i.test(resort)]",
        want: "[true,false]",
        ..RESORT
    },
    Row {
        name: "splash-is-a-logo",
        title: "a splash screen of a logo alone is no content",
        page: &[
            (
                "/",
                Doc(
                    "",
                    r#"<div id="app"><div style="position: fixed; inset: 0; background: teal"><img src="/logo.svg" alt="" width="120" height="60" style="margin: 300px 120px"></div></div><script src="/entry.js"></script>"#,
                ),
            ),
            ("/logo.svg", Svg),
        ],
        check: "!!resort",
        facts: &[Never("recovered")],
        ..RESORT
    },
    Row {
        name: "splash-is-a-spinner",
        title: "nor is a spinner",
        page: &[(
            "/",
            Doc(
                "<style>@keyframes turn { to { rotate: 1turn } } .spin { animation: turn 1s linear infinite; width: 40px; height: 40px; border: 4px solid teal; border-top-color: transparent; border-radius: 50%; margin: 300px auto }</style>",
                r#"<div id="app"><div class="spin"></div></div><script src="/entry.js"></script>"#,
            ),
        )],
        check: "!!resort",
        facts: &[Never("recovered")],
        ..RESORT
    },
    Row {
        name: "splash-says-loading",
        title: "nor is the word Loading",
        page: &[("/", Doc("", r#"<div id="app"><p>Loading…</p></div><script src="/entry.js"></script>"#))],
        check: "!!resort",
        facts: &[Never("recovered")],
        ..RESORT
    },
    Row {
        name: "last-resort-goes-when-the-page-comes",
        title: "a page that comes up after all is not left covered",
        page: &[(
            "/",
            Doc(
                "",
                blank!(
                    "<script>setTimeout(() => { app.innerHTML = '<h1>Your credit line</h1><p>20,000 is available to you today.</p>' }, 6000)</script>",
                    r#"<script src="/gone.js"></script>"#
                ),
            ),
        )],
        acts: &[Until("told"), Until("text.includes('20,000')")],
        check: "[told, reachable(document.querySelector('h1'))]",
        want: r#"["",true]"#,
        ..RESORT
    },
    Row {
        name: "no-engine-and-a-working-page",
        title: "a working page without an engine is left alone",
        page: &[("/", Doc("", healthy!()))],
        check: "[text.includes('20,000'), told]",
        want: r#"[true,""]"#,
        facts: &[Documents(1, 1), Silent],
        stays_ms: 4500,
        ..RESORT
    },
];
