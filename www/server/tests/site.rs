//! The site as it is served: HTML, security policy, assets, deployments, and the faults that break them.

mod common;

use std::time::{Duration, Instant};

use common::{header, start};
use pagemend_server::Fault;
use reqwest::Method;

#[tokio::test]
async fn every_document_has_a_fresh_nonce_and_the_policy_names_it_and_the_backup() {
    let site = start().await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let response = site.get("/apply").await;
        let csp = header(&response, "content-security-policy").to_owned();
        assert_eq!(header(&response, "cache-control"), "no-store");
        let html = response.text().await.unwrap();
        let nonce = html.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(
            csp.contains(&format!("script-src 'self' 'nonce-{nonce}' {} 'wasm-unsafe-eval';", site.server.backup)),
            "{csp}"
        );
        assert!(html.contains(&format!("\"fallback\":[\"{}\"]", site.server.backup)), "{html}");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
    assert!(nonces[0].len() >= 22, "128 bits");
}

#[tokio::test]
async fn without_the_guard_the_boot_script_is_gone_and_nothing_else() {
    let site = start().await;
    site.lab.set_guard(false);
    let html = site.get("/").await.text().await.unwrap();
    assert!(html.starts_with("<!doctype html><html><head><script src=\"/static/env.js\">"), "{html}");
    site.lab.set_guard(true);
    assert!(site.get("/").await.text().await.unwrap().contains("boot()</script>"));
}

#[tokio::test]
async fn only_routes_of_the_application_get_the_index() {
    let site = start().await;
    for (path, status, content_type) in [
        ("/", 200, "text/html"),
        ("/repay?lang=en", 200, "text/html"),
        ("/contract.html", 200, "text/html"),
        ("/missing.html", 404, "text/plain"),
        ("/favicon.ico", 404, "text/plain"),
        ("/assets/gone", 404, "text/plain"),
        ("/assets/../index.html", 200, "text/html"),
        ("/assets/%2e%2e/%2e%2e/x.js", 404, "text/plain"),
        ("/sw.js", 200, "text/javascript"),
        ("/pagemend/pagemend_bg.wasm", 200, "application/wasm"),
        ("/api/nothing", 404, "application/json"),
    ] {
        let response = site.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        assert!(header(&response, "content-type").starts_with(content_type), "{path}");
    }
    assert_eq!(site.request(Method::POST, "/apply").send().await.unwrap().status(), 405);
    assert_eq!(site.backup("/").await.status(), 404);
    assert_eq!(site.backup("/sw.js").await.status(), 404);
}

#[tokio::test]
async fn hashed_assets_are_kept_for_ever_and_failures_never() {
    let site = start().await;
    for (path, cache) in [
        ("/assets/index-1.js", "public, max-age=31536000, immutable"),
        ("/assets/index-9.js", "no-store"),
        ("/static/env.js", "no-cache"),
        ("/pagemend/build.json", "no-store"),
    ] {
        assert_eq!(header(&site.get(path).await, "cache-control"), cache, "{path}");
        assert_eq!(header(&site.backup(path).await, "cache-control"), cache, "{path}");
    }
    let response = site.backup("/assets/index-1.js").await;
    assert_eq!(header(&response, "access-control-allow-origin"), "*");
    assert_eq!(header(&response, "timing-allow-origin"), "*");
}

#[tokio::test]
async fn a_deployment_takes_the_old_builds_files_away() {
    let site = start().await;
    assert_eq!(site.statuses("/assets/lazy-1.js").await, (200, 200));
    site.lab.deploy("b").unwrap();
    assert_eq!(site.statuses("/assets/lazy-1.js").await, (404, 404));
    assert_eq!(site.statuses("/assets/lazy-2.js").await, (200, 200));
    assert!(site.get("/").await.text().await.unwrap().contains("index-2.js"));
    assert!(site.get("/pagemend/build.json").await.text().await.unwrap().contains("1.2.0"));
    assert!(site.lab.deploy("c").is_err());
}

