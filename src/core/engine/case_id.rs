//! The name of a case, for those whom its answers reach.

use std::num::NonZeroU32;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CaseId(pub NonZeroU32);
