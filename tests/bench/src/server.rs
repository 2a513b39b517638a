//! Serves each visit of a page from an origin of its own, with addresses that answer late, wrongly or never.
//!
//! - **visit**: one page, opened once, by one judge. Its origin (a free port) is new, so no cache and no storage is left over;
//!   so is its **other** origin, for what the page takes from somebody else's server.
//! - **hub**: where records go, apart from the origins that a page may keep busy.
use crate::document::{Document, Files, content_type, replaced, with_script};
use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

const RECORDER: &str = include_str!("../judge/recorder.js");
const RECORDER_WORKER: &str = include_str!("../judge/recorder-worker.js");

/// Larger than any report.
const MAX_REPORT: usize = 1 << 20;

pub struct Places {
    /// The unpacked npm package.
    pub package: PathBuf,
    /// With instrument.js after boot.js and resort.js.
    pub instrument: bool,
}

/// Which script a page gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judge {
    /// Pagemend as a customer has it. Nothing listens.
    Guard,
    /// The same, and every verdict and incident is recorded.
    Recorded,
    /// The same, and the guard is asked for a verdict before any deadline.
    Early,
    /// This file; others of its folder can be asked for beside it.
    Script(PathBuf),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

struct Shared {
    /// boot.js and what goes right after it.
    boot: String,
    /// The engine, and what else is served below `/pagemend/`.
    engine: HashMap<&'static str, Vec<u8>>,
    refusing: String,
    hub: String,
    records: Arc<Records>,
    visits: AtomicU32,
    _tasks: [Ended; 2],
}

/// What arrived, by visit.
type Records = Mutex<HashMap<u32, watch::Sender<Vec<Value>>>>;

