//! Telemetry: incidents as OTLP logs, redacted, queued until a collector took them.

pub mod otlp;
pub mod queue;
pub mod redact;
