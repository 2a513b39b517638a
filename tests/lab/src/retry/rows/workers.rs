//! Rows: workers through the guard.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

/// Trusted Types, and what a worker needs whose script came from elsewhere.
const TRUSTED: &str = "require-trusted-types-for 'script'; trusted-types pagemend; script-src 'nonce-n0nce' 'self' 'wasm-unsafe-eval' {{backup}}; \
     connect-src 'self' {{backup}}; worker-src 'self' blob:";
const OWN_ONLY: &str = "script-src 'nonce-n0nce' 'self' 'wasm-unsafe-eval' {{backup}}; worker-src 'self'";

pub const ROWS: &[Row] = &[
    Row {
        name: "worker",
        title: "a worker whose script fails once starts at a later try, from where it should",
        guard: r#"const worker = await guard.worker("/w.js", { name: "sum" }); worker.onmessage = (e) => ran.push(e.data); worker.postMessage(20);"#,
        page: &[(
            "/w.js",
            Then(&[Status(503), Js("onmessage = (e) => postMessage([name, e.data + 1, location.pathname])")]),
        )],
        want: r#"[["sum",21,"/w.js"]]"#,
        ..ROW
    },
    Row {
        name: "worker-from-backup",
        title: "a worker whose script is gone starts with the backup's, which asks for what it needs by relative addresses",
        guard: r#"const worker = await guard.worker("/w.js"); worker.onmessage = (e) => ran.push(e.data); worker.onerror = () => heard.push("error"); worker.postMessage(20);"#,
        page: &[("/plan.json", Json("5"))],
        backup: &[
            (
                "/w.js",
                Js(
                    "importScripts('part.js'); onmessage = async (e) => postMessage(e.data + part + await (await fetch('/plan.json')).json())",
                ),
            ),
            ("/part.js", Js("var part = 1")),
        ],
        check: "[ran, heard]",
        want: "[[26],[]]",
        ..ROW
    },
    Row {
        name: "worker-module-from-backup",
        title: "a module worker whose script is HTML starts with the backup's graph",
        guard: r#"const worker = await guard.worker("/w.js", { type: "module" }); worker.onmessage = (e) => ran.push(e.data); worker.postMessage(20);"#,
        page: &[("/w.js", Html)],
        backup: &[
            ("/w.js", Js("import { part } from './part.js'; onmessage = (e) => postMessage(e.data + part)")),
            ("/part.js", Js("export const part = 1")),
        ],
        want: "[21]",
        ..ROW
    },
    Row {
        name: "worker-lost",
        title: "a worker that is nowhere is told to the page once, and nobody reloads for it",
        guard: r#"await guard.worker("/w.js").catch((e) => heard.push(e.message.includes("404"))); ran.push(performance.getEntriesByType("navigation")[0].type);"#,
        check: "[ran, heard]",
        want: r#"[["navigate"],[true]]"#,
        asked: &[("page", "/w.js", 2, 2), ("backup", "/w.js", 1, 1)],
        ..ROW
    },
    Row {
        name: "worker-trusted",
        title: "Trusted Types: a worker starts with the backup's script where `worker-src` allows it",
        csp: TRUSTED,
        guard: r#"const worker = await guard.worker("/w.js"); worker.onmessage = (e) => ran.push(e.data); worker.postMessage(20);"#,
        backup: &[("/w.js", Js("onmessage = (e) => postMessage(e.data + 1)"))],
        want: "[21]",
        ..ROW
    },
    Row {
        name: "worker-forbidden",
        title: "where `worker-src` forbids it the page hears once why there is no worker",
        csp: OWN_ONLY,
        config: r#"{"options": {"service": "retry", "retry": {"limit": 2}}}"#,
        guard: r#"await guard.worker("/w.js").catch((e) => heard.push(String(e.message).includes("blob:") || e.name)); ran.push("over");"#,
        backup: &[("/w.js", Js("onmessage = (e) => postMessage(e.data + 1)"))],
        check: "[ran, heard.length]",
        want: r#"[["over"],1]"#,
        ..ROW
    },
];
