//! What of the vault needs no browser.

pub mod crypt;
pub mod pin;
pub mod prf;
pub mod row;
