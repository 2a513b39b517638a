//! One answer of the build manifest against the running build.

use crate::core::event::Manifest;
use crate::core::vocabulary::vocabulary;

vocabulary! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Freshness {
        Fresh = "fresh",
        Stale = "stale",
        Unknown = "unknown",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshnessVerdict {
    pub state: Freshness,
    pub running: String,
    pub latest: String,
    /// In words, for developers.
    pub reason: &'static str,
}

pub fn unknown(running: &str, reason: &'static str) -> FreshnessVerdict {
    FreshnessVerdict { state: Freshness::Unknown, running: running.into(), latest: String::new(), reason }
}

/// Judges one answer of the manifest. A build made *earlier* than the running one is a server that lags behind in a
/// roll-out, not a new version: comparing with "differs" alone makes pages flap between two servers.
pub fn judge(running: &str, built_at: u64, latest: Option<&Manifest>) -> FreshnessVerdict {
    let (state, reason) = match latest {
        None => (Freshness::Unknown, "the build manifest could not be read"),
        Some(_) if running.is_empty() => (Freshness::Unknown, "the running build is not known: set `build`"),
        Some(latest) if running == latest.build => (Freshness::Fresh, "the served build is the running one"),
        Some(latest) if built_at > 0 && latest.built_at > 0 && latest.built_at <= built_at => {
            (Freshness::Fresh, "the server that answered lags behind the running build")
        }
        Some(_) => (Freshness::Stale, "a newer build is served"),
    };
    let latest = latest.map_or("", |m| &m.build).into();
    FreshnessVerdict { state, running: running.into(), latest, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_judged_by_build_and_age() {
        let served = |build: &str, built_at| Some(Manifest { build: build.into(), built_at });
        let cases = [
            ("1", 10, served("1", 10), Freshness::Fresh),
            ("1", 10, served("2", 20), Freshness::Stale),
            ("2", 20, served("1", 10), Freshness::Fresh),
            ("1", 0, served("2", 20), Freshness::Stale),
            ("1", 10, served("2", 0), Freshness::Stale),
            ("", 0, served("2", 20), Freshness::Unknown),
            ("1", 10, None, Freshness::Unknown),
        ];
        for (running, built_at, latest, expected) in cases {
            let verdict = judge(running, built_at, latest.as_ref());
            assert_eq!(verdict.state, expected, "{running} {built_at} {latest:?}");
        }
    }
}
