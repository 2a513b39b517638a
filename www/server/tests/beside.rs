//! The docs origin: its files, and the site twice, broken and healed in step.

mod common;

use common::{Fixture, header, start, start_with_docs};
use reqwest::Method;
use serde_json::{Value, json};

async fn get(url: &str) -> reqwest::Response {
    reqwest::get(url).await.unwrap()
}

async fn post(site: &Fixture, path: &str, body: Value) -> reqwest::Response {
    let url = format!("{}{path}", site.server.docs.as_ref().unwrap());
    reqwest::Client::new().request(Method::POST, url).json(&body).send().await.unwrap()
}

async fn standing(site: &Fixture) -> Value {
    get(&format!("{}/lab/beside", site.server.docs.as_ref().unwrap())).await.json().await.unwrap()
}

async fn state(page: &Value) -> Value {
    get(&format!("{}/lab/state", page.as_str().unwrap())).await.json().await.unwrap()
}

#[tokio::test]
async fn without_a_documentation_there_is_no_origin_for_it() {
    assert_eq!(start().await.server.docs, None);
}

#[tokio::test]
async fn pages_are_found_without_their_ending_and_what_is_missing_is_404() {
    let site = start_with_docs().await;
    let docs = site.server.docs.clone().unwrap();
    for (path, status, title) in [
        ("/", 200, "index"),
        ("/fault-lab", 200, "fault-lab"),
        ("/fault-lab.html", 200, "fault-lab"),
        ("/zh/", 200, "zh/index"),
        ("/nothing", 404, "404"),
        ("/../a/index.html", 404, "404"),
    ] {
        let response = get(&format!("{docs}{path}")).await;
        assert_eq!(response.status(), status, "{path}");
        assert!(header(&response, "content-type").starts_with("text/html"), "{path}");
        assert_eq!(response.text().await.unwrap(), format!("<title>{title}</title>"), "{path}");
    }
}

#[tokio::test]
async fn one_site_has_the_guard_and_the_other_does_not() {
    let site = start_with_docs().await;
    let told = standing(&site).await;
    assert_eq!(told["guarded"], site.server.page);
    assert_ne!(told["guarded"], told["bare"]);
    let html = async |page: &Value| get(page.as_str().unwrap()).await.text().await.unwrap();
    assert!(html(&told["guarded"]).await.contains("boot()</script>"));
    assert!(!html(&told["bare"]).await.contains("boot()</script>"));
    assert_eq!(told["faults"].as_array().unwrap().len(), pagemend_server::Fault::all().len());
}

#[tokio::test]
async fn both_sites_are_deployed_and_healed_together_and_broken_each_by_itself() {
    let site = start_with_docs().await;
    let told = standing(&site).await;
    for page in ["guarded", "bare"] {
        let url = format!("{}/lab/fault", told[page].as_str().unwrap());
        let fault = json!({"fault": "api-503"});
        assert!(reqwest::Client::new().post(url).json(&fault).send().await.unwrap().status().is_success());
    }
    // The first question of each is refused, whoever asks first.
    for page in ["guarded", "bare"] {
        assert_eq!(get(&format!("{}/api/home", told[page].as_str().unwrap())).await.status(), 503, "{page}");
    }
    assert!(post(&site, "/lab/beside/deploy", json!({"build": "b"})).await.status().is_success());
    for page in ["guarded", "bare"] {
        assert_eq!(state(&told[page]).await["build"], "b", "{page}");
    }
    assert!(post(&site, "/lab/beside/heal", json!({})).await.status().is_success());
    for page in ["guarded", "bare"] {
        assert_eq!(state(&told[page]).await["fault"], Value::Null, "{page}");
    }
    let refused = post(&site, "/lab/beside/deploy", json!({"build": "c"})).await;
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().contains("build"));
}

#[tokio::test]
async fn no_browser_keeps_what_the_next_fault_takes_away() {
    let site = start_with_docs().await;
    for page in [&standing(&site).await["guarded"], &standing(&site).await["bare"]] {
        for file in ["/assets/index-1.js", "/assets/index-1.css", "/static/env.js"] {
            let response = get(&format!("{}{file}", page.as_str().unwrap())).await;
            assert_eq!((response.status().as_u16(), header(&response, "cache-control")), (200, "no-store"), "{file}");
        }
    }
}

#[tokio::test]
async fn a_frame_is_made_ready_by_a_page_of_the_sites_own_origin() {
    let site = start_with_docs().await;
    let page = site.get("/lab/stage?fault=refused").await;
    assert_eq!(header(&page, "cache-control"), "no-store");
    assert!(page.text().await.unwrap().contains("src=\"/lab/stage.js\""));
    assert!(header(&site.get("/lab/stage.js").await, "content-type").starts_with("text/javascript"));
}
