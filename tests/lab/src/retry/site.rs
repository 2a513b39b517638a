//! A page of its own for each row: its origin, a backup origin, an origin where nobody answers, and a log of what was asked of them.
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What a path answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// A script that notes that it ran.
    Ran(&'static str),
    Js(&'static str),
    Css(&'static str),
    Json(&'static str),
    /// A picture, 20 by 10 px.
    Svg,
    Font,
    /// Half a second of silence.
    Wav,
    /// A site's HTML page with 200.
    Html,
    Status(u16),
    /// Status and `Retry-After` in seconds.
    Busy(u16, u32),
    /// This status, and `Retry-After` as the date of so many seconds from now.
    BusyUntil(u16, u64),
    /// This body with a type that is none of a script, and `nosniff`.
    Plain(&'static str),
    /// The connection breaks in the middle of a script.
    Cut,
    Hang,
    Slow(u64, &'static Answer),
    /// One after the other; the last one stays.
    Then(&'static [Answer]),
}

/// One request that arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    /// `page` or `backup`.
    pub origin: &'static str,
    pub method: String,
    /// With query.
    pub path: String,
    pub key: Option<String>,
}

pub type Routes = &'static [(&'static str, Answer)];

pub struct Site {
    pub page: String,
    pub backup: String,
    /// Refuses connections.
    pub dead: String,
    log: Arc<Mutex<Vec<Asked>>>,
    html: Arc<Mutex<Html>>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Html {
    body: String,
    csp: Option<String>,
}

#[derive(Clone)]
struct Origin {
    name: &'static str,
    routes: Routes,
    files: Arc<HashMap<&'static str, Vec<u8>>>,
    html: Arc<Mutex<Html>>,
    log: Arc<Mutex<Vec<Asked>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    /// `files` are what the guard itself is made of, below `/pagemend/`.
    pub async fn open(page: Routes, backup: Routes, files: Arc<HashMap<&'static str, Vec<u8>>>) -> Result<Self> {
        let (log, html) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::<Mutex<Html>>::default());
        let mut tasks = Vec::new();
        let mut urls = Vec::new();
        for (name, routes) in [("page", page), ("backup", backup)] {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free port")?;
            urls.push(format!("http://{}", listener.local_addr()?));
            let origin = Origin { name, routes, files: files.clone(), html: html.clone(), log: log.clone() };
            let router = Router::new().fallback(answer).with_state(origin);
            tasks.push(tokio::spawn(async move {
                axum::serve(listener, router).await.ok();
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
        let [page, backup] = <[String; 2]>::try_from(urls).ok().context("two origins")?;
        Ok(Self { page, backup, dead, log, html, tasks })
    }

    pub fn serve(&self, body: String, csp: Option<String>) {
        *locked(&self.html) = Html { body, csp };
    }

    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.log).clone()
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
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    let plain = request.uri().path();
    if let Some(file) = plain.strip_prefix("/pagemend/").and_then(|name| origin.files.get_key_value(name)) {
        let kind = if file.0.ends_with(".wasm") { "application/wasm" } else { "text/javascript" };
        return with_headers(&origin, ([(header::CONTENT_TYPE, kind)], file.1.clone()).into_response());
    }
    if plain == "/" && origin.name == "page" {
        let Html { body, csp } = &*locked(&origin.html);
        let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body.clone()).into_response();
        if let Some(csp) = csp.as_ref().and_then(|csp| csp.parse().ok()) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, csp);
        }
        return response;
    }
    let times = {
        let mut log = locked(&origin.log);
        let key = |headers: &HeaderMap| Some(headers.get("idempotency-key")?.to_str().ok()?.to_string());
        let same = |asked: &&Asked| asked.origin == origin.name && asked.path == path && asked.method != "OPTIONS";
        let times = log.iter().filter(same).count();
        log.push(Asked {
            origin: origin.name,
            method: request.method().to_string(),
            path: path.clone(),
            key: key(request.headers()),
        });
        times
    };
    if request.method() == "OPTIONS" {
        return with_headers(&origin, StatusCode::NO_CONTENT.into_response());
    }
    let found = origin.routes.iter().find(|route| route.0 == plain).map(|route| route.1);
    let mut found = found.unwrap_or(Answer::Status(404));
    while let Answer::Slow(..) | Answer::Then(_) = found {
        found = match found {
            Answer::Slow(ms, then) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                *then
            }
            Answer::Then(all) => all.get(times).or(all.last()).copied().unwrap_or(Answer::Status(404)),
            other => other,
        };
    }
    let response = match found {
        Answer::Hang => std::future::pending().await,
        other => made(other),
    };
    with_headers(&origin, response)
}

fn made(answer: Answer) -> Response {
    let typed = |kind: &'static str, body: String| ([(header::CONTENT_TYPE, kind)], body).into_response();
    match answer {
        Answer::Ran(name) => typed("text/javascript", format!("ran.push({name:?});")),
        Answer::Js(code) => typed("text/javascript", code.into()),
        Answer::Css(code) => typed("text/css", code.into()),
        Answer::Json(text) => typed("application/json", text.into()),
        Answer::Svg => {
            typed("image/svg+xml", r#"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>"#.into())
        }
        Answer::Font => ([(header::CONTENT_TYPE, "font/ttf")], dejavu::sans_mono::regular()).into_response(),
        Answer::Wav => ([(header::CONTENT_TYPE, "audio/wav")], silence()).into_response(),
        Answer::Html => typed("text/html", "<!doctype html><title>Home</title><p>Home".into()),
        Answer::Plain(body) => {
            let nosniff = (header::X_CONTENT_TYPE_OPTIONS, "nosniff");
            ([(header::CONTENT_TYPE, "text/plain"), nosniff], body).into_response()
        }
        Answer::Status(code) => status(code),
        Answer::Busy(code, seconds) => ([(header::RETRY_AFTER, seconds.to_string())], status(code)).into_response(),
        Answer::BusyUntil(code, seconds) => {
            let date = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(seconds));
            ([(header::RETRY_AFTER, date)], status(code)).into_response()
        }
        Answer::Cut => {
            let parts = [Ok("ran.push('half');"), Err(std::io::Error::other("cut"))];
            let body = Body::from_stream(stream::iter(parts));
            ([(header::CONTENT_TYPE, "text/javascript"), (header::CONTENT_LENGTH, "900")], body).into_response()
        }
        Answer::Hang | Answer::Slow(..) | Answer::Then(_) => status(500),
    }
}

/// RIFF: PCM, one channel, 8,000 samples of 8 bits a second.
fn silence() -> Vec<u8> {
    const SAMPLES: u32 = 4000;
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + SAMPLES).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(8000u32.to_le_bytes());
    wav.extend(8000u32.to_le_bytes());
    wav.extend(b"\x01\0\x08\0data");
    wav.extend(SAMPLES.to_le_bytes());
    wav.extend([128; SAMPLES as usize]);
    wav
}

fn status(code: u16) -> Response {
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::NOT_FOUND);
    (code, [(header::CONTENT_TYPE, "text/html")], format!("<!doctype html><title>{code}</title>")).into_response()
}

fn with_headers(origin: &Origin, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(header::HeaderValue::from_static("no-store"));
    if origin.name == "backup" {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, header::HeaderValue::from_static("*"));
    }
    response
}
