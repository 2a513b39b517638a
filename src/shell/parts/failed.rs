//! A part of the page that failed, as the engine is told of it.

use crate::core::event::{Event, ResourceKind};
use crate::shell::state::Shell;

pub fn tell(shell: &'static Shell, url: String, critical: bool) {
    shell.dispatch(Event::ResourceFailed { url, kind: ResourceKind::Other, critical, html: false, status: 0 });
}
