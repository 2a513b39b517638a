//! The lending site in four copies that differ in one thing: what stands first in the page's head.
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the page carries in its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guest {
    None,
    Pagemend,
    Sentry,
    Faro,
}

impl Guest {
    pub const ALL: [Self; 4] = [Self::None, Self::Pagemend, Self::Sentry, Self::Faro];

    pub fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Pagemend => "Pagemend",
            Self::Sentry => "Sentry",
            Self::Faro => "Faro",
        }
    }

    /// Its package, as npm calls it.
    pub fn package(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Pagemend => Some("pagemend"),
            Self::Sentry => Some("@sentry/browser"),
            Self::Faro => Some("@grafana/faro-web-sdk"),
        }
    }

    /// The bundle that `tests/bench/peers/build.mjs` makes.
    fn bundle(self) -> Option<&'static str> {
        match self {
            Self::None | Self::Pagemend => None,
            Self::Sentry => Some("sentry.js"),
            Self::Faro => Some("faro.js"),
        }
    }
}

/// One copy of the site.
pub struct Site {
    pub guest: Guest,
    pub folder: PathBuf,
    /// After brotli: what the guest adds before the page can go on, and what it fetches later.
    pub bytes: Bytes,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    pub start: usize,
    pub later: usize,
}

/// Fetched when the page is idle or in trouble.
const LATER: [&str; 2] = ["engine.js", "pagemend_bg.wasm"];
/// The site's faults take what lies below `/pagemend/` for no script of the site's own: only those are to fail.
const FOLDER: &str = "pagemend";

/// Writes the copies into `scratch/site/`; the peers' bundles are there already.
pub fn prepare(built: &Path, scratch: &Path) -> Result<Vec<Site>> {
    Guest::ALL.into_iter().map(|guest| copy(guest, built, scratch)).collect()
}

fn copy(guest: Guest, built: &Path, scratch: &Path) -> Result<Site> {
    let folder = scratch.join("site").join(guest.name());
    std::fs::remove_dir_all(&folder).ok();
    copy_folder(built, &folder).with_context(|| format!("cannot copy {}", built.display()))?;
    let index = folder.join("index.html");
    let html = std::fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let head = Head::of(&html).with_context(|| format!("{} has no boot script", index.display()))?;
    let mut bytes = Bytes::default();
    let tag = match guest.bundle() {
        _ if guest == Guest::Pagemend => {
            bytes.start = brotli(head.guard.as_bytes())?;
            for file in LATER {
                bytes.later += brotli(&std::fs::read(folder.join(FOLDER).join(file))?)?;
            }
            head.guard.to_string()
        }
        Some(bundle) => {
            let from = scratch.join(bundle);
            let script = std::fs::read(&from)
                .with_context(|| format!("cannot read {}: `cargo xtask bench page` builds it", from.display()))?;
            bytes.start = brotli(&script)?;
            std::fs::write(folder.join(FOLDER).join(bundle), script)?;
            format!(r#"<script nonce="__CSP_NONCE__" src="/{FOLDER}/{bundle}"></script>"#)
        }
        None => String::new(),
    };
    std::fs::write(&index, head.with(&tag))?;
    Ok(Site { guest, folder, bytes })
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A page around the guard's script elements.
#[derive(Debug, PartialEq, Eq)]
struct Head<'a> {
    before: &'a str,
    /// boot.js' element and those that follow it without a gap: `bootTag` of the package writes them as one.
    guard: &'a str,
    after: &'a str,
}

impl<'a> Head<'a> {
    fn of(html: &'a str) -> Option<Self> {
        const END: &str = "</script>";
        let start = html.find(r#"<script id="pagemend-boot""#)?;
        let mut end = start;
        while html[end..].starts_with("<script") {
            end += html[end..].find(END)? + END.len();
        }
        Some(Self { before: &html[..start], guard: &html[start..end], after: &html[end..] })
    }

    /// The page with something else in their place.
    fn with(&self, tag: &str) -> String {
        format!("{}{tag}{}", self.before, self.after)
    }
}

/// Bytes after brotli by Node, as everywhere in this project: what a CDN serves for a file that it compresses once.
fn brotli(body: &[u8]) -> Result<usize> {
    const MEASURE: &str = r#"const { readFileSync } = require("node:fs"), { brotliCompressSync } = require("node:zlib");
        console.log(brotliCompressSync(readFileSync(0)).length);"#;
    let mut node = Command::new("node")
        .args(["-e", MEASURE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("node did not start")?;
    node.stdin.take().context("node takes no input")?.write_all(body)?;
    let out = node.wait_with_output()?;
    ensure!(out.status.success(), "node could not compress");
    Ok(String::from_utf8_lossy(&out.stdout).trim().parse()?)
}

/// The guard's own, and of a peer the one that their package.json pins.
pub fn version(guest: Guest, peers: &serde_json::Value) -> Option<String> {
    if guest == Guest::Pagemend {
        return Some(env!("CARGO_PKG_VERSION").into());
    }
    peers["devDependencies"][guest.package()?].as_str().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = concat!(
        "<head><meta charset=\"utf-8\" />\n    <script id=\"pagemend-boot\" nonce=\"n\" data-config=\"{}\">boot()</script>",
        "<script nonce=\"n\">resort()</script>\n    <title></title><script src=\"/static/env.js\"></script></head>"
    );

    #[test]
    fn all_of_the_guards_elements_are_found_and_none_of_the_pages() {
        let head = Head::of(PAGE).unwrap();
        assert!(head.guard.ends_with("<script nonce=\"n\">resort()</script>"), "{}", head.guard);
        assert_eq!(head.with(head.guard), PAGE);
        let plain = head.with("");
        assert!(
            !plain.contains("boot()") && !plain.contains("resort()") && plain.contains("/static/env.js"),
            "{plain}"
        );
    }

    #[test]
    fn another_guest_stands_where_the_guard_stood() {
        let page = Head::of(PAGE).unwrap().with("<script src=\"/x.js\"></script>");
        assert!(
            page.contains("<meta charset=\"utf-8\" />\n    <script src=\"/x.js\"></script>\n    <title>"),
            "{page}"
        );
    }

    #[test]
    fn a_page_without_a_guard_is_no_page_to_compare_with() {
        assert_eq!(Head::of("<head><script src=\"/pagemend/boot.js\"></script></head>"), None);
        assert_eq!(Head::of("<script id=\"pagemend-boot\">never ends"), None);
    }

    #[test]
    fn versions_are_those_that_are_pinned() {
        let peers = serde_json::json!({"devDependencies": {"@sentry/browser": "1.2.3"}});
        assert_eq!(version(Guest::Sentry, &peers).as_deref(), Some("1.2.3"));
        assert_eq!(version(Guest::Pagemend, &peers).as_deref(), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(version(Guest::Faro, &peers), None);
        assert_eq!(version(Guest::None, &peers), None);
    }
}
