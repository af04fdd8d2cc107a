//! « Mon compte »: what every signed-in person keeps of their own account.

mod account_page;
mod password_form;
mod session_list;

pub use account_page::AccountPage;
