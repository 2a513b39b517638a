//! Rows: records arrive once, and are not sent for ever.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::{ROW, Row, blank};
use crate::answer::Answer::*;
use crate::site::Cors;

const ACROSS: &str = r#"{"options": {"endpoint": "{{collector}}/v1/logs"}}"#;
const NEXT: crate::answer::Answer =
    Doc("", r#"<div id="app"><h1>The next page</h1><p>With a little text on it.</p></div>"#);
const LEAVES: &str = blank!("<script>throw new TypeError('no list')</script>");
const PAGES: &[(&str, crate::answer::Answer)] = &[("/", Doc("", LEAVES)), ("/next", NEXT)];
/// Leaves by itself: a driver takes a moment, in which the record may be on its way.
const LEAVES_AT_THE_PROMPT: &str = blank!(
    "<script>new MutationObserver(() => document.querySelector('pagemend-prompt') && location.assign('/next')).observe(document, { childList: true, subtree: true }); throw new TypeError('no list')</script>"
);
const LEAVES_AT_THE_RECORD: &str = blank!(
    "<script>const timer = setInterval(() => { if (Object.keys(localStorage).some((key) => key.startsWith('pagemend:queue'))) { clearInterval(timer); location.assign('/next') } }, 5); throw new TypeError('no list')</script>"
);
const LEAVE: &[super::Act] = &[Until("told"), Open("/next"), Until("text.includes('next')")];
const ONCE: Row =
    Row { start: "/", config: ACROSS, facts: &[Once], stays_ms: 4500, fresh: true, page: PAGES, acts: LEAVE, ..ROW };

pub const ROWS: &[Row] = &[
    Row {
        name: "left-with-a-record",
        title: "a record of a page that is left at once arrives exactly once",
        page: &[("/", Doc("", LEAVES_AT_THE_PROMPT)), ("/next", NEXT)],
        acts: &[Until("text.includes('next')")],
        facts: &[Once, Sent(1, 20)],
        ..ONCE
    },
    Row {
        name: "left-with-a-record-and-the-collector-is-busy",
        title: "so it does when the collector could not take it the first time",
        collector: &[("/v1/logs", Then(&[Status(503), Json("{}")]))],
        ..ONCE
    },
    Row {
        name: "left-with-a-record-and-the-collector-is-gone",
        title: "so it does when the collector cannot be reached while the page is left",
        acts: &[
            Down("collector"),
            Until("told"),
            Open("/next"),
            Until("text.includes('next')"),
            Rest(500),
            Up("collector"),
            Open("/next?2"),
            Until("text.includes('next')"),
        ],
        ..ONCE
    },
    Row {
        name: "left-at-the-first-moment",
        title: "a page that is left in the very moment of its fault is told of by the next",
        page: &[("/", Doc("", LEAVES_AT_THE_RECORD)), ("/next", NEXT)],
        acts: &[Until("text.includes('next')")],
        facts: &[Once, Sent(1, 20)],
        ..ONCE
    },
    Row {
        name: "collector-without-cors",
        title: "a collector that takes records and lets nobody read its answer gets few copies, and the console says why",
        cors: Cors::Blind,
        acts: &[
            Until("told"),
            Open("/next?1"),
            Until("text.includes('next')"),
            Rest(2200),
            Open("/next?2"),
            Until("text.includes('next')"),
            Rest(2200),
            Open("/next?3"),
            Until("text.includes('next')"),
            Rest(2200),
            Open("/next?4"),
            Until("text.includes('next')"),
            Rest(2200),
            Open("/next?5"),
            Until("text.includes('next')"),
            Rest(2200),
            Open("/next?6"),
            Until("text.includes('next')"),
            Rest(2200),
        ],
        facts: &[Copies(4)],
        stays_ms: 500,
        ..ONCE
    },
    Row {
        name: "collector-without-cors-is-named",
        title: "the console names CORS where that is why no record gets through",
        cors: Cors::Nobody,
        acts: &[Until("told"), Rest(6000)],
        check: "said.filter((t) => /CORS/.test(t) && /pagemend/i.test(t)).length",
        want: "1",
        facts: &[],
        stays_ms: 2000,
        ..ONCE
    },
    Row {
        name: "three-tabs-and-a-collector-that-comes-back",
        title: "three windows with records that wait for the collector: each record arrives once",
        acts: &[
            Down("collector"),
            Until("told"),
            Window("/?2"),
            Until("told"),
            Window("/?3"),
            Until("told"),
            Rest(1500),
            Up("collector"),
        ],
        facts: &[Once, Incidents(3, 3)],
        stays_ms: 5000,
        ..ONCE
    },
    Row {
        name: "collector-refuses-for-good",
        title: "a collector that answers 400 is not asked again with the same",
        collector: &[("/v1/logs", Status(400))],
        acts: &[
            Until("told"),
            Open("/next"),
            Until("text.includes('next')"),
            Rest(2500),
            Open("/next?2"),
            Until("text.includes('next')"),
            Rest(2500),
        ],
        facts: &[Sent(1, 6)],
        stays_ms: 500,
        ..ONCE
    },
    Row {
        name: "collector-hangs",
        title: "a collector that never answers keeps no page from being left, and gets few copies",
        collector: &[("/v1/logs", Hang)],
        acts: &[
            Until("told"),
            Rest(3000),
            Open("/next"),
            Until("text.includes('next')"),
            Rest(3000),
            Open("/next?2"),
            Until("text.includes('next')"),
        ],
        facts: &[Sent(1, 6)],
        stays_ms: 500,
        ..ONCE
    },
    Row {
        name: "no-endpoint",
        title: "a page that names no collector sends nothing",
        config: r#"{"options": {"endpoint": null}}"#,
        page: &[("/", Doc("", blank!("<script>throw new TypeError('no list')</script>")))],
        acts: &[Until("told")],
        facts: &[Silent],
        stays_ms: 2000,
        ..ONCE
    },
];
