//! The case map, and the list that says the same.

mod features;
mod map_page;

pub use map_page::MapPage;
