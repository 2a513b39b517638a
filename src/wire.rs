//! What crosses the boundary to the page's code: verdicts and notices. The only place that knows their formats, OTLP
//! and the options aside: those are `core::config`'s own.

pub mod ask;
pub mod out;
