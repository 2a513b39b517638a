//! The lender's API and its faults, the control routes, and the network that goes away.

mod common;

use std::time::Duration;

use common::{header, start};
use pagemend_server::{Fault, Origin};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn api_503_refuses_once_and_counts_early_tries() {
    let site = start().await;
    site.lab.set_fault(Fault::Api503);
    let refused = site.get("/api/home").await;
    assert_eq!((refused.status().as_u16(), header(&refused, "retry-after")), (503, "2"));
    assert_eq!(site.get("/api/home").await.status(), 200);
    assert_eq!(site.lab.snapshot().early_home_tries, 1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(site.get("/api/home").await.status(), 200);
    assert_eq!(site.lab.snapshot().early_home_tries, 1, "a try after Retry-After is not early");
}

#[tokio::test]
async fn a_notice_is_there_in_both_languages() {
    let site = start().await;
    let home: Value = site.get("/api/home").await.json().await.unwrap();
    let notices = home["notices"].as_array().unwrap();
    assert!(!notices.is_empty());
    for notice in notices {
        let [zh, en] = ["zh", "en"].map(|language| notice[language].as_str().unwrap_or_default());
        assert!(!zh.is_empty() && !zh.is_ascii(), "{notice}");
        assert!(!en.is_empty() && en.is_ascii(), "{notice}");
    }
}

#[tokio::test]
async fn a_hanging_call_is_answered_after_heal() {
    let site = start().await;
    site.lab.set_fault(Fault::ApiHangs);
    let call = site.request(Method::GET, "/api/home");
    let answer = tokio::spawn(call.send());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!answer.is_finished());
    assert_eq!(site.lab.snapshot().requests.last().unwrap().status, None);
    site.lab.heal();
    assert_eq!(answer.await.unwrap().unwrap().status(), 200);
    assert_eq!(site.lab.snapshot().requests.last().unwrap().status, Some(200));
}

#[tokio::test]
async fn a_lost_answer_and_its_repetition_book_once() {
    let site = start().await;
    site.lab.set_fault(Fault::Submit503);
    let post = async |key: &str| {
        let request = site.request(Method::POST, "/api/loan/submit").json(&json!({"amount": 8000}));
        request.header("Idempotency-Key", key).send().await.unwrap()
    };
    assert_eq!(post("k1").await.status(), 503);
    let again = post("k1").await;
    assert_eq!(again.status(), 200);
    let id = again.json::<Value>().await.unwrap()["bookingId"].clone();
    let bookings = site.lab.snapshot().bookings;
    assert_eq!((bookings.len(), bookings[0].posts), (1, 2));
    assert_eq!(bookings[0].form["amount"], 8000);

    let status: Value = site.get("/api/loan/submit/k1").await.json().await.unwrap();
    assert_eq!(status, json!({"status": "booked", "bookingId": id}));
    let status: Value = site.get("/api/loan/submit/other").await.json().await.unwrap();
    assert_eq!(status, json!({"status": "unknown"}));

    assert_eq!(post("k2").await.status(), 200, "one answer is lost, not every first one");
    assert_eq!(site.lab.snapshot().bookings.len(), 2, "another key is another application");
    let keys: Vec<_> = site.lab.snapshot().requests.iter().filter_map(|r| r.idempotency_key.clone()).collect();
    assert_eq!(keys, ["k1", "k1", "k2"]);
}

#[tokio::test]
async fn without_a_key_every_post_books() {
    let site = start().await;
    for _ in 0..2 {
        site.post("/api/loan/submit", json!({})).await;
    }
    assert_eq!(site.lab.snapshot().bookings.len(), 2);
    let broken = site.request(Method::POST, "/api/loan/submit").body("{").send().await.unwrap();
    assert_eq!(broken.status(), 400);
}

#[tokio::test]
async fn a_repayment_with_the_same_key_is_taken_once() {
    let site = start().await;
    for _ in 0..2 {
        let request = site.request(Method::POST, "/api/repay").header("Idempotency-Key", "r1");
        assert_eq!(request.send().await.unwrap().status(), 200);
    }
    assert_eq!(site.lab.snapshot().repayments.len(), 1);
}

#[tokio::test]
async fn risk_control_refuses_with_a_business_code() {
    let site = start().await;
    site.lab.set_fault(Fault::Refused);
    let refused = site.post("/api/loan/submit", json!({})).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "RISK_REJECTED");
    assert!(site.lab.snapshot().bookings.is_empty());
}

#[tokio::test]
async fn a_code_that_does_not_come_can_be_had_by_voice() {
    let site = start().await;
    site.lab.set_fault(Fault::SmsCodeFails);
    assert_eq!(site.post("/api/sms/send", json!({})).await.status(), 504);
    assert_eq!(site.post("/api/sms/voice", json!({})).await.status(), 200);
    let sends: Vec<_> = site.lab.snapshot().sms_sends.iter().map(|send| (send.channel, send.ok)).collect();
    assert_eq!(sends, [("sms", false), ("voice", true)]);
}

