//! The office: the list of cases and the page of one case.

mod case_aside;
mod case_filters;
mod case_forms;
mod case_header;
mod case_page;
mod case_table;
mod cases_page;
mod evidence;
mod motif_list;
mod score_panel;
mod visit_section;

pub use case_page::CasePage;
pub use cases_page::CasesPage;
