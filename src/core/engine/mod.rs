//! The engine: where the parts of the core meet. Events in, actions out; the caller owns the clock, the dice and the browser.
//!
//! Files import one way. At the bottom is what the engine holds, in files that need no engine: `case`, `leave`, `network`, `tokens`. `state` imports these and has the [`Engine`] itself. All other files but `evidence` are its rules: they import what is below
//! them, no rule imports another, and they call each other as methods of the engine.

mod asks;
mod case;
mod connection;
mod corridor;
mod diagnosis;
mod dispatch;
mod ending;
pub mod evidence;
mod ladder;
mod leave;
mod leaving;
mod network;
mod opening;
mod page;
mod remedy;
mod requests;
mod resources;
mod state;
mod tokens;

pub use state::Engine;
