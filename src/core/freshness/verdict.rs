//! How the running build stands to the served one.

use super::manifest::Manifest;
use crate::core::config::Config;
use crate::core::vocabulary::vocabulary;

vocabulary! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Freshness {
        /// The running build is live, or the server that answered lags behind it.
        Fresh = "fresh",
        /// A newer build is live.
        Stale = "stale",
        /// The running build was taken back: an older one is live.
        Withdrawn = "withdrawn",
        /// No answer is believed, or answers do not agree.
        Unknown = "unknown",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshnessVerdict {
    pub state: Freshness,
    pub running: String,
    pub latest: String,
    /// The running build is too old to submit anything.
    pub required: bool,
    /// In words, for developers.
    pub reason: &'static str,
}

pub fn unknown(running: &Manifest, reason: &'static str) -> FreshnessVerdict {
    let (running, latest) = (running.build.clone(), String::new());
    FreshnessVerdict { state: Freshness::Unknown, running, latest, required: false, reason }
}

/// What one served build is to the running one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Same,
    Newer,
    /// Made *earlier*: a server that lags behind in a roll-out, or a release that was taken back.
    Older,
    /// It is not known what runs here.
    Unknown,
}

/// By number, then by when they were built, then by name: "differs" alone would make pages flap between two servers of a roll-out.
pub fn standing(running: &Manifest, served: &Manifest) -> Standing {
    if running.is_same(served) {
        return Standing::Same;
    }
    let numbered = running.number > 0 && served.number > 0;
    let (mine, theirs) = if numbered { (running.number, served.number) } else { (running.built_at, served.built_at) };
    match (mine, theirs) {
        (0, _) | (_, 0) if running.build.is_empty() => Standing::Unknown,
        (0, _) | (_, 0) => Standing::Newer,
        _ if mine == theirs => Standing::Same,
        _ if mine < theirs => Standing::Newer,
        _ => Standing::Older,
    }
}

/// The build that runs here, as its manifest has it.
pub fn running(config: &Config) -> Manifest {
    let Config { build, built_at, build_number, .. } = config;
    Manifest { build: build.clone(), built_at: *built_at, number: *build_number, ..Manifest::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_told_apart_by_number_then_by_time_then_by_name() {
        let cases = [
            // Name, time and number of the running one, and of the served one.
            (("1", 10, 0), ("1", 10, 0), Standing::Same),
            (("1", 10, 0), ("2", 20, 0), Standing::Newer),
            (("2", 20, 0), ("1", 10, 0), Standing::Older),
            (("1", 0, 0), ("2", 20, 0), Standing::Newer),
            (("1", 10, 0), ("2", 0, 0), Standing::Newer),
            (("", 0, 0), ("2", 20, 20), Standing::Unknown),
            (("", 10, 0), ("2", 20, 20), Standing::Newer),
            // The number, whatever the clock of the machine that built it says.
            (("1", 20, 7), ("2", 10, 8), Standing::Newer),
            (("2", 10, 8), ("1", 20, 7), Standing::Older),
            (("1", 10, 7), ("1", 10, 8), Standing::Newer),
            (("1", 10, 7), ("1-rebuilt", 20, 7), Standing::Same),
            // No number on one side.
            (("1", 10, 7), ("2", 20, 0), Standing::Newer),
            (("1", 10, 0), ("2", 9, 12), Standing::Older),
            // One release, built twice.
            (("1", 10, 10), ("1", 20, 20), Standing::Same),
        ];
        for ((build, built_at, number), (name, time, served), expected) in cases {
            let [running, latest] =
                [(build, built_at, number), (name, time, served)].map(|(build, built_at, number)| Manifest {
                    build: build.into(),
                    built_at,
                    number,
                    ..Manifest::default()
                });
            assert_eq!(standing(&running, &latest), expected, "{running:?} {latest:?}");
        }
    }
}
