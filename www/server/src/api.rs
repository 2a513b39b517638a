//! The lender's small API, with the faults that belong to it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::clock;
use crate::faults::Fault;
use crate::state::{Booking, RETRY_AFTER, Repayment, Shared, SmsSend};

type App = State<Arc<Shared>>;

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/home", get(home))
        .route("/api/repay/plan", get(plan))
        .route("/api/repay", post(repay))
        .route("/api/sms/send", post(sms_send))
        .route("/api/sms/voice", post(sms_voice))
        .route("/api/loan/submit", post(submit))
        .route("/api/loan/submit/{key}", get(submit_status))
        .route("/api/link/renew", get(renew))
}

pub(crate) fn unknown() -> Response {
    answer(StatusCode::NOT_FOUND, json!({"code": "NOT_FOUND", "message": "没有这个接口"}))
}

/// Every answer of the API is of the moment.
fn answer(status: StatusCode, body: Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

async fn home(State(shared): App, Query(query): Query<HashMap<String, String>>) -> Response {
    if query.get("ticket").is_some_and(|ticket| ticket == "expired") {
        return answer(StatusCode::GONE, json!({"code": "LINK_EXPIRED", "message": "链接已过期"}));
    }
    if overloaded(&shared) {
        let mut response =
            answer(StatusCode::SERVICE_UNAVAILABLE, json!({"code": "BUSY", "message": "系统繁忙，请稍后再试"}));
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER.as_secs().into());
        return response;
    }
    // The sender lives in `shared`: an error cannot happen while this request is served.
    let mut changed = shared.faults_changed.subscribe();
    while shared.has(Fault::ApiHangs) && changed.changed().await.is_ok() {}

    let due = clock::now_ms() + 12 * clock::DAY_MS;
    answer(
        StatusCode::OK,
        json!({
            "creditLine": 50000,
            "available": 36000,
            "nextDue": {"date": clock::date(due), "amount": 1268.5},
            // In both languages: only the page knows which one it is in.
            "notices": [
                {"zh": "请勿向任何人透露短信验证码", "en": "Never tell anybody your SMS code"},
                {"zh": "还款日前一天我们会短信提醒您", "en": "We remind you by SMS the day before a payment is due"},
            ],
        }),
    )
}

/// `api-503` refuses the first try, and counts those that come before `Retry-After` is over.
fn overloaded(shared: &Shared) -> bool {
    let mut inner = shared.lock();
    if !inner.faults.contains(&Fault::Api503) {
        return false;
    }
    match inner.home_refused_at {
        None => {
            inner.home_refused_at = Some(Instant::now());
            true
        }
        Some(at) => {
            inner.early_home_tries += u32::from(at.elapsed() < RETRY_AFTER);
            false
        }
    }
}

async fn plan() -> Response {
    let now = clock::now_ms();
    let periods: Vec<_> = (0..6u64)
        .map(|index| {
            json!({
                "period": index + 1,
                "date": clock::date(now + (12 + 30 * index) * clock::DAY_MS),
                "principal": 1166.67,
                "interest": 101.83,
                "amount": 1268.5,
                "status": if index == 0 { "due" } else { "planned" },
            })
        })
        .collect();
    answer(StatusCode::OK, json!({"total": 7611, "periods": periods}))
}

async fn repay(State(shared): App, headers: HeaderMap) -> Response {
    let key = idempotency_key(&headers);
    let ms = shared.elapsed_ms();
    let mut inner = shared.lock();
    let known = inner.repayments.iter_mut().find(|one| key.is_some() && one.key == key);
    let id = if let Some(one) = known {
        one.posts += 1;
        one.id.clone()
    } else {
        let id = format!("R{:06}", inner.repayments.len() + 1);
        inner.repayments.push(Repayment { id: id.clone(), key, posts: 1, ms });
        id
    };
    answer(StatusCode::OK, json!({"repaymentId": id, "status": "accepted"}))
}

async fn sms_send(State(shared): App, headers: HeaderMap) -> Response {
    let ok = !shared.has(Fault::SmsCodeFails);
    note_sms(&shared, "sms", ok, &headers);
    if ok {
        answer(StatusCode::OK, json!({"sent": true, "channel": "sms"}))
    } else {
        answer(StatusCode::GATEWAY_TIMEOUT, json!({"code": "SMS_GATEWAY_TIMEOUT", "message": "短信网关超时"}))
    }
}

