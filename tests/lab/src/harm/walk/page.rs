//! The page that is walked over: a form, a list that is fetched, a lazy part, and what its server may answer instead.
use crate::answer::Answer::{self, *};
use crate::answer::Routes;

/// `app.js` draws it; what is drawn stays apart from the form, so that only a crash takes the form away.
const BODY: &str = r#"<div id="app"></div><script type="module" src="/app.js"></script>"#;
const WIPES: &str = "<script>sessionStorage.clear(); localStorage.clear()</script>";

const APP: Answer = Js(include_str!("app.js"));

pub const PAGE: Routes = &[
    ("/", Doc("", BODY)),
    ("/app.js", APP),
    ("/chunk.js", Ran("chunk")),
    ("/api/plan", Json(r#"{"plan":"A"}"#)),
    ("/api/repay", Json("{}")),
    (
        "/form",
        ByMethod(
            &Status(405),
            &Doc("", r#"<div id="app"><h1>We have your form</h1><p>Thank you for sending it.</p></div>"#),
        ),
    ),
    ("/next", Doc("", r#"<div id="app"><h1>The next page</h1><p>With a little text on it.</p></div>"#)),
];
pub const BACKUP: Routes = &[("/chunk.js", Ran("chunk"))];

/// What a path of the page may answer instead, for a while.
pub const FAULTS: &[(&str, &[Answer])] = &[
    (
        "/",
        &[
            Doc(WIPES, BODY),
            Doc("", "<div id=\"app\"></div>"),
            Then(&[Doc("", BODY), Doc("", "<div id=\"app\"></div>")]),
        ],
    ),
    ("/app.js", &[Status(503), Status(404), Html, Then(&[Status(503), APP]), Slow(700, &APP), Cut]),
    ("/chunk.js", &[Status(404), Status(503), Html, Hang, Then(&[Status(503), Ran("chunk")])]),
    (
        "/api/plan",
        &[Status(503), Json(r#"{"plan": "#), Html, Hang, Then(&[Status(503), Json(r#"{"plan":"B"}"#)]), Busy(429, 1)],
    ),
    ("/api/repay", &[Status(503), Hang, Cut, Then(&[Status(503), Json("{}")])]),
    ("/form", &[ByMethod(&Status(405), &Doc("", "<div id=\"app\"></div><script src=\"/gone.js\"></script>"))]),
    ("/v1/logs", &[Status(503), Hang, Status(400), Then(&[Status(503), Json("{}")])]),
];
