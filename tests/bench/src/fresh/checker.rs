//! Who is to tell the user of a new version: Pagemend, or one of two update checkers as npm has them, each set up as its own guide says.
use anyhow::Result;
use pagemend_lab::site::{DIST, Files, read, root};
use serde_json::{Value, json};
use std::sync::Arc;

/// Between two questions, the same for all: the shortest that all of them take.
pub const POLL_MS: u32 = 30_000;
/// How many times as fast the clocks of the pages run. The guard gives up a manifest after 3 seconds: that must be time enough for a server nearby.
pub const TIMES: u32 = 10;
/// When the first release was made, in milliseconds since 1970; each was made an hour after the one before.
const FIRST_BUILT_AT: u64 = 1_760_000_000_000;
const HOUR: u64 = 3_600_000;
const WATCH: &str = include_str!("../../fresh/watch.js");
const HASTEN: &str = include_str!("../../fresh/hasten.js");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checker {
    Pagemend,
    VersionRocket,
    /// @plugin-web-update-notification: the script and the style that its plugins put into a page.
    UpdateNotification,
}

/// What a notice says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// That another version is live.
    Version,
    SomethingElse,
}

impl Checker {
    pub const ALL: [Self; 3] = [Self::Pagemend, Self::VersionRocket, Self::UpdateNotification];

    pub fn name(self) -> &'static str {
        match self {
            Self::Pagemend => "pagemend",
            Self::VersionRocket => "version-rocket",
            Self::UpdateNotification => "@plugin-web-update-notification",
        }
    }

    /// As the peers' package.json has it.
    pub fn package(self) -> Option<&'static str> {
        match self {
            Self::Pagemend => None,
            Self::VersionRocket => Some("version-rocket"),
            Self::UpdateNotification => Some("@plugin-web-update-notification/core"),
        }
    }

    /// Where it asks for the live release; the peers add the time as a query.
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Pagemend => "/pagemend/build.json",
            Self::VersionRocket => "/version.json",
            Self::UpdateNotification => "/pluginWebUpdateNotice/web_version_by_plugin.json",
        }
    }

    /// What the manifest says when this release is live, as each one's own tools write it.
    pub fn release(self, number: u32) -> Value {
        match self {
            Self::Pagemend => json!({"build": version(number), "builtAt": built_at(number)}),
            Self::VersionRocket => json!({"version": version(number), "external": ""}),
            Self::UpdateNotification => json!({"version": version(number)}),
        }
    }

    /// Its field for the version.
    pub fn field(self) -> &'static str {
        match self {
            Self::Pagemend => "build",
            Self::VersionRocket | Self::UpdateNotification => "version",
        }
    }

    /// The element of its notice.
    fn notice(self) -> &'static str {
        match self {
            Self::Pagemend => "pagemend-prompt",
            Self::VersionRocket => "#version-rocket",
            Self::UpdateNotification => ".plugin-web-update-notice",
        }
    }

    /// The button of its notice that puts it off: an expression for the page.
    pub fn later(self) -> &'static str {
        match self {
            Self::Pagemend => {
                "document.querySelector('pagemend-prompt')?.shadowRoot?.querySelector('[data-choice=later]')"
            }
            Self::VersionRocket => "document.querySelector('#version-rocket .cancel-button')",
            Self::UpdateNotification => "document.querySelector('.plugin-web-update-notice-dismiss-btn')",
        }
    }

    /// The guard has other things to say, too; the peers have one notice.
    pub fn says(self, kind: &str) -> Says {
        if self == Self::Pagemend && kind != "new-version" { Says::SomethingElse } else { Says::Version }
    }

    /// What it finds the running release to be, where it has a word for that: an expression for the page.
    pub fn verdict(self) -> Option<&'static str> {
        (self == Self::Pagemend).then_some("guard.checkFreshness().then((verdict) => verdict.state)")
    }

    /// What it is made of, by the paths below which the page finds it.
    pub fn files(self) -> Result<Files> {
        let (folder, names): (_, &[&str]) = match self {
            Self::Pagemend => (DIST, &["boot.js", "resort.js", "engine.js", "pagemend_bg.wasm", "client.js"]),
            Self::VersionRocket => ("target/bench/fresh", &["version-rocket.js", "version-rocket.css"]),
            Self::UpdateNotification => (
                "tests/bench/peers/node_modules/@plugin-web-update-notification/core/dist",
                &["webUpdateNoticeInjectScript.iife.js", "webUpdateNoticeInjectStyle.css"],
            ),
        };
        Ok(Arc::new(read(&root().join(folder), names)?))
    }

    /// The page in which this release runs. `since`: when the visit began, in milliseconds since 1970.
    pub fn document(self, running: u32, since: u64, files: &Files) -> String {
        let bench = json!({
            "notice": self.notice(), "version": version(running), "pollMs": POLL_MS, "times": TIMES, "since": since,
        });
        let (head, foot) = (self.head(running, files), self.foot());
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Loan</title><link rel=\"icon\" href=\"data:,\">\
             <script>var bench = {bench};\n{WATCH}\n{HASTEN}</script>{head}</head>\
             <body><div id=\"app\"><h1>Your loan</h1><p>Your credit line is 20,000.</p></div>{foot}</body></html>"
        )
    }

    fn head(self, running: u32, files: &Files) -> String {
        let file = |name: &str| String::from_utf8_lossy(files.get(name).map_or(&[][..], Vec::as_slice)).into_owned();
        match self {
            Self::Pagemend => {
                let config = json!({
                    "engine": ["/pagemend/"], "fallback": [], "timeoutMs": 60_000, "lastResortMs": 60_000,
                    "options": {
                        "service": "bench", "build": version(running), "builtAt": built_at(running), "locale": "en",
                        "freshness": {"pollMs": POLL_MS},
                    },
                });
                let config = config.to_string().replace('&', "&amp;").replace('"', "&quot;");
                let (boot, resort) = (file("boot.js"), file("resort.js"));
                format!(
                    "<script id=\"pagemend-boot\" data-config=\"{config}\">{boot}</script><script>{resort}</script>"
                )
            }
            Self::VersionRocket => "<link rel=\"stylesheet\" href=\"/files/version-rocket.css\">".into(),
            Self::UpdateNotification => {
                let (version, script) = (version(running), file("webUpdateNoticeInjectScript.iife.js"));
                // As its plugins put it in, with their default for the language changed.
                let options =
                    json!({"injectFileBase": "/", "checkInterval": POLL_MS, "locale": "en_US", "logVersion": false});
                format!(
                    "<link rel=\"stylesheet\" href=\"/files/webUpdateNoticeInjectStyle.css\">\
                     <script data-id=\"_pwun_\" data-v=\"{version}\">{script}\nwindow.__checkUpdateSetup__({options});</script>"
                )
            }
        }
    }

    fn foot(self) -> &'static str {
        match self {
            Self::Pagemend => {
                "<script type=\"module\">import { start } from \"/pagemend/client.js\"; window.guard = start();</script>"
            }
            Self::VersionRocket => "<script src=\"/files/version-rocket.js\"></script>",
            Self::UpdateNotification => "<div class=\"plugin-web-update-notice-anchor\"></div>",
        }
    }
}

pub fn version(number: u32) -> String {
    format!("1.{number}.0")
}

fn built_at(number: u32) -> u64 {
    FIRST_BUILT_AT + u64::from(number) * HOUR
}
