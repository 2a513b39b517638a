//! Rows: what leaves the page, and whether it may.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{ROW, Row, blank, guard, healthy};
use crate::answer::Answer::{self, *};

const DEAD: &str = blank!(r#"<script src="/assets/entry.js"></script>"#);
const NO_ENGINE: &str = r#"{"engine": ["{{dead}}/pagemend/"], "fallback": []}"#;
const WIPES: &str = "<script>sessionStorage.clear(); localStorage.clear()</script>";
const THROWS: &str = blank!("<script>throw new TypeError('no list')</script>");

const SAYS_NO: Answer = Doc("", healthy!(guard!("await guard.checkRender(); guard.consent('denied'); ran.push('no')")));

pub const ROWS: &[Row] = &[
    Row {
        name: "denied-and-nothing-loads",
        title: "the person has said no, engine and entry script are dead: nothing is sent",
        config: r#"{"engine": ["{{dead}}/pagemend/"], "fallback": [], "options": {"consent": "denied"}}"#,
        page: &[("/", Doc("", DEAD))],
        check: "!!told",
        facts: &[Silent],
        stays_ms: 3000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "denied-on-an-earlier-page",
        title: "the person said no on an earlier page: the last resort of the next one, which gets no engine, sends nothing",
        config: r#"{"fallback": []}"#,
        page: &[("/", SAYS_NO), ("/next", Doc("", DEAD))],
        acts: &[
            Until("ran.includes('no')"),
            Now("page", "/pagemend/engine.js", Status(404)),
            Open("/next"),
            Until("told"),
        ],
        facts: &[Silent],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "denied-on-an-earlier-page-with-an-engine",
        title: "nor does the engine of the next page, before the page has said anything of it",
        page: &[("/", SAYS_NO), ("/next", Doc("", THROWS))],
        acts: &[Until("ran.includes('no')"), Open("/next"), Until("told")],
        facts: &[Silent],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "denied-and-the-next-page-clears-storage",
        title: "nor does the page after one that has cleared all storage, in a tab that went elsewhere in between",
        page: &[("/", SAYS_NO), ("/next", Doc(WIPES, THROWS))],
        acts: &[Until("ran.includes('no')"), Elsewhere, Open("/next"), Until("told"), Open("/next?2"), Until("told")],
        facts: &[Silent],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "denied-and-the-server-clears-storage",
        title: "nor the next page where its server clears storage (`Clear-Site-Data`)",
        page: &[("/", SAYS_NO), ("/next", With(&[("clear-site-data", "\"storage\"")], &Doc("", THROWS)))],
        acts: &[Until("ran.includes('no')"), Open("/next"), Until("told")],
        facts: &[Silent],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "denied-storage-cleared-and-no-engine",
        title: "nor the last resort of a page that gets no engine and has cleared all storage",
        config: r#"{"fallback": []}"#,
        page: &[("/", SAYS_NO), ("/next", Doc(WIPES, DEAD))],
        acts: &[
            Until("ran.includes('no')"),
            Now("page", "/pagemend/engine.js", Status(404)),
            Open("/next"),
            Until("told"),
        ],
        facts: &[Silent],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "denied-without-an-engine-and-storage-cleared",
        title: "who says no to a page that gets no engine, and whose storage is cleared then, is not told of by the last resort of the next",
        config: NO_ENGINE,
        page: &[
            (
                "/",
                Doc(
                    "",
                    healthy!(guard!(
                        "guard.consent('denied'); sessionStorage.clear(); localStorage.clear(); ran.push('no')"
                    )),
                ),
            ),
            ("/next", Doc("", DEAD)),
        ],
        acts: &[Until("ran.includes('no')"), Open("/next"), Until("told")],
        facts: &[Silent],
        stays_ms: 2500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "denied-with-records-waiting",
        title: "who says no while records wait is not told of afterwards, and nothing waits any more",
        page: &[
            (
                "/",
                Doc(
                    "",
                    blank!(
                        "<script>setTimeout(() => { throw new TypeError('no list') })</script>",
                        guard!("window.guard = guard; await guard.checkRender(); ran.push('up')")
                    ),
                ),
            ),
            ("/v1/logs", Status(503)),
        ],
        acts: &[
            Until("told"),
            Until("ran.includes('up')"),
            Rest(1500),
            Run("guard.consent('denied')"),
            Rest(300),
            Now("page", "/v1/logs", Json("{}")),
            Open("/?again"),
            Until("told"),
        ],
        check: "JSON.stringify({ ...localStorage }).includes('resourceLogs')",
        want: "false",
        facts: &[Incidents(0, 0)],
        stays_ms: 3000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "pending-carries-no-identifier",
        title: "as long as the person has not answered, records carry no session",
        page: &[("/", Doc("", THROWS))],
        acts: &[Until("told")],
        facts: &[Sent(1, 9), Present("pagemend.incident"), Absent(&["session.id"])],
        stays_ms: 1000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "last-resort-and-a-phone-number",
        title: "without an engine, what is sent names the service, and no phone number out of the address",
        config: NO_ENGINE,
        page: &[("/13812345678/apply", Doc("", DEAD))],
        start: "/13812345678/apply?token=s3cr3t",
        check: "!!told",
        facts: &[Absent(&["13812345678", "s3cr3t", "undefined"]), Bare],
        stays_ms: 3000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "last-resort-without-a-service-name",
        title: "a page that gave the guard no name is not called undefined",
        config: r#"{"engine": ["{{dead}}/pagemend/"], "fallback": [], "options": {"service": null, "build": null}}"#,
        page: &[("/", Doc("", DEAD))],
        check: "!!told",
        facts: &[Absent(&["undefined"])],
        stays_ms: 3000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "last-resort-and-names",
        title: "without an engine, names out of addresses of files and of the page are not sent",
        config: NO_ENGINE,
        page: &[(
            "/loan/%E7%8E%8B%E5%B0%8F%E6%98%8E",
            Doc("", blank!(r#"<script src="/files/王小明/9f3kQz81LmPa/entry.js"></script>"#)),
        )],
        start: "/loan/%E7%8E%8B%E5%B0%8F%E6%98%8E",
        check: "!!told",
        facts: &[Absent(&["王小明", "9f3kQz81LmPa"]), Bare],
        stays_ms: 3000,
        fresh: true,
        ..ROW
    },
    Row {
        name: "records-tell-no-address",
        title: "records come without the page's query, and without cookies",
        page: &[("/", Doc("<script>document.cookie = 'sid=abc'</script>", THROWS))],
        start: "/?phone=13812345678&token=s3cr3t",
        acts: &[Until("told")],
        facts: &[Sent(1, 9), Absent(&["13812345678", "s3cr3t"]), Bare],
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "names-of-people-in-addresses",
        title: "a person's name, and the token of a share, in the page's address are not sent",
        page: &[(
            "/loan/%E7%8E%8B%E5%B0%8F%E6%98%8E/9f3kQz81LmPa",
            Doc(
                "",
                blank!(
                    "<script>fetch('/api/u_8842913/王小明').then((r) => { throw new Error('no profile of 王小明: ' + r.status) })</script>"
                ),
            ),
        )],
        start: "/loan/%E7%8E%8B%E5%B0%8F%E6%98%8E/9f3kQz81LmPa",
        acts: &[Until("told")],
        facts: &[Sent(1, 9), Absent(&["王小明", "9f3kQz81LmPa", "u_8842913"])],
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "names-of-people-in-storage",
        title: "a person's name in the name of a damaged entry is not sent",
        page: &[(
            "/",
            Doc(
                "<script>localStorage['profile:王小明'] ??= '{\"a\":1'; localStorage['u_8842913/draft'] ??= '{\"b\":'</script>",
                blank!(
                    "<script>JSON.parse(localStorage['profile:王小明'] ?? 'x'); JSON.parse(localStorage['u_8842913/draft'] ?? 'x')</script>"
                ),
            ),
        )],
        config: r#"{"options": {"storage": {"json": ["profile:王小明", "u_8842913/draft"]}}}"#,
        acts: &[Until("told")],
        facts: &[Sent(1, 9), Absent(&["王小明", "8842913"])],
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
];
