//! The core: facts in, decisions out. It names no clock, no chance, no document and no script engine; the caller owns all four.

// Lists of boxes share the code that adds and removes; lists of the things themselves have it once each.
#![allow(clippy::vec_box)]

pub mod action;
pub mod address;
pub mod config;
pub mod dice;
pub mod engine;
pub mod event;
pub mod freshness;
pub mod given;
pub mod id;
pub mod incident;
pub mod json;
pub mod memory;
pub mod number;
pub mod playbook;
pub mod prompt;
pub mod refresh;
pub mod render;
pub mod retry;
pub mod snapshot;
pub mod storage;
pub mod telemetry;
pub mod time;
pub mod typed;
pub mod vocabulary;
