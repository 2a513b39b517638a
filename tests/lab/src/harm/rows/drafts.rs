//! Rows: a form whose page keeps a draft of it, and what may end the page.
use super::super::act::Act::{self, *};
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, guard, healthy};
use crate::answer::Answer::{self, *};

macro_rules! form {
    () => {
        r#"<form id="apply"><label>Sum <input id="sum" name="sum"></label><label>Why <textarea id="why" name="why"></textarea></label><select id="term" name="term"><option>3</option><option>6</option></select><label>Full name <input id="who" name="who"></label><input type="password" id="pin" name="pin"><button type="reset" id="reset">Empty</button></form>"#
    };
}

/// A draft of the form, with what the page has put in `window.terms`.
macro_rules! kept {
    ($($more:expr),*) => {
        healthy!(
            form!(),
            $($more,)*
            guard!("window.guard = guard; window.draft = guard.draft(apply, { name: 'apply', ...window.terms }); draft.restored.then((is) => ran.push('restored:' + is))")
        )
    };
}

const PAGE: &str = kept!();
/// Names are kept as well.
const OPEN: &str = kept!("<script>window.terms = { include: ['who', 'pin'] }</script>");
/// Another build: fields have moved, and one is new.
const NEW: &str = healthy!(
    r#"<form id="apply"><label>Mail <input id="mail" name="mail"></label><div><label>Why <textarea id="why" name="why"></textarea></label></div><select id="term" name="term"><option>3</option><option>6</option></select><label>Sum <input id="sum" name="sum"></label></form>"#,
    guard!(
        "window.draft = guard.draft(apply, { name: 'apply' }); draft.restored.then((is) => ran.push('restored:' + is))"
    )
);
/// The fields come half a second after the form.
const LATE: &str = healthy!(
    r#"<form id="apply"></form>"#,
    guard!(
        "window.draft = guard.draft(apply, { name: 'apply' }); draft.restored.then((is) => ran.push('restored:' + is)); setTimeout(() => { apply.innerHTML = '<input id=\"sum\" name=\"sum\"><textarea id=\"why\" name=\"why\"></textarea>'; for (const field of apply.elements) field.addEventListener('input', () => heard.push(field.id)) }, 500)"
    )
);

/// A part of it is gone by the time that somebody has typed.
const BREAKS: &str = kept!(
    "<script type=\"module\">why.oninput = () => { if (why.value == 'new roof') import('/assets/view-8c1f.js').catch((e) => { const told = new Event('vite:preloadError', { cancelable: true }); told.payload = e; dispatchEvent(told); throw e }) }</script>"
);

