//! A page as it is served: its own headers, the judge's script first in its head, other origins written in.
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub enum Files {
    /// This folder's files below `/assets/`.
    Assets(PathBuf),
    /// This folder's files at every path.
    Site(PathBuf),
}

#[derive(Clone, Debug)]
pub struct Document {
    pub html: Vec<u8>,
    pub headers: Vec<(String, String)>,
    /// The build that the page says it is, and the one that is live.
    pub builds: Option<(String, String)>,
    /// Where it is served.
    pub path: String,
    pub files: Files,
    /// Globs; what matches is not found.
    pub blocked: Vec<String>,
    /// At `path` is a host page with a frame of no size around this one.
    pub framed: bool,
}

impl Document {
    /// At `/`, nothing blocked, not framed. Takes the notes for the server off the page's beginning:
    /// `<!-- header Name: value -->`, and `<!-- build RUNNING LIVE -->`.
    pub fn of(source: Vec<u8>, assets: &Path) -> Self {
        let files = Files::Assets(assets.to_path_buf());
        let (headers, blocked) = (Vec::new(), Vec::new());
        let mut document =
            Self { html: source, headers, builds: None, path: "/".into(), files, blocked, framed: false };
        let mut from = 0;
        while let Some((note, length)) = note(&document.html[from..]) {
            if let Some((name, value)) = note.strip_prefix("header ").and_then(|header| header.split_once(':')) {
                document.headers.push((name.trim().into(), value.trim().into()));
            } else if let Some((running, live)) = note.strip_prefix("build ").and_then(|builds| builds.split_once(' '))
            {
                document.builds = Some((running.trim().into(), live.trim().into()));
            } else {
                break;
            }
            from += length;
        }
        document.html.drain(..from);
        document
    }

    pub fn blocks(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        self.blocked.iter().any(|glob| matches(glob, path) || matches(glob, name))
    }
}

/// A comment at the start, and the bytes up to the next line.
fn note(html: &[u8]) -> Option<(String, usize)> {
    let rest = html.strip_prefix(b"<!-- ")?;
    let end = find(rest, b" -->")?;
    let text = String::from_utf8(rest[..end].to_vec()).ok()?;
    let length = 5 + end + 4;
    let space = html[length..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    Some((text, length + space))
}

/// `*` stands for any text, also with slashes in it.
pub fn matches(glob: &str, text: &str) -> bool {
    match glob.split_once('*') {
        None => glob == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).filter(|at| text.is_char_boundary(*at)).any(|at| matches(rest, &text[at..]))
        }),
    }
}

pub fn replaced(html: &[u8], word: &str, by: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = find(rest, word.as_bytes()) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(by.as_bytes());
        rest = &rest[at + word.len()..];
    }
    out.extend_from_slice(rest);
    out
}

/// Puts a script directly after `<head…>`; in a page without a head after `<html…>` and the doctype, which must stay first.
pub fn with_script(html: &[u8], tag: &str) -> Vec<u8> {
    let mut out = html.to_vec();
    let at = place(html);
    out.splice(at..at, tag.bytes());
    out
}

fn place(html: &[u8]) -> usize {
    let mut best = if html.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut at = best;
    loop {
        let rest = &html[at..];
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let rest = &rest[blank..];
        at += blank;
        if rest.starts_with(b"<!--") {
            let Some(end) = find(rest, b"-->") else { return best };
            at += end + 3;
            continue;
        }
        let wanted = ["<!doctype", "<html", "<head"].into_iter().find(|tag| opens(rest, tag));
        let Some(tag) = wanted else { return best };
        at += tag_end(rest);
        best = at;
        if tag == "<head" {
            return best;
        }
    }
}

fn opens(html: &[u8], tag: &str) -> bool {
    html.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
        && html.get(tag.len()).is_some_and(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/'))
}

/// Length of the opening tag at the start; a `>` inside quotes does not end it.
fn tag_end(html: &[u8]) -> usize {
    let mut quote = None;
    for (at, byte) in html.iter().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'>') => return at + 1,
            _ => {}
        }
    }
    html.len()
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

pub fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "html" | "htm" => "text/html; charset=utf-8",
        "json" | "map" | "webmanifest" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_comes_first_in_the_head_wherever_that_is() {
        for (html, wanted) in [
            (
                "<!doctype html><html lang=zh><head lang='>'><title></title>",
                "<!doctype html><html lang=zh><head lang='>'>S<title></title>",
            ),
            ("<!-- <head> -->\n<HTML>\n<Head >x", "<!-- <head> -->\n<HTML>\n<Head >Sx"),
            ("<!DOCTYPE html>\n<header>no head</header>", "<!DOCTYPE html>S\n<header>no head</header>"),
            ("<p>nothing", "S<p>nothing"),
            ("", "S"),
        ] {
            assert_eq!(String::from_utf8(with_script(html.as_bytes(), "S")).unwrap(), wanted);
        }
    }

    #[test]
    fn notes_for_the_server_are_taken_off_and_other_comments_stay() {
        let source =
            "<!-- header Content-Security-Policy: script-src 'self' -->\n<!-- build 1.0 1.1 -->\n<!-- mine -->\n<p>";
        let document = Document::of(source.into(), Path::new("assets"));
        assert_eq!(document.headers, [("Content-Security-Policy".to_string(), "script-src 'self'".to_string())]);
        assert_eq!(document.builds, Some(("1.0".to_string(), "1.1".to_string())));
        assert_eq!(document.html, b"<!-- mine -->\n<p>");
    }

    #[test]
    fn a_glob_matches_the_path_or_the_files_name() {
        let mut document = Document::of(Vec::new(), Path::new(""));
        document.blocked = vec!["*.js".into(), "app-*.css".into(), "/x/*/a.png".into()];
        for (path, blocked) in [
            ("/p/dist/a.js", true),
            ("/p/app-12.css", true),
            ("/p/app.css", false),
            ("/x/1/2/a.png", true),
            ("/a.jsx", false),
        ] {
            assert_eq!(document.blocks(path), blocked, "{path}");
        }
    }

    #[test]
    fn every_mention_of_another_origin_is_written_in() {
        assert_eq!(replaced(b"a {{o}} b {{o}}", "{{o}}", "http://x"), b"a http://x b http://x");
    }
}
