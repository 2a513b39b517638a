//! Parts of the page that failed: pictures, backgrounds, fonts, films, frames, manifests.

mod failed;
mod fonts;
mod mend;
mod pictures;
mod sheets;
mod users;

pub use fonts::watch;
pub use mend::mend;
pub use pictures::check;
