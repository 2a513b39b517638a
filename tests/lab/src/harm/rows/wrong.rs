//! Rows: wrong bytes under a right name, in the browser's own cache or at the edge of the network. What the network itself has is had past
//! them, and the cache has it from then on.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank, guard, healthy};
use crate::answer::Answer;
use crate::answer::Answer::*;
use crate::drivers::Engine;
use crate::site::Cors;

const FOR_A_YEAR: &[(&str, &str)] = &[("cache-control", "public, max-age=31536000, immutable")];
const HTML: Answer = With(FOR_A_YEAR, &Html);
const CHUNK: Answer = With(FOR_A_YEAR, &Js("ran.push('chunk')"));
const UP: Answer = With(FOR_A_YEAR, &Js("document.querySelector('#app').innerHTML = '<h1>Up</h1>'"));
/// Of a deployment that hides each missing file behind the site's page: so it is asked for once, and kept.
const SEED: Answer = Doc(
    "",
    healthy!(
        "<script>fetch('/chunk.js').then((r) => r.text()).then(() => heard.push('kept'), () => heard.push('lost'))</script>"
    ),
);
const SEED_SHEET: Answer =
    Doc("", healthy!("<script>fetch('/view.css').then((r) => r.text()).then(() => heard.push('kept'))</script>"));
const IMPORTS: &str = healthy!(guard!(
    "document.querySelector('button').onclick = () => guard.import('/chunk.js').then(() => heard.push('shown'), () => heard.push('lost')); heard.push('ready')"
));
const OWN: &str = r#"{"fallback": []}"#;

/// A first document has left HTML under the chunk's address, for a year; the server has the chunk again.
const HELD: Row = Row { start: "/seed", config: OWN, fresh: true, stays_ms: 1500, ..ROW };
const ONCE_HTML: Answer = Then(&[HTML, CHUNK]);
const ONCE_HTML_UP: Answer = Then(&[HTML, UP]);

