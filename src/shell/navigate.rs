//! Leaving the page: for its own address anew, or for another one. Never by `location.reload()`, which sends a form's POST once more.

use super::page::is_http_j;
use super::{Shell, fetch, js, listeners, look, typed, unsaved, witness};
use crate::core::event::{Answer, Readiness};
use crate::core::id::ActionId;
use crate::core::number;

/// The page's address, and what follows it from `#` on.
pub fn address(shell: &Shell) -> (String, String) {
    let href = shell.page.location().href().unwrap_or_default();
    let end = look::before(&href, b"#").len();
    let (address, fragment) = href.split_at(end);
    (address.into(), fragment.into())
}

/// Whether this document may be left for a new one of its address. A GET shows whether there is one, and renews what the HTTP cache has of it:
/// a revalidation would be answered 304 for ever where a server's tags never change.
pub fn ask_leave(shell: &'static Shell, id: ActionId, by_user: bool) {
    let answer = move |readiness| shell.answer(id, Answer::Leave(readiness));
    if !by_user && unsaved::ask(shell) {
        return answer(Readiness::Unsaved);
    }
    if !listeners::may_reload(shell) {
        return answer(Readiness::Forbidden);
    }
    let init = js::json(r#"{"cache":"reload"}"#);
    js::then(shell.page.fetch_j(js::undefined(), js::s(&address(shell).0), init), move |response| {
        let Ok(response) = response else { return answer(Readiness::Unanswered) };
        let status = number::to_u16(js::number(response, "status"));
        let page = js::flag(response, "ok") && look::holds(&fetch::header_j(response, "content-type"), "html");
        // What is not read to its end is not cached.
        js::then(js::call0(response, "text"), move |text| {
            answer(match text {
                Ok(_) if page => Readiness::Ready,
                Ok(_) => Readiness::NoPage { status },
                Err(_) => Readiness::Unanswered,
            });
        });
    });
}

/// Goes to the page's own address, by GET.
pub fn again(shell: &'static Shell, id: ActionId) {
    typed::keep(shell);
    let (address, fragment) = address(shell);
    let window = shell.page.window_j();
    let location = js::get(window, "location");
    let history = js::get(window, "history");
    let state = js::get(history, "state");
    let kept = witness::keep_place(shell, &fragment, &state.own());
    let gone = if fragment.is_empty() {
        js::call1(location, "replace", js::s(&address))
    } else if kept {
        // With a fragment it would be a jump within this document.
        js::ok(js::call(history, "replaceState", &[state, js::s(""), js::s(&address)]));
        js::call1(location, "replace", js::s(&address))
    } else {
        // Nobody would put the fragment back: an address that differs takes it along.
        let mark = if look::holds(&address, "?") { "&pagemend" } else { "?pagemend" };
        js::call1(location, "replace", js::s(&format!("{address}{mark}{fragment}")))
    };
    if gone.is_err() {
        shell.answer(id, Answer::Failed);
    }
}

/// Whether the page's own server answers, whatever it says.
pub fn ask_network(shell: &'static Shell, id: ActionId) {
    let init = js::json(r#"{"method":"HEAD","cache":"no-store"}"#);
    js::then(shell.page.fetch_j(js::undefined(), js::s(&address(shell).0), init), move |response: js::Ended| {
        shell.answer(id, Answer::Probed { ok: response.is_ok() });
    });
}

/// Only http(s), and only to the page's own site: a renewed link must not become a way out of it.
pub fn leave_for(shell: &'static Shell, id: ActionId, url: &str) {
    let Some(url) = shell.page.resolve_j(url) else { return shell.answer(id, Answer::Failed) };
    let host = js::word(url, "hostname");
    if !is_http_j(url) || !same_site(&host, &shell.page.location().hostname().unwrap_or_default()) {
        return shell.answer(id, Answer::Failed);
    }
    typed::keep(shell);
    typed::keep(shell);
    let location = js::get(shell.page.window_j(), "location");
    if js::call1(location, "replace", url).is_err() {
        shell.answer(id, Answer::Failed);
    }
}

/// The same host, or one below the other. Two sisters under one parent are not enough: without the list of public
/// suffixes nobody can tell `a.example.com` from `a.github.io`.
fn same_site(a: &str, b: &str) -> bool {
    let below = |host: &str, parent: &str| look::holds(parent, ".") && host.ends_with(&format!(".{parent}"));
    a == b || below(a, b) || below(b, a)
}
