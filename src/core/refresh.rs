//! The strong refresh: what would serve the old page again is taken out of the way before the page is loaded anew, mildest first.

use super::address::{is_code, without_query};

/// How a page is loaded anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refresh {
    /// The page is known to be of another build than the server has.
    pub stale: bool,
    /// It was loaded anew for that already, and came as it was: now it is asked for at an address that nobody has kept.
    pub again: bool,
    /// The user asked for it.
    pub by_user: bool,
}

/// What stands between the page and the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Serving {
    /// A worker answers for the page's address.
    pub worker: bool,
    /// Cache Storage holds the page as the network no longer has it.
    pub old_copies: bool,
}

/// What can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The worker is updated, and one that waits is told to take over.
    TakeOver,
    /// Old copies of the page are set aside, and replaced by what the network has.
    Renew,
    /// The worker is unregistered.
    Unregister,
}

/// The mildest step that is left. A reload for another reason than an old page leaves the worker and its caches alone.
pub fn next_step(refresh: Refresh, serving: Serving, taken: &[Step]) -> Option<Step> {
    let Serving { worker, old_copies } = serving;
    let wanted = |step: &Step| match step {
        Step::TakeOver => true,
        Step::Renew => old_copies,
        // Not even a copy that is known could be renewed, or nobody knows what it answers with.
        Step::Unregister => old_copies || (refresh.stale && refresh.again),
    };
    let old = worker && (refresh.stale || old_copies);
    let steps = [Step::TakeOver, Step::Renew, Step::Unregister];
    steps.into_iter().find(|step| old && wanted(step) && !taken.contains(step))
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Way {
    pub took_over: bool,
    pub renewed: bool,
    pub unregistered: bool,
}

impl Way {
    /// In words; nothing was done: none.
    pub fn told(self) -> String {
        let all = [
            (self.took_over, "the waiting worker took over"),
            (self.renewed, "a worker's old copy of the page was set aside and renewed"),
            (self.unregistered, "the worker was unregistered"),
        ];
        let done: Vec<_> = all.iter().filter(|(done, _)| *done).map(|(_, words)| *words).collect();
        done.join("; ")
    }
}

/// Where a worker may have kept the page of this address: there, or at what stands for its folder, or for all that the worker answers for.
pub fn kept_at(address: &str, scope: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for address in [without_query(address), without_query(scope)] {
        let folder = address.rfind('/').map_or("", |at| &address[..=at]);
        for kept in [address.into(), format!("{folder}index.html")] {
            if !address.is_empty() && !all.contains(&kept) {
                all.push(kept);
            }
        }
    }
    all
}

/// The scripts and style sheets that a document names, in its order.
fn parts(html: &str) -> impl Iterator<Item = &str> {
    html.split(['"', '\'', '<', '>', '=', ' ', '\n']).filter(|word| is_code(word))
}

/// Whether a document is made of other files than the network's own. Where it is not, only bytes that the network gives twice prove anything: nonces and
/// times differ from one answer to the next.
pub fn is_other_build(held: &str, network: &str) -> bool {
    !parts(held).eq(parts(network))
}

#[cfg(test)]
mod tests {
    use super::Step::{Renew, TakeOver, Unregister};
    use super::*;

    /// All that is done, where each step succeeds or where copies stay as they are.
    fn steps(refresh: Refresh, mut serving: Serving, renews: bool) -> Vec<Step> {
        let mut taken = Vec::new();
        while let Some(step) = next_step(refresh, serving, &taken) {
            taken.push(step);
            serving.old_copies &= step != Step::Renew || !renews;
        }
        taken
    }

    #[test]
    fn the_mildest_step_comes_first_and_each_once() {
        let stale = Refresh { stale: true, ..Refresh::default() };
        let again = Refresh { again: true, ..stale };
        let unrelated = Refresh::default();
        let worker = Serving { worker: true, old_copies: false };
        let old = Serving { old_copies: true, ..worker };
        let nobody = Serving { worker: false, ..old };
        let cases: [(Refresh, Serving, bool, &[Step]); 8] = [
            (stale, worker, true, &[TakeOver]),
            (stale, old, true, &[TakeOver, Renew]),
            (stale, old, false, &[TakeOver, Renew, Unregister]),
            (again, worker, true, &[TakeOver, Unregister]),
            (again, old, true, &[TakeOver, Renew, Unregister]),
            (unrelated, old, true, &[TakeOver, Renew]),
            (unrelated, worker, true, &[]),
            (again, nobody, true, &[]),
        ];
        for (refresh, serving, renews, want) in cases {
            assert_eq!(steps(refresh, serving, renews), want, "{refresh:?} {serving:?} {renews}");
        }
    }

    #[test]
    fn a_reload_for_another_reason_never_unregisters() {
        for (stale, again, renews) in [(false, true, true), (false, false, true), (true, false, true)] {
            let refresh = Refresh { stale, again, by_user: true };
            let taken = steps(refresh, Serving { worker: true, old_copies: !stale }, renews);
            assert!(!taken.contains(&Step::Unregister), "{refresh:?}: {taken:?}");
        }
    }

    #[test]
    fn the_page_is_looked_for_where_workers_keep_it() {
        let cases = [
            ("https://a/", "https://a/", vec!["https://a/", "https://a/index.html"]),
            (
                "https://a/loan/5?x=1",
                "https://a/",
                vec!["https://a/loan/5", "https://a/loan/index.html", "https://a/", "https://a/index.html"],
            ),
            ("https://a/b/", "", vec!["https://a/b/", "https://a/b/index.html"]),
        ];
        for (address, scope, want) in cases {
            assert_eq!(kept_at(address, scope), want, "{address} {scope}");
        }
    }

    #[test]
    fn a_build_is_known_by_its_files() {
        let page = |script: &str, nonce: &str| {
            format!(
                "<link href=/a.css rel=stylesheet><script nonce='{nonce}' src=\"{script}\"></script><a href='/help'>?"
            )
        };
        assert!(!is_other_build(&page("/app-1.js", "x"), &page("/app-1.js", "y")));
        assert!(is_other_build(&page("/app-1.js", "x"), &page("/app-2.js", "x")));
        assert!(is_other_build("", &page("/app-1.js", "x")));
    }

    #[test]
    fn what_was_done_is_told_in_words() {
        assert_eq!(Way::default().told(), "");
        let way = Way { took_over: true, unregistered: true, ..Way::default() };
        assert_eq!(way.told(), "the waiting worker took over; the worker was unregistered");
    }
}