#[tokio::test]
async fn a_fault_breaks_its_own_files_only() {
    const FILES: [&str; 8] = [
        "/static/env.js",
        "/static/sdk.js",
        "/assets/index-1.js",
        "/assets/lazy-1.js",
        "/assets/index-1.css",
        "/pagemend/engine.js",
        "/pagemend/pagemend_bg.wasm",
        "/pagemend/plain.js",
    ];
    const ENTRIES: &[&str] = &["/static/env.js", "/static/sdk.js", "/assets/index-1.js"];
    const DEAD_WITHOUT_WASM: &[&str] =
        &["/static/env.js", "/static/sdk.js", "/assets/index-1.js", "/pagemend/plain.js"];
    let site = start().await;
    for (fault, primary_dead, backup_dead) in [
        (Fault::Healthy, &[][..], &[][..]),
        (Fault::EntryScriptPrimaryDown, ENTRIES, &[]),
        (Fault::EntryScriptDead, ENTRIES, ENTRIES),
        (Fault::StylePrimaryDown, &["/assets/index-1.css"], &[]),
        (Fault::EnginePrimaryDown, &["/pagemend/engine.js", "/pagemend/pagemend_bg.wasm", "/pagemend/plain.js"], &[]),
        (Fault::WasmForbidden, &[], &[]),
        (Fault::WasmBlocked, ENTRIES, &[]),
        (Fault::WasmBlockedAndDead, DEAD_WITHOUT_WASM, DEAD_WITHOUT_WASM),
        (Fault::TelemetryDown, &[], &[]),
    ] {
        site.lab.set_fault(fault);
        for file in FILES {
            let status = |dead: &[&str]| if dead.contains(&file) { 404 } else { 200 };
            let expected = (status(primary_dead), status(backup_dead));
            assert_eq!(site.statuses(file).await, expected, "{fault} {file}");
        }
        let csp = header(&site.get("/").await, "content-security-policy").to_owned();
        let blocked = matches!(fault, Fault::WasmForbidden | Fault::WasmBlocked | Fault::WasmBlockedAndDead);
        assert_eq!(!csp.contains("wasm-unsafe-eval"), blocked, "{fault}");
    }
    site.lab.heal();
    assert_eq!(site.statuses("/static/env.js").await, (200, 200));
}

#[tokio::test]
async fn faults_can_be_on_together() {
    let site = start().await;
    site.lab.set_fault(Fault::EnginePrimaryDown);
    site.lab.add_fault(Fault::StylePrimaryDown);
    assert_eq!(site.statuses("/pagemend/engine.js").await, (404, 200));
    assert_eq!(site.statuses("/assets/index-1.css").await, (404, 200));
    site.lab.set_fault(Fault::Healthy);
    assert_eq!(site.statuses("/pagemend/engine.js").await, (200, 200));
}

#[tokio::test]
async fn an_entry_script_can_be_html_on_the_primary() {
    let site = start().await;
    site.lab.set_fault(Fault::EntryScriptHtml);
    let response = site.get("/static/env.js").await;
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, "text/html; charset=utf-8"));
    assert!(response.text().await.unwrap().starts_with('<'));
    assert_eq!(site.backup("/static/env.js").await.text().await.unwrap(), "env()");
    assert_eq!(site.get("/assets/lazy-1.js").await.text().await.unwrap(), "lazy()");
}

#[tokio::test]
async fn slow_but_fine_is_late_on_both_origins_and_spares_the_document() {
    let site = start().await;
    site.lab.set_fault(Fault::SlowButFine);
    let started = Instant::now();
    assert_eq!(site.get("/").await.status(), 200);
    assert!(started.elapsed() < Duration::from_secs(1));
    let started = Instant::now();
    assert_eq!(site.statuses("/static/env.js").await, (200, 200));
    assert!(started.elapsed() >= Duration::from_secs(3));
}

#[tokio::test]
async fn the_application_is_told_to_throw_once_or_always() {
    const MARK: &str = "boot()</script><meta name=\"lab-fault\" content=\"render-throws\">";
    let site = start().await;
    for (fault, expected) in [
        (Fault::Healthy, [false, false]),
        (Fault::RenderThrows, [true, false]),
        (Fault::RenderThrowsAgain, [true, true]),
    ] {
        site.lab.set_fault(fault);
        let glance = site.request(Method::GET, "/").header("sec-fetch-dest", "empty");
        glance.send().await.unwrap();
        for marked in expected {
            assert_eq!(site.get("/").await.text().await.unwrap().contains(MARK), marked, "{fault}");
        }
    }
}