const OTHER_BUILD: (&str, Answer) = ("/pagemend/build.json", Json(r#"{"build":"2","builtAt":1790000000000}"#));
/// The same, as the build that runs.
const IS_OTHER_BUILD: &str = "<script>window.__pagemend && Object.assign(__pagemend.config.options, { build: '2', builtAt: 1790000000000 })</script>";
const READY: Act = Until("ran.some((one) => `${one}`.startsWith('restored'))");
const SUM: [Act; 4] = [Click("#sum"), Type("4200"), Click("#why"), Type("new roof")];
/// Longer than a draft waits to be saved.
const SAVED: Act = Rest(1_000);
const FIELDS: &str = "[typed('#sum'), typed('#why')]";
const BACK: &str = r#"["4200","new roof"]"#;
const GONE: &str = r#"["",""]"#;
/// What a kill must leave of the fields. Not of a draft that was cleared or is too old, nor of one that lives as long as its tab.
const BOTH: &[&str] = &["#sum", "#why"];

/// Nobody tells the guard that the page ends: as if it were killed.
const SILENT: &str = "<script>for (const kind of ['pagehide', 'visibilitychange']) addEventListener(kind, (event) => event.stopImmediatePropagation(), true)</script>";
const NO_STORAGE: &str = "<script>for (const store of ['localStorage', 'sessionStorage']) Object.defineProperty(window, store, { get() { throw new DOMException('denied', 'SecurityError') } })</script>";
const NO_DATABASE: &str = "<script>Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('denied', 'SecurityError') } })</script>";
const NO_CRYPTO: &str =
    "<script>Object.defineProperty(Crypto.prototype, 'subtle', { get() { return undefined } })</script>";
const CLEARS: &str = "<script>localStorage.clear(); sessionStorage.clear()</script>";
/// A clock that is a month behind, or ahead.
const BEHIND: &str = "<script>{ const now = Date.now; Date.now = () => now() - 2592e6 }</script>";
const AHEAD: &str = "<script>{ const now = Date.now; Date.now = () => now() + 2592e6 }</script>";

const fn two(head: &'static str) -> [(&'static str, Answer); 1] {
    [("/", Doc(head, PAGE))]
}

const ACTS: &[Act] = &[READY, SUM[0], SUM[1], SUM[2], SUM[3], SAVED, Elsewhere, Open("/"), READY];
/// The page is left at the last key.
const AT_ONCE: &[Act] = &[READY, SUM[0], SUM[1], SUM[2], SUM[3], Elsewhere, Open("/"), READY];

pub const ROWS: &[Row] = &[
    Row {
        name: "draft-after-reload",
        title: "a page that is left at the last key has its draft back",
        page: &two(""),
        acts: AT_ONCE,
        check: FIELDS,
        want: BACK,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-after-kill",
        title: "so has one that is killed a moment after",
        page: &two(SILENT),
        acts: ACTS,
        check: FIELDS,
        want: BACK,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-in-new-build",
        title: "a new build has its fields elsewhere: each gets what was in it, and the new one stays empty",
        page: &[("/", Then(&[Doc("", PAGE), Doc("", NEW)]))],
        acts: ACTS,
        check: "[typed('#sum'), typed('#why'), typed('#mail')]",
        want: r#"["4200","new roof",""]"#,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-of-late-fields",
        title: "fields that come after their form are filled in when they are there, and the page hears of it",
        page: &[("/", Then(&[Doc("", PAGE), Doc("", LATE)]))],
        acts: ACTS,
        check: "[typed('#sum'), typed('#why'), `${heard}`]",
        want: r#"["4200","new roof","sum,why"]"#,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-under-typing",
        title: "what was typed before the draft was read stays",
        page: &[(
            "/",
            Then(&[
                Doc("", PAGE),
                Doc("<script>addEventListener('DOMContentLoaded', () => { sum.value = '1' })</script>", PAGE),
            ]),
        )],
        acts: ACTS,
        check: FIELDS,
        want: r#"["1","new roof"]"#,
        fresh: true,
        keeps: &["#why"],
        ..ROW
    },
    Row {
        name: "draft-under-clock-put-back",
        title: "a clock that goes back does not lose the draft",
        page: &[("/", Then(&[Doc("", PAGE), Doc(BEHIND, PAGE)]))],
        acts: ACTS,
        check: FIELDS,
        want: BACK,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-too-old",
        title: "a draft that is too old is not put back, and removed",
        page: &[("/", Then(&[Doc("", PAGE), Doc(AHEAD, PAGE)]))],
        acts: ACTS,
        check: "[typed('#sum'), typed('#why'), Object.keys(localStorage).some((key) => key.includes('draft'))]",
        want: r#"["","",false]"#,
        fresh: true,
        ..ROW
    },
    Row {
        name: "draft-with-storage-denied",
        title: "without local and session storage the database has it",
        page: &two(NO_STORAGE),
        acts: ACTS,
        check: FIELDS,
        want: BACK,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-with-storage-cleared",
        title: "so it has where the page clears both at its start",
        page: &two(CLEARS),
        acts: ACTS,
        check: FIELDS,
        want: BACK,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-with-database-denied",
        title: "without IndexedDB a draft of what is not personal lives as long as its tab",
        page: &[("/", Doc(NO_DATABASE, OPEN))],
        acts: &[READY, SUM[0], SUM[1], SUM[2], SUM[3], Click("#who"), Type("Ada"), SAVED, Elsewhere, Open("/"), READY],
        check: "[typed('#sum'), typed('#why'), typed('#who'), JSON.stringify({ ...localStorage }).includes('roof')]",
        want: r#"["4200","new roof","",false]"#,
        fresh: true,
        ..ROW
    },
    Row {
        name: "draft-without-crypto",
        title: "nor is anything personal kept where nothing can be encrypted",
        page: &[("/", Doc(NO_CRYPTO, OPEN))],
        acts: &[READY, SUM[0], SUM[1], SUM[2], SUM[3], Click("#who"), Type("Ada"), SAVED, Elsewhere, Open("/"), READY],
        check: "[typed('#sum'), typed('#why'), typed('#who')]",
        want: r#"["4200","new roof",""]"#,
        fresh: true,
        ..ROW
    },
    Row {
        name: "draft-of-personal-fields",
        title: "a name is not kept by default, and nothing is kept in the clear",
        page: &two(""),
        acts: &[READY, SUM[0], SUM[1], SUM[2], SUM[3], Click("#who"), Type("Ada"), SAVED, Elsewhere, Open("/"), READY],
        check: "[typed('#sum'), typed('#who'), JSON.stringify([{ ...sessionStorage }, { ...localStorage }]).includes('roof')]",
        want: r#"["4200","",false]"#,
        facts: &[Absent(&["roof", "Ada"])],
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-of-named-fields",
        title: "it is where the page says so; a password is not, whatever the page says",
        page: &[("/", Doc("", OPEN))],
        acts: &[READY, Click("#who"), Type("Ada"), Click("#pin"), Type("493817"), SAVED, Elsewhere, Open("/"), READY],
        check: "[typed('#who'), typed('#pin')]",
        want: r#"["Ada",""]"#,
        facts: &[Absent(&["493817"])],
        fresh: true,
        keeps: &["#who"],
        ..ROW
    },
    Row {
        name: "draft-cleared",
        title: "a draft that the page has cleared does not come back",
        page: &two(""),
        acts: &[
            READY,
            SUM[0],
            SUM[1],
            SUM[2],
            SUM[3],
            SAVED,
            Run("draft.clear().then(() => ran.push('cleared'))"),
            Until("ran.includes('cleared')"),
            Elsewhere,
            Open("/"),
            READY,
        ],
        check: FIELDS,
        want: GONE,
        fresh: true,
        ..ROW
    },
    Row {
        name: "draft-cleared-at-the-last-key",
        title: "nor does one that was cleared while its last keys were on their way, of a page that is left at once",
        page: &two(""),
        acts: &[
            READY,
            SUM[0],
            SUM[1],
            SUM[2],
            SUM[3],
            SAVED,
            Click("#sum"),
            Type("9"),
            Run("draft.save(); draft.clear()"),
            Elsewhere,
            Open("/"),
            READY,
        ],
        check: FIELDS,
        want: GONE,
        fresh: true,
        ..ROW
    },
    Row {
        name: "draft-of-emptied-form",
        title: "nor does one of a form that was reset",
        page: &two(""),
        acts: &[READY, SUM[0], SUM[1], SUM[2], SUM[3], SAVED, Click("#reset"), SAVED, Elsewhere, Open("/"), READY],
        check: FIELDS,
        want: GONE,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-without-what-was-typed",
        title: "a page of an old build that loses a part is not loaded anew where something was typed that its draft may not hold",
        page: &[("/", Then(&[Doc("", BREAKS), Doc("", PAGE)])), OTHER_BUILD],
        config: r#"{"fallback": [], "options": {"builtAt": 1780000000000}}"#,
        acts: &[READY, Click("#who"), Type("Ada"), SUM[0], SUM[1], SUM[2], SUM[3], Until("told")],
        check: "[typed('#sum'), typed('#why'), typed('#who')]",
        want: r#"["4200","new roof","Ada"]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 4_000,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-under-the-guards-own-reload",
        title: "where its draft holds all that was typed the page is loaded anew without a question, and all of it is there again",
        page: &[("/", Then(&[Doc("", BREAKS), Doc(IS_OTHER_BUILD, PAGE)])), OTHER_BUILD],
        config: r#"{"fallback": [], "options": {"builtAt": 1780000000000}}"#,
        acts: &[READY, SUM[0], SUM[1], SUM[2], SUM[3]],
        check: "[typed('#sum'), typed('#why'), told]",
        want: r#"["4200","new roof",""]"#,
        facts: &[Documents(2, 2), Told(&["stale-deploy"], "recovered")],
        stays_ms: 4_000,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
    Row {
        name: "draft-in-torn-store",
        title: "a copy that is cut off is recognised, and the other is taken",
        page: &two(
            "<script>for (const key of Object.keys(localStorage)) if (key.includes('draft')) localStorage[key] = localStorage[key].slice(0, -9)</script>",
        ),
        acts: ACTS,
        check: FIELDS,
        want: BACK,
        fresh: true,
        keeps: BOTH,
        ..ROW
    },
];
