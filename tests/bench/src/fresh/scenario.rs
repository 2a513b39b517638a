//! What the servers do in each scenario, and what is right then.
use crate::server::Live;

pub struct Scenario {
    pub name: &'static str,
    /// The right outcome.
    pub right: &'static str,
    /// The release that the page runs.
    pub running: u32,
    /// Whether a service worker of the page answers first.
    pub worker: bool,
    pub phases: &'static [Phase],
}

/// A while in which the server answers in one way. The first thing that is not right ends a visit.
#[derive(Clone, Copy)]
pub struct Phase {
    pub live: Live,
    /// What the person does as it begins.
    pub acts: &'static [Act],
    pub want: Want,
    /// So many questions are listened to, if they come.
    pub questions: usize,
    /// At its end the page asks its own server for something else, and is to get it.
    pub calls: bool,
}

#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Presses the notice's button for later.
    PutOff,
    /// Loads the page anew, in which this release runs.
    Reload(u32),
}

/// What is told in a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    Nothing,
    /// One notice of another version.
    Once,
    AtMostOnce,
    /// At most one notice, and not at the first answer; who has a word for it calls the running release withdrawn.
    Withdrawn,
}

const QUESTIONS: usize = 3;

const fn phase(live: Live, want: Want) -> Phase {
    Phase { live, acts: &[], want, questions: QUESTIONS, calls: false }
}

/// All is well: no more than that is to be heard.
const fn begin(live: Live) -> Phase {
    Phase { questions: 1, ..phase(live, Want::Nothing) }
}

/// Who was silent was not dead: a release after all of it is told.
const PROOF: Phase = Phase { questions: 2, ..phase(Live::Release(3), Want::Once) };

pub static ALL: &[Scenario] = &[
    Scenario {
        name: "new-version",
        right: "A new version is told once, however often it is asked about, and no more once the page runs it.",
        running: 1,
        worker: false,
        phases: &[
            begin(Live::Release(1)),
            phase(Live::Release(2), Want::Once),
            Phase { acts: &[Act::Reload(2)], ..phase(Live::Release(2), Want::Nothing) },
        ],
    },
    Scenario {
        name: "put-off-and-reloaded",
        right: "A version that the user put off is not told again, not even after a reload that brought the old page; the next one is told.",
        running: 1,
        worker: false,
        phases: &[
            begin(Live::Release(1)),
            phase(Live::Release(2), Want::Once),
            Phase { acts: &[Act::PutOff], ..phase(Live::Release(2), Want::Nothing) },
            Phase { acts: &[Act::Reload(1)], ..phase(Live::Release(2), Want::Nothing) },
            PROOF,
        ],
    },
    Scenario {
        name: "roll-out-runs-the-new",
        right: "A page that runs the new release hears of both by turns while it is rolled out: nothing is told.",
        running: 2,
        worker: false,
        phases: &[
            begin(Live::Release(2)),
            Phase { questions: 6, ..phase(Live::ByTurns(1, 2), Want::Nothing) },
            Phase { questions: 2, ..phase(Live::Release(2), Want::Nothing) },
            PROOF,
        ],
    },
    Scenario {
        name: "roll-out-runs-the-old",
        right: "A page that runs the old release hears of both by turns: the new one is told once at the most, and nothing is reloaded.",
        running: 1,
        worker: false,
        phases: &[begin(Live::Release(1)), Phase { questions: 6, ..phase(Live::ByTurns(2, 1), Want::AtMostOnce) }],
    },
    Scenario {
        name: "roll-back",
        right: "The release that runs is taken back for good: one answer of an older one is no news, as a server may lag; once answers agree it is withdrawn.",
        running: 2,
        worker: false,
        phases: &[begin(Live::Release(2)), Phase { questions: 6, ..phase(Live::Release(1), Want::Withdrawn) }],
    },
    Scenario {
        name: "html-for-the-manifest",
        right: "The application's page with status 200 is no version: nothing is told.",
        running: 1,
        worker: false,
        phases: &[begin(Live::Release(1)), phase(Live::Html, Want::Nothing), PROOF],
    },
    Scenario {
        name: "error-that-names-a-version",
        right: "An answer with status 500 is not believed, whatever its body names: nothing is told.",
        running: 1,
        worker: false,
        phases: &[begin(Live::Release(1)), phase(Live::Failing(2), Want::Nothing), PROOF],
    },
    Scenario {
        name: "wrong-types",
        right: "JSON without a version, or with one that is no text, is no version: nothing is told.",
        running: 1,
        worker: false,
        phases: &[
            begin(Live::Release(1)),
            Phase { questions: 2, ..phase(Live::WrongTypes, Want::Nothing) },
            // Whoever asks less often while nothing comes back hears of the other bodies, too.
            begin(Live::Release(1)),
            Phase { questions: 2, ..phase(Live::WrongTypes, Want::Nothing) },
            begin(Live::Release(1)),
            Phase { questions: 1, ..phase(Live::WrongTypes, Want::Nothing) },
            PROOF,
        ],
    },
    Scenario {
        name: "not-found",
        right: "A manifest that is gone says nothing: nothing is told.",
        running: 1,
        worker: false,
        phases: &[begin(Live::Release(1)), phase(Live::NotFound, Want::Nothing), PROOF],
    },
    Scenario {
        name: "not-found-in-json",
        right: "Status 404 with a JSON body says nothing either: nothing is told.",
        running: 1,
        worker: false,
        phases: &[begin(Live::Release(1)), phase(Live::NotFoundJson, Want::Nothing), PROOF],
    },
    Scenario {
        name: "silence",
        right: "A server that does not answer is told nothing of, and asked no more than the page can bear: its own call goes through all the while.",
        running: 1,
        worker: false,
        phases: &[
            begin(Live::Release(1)),
            Phase { questions: 6, calls: true, ..phase(Live::Silence, Want::Nothing) },
            PROOF,
        ],
    },
    Scenario {
        name: "cache-first-worker",
        right: "A service worker that keeps the manifest keeps nobody from hearing of the new version: it is told once.",
        running: 1,
        worker: true,
        phases: &[begin(Live::Release(1)), phase(Live::Release(2), Want::Once)],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_name_of_its_own_and_begins_with_what_runs() {
        for (n, scenario) in ALL.iter().enumerate() {
            assert!(ALL[..n].iter().all(|other| other.name != scenario.name), "{}", scenario.name);
            assert_eq!(scenario.phases[0].live, Live::Release(scenario.running), "{}", scenario.name);
            assert!(scenario.phases.len() > 1, "{}", scenario.name);
            assert!(scenario.right.ends_with('.') && scenario.right.matches(". ").count() == 0, "{}", scenario.name);
        }
    }

    /// Otherwise a checker that is switched off would be right throughout.
    #[test]
    fn who_says_nothing_is_asked_for_a_proof_of_life() {
        let silent = ["roll-out-runs-the-old", "roll-back"];
        for scenario in ALL.iter().filter(|scenario| !silent.contains(&scenario.name)) {
            assert!(scenario.phases.iter().any(|phase| phase.want == Want::Once), "{}", scenario.name);
        }
    }
}
