//! Rows: how often, how late, and what is never repeated.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "at-most-three-tries",
        title: "a call that always fails is made three times",
        guard: r#"guard.fetch("/api").then((answer) => ran.push(answer.status)); setTimeout(() => ran.push("later"), 5000);"#,
        page: &[("/api", Status(503))],
        check: "ran",
        want: r#"["later"]"#,
        asked: &[("page", "/api", 3, 3)],
        ..ROW
    },
    Row {
        name: "retry-after-seconds",
        title: "Retry-After in seconds is waited for",
        guard: r#"const from = performance.now(); await guard.fetch("/api"); ran.push(performance.now() - from >= 1990);"#,
        page: &[("/api", Then(&[Busy(503, 2), Json("{}")]))],
        want: "[true]",
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
    Row {
        name: "retry-after-date",
        title: "Retry-After as a date is waited for",
        guard: r#"const from = performance.now(); await guard.fetch("/api"); ran.push(performance.now() - from >= 1900);"#,
        page: &[("/api", Then(&[BusyUntil(429, 3), Json("{}")]))],
        want: "[true]",
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
    Row {
        name: "hanging-call",
        title: "a call that hangs is given up and made again",
        guard: r#"const answer = await guard.fetch("/api"); ran.push(answer.status);"#,
        page: &[("/api", Then(&[Hang, Json("{}")]))],
        want: "[200]",
        asked: &[("page", "/api", 2, 2)],
        ..ROW
    },
    Row {
        name: "post-not-repeated",
        title: "a POST without a key is never repeated",
        guard: r#"ran.push((await guard.fetch("/api", { method: "POST", body: "{}" })).status);"#,
        page: &[("/api", Status(503))],
        want: "[503]",
        asked: &[("page", "/api", 1, 1)],
        ..ROW
    },
    Row {
        name: "post-with-key-repeated",
        title: "a POST with a key is repeated with it",
        guard: r#"ran.push((await guard.fetch("/api", { method: "POST", body: "{}", headers: { "Idempotency-Key": "k1" } })).status);"#,
        page: &[("/api", Then(&[Status(503), Json("{}")]))],
        want: "[200]",
        asked: &[("page", "/api", 2, 2)],
        one_key: true,
        ..ROW
    },
    Row {
        name: "key-action-one-key",
        title: "a key action has one key over all tries",
        guard: r#"ran.push(await guard.keyAction("submit", async ({ fetch }) => (await fetch("/api", { method: "POST", body: "{}" })).status));"#,
        page: &[("/api", Then(&[Status(503), Status(502), Json("{}")]))],
        want: "[200]",
        asked: &[("page", "/api", 3, 3)],
        one_key: true,
        ..ROW
    },
    Row {
        name: "final-answers-stay",
        title: "404 is an answer, and no reason to ask again",
        guard: r#"ran.push((await guard.fetch("/api")).status);"#,
        want: "[404]",
        asked: &[("page", "/api", 1, 1)],
        ..ROW
    },
    Row {
        name: "aborted-stays-aborted",
        title: "a call that the page gives up is not made again",
        guard: r#"const c = new AbortController(); setTimeout(() => c.abort(), 300); await guard.fetch("/api", { signal: c.signal });"#,
        page: &[("/api", Hang)],
        want: r#"["AbortError"]"#,
        asked: &[("page", "/api", 1, 1)],
        ..ROW
    },
    Row {
        name: "storm-of-images",
        title: "thirty dead images make at most forty requests",
        body: r#"<script>for (let i = 0; i < 30; i++) document.body.append(Object.assign(new Image(), { src: "/gone.png" + "?" + i, onerror: () => heard.push(1) }))</script>"#,
        check: "heard.length",
        want: "30",
        most: 40,
        ..ROW
    },
    Row {
        name: "thousand-images",
        title: "two thousand failing images throw nothing",
        body: r#"<script>addEventListener("error", (e) => e.message && ran.push(e.message)); for (let i = 0; i < 2000; i++) document.body.append(Object.assign(new Image(), { src: "data:image/png;base64,AAAA" + i, onerror: () => heard.push(1) }))</script>"#,
        check: "[heard.length, ran]",
        want: "[2000,[]]",
        ..ROW
    },
];
