//! Freshness: is the running build the one that the server serves now?

use super::event::Manifest;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    Stale,
    Unknown,
}

impl Freshness {
    pub fn code(self) -> &'static str {
        match self {
            Freshness::Fresh => "fresh",
            Freshness::Stale => "stale",
            Freshness::Unknown => "unknown",
        }
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

/// Judges one answer of the manifest. A build made *earlier* than the running one is a server that lags behind in a
/// roll-out, not a new version: comparing with "differs" alone makes pages flap between two servers.
pub fn judge(running: &str, built_at: u64, latest: Option<&Manifest>) -> FreshnessVerdict {
    let verdict = |state, latest: &str, reason| FreshnessVerdict {
        state,
        running: running.into(),
        latest: latest.into(),
        reason,
    };
    let Some(latest) = latest else {
        return verdict(Freshness::Unknown, "", "the build manifest could not be read");
    };
    if running.is_empty() {
        return verdict(Freshness::Unknown, &latest.build, "the running build is not known: set `build`");
    }
    if running == latest.build {
        return verdict(Freshness::Fresh, &latest.build, "the served build is the running one");
    }
    if built_at > 0 && latest.built_at > 0 && latest.built_at <= built_at {
        return verdict(Freshness::Fresh, &latest.build, "the server that answered lags behind the running build");
    }
    verdict(Freshness::Stale, &latest.build, "a newer build is served")
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
