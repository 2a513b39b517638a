//! The scan: which files are looked for in which caches.

use super::compare::{self, Verdict};
use super::files::{self, File};
use super::network::Network;
use super::store::{QUARANTINE, Store};
use crate::core::storage::{Bytes, CacheFacts, Compared, PoisonedEntry, is_style};
use crate::shell::state::Shell;
use crate::shell::task;
use wasm_bindgen::JsValue;

const MOST_URLS: usize = 50;
const MOST_CACHES: usize = 20;
/// Files that may have been the one with a syntax error, when the browser does not say which.
const MOST_LATEST: usize = 3;

/// What the engine wants to know.
pub struct Question {
    /// Addresses that failed. Those of the page's own files are looked for, too.
    pub urls: Vec<String>,
    /// Files that could not be parsed, compared wherever they came from. An empty one stands for those that came last.
    pub unparsed: Vec<String>,
    /// Origins whose files may be compared.
    pub own: Vec<String>,
}

/// Compares entries of Cache Storage with the network. What cannot be compared is left out.
pub async fn run(shell: &Shell, network: &Network, question: &Question) -> Result<CacheFacts, JsValue> {
    let mut facts = CacheFacts::default();
    let href = shell.page.location().href()?;
    let here = href.split('#').next().unwrap_or_default();
    if question.unparsed.iter().any(|url| url == here) && files::document_is_fresh(shell) {
        facts.compared.push(Compared { url: here.into(), bytes: Bytes::Same });
    }
    let files = files(shell, question, here);
    let store = Store::of(shell).ok();
    let mut names = Vec::new();
    if let Some(store) = &store {
        names = store.names().await?;
        names.truncate(MOST_CACHES);
        names.retain(|name| name != QUARANTINE);
    }
    let scan = Scan { shell, network, store, names };
    for found in task::all(files.iter().map(|file| scan.look(file))).await {
        facts.poisoned.extend(found.poisoned);
        facts.compared.extend(found.compared);
    }
    Ok(facts)
}

/// What is looked for: suspects first, then whatever else the page has.
fn files(shell: &Shell, question: &Question, here: &str) -> Vec<File> {
    let is_own = |url: &String| shell.page.resolve(url).is_some_and(|parsed| question.own.contains(&parsed.origin()));
    let mut unparsed: Vec<String> = question.unparsed.clone();
    unparsed.retain(|url| !url.is_empty() && url != here);
    if question.unparsed.iter().any(|url| url.is_empty()) {
        let scripts = files::loaded(shell).into_iter().filter(|url| is_own(url) && !is_style(url));
        unparsed.extend(scripts.take(MOST_LATEST));
    }
    let suspects = [&question.urls[..], &unparsed].concat();
    let mut all: Vec<File> = Vec::new();
    for url in suspects.iter().cloned().chain(files::of_page(shell)) {
        if all.len() >= MOST_URLS {
            break;
        }
        if !url.is_empty() && is_own(&url) && !all.iter().any(|file| file.url == url) {
            all.push(File { suspect: suspects.contains(&url), unparsed: unparsed.contains(&url), url });
        }
    }
    all
}

struct Scan<'s> {
    shell: &'s Shell,
    network: &'s Network,
    store: Option<Store>,
    /// Of the caches that are looked into.
    names: Vec<String>,
}

impl Scan<'_> {
    /// What there is to say of one file; where the look fails, what was found by then.
    async fn look(&self, file: &File) -> CacheFacts {
        let mut found = CacheFacts::default();
        let _ = self.look_into(file, &mut found).await;
        found
    }

    /// Looks for entries of one address in all caches; without any, the HTTP cache is compared when the file could not be parsed.
    async fn look_into(&self, file: &File, found: &mut CacheFacts) -> Result<(), JsValue> {
        let mut kept = false;
        if let Some(store) = &self.store {
            for name in &self.names {
                let Some(entry) = store.find(name, &file.url).await? else { continue };
                kept = true;
                match compare::entry(self.shell, self.network, file, &entry).await? {
                    Verdict::Poisoned(why) => {
                        found.poisoned.push(PoisonedEntry { cache: name.clone(), url: file.url.clone(), why });
                    }
                    Verdict::Compared(bytes) => found.compared.push(Compared { url: file.url.clone(), bytes }),
                    Verdict::Nothing => (),
                }
            }
        }
        if !kept && file.unparsed && self.network.may_compare() {
            let bytes = compare::http_cache(self.network, &file.url).await?;
            found.compared.extend(bytes.map(|bytes| Compared { url: file.url.clone(), bytes }));
        }
        Ok(())
    }
}
