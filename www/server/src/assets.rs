//! Files of the live build, with the cache headers of a CDN, and the faults that break them.

use std::path::Path;
use std::time::Duration;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::faults::Fault;
use crate::markup;
use crate::request_log::Origin;
use crate::state::Shared;

/// How late everything is with `slow-but-fine`: later than most watchdogs' patience, well within a borrower's.
const SLOW: Duration = Duration::from_millis(1500);

/// Paths that a CDN serves; everything else is the application's.
pub(crate) fn is_asset(path: &str) -> bool {
    ["/assets/", "/static/", "/pagemend/"].iter().any(|folder| path.starts_with(folder))
}

pub(crate) async fn serve(shared: &Shared, origin: Origin, path: &str) -> Response {
    if is_asset(path) && shared.has(Fault::SlowButFine) {
        tokio::time::sleep(SLOW).await;
    }
    match broken_by(shared, origin, path).await {
        Some(Broken::Missing) => missing(),
        Some(Broken::Html) => html_instead(),
        None => file(shared, path).await,
    }
}

/// 404 that no cache may keep: a cached 404 would outlive the fault.
pub(crate) fn missing() -> Response {
    (
        StatusCode::NOT_FOUND,
        [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        "not found\n",
    )
        .into_response()
}

enum Broken {
    Missing,
    Html,
}

async fn broken_by(shared: &Shared, origin: Origin, path: &str) -> Option<Broken> {
    let primary = origin == Origin::Page;
    if path.ends_with(".css") && primary && shared.has(Fault::StylePrimaryDown) {
        return Some(Broken::Missing);
    }
    let engine = path.starts_with("/pagemend/") && !path.ends_with(".json");
    if engine && primary && shared.has(Fault::EnginePrimaryDown) {
        return Some(Broken::Missing);
    }
    if path == "/pagemend/plain.js" && shared.has(Fault::WasmBlockedAndDead) {
        return Some(Broken::Missing);
    }
    let dead = shared.any(|fault| fault.kills_entry_scripts(origin));
    let as_html = primary && shared.has(Fault::EntryScriptHtml);
    if (dead || as_html) && is_entry_script(shared.dist(), path).await {
        return Some(if dead { Broken::Missing } else { Broken::Html });
    }
    None
}

async fn is_entry_script(dist: &Path, path: &str) -> bool {
    let html = tokio::fs::read_to_string(dist.join("index.html")).await.unwrap_or_default();
    markup::script_sources(&html).iter().any(|script| script == path)
}

/// What a CDN does that answers whatever it does not find with the home page.
fn html_instead() -> Response {
    (
        [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/html; charset=utf-8")],
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><title>系统维护中</title></head><body><h1>系统维护中</h1></body></html>\n",
    )
        .into_response()
}

async fn file(shared: &Shared, path: &str) -> Response {
    let Some(relative) = safe(path) else {
        return missing();
    };
    match tokio::fs::read(shared.dist().join(relative)).await {
        Ok(bytes) => {
            ([(header::CACHE_CONTROL, cache_control(shared, path)), (header::CONTENT_TYPE, content_type(path))], bytes)
                .into_response()
        }
        Err(_) => missing(),
    }
}

/// The path below the build's folder; `None` for anything that could leave it.
pub(crate) fn safe(path: &str) -> Option<&str> {
    let relative = path.strip_prefix('/')?;
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.');
    let fine = relative.split('/').all(plain) && !relative.contains(['\\', '%', ':', '\0']);
    fine.then_some(relative)
}

fn cache_control(shared: &Shared, path: &str) -> &'static str {
    if shared.beside_docs {
        // The fault lab breaks the site again and again in one tab: what a browser had kept would hide the next fault.
        "no-store"
    } else if path.starts_with("/assets/") {
        "public, max-age=31536000, immutable"
    } else if path == "/pagemend/build.json" {
        // The freshness check reads it: a kept copy would always say "fresh".
        "no-store"
    } else {
        "no-cache"
    }
}

pub(crate) fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" | "webmanifest" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_inside_the_build_are_safe() {
        for path in ["/assets/index-Ab_1.js", "/sw.js", "/pagemend/pagemend_bg.wasm"] {
            assert!(safe(path).is_some(), "{path}");
        }
        for path in
            ["/../Cargo.toml", "/assets/../../x.js", "/assets//x.js", "/%2e%2e/x.js", "/.git/x", "x.js", "/a\\..\\x.js"]
        {
            assert!(safe(path).is_none(), "{path}");
        }
    }
}
