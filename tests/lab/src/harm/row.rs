//! What a row of the harm suite says, and what the pages of many rows have in common.
use super::act::Act;
use super::facts::Fact;
use crate::answer::Routes;
use crate::drivers::Engine;
use crate::site::Cors;

pub struct Row {
    pub name: &'static str,
    /// For people: what befalls which page, and what must hold.
    pub title: &'static str,
    /// What is not named here is 404, in every part; the collector's path takes everything.
    pub page: Routes,
    pub backup: Routes,
    pub collector: Routes,
    /// Whom the collector's own origin lets read its answers.
    pub cors: Cors,
    /// Where the window goes first.
    pub start: &'static str,
    pub acts: &'static [Act],
    /// JSON over boot.js' configuration.
    pub config: &'static str,
    /// An expression of JavaScript, see `seen.js`…
    pub check: &'static str,
    /// …and the JSON of what it must come to.
    pub want: &'static str,
    pub facts: &'static [Fact],
    /// How long all of it must go on to hold.
    pub stays_ms: u64,
    /// Selectors of fields whose text must be there again when the page was killed and opened anew.
    pub keeps: &'static [&'static str],
    /// The page takes away by itself what it has stored: where it was killed, nothing can be said of that.
    pub wipes: bool,
    /// In a window that has shown no other row, and that shows no other one.
    pub fresh: bool,
    /// Engines in which the guard does not reach it yet: README says so, too.
    pub not_in: &'static [Engine],
}

/// What a row does not say.
pub const ROW: Row = Row {
    name: "",
    title: "",
    page: &[],
    backup: &[],
    collector: &[],
    cors: Cors::All,
    start: "/",
    acts: &[],
    config: "{}",
    check: "true",
    want: "true",
    facts: &[],
    stays_ms: 700,
    keeps: &[],
    wipes: false,
    fresh: false,
    not_in: &[],
};

/// A worker of the page's own that has `/app.js` from its cache, if it is there.
pub const KEEPS_APP: &str = "oninstall = () => skipWaiting(); onactivate = (e) => e.waitUntil(clients.claim()); onfetch = (e) => { if (e.request.url.endsWith('/app.js')) e.respondWith(caches.match(e.request).then((r) => r ?? fetch(e.request))) }";

/// A working page of little content.
macro_rules! healthy {
    ($($more:expr),*) => {
        concat!(r#"<div id="app"><h1>Your credit line</h1><p>20,000 is available to you today.</p><button>Apply now</button>"#, $($more,)* "</div>")
    };
}

/// Nothing comes up.
macro_rules! blank {
    ($($more:expr),*) => {
        concat!(r#"<div id="app"></div>"#, $($more),*)
    };
}

/// A module of the page's that talks to the guard.
macro_rules! guard {
    ($code:literal) => {
        concat!(
            r#"<script type="module">import { start } from "/pagemend/client.js"; const guard = start(); "#,
            $code,
            "</script>"
        )
    };
}

pub(super) use {blank, guard, healthy};
