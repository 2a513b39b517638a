//! What a row of the retry suite says, and the policies that the pages of some rows have.
use crate::answer::Routes;
use crate::drivers::Engine;

pub struct Row {
    pub name: &'static str,
    /// For people: what fails, and what must come of it.
    pub title: &'static str,
    pub head: &'static str,
    pub body: &'static str,
    /// The body of an async function with `guard` in it.
    pub guard: &'static str,
    /// What is not named here is 404.
    pub page: Routes,
    pub backup: Routes,
    /// A Content-Security-Policy; every element of the page then carries its nonce, `n0nce`.
    pub csp: &'static str,
    /// JSON over boot.js' configuration.
    pub config: &'static str,
    /// An expression of JavaScript…
    pub check: &'static str,
    /// …and the JSON of what it must come to.
    pub want: &'static str,
    /// Origin, path with query, and how often it may be asked for.
    pub asked: &'static [(&'static str, &'static str, usize, usize)],
    /// Every request with an idempotency key has the same.
    pub one_key: bool,
    /// Of all requests together.
    pub most: usize,
    /// Chromium is told to ask for the page's manifest, as it does when the page may be installed.
    pub manifest: bool,
    /// A page that shows content and has lost a script that it waited for is loaded anew, once: what counts is the document after that.
    pub reloads: bool,
    /// Engines in which the guard does not reach it yet: README says so, too.
    pub not_in: &'static [Engine],
}

/// A nonce on every element, and both origins.
pub const STRICT: &str = "default-src 'self'; script-src 'nonce-n0nce' 'self' 'wasm-unsafe-eval' {{backup}}; style-src 'self' 'nonce-n0nce' {{backup}}; \
     connect-src 'self' {{backup}}; img-src 'self' data: {{backup}}";
/// Trust goes from script to script, and no origin is named.
pub const DYNAMIC: &str =
    "script-src 'nonce-n0nce' 'strict-dynamic' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'";

/// Every address and text of a script must be made by a policy that is named here.
pub const TRUSTED: &str = "require-trusted-types-for 'script'; trusted-types pagemend; script-src 'nonce-n0nce' 'self' 'wasm-unsafe-eval' {{backup}}; \
     connect-src 'self' {{backup}}";

impl Row {
    /// With calls.js in its page.
    pub fn calls(&self) -> bool {
        self.config.contains("\"calls\"")
    }
}

/// What a row does not say.
pub const ROW: Row = Row {
    name: "",
    title: "",
    head: "",
    body: "",
    guard: "",
    page: &[],
    backup: &[],
    csp: "",
    config: "{}",
    check: "ran",
    want: "[]",
    asked: &[],
    one_key: false,
    most: usize::MAX,
    manifest: false,
    reloads: false,
    not_in: &[],
};
