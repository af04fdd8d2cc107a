//! A version of the grid that comes after the one built in.

use std::path::PathBuf;

use inspection_grid::Grid;

pub const V1: &str = include_str!("../../../inspection-grid/grids/v1.yaml");

/// Version 1.1.0: PLO-02 is gone, the wording of PAR-01 changed, PLO-03 lost its anchors 3 and 4, and HUM-99 is new.
pub fn text() -> String {
    let mut text = replaced(V1, r#"version: "1.0.0-draft""#, r#"version: "1.1.0""#);
    let gone = block(&text, "PLO-02");
    text = text.replace(&gone, "");
    let reworded = block(&text, "PAR-01");
    text = text.replace(&reworded, &replaced(&reworded, "fr: \"", "fr: \"(revu) "));
    let plo = block(&text, "PLO-03");
    let lowered: Vec<&str> = plo.lines().filter(|line| !["3:", "4:", "danger:"].iter().any(|start| line.trim_start().starts_with(start))).collect();
    assert!(lowered.len() < plo.lines().count(), "PLO-03 has high anchors: {plo}");
    text = text.replace(&plo, &format!("{}\n", lowered.join("\n")));
    let new = replaced(&block(&text, "HUM-01"), "HUM-01", "HUM-99");
    let last = block(&text, "HUM-01");
    text.replace(&last, &format!("{last}{new}"))
}

pub fn grid() -> Grid {
    Grid::from_yaml(&text()).expect("the next grid holds together")
}

/// The text in a file of its own.
pub fn file(folder: &std::path::Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a grid file");
    path
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from} is not there");
    text.replacen(from, to, 1)
}

/// The lines of a criterion.
fn block(text: &str, id: &str) -> String {
    let from = text.find(&format!("      - id: {id}\n")).expect("the criterion");
    let after = text[from + 1..].find("\n      - id: ").map(|at| from + 1 + at + 1);
    let section = text[from + 1..].find("\n  - id: ").map(|at| from + 1 + at + 1);
    let end = after.into_iter().chain(section).min().unwrap_or(text.len());
    text[from..end].to_owned()
}
