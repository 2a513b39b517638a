//! Reloading, and leaving for a renewed link.

use super::page::is_http;
use super::{Shell, js, look, typed};
use crate::core::action::ActionId;
use crate::core::event::Answer;
use crate::core::text::cat;

pub fn reload(shell: &Shell) {
    typed::keep(shell);
    js::run0(js::get(shell.page.window(), "location"), "reload");
}

/// Only http(s), and only to the page's own site: a renewed link must not become a way out of it.
pub fn leave_for(shell: &'static Shell, id: ActionId, url: &str) {
    let Some(url) = shell.page.resolve(url) else { return shell.answer(id, Answer::Failed) };
    let host = js::word(url, "hostname");
    if !is_http(url) || !same_site(&host, &shell.page.location("hostname")) {
        return shell.answer(id, Answer::Failed);
    }
    typed::keep(shell);
    let location = js::get(shell.page.window(), "location");
    if js::call1(location, "replace", url).is_err() {
        shell.answer(id, Answer::Failed);
    }
}

/// The same host, or one below the other. Two sisters under one parent are not enough: without the list of public
/// suffixes nobody can tell `a.example.com` from `a.github.io`.
fn same_site(a: &str, b: &str) -> bool {
    let below = |host: &str, parent: &str| look::holds(parent, ".") && host.ends_with(&cat(&[".", parent]));
    a == b || below(a, b) || below(b, a)
}
