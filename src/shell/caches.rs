//! Cache Storage: entries that cannot be what they were asked for, their copies and their removal.

use super::js::J;
use super::{Shell, js, look};
use crate::core::action::ActionId;
use crate::core::event::{Answer, PoisonedEntry, RepairDone};
use std::cell::Cell;
use std::rc::Rc;

const QUARANTINE: &str = "pagemend:quarantine";
const MOST_URLS: u32 = 50;
const MOST_CACHES: u32 = 20;

/// The getter throws in some private modes; there is none outside of secure contexts.
fn caches(shell: &Shell) -> J<'_> {
    js::get(shell.page.window(), "caches")
}

/// The entry of one cache. `Vary: Origin` must not hide it from a request that is not quite the page's own.
fn find<'s>(shell: &'s Shell, cache: &str, url: &str) -> js::Ended<'s> {
    let options = js::json(r#"{"ignoreVary":true}"#);
    js::set(options, "cacheName", js::s(cache));
    js::call2(caches(shell), "match", js::s(url), options)
}

/// A place to look at: name of the cache, address.
type Place = (String, String);

pub fn scan(shell: &'static Shell, id: ActionId, urls: Vec<String>) {
    if caches(shell).is_missing() {
        return shell.answer(id, Answer::Caches(Vec::new()));
    }
    js::then(js::call0(caches(shell), "keys"), move |names| {
        let Ok(names) = names else { return shell.answer(id, Answer::Failed) };
        let urls = if urls.is_empty() { page_urls(shell) } else { urls };
        let mut entries = Vec::new();
        let mut places: Vec<Place> = Vec::new();
        for name in &js::list(names, MOST_CACHES) {
            let name = name.as_string().unwrap_or_default();
            if name == QUARANTINE {
                continue;
            }
            for url in urls.iter().take(MOST_URLS as usize) {
                entries.push(js::ok(find(shell, &name, url)));
                places.push((name.clone(), url.clone()));
            }
        }
        js::then(js::all_settled(&entries), move |entries| read(shell, id, places, js::ok(entries)));
    });
}

/// A body that was damaged on the disk is found only by reading it.
fn read(shell: &'static Shell, id: ActionId, places: Vec<Place>, entries: J) {
    let mut bodies = Vec::new();
    // Whether each is there at all, and is HTML by its header.
    let mut kinds = Vec::new();
    for entry in &js::list(entries, MOST_URLS * MOST_CACHES) {
        let cached = js::get(*entry, "value");
        let kind = js::run(js::get(cached, "headers"), "get", "content-type").as_string().unwrap_or_default();
        kinds.push((cached.is_object(), kind.starts_with("text/html")));
        bodies.push(js::run0(js::run0(cached, "clone"), "text"));
    }
    js::then(js::all_settled(&bodies), move |bodies| {
        let bodies = js::list(js::ok(bodies), MOST_URLS * MOST_CACHES);
        let mut found = Vec::new();
        for (((cache, url), (there, html)), body) in places.iter().zip(&kinds).zip(&bodies) {
            let why = match js::text(*body, "value") {
                _ if !there => continue,
                None => "unreadable body",
                Some(body) if !html && !starts_like_html(&body) => continue,
                Some(_) if look::path(url).ends_with(".css") => "html for a style",
                Some(_) => "html for a script",
            };
            found.push(PoisonedEntry { cache: cache.clone(), url: url.clone(), why: why.into() });
        }
        shell.answer(id, Answer::Caches(found));
    });
}

/// The page's own scripts and stylesheets, when no address is given.
fn page_urls(shell: &Shell) -> Vec<String> {
    let selector = "script[src],link[rel~=stylesheet],link[rel~=modulepreload]";
    let mut urls = Vec::new();
    for element in &js::list(js::run(shell.page.document(), "querySelectorAll", selector), MOST_URLS) {
        urls.extend(js::text(*element, "src").or_else(|| js::text(*element, "href")));
    }
    urls
}

/// `<!--` is a comment in scripts and stylesheets too.
pub fn starts_like_html(body: &str) -> bool {
    let start = body.bytes().position(|byte| byte > b' ').unwrap_or(0);
    let body = body.get(start..).unwrap_or("");
    body.starts_with('<') && !body.starts_with("<!--")
}

/// A repair under way.
struct Repair {
    shell: &'static Shell,
    id: ActionId,
    done: Cell<RepairDone>,
    left: Cell<usize>,
}

pub fn repair(shell: &'static Shell, id: ActionId, done: RepairDone, mut entries: Vec<PoisonedEntry>) {
    if entries.is_empty() {
        return shell.answer(id, Answer::Repaired(done));
    }
    let left = Cell::new(entries.len());
    let repair = Rc::new(Repair { shell, id, done: Cell::new(done), left });
    while let Some(entry) = entries.pop() {
        set_aside(repair.clone(), entry);
    }
}

/// Copies, then removes; without a copy nothing is removed.
fn set_aside(repair: Rc<Repair>, entry: PoisonedEntry) {
    let going_on = repair.clone();
    js::then(find(repair.shell, &entry.cache, &entry.url), move |cached| {
        let cached = js::ok(cached).own();
        let repair = going_on.clone();
        js::then(open(&going_on, QUARANTINE), move |aside| {
            let aside = js::ok(aside);
            let put = js::call2(aside, "put", js::s(&entry.url), js::run0(J::of(&cached), "clone"));
            let (aside, cached) = (aside.own(), cached.clone());
            js::then(put, move |put| {
                if put.is_ok() {
                    return remove(repair, entry);
                }
                // A body that cannot be read cannot be copied: its status and headers are what is left of it.
                let husk = js::construct("Response", &[js::null(), J::of(&cached)]);
                let put = husk.and_then(|husk| js::call2(J::of(&aside), "put", js::s(&entry.url), husk));
                let known = J::of(&cached).is_object();
                js::then(
                    put,
                    move |put| {
                        if put.is_ok() && known { remove(repair, entry) } else { ended(&repair, false, false) }
                    },
                );
            });
        });
    });
}

fn open<'s>(repair: &'s Repair, cache: &str) -> js::Ended<'s> {
    js::call1(caches(repair.shell), "open", js::s(cache))
}

fn remove(repair: Rc<Repair>, entry: PoisonedEntry) {
    let going_on = repair.clone();
    js::then(open(&repair, &entry.cache), move |cache| {
        let deleted = js::call2(js::ok(cache), "delete", js::s(&entry.url), js::json(r#"{"ignoreVary":true}"#));
        js::then(deleted, move |deleted| ended(&going_on, true, js::ok(deleted).is_truthy()));
    });
}

fn ended(repair: &Repair, copied: bool, removed: bool) {
    let mut done = repair.done.get();
    done.copied += u32::from(copied);
    done.removed += u32::from(removed);
    done.failed += u32::from(!removed);
    repair.done.set(done);
    repair.left.set(repair.left.get().saturating_sub(1));
    if repair.left.get() == 0 {
        repair.shell.answer(repair.id, Answer::Repaired(done));
    }
}
