//! Stories against the real program: its layers, its store on both databases, its API and pages over a real port.

mod api;
mod architecture;
mod inventory;
mod store;
mod support;
mod threats;
