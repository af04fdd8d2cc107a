//! Partners: referrals received and sent, and the page where one is answered.

mod answer_forms;
mod forward_panel;
mod guest_page;
mod inbox_page;
mod links_panel;
mod person_word_panel;
mod referral_page;
mod shared_panel;
mod sheet_page;
mod signal_form;
mod thread_panel;

pub use guest_page::GuestPage;
pub use inbox_page::InboxPage;
pub use referral_page::ReferralPage;
pub use sheet_page::SheetPage;

use casework::ids::ReferralId;

use crate::document::PageContext;

/// Where the forms of a referral go: somebody without an account has an address of their own.
fn base(page: &PageContext, id: ReferralId) -> String {
    if page.guest.is_some() { guest_page::PATH.to_owned() } else { format!("/partenaires/{id}") }
}
