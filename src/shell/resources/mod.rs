//! Scripts and style sheets that did not come: can they be had now, is their host there at all, and putting them into the page again.

mod body;
mod code;
mod hanging;
mod probe;
mod reinsert;
mod replace;

pub use hanging::hanging;
pub use probe::{probe, reach};
pub use reinsert::reinsert;
pub use replace::replace;
