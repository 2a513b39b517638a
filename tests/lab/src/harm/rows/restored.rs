//! Rows: pages out of the back/forward cache, which are as they were when they were left. Under a driver Chromium and Firefox load them anew instead;
//! WebKit does not.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

/// Puts a mask over itself when its button is pressed, and never takes it away: it expects to be gone.
const MASKED: &str = r#"<style>#mask { position: fixed; inset: 0; background: #fff; display: grid; place-items: center } #mask[hidden] { display: none } .spinner { width: 40px; height: 40px; border: 4px solid #ddd; border-top-color: #06c; border-radius: 50% }</style><div id="app"><h1>Your credit line</h1><p>20,000 is available to you today.</p><button>Apply now</button></div><div id="mask" hidden><i class="spinner"></i></div><script>document.querySelector("button").onclick = () => { mask.hidden = false; location.href = "/loan" }; addEventListener("pageshow", (e) => { if (e.persisted) heard.push("kept") })</script>"#;
const LOAN: &str = r#"<div id="app"><h1>Loan of 5,000</h1><p>Over twelve months.</p></div>"#;

pub const ROWS: &[Row] = &[Row {
    name: "restored-under-its-own-mask",
    title: "a page that comes back out of the back/forward cache under the mask that it put up when it was left can be used again",
    page: &[("/", Doc("", MASKED)), ("/loan", Doc("", LOAN))],
    acts: &[
        // Before its load has ended a page is replaced by where it goes, and there is no way back to it.
        Until("performance.getEntriesByType('navigation')[0].loadEventEnd > 0"),
        Rest(1_500),
        Click("button"),
        Until("location.pathname == '/loan' && text.includes('5,000')"),
        Back,
        Until("location.pathname == '/'"),
    ],
    check: "[reachable(document.querySelector('h1')), told, heard]",
    want: r#"[true,"",[]]"#,
    facts: &[Documents(2, 4)],
    stays_ms: 3_000,
    fresh: true,
    ..ROW
}];
