//! Reading a grid from the YAML that the partners edit.

use std::{collections::BTreeMap, fmt::Write};

use serde::Deserialize;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::{
    grid::{Grid, GridHash, Label, Section, SeverityRule},
    grid_check::GridError,
};

/// A grid as written by hand: all but its hash.
#[derive(Deserialize)]
struct Document {
    version: String,
    severities: Vec<SeverityRule>,
    bases: BTreeMap<String, Label>,
    bodies: BTreeMap<String, Label>,
    sections: Vec<Section>,
}

impl Grid {
    /// Reads, checks and hashes a grid.
    ///
    /// # Errors
    /// [`GridError`]: not YAML or not of this shape, a field that does not exist, or a grid that does not hold together.
    pub fn from_yaml(text: &str) -> Result<Self, GridError> {
        let document: Document = serde_saphyr::from_str(text).map_err(|error| GridError::Yaml(Box::new(error)))?;
        let Document { version, severities, bases, bodies, sections } = document;
        let mut grid = Self { hash: GridHash(String::new()), version, severities, bases, bodies, sections };
        let written: Json = serde_saphyr::from_str(text).map_err(|error| GridError::Yaml(Box::new(error)))?;
        let read = serde_json::to_value(&grid).map_err(GridError::Hash)?;
        if let Some(path) = unread_key(&written, &read) {
            return Err(GridError::UnknownKey { path });
        }
        grid.check()?;
        grid.hash = grid.content_hash()?;
        Ok(grid)
    }

    /// Hash of the grid's content: SHA-256 of its JSON, fields in the order of their declaration and maps sorted, with `hash` empty.
    ///
    /// # Errors
    /// [`GridError::Hash`] when the grid cannot be written as JSON.
    pub fn content_hash(&self) -> Result<GridHash, GridError> {
        let bare = Self { hash: GridHash(String::new()), ..self.clone() };
        let json = serde_json::to_vec(&bare).map_err(GridError::Hash)?;
        let digest = Sha256::digest(&json);
        let mut hash = String::with_capacity(digest.len() * 2);
        for byte in digest {
            // Writing to a String cannot fail.
            let _ = write!(hash, "{byte:02x}");
        }
        Ok(GridHash(hash))
    }
}

/// Path of the first key that was written but not read: types ignore unknown fields so that an old phone can read a newer grid, but here a mistyped
/// `treshold` must not pass for a criterion without threshold.
fn unread_key(written: &Json, read: &Json) -> Option<String> {
    match (written, read) {
        (Json::Object(written), Json::Object(read)) => written.iter().find_map(|(key, value)| match read.get(key) {
            // An empty value that reading leaves out says nothing.
            None if value.is_null() || value.as_array().is_some_and(Vec::is_empty) => None,
            None => Some(key.clone()),
            Some(inner) => unread_key(value, inner).map(|path| format!("{key}.{path}")),
        }),
        (Json::Array(written), Json::Array(read)) => written.iter().zip(read).enumerate().find_map(|(position, (written, read))| {
            let name = written.get("id").and_then(Json::as_str).map_or_else(|| position.to_string(), str::to_owned);
            unread_key(written, read).map(|path| format!("{name}.{path}"))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = include_str!("../grids/v1.yaml");

    #[test]
    fn a_mistyped_field_is_refused_with_its_path() {
        let faulty = V1.replacen("        thresholds:", "        treshold:", 1);
        let error = Grid::from_yaml(&faulty).expect_err("a field that does not exist").to_string();
        assert_eq!(error, "sections.INC.criteria.INC-02.treshold is not a field of the grid");
    }

    #[test]
    fn what_is_not_a_grid_is_refused() {
        assert!(matches!(Grid::from_yaml("version: [1"), Err(GridError::Yaml(_))));
        assert!(matches!(Grid::from_yaml("version: \"1\""), Err(GridError::Yaml(_))));
        assert!(matches!(Grid::from_yaml(&V1.replacen("scope: building", "scope: garden", 1)), Err(GridError::Yaml(_))));
    }

    #[test]
    fn any_change_of_wording_is_another_grid() -> Result<(), GridError> {
        let one = Grid::from_yaml(V1)?;
        let other = Grid::from_yaml(&V1.replacen("gouttière manquante", "gouttière absente", 1))?;
        assert_ne!(one.hash, other.hash);
        Ok(())
    }

    #[test]
    fn comments_and_layout_do_not_change_the_hash() -> Result<(), GridError> {
        let spaced = format!("# Another remark\n{V1}\n");
        assert_eq!(Grid::from_yaml(V1)?.hash, Grid::from_yaml(&spaced)?.hash);
        Ok(())
    }

    #[test]
    fn a_grid_survives_json_with_its_hash() -> Result<(), Box<dyn std::error::Error>> {
        let grid = Grid::from_yaml(V1)?;
        let copy: Grid = serde_json::from_str(&serde_json::to_string(&grid)?)?;
        assert_eq!(copy, grid);
        assert_eq!(copy.content_hash()?, grid.hash);
        Ok(())
    }
}
