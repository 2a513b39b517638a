//! `/lab/*`: the fault panel's way to switch faults, and to read what the server saw. `beside` does the same to two sites at once.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use crate::faults::Fault;
use crate::stage;
use crate::state::{Build, Shared};

pub(crate) type App = State<Arc<Shared>>;

/// Longer than anybody waits at a panel; it also keeps a typing error from ending the demo.
const MAX_OFFLINE_MS: u64 = 120_000;

/// The answer to the wish must get out before the connection dies.
const OFFLINE_DELAY: Duration = Duration::from_millis(100);

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/state", get(async |State(shared): App| fresh(shared.snapshot())))
        .route("/incidents", get(async |State(shared): App| fresh(shared.lock().incidents.all())))
        .route("/faults", get(faults))
        .route("/blank", get(blank))
        .merge(stage::routes())
        .route("/fault", post(set_fault))
        .route("/heal", post(heal))
        .route("/deploy", post(deploy))
        .route("/guard", post(guard))
        .route("/offline", post(offline))
        .route("/reset", post(reset))
        .fallback(unknown)
}

pub(crate) fn fresh(body: impl serde::Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// The answer to every change: how things stand now.
fn standing(shared: &Shared) -> Response {
    let state = shared.snapshot();
    fresh(json!({
        "ok": true, "fault": state.fault, "faults": state.faults, "build": state.build,
        "guard": state.guard, "offline": state.offline,
    }))
}

async fn faults() -> Response {
    fresh(all_faults())
}

pub(crate) fn all_faults() -> Vec<Value> {
    Fault::all().iter().map(|fault| json!({"name": fault.name(), "zh": fault.zh(), "en": fault.en()})).collect()
}

/// A document of this origin without guard and scripts: storage can be prepared here before the site runs.
async fn blank() -> Response {
    let html = "<!doctype html><html><head><meta charset=\"utf-8\"><title>blank</title></head><body></body></html>\n";
    ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

async fn set_fault(State(shared): App, body: String) -> Response {
    let names = || Fault::all().iter().map(|fault| Value::from(fault.name())).chain([Value::Null]).collect();
    let chosen = object(&body).and_then(|fields| {
        let fault = match fields.get("fault") {
            Some(Value::Null) => None,
            Some(Value::String(name)) if name.parse::<Fault>().is_ok() => name.parse().ok(),
            given => return Err(BadInput::new("fault", given, names())),
        };
        let add = match fields.get("add") {
            None => false,
            Some(Value::Bool(add)) => *add,
            given => return Err(BadInput::new("add", given, json!([true, false]))),
        };
        Ok((fault, add))
    });
    apply(chosen, &shared, |(fault, add)| shared.set_faults(fault, add))
}

pub(crate) async fn heal(State(shared): App) -> Response {
    shared.set_faults(None, false);
    shared.set_offline(false);
    standing(&shared)
}

pub(crate) async fn reset(State(shared): App) -> Response {
    shared.reset();
    standing(&shared)
}

pub(crate) async fn deploy(State(shared): App, body: String) -> Response {
    let chosen = object(&body).and_then(|fields| {
        let given = fields.get("build");
        given
            .and_then(Value::as_str)
            .and_then(|name| name.parse::<Build>().ok())
            .ok_or_else(|| BadInput::new("build", given, json!(["a", "b"])))
    });
    apply(chosen, &shared, |build| shared.lock().build = build)
}

async fn guard(State(shared): App, body: String) -> Response {
    let chosen = object(&body).and_then(|fields| {
        let given = fields.get("on");
        given.and_then(Value::as_bool).ok_or_else(|| BadInput::new("on", given, json!([true, false])))
    });
    apply(chosen, &shared, |on| shared.lock().guard_off = !on)
}

pub(crate) async fn offline(State(shared): App, body: String) -> Response {
    let chosen = object(&body).and_then(|fields| {
        let given = fields.get("ms");
        given
            .and_then(Value::as_u64)
            .filter(|ms| (1..=MAX_OFFLINE_MS).contains(ms))
            .ok_or_else(|| BadInput::new("ms", given, json!(format!("a whole number from 1 to {MAX_OFFLINE_MS}"))))
    });
    apply(chosen, &shared, |ms| {
        let shared = shared.clone();
        tokio::spawn(async move {
            tokio::time::sleep(OFFLINE_DELAY).await;
            let wish = shared.set_offline(true);
            tokio::time::sleep(Duration::from_millis(ms)).await;
            shared.end_offline(wish);
        });
    })
}

async fn unknown() -> Response {
    let known = "GET state, incidents, faults, blank, stage; POST fault, heal, deploy, guard, offline, reset";
    (StatusCode::NOT_FOUND, Json(json!({"error": "unknown control", "allowed": known}))).into_response()
}

fn apply<T>(chosen: Result<T, BadInput>, shared: &Shared, act: impl FnOnce(T)) -> Response {
    match chosen {
        Ok(value) => {
            act(value);
            standing(shared)
        }
        Err(bad) => bad.into_response(),
    }
}

fn object(body: &str) -> Result<Map<String, Value>, BadInput> {
    match serde_json::from_str(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(BadInput::new("body", Some(&Value::from(body)), json!("a JSON object"))),
    }
}

/// 400 that names the key, what was given, and what is allowed.
struct BadInput(Box<Value>);

impl BadInput {
    #[expect(clippy::needless_pass_by_value, reason = "`json!` takes a reference, and callers make the value for it")]
    fn new(key: &'static str, given: Option<&Value>, allowed: Value) -> Self {
        let given = given.cloned().unwrap_or(Value::from("(missing)"));
        let error = format!("{key}: {given} was given; allowed: {allowed}");
        Self(Box::new(json!({"error": error, "key": key, "given": given, "allowed": allowed})))
    }
}

impl IntoResponse for BadInput {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], Json(self.0)).into_response()
    }
}
