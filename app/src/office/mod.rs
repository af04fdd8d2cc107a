//! The office: the list of cases, the page of one case, and the round.

mod access_page;
mod building_form;
mod case_aside;
mod case_filters;
mod case_forms;
mod case_header;
mod case_page;
mod case_table;
mod cases_page;
mod consent_section;
mod device_table;
mod devices_page;
mod evidence;
mod incident_card;
mod incident_page;
mod incidents_page;
mod motif_list;
mod privacy_page;
mod privacy_ways;
mod report_page;
mod rescue_section;
mod round_group;
mod round_page;
mod score_panel;
mod visit_section;

pub use access_page::AccessPage;
pub use case_forms::{ReferForm, ReferStart};
pub use case_page::CasePage;
pub use cases_page::CasesPage;
pub use devices_page::DevicesPage;
pub use incident_page::IncidentPage;
pub use incidents_page::IncidentsPage;
pub use privacy_page::PrivacyPage;
pub use report_page::ReportPage;
pub use round_page::RoundPage;
