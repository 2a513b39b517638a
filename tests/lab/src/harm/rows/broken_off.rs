//! Rows: repairs that are broken off in the middle, or made by two tabs at once. What is damaged is set aside whole, its neighbours stay, and the page
//! comes up.
use super::super::act::Act::*;
use super::super::facts::Fact::*;
use super::super::row::{KEEPS_APP, ROW, Row, blank};
use crate::answer::Answer::*;

/// Shows the cart that is stored.
macro_rules! shows {
    () => {
        "app.innerHTML = `<h1>Cart</h1><p>${JSON.parse(localStorage.cart ?? '{\"items\":[]}').items.length} items in it</p>`"
    };
}

/// A damaged entry and its neighbour. What `$first` does to the browser befalls the first window alone.
macro_rules! damaged {
    ($first:literal) => {
        concat!(
            "<script>if (!localStorage.made) { localStorage.made = sessionStorage.first = 1; localStorage.cart = '{\"items\":[1,2'; localStorage.note = '{mine}' } if (sessionStorage.first) { ",
            $first,
            " }</script>"
        )
    };
}

/// A worker answers with half a script, which nothing removes for the first window.
const CACHED: &str = blank!(
    r#"<script>(async () => { const type = { headers: { "content-type": "text/javascript" } }; if (location.search) { setInterval(async () => { heard[0] = await caches.match("/app.js") ? "kept" : "gone"; heard[1] = await caches.has("pagemend:quarantine") }, 100); if (!localStorage.made) localStorage.made = sessionStorage.first = 1; if (sessionStorage.first) Cache.prototype.delete = () => new Promise(() => {}) } else { await navigator.serviceWorker.register("/sw.js"); await navigator.serviceWorker.ready; await (await caches.open("app")).put("/app.js", new Response("let a = { b: [", type)); heard.push("ready") } })()</script>"#,
    r#"<script src="/app.js"></script>"#
);

const NOTHING_IS_REMOVED: &str = damaged!("Storage.prototype.removeItem = () => {}");
const HALF_A_COPY: &str = damaged!(
    "Storage.prototype.removeItem = () => {}; const set = Storage.prototype.setItem; Storage.prototype.setItem = function (key, value) { set.call(this, key, key.startsWith('pagemend:quarantine:') ? value.slice(0, 4) : value) }"
);
/// Each waits for the other before it shows anything.
const TWO: &str = blank!(
    "<script>localStorage['tab ' + (sessionStorage.tab ??= Math.random())] = 1; const wait = setInterval(() => { if (Object.keys(localStorage).filter((key) => key.startsWith('tab ')).length < 2) return; clearInterval(wait); ",
    shows!(),
    "; localStorage['up ' + sessionStorage.tab] = 1 }, 50)</script>"
);

/// The copies beside their entries.
macro_rules! copies {
    () => {
        "Object.entries({ ...localStorage }).filter(([key]) => key.startsWith('pagemend:quarantine:')).map(([, value]) => value)"
    };
}

/// What is right once the damaged entry is repaired.
const REPAIRED: Row = Row {
    check: concat!("[localStorage.note, localStorage.getItem('cart'), ", copies!(), "]"),
    want: r#"["{mine}",null,["{\"items\":[1,2"]]"#,
    stays_ms: 1500,
    fresh: true,
    ..ROW
};

pub const ROWS: &[Row] = &[
    Row {
        name: "killed-between-copy-and-removal",
        title: "a page that is killed when the copy is made and the entry not yet removed: the next one repairs it, and there is one copy",
        page: &[("/", Doc(NOTHING_IS_REMOVED, blank!("<script>", shows!(), "</script>")))],
        acts: &[Until(concat!(copies!(), ".length")), Kill, Open("/"), Until("text.includes('0 items')")],
        facts: &[Documents(3, 4)],
        ..REPAIRED
    },
    Row {
        name: "killed-in-the-middle-of-a-copy",
        title: "a page that is killed when half of the copy is written: the half is dropped, and the next page makes a whole one",
        page: &[("/", Doc(HALF_A_COPY, blank!("<script>", shows!(), "</script>")))],
        acts: &[Until(concat!(copies!(), ".length")), Kill, Open("/"), Until("text.includes('0 items')")],
        facts: &[Documents(3, 4)],
        ..REPAIRED
    },
    Row {
        name: "killed-before-a-cached-entry-is-removed",
        title: "the same with an entry of a worker's cache, whose copy WebKit forgets with its page: the next one makes another",
        page: &[
            ("/", Doc("", CACHED)),
            ("/app.js", Js("document.querySelector('#app').innerHTML = '<h1>Up</h1>'")),
            ("/sw.js", Js(KEEPS_APP)),
        ],
        acts: &[
            Until("heard.includes('ready')"),
            Open("/?again"),
            Until("heard[1] == true"),
            Kill,
            Open("/?again"),
            Until("text == 'Up' && heard[0] == 'gone'"),
        ],
        check: "[text, !!prompt]",
        want: r#"["Up",false]"#,
        stays_ms: 1500,
        fresh: true,
        ..ROW
    },
    Row {
        name: "two-tabs-repair-at-once",
        title: "two tabs fail over one damaged entry at the same moment: both come up, with a copy of it",
        page: &[("/", Doc(damaged!(""), TWO))],
        acts: &[
            Window("/"),
            Until(
                "text.includes('0 items') && Object.keys(localStorage).filter((key) => key.startsWith('up ')).length == 2",
            ),
        ],
        facts: &[Documents(4, 4)],
        ..REPAIRED
    },
];
