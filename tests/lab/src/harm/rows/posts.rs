//! Rows: what was sent with POST is never sent a second time by the guard.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank, guard, healthy};
use crate::answer::Answer::*;

const FORM: &str = healthy!(
    r#"<form method="post" action="/pay/return"><input type="hidden" name="order" value="77"><button id="pay">Pay</button></form>"#
);
const THROWS: &str = blank!("<script>throw new TypeError('no receipt')</script>");
const PAY: Row = Row {
    acts: &[Click("#pay"), Until("location.pathname == '/pay/return'")],
    check: "!!told",
    stays_ms: 3000,
    fresh: true,
    ..ROW
};

pub const ROWS: &[Row] = &[
    Row {
        name: "page-of-a-post-comes-up-blank",
        title: "a page that a form's POST led to comes up blank, and cannot be had by GET: the POST is not repeated, the person is told",
        page: &[("/", Doc("", FORM)), ("/pay/return", ByMethod(&Status(405), &Doc("", THROWS)))],
        facts: &[Posts("/pay/return", 1, 1)],
        ..PAY
    },
    Row {
        name: "button-on-a-page-of-a-post",
        title: "on such a page, the prompt's button repeats no POST either",
        page: &[("/", Doc("", FORM)), ("/pay/return", ByMethod(&Status(405), &Doc("", THROWS)))],
        acts: &[Click("#pay"), Until("location.pathname == '/pay/return'"), Press("reload")],
        check: "true",
        facts: &[Posts("/pay/return", 1, 1)],
        ..PAY
    },
    Row {
        name: "page-of-a-post-that-get-gives-too",
        title: "a blank page of a POST that GET gives in good order is fetched by GET",
        page: &[
            ("/", Doc("", FORM)),
            (
                "/pay/return",
                ByMethod(
                    &Doc("", r#"<div id="app"><h1>Paid 77</h1><p>Thank you, we have your payment.</p></div>"#),
                    &Doc("", THROWS),
                ),
            ),
        ],
        check: "text.includes('Paid') || !!told",
        facts: &[Posts("/pay/return", 1, 1)],
        ..PAY
    },
    Row {
        name: "last-resort-on-a-page-of-a-post",
        title: "without an engine, the last resort's button repeats no POST",
        config: r#"{"engine": ["{{dead}}/pagemend/"], "fallback": []}"#,
        page: &[
            ("/", Doc("", FORM)),
            ("/pay/return", ByMethod(&Status(405), &Doc("", blank!(r#"<script src="/entry.js"></script>"#)))),
        ],
        acts: &[Click("#pay"), Until("location.pathname == '/pay/return'"), Press("reload")],
        check: "true",
        facts: &[Posts("/pay/return", 1, 1)],
        ..PAY
    },
    Row {
        name: "last-resort-on-a-page-of-a-post-that-get-gives-too",
        title: "where GET gives such a page, the last resort's button leads there",
        config: r#"{"engine": ["{{dead}}/pagemend/"], "fallback": []}"#,
        page: &[
            ("/", Doc("", FORM)),
            (
                "/pay/return",
                ByMethod(
                    &Doc("", r#"<div id="app"><h1>Paid 77</h1></div>"#),
                    &Doc("", blank!(r#"<script src="/entry.js"></script>"#)),
                ),
            ),
        ],
        acts: &[Click("#pay"), Until("location.pathname == '/pay/return'"), Press("reload")],
        check: "text.includes('Paid')",
        facts: &[Posts("/pay/return", 1, 1)],
        ..PAY
    },
    Row {
        name: "page-of-a-post-that-reloads-itself",
        title: "a page of a POST whose part is lost and whose own listener would load it anew: the guard adds no POST of its own",
        page: &[
            ("/", Doc("", FORM)),
            (
                "/pay/return",
                ByMethod(&Status(405), &Doc("", healthy!("<script type=\"module\">import('/gone.js')</script>"))),
            ),
        ],
        config: r#"{"fallback": []}"#,
        check: "text.includes('20,000')",
        facts: &[Posts("/pay/return", 1, 1)],
        ..PAY
    },
    Row {
        name: "post-of-a-script-fails",
        title: "a POST of the page's that fails is not repeated by guard.fetch, nor after a reload",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "guard.fetch('/api/repay', { method: 'POST', body: 'amount=500' }).then((r) => ran.push(r.status), () => ran.push('error'))"
                    )),
                ),
            ),
            ("/api/repay", Status(503)),
        ],
        check: "ran",
        want: "[503]",
        facts: &[Posts("/api/repay", 1, 1)],
        stays_ms: 3500,
        ..ROW
    },
    Row {
        name: "post-without-the-engine",
        title: "nor without an engine",
        config: r#"{"engine": ["{{dead}}/pagemend/"], "fallback": []}"#,
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "guard.fetch('/api/repay', { method: 'POST', body: 'amount=500' }).then((r) => ran.push(r.status), () => ran.push('error'))"
                    )),
                ),
            ),
            ("/api/repay", Status(503)),
        ],
        check: "ran",
        want: "[503]",
        facts: &[Posts("/api/repay", 1, 1)],
        stays_ms: 2500,
        ..ROW
    },
    Row {
        name: "key-action-fails",
        title: "a key action whose answer is lost is sent again under the same key only",
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "guard.keyAction('repay', ({ fetch, key }) => (heard.push(key), fetch('/api/repay', { method: 'POST', body: '{}' }))).then((r) => ran.push(r.status), () => ran.push('error'))"
                    )),
                ),
            ),
            ("/api/repay", Then(&[Status(503), Json("{}")])),
        ],
        check: "[ran.length, new Set(heard).size <= 1]",
        want: "[1,true]",
        facts: &[Posts("/api/repay", 1, 3)],
        stays_ms: 1500,
        ..ROW
    },
];
