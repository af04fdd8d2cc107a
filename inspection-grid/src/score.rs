//! The building's index and band: for triage and follow-up, without legal value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    answer::{Observation, Place, Visit},
    completeness::{self, Compartments, Completeness},
    current::{Current, evidence},
    grid::{CriterionId, Grid, GridHash, Severity},
};

/// Version of the rule below; a change of the rule changes it.
pub const SCORE_RULE_VERSION: &str = "score-1";

/// Points in one dwelling from which the building is at least in band C: the unit threshold of NSPIRE.
const WORST_DWELLING_POINTS: u32 = 30;
/// Under this many visited dwellings, or this share, coverage is too small to speak for the building.
const COVERAGE_DWELLINGS_MIN: u32 = 3;
const COVERAGE_SHARE_MIN: f64 = 0.25;

/// State of a building, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Band {
    /// Bon état.
    A,
    /// À corriger.
    B,
    /// Insalubrité importante.
    C,
    /// Grave.
    D,
}

impl Band {
    /// Band of an index: A under 10, B under 30, C under 60, D from there.
    pub fn for_index(index: f64) -> Self {
        if index < 10.0 {
            Self::A
        } else if index < 30.0 {
            Self::B
        } else if index < 60.0 {
            Self::C
        } else {
            Self::D
        }
    }
}

/// Why a band may be worse than the index alone says. Listed whenever it holds, even where the index reaches that band by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BandOverride {
    /// A severity 4 in a scored section: band D.
    ImmediateDanger { observations: Vec<String> },
    /// A dwelling of 30 points or more: at least band C.
    WorstDwelling { dwelling: String, points: u32 },
}

/// How much of the building was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coverage {
    pub visited: u32,
    /// Dwellings of the building.
    pub total: u32,
    /// Less than a quarter of the dwellings, or fewer than three of them, were visited. Never set when all were.
    pub warning: bool,
}

/// What one criterion adds at one place: once, at its highest severity, however many observations there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contribution {
    pub place: Place,
    pub criterion: CriterionId,
    pub severity: Severity,
    pub points: u32,
    /// Ids of all the observations recorded there, sorted.
    pub observations: Vec<String>,
}

/// The score of one visit with everything that explains it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Score {
    pub rule_version: String,
    /// The grid that gave the questions and the points: a score is comparable only within it.
    pub grid: GridHash,
    /// Points by visited dwelling, those at 0 included.
    pub dwellings: BTreeMap<String, u32>,
    /// Mean points of the visited dwellings; 0 when none was.
    pub mean: f64,
    /// Points of the worst dwelling.
    pub max: u32,
    pub common: u32,
    pub exterior: u32,
    /// `mean + common + exterior`.
    pub index: f64,
    pub band: Band,
    pub overrides: Vec<BandOverride>,
    pub coverage: Coverage,
    /// Of the sections of the building compartment.
    pub completeness: Completeness,
    /// What gives points, by place then in the grid's order.
    pub contributions: Vec<Contribution>,
}

/// Scores a visit by rule `score-1`.
///
/// Only sections marked as scored count, in dwellings that were visited, and only questions that are asked. An immediate danger in a scored section puts
/// the building in band D even when its dwelling is not marked as visited. Nothing about a household ever changes a score.
///
/// # Source
/// Domain facts, 6.1.
pub fn score(grid: &Grid, visit: &Visit) -> Score {
    score_with(grid, visit, |current| completeness::of(current, Compartments::BUILDING).visit)
}

