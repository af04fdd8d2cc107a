//! « Mon compte »: what every signed-in person keeps of their own account.

mod account_page;
mod notice_list;
mod passkey_section;
mod password_form;
mod second_factor_section;
mod session_list;

pub use account_page::AccountPage;
