//! The engine: where the parts of the core meet. Events in, actions out; the caller owns the clock, the dice and the browser.
//!
//! Files import one way: leaves (what the engine holds: `case`, `leave`, `network`, `part`, `request`, `tokens`, `watch`) ← `state` ← rules, each a
//! file of methods of [`Engine`] ← nobody. Rules call each other as methods; `dispatch` and `corridor` say which one is called.

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
mod part;
mod parts;
mod remedy;
mod request;
mod requests;
mod resources;
mod retries;
mod state;
mod tokens;
mod watch;

pub use state::Engine;