async fn sms_voice(State(shared): App, headers: HeaderMap) -> Response {
    note_sms(&shared, "voice", true, &headers);
    answer(StatusCode::OK, json!({"sent": true, "channel": "voice"}))
}

fn note_sms(shared: &Shared, channel: &'static str, ok: bool, headers: &HeaderMap) {
    let ms = shared.elapsed_ms();
    shared.lock().sms_sends.push(SmsSend { ms, channel, ok, key: idempotency_key(headers) });
}

async fn submit(State(shared): App, headers: HeaderMap, body: String) -> Response {
    let Ok(form) = serde_json::from_str::<Value>(&body) else {
        return answer(StatusCode::BAD_REQUEST, json!({"code": "BAD_REQUEST", "message": "the body is not JSON"}));
    };
    if shared.has(Fault::Refused) {
        return answer(StatusCode::FORBIDDEN, json!({"code": "RISK_REJECTED", "message": "综合评估未通过"}));
    }
    let (id, lost) = book(&shared, idempotency_key(&headers), form);
    if lost {
        return answer(StatusCode::SERVICE_UNAVAILABLE, json!({"code": "BUSY", "message": "系统繁忙，请稍后再试"}));
    }
    answer(StatusCode::OK, json!({"bookingId": id}))
}

/// Books, unless this key is booked already. Also says whether the answer is to be lost.
fn book(shared: &Shared, key: Option<String>, form: Value) -> (String, bool) {
    let ms = shared.elapsed_ms();
    let mut inner = shared.lock();
    let known = inner.bookings.iter_mut().find(|one| key.is_some() && one.key == key);
    if let Some(one) = known {
        one.posts += 1;
        return (one.id.clone(), false);
    }
    let id = format!("B{:06}", inner.bookings.len() + 1);
    inner.bookings.push(Booking { id: id.clone(), key, posts: 1, ms, form });
    let lost = inner.faults.contains(&Fault::Submit503) && !inner.answer_lost;
    inner.answer_lost |= lost;
    (id, lost)
}

async fn submit_status(State(shared): App, Path(key): Path<String>) -> Response {
    let inner = shared.lock();
    let booked = inner.bookings.iter().find(|one| one.key.as_deref() == Some(key.as_str()));
    let body = match booked {
        Some(one) => json!({"status": "booked", "bookingId": one.id}),
        None => json!({"status": "unknown"}),
    };
    answer(StatusCode::OK, body)
}

/// The new link for an old one: the same path and query with a fresh ticket.
async fn renew(State(shared): App, Query(query): Query<HashMap<String, String>>) -> Response {
    let href = query.get("href").map(String::as_str).unwrap_or_default();
    if !href.starts_with('/') || href.starts_with("//") {
        return answer(
            StatusCode::BAD_REQUEST,
            json!({"code": "BAD_REQUEST", "message": "href must be a path of this site, such as /?ticket=expired"}),
        );
    }
    match renewed(href) {
        Some(url) if !shared.has(Fault::LinkExpiredNoNew) => answer(StatusCode::OK, json!({"url": url})),
        _ => answer(StatusCode::NOT_FOUND, json!({"code": "NO_NEW_LINK", "message": "没有新的链接"})),
    }
}

fn renewed(href: &str) -> Option<String> {
    let (path, query) = href.split_once('?')?;
    let mut found = false;
    let fresh: Vec<_> = query
        .split('&')
        .map(|pair| {
            let expired = pair == "ticket=expired";
            found |= expired;
            if expired { "ticket=fresh" } else { pair }
        })
        .collect();
    found.then(|| format!("{path}?{}", fresh.join("&")))
}

fn idempotency_key(headers: &HeaderMap) -> Option<String> {
    Some(headers.get("idempotency-key")?.to_str().ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_expired_ticket_is_renewed_and_the_rest_of_the_link_stays() {
        for (href, url) in [
            ("/?ticket=expired", Some("/?ticket=fresh")),
            ("/repay?a=1&ticket=expired&lang=en", Some("/repay?a=1&ticket=fresh&lang=en")),
            ("/?ticket=fresh", None),
            ("/apply", None),
        ] {
            assert_eq!(renewed(href).as_deref(), url, "{href}");
        }
    }
}
