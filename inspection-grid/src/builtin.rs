//! The grids that come with the program.

use std::sync::LazyLock;

use crate::grid::Grid;

static V1: LazyLock<Grid> = LazyLock::new(|| Grid::from_yaml(include_str!("../grids/v1.yaml")).expect("a test reads the embedded grid"));

/// Draft grid v1: 18 sections, 89 criteria, to be validated by the partners.
pub fn v1() -> &'static Grid {
    &V1
}
