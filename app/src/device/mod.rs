//! What the phone keeps: IndexedDB, outbox, camera, connectivity.
//!
//! Invariants: a change is shown as kept only after its transaction completed; only `outbox`, `upload` and `session` reach the network, and no
//! screen awaits them.

pub mod camera;
pub mod clock;
pub mod digest;
pub mod editor;
pub mod export;
pub mod idb;
mod locks;
mod merge;
pub mod outbox;
pub mod records;
mod session;
pub mod startup;
pub mod state;
pub mod storage;
pub mod store;
mod timers;
mod triggers;
mod upload;
pub mod worker;

pub use state::Device;
pub use timers::sleep_ms;
