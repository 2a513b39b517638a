//! What crosses the boundary to the page's code: options in, verdicts and notices out. The only place that knows their
//! formats, OTLP aside.

pub mod options;
pub mod out;
