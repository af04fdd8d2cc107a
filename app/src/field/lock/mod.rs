//! The screens before the round: unlocking, choosing a PIN, a phone given up; and the menu that leads back to them.

mod account_menu;
mod choose_screen;
mod emergency;
mod lock_screen;
mod passkey_button;
mod passkey_choice;
mod passkey_offer;
mod pin_pad;
mod revoked_screen;

pub use account_menu::AccountMenu;
pub use choose_screen::ChooseScreen;
pub use emergency::EmergencyCalls;
pub use lock_screen::LockScreen;
pub use passkey_offer::PasskeyOffer;
pub use revoked_screen::RevokedScreen;
