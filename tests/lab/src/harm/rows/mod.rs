//! The rows, a list a file, and which lists each suite walks: a new list is named in `Suite::lists`. In a row's page `ran`, `heard` and `said` are for notes: what ran, what the page's own
//! listeners heard, what was written to the console.
mod broken_off;
mod cached;
mod consent;
mod delivery;
mod drafts;
mod expiry;
mod half;
mod healing;
mod loops;
mod manifests;
mod named;
mod network;
mod options;
mod posts;
mod reloads;
mod resort;
mod restored;
mod returning;
mod shapes;
mod sheets;
mod stale;
mod storage;
mod stuck;
mod typing;
mod working;
mod wrong;

use super::row::Row;

/// A named choice of lists; the same runner walks all. A list may be in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// What a guard in a page must not do.
    Harm,
    /// Pages, files, manifests and names that are not, or no longer, what the server has.
    Fresh,
    /// What the device keeps for a page, and what of it is damaged or stuck.
    Storage,
}

impl Suite {
    pub const ALL: [Suite; 3] = [Suite::Harm, Suite::Fresh, Suite::Storage];

    pub fn name(self) -> &'static str {
        match self {
            Suite::Harm => "harm",
            Suite::Fresh => "fresh",
            Suite::Storage => "storage",
        }
    }

    fn lists(self) -> &'static [&'static [Row]] {
        match self {
            Suite::Harm => &[
                reloads::ROWS,
                loops::ROWS,
                posts::ROWS,
                typing::ROWS,
                storage::ROWS,
                cached::ROWS,
                consent::ROWS,
                half::ROWS,
                returning::ROWS,
                network::ROWS,
                options::ROWS,
                delivery::ROWS,
                resort::ROWS,
                healing::ROWS,
                working::ROWS,
            ],
            Suite::Fresh => {
                &[manifests::ROWS, wrong::ROWS, sheets::ROWS, named::ROWS, expiry::ROWS, stale::ROWS, restored::ROWS]
            }
            Suite::Storage => &[storage::ROWS, shapes::ROWS, stuck::ROWS, cached::ROWS, drafts::ROWS, broken_off::ROWS],
        }
    }

    /// Whether it walks this row.
    pub fn walks(self, row: &Row) -> bool {
        self.lists().iter().copied().flatten().any(|one| one.name == row.name)
    }
}

/// The rows of these suites, each once.
pub fn of(suites: &[Suite]) -> Vec<&'static Row> {
    let mut all: Vec<&'static Row> = Vec::new();
    for row in suites.iter().flat_map(|suite| suite.lists()).copied().flatten() {
        if all.iter().all(|other| other.name != row.name) {
            all.push(row);
        }
    }
    all
}

/// All rows of this name; a list that is in several suites is one list.
#[cfg(test)]
pub fn called(name: &str) -> impl Iterator<Item = &'static Row> {
    Suite::ALL.into_iter().flat_map(|suite| suite.lists()).copied().flatten().filter(move |row| row.name == name)
}
