//! Rows: what the page's own listeners say before a try, and hear after the last.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "hook-veto",
        title: "a try that the page forbids is not made, and the page has the first answer",
        guard: r#"await guard.checkRender(); guard.on("before-retry", () => false); ran.push((await guard.fetch("/api")).status);"#,
        page: &[("/api", Status(503))],
        want: "[503]",
        asked: &[("page", "/api", 1, 1)],
        ..ROW
    },
    Row {
        name: "hook-rewrite",
        title: "a try goes where the page sends it",
        guard: r#"await guard.checkRender(); guard.on("before-retry", ({ url }) => url.replace("/api", "/other")); ran.push((await (await guard.fetch("/api")).json()).plan);"#,
        page: &[("/api", Status(503)), ("/other", Json(r#"{"plan":"B"}"#))],
        want: r#"["B"]"#,
        asked: &[("page", "/api", 1, 1), ("page", "/other", 1, 1)],
        ..ROW
    },
    Row {
        name: "hook-rewrite-image",
        title: "a picture is asked for where the page says",
        guard: r#"await guard.checkRender(); guard.on("before-retry", ({ url, from }) => (heard.push(from.slice(-6)), url.replace("a.png", "b.png"))); document.body.append(Object.assign(new Image(), { src: "/a.png" }));"#,
        backup: &[("/b.png", Svg)],
        check: "[heard, ...Array.from(document.images, (i) => i.naturalWidth)]",
        want: r#"[["/a.png"],20]"#,
        asked: &[("backup", "/a.png", 0, 0), ("backup", "/b.png", 1, 2)],
        ..ROW
    },
    Row {
        name: "hook-veto-image",
        title: "a picture that the page gives up: its listeners hear of it once",
        guard: r#"await guard.checkRender(); guard.on("before-retry", () => false); const i = new Image(); i.onerror = () => heard.push("error"); i.src = "/a.png"; document.body.append(i);"#,
        backup: &[("/a.png", Svg)],
        check: "heard",
        want: r#"["error"]"#,
        asked: &[("backup", "/a.png", 0, 0)],
        ..ROW
    },
    Row {
        name: "hook-wrong",
        title: "a listener that throws or answers nonsense changes nothing",
        guard: r#"await guard.checkRender(); guard.on("before-retry", () => { throw 1; }); guard.on("before-retry", () => "javascript:1"); ran.push((await (await guard.fetch("/api")).json()).plan);"#,
        page: &[("/api", Then(&[Status(503), Json(r#"{"plan":"A"}"#)]))],
        want: r#"["A"]"#,
        ..ROW
    },
    Row {
        name: "hook-outcome",
        title: "listeners hear of each try and of its end",
        guard: r#"await guard.checkRender(); guard.on("retry", ({ outcome, attempt }) => heard.push(outcome, attempt)); await guard.fetch("/api"); ran.push(1);"#,
        page: &[("/api", Then(&[Status(503), Json("1")]))],
        check: "heard",
        want: r#"["waiting",1,"recovered",1]"#,
        ..ROW
    },
];
