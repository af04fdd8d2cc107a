//! Administration: organisations, accounts and the one-time links by which people choose their passwords. It shows no case.

mod access_link;
mod account_form;
mod account_table;
mod administration_page;
mod departure_page;
mod organisation_form;
mod organisation_table;
mod provider_section;
mod recovery_list;

pub use administration_page::AdministrationPage;
pub use departure_page::DeparturePage;
