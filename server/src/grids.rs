//! The grids this server knows, by content hash. Grids are immutable: a phone that started a visit on one ends it on that one.

use std::{collections::BTreeMap, sync::Arc};

use inspection_grid::{Grid, GridHash};

/// Every known grid, and the one in force for new visits.
#[derive(Debug)]
pub struct GridLibrary {
    by_hash: BTreeMap<GridHash, Arc<Grid>>,
    in_force: GridHash,
}

impl GridLibrary {
    /// The grids built into this program.
    pub fn built_in() -> Self {
        let grid = Arc::new(inspection_grid::builtin::v1().clone());
        Self { in_force: grid.hash.clone(), by_hash: BTreeMap::from([(grid.hash.clone(), grid)]) }
    }

    pub fn get(&self, hash: &GridHash) -> Option<&Arc<Grid>> {
        self.by_hash.get(hash)
    }

    pub fn in_force(&self) -> &GridHash {
        &self.in_force
    }
}
