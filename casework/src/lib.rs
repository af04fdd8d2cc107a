//! The rules that change state, as total functions and state machines, and the messages that carry them.
//! Pure: no IO, no clock, no randomness; time and ids are parameters.

pub mod access;
pub mod account;
pub mod agreement;
pub mod case;
pub mod clock;
pub mod consent;
pub mod consent_proof;
pub mod deputy;
pub mod directory;
pub mod doors;
pub mod emergency_share;
pub mod escalation;
pub mod gateway;
pub mod hsds;
pub mod ids;
pub mod incident;
pub mod overrun;
pub mod permission;
pub mod person_request;
pub mod photo_mark;
pub mod referral;
pub mod retention;
pub mod statistics;
pub mod sync;
pub mod wire;
