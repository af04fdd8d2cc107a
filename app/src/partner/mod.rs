//! Partners: referrals received and sent, and the page where one is answered.

mod answer_forms;
mod inbox_page;
mod person_word_panel;
mod referral_page;
mod shared_panel;
mod thread_panel;

pub use inbox_page::InboxPage;
pub use referral_page::ReferralPage;
