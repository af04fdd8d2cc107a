//! The threat model (`docs/modele-de-menaces.md`) names the test that holds each control: it must exist.

use std::{collections::BTreeSet, fs, path::Path};

/// The text of every file of a folder, deep, with one of these extensions.
fn read(folder: &Path, extensions: &[&str], text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "node_modules" && name != "target") {
                read(&path, extensions, text);
            }
        } else if path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known)) {
            text.push_str(&fs::read_to_string(&path).expect("a text"));
        }
    }
}

#[test]
fn every_threat_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let model = fs::read_to_string(root.join("docs/modele-de-menaces.md")).expect("the threat model");
    let (mut rust, mut browser) = (String::new(), String::new());
    for folder in ["tests/src", "server/src", "casework/src"] {
        read(&root.join(folder), &["rs"], &mut rust);
    }
    read(&root.join("tests/browser"), &["mjs"], &mut browser);
    let rows = model.split("## Menaces").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("the threats");
    let rows: Vec<&str> = rows.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| Menace")).collect();
    assert!(rows.len() > 30, "{}", rows.len());
    let mut missing = BTreeSet::new();
    for row in rows {
        let tests = row.trim_end_matches('|').rsplit(" | ").next().expect("a last column");
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test holds: {row}");
        for name in names {
            let is_rust = rust.contains(&format!("fn {name}("));
            if !is_rust && !browser.contains(&format!("test(\"{name}\"")) {
                missing.insert(name);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}
