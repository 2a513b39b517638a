//! Telemetry: incidents as OTLP logs, redacted, queued until a collector took them.

pub mod kept;
pub mod names;
pub mod otlp;
pub mod queue;
pub mod redact;
