//! The directory of partners, the agreements with them, and the public page of resources.

mod add_page;
mod agreement_card;
mod agreement_form;
mod agreement_page;
mod agreements_due;
mod agreements_page;
mod directory_page;
mod reach_card;
mod resources_page;
mod search_form;
mod service_card;
mod service_facts;
mod service_form;
mod service_page;
mod ways;

pub use add_page::AddServicePage;
pub use agreement_page::AgreementPage;
pub use agreements_due::AgreementsDue;
pub use agreements_page::AgreementsPage;
pub use directory_page::DirectoryPage;
pub use reach_card::{BeforeSendingNotice, ReachCard, sections_named};
pub use resources_page::ResourcesPage;
pub use service_page::ServicePage;
