//! Leaving the page: for its own address anew, or for another one. Never by `location.reload()`, which sends a form's POST once more.

use super::page::is_http;
use super::promise::settled;
use super::state::Shell;
use super::task::spawn;
use super::web::header;
use super::{caches, clock, draft, expiry, listeners, typed, unsaved, witness};
use crate::core::event::{Answer, Event, Readiness};
use crate::core::id::ActionId;
use crate::core::number;
use crate::core::refresh::{Refresh, Way};
use clock::within;
use wasm_bindgen::JsValue;
use web_sys::{RequestCache, RequestInit};

/// The longest time that leaving the page waits for what is to be taken out of its way; the engine takes a page that is still there later on for one that
/// was not left.
const WAY_MS: f64 = 10_000.0;

/// Whether this document may be left for a new one of its address.
pub fn ask_leave(shell: &'static Shell, id: ActionId, by_user: bool) {
    if by_user || !unsaved::ask(shell) {
        return look_ahead(shell, id);
    }
    spawn(shell, async move {
        // What stands in a draft is not lost by leaving.
        draft::save_all(shell).await;
        if unsaved::ask(shell) {
            shell.answer(id, Answer::Leave(Readiness::Unsaved));
        } else {
            look_ahead(shell, id);
        }
    });
}

/// Nothing keeps it here: is there anything to leave it for?
fn look_ahead(shell: &'static Shell, id: ActionId) {
    if !listeners::may_reload(shell) {
        return shell.answer(id, Answer::Leave(Readiness::Forbidden));
    }
    spawn(shell, async move {
        let readiness = readiness(shell).await.unwrap_or(Readiness::Unanswered);
        shell.answer(id, Answer::Leave(readiness));
    });
}

/// A GET shows whether there is a new document, and renews what the HTTP cache has of it: a revalidation would be answered 304 for ever where a
/// server's tags never change.
async fn readiness(shell: &Shell) -> Result<Readiness, JsValue> {
    let init = RequestInit::new();
    init.set_cache(RequestCache::Reload);
    let response = shell.page.fetch(&shell.page.address().0.into(), &init).await?;
    // What is not read to its end is not cached.
    let text = response.text()?;
    settled(&text).await?;
    let is_page = response.ok() && header(&response, "content-type").contains("html");
    Ok(if is_page { Readiness::Ready } else { Readiness::NoPage { status: response.status() } })
}

/// Takes what would serve the old page again out of the way, and goes to the page's own address, by GET.
pub fn again(shell: &'static Shell, id: ActionId, refresh: Refresh) {
    // A worker that takes over may make the page reload itself.
    typed::keep(shell);
    spawn(shell, async move {
        let way = within(shell, WAY_MS, caches::make_way(shell, refresh)).await;
        if let Some(Ok(way)) = way
            && way != Way::default()
        {
            shell.dispatch(Event::WayMade(way));
        }
        // What was typed meanwhile is not lost where a draft has it.
        draft::save_all(shell).await;
        let unsaved = !refresh.by_user && unsaved::ask(shell);
        typed::keep(shell);
        if unsaved || open_again(shell, refresh).is_err() {
            shell.answer(id, Answer::Failed);
        }
    });
}

/// Whether a frame may open windows nobody tells: where it may not, nothing happens.
pub fn open_window(shell: &Shell) {
    let address = shell.page.location().href();
    let _ = address.and_then(|href| shell.page.window().open_with_url_and_target(&href, "_blank"));
}

fn open_again(shell: &Shell, refresh: Refresh) -> Result<(), JsValue> {
    let (address, fragment) = shell.page.address();
    let location = shell.page.location();
    let history = shell.page.window().history();
    let state = history.as_ref().ok().and_then(|history| history.state().ok()).unwrap_or_default();
    // boot.js gives the next document the whole address, or what the address has lost.
    let whole = format!("{address}{fragment}");
    let kept = witness::keep_place(shell, if refresh.again { &whole } else { &fragment }, &state);
    if refresh.again || !(kept || fragment.is_empty()) {
        // Nobody has kept an address with this in it; and one that differs takes a fragment along that nobody would put back.
        let joint = if address.contains('?') { '&' } else { '?' };
        let once = number::to_u32(clock::random(1e9));
        let fragment = if kept { "" } else { &fragment };
        return location.replace(&format!("{address}{joint}pagemend={once}{fragment}"));
    }
    if fragment.is_empty() {
        return location.replace(&address);
    }
    // With a fragment it would be a jump within this document.
    if let Ok(history) = history {
        let _ = history.replace_state_with_url(&state, "", Some(&address));
    }
    location.replace(&address)
}

/// Whether the page's own server answers, whatever it says.
pub fn ask_network(shell: &'static Shell, id: ActionId) {
    spawn(shell, async move {
        let init = RequestInit::new();
        init.set_method("HEAD");
        init.set_cache(RequestCache::NoStore);
        let sent = clock::now();
        let response = shell.page.fetch(&shell.page.address().0.into(), &init).await;
        if let Ok(response) = &response {
            expiry::heard(shell, response, sent, true);
        }
        shell.answer(id, Answer::Probed { ok: response.is_ok() });
    });
}

/// Only http(s), and only to the page's own site: a renewed link must not become a way out of it.
pub fn leave_for(shell: &'static Shell, id: ActionId, url: &str) {
    let own_host = shell.page.location().hostname().unwrap_or_default();
    let url = shell.page.resolve(url).filter(|url| is_http(url) && is_same_site(&url.hostname(), &own_host));
    let Some(url) = url else { return shell.answer(id, Answer::Failed) };
    typed::keep(shell);
    if shell.page.location().replace(&url.href()).is_err() {
        shell.answer(id, Answer::Failed);
    }
}

/// The same host, or one below the other. Two sisters under one parent are not enough: without the list of public
/// suffixes nobody can tell `a.example.com` from `a.github.io`.
fn is_same_site(a: &str, b: &str) -> bool {
    let is_below = |host: &str, parent: &str| {
        parent.contains('.') && host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
    };
    a == b || is_below(a, b) || is_below(b, a)
}
