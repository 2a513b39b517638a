//! Rows: what is put in for a script or a sheet that was lost, and what the page does with its own meanwhile.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, guard, healthy};
use crate::answer::Answer::*;
use crate::drivers::Engine;

/// The loader of scripts that webpack 5 and Rspack put into a bundle.
const LOADER: &str = r#"<script>const asked = {}; const load = (url, done, key) => {
    if (asked[url]) return asked[url].push(done);
    let script = [...document.getElementsByTagName("script")].find((s) => s.getAttribute("src") == url || s.getAttribute("data-webpack") == key), mine = !script;
    if (mine) { script = document.createElement("script"); script.charset = "utf-8"; script.setAttribute("data-webpack", key); script.src = url }
    asked[url] = [done];
    const over = (before, event) => {
      script.onerror = script.onload = null; clearTimeout(limit); const all = asked[url]; delete asked[url];
      script.parentNode?.removeChild(script); all?.forEach((one) => one(event)); if (before) return before(event)
    };
    const limit = setTimeout(over.bind(null, undefined, { type: "timeout", target: script }), 120000);
    script.onerror = over.bind(null, script.onerror); script.onload = over.bind(null, script.onload);
    if (mine) document.head.appendChild(script)
  };</script>"#;
const PRESSES: &str = healthy!(
    r#"<button id="go" onclick="load('/chunk.js', (e) => heard.push(e.type + ran.length), 'app:chunk')">View</button>"#
);

/// A script in the document that is lost, with a fallback that never answers.
const STUCK: Row = Row {
    check: "ran.includes('after') ? heard[0] < 8500 : !!told",
    backup: &[("/a.js", Hang), ("/b.js", Hang)],
    fresh: true,
    ..ROW
};
const AFTER: &str = healthy!("<script>ran.push('after'); heard.push(performance.now())</script>");
const AFTER_LOAD: &str = healthy!(
    "<script>addEventListener('DOMContentLoaded', () => { ran.push('after'); heard.push(performance.now()) })</script>"
);

/// The colour of the first paragraph, and the sheets that there are.
const COLOUR: &str =
    "[getComputedStyle(document.querySelector('p')).color, document.querySelectorAll('link[rel=stylesheet]').length]";
const THEMED: &str = r#"<link id="theme" rel="stylesheet" href="/light.css">"#;
const SHEET: Row = Row { check: COLOUR, stays_ms: 2500, ..ROW };
const LIGHT: crate::answer::Answer = Css("p { color: rgb(1, 2, 3) }");
const DARK: crate::answer::Answer = Css("p { color: rgb(9, 9, 9) }");
const LATE: &[(&str, crate::answer::Answer)] = &[("/light.css", Slow(900, &LIGHT))];
const SOON: &[(&str, crate::answer::Answer)] = &[("/light.css", LIGHT)];

/// A module whose imports lead back to the one that runs already.
const VIEW: crate::answer::Answer =
    Js("import { state } from './entry.js'; import './part.js'; ran.push('view'); export default state");
const PART: crate::answer::Answer = Js("import './view.js'; ran.push('part')");
const ENTRY: crate::answer::Answer = Js(
    "import { start } from '/pagemend/client.js'; const guard = start(); ran.push('entry'); export const state = {}; \
     document.querySelector('#go').onclick = () => guard.import('/assets/view.js').then(() => ran.push('shown'), () => ran.push('rejected'))",
);
const AMOUNT: &str = healthy!(
    r#"<label>Amount <input id="amount"></label><button id="go">View</button><script type="module" src="/assets/entry.js"></script>"#
);

