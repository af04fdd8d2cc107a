//! The emergency cell's live board.

mod act_form;
mod board_page;
mod board_view;
mod clock_row;
mod clocks;
mod emergency_numbers;
mod escalation_card;
mod escalation_log;
mod live;
mod overdue_visits;
mod recent_list;

pub use board_page::BoardPage;
