//! Rows: what goes round: pages that load themselves anew, and pictures that replace themselves.
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, healthy};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "page-reloads-itself-for-a-dead-chunk",
        title: "the page's own listener reloads it for a lost part, which stays lost: the loop ends, the person is told, one incident",
        page: &[(
            "/",
            Doc(
                "<script>addEventListener('vite:preloadError', () => location.reload())</script>",
                healthy!(
                    "<script type=\"module\">import('/assets/view-8c1f.js').catch((e) => { const told = new Event('vite:preloadError', { cancelable: true }); told.payload = e; if (dispatchEvent(told)) throw e })</script>"
                ),
            ),
        )],
        config: r#"{"fallback": []}"#,
        check: "!!told",
        facts: &[Documents(1, 8), Incidents(0, 1)],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "page-reloads-itself-and-clears-storage",
        title: "the same page, that clears its storage, too",
        page: &[(
            "/",
            Doc(
                "<script>sessionStorage.clear(); addEventListener('vite:preloadError', () => location.reload())</script>",
                healthy!(
                    "<script type=\"module\">import('/assets/view-8c1f.js').catch((e) => { const told = new Event('vite:preloadError', { cancelable: true }); told.payload = e; if (dispatchEvent(told)) throw e })</script>"
                ),
            ),
        )],
        config: r#"{"fallback": []}"#,
        check: "!!told",
        facts: &[Documents(1, 8), Incidents(0, 1)],
        stays_ms: 4000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "page-reloads-itself-on-purpose",
        title: "a page that loads itself anew twice to fetch its settings, and works, is not taken for a loop",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    "<script>const n = +(sessionStorage.n ?? 0); sessionStorage.n = n + 1; if (n < 2) setTimeout(() => location.reload(), 300)</script>"
                ),
            ),
        )],
        check: "[text.includes('20,000'), told, sessionStorage.n]",
        want: r#"[true,"","3"]"#,
        facts: &[Documents(3, 3)],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "picture-and-its-own-replacement-fail",
        title: "a dead picture whose replacement is dead too, set again at each error, is asked for a bounded number of times",
        page: &[("/", Doc("", healthy!(r#"<img src="/a.png" onerror="heard.push(1); this.src = '/none.png'">"#)))],
        check: "heard.length > 0",
        facts: &[Asked("page", "/none.png", 0, 60), Asked("page", "/a.png", 1, 4)],
        stays_ms: 4000,
        ..ROW
    },
    Row {
        name: "picture-set-again-at-each-error",
        title: "a dead picture that the page sets again at each error",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    r#"<img src="/a.png" onerror="heard.push(1); const i = this; setTimeout(() => i.src = '/a.png', 20)">"#
                ),
            ),
        )],
        check: "heard.length > 0",
        facts: &[Asked("page", "/a.png", 1, 220), Asked("backup", "/a.png", 0, 6)],
        stays_ms: 3000,
        ..ROW
    },
    Row {
        name: "many-pictures-and-their-replacement-fail",
        title: "twenty dead pictures with one dead replacement",
        page: &[(
            "/",
            Doc(
                "",
                healthy!(
                    "<script>for (let n = 0; n < 20; n++) { const i = new Image(); i.onerror = () => { heard.push(n); i.src = '/none.png' }; i.src = `/${n}.png`; document.body.append(i) }</script>"
                ),
            ),
        )],
        check: "heard.length > 0",
        facts: &[Asked("page", "/none.png", 0, 200)],
        stays_ms: 4000,
        ..ROW
    },
    Row {
        name: "page-throws-without-end",
        title: "a working page that throws ten times a second is told of once at most, and nobody is interrupted",
        page: &[("/", Doc("", healthy!("<script>setInterval(() => { throw new Error('tick') }, 100)</script>")))],
        check: "[text.includes('20,000'), told]",
        want: r#"[true,""]"#,
        facts: &[Documents(1, 1), Sent(0, 3), Incidents(0, 1)],
        stays_ms: 4000,
        ..ROW
    },
];