pub const ROWS: &[Row] = &[
    Row {
        name: "lost-script-and-a-fallback-that-hangs",
        title: "a blocking script is gone and the fallback never answers: the page goes on all the same",
        page: &[("/", Doc(r#"<script src="/a.js"></script>"#, AFTER))],
        ..STUCK
    },
    Row {
        name: "lost-deferred-script-and-a-fallback-that-hangs",
        title: "so it does where a deferred script is gone",
        page: &[("/", Doc(r#"<script defer src="/a.js"></script>"#, AFTER_LOAD))],
        ..STUCK
    },
    Row {
        name: "lost-scripts-and-a-fallback-that-hangs",
        title: "and where two are gone",
        page: &[("/", Doc(r#"<script src="/a.js"></script><script src="/b.js"></script>"#, AFTER))],
        ..STUCK
    },
    Row {
        name: "lost-script-and-a-fallback-that-trickles",
        title: "a fallback that takes ten seconds does not hold the page up for them",
        page: &[("/", Doc(r#"<script src="/a.js"></script>"#, AFTER))],
        backup: &[("/a.js", Slow(10_000, &Ran("a")))],
        not_in: &[Engine::Firefox],
        ..STUCK
    },
    Row {
        name: "webpack-chunk-second-press",
        title: "a lazy part that is gone everywhere comes at the second press, once the server has it again",
        page: &[("/", Doc(LOADER, PRESSES))],
        acts: &[
            Click("#go"),
            Until("heard.length == 1"),
            Now("page", "/chunk.js", Ran("chunk")),
            Click("#go"),
            Until("heard.length == 2"),
        ],
        check: "[heard, ran]",
        want: r#"[["error0","load1"],["chunk"]]"#,
        facts: &[Documents(1, 1)],
        ..ROW
    },
    Row {
        name: "webpack-chunk-third-press",
        title: "so it does at the third press",
        page: &[("/", Doc(LOADER, PRESSES))],
        acts: &[
            Click("#go"),
            Until("heard.length == 1"),
            Click("#go"),
            Until("heard.length == 2"),
            Now("page", "/chunk.js", Ran("chunk")),
            Click("#go"),
            Until("heard.length == 3"),
        ],
        check: "[heard, ran]",
        want: r#"[["error0","error0","load1"],["chunk"]]"#,
        facts: &[Documents(1, 1)],
        ..ROW
    },
    Row {
        name: "webpack-chunk-from-the-fallback",
        title: "a lazy part that the fallback has is heard of once, after it ran",
        page: &[("/", Doc(LOADER, PRESSES))],
        backup: &[("/chunk.js", Ran("chunk"))],
        acts: &[Click("#go"), Until("heard.length == 1")],
        check: "[heard, ran]",
        want: r#"[["load1"],["chunk"]]"#,
        stays_ms: 1500,
        ..ROW
    },
    Row {
        name: "webpack-chunk-is-html",
        title: "so it is where the page's own server sends HTML in its place",
        page: &[("/", Doc(LOADER, PRESSES)), ("/chunk.js", Html)],
        backup: &[("/chunk.js", Ran("chunk"))],
        acts: &[Click("#go"), Until("heard.length == 1")],
        check: "[heard, ran]",
        want: r#"[["load1"],["chunk"]]"#,
        stays_ms: 1500,
        ..ROW
    },
    Row {
        name: "inserted-script-is-html",
        title: "an inserted script that comes as HTML and is healed is heard of once, after it ran, by listeners of both kinds",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(
                        "<script>const s = document.createElement('script'); s.src = '/a.js'; s.onload = () => heard.push('on' + ran.length); s.addEventListener('load', () => heard.push('listener' + ran.length)); s.onerror = () => heard.push('error'); document.head.append(s)</script>"
                    ),
                ),
            ),
            ("/a.js", Html),
        ],
        backup: &[("/a.js", Ran("a"))],
        check: "[heard.sort(), ran]",
        want: r#"[["listener1","on1"],["a"]]"#,
        stays_ms: 1500,
        ..ROW
    },
    Row {
        name: "imported-view-leads-back",
        title: "a view that is imported from the fallback does not run the entry a second time, and what was typed stays",
        page: &[("/", Doc("", AMOUNT)), ("/assets/entry.js", ENTRY), ("/assets/part.js", PART)],
        backup: &[("/assets/entry.js", ENTRY), ("/assets/view.js", VIEW), ("/assets/part.js", PART)],
        acts: &[
            Until("ran.includes('entry')"),
            Click("#amount"),
            Type("500"),
            Click("#go"),
            Until("ran.includes('shown') || ran.includes('rejected') || told || performance.now() < 4000"),
        ],
        check: "[ran.filter((what) => what == 'entry').length, typed('#amount')]",
        want: r#"[1,"500"]"#,
        facts: &[Documents(1, 2)],
        stays_ms: 3500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "imported-view-comes-at-the-second-try",
        title: "a view that its own server gives at the second try is shown, with one entry",
        page: &[
            ("/", Doc("", AMOUNT)),
            ("/assets/entry.js", ENTRY),
            ("/assets/part.js", Js("ran.push('part')")),
            ("/assets/view.js", Then(&[Status(503), VIEW])),
        ],
        config: r#"{"fallback": []}"#,
        acts: &[
            Until("ran.includes('entry')"),
            Click("#amount"),
            Type("500"),
            Click("#go"),
            Until("ran.includes('shown')"),
        ],
        check: "[ran.filter((what) => what == 'entry').length, typed('#amount'), ran.filter((what) => what == 'view').length]",
        want: r#"[1,"500",1]"#,
        facts: &[Documents(1, 1)],
        stays_ms: 1500,
        ..ROW
    },
    Row {
        name: "imported-view-second-press",
        title: "a view that is gone everywhere comes at the second press, once the server has it again",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    r#"<button id="go">View</button>"#,
                    guard!(
                        "await guard.checkRender(); document.querySelector('#go').onclick = () => guard.import('/view.js').then(() => heard.push('shown'), () => heard.push('rejected')); ran.push('up')"
                    )
                ),
            ),
        )],
        acts: &[
            Until("ran.includes('up')"),
            Click("#go"),
            Until("heard.length == 1"),
            Now("page", "/view.js", Js("ran.push('view')")),
            Now("backup", "/view.js", Js("ran.push('view')")),
            // A dialog may stand over the button.
            Run("document.querySelector('#go').click()"),
            Until("heard.length == 2"),
        ],
        check: "[heard, ran.filter((what) => what == 'view').length]",
        want: r#"[["rejected","shown"],1]"#,
        facts: &[Documents(1, 1)],
        ..ROW
    },
    Row {
        name: "sheet-switched-while-it-is-healed",
        title: "a page that switches its theme while the old one is fetched elsewhere has the new one",
        page: &[
            ("/", Doc(THEMED, healthy!("<script>setTimeout(() => theme.href = '/dark.css', 300)</script>"))),
            ("/dark.css", DARK),
        ],
        backup: LATE,
        want: r#"["rgb(9, 9, 9)",1]"#,
        ..SHEET
    },
    Row {
        name: "sheet-switched-after-it-was-healed",
        title: "and one that switches later, too",
        page: &[("/", Doc(THEMED, healthy!())), ("/dark.css", DARK)],
        backup: SOON,
        acts: &[
            Until("getComputedStyle(document.querySelector('p')).color == 'rgb(1, 2, 3)'"),
            Run("theme.href = '/dark.css'"),
        ],
        want: r#"["rgb(9, 9, 9)",1]"#,
        ..SHEET
    },
    Row {
        name: "sheet-taken-out-while-it-is-healed",
        title: "a sheet that the page takes out meanwhile stays out",
        page: &[("/", Doc(THEMED, healthy!("<script>setTimeout(() => theme.remove(), 300)</script>")))],
        backup: LATE,
        want: r#"["rgb(0, 0, 0)",0]"#,
        ..SHEET
    },
    Row {
        name: "sheet-taken-out-after-it-was-healed",
        title: "so does one that is taken out later",
        page: &[("/", Doc(THEMED, healthy!()))],
        backup: SOON,
        acts: &[
            Until("getComputedStyle(document.querySelector('p')).color == 'rgb(1, 2, 3)'"),
            Run("document.querySelector('#theme').remove()"),
        ],
        want: r#"["rgb(0, 0, 0)",0]"#,
        ..SHEET
    },
    Row {
        name: "sheet-disabled-after-it-was-healed",
        title: "a sheet that the page disables is disabled",
        page: &[("/", Doc(THEMED, healthy!()))],
        backup: SOON,
        acts: &[
            Until("getComputedStyle(document.querySelector('p')).color == 'rgb(1, 2, 3)'"),
            Run("document.querySelector('#theme').disabled = true"),
        ],
        want: r#"["rgb(0, 0, 0)",1]"#,
        ..SHEET
    },
    Row {
        name: "sheet-with-an-id",
        title: "a sheet that was healed is there once, under its own id",
        page: &[("/", Doc(THEMED, healthy!()))],
        backup: SOON,
        acts: &[Until("getComputedStyle(document.querySelector('p')).color == 'rgb(1, 2, 3)'")],
        check: "[document.querySelectorAll('#theme').length, document.querySelectorAll('link[rel=stylesheet]').length]",
        want: "[1,1]",
        ..SHEET
    },
    Row {
        name: "sheet-that-sets-its-own-media",
        title: "a sheet that is loaded for print and made to apply by its own onload applies once it was healed",
        page: &[(
            "/",
            Doc(
                r#"<link rel="stylesheet" href="/light.css" media="print" onload="heard.push('load'); this.media = 'all'" onerror="heard.push('error')">"#,
                healthy!(),
            ),
        )],
        backup: SOON,
        check: "[getComputedStyle(document.querySelector('p')).color, heard[0]]",
        want: r#"["rgb(1, 2, 3)","load"]"#,
        ..SHEET
    },
];