#[tokio::test]
async fn an_expired_link_has_a_successor_unless_the_fault_takes_it() {
    const RENEW: &str = "/api/link/renew?href=%2F%3Fticket%3Dexpired";
    let site = start().await;
    let gone = site.get("/api/home?ticket=expired").await;
    assert_eq!(gone.status(), 410);
    assert_eq!(gone.json::<Value>().await.unwrap()["code"], "LINK_EXPIRED");
    site.lab.set_fault(Fault::LinkExpired);
    assert_eq!(site.get(RENEW).await.json::<Value>().await.unwrap(), json!({"url": "/?ticket=fresh"}));
    assert_eq!(site.get("/api/home?ticket=fresh").await.status(), 200);
    site.lab.set_fault(Fault::LinkExpiredNoNew);
    assert_eq!(site.get(RENEW).await.status(), 404);
    assert_eq!(site.get("/api/link/renew?href=https://evil.example").await.status(), 400);
}

#[tokio::test]
async fn offline_resets_open_connections_and_new_ones_until_it_ends() {
    let site = start().await;
    for origin in [&site.server.page, &site.server.backup] {
        let address = origin.strip_prefix("http://").unwrap();
        site.lab.offline(false);
        let mut open = TcpStream::connect(address).await.unwrap();
        open.write_all(b"GET /static/env.js HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut buffer = [0; 4096];
        assert!(open.read(&mut buffer).await.unwrap() > 0);

        site.lab.offline(true);
        let cut = tokio::time::timeout(Duration::from_secs(2), open.read(&mut buffer)).await.expect("cut at once");
        assert_eq!(cut.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);

        // The kernel accepts before the server resets: the failure shows at the first use.
        let refused = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await?;
            stream.read(&mut [0; 16]).await
        };
        assert!(refused.await.is_err());
    }
    site.lab.offline(false);
    assert_eq!(site.statuses("/static/env.js").await, (200, 200));
}

#[tokio::test]
async fn the_panels_offline_answers_first_and_ends_by_itself() {
    let site = start().await;
    assert_eq!(site.post("/lab/offline", json!({"ms": 500})).await.status(), 200);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(site.request(Method::GET, "/").send().await.is_err());
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(site.get("/").await.status(), 200);
}

#[tokio::test]
async fn the_panel_reads_and_switches_everything() {
    let site = start().await;
    let faults: Value = site.get("/lab/faults").await.json().await.unwrap();
    assert_eq!(faults.as_array().unwrap().len(), Fault::all().len());
    assert!(faults[0]["zh"].is_string() && faults[0]["en"].is_string());

    site.post("/lab/fault", json!({"fault": "style-primary-down"})).await;
    site.post("/lab/fault", json!({"fault": "refused", "add": true})).await;
    site.post("/lab/deploy", json!({"build": "b"})).await;
    site.post("/lab/guard", json!({"on": false})).await;
    let state: Value = site.get("/lab/state").await.json().await.unwrap();
    assert_eq!(state["fault"], "refused");
    assert_eq!(state["faults"], json!(["style-primary-down", "refused"]));
    assert_eq!((&state["build"], &state["guard"]), (&json!("b"), &json!(false)));

    site.post("/lab/heal", json!({})).await;
    assert_eq!(site.lab.snapshot().faults, []);
    assert_eq!(site.get("/lab/state").await.json::<Value>().await.unwrap()["build"], "b");
    let after: Value = site.post("/lab/reset", json!({})).await.json().await.unwrap();
    assert_eq!((&after["build"], &after["guard"]), (&json!("a"), &json!(true)));

    let blank = site.get("/lab/blank").await.text().await.unwrap();
    assert!(!blank.contains("script"));
}

#[tokio::test]
async fn bad_input_is_named_with_what_is_allowed() {
    let site = start().await;
    for (path, body, key, allowed) in [
        ("/lab/fault", json!({"fault": "nope"}), "fault", "wasm-blocked-and-dead"),
        ("/lab/fault", json!({}), "fault", "healthy"),
        ("/lab/fault", json!({"fault": null, "add": 1}), "add", "true"),
        ("/lab/deploy", json!({"build": "c"}), "build", "[\"a\",\"b\"]"),
        ("/lab/guard", json!({"on": "yes"}), "on", "true"),
        ("/lab/offline", json!({"ms": 0}), "ms", "from 1 to"),
        ("/lab/offline", json!({"ms": -5}), "ms", "from 1 to"),
        ("/lab/guard", json!([true]), "body", "a JSON object"),
    ] {
        let response = site.post(path, body.clone()).await;
        assert_eq!(response.status(), 400, "{path} {body}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["key"], key, "{path} {body}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(allowed), "{error}");
    }
    let unknown = site.get("/lab/nothing").await;
    assert_eq!(unknown.status(), 404);
    assert!(unknown.text().await.unwrap().contains("GET state"));
}

#[tokio::test]
async fn the_request_log_tells_origins_and_leaves_the_observer_out() {
    let site = start().await;
    site.get("/lab/state").await;
    site.get("/incidents").await;
    site.get("/repay?x=1").await;
    site.backup("/static/none.js").await;
    let seen: Vec<_> = site.lab.snapshot().requests.into_iter().map(|r| (r.origin, r.path, r.status)).collect();
    assert_eq!(
        seen,
        [(Origin::Page, "/repay?x=1".to_owned(), Some(200)), (Origin::Backup, "/static/none.js".to_owned(), Some(404)),]
    );
}
