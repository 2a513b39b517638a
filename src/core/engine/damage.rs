//! Damage on the device: what the page's own errors name is scanned for, and a scan proves something or does not.

use super::case::CaseId;
use super::{Engine, Role, evidence, limit};
use crate::core::action::Command;
use crate::core::event::{Bytes, Compared};
use crate::core::incident::Finding;
use crate::core::time::Millis;

/// Errors of a kind that are kept. A page fails over the first.
const MAX_ERRORS: usize = 8;
/// Content must have been seen for so long before its entries are taken for sound.
const HELD: Millis = Millis(3_000);

/// What the page's own errors said, raw: it is compared on this device and never sent.
#[derive(Debug, Default)]
pub(super) struct Damage {
    /// Messages of `JSON.parse`.
    json: Vec<String>,
    /// Scripts that could not be parsed: the error, and the script's address, which is empty where the browser does not tell.
    unparsed: Vec<(String, String)>,
    fine_since: Option<Millis>,
    noted: bool,
}

impl Engine {
    pub(super) fn json_refused(&mut self, text: &str) {
        let known = &mut self.damage.json;
        if known.len() < MAX_ERRORS && !known.iter().any(|message| message == text) {
            known.push(text.into());
        }
    }

    pub(super) fn maybe_unparsed(&mut self, text: &str, source: &str) {
        let source = source.split('#').next().unwrap_or_default();
        let known = &mut self.damage.unparsed;
        if evidence::is_syntax_error(text)
            && known.len() < MAX_ERRORS
            && !known.iter().any(|(_, address)| address == source)
        {
            known.push((text.into(), source.into()));
        }
    }

    pub(super) fn scan_storage(&mut self, role: Role) {
        let errors = self.damage.json.clone();
        self.ask(limit::SCAN, role, Command::ScanStorage { errors });
    }

    pub(super) fn scan_caches(&mut self, role: Role, urls: Vec<String>) {
        let mut unparsed = Vec::new();
        for (_, source) in &self.damage.unparsed {
            if source.is_empty() || self.is_own(source) {
                unparsed.push(source.clone());
            }
        }
        let own = self.config.origins.iter().chain(&self.config.fallbacks).cloned().collect();
        self.ask(limit::COMPARE, role, Command::ScanCaches { urls, unparsed, own });
    }

    /// A script that this browser cannot parse is beyond it only when the network has the very same bytes.
    pub(super) fn bytes_compared(&mut self, id: CaseId, compared: &[Compared]) {
        let mut found: Vec<Finding> = Vec::new();
        for file in compared {
            if file.bytes == Bytes::Renewed {
                found.push(evidence::stale_file(&file.url));
            }
        }
        for (text, source) in &self.damage.unparsed {
            let mut files = compared.iter().filter(|file| source.is_empty() || file.url == *source).peekable();
            let told = files.peek().is_some();
            let (mut same, mut cut) = (true, false);
            for file in files {
                same &= file.bytes != Bytes::Renewed;
                cut |= file.bytes == Bytes::SameButCut;
            }
            if told && same && !evidence::ends_too_early(text, cut) {
                found.push(evidence::unsupported_syntax(text, source));
            }
        }
        if let Some(case) = self.case(id) {
            case.incident.add_all(found);
        }
    }

    /// Content was seen, again. Once a page, when it has held and nothing is wrong, the device notes what its entries are like.
    pub(super) fn content_holds(&mut self) {
        if !self.cases.is_empty() || !self.damage.json.is_empty() {
            self.damage.fine_since = None;
            return;
        }
        let since = *self.damage.fine_since.get_or_insert(self.now);
        if !self.damage.noted && self.now >= since + HELD {
            self.damage.noted = true;
            self.tell(Command::NoteStorage);
        }
    }
}
