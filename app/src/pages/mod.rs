//! The frame of the server-rendered pages: routes, loading, and the pages that belong to no area.

mod entry_frame;
mod first_access_page;
mod guest_code_page;
mod load;
mod not_found_page;
mod office_app;
mod password_page;
mod recovery_page;
mod second_step_page;
mod sign_in_page;

pub use first_access_page::FirstAccessPage;
pub use guest_code_page::GuestCodePage;
pub use load::{load, page_context, shown};
pub use not_found_page::NotFoundPage;
pub use office_app::OfficeApp;
pub use password_page::PasswordPage;
pub use recovery_page::RecoveryPage;
pub use second_step_page::SecondStepPage;
pub use sign_in_page::SignInPage;
