//! Rows: what the page reads by itself, under the addresses that it names.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

const CALLS: Row = Row { config: r#"{"calls": ["/api/"]}"#, ..ROW };

pub const ROWS: &[Row] = &[
    Row {
        name: "calls-fetch",
        title: "the page's own fetch is tried again",
        body: r#"<script>fetch("/api/plan").then((r) => r.json()).then((d) => ran.push(d.plan), (e) => ran.push(String(e)))</script>"#,
        page: &[("/api/plan", Then(&[Status(503), Json(r#"{"plan":"A"}"#)]))],
        want: r#"["A"]"#,
        asked: &[("page", "/api/plan", 2, 2)],
        ..CALLS
    },
    Row {
        name: "calls-fetch-late",
        title: "the page's own fetch once the engine is there",
        guard: r#"await guard.checkRender(); ran.push((await (await fetch(new Request("/api/plan"))).json()).plan);"#,
        page: &[("/api/plan", Then(&[Status(503), Json(r#"{"plan":"A"}"#)]))],
        want: r#"["A"]"#,
        asked: &[("page", "/api/plan", 2, 2)],
        ..CALLS
    },
    Row {
        name: "calls-fetch-wrapped",
        title: "a page that puts a wrapper of its own over fetch is asked as often as before",
        body: r#"<script>const own = fetch; fetch = (...a) => (heard.push(1), own(...a)); fetch("/api/plan").then((r) => r.json()).then((d) => ran.push(d.plan))</script>"#,
        guard: r#"await guard.checkRender(); ran.push((await (await fetch("/api/more")).json()).plan);"#,
        page: &[
            ("/api/plan", Then(&[Status(503), Json(r#"{"plan":"A"}"#)])),
            ("/api/more", Then(&[Status(503), Json(r#"{"plan":"B"}"#)])),
        ],
        check: "ran.sort()",
        want: r#"["A","B"]"#,
        asked: &[("page", "/api/plan", 2, 2), ("page", "/api/more", 2, 2)],
        ..CALLS
    },
    Row {
        name: "calls-fetch-made-anew",
        title: "a page whose wrapper waits, and makes the request anew",
        body: r#"<script>const own = fetch; fetch = async (i, n) => { await 0; heard.push(1); return own(new Request(i, n)); }; fetch("/api/plan").then((r) => r.json()).then((d) => ran.push(d.plan))</script>"#,
        guard: r#"await guard.checkRender(); ran.push((await (await fetch("/api/more")).json()).plan);"#,
        page: &[
            ("/api/plan", Then(&[Status(503), Json(r#"{"plan":"A"}"#)])),
            ("/api/more", Then(&[Status(503), Json(r#"{"plan":"B"}"#)])),
        ],
        check: "[ran.sort(), heard]",
        want: r#"[["A","B"],[1,1]]"#,
        asked: &[("page", "/api/plan", 2, 2), ("page", "/api/more", 2, 2)],
        ..CALLS
    },
    Row {
        name: "calls-xhr-timeout",
        title: "the page's own limit of a request counts while it is tried again",
        body: r#"<script>const x = new XMLHttpRequest(); for (const type of ["load", "error", "timeout", "loadend"]) x.addEventListener(type, () => ran.push(type));
            x.open("GET", "/api/plan"); x.timeout = 1200; x.send()</script>"#,
        page: &[("/api/plan", Busy(503, 8))],
        want: r#"["timeout","loadend"]"#,
        ..CALLS
    },
    Row {
        name: "calls-xhr-slow",
        title: "a request that the page's own limit ends ends once",
        body: r#"<script>const x = new XMLHttpRequest(); for (const type of ["load", "error", "timeout", "loadend"]) x.addEventListener(type, () => ran.push(type));
            x.onreadystatechange = () => heard.push(x.readyState); x.open("GET", "/api/plan"); x.timeout = 300; x.send()</script>"#,
        page: &[("/api/plan", Hang)],
        check: "[ran, heard]",
        want: r#"[["timeout","loadend"],[1,4]]"#,
        ..CALLS
    },
    Row {
        name: "calls-fetch-aborted",
        title: "a fetch that the page gives up ends as it would",
        body: r#"<script>const c = new AbortController(); fetch("/api/plan", { signal: c.signal }).catch((e) => ran.push(e.name)); setTimeout(() => c.abort(), 300)</script>"#,
        page: &[("/api/plan", Hang)],
        want: r#"["AbortError"]"#,
        ..CALLS
    },
    Row {
        name: "calls-xhr",
        title: "the page's own XMLHttpRequest is tried again, and it hears of the end only",
        body: r#"<script>const x = new XMLHttpRequest(); x.open("GET", "/api/plan"); x.responseType = "json"; x.onload = () => ran.push(x.status, x.response.plan);
            for (const type of ["error", "load", "loadend"]) x.addEventListener(type, () => heard.push(type)); x.send()</script>"#,
        page: &[("/api/plan", Then(&[Status(503), Json(r#"{"plan":"A"}"#)]))],
        check: "[ran, heard]",
        want: r#"[[200,"A"],["load","loadend"]]"#,
        asked: &[("page", "/api/plan", 2, 2)],
        ..CALLS
    },
    Row {
        name: "calls-xhr-text",
        title: "text, headers and states of a request that was tried again",
        body: r#"<script>const x = new XMLHttpRequest(); x.open("GET", "/api/plan", true); x.onreadystatechange = () => heard.push(x.readyState);
            x.onload = () => ran.push(x.responseText, x.getResponseHeader("Content-Type"), /content-type: application/.test(x.getAllResponseHeaders()), x.responseURL.endsWith("/api/plan"), x instanceof XMLHttpRequest); x.send()</script>"#,
        page: &[("/api/plan", Then(&[Status(502), Json(r#"{"plan":"A"}"#)]))],
        check: "[ran, heard]",
        want: r#"[["{\"plan\":\"A\"}","application/json",true,true,true],[4]]"#,
        ..CALLS
    },
    Row {
        name: "calls-xhr-cut",
        title: "a connection that breaks in the middle of an answer",
        body: r#"<script>const x = new XMLHttpRequest(); x.open("GET", "/api/plan"); x.onload = () => ran.push(x.responseText); x.onerror = () => ran.push("error"); x.send()</script>"#,
        page: &[("/api/plan", Then(&[Cut, Json(r#"{"plan":"A"}"#)]))],
        want: r#"["{\"plan\":\"A\"}"]"#,
        ..CALLS
    },
    Row {
        name: "calls-xhr-again",
        title: "an object that is used again gives the browser's own answer",
        body: r#"<script>const x = new XMLHttpRequest(); let n = 0; x.onload = () => { ran.push(x.status, x.responseText); if (!n++) { x.open("GET", "/other"); x.send(); } };
            x.open("GET", "/api/plan"); x.send()</script>"#,
        page: &[("/api/plan", Then(&[Status(503), Json("1")])), ("/other", Status(404))],
        check: "[ran[0], ran[1], ran[2]]",
        want: r#"[200,"1",404]"#,
        ..CALLS
    },
    Row {
        name: "calls-xhr-aborted",
        title: "a request that the page gives up between two tries",
        body: r#"<script>const x = new XMLHttpRequest(); x.open("GET", "/api/plan"); for (const type of ["load", "error", "abort", "loadend"]) x.addEventListener(type, () => ran.push(type));
            x.send(); setTimeout(() => x.abort(), 900)</script>"#,
        page: &[("/api/plan", Busy(503, 2))],
        check: "performance.now() > 4000 && ran",
        want: r#"["abort","loadend"]"#,
        asked: &[("page", "/api/plan", 1, 1)],
        ..CALLS
    },
    Row {
        name: "calls-that-change",
        title: "what changes something is left alone",
        body: r#"<script>fetch("/api/pay", { method: "POST", body: "1" }).then((r) => ran.push(r.status)); const x = new XMLHttpRequest(); x.open("POST", "/api/xhr"); x.onload = () => ran.push(x.status); x.send("1")</script>"#,
        page: &[("/api/pay", Status(503)), ("/api/xhr", Status(503))],
        want: "[503,503]",
        asked: &[("page", "/api/pay", 1, 1), ("page", "/api/xhr", 1, 1)],
        ..CALLS
    },
    Row {
        name: "calls-elsewhere",
        title: "what the page has not named is left alone",
        body: r#"<script>fetch("/other").then((r) => ran.push(r.status)); const x = new XMLHttpRequest(); x.open("GET", "/more"); x.onload = () => ran.push(x.status); x.send()</script>"#,
        page: &[("/other", Status(503)), ("/more", Status(503))],
        want: "[503,503]",
        asked: &[("page", "/other", 1, 1), ("page", "/more", 1, 1)],
        ..CALLS
    },
];
