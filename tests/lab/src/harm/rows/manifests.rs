//! Rows: build manifests that are none. What is not the server's own word about its builds is not believed: nobody is told of a new version, and
//! nobody loads the page anew.
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, guard, healthy};
use crate::answer::Answer;
use crate::answer::Answer::*;

const NEWER: Answer = Json(r#"{"build": "2", "builtAt": 1760000002000}"#);
const RUNNING: Answer = Json(r#"{"build": "1", "builtAt": 1760000001000}"#);

/// A healthy page of build 1 asks which build is live.
macro_rules! asks {
    ($name:literal, $title:literal, $manifest:expr, $state:literal) => {
        Row {
            name: $name,
            title: $title,
            page: &[
                (
                    "/",
                    Doc("", healthy!(guard!("const verdict = await guard.checkFreshness(); ran.push(verdict.state)"))),
                ),
                ("/pagemend/build.json", $manifest),
            ],
            config: r#"{"options": {"build": "1", "builtAt": 1760000001000}}"#,
            check: "[ran, told]",
            want: concat!(r#"[[""#, $state, r#""],""]"#),
            facts: &[Documents(1, 1), Incidents(0, 0)],
            stays_ms: 1500,
            ..ROW
        }
    };
}

pub const ROWS: &[Row] = &[
    asks!(
        "manifest-of-the-running-build",
        "the running build is live",
        Json(r#"{"build": "1", "builtAt": 1760000001000}"#),
        "fresh"
    ),
    asks!("manifest-is-a-page", "a page where the manifest should be", Html, "unknown"),
    asks!("manifest-is-not-there", "no manifest", Status(404), "unknown"),
    asks!("manifest-of-a-server-in-trouble", "503 instead of the manifest", Status(503), "unknown"),
    asks!("manifest-is-a-text", "a manifest that is a text", Json(r#""2""#), "unknown"),
    asks!("manifest-is-a-number", "a manifest that is a number", Json("2"), "unknown"),
    asks!("manifest-is-null", "a manifest that is null", Json("null"), "unknown"),
    asks!(
        "manifest-is-a-list",
        "a manifest that is a list",
        Json(r#"[{"build": "2", "builtAt": 1760000002000}]"#),
        "unknown"
    ),
    asks!("manifest-is-half", "half a manifest", Json(r#"{"build": "2", "builtAt": 17600"#), "unknown"),
    asks!(
        "manifest-with-a-build-as-number",
        "a manifest whose build is a number",
        Json(r#"{"build": 2, "builtAt": 1760000002000}"#),
        "unknown"
    ),
    asks!("manifest-without-a-build", "a manifest that names no build", Json(r#"{"version": "2"}"#), "unknown"),
    asks!("manifest-of-ten-megabytes", "a manifest of 10 MB", Long(10 << 20), "unknown"),
    asks!("manifest-that-breaks-off", "a manifest whose connection breaks", Cut, "unknown"),
    asks!("manifest-that-hangs", "a manifest that never comes", Hang, "unknown"),
    asks!(
        "manifest-that-lags-behind",
        "a server that still has the build before",
        Json(r#"{"build": "0", "builtAt": 1760000000000}"#),
        "fresh"
    ),
    asks!(
        "manifest-with-a-time-as-text",
        "a manifest whose time is a text",
        Json(r#"{"build": "2", "builtAt": "yesterday"}"#),
        "unknown"
    ),
    asks!(
        "manifest-of-two-servers",
        "two servers that take turns: as long as one has the running build it is live",
        Then(&[NEWER, RUNNING, NEWER, RUNNING, NEWER, RUNNING, NEWER, RUNNING]),
        "fresh"
    ),
];
