//! What the phone keeps: IndexedDB, outbox, camera, connectivity, and the lock before it all.
//!
//! Invariants: a change is shown as kept only after its transaction completed; only `outbox`, `upload`, `session`,
//! `report`, `leave` and `sent_photo` reach the network, and no screen of the grid awaits them; everything personal is sealed on disk ([`sealed`]).

pub mod camera;
pub mod clock;
pub mod digest;
pub mod doors;
pub mod editor;
pub mod entry;
pub mod idb;
mod idle;
pub mod leave;
mod locks;
mod merge;
mod migrate;
pub mod outbox;
pub mod paint;
pub mod passkey;
pub mod records;
mod report;
pub mod rescue;
mod revocation;
mod sealed;
pub mod sent_photo;
mod session;
pub mod startup;
pub mod state;
pub mod storage;
pub mod store;
mod timers;
mod triggers;
mod upload;
pub mod vault;
pub mod waiting;
pub mod worker;

pub use state::Device;
pub use timers::sleep_ms;
