//! Pagemend keeps an online-lending page usable.
pub mod core;
