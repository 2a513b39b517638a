//! The origin of one visit: its page, and whoever answers there which release is live.
use crate::checker::{Checker, version};
use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use pagemend_lab::site::Files;
use serde_json::{Value, json};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const WORKER: &str = include_str!("../../fresh/worker.js");
const CACHE: &str = "no-store";

/// What is answered to who asks for the live release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    Release(u32),
    /// Two servers behind one name, asked by turns.
    ByTurns(u32, u32),
    /// The application's page, with status 200, as for every path that its server does not know.
    Html,
    /// Status 500, and a body that names this release.
    Failing(u32),
    /// JSON without a version, or with one that is no text: one such body after the other.
    WrongTypes,
    /// Status 404 and a page.
    NotFound,
    /// Status 404 and JSON, as gateways have it.
    NotFoundJson,
    /// Nothing, for as long as it is so; then status 504.
    Silence,
}

impl fmt::Display for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release(number) => f.write_str(&version(*number)),
            Self::ByTurns(one, other) => write!(f, "{} and {} by turns", version(*one), version(*other)),
            Self::Html => f.write_str("HTML"),
            Self::Failing(number) => write!(f, "500 with {}", version(*number)),
            Self::WrongTypes => f.write_str("wrong types"),
            Self::NotFound => f.write_str("404"),
            Self::NotFoundJson => f.write_str("404 in JSON"),
            Self::Silence => f.write_str("no answer"),
        }
    }
}

/// So many bodies there are without a version that is text.
const WRONG_TYPES: usize = 5;

/// Milliseconds since 1970.
fn epoch() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or_default()
}

fn wrong_types(field: &str, times: usize) -> Value {
    match times % WRONG_TYPES {
        0 => Value::Null,
        1 => json!([]),
        2 => json!({}),
        3 => json!({ field: null }),
        _ => json!({ field: {"major": 1, "minor": 2}, "builtAt": "soon" }),
    }
}

/// Dropping it closes the origin.
pub struct Server {
    pub url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    checker: Checker,
    files: Files,
    /// In milliseconds since 1970.
    since: u64,
    now: Mutex<Now>,
    /// Changes with what is answered: whoever waits for an answer gets one.
    changed: watch::Sender<()>,
}

struct Now {
    live: Live,
    /// The release of the page.
    running: u32,
    /// When the live release was asked for since it is answered so, in milliseconds since 1970.
    asked: Vec<u64>,
    /// Bodies of wrong types that were answered in the visit.
    wrong: usize,
}

impl Server {
    pub async fn start(checker: Checker, files: Files, running: u32) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free port")?;
        let url = format!("http://{}", listener.local_addr()?);
        let now = Mutex::new(Now { live: Live::Release(running), running, asked: Vec::new(), wrong: 0 });
        let since = epoch();
        let shared = Arc::new(Shared { checker, files, since, now, changed: watch::Sender::default() });
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.ok();
        });
        Ok(Self { url, shared, task })
    }

    pub fn answer(&self, live: Live) {
        {
            let mut now = self.shared.now();
            now.live = live;
            now.asked.clear();
        }
        self.shared.changed.send_replace(());
    }

    pub fn run(&self, release: u32) {
        self.shared.now().running = release;
    }

    pub fn asked(&self) -> usize {
        self.shared.now().asked.len()
    }

    /// Questions that had arrived by then, in milliseconds since 1970.
    pub fn asked_by(&self, then: u64) -> usize {
        self.shared.now().asked.iter().filter(|at| **at <= then).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn document(&self) -> String {
        self.checker.document(self.now().running, self.since, &self.files)
    }

    /// One more question for the live release: what it is answered, and how many had such an answer before.
    fn ask(&self) -> (Live, usize) {
        let mut now = self.now();
        now.asked.push(epoch());
        if now.live == Live::WrongTypes {
            now.wrong += 1;
            return (now.live, now.wrong - 1);
        }
        (now.live, now.asked.len() - 1)
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path();
    let mut response = match path {
        "/" => html(StatusCode::OK, shared.document()),
        "/worker.js" => typed("text/javascript", WORKER),
        "/api/offer" => typed("application/json", r#"{"line":20000}"#),
        _ if path == shared.checker.manifest() => manifest(&shared).await,
        _ => file(&shared, path),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static(CACHE));
    response
}

async fn manifest(shared: &Shared) -> Response {
    // Before the answer is looked up: a change in between is not missed.
    let mut changed = shared.changed.subscribe();
    let (live, times) = shared.ask();
    let checker = shared.checker;
    let json = |status: StatusCode, body: &Value| {
        (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    };
    match live {
        Live::Release(number) => json(StatusCode::OK, &checker.release(number)),
        Live::ByTurns(one, other) => {
            json(StatusCode::OK, &checker.release(if times.is_multiple_of(2) { one } else { other }))
        }
        Live::Html => html(StatusCode::OK, shared.document()),
        Live::Failing(number) => json(StatusCode::INTERNAL_SERVER_ERROR, &checker.release(number)),
        Live::WrongTypes => json(StatusCode::OK, &wrong_types(checker.field(), times)),
        Live::NotFound => html(StatusCode::NOT_FOUND, "<!doctype html><title>404 Not Found</title>".into()),
        Live::NotFoundJson => json(StatusCode::NOT_FOUND, &json!({"message": "Not Found"})),
        Live::Silence => {
            changed.changed().await.ok();
            html(StatusCode::GATEWAY_TIMEOUT, "<!doctype html><title>504 Gateway Time-out</title>".into())
        }
    }
}

fn file(shared: &Shared, path: &str) -> Response {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some(bytes) = shared.files.get(name) else {
        return html(StatusCode::NOT_FOUND, "<!doctype html><title>404 Not Found</title>".into());
    };
    let kind = match name.rsplit('.').next() {
        Some("wasm") => "application/wasm",
        Some("css") => "text/css",
        _ => "text/javascript",
    };
    ([(header::CONTENT_TYPE, kind)], bytes.clone()).into_response()
}

fn html(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

fn typed(kind: &'static str, body: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_body_of_wrong_types_names_a_version() {
        for times in 0..WRONG_TYPES {
            for checker in Checker::ALL {
                let body = wrong_types(checker.field(), times);
                assert!(!body[checker.field()].is_string() && !body[checker.field()].is_number(), "{body}");
            }
        }
        let all: Vec<_> = (0..WRONG_TYPES).map(|times| wrong_types("build", times)).collect();
        assert!(all.iter().enumerate().all(|(n, body)| !all[..n].contains(body)));
    }

    #[test]
    fn each_release_is_newer_than_the_one_before() {
        let (one, two) = (Checker::Pagemend.release(1), Checker::Pagemend.release(2));
        assert!(one["builtAt"].as_u64() < two["builtAt"].as_u64());
        for checker in Checker::ALL {
            assert_ne!(checker.release(1)[checker.field()], checker.release(2)[checker.field()]);
        }
    }
}
