//! A few scripted origins for one page: each with its routes, one that refuses connections, and a log of what was asked of them.
use crate::answer::{Answer, Routes};
use anyhow::{Context, Result};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// No page here sends more in one request.
const MOST_BYTES: usize = 1 << 20;

/// One request that arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    pub origin: &'static str,
    pub method: String,
    /// With query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
    /// Of the answer, once there is one.
    pub status: Option<u16>,
    pub at: Instant,
    /// For a file of the guard's.
    pub guards: bool,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the window went there; scripts ask for anything (`*/*`).
    pub fn navigates(&self) -> bool {
        self.header("accept").is_some_and(|kinds| kinds.starts_with("text/html"))
    }
}

/// Whom an origin lets read its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cors {
    Nobody,
    /// Anybody, without credentials.
    All,
    /// Anybody may send; what comes back nobody may read.
    Blind,
}

#[derive(Clone, Copy)]
pub struct Part {
    pub name: &'static str,
    pub routes: Routes,
    pub cors: Cors,
}

/// Makes a document of a head and a body.
pub type Frame = Arc<dyn Fn(&str, &str) -> String + Send + Sync>;
pub type Files = Arc<HashMap<&'static str, Vec<u8>>>;

pub struct Site {
    /// Of each part, in the order in which they were given.
    urls: Vec<(&'static str, String)>,
    /// Refuses connections.
    pub dead: String,
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    log: Mutex<Vec<Asked>>,
    /// What stands at `/` whatever the routes say, and its policy. Nobody counts requests for it.
    fixed: Mutex<Option<(String, Option<String>)>>,
    frame: Mutex<Option<Frame>>,
    /// Answers that have taken the place of a route's.
    changed: Mutex<HashMap<(&'static str, &'static str), Answer>>,
    down: Mutex<Vec<(&'static str, Arc<AtomicBool>)>>,
}

#[derive(Clone)]
struct Origin {
    part: Part,
    files: Files,
    shared: Arc<Shared>,
    /// Each answer ends its connection, so that a server that is down is down at once.
    closes: bool,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends whoever comes away while it is down.
struct Door {
    listener: TcpListener,
    down: Arc<AtomicBool>,
}

impl Listener for Door {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            let came = Listener::accept(&mut self.listener).await;
            if !self.down.load(Ordering::Relaxed) {
                return came;
            }
            came.0.set_zero_linger().ok();
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Where `cargo xtask package` puts the guard's files, from the repository's root.
pub const DIST: &str = "target/npm/package/dist";

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Files of one folder by their names.
pub fn read(folder: &Path, names: &[&'static str]) -> Result<HashMap<&'static str, Vec<u8>>> {
    let read = |name: &&'static str| {
        let file = folder.join(name);
        let bytes = std::fs::read(&file).with_context(|| {
            format!("cannot read {}: `cargo xtask package` or `bench retry` makes it", file.display())
        })?;
        Ok((*name, bytes))
    };
    names.iter().map(read).collect()
}

impl Site {
    /// `files` are what the guard itself is made of, below `/pagemend/`.
    pub async fn open(parts: &[Part], files: Files, closes: bool) -> Result<Self> {
        let shared = Arc::<Shared>::default();
        let (mut tasks, mut urls) = (Vec::new(), Vec::new());
        for part in parts {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free port")?;
            urls.push((part.name, format!("http://{}", listener.local_addr()?)));
            let down = Arc::<AtomicBool>::default();
            locked(&shared.down).push((part.name, down.clone()));
            let origin = Origin { part: *part, files: files.clone(), shared: shared.clone(), closes };
            let router = Router::new().fallback(answer).with_state(origin);
            tasks.push(tokio::spawn(async move {
                axum::serve(Door { listener, down }, router).await.ok();
            }));
        }
        let nobody = TcpListener::bind(("127.0.0.1", 0)).await.context("no free port")?;
        let dead = format!("http://{}", nobody.local_addr()?);
        // Kept, so that nobody else gets the port; whoever comes is sent away.
        tasks.push(tokio::spawn(async move {
            while let Ok((stream, _)) = nobody.accept().await {
                stream.set_zero_linger().ok();
            }
        }));
        Ok(Self { urls, dead, shared, tasks })
    }

    /// The address of a part, without a slash at its end.
    pub fn url(&self, name: &str) -> &str {
        self.urls.iter().find(|url| url.0 == name).map_or("", |url| &url.1)
    }

    /// The text with the parts' addresses for `{{name}}`, and `{{dead}}`.
    pub fn written(&self, text: &str) -> String {
        let text = text.replace("{{dead}}", &self.dead);
        self.urls.iter().fold(text, |text, (name, url)| text.replace(&format!("{{{{{name}}}}}"), url))
    }

    pub fn serve(&self, body: String, csp: Option<String>) {
        *locked(&self.shared.fixed) = Some((body, csp));
    }

    pub fn frame(&self, frame: Frame) {
        *locked(&self.shared.frame) = Some(frame);
    }

    /// From now on the path of that part answers this.
    pub fn change(&self, part: &'static str, path: &'static str, answer: Answer) {
        locked(&self.shared.changed).insert((part, path), answer);
    }

    /// Whether connections to that part are refused.
    pub fn down(&self, part: &str, down: bool) {
        for (name, door) in locked(&self.shared.down).iter() {
            if *name == part {
                door.store(down, Ordering::Relaxed);
            }
        }
    }

    /// Without the requests for the guard's own files.
    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.shared.log).iter().filter(|asked| !asked.guards).cloned().collect()
    }

    pub fn asked_of_the_guard(&self) -> usize {
        locked(&self.shared.log).iter().filter(|asked| asked.guards).count()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn answer(State(origin): State<Origin>, request: Request) -> Response {
    let mut response = answered(&origin, request).await;
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if origin.closes {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn answered(origin: &Origin, request: Request) -> Response {
    let Origin { part, files, shared, .. } = origin;
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    // The guard asks for the build manifest past all caches, each time at another address: it is the same question.
    let path = path.split_once("build.json?").map_or(path.clone(), |(folder, _)| format!("{folder}build.json"));
    let plain = head.uri.path();
    let file = plain.strip_prefix("/pagemend/").and_then(|name| files.get_key_value(name));
    if file.is_none()
        && plain == "/"
        && part.name == "page"
        && let Some((body, csp)) = &*locked(&shared.fixed)
    {
        let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body.clone()).into_response();
        if let Some(csp) = csp.as_ref().and_then(|csp| csp.parse().ok()) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, csp);
        }
        return response;
    }
    let body = to_bytes(body, MOST_BYTES).await.unwrap_or_default();
    let method = head.method.to_string();
    let (place, times) = {
        let mut log = locked(&shared.log);
        let same = |asked: &&Asked| {
            asked.origin == part.name && asked.path.split('?').next() == Some(plain) && asked.method == method
        };
        let times = log.iter().filter(same).count();
        log.push(Asked {
            origin: part.name,
            method: method.clone(),
            path: path.clone(),
            headers: head.headers.clone(),
            body: String::from_utf8_lossy(&body).into_owned(),
            status: None,
            at: Instant::now(),
            guards: file.is_some(),
        });
        (log.len() - 1, times)
    };
    let changed = locked(&shared.changed).iter().find(|(key, _)| **key == (part.name, plain)).map(|(_, now)| *now);
    if let (Some((name, bytes)), None) = (file, changed) {
        let kind = if name.ends_with(".wasm") { "application/wasm" } else { "text/javascript" };
        // A frame without an origin may ask for them, too.
        return shared_with(Cors::All, false, ([(header::CONTENT_TYPE, kind)], bytes.clone()).into_response());
    }
    if method == "OPTIONS" {
        return shared_with(part.cors, true, StatusCode::NO_CONTENT.into_response());
    }
    let found = changed.or_else(|| part.routes.iter().find(|route| route.0 == plain).map(|route| route.1));
    let frame = locked(&shared.frame).clone();
    let framed = move |head: &str, body: &str| frame.as_ref().map_or_else(String::new, |frame| frame(head, body));
    let response = match found.unwrap_or(Answer::Status(404)) {
        Answer::Tagged(_) if head.headers.contains_key(header::IF_NONE_MATCH) => {
            StatusCode::NOT_MODIFIED.into_response()
        }
        found => found.made(times, &method, head.uri.query().is_some(), &framed).await,
    };
    if let Some(asked) = locked(&shared.log).get_mut(place) {
        asked.status = Some(response.status().as_u16());
    }
    shared_with(part.cors, false, response)
}

fn shared_with(cors: Cors, preflight: bool, mut response: Response) -> Response {
    if cors == Cors::All || (cors == Cors::Blind && preflight) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    }
    response
}
