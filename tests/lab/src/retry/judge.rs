//! Who is to make the rows' pages come up: Pagemend, another library, or nobody.
use super::row::Row;
use std::time::Duration;

/// Generous: a row is over as soon as it holds.
const PATIENCE: Duration = Duration::from_secs(45);
/// Without the guard most rows never hold.
const PATIENCE_WITHOUT: Duration = Duration::from_secs(3);
/// They try again at once.
const PATIENCE_PEERS: Duration = Duration::from_secs(6);

/// Who is to make the page come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judge {
    None,
    Pagemend,
    /// As its package ships it.
    AssetsRetry,
    /// The script that @rsbuild/plugin-assets-retry puts into the page.
    Rsbuild,
}

impl Judge {
    pub fn name(self) -> &'static str {
        match self {
            Judge::None => "nobody",
            Judge::Pagemend => "pagemend",
            Judge::AssetsRetry => "assets-retry",
            Judge::Rsbuild => "@rsbuild/plugin-assets-retry",
        }
    }

    /// Its rows: only Pagemend has to do with calls.
    pub fn walks(self, row: &Row) -> bool {
        self == Judge::Pagemend || self == Judge::None || (row.guard.is_empty() && !row.calls())
    }

    pub fn patience(self) -> Duration {
        match self {
            Judge::None => PATIENCE_WITHOUT,
            Judge::Pagemend => PATIENCE,
            Judge::AssetsRetry | Judge::Rsbuild => PATIENCE_PEERS,
        }
    }

    pub fn files(self) -> &'static [&'static str] {
        match self {
            Judge::None | Judge::Pagemend => {
                &["boot.js", "resort.js", "trust.js", "calls.js", "engine.js", "pagemend_bg.wasm", "client.js"]
            }
            Judge::AssetsRetry => &["assets-retry/dist/assets-retry.umd.js"],
            Judge::Rsbuild => &["@rsbuild/plugin-assets-retry/dist/runtime/initialChunkRetry.min.js"],
        }
    }
}
