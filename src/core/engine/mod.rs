//! The engine: where the rooms of the core meet. Events in, actions out; the caller owns the clock, the dice and the browser.
//!
//! Files import one way. At the bottom is what the engine holds, in files that need no engine: `network`, `tokens`. `state` imports these and has the
//! [`Engine`] itself. All other files import what is below them, none of each other, and they call each other as methods of the engine. `corridor`,
//! `hub` and `dispatch` have no rule of their own; what is left of rules stands in `asks`, `connection`, `expiry`, `keeping`, `page` and `remote`.

mod asks;
mod connection;
mod corridor;
mod dispatch;
mod expiry;
mod hub;
mod keeping;
mod network;
mod page;
mod remote;
mod state;
mod tokens;

pub use state::Engine;
