//! The built-in ladders: which remedies are tried for a cause, in which order, and which others a remote playbook may put there.

use crate::core::incident::record::Cause;
use crate::core::vocabulary::vocabulary;

vocabulary! {
    /// What can be done about an incident.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Remedy {
        /// Fetch what failed again, silently, within the budget.
        Retry = "retry",
        /// Set copies of damaged entries aside and remove them.
        Repair = "repair",
        /// Ask for a fresh link and follow it.
        Renew = "renew",
        /// Reload the page, at most once per build and cause, never over unsaved input.
        Reload = "reload",
        /// Say that the network is away and go on when it is back.
        WaitOnline = "wait-online",
        /// Offer to set whole entries aside that the page may not cope with; put them back where that has not helped.
        Reset = "reset",
        /// Explain, and offer what the user can do.
        Dialog = "dialog",
    }
}

use Remedy::{Dialog, Reload, Renew, Repair, Reset, Retry, WaitOnline};

/// The ladder for a cause, mildest remedy first. A rung that does not apply (nothing to repair, reloaded before) is passed over.
pub fn ladder(cause: Cause) -> &'static [Remedy] {
    match cause {
        Cause::Offline => &[WaitOnline],
        Cause::Network | Cause::Overload | Cause::Api => &[Retry, Dialog],
        Cause::Resource => &[Retry, Repair, Reload, Dialog],
        // There is no better cause than what the page itself keeps, perhaps.
        Cause::Script | Cause::Unknown => &[Repair, Reload, Reset, Dialog],
        // What a reload is good for depends on how it is stuck.
        Cause::CacheDamaged | Cause::StorageStuck => &[Repair, Reload, Dialog],
        Cause::StaleDeploy | Cause::HiddenByStyle | Cause::Translated => &[Reload, Dialog],
        Cause::StaleLink => &[Renew, Dialog],
        Cause::Unsupported | Cause::BlockedByPolicy | Cause::Refused => &[Dialog],
    }
}

/// Whether a remote playbook may have this remedy for this cause. A refusal is a decision: there is nothing to heal. The others are safe wherever something
/// has failed, because each has its own conditions, but what waits for a network, asks for a link or offers a reset is for its own causes.
pub fn fits(cause: Cause, remedy: Remedy) -> bool {
    let healing = matches!(remedy, Retry | Repair | Reload);
    let failed = !matches!(cause, Cause::Offline | Cause::Refused);
    remedy == Dialog || ladder(cause).contains(&remedy) || (healing && failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ladder_ends_with_a_word_to_the_user() {
        for cause in Cause::ALL {
            let last = ladder(cause).last();
            assert!(matches!(last, Some(Dialog | WaitOnline)), "{}", cause.code());
        }
    }

    #[test]
    fn a_playbook_may_choose_among_what_heals_and_never_heals_a_refusal() {
        assert!(fits(Cause::Api, Reload) && fits(Cause::StaleLink, Renew) && fits(Cause::Unsupported, Retry));
        assert!(!fits(Cause::Api, Renew) && !fits(Cause::Resource, Reset) && !fits(Cause::Script, WaitOnline));
        let of_refused: Vec<_> = Remedy::ALL.into_iter().filter(|remedy| fits(Cause::Refused, *remedy)).collect();
        assert_eq!(of_refused, [Dialog]);
        for cause in Cause::ALL {
            assert!(ladder(cause).iter().all(|remedy| fits(cause, *remedy)), "{}", cause.code());
        }
    }

    #[test]
    fn a_refusal_is_explained_and_never_healed() {
        assert_eq!(ladder(Cause::Refused), [Dialog]);
    }
}
