//! Components and texts that show values they are given. Nothing here fetches, and nothing here reads a clock.

pub mod answer;
mod band_mark;
mod case_status;
mod csrf_field;
mod danger_badge;
mod error_view;
mod flash_notice;
mod language_form;
mod moment;
pub mod number;
mod page_frame;
mod page_title;
mod photo_strip;
pub mod place;
mod referral_table;
mod severity_mark;
pub mod time;
mod timeline;
mod top_bar;

pub use band_mark::BandMark;
pub use case_status::CaseStatus;
pub use csrf_field::CsrfField;
pub use danger_badge::DangerBadge;
pub use error_view::ErrorView;
pub use flash_notice::FlashNotice;
pub use language_form::LanguageForm;
pub use moment::Moment;
pub use page_frame::PageFrame;
pub use page_title::PageTitle;
pub use photo_strip::PhotoStrip;
pub use referral_table::{ReferralTable, stage_tone};
pub use severity_mark::SeverityMark;
pub use timeline::Timeline;
pub use top_bar::TopBar;