pub const ROWS: &[Row] = &[
    Row {
        name: "page-in-the-cache-for-an-import",
        title: "a chunk's address that holds a page in the browser's cache: guard.import has the chunk past it",
        page: &[("/seed", SEED), ("/", Doc("", IMPORTS)), ("/chunk.js", ONCE_HTML)],
        acts: &[Until("heard[0] == 'kept'"), Open("/"), Until("heard[0] == 'ready'"), Click("button")],
        check: "[heard, ran, told]",
        want: r#"[["ready","shown"],["chunk"],""]"#,
        facts: &[Documents(2, 2)],
        ..HELD
    },
    Row {
        name: "page-in-the-cache-is-mended-for-the-next-visit",
        title: "and the next visit has it from the cache, without asking anybody",
        page: &[
            ("/seed", SEED),
            ("/", Doc("", IMPORTS)),
            ("/chunk.js", ONCE_HTML),
            (
                "/next",
                Doc(
                    "",
                    healthy!(
                        "<script>import('/chunk.js').then(() => heard.push('shown'), () => heard.push('lost'))</script>"
                    ),
                ),
            ),
        ],
        acts: &[
            Until("heard[0] == 'kept'"),
            Open("/"),
            Until("heard[0] == 'ready'"),
            Click("button"),
            Until("heard[1] == 'shown'"),
            Rest(500),
            Open("/next"),
        ],
        check: "[heard, ran, told]",
        want: r#"[["shown"],["chunk"],""]"#,
        facts: &[Documents(3, 3), Asked("page", "/chunk.js", 2, 4)],
        ..HELD
    },
    Row {
        name: "page-in-the-cache-for-a-script",
        title: "a blocking script's address that holds a page in the browser's cache",
        page: &[
            ("/seed", SEED),
            ("/", Doc("", blank!(r#"<script src="/chunk.js"></script>"#))),
            ("/chunk.js", ONCE_HTML_UP),
        ],
        acts: &[Until("heard[0] == 'kept'"), Open("/")],
        check: "[text, told]",
        want: r#"["Up",""]"#,
        facts: &[Documents(2, 3)],
        ..HELD
    },
    Row {
        name: "page-in-the-cache-for-a-module",
        title: "a module's address that does",
        page: &[
            ("/seed", SEED),
            ("/", Doc("", blank!(r#"<script type="module" src="/chunk.js"></script>"#))),
            ("/chunk.js", ONCE_HTML_UP),
        ],
        acts: &[Until("heard[0] == 'kept'"), Open("/")],
        check: "[text, told]",
        want: r#"["Up",""]"#,
        facts: &[Documents(2, 3)],
        ..HELD
    },
    Row {
        name: "page-in-the-cache-for-a-sheet",
        title: "a style sheet's address that does",
        page: &[
            ("/seed", SEED_SHEET),
            ("/", Doc(r#"<link rel="stylesheet" href="/view.css">"#, healthy!())),
            ("/view.css", Then(&[HTML, With(FOR_A_YEAR, &Css("p { color: rgb(1, 2, 3) }"))])),
        ],
        acts: &[Until("heard[0] == 'kept'"), Open("/")],
        check: "[getComputedStyle(document.querySelector('p')).color, told]",
        want: r#"["rgb(1, 2, 3)",""]"#,
        facts: &[Documents(2, 3)],
        ..HELD
    },
    Row {
        name: "error-in-the-cache-for-an-import",
        title: "a chunk's address that holds an answer 404 for a year",
        page: &[
            ("/seed", SEED),
            ("/", Doc("", IMPORTS)),
            ("/chunk.js", Then(&[With(FOR_A_YEAR, &Status(404)), CHUNK])),
        ],
        acts: &[Until("heard[0] == 'kept'"), Open("/"), Until("heard[0] == 'ready'"), Click("button")],
        check: "[heard, ran, told]",
        want: r#"[["ready","shown"],["chunk"],""]"#,
        facts: &[Documents(2, 2)],
        ..HELD
    },
    Row {
        name: "page-at-the-edge-for-an-import",
        title: "the edge has a page for the chunk's bare address, and the chunk for it with any query",
        page: &[("/", Doc("", IMPORTS)), ("/chunk.js", ByQuery(&HTML, &CHUNK))],
        start: "/",
        acts: &[Until("heard[0] == 'ready'"), Click("button")],
        check: "[heard, ran, told]",
        want: r#"[["ready","shown"],["chunk"],""]"#,
        facts: &[Documents(1, 1)],
        ..HELD
    },
    Row {
        name: "error-at-the-edge-for-an-import",
        title: "the edge has kept an answer 404 for the bare address",
        page: &[("/", Doc("", IMPORTS)), ("/chunk.js", ByQuery(&Status(404), &CHUNK))],
        start: "/",
        acts: &[Until("heard[0] == 'ready'"), Click("button")],
        check: "[heard, ran, told]",
        want: r#"[["ready","shown"],["chunk"],""]"#,
        facts: &[Documents(1, 1)],
        ..HELD
    },
    Row {
        name: "page-at-the-edge-for-a-script",
        title: "the edge has a page for a blocking script",
        page: &[("/", Doc("", blank!(r#"<script src="/chunk.js"></script>"#))), ("/chunk.js", ByQuery(&HTML, &UP))],
        start: "/",
        check: "[text, told]",
        want: r#"["Up",""]"#,
        facts: &[Documents(1, 2)],
        ..HELD
    },
    Row {
        name: "page-at-the-edge-for-a-sheet",
        title: "the edge has a page for a style sheet",
        page: &[
            ("/", Doc(r#"<link rel="stylesheet" href="/view.css">"#, healthy!())),
            ("/view.css", ByQuery(&HTML, &Css("p { color: rgb(1, 2, 3) }"))),
        ],
        start: "/",
        check: "[getComputedStyle(document.querySelector('p')).color, told]",
        want: r#"["rgb(1, 2, 3)",""]"#,
        facts: &[Documents(1, 2)],
        not_in: &[Engine::Webkit],
        ..HELD
    },
    Row {
        name: "page-for-a-script-whatever-is-asked",
        title: "where the server has nothing but a page it is asked a few times, and then somebody is told",
        page: &[("/", Doc("", blank!(r#"<script src="/chunk.js"></script>"#))), ("/chunk.js", HTML)],
        start: "/",
        check: "!!told",
        facts: &[Documents(1, 2), Asked("page", "/chunk.js", 1, 16)],
        stays_ms: 3000,
        ..HELD
    },
    Row {
        name: "copy-without-cors-for-a-script",
        title: "a copy of another host's script without the headers of CORS, kept for a year, blocks an element that asks by CORS: a query gets round it",
        page: &[("/", Doc("", blank!(r#"<script crossorigin src="{{collector}}/lib.js"></script>"#)))],
        collector: &[("/lib.js", ByQuery(&UP, &With(&[("access-control-allow-origin", "*")], &UP)))],
        cors: Cors::Nobody,
        config: r#"{"fallback": [], "origins": ["{{collector}}"]}"#,
        start: "/",
        check: "[text, told]",
        want: r#"["Up",""]"#,
        facts: &[Documents(1, 2)],
        ..HELD
    },
];
