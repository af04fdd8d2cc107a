//! The embedded grid v1: what it holds, and the hash that identifies it.

use std::collections::BTreeMap;

use inspection_grid::{AnswerKind, Issue, Label, Scope, builtin};

/// Every recorded answer points to this hash. Before the first use in the field, change it with the wording; afterwards make a new grid file.
const HASH: &str = "4afd506773beaa58e4ee1f12027703429d49eefd8366d8b6e38c81983fbe6406";

#[test]
fn the_hash_changes_only_on_purpose() {
    assert_eq!(builtin::v1().hash.0, HASH);
}

#[test]
fn the_grid_is_the_concerted_draft() {
    let grid = builtin::v1();
    let criteria: Vec<_> = grid.sections.iter().flat_map(|section| &section.criteria).collect();
    assert_eq!((grid.sections.len(), criteria.len(), grid.bases.len(), grid.bodies.len()), (18, 89, 18, 13));
    assert_eq!(criteria.iter().filter(|criterion| criterion.danger.is_some()).count(), 39);
    assert_eq!(grid.severities.iter().map(|rule| rule.points).collect::<Vec<_>>(), [0, 2, 5, 15, 60]);
    assert_eq!(grid.severities.iter().map(|rule| rule.target_hours).collect::<Vec<_>>(), [None, Some(1440), Some(720), Some(168), Some(24)]);
    assert!(criteria.iter().all(|criterion| criterion.answer != AnswerKind::Text));
}

#[test]
fn households_and_management_are_outside_the_score() {
    let unscored: Vec<_> = builtin::v1().sections.iter().filter(|section| !section.scored).map(|section| section.id.as_str()).collect();
    assert_eq!(unscored, ["MEN", "GES", "DRO"]);
    let confidential: Vec<_> = builtin::v1().sections.iter().filter(|section| section.confidential).map(|section| section.id.as_str()).collect();
    assert_eq!(confidential, ["MEN"]);
    assert!(builtin::v1().sections.iter().all(|section| section.scope != Scope::Household || !section.scored));
}

#[test]
fn each_criterion_belongs_to_the_issue_of_the_certain_motif() {
    // Domain facts, 6.2, row CERTAIN.
    let insalubrity = ["CHA-01", "CHA-02", "CHA-05", "CHA-06", "CUI-03", "EXT-07", "COM-04", "COM-06", "MUR-03"];
    let safety = ["CHA-03", "CHA-04", "EXT-02", "EXT-04", "EXT-05", "EXT-06", "EXT-08", "COM-02", "COM-03", "COM-05", "POF-01", "POF-04"];
    for section in &builtin::v1().sections {
        for criterion in &section.criteria {
            let id = criterion.id.0.as_str();
            let expected = match section.id.as_str() {
                "HUM" | "PAR" | "PLO" | "ENC" => Some(Issue::Insalubrity),
                "INC" | "ELE" => Some(Issue::Safety),
                _ if insalubrity.contains(&id) => Some(Issue::Insalubrity),
                _ if safety.contains(&id) => Some(Issue::Safety),
                "EXT" | "COM" | "CUI" | "SDB" | "CHB" | "POF" | "MUR" => Some(Issue::GoodRepair),
                _ => None,
            };
            assert_eq!(criterion.issue, expected, "{id}");
        }
    }
}

#[test]
fn texts_are_typeset_for_readers() {
    let grid = builtin::v1();
    let mut labels: Vec<(String, &Label)> = Vec::new();
    let tables: [&BTreeMap<String, Label>; 2] = [&grid.bases, &grid.bodies];
    labels.extend(tables.into_iter().flatten().map(|(code, label)| (code.clone(), label)));
    for section in &grid.sections {
        labels.push((section.id.clone(), &section.label));
        for criterion in &section.criteria {
            let options = criterion.options.iter().chain(&criterion.fields).map(|option| &option.label);
            let texts = [&criterion.label].into_iter().chain(criterion.anchors.values()).chain(&criterion.danger).chain(options);
            labels.extend(texts.map(|label| (criterion.id.0.clone(), label)));
        }
    }
    for (code, label) in labels {
        for text in [&label.fr, &label.en] {
            let typewritten = ['\'', '"'].iter().any(|mark| text.contains(*mark)) || [">=", "<=", " m2", " m3", "  "].iter().any(|mark| text.contains(mark));
            assert!(!typewritten, "{code}: {text}");
        }
        assert!(!label.fr.contains(" :") && !label.fr.contains("« "), "{code} lacks a no-break space: {}", label.fr);
        assert!(!label.fr.contains(" ;") && !label.fr.contains(" ?"), "{code}: no space before these in Québec: {}", label.fr);
    }
}
