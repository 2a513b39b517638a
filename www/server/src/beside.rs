//! The docs origin: the documentation's files, and for its fault lab the controls of two sites at once, one with the guard and one without.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::ensure;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;

use crate::state::Shared;
use crate::{assets, control};

pub(crate) struct Beside {
    docs: PathBuf,
    guarded: Arc<Shared>,
    bare: Arc<Shared>,
}

type Both = State<Arc<Beside>>;

impl Beside {
    pub(crate) fn new(docs: PathBuf, guarded: Arc<Shared>, bare: Arc<Shared>) -> anyhow::Result<Arc<Self>> {
        let page = docs.join("fault-lab.html");
        ensure!(
            page.is_file(),
            "{} is missing: build the documentation first (`npm run build` in www/docs)",
            page.display()
        );
        bare.lock().guard_off = true;
        Ok(Arc::new(Self { docs, guarded, bare }))
    }
}

pub(crate) fn routes(beside: Arc<Beside>) -> Router {
    Router::new()
        .route("/lab/beside", get(standing))
        .route("/lab/beside/heal", post(heal))
        .route("/lab/beside/deploy", post(deploy))
        .route("/lab/beside/offline", post(offline))
        .fallback(file)
        .with_state(beside)
}

/// Where the two sites are, which faults there are, and what the guarded one has reported.
async fn standing(State(both): Both) -> Response {
    let state = both.guarded.snapshot();
    let incidents = both.guarded.lock().incidents.all().to_vec();
    control::fresh(json!({
        "guarded": both.guarded.page, "bare": both.bare.page, "faults": control::all_faults(),
        "fault": state.fault, "build": state.build, "offline": state.offline, "incidents": incidents,
    }))
}

async fn heal(State(both): Both) -> Response {
    control::heal(State(both.bare.clone())).await;
    control::heal(State(both.guarded.clone())).await
}

async fn deploy(State(both): Both, body: String) -> Response {
    control::deploy(State(both.bare.clone()), body.clone()).await;
    control::deploy(State(both.guarded.clone()), body).await
}

async fn offline(State(both): Both, body: String) -> Response {
    control::offline(State(both.bare.clone()), body.clone()).await;
    control::offline(State(both.guarded.clone()), body).await
}

/// A file of the documentation: a folder's `index.html`, and pages without their ending, too.
async fn file(State(both): Both, request: Request) -> Response {
    let path = request.uri().path();
    let name = match path.rsplit('/').next() {
        Some("") => format!("{path}index.html"),
        Some(last) if !last.contains('.') => format!("{path}.html"),
        _ => path.to_owned(),
    };
    if let Some(bytes) = read(&both.docs, &name).await {
        let headers = [(header::CONTENT_TYPE, assets::content_type(&name)), (header::CACHE_CONTROL, "no-cache")];
        return (headers, bytes).into_response();
    }
    match read(&both.docs, "/404.html").await {
        Some(page) => {
            (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
        }
        None => assets::missing(),
    }
}

async fn read(docs: &Path, path: &str) -> Option<Vec<u8>> {
    tokio::fs::read(docs.join(assets::safe(path)?)).await.ok()
}
