//! Which path goes where, on each of the two origins, and what every request passes on its way.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::request_log::{Origin, RequestEntry};
use crate::state::Shared;
use crate::{api, assets, control, html, incidents_page, otlp};

pub(crate) fn page(shared: Arc<Shared>) -> Router {
    Router::new()
        .merge(api::routes())
        .merge(incidents_page::routes())
        .nest("/lab", control::routes())
        .route("/v1/logs", post(otlp::receive))
        // What other monitors send, in formats of their own, when the site is measured with them: taken and forgotten.
        .route("/v1/any", post(async || StatusCode::OK))
        .fallback(site)
        .layer(middleware::from_fn_with_state((shared.clone(), Origin::Page), log))
        .with_state(shared)
}

pub(crate) fn backup(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(async || assets::missing()))
        .fallback(spare)
        .layer(middleware::from_fn(readable_from_anywhere))
        .layer(middleware::from_fn_with_state((shared.clone(), Origin::Backup), log))
        .with_state(shared)
}

/// Files of the live build, and `index.html` for every route of the application.
async fn site(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path();
    if path.starts_with("/api/") || path.starts_with("/v1/") {
        return api::unknown();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    if assets::is_asset(path) || (last.contains('.') && !last.ends_with(".html")) {
        assets::serve(&shared, Origin::Page, path).await
    } else if last.contains('.') && path != "/index.html" {
        html::file(&shared, path).await
    } else {
        html::index(&shared, request.headers()).await
    }
}

async fn spare(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path();
    match *request.method() {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        Method::GET | Method::HEAD if assets::is_asset(path) => assets::serve(&shared, Origin::Backup, path).await,
        _ => assets::missing(),
    }
}

/// A spare CDN that the page may read: without these headers neither fetch, nor module scripts, nor timing work.
async fn readable_from_anywhere(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let any = HeaderValue::from_static("*");
    for name in ["access-control-allow-origin", "access-control-allow-headers", "timing-allow-origin"] {
        response.headers_mut().insert(name, any.clone());
    }
    response
}

/// Notes each request and its answer, except those of the observer.
async fn log(State((shared, origin)): State<(Arc<Shared>, Origin)>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri.path().starts_with("/lab/") || uri.path().starts_with("/incidents") {
        return next.run(request).await;
    }
    let entry = RequestEntry {
        ms: shared.elapsed_ms(),
        origin,
        method: request.method().to_string(),
        path: uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string),
        opened: header(&request, "sec-fetch-mode").is_none_or(|mode| mode == "navigate"),
        status: None,
        idempotency_key: header(&request, "idempotency-key"),
    };
    let number = shared.lock().requests.asked(entry);
    let response = next.run(request).await;
    shared.lock().requests.answered(number, response.status().as_u16());
    response
}

fn header(request: &Request, name: &str) -> Option<String> {
    Some(request.headers().get(name)?.to_str().ok()?.to_owned())
}