/// The same, where the completeness of the building compartment may be known already.
pub(crate) fn score_with(grid: &Grid, visit: &Visit, completeness: impl FnOnce(&Current<'_>) -> Completeness) -> Score {
    let current = Current::new(grid, visit);
    let mut dwellings: BTreeMap<String, u32> = BTreeMap::new();
    for place in current.places() {
        if let Place::Dwelling(id) = place {
            dwellings.insert(id.clone(), 0);
        }
    }
    let (mut common, mut exterior) = (0, 0);
    let mut contributions = Vec::new();
    for question in current.questions().filter(|question| question.section.scored) {
        let Some(severity) = current.severity(question.place, &question.criterion.id) else { continue };
        let points = grid.points(severity);
        if points == 0 {
            continue;
        }
        match question.place {
            Place::Exterior => exterior += points,
            Place::Common => common += points,
            Place::Dwelling(id) => *dwellings.entry(id.clone()).or_default() += points,
        }
        contributions.push(Contribution {
            place: question.place.clone(),
            criterion: question.criterion.id.clone(),
            severity,
            points,
            observations: evidence(current.observations(question.place, &question.criterion.id).iter().copied()),
        });
    }

    let coverage = coverage(dwellings.len(), visit.building.dwellings);
    let mean = if coverage.visited == 0 { 0.0 } else { f64::from(dwellings.values().sum::<u32>()) / f64::from(coverage.visited) };
    let index = mean + f64::from(common) + f64::from(exterior);
    let overrides: Vec<BandOverride> = immediate_danger(grid, &current).into_iter().chain(worst_dwelling(&dwellings)).collect();
    let floor = |cause: &BandOverride| match cause {
        BandOverride::ImmediateDanger { .. } => Band::D,
        BandOverride::WorstDwelling { .. } => Band::C,
    };
    Score {
        rule_version: SCORE_RULE_VERSION.to_owned(),
        grid: grid.hash.clone(),
        mean,
        max: dwellings.values().copied().max().unwrap_or(0),
        dwellings,
        common,
        exterior,
        index,
        band: overrides.iter().map(floor).fold(Band::for_index(index), Band::max),
        overrides,
        coverage,
        completeness: completeness(&current),
        contributions,
    }
}

fn coverage(visited: usize, total: u32) -> Coverage {
    let visited = u32::try_from(visited).unwrap_or(u32::MAX);
    let small = visited < COVERAGE_DWELLINGS_MIN || f64::from(visited) < f64::from(total) * COVERAGE_SHARE_MIN;
    Coverage { visited, total, warning: small && (visited == 0 || visited < total) }
}

fn immediate_danger(grid: &Grid, current: &Current<'_>) -> Option<BandOverride> {
    let dangerous = |observation: &&&Observation| observation.answer.severity() == Some(Severity::ImmediateDanger);
    let scored = current.cells().filter(|(place, id, _)| {
        grid.criterion(id).is_some_and(|(section, criterion)| section.scored && section.scope.includes(place) && current.is_relevant(place, criterion))
    });
    let observations = evidence(scored.flat_map(|(_, _, observations)| observations.iter().filter(dangerous).copied()));
    (!observations.is_empty()).then_some(BandOverride::ImmediateDanger { observations })
}

/// The first of the worst dwellings, if it reaches the threshold.
fn worst_dwelling(dwellings: &BTreeMap<String, u32>) -> Option<BandOverride> {
    let (dwelling, points) = dwellings.iter().rev().max_by_key(|(_, points)| **points)?;
    (*points >= WORST_DWELLING_POINTS).then(|| BandOverride::WorstDwelling { dwelling: dwelling.clone(), points: *points })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answer::{Answer, DwellingOutcome},
        builtin,
        samples::{answered, observe, visit},
    };

    #[test]
    fn bands_begin_where_they_should() {
        let table = [(0.0, Band::A), (9.99, Band::A), (10.0, Band::B), (29.99, Band::B), (30.0, Band::C), (59.99, Band::C), (60.0, Band::D), (500.0, Band::D)];
        for (index, band) in table {
            assert_eq!(Band::for_index(index), band, "{index}");
        }
    }

    #[test]
    fn common_area_defects_at_their_worst_reach_the_worst_band() {
        // Scenario 28: every criterion of the common areas at its highest anchor, nothing elsewhere.
        let grid = builtin::v1();
        let mut visit = visit(12, &["101", "102", "103", "104"]);
        for section in crate::sections_at(grid, &Place::Common) {
            for criterion in &section.criteria {
                let worst = criterion.anchors.keys().max().expect("every criterion of the common areas has anchors");
                visit.observations.push(observe(&criterion.id.0, "common", &criterion.id.0, *worst));
            }
        }
        let score = score(grid, &visit);
        assert_eq!(score.band, Band::D);
        assert_eq!(Band::for_index(score.index), Band::D, "by the index alone");
        assert!(score.dwellings.values().all(|points| *points == 0));
    }

    #[test]
    fn common_areas_reach_the_worst_band_even_without_danger() {
        let mut visit = visit(12, &["101"]);
        visit.observations = ["COM-01", "COM-02", "COM-04", "COM-06"].map(|id| observe(id, "common", id, 3)).into();
        let score = score(builtin::v1(), &visit);
        assert_eq!((score.common, score.band, score.overrides.len()), (60, Band::D, 0));
    }

    #[test]
    fn one_immediate_danger_is_band_d_whatever_the_total() {
        // Scenario 29: one of 200 dwellings, all others perfect.
        let ids: Vec<String> = (1..=200).map(|number| number.to_string()).collect();
        let mut visit = visit(200, &ids.iter().map(String::as_str).collect::<Vec<_>>());
        visit.observations.push(observe("gas", "dwelling:17", "INC-04", 4));
        let score = score(builtin::v1(), &visit);
        assert!(score.index < 1.0);
        assert_eq!(score.band, Band::D);
        assert!(score.overrides.contains(&BandOverride::ImmediateDanger { observations: vec!["gas".to_owned()] }));
    }

    #[test]
    fn a_danger_seen_in_a_dwelling_that_was_not_visited_still_counts_as_danger() {
        let mut visit = visit(12, &["101", "102", "103"]);
        visit.dwellings.insert("104".to_owned(), DwellingOutcome::Absent);
        visit.observations.push(observe("smoke", "dwelling:104", "INC-04", 4));
        let score = score(builtin::v1(), &visit);
        assert_eq!((score.band, score.index), (Band::D, 0.0));
        assert!(!score.dwellings.contains_key("104"));
    }

    #[test]
    fn nothing_about_a_household_changes_the_score() {
        let mut visit = visit(12, &["101", "102", "103"]);
        let before = score(builtin::v1(), &visit);
        visit.observations = vec![observe("a", "dwelling:101", "MEN-04", 4), observe("b", "dwelling:102", "MEN-06", 3), observe("c", "exterior", "GES-04", 4)];
        let after = score(builtin::v1(), &visit);
        assert_eq!(after.band, Band::A);
        assert_eq!(after.contributions, before.contributions);
        assert_eq!(after.overrides, before.overrides);
    }

    #[test]
    fn a_dwelling_at_thirty_points_is_at_least_band_c() {
        let mut visit = visit(10, &["101", "102", "103", "104", "105", "106"]);
        visit.observations = vec![observe("a", "dwelling:103", "HUM-01", 3), observe("b", "dwelling:103", "PAR-01", 3)];
        let score = score(builtin::v1(), &visit);
        assert_eq!((score.index, score.band), (5.0, Band::C));
        assert_eq!(score.overrides, [BandOverride::WorstDwelling { dwelling: "103".to_owned(), points: 30 }]);
    }

    #[test]
    fn the_same_criterion_counts_once_per_place_at_its_highest() {
        let mut visit = visit(6, &["1", "2", "3"]);
        visit.observations = vec![
            observe("b", "dwelling:1", "HUM-01", 3),
            observe("a", "dwelling:1", "HUM-01", 1),
            observe("b", "dwelling:1", "HUM-01", 3),
            answered("c", "dwelling:1", "HUM-01", Answer::Cleared),
        ];
        let score = score(builtin::v1(), &visit);
        assert_eq!(score.dwellings["1"], 15);
        assert_eq!(score.contributions.len(), 1);
        assert_eq!(score.contributions[0].observations, ["a", "b", "c"]);
    }

    #[test]
    fn hidden_and_unvisited_answers_give_no_points() {
        let mut visit = visit(6, &["1", "2", "3"]);
        visit.building.storeys = Some(1);
        visit.observations = vec![observe("a", "common", "COM-05", 3), observe("b", "dwelling:9", "HUM-01", 3), observe("c", "common", "HUM-01", 3)];
        let score = score(builtin::v1(), &visit);
        assert_eq!((score.index, score.contributions.len()), (0.0, 0));
    }

    #[test]
    fn small_coverage_is_said() {
        let warns = |visited, total| coverage(visited, total).warning;
        assert!(warns(0, 12));
        assert!(warns(0, 0));
        assert!(warns(2, 6), "fewer than three");
        assert!(!warns(3, 12), "exactly a quarter");
        assert!(warns(3, 13));
        assert!(!warns(4, 12));
        assert!(!warns(2, 2), "all of them");
    }
}
