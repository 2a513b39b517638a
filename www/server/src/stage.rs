//! `/lab/stage`: where a frame of the fault lab is made ready. Its script forgets what the browser kept of the site, switches the fault on, prepares what
//! the fault needs on the device, and goes on to the site.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::state::Shared;

const PAGE: &str = include_str!("stage.html");
const SCRIPT: &str = include_str!("stage.js");

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/stage", get(async || file("text/html; charset=utf-8", PAGE)))
        .route("/stage.js", get(async || file("text/javascript; charset=utf-8", SCRIPT)))
}

fn file(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-store")], text).into_response()
}
