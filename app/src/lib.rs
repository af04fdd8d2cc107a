//! Every screen of Brigade, and the phone's device store.
//!
//! Two front doors, a wasm for each, so that a phone carries no office page: `/terrain` is mounted in the browser and lives from the device store
//! (`field`, `device`); the other pages are rendered by the server with in-process data and hydrated (`office`, `cell`, `partner`, `map`, `administration`, `account`).
//! `ui` components get values and never fetch; `gateway::http` is the only place that fetches.

pub mod account;
pub mod administration;
#[cfg(feature = "browser")]
mod behind;
pub mod cell;
#[cfg(feature = "browser")]
pub mod device;
pub mod directory;
pub mod document;
#[cfg(feature = "browser")]
pub mod field;
pub mod gateway;
pub mod map;
pub mod office;
pub mod pages;
pub mod partner;
pub mod texts;
pub mod ui;
/// The half of the phone's vault that needs no browser, for its known-answer tests on this machine.
#[cfg(all(test, not(feature = "browser")))]
#[path = "device/vault/pure.rs"]
mod vault;

#[cfg(feature = "hydrate")]
mod kept_forms;
#[cfg(feature = "browser")]
mod start_field;
#[cfg(feature = "hydrate")]
mod start_office;
#[cfg(feature = "browser")]
pub use start_field::start_field;
#[cfg(feature = "hydrate")]
pub use start_office::start_office;