/// A task that ends with its owner.
struct Ended(JoinHandle<()>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An opened page. Dropping it closes its origins.
pub struct Visit {
    pub url: String,
    id: u32,
    origin: Arc<Origin>,
    arrived: watch::Receiver<Vec<Value>>,
    _tasks: [Ended; 2],
}

impl Visit {
    /// What judges reported, in order of arrival.
    pub fn records(&self) -> Vec<Value> {
        self.arrived.borrow().clone()
    }

    /// Waits for more records; `false` when there were none until then.
    pub async fn changed(&mut self, give_up: Instant) -> bool {
        matches!(tokio::time::timeout_at(give_up, self.arrived.changed()).await, Ok(Ok(())))
    }

    /// The paths that were asked of the page's origin.
    pub fn asked(&self) -> Vec<String> {
        locked(&self.origin.asked).clone()
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        locked(&self.origin.shared.records).remove(&self.id);
    }
}

/// What the two listeners of a visit answer from.
struct Origin {
    shared: Arc<Shared>,
    document: Document,
    judge: Judge,
    /// The page as it is sent, apart from the number of its load.
    html: Vec<u8>,
    id: u32,
    /// How often the page was loaded.
    loads: AtomicU32,
    asked: Mutex<Vec<String>>,
}

impl Server {
    pub async fn start(places: Places) -> Result<Self> {
        let dist = places.package.join("dist");
        let read = |name: &str| {
            let file = dist.join(name);
            std::fs::read(&file)
                .with_context(|| format!("cannot read {}: `cargo xtask package` makes it", file.display()))
        };
        let text = |name: &str| String::from_utf8(read(name)?).with_context(|| format!("{name} is not text"));
        // As one script: what a page's policy allows of a judge is this one address.
        let scripts: &[&str] =
            if places.instrument { &["boot.js", "resort.js", "instrument.js"] } else { &["boot.js", "resort.js"] };
        let scripts: Vec<String> = scripts.iter().map(|name| text(name)).collect::<Result<_>>()?;
        let engine = ["engine.js", "pagemend_bg.wasm", "client.js"].map(|name| anyhow::Ok((name, read(name)?)));
        let (hub, refusing) = (bind().await?, bind().await?);
        let records = Arc::<Records>::default();
        let shared = Shared {
            boot: scripts.join(";\n"),
            engine: engine.into_iter().collect::<Result<_>>()?,
            refusing: address(&refusing)?,
            hub: address(&hub)?,
            records: records.clone(),
            visits: AtomicU32::new(0),
            _tasks: [
                Ended(tokio::spawn(serve(hub, Router::new().fallback(received).with_state(records)))),
                Ended(tokio::spawn(refuse(refusing))),
            ],
        };
        Ok(Self(Arc::new(shared)))
    }

    pub async fn open(&self, document: Document, judge: Judge) -> Result<Visit> {
        let shared = self.0.clone();
        let (page, other) = (bind().await?, bind().await?);
        let (at, elsewhere) = (address(&page)?, address(&other)?);
        let html = replaced(&document.html, "{{other}}", &elsewhere);
        let html = replaced(&html, "{{refused}}", &shared.refusing);
        let id = shared.visits.fetch_add(1, Ordering::Relaxed);
        let (sender, arrived) = watch::channel(Vec::new());
        locked(&shared.records).insert(id, sender);
        let url = format!("{at}{}", document.path);
        let (loads, asked) = (AtomicU32::new(0), Mutex::default());
        let origin = Arc::new(Origin { shared, document, judge, html, id, loads, asked });
        let tasks = [
            Ended(tokio::spawn(serve(page, Router::new().fallback(own).with_state(origin.clone())))),
            Ended(tokio::spawn(serve(other, Router::new().fallback(foreign).with_state(origin.clone())))),
        ];
        Ok(Visit { url, id, origin, arrived, _tasks: tasks })
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn bind() -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", 0)).await.context("no free port")
}

fn address(listener: &TcpListener) -> Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

/// Runs until it is aborted; its connections end with it, also those that are never answered.
async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let service = TowerToHyperService::new(router.clone());
                    connections.spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
                }
                // Out of file descriptors, or a client that is already gone.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Resets whoever comes. A port that nobody listens on could be taken by somebody.
async fn refuse(listener: TcpListener) {
    loop {
        match listener.accept().await {
            // The drop sends RST then.
            Ok((stream, _)) => drop(stream.set_zero_linger()),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// The hub: `/VISIT`.
async fn received(State(records): State<Arc<Records>>, request: Request) -> Response {
    let visit = request.uri().path().trim_start_matches('/').parse().ok();
    report(&records, visit, request).await
}

/// One JSON object a line.
async fn report(records: &Records, visit: Option<u32>, request: Request) -> Response {
    let body = to_bytes(request.into_body(), MAX_REPORT).await.unwrap_or_default();
    let lines: Vec<Value> =
        String::from_utf8_lossy(&body).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    // A page that reports after its visit is over is of no interest.
    if let Some(sender) = visit.and_then(|visit| locked(records).get(&visit).cloned()) {
        sender.send_modify(|all| all.extend(lines));
    }
    (StatusCode::NO_CONTENT, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")]).into_response()
}

async fn own(State(origin): State<Arc<Origin>>, request: Request) -> Response {
    let path = decoded(request.uri().path());
    if path == "/judge/report" && request.method() == Method::POST {
        return report(&origin.shared.records, Some(origin.id), request).await;
    }
    locked(&origin.asked).push(path.clone());
    // A page that simulates a device without a network: whether the server is there is asked by HEAD, and nobody answers.
    if request.method() == Method::HEAD && origin.html.windows(8).any(|text| text == b"\"onLine\"") {
        return Redirect::temporary(&origin.shared.refusing).into_response();
    }
    unstored(if path == origin.document.path && !origin.document.framed || path == "/framed" {
        page(&origin)
    } else if path == origin.document.path {
        html(HOST)
    } else {
        answer(&origin, path).await
    })
}

async fn foreign(State(origin): State<Arc<Origin>>, request: Request) -> Response {
    unstored(answer(&origin, decoded(request.uri().path())).await)
}

/// Nothing is kept by a cache unless the page itself says so.
fn unstored(mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

const HOST: &str = concat!(
    "<!doctype html><html lang=\"en\"><head><title>Host</title></head><body><h1>A page around a page</h1>",
    "<iframe width=\"0\" height=\"0\" style=\"border:0;width:0;height:0\" src=\"/framed\"></iframe></body></html>\n"
);
const NONE: &str = concat!(
    "<!doctype html><html lang=\"en\"><head><title>Back</title></head><body>",
    "<script>addEventListener(\"load\", () => history.back())</script></body></html>\n"
);
const INSTEAD: &str = concat!(
    "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>首页</title></head>",
    "<body><div id=\"app\"></div></body></html>\n"
);

fn page(origin: &Origin) -> Response {
    let load = origin.loads.fetch_add(1, Ordering::Relaxed) + 1;
    let tag = match &origin.judge {
        Judge::Guard => format!(r#"<script id="pagemend-boot" src="/judge/boot.js" {}></script>"#, config(origin)),
        Judge::Recorded | Judge::Early => {
            let early = if origin.judge == Judge::Early { " data-early" } else { "" };
            let config = config(origin);
            format!(
                r#"<script id="pagemend-boot" src="/judge/pagemend.js" data-load="{load}"{early} {config}></script>"#
            )
        }
        Judge::Script(file) => {
            format!(r#"<script src="/judge/{}"></script>"#, file.file_name().unwrap_or_default().to_string_lossy())
        }
    };
    let mut response = Response::new(Body::from(with_script(&origin.html, &tag)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    for (name, value) in &origin.document.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::try_from(value.as_str())) {
            headers.insert(name, value);
        }
    }
    response
}

/// boot.js' configuration as `bootTag` of the package writes it.
fn config(origin: &Origin) -> String {
    let mut options = json!({"service": "corpus"});
    if let Some((running, _)) = &origin.document.builds {
        options["build"] = json!(running);
    }
    let config =
        json!({"engine": ["/pagemend/"], "timeoutMs": 5000, "lastResortMs": 6000, "fallback": [], "options": options});
    let escaped = config.to_string().replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!(r#"data-config="{escaped}""#)
}

async fn answer(origin: &Origin, mut path: String) -> Response {
    if let Some((ms, rest)) = path.strip_prefix("/slow/").and_then(|rest| rest.split_once('/')) {
        let Ok(ms) = ms.parse() else { return missing() };
        tokio::time::sleep(Duration::from_millis(ms)).await;
        path = format!("/{rest}");
    }
    // What a judge brings along is no file of the page's.
    let judges = path.starts_with("/judge/") || path.starts_with("/pagemend/");
    if !judges && origin.document.blocks(&path) {
        return missing();
    }
    let mut parts = path.splitn(3, '/').skip(1);
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match first {
        "status" => status(rest.split('/').next().unwrap_or_default()),
        "html" => html(INSTEAD),
        "hang" => std::future::pending().await,
        "none" if rest.is_empty() => html(NONE),
        "business" => {
            let code = rest.parse::<i64>().map_or_else(|_| json!(rest), |code| json!(code));
            typed("x.json", json!({"code": code}).to_string())
        }
        "api" if rest.starts_with("ok/") => typed("x.json", "{}"),
        "judge" => judge(origin, rest).await,
        "pagemend" => match (rest, &origin.document.builds) {
            ("build.json", Some((_, live))) => typed(rest, json!({"build": live}).to_string()),
            _ => match origin.shared.engine.get(rest) {
                Some(bytes) => typed(rest, bytes.clone()),
                None => missing(),
            },
        },
        _ => match &origin.document.files {
            Files::Assets(folder) if first == "assets" => file(folder, rest).await,
            Files::Site(root) => file(root, &path[1..]).await,
            Files::Assets(_) => missing(),
        },
    }
}

async fn judge(origin: &Origin, name: &str) -> Response {
    let Shared { boot, hub, .. } = &*origin.shared;
    match (name, &origin.judge) {
        ("boot.js", _) => typed(name, boot.clone()),
        ("pagemend.js", _) => typed(name, format!("{RECORDER}\n{boot}")),
        ("recorder-worker.js", _) => typed(name, RECORDER_WORKER.replace("{{hub}}", &format!("{hub}/{}", origin.id))),
        (_, Judge::Script(script)) => match script.parent() {
            Some(folder) => file(folder, name).await,
            None => missing(),
        },
        _ => missing(),
    }
}

fn status(code: &str) -> Response {
    match code.parse().ok().and_then(|code| StatusCode::from_u16(code).ok()) {
        Some(code) => {
            (code, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{code}\n")).into_response()
        }
        None => missing(),
    }
}

fn html(body: &'static str) -> Response {
    typed("x.html", body)
}

fn typed(name: &str, body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, content_type(name))], body.into()).into_response()
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "not found\n").into_response()
}

async fn file(folder: &Path, path: &str) -> Response {
    let plain = |part: &str| !part.starts_with('.') && !part.contains(['\\', '\0']);
    if !path.split('/').all(plain) {
        return missing();
    }
    let mut file = folder.join(path.trim_start_matches('/'));
    if file.is_dir() {
        file.push("index.html");
    }
    match tokio::fs::read(&file).await {
        Ok(bytes) => typed(&file.to_string_lossy(), bytes),
        Err(_) => missing(),
    }
}

fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = code.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_path_is_decoded_and_what_is_no_code_stays() {
        for (given, plain) in [("/a%20b", "/a b"), ("/%E9%A1%B5", "/页"), ("/50%", "/50%"), ("/%zz", "/%zz")] {
            assert_eq!(decoded(given), plain);
        }
    }
}
