//! What a path of a scripted server answers.
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::time::Duration;

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
    /// A document of the page's own: what its head and its body hold.
    Doc(&'static str, &'static str),
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
    With(&'static [(&'static str, &'static str)], &'static Answer),
    /// To GET, and to POST.
    ByMethod(&'static Answer, &'static Answer),
    /// To the bare address, and to it with any query.
    ByQuery(&'static Answer, &'static Answer),
    /// So many bytes of JSON.
    Long(usize),
    /// With a tag that never changes: who has it already is told 304, whatever has become of it.
    Tagged(&'static Answer),
}

pub type Routes = &'static [(&'static str, Answer)];

impl Answer {
    /// What is answered the `times`th time, counted from 0. `queried`: with a query; `frame` makes a document of a head and a body.
    pub async fn made(
        self,
        times: usize,
        method: &str,
        queried: bool,
        frame: &(dyn Fn(&str, &str) -> String + Sync),
    ) -> Response {
        let mut headers: Vec<(&str, &str)> = Vec::new();
        let mut found = self;
        loop {
            found = match found {
                Answer::Slow(ms, then) => {
                    tokio::time::sleep(Duration::from_millis(ms)).await;
                    *then
                }
                Answer::Then(all) => all.get(times).or(all.last()).copied().unwrap_or(Answer::Status(404)),
                Answer::With(more, then) => {
                    headers.extend(more);
                    *then
                }
                Answer::ByMethod(get, post) => *(if method == "POST" { post } else { get }),
                Answer::ByQuery(bare, past) => *(if queried { past } else { bare }),
                Answer::Tagged(then) => {
                    headers.extend([("etag", "\"always\""), ("cache-control", "no-cache")]);
                    *then
                }
                Answer::Hang => return std::future::pending().await,
                _ => break,
            };
        }
        let mut response = plain(found, frame);
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

fn plain(answer: Answer, frame: &dyn Fn(&str, &str) -> String) -> Response {
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
        Answer::Doc(head, body) => typed("text/html; charset=utf-8", frame(head, body)),
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
        Answer::Long(bytes) => typed("application/json", format!("{{\"text\":\"{}\"}}", "x".repeat(bytes))),
        Answer::Hang
        | Answer::Slow(..)
        | Answer::Then(_)
        | Answer::With(..)
        | Answer::ByMethod(..)
        | Answer::ByQuery(..)
        | Answer::Tagged(_) => status(500),
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
