//! The grids this server knows, by content hash. Grids are immutable: a phone that started a visit on one ends it on that one, unless its holder moves
//! the visit to the one in force.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use anyhow::Context;
use inspection_grid::{CriterionId, Grid, GridHash, contradiction};

use crate::{
    clock,
    store::{self, Store, StoreError},
};

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

    /// Those built in and those adopted since; the last adopted is in force. `given` is adopted first.
    ///
    /// # Errors
    /// When a grid does not hold together, or gives a code another meaning than a grid known before.
    pub async fn open(store: &Store, given: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(path) = given {
            let text = std::fs::read_to_string(path).with_context(|| format!("lecture de la grille {} (grid file)", path.display()))?;
            let grid = Grid::from_yaml(&text).with_context(|| format!("grille {} (grid file)", path.display()))?;
            let mut library = Self::adopted(store).await?;
            if grid.hash != library.in_force {
                library.add(grid.clone()).with_context(|| format!("grille {} (grid file)", path.display()))?;
                let mut tx = store.begin().await?;
                store::grid::adopt(&mut tx, &grid.hash.0, &grid.version, &text, clock::now()).await?;
                tx.commit().await.map_err(StoreError::from)?;
            }
        }
        Self::adopted(store).await
    }

    async fn adopted(store: &Store) -> anyhow::Result<Self> {
        let mut library = Self::built_in();
        for text in store::grid::adopted(store.reader()).await? {
            library.add(Grid::from_yaml(&text).context("an adopted grid")?).context("an adopted grid")?;
        }
        Ok(library)
    }

    /// Puts one more in force.
    fn add(&mut self, grid: Grid) -> anyhow::Result<()> {
        if let Some((known, id)) = self.by_hash.values().find_map(|known| contradiction(&grid, known).map(|id| (known, id))) {
            anyhow::bail!(
                "{id} n’a pas le même sens que dans la grille {} : un critère d’un autre compartiment, d’un autre genre de réponse ou d’une autre unité prend un nouveau code \
                 (a criterion of another compartment, kind of answer or unit takes a new code)",
                known.version
            );
        }
        self.in_force = grid.hash.clone();
        self.by_hash.insert(grid.hash.clone(), Arc::new(grid));
        Ok(())
    }

    pub fn get(&self, hash: &GridHash) -> Option<&Arc<Grid>> {
        self.by_hash.get(hash)
    }

    pub fn in_force(&self) -> &GridHash {
        &self.in_force
    }

    /// Whether a criterion belongs to the psychosocial compartment, which it does in every grid that has it. What no grid has is kept in the narrowest.
    pub fn is_confidential(&self, criterion: &CriterionId) -> bool {
        self.by_hash.values().find_map(|grid| grid.criterion(criterion)).is_none_or(|(section, _)| section.confidential)
    }
}
