//! The playbook: which remedies are tried for a cause, in which order. Data, with a built-in default.

use super::incident::record::Cause;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Fetch what failed again, silently, within the budget.
    Retry,
    /// Set copies of damaged entries aside and remove them.
    Repair,
    /// Ask for a fresh link and follow it.
    Renew,
    /// Reload the page, at most once per build and cause, never over unsaved input.
    Reload,
    /// Say that the network is away and go on when it is back.
    WaitOnline,
    /// Offer to set whole entries aside that the page may not cope with; put them back where that has not helped.
    Reset,
    /// Explain, and offer what the user can do.
    Dialog,
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
    fn a_refusal_is_explained_and_never_healed() {
        assert_eq!(ladder(Cause::Refused), [Dialog]);
    }
}
