//! Pagemend keeps an online-lending page usable: it finds blank renders and stale caches, repairs the local cache, retries
//! what failed, explains what it cannot heal, and reports it.
//!
//! # Glossary
//!
//! - **event**: a fact that the shell tells the engine.
//! - **action**: what the engine asks of the shell; has an id and a deadline, and most are answered.
//! - **verdict**: what a look at the page says: `content`, `blank`, `partial`, `loading`, `pending`, `unknown`.
//! - **incident**: everything that happens to a page, from detection to outcome.
//! - **evidence**: a finding that speaks for a cause, with a weight.
//! - **cause**: why a page failed; a closed set with stable codes.
//! - **remedy**: what is done about it; a **ladder** of remedies belongs to each cause, and the **playbook** holds the ladders.
//! - **attempt**: one sending of a request; attempt 0 is the page's own.
//! - **budget**: how many retries the whole page may make.
//! - **quarantine**: where the copy of a damaged entry is set aside.
//!
//! # Map
//!
//! `core` ← `wire` ← `shell` ← `bindings`; imports run this way only. ARCHITECTURE.md has the whole map.

// A guest must not panic in somebody else's page.
#![deny(clippy::unwrap_used, clippy::expect_used)]

#[cfg(target_arch = "wasm32")]
mod bindings;
pub mod core;
#[cfg(target_arch = "wasm32")]
pub mod shell;
pub mod wire;

// Smaller than the standard library's allocator, and faster (talc's benchmarks for WebAssembly).
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
